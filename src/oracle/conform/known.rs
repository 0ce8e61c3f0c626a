//! A list of failures that are known.
//!
//! Enters: a text with a name a line, and a report. Leaves: which failures are new, which are known,
//! and where the list is no longer true. Refuses to know: why they fail.

use super::report::{Known, Report, Verdict};
use std::collections::BTreeSet;

/// The names in a list: one a line, up to `#`.
pub fn read(text: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        let name = line.split('#').next().unwrap_or_default().trim();
        if !name.is_empty() && !names.insert(name.to_owned()) {
            return Err(format!(
                "line {}: expected {name} once, found it again",
                at + 1
            ));
        }
    }
    Ok(names)
}

/// Compares a report with a list. `all` are the names of all vectors, those that were not asked for
/// included.
pub fn compare(report: &Report, listed: &BTreeSet<String>, all: &BTreeSet<String>) -> Known {
    let mut known = Known {
        stale: listed.difference(all).cloned().collect(),
        ..Known::default()
    };
    for case in &report.cases {
        let into = match (case.verdict, listed.contains(&case.name)) {
            (Verdict::Pass, true) => &mut known.fixed,
            (verdict, true) if verdict.is_failure() => &mut known.still,
            (verdict, false) if verdict.is_failure() => &mut known.new,
            _ => continue,
        };
        into.insert(case.name.clone());
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_comments_and_no_name_twice() {
        let names = read("# all\na/b # why\n\n  c\n").expect("it is right");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a/b", "c"]);
        let error = read("a\nb\na # again\n").expect_err("twice");
        assert_eq!(error, "line 3: expected a once, found it again");
    }
}
