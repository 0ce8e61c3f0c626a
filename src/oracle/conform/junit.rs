//! A report as JUnit XML, for machines that show test results.
//!
//! Enters: a report. Leaves: XML without times, the same for the same findings. Refuses to know: who
//! reads it.

use super::report::{CaseReport, Report, Verdict};

pub fn xml(report: &Report) -> String {
    let failures = report.count(Verdict::Fail);
    let breakdowns = report
        .cases
        .iter()
        .filter(|case| case.verdict.is_breakdown())
        .count();
    let errors = breakdowns + report.strays.len();
    let skipped = report.count(Verdict::Skip);
    let tests = report.cases.len() + report.strays.len();
    let counts = format!(
        "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\""
    );
    let name = escaped(&format!("primea conform: {}", report.target));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n<testsuite name=\"{name}\" {counts}>\n"
    );
    report
        .cases
        .iter()
        .for_each(|case| out.push_str(&element(case)));
    for stray in &report.strays {
        let name = escaped(&format!("between {} and {}", stray.after, stray.before));
        let (kind, why) = (stray.verdict.name(), escaped(&stray.why));
        out.push_str(&format!(
            "<testcase classname=\"stray\" name=\"{name}\"><error type=\"{kind}\" message=\"{why}\"/></testcase>\n"
        ));
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}

fn element(case: &CaseReport) -> String {
    let (class, name) = case.name.rsplit_once('/').unwrap_or(("", &case.name));
    let (class, name) = (escaped(class), escaped(name));
    let head = format!("<testcase classname=\"{class}\" name=\"{name}\"");
    let kind = case.verdict.name();
    let tag = match case.verdict {
        Verdict::Pass => return format!("{head}/>\n"),
        Verdict::Skip => {
            let why = escaped(&case.why);
            return format!("{head}><skipped message=\"{why}\"/></testcase>\n");
        }
        Verdict::Fail => "failure",
        Verdict::Crash | Verdict::TimeOut | Verdict::BrokenAnswer => "error",
    };
    let message = escaped(case.first.lines().next().unwrap_or(&case.why));
    let text = escaped(&format!(
        "{}\n{}rules: {}",
        case.why,
        case.first,
        case.rules.join(", ")
    ));
    format!("{head}><{tag} type=\"{kind}\" message=\"{message}\">{text}</{tag}></testcase>\n")
}

/// Text as it may stand in an element or an attribute. Characters that XML cannot have are shown as
/// the replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}
