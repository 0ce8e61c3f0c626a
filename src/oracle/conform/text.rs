//! A report for people.
//!
//! Enters: a report. Leaves: text: what is wrong first, then the sums. Refuses to know: terminals.

use super::report::{CaseReport, Conclusion, Report, Verdict};
use crate::oracle::compare::brief;
use serde_json::Value;

/// Differences of one case, and rules, that are shown.
const SHOWN_DIFFERENCES: usize = 5;
const SHOWN_RULES: usize = 20;

/// The report as lines: every failure, then what all of it comes to.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    for case in report.cases.iter().filter(|case| case.verdict.is_failure()) {
        case_lines(case, report.is_known(case))
            .into_iter()
            .for_each(&mut line);
    }
    for stray in &report.strays {
        line(format!(
            "STRAY {} between {} and {}: {}",
            stray.verdict.name(),
            stray.after,
            stray.before,
            stray.why
        ));
    }
    skipped(report).into_iter().for_each(&mut line);
    rules(report).into_iter().for_each(&mut line);
    if let Some(known) = &report.known {
        let lists = [
            ("new", &known.new),
            ("fixed", &known.fixed),
            ("stale", &known.stale),
        ];
        for (word, names) in lists {
            names
                .iter()
                .for_each(|name| line(format!("known failures: {word}: {name}")));
        }
    }
    line(format!("target {} at {}", report.target, levels(report)));
    let counts =
        Verdict::ALL.map(|verdict| format!("{} {}", report.count(verdict), verdict.name()));
    line(format!(
        "{} vectors: {}",
        report.cases.len(),
        counts.join(", ")
    ));
    let compared = report.compared();
    let compared = compared
        .iter()
        .map(|(level, count)| format!("{level} {count}"));
    line(format!("values compared: {}", list(compared.collect())));
    line(conclusion(report));
    out
}

fn conclusion(report: &Report) -> String {
    let known = report.known.as_ref().map_or(0, |known| known.still.len());
    let words = match (report.conclusion(), known) {
        (Conclusion::Agreement, 0) => "agreement",
        (Conclusion::Agreement, 1) => "agreement, but for 1 known failure",
        (Conclusion::Agreement, known) => {
            return format!("agreement, but for {known} known failures");
        }
        (Conclusion::Difference, _) if report.compared_nothing() => "nothing was compared",
        (Conclusion::Difference, _) if report.failures().next().is_none() => {
            "the list of known failures is not true"
        }
        (Conclusion::Difference, _) => "difference",
        (Conclusion::TargetFailed, _) => "the target failed",
    };
    words.to_owned()
}

/// The levels asked for, apart from each other those at which something was compared and those at
/// which nothing could be: the target lacks them, or no vector has such a value.
fn levels(report: &Report) -> String {
    let compared = report.compared();
    let is_compared = |level: &&str| compared.get(level).is_some_and(|count| *count > 0);
    let asked = report.levels.iter().map(String::as_str);
    let (some, none): (Vec<&str>, Vec<&str>) = asked.partition(is_compared);
    match (some.is_empty(), none.is_empty()) {
        (true, _) => none.join(", "),
        (_, true) => some.join(", "),
        _ => format!(
            "{}; nothing compared at {}",
            some.join(", "),
            none.join(", ")
        ),
    }
}

fn list(items: Vec<String>) -> String {
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    }
}

/// One case, in lines.
pub fn case_lines(case: &CaseReport, is_known: bool) -> Vec<String> {
    let known = if is_known { " (known)" } else { "" };
    let verdict = case.verdict.name().to_uppercase();
    let mut lines = vec![format!("{verdict} {}{known}", case.name)];
    if !case.why.is_empty() {
        lines.push(format!("  {}", case.why));
    }
    lines.extend(case.first.lines().map(|line| format!("  {line}")));
    for one in case.differences.iter().take(SHOWN_DIFFERENCES) {
        let side = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), brief);
        let (expected, found) = (side(&one.expected), side(&one.found));
        lines.push(format!(
            "  {}: {}: expected {expected}, found {found}",
            one.level, one.at
        ));
    }
    let shown = case.differences.len().min(SHOWN_DIFFERENCES) as u64;
    if case.differing > shown {
        lines.push(format!(
            "  and {} more values differ",
            case.differing - shown
        ));
    }
    lines.push(format!("  rules: {}", case.rules.join(", ")));
    lines
}

/// Why vectors were skipped, and how many for each reason.
fn skipped(report: &Report) -> Vec<String> {
    let mut reasons: std::collections::BTreeMap<&str, usize> = Default::default();
    for case in report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Skip)
    {
        *reasons.entry(&case.why).or_default() += 1;
    }
    let reasons = reasons.into_iter();
    reasons
        .map(|(why, count)| format!("skipped {count}: {why}"))
        .collect()
}

fn rules(report: &Report) -> Vec<String> {
    if report.compared().is_empty() {
        return vec!["no rule was tried: nothing was compared".to_owned()];
    }
    let rules = report.by_rule();
    let mut failing: Vec<_> = rules
        .iter()
        .filter(|(_, (failing, _))| *failing > 0)
        .collect();
    // Those rules first whose vectors fail most.
    failing.sort_by(|(one, (a, b)), (other, (c, d))| (c * b).cmp(&(a * d)).then(one.cmp(other)));
    let mut lines: Vec<String> = failing
        .iter()
        .take(SHOWN_RULES)
        .map(|(rule, (failing, all))| format!("rule {rule}: {failing} of {all} vectors fail"))
        .collect();
    if failing.len() > SHOWN_RULES {
        lines.push(format!("and {} more rules", failing.len() - SHOWN_RULES));
    }
    let held = rules.len() - failing.len();
    lines.push(format!(
        "{held} of {} rules hold in all vectors that name them",
        rules.len()
    ));
    lines
}
