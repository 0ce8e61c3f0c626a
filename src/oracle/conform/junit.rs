//! A report as JUnit XML, for machines that show test results.
//!
//! Enters: a report. Leaves: XML without times, the same for the same findings. Refuses to know: who
//! reads it.

use super::report::{CaseReport, Report, Verdict};
use crate::report::xml::escaped;

/// The report as one test suite, with a test for every case.
pub fn xml(report: &Report) -> String {
    let known = report.known.as_ref();
    let listed: Vec<(&str, &String)> = known.map_or(Vec::new(), |known| {
        let fixed = known.fixed.iter().map(|name| ("passes", name));
        let stale = known.stale.iter().map(|name| ("is no vector", name));
        fixed.chain(stale).collect()
    });
    let failing = |breakdown: bool| {
        let failures = report.failures();
        failures
            .filter(|case| case.verdict.is_breakdown() == breakdown)
            .count()
    };
    let failures = failing(false) + listed.len();
    let errors = failing(true) + report.strays.len();
    let skipped = report.count(Verdict::Skip) + known.map_or(0, |known| known.still.len());
    let tests = report.cases.len() + report.strays.len() + listed.len();
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
        .for_each(|case| out.push_str(&element(case, report.is_known(case))));
    for stray in &report.strays {
        let name = escaped(&format!("between {} and {}", stray.after, stray.before));
        let (kind, why) = (stray.verdict.name(), escaped(&stray.why));
        out.push_str(&format!(
            "<testcase classname=\"stray\" name=\"{name}\"><error type=\"{kind}\" message=\"{why}\"/></testcase>\n"
        ));
    }
    for (why, name) in listed {
        let name = escaped(name);
        out.push_str(&format!(
            "<testcase classname=\"known failures\" name=\"{name}\"><failure type=\"known\" message=\"it {why}\"/></testcase>\n"
        ));
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}

/// A failure that is known fails no build: it is skipped.
fn element(case: &CaseReport, is_known: bool) -> String {
    let (class, name) = case.name.rsplit_once('/').unwrap_or(("", &case.name));
    let (class, name) = (escaped(class), escaped(name));
    let head = format!("<testcase classname=\"{class}\" name=\"{name}\"");
    let kind = case.verdict.name();
    let first = case.first.lines().next().unwrap_or(&case.why);
    let tag = match case.verdict {
        _ if is_known => {
            let message = escaped(&format!("known failure: {kind}: {first}"));
            return format!("{head}><skipped message=\"{message}\"/></testcase>\n");
        }
        Verdict::Pass => return format!("{head}/>\n"),
        Verdict::Skip => {
            let why = escaped(&case.why);
            return format!("{head}><skipped message=\"{why}\"/></testcase>\n");
        }
        Verdict::Fail => "failure",
        Verdict::Crash | Verdict::TimeOut | Verdict::BrokenAnswer => "error",
    };
    let message = escaped(first);
    let text = escaped(&format!(
        "{}\n{}rules: {}",
        case.why,
        case.first,
        case.rules.join(", ")
    ));
    format!("{head}><{tag} type=\"{kind}\" message=\"{message}\">{text}</{tag}></testcase>\n")
}
