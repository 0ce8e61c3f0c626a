//! Many snapshots that differ from their golden files, as one page to be read.
//!
//! Enters: of each scenario, its rules and both texts. Leaves: groups: which part of the snapshots
//! differs, under which rules, and what the ticks were before and after. Refuses to know: which is
//! right, and where the texts stand.

use super::ticks::table::{head, section};
use crate::{testing::Difference, trace::redact};
use std::{collections::BTreeMap, fmt::Write};

/// Scenarios named in one group, and rules.
const SHOWN: usize = 12;

/// A scenario whose snapshot differs.
pub struct Differing {
    /// The scenario's name, as a test is called.
    pub name: String,
    /// The rules that it says it exercises.
    pub rules: Vec<String>,
    /// The snapshot that was approved.
    pub golden: String,
    /// The snapshot of this run.
    pub found: String,
}

/// Which part of a snapshot differs, beginning with what matters most to a reader.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// What stands above the steps.
    Head,
    /// What the outside did.
    Steps,
    /// Which activations there were, and how they ended.
    Activations,
    /// Which import calls they made, and with what result.
    Calls,
    /// What the state was in the end.
    State,
    /// Numbers of ticks alone.
    Ticks,
    /// Hashes alone.
    Hashes,
}

impl Part {
    /// The part that differs; ticks and hashes alone are told only where all else is the same.
    pub fn of(golden: &str, found: &str) -> Part {
        if redacted(golden, redact::hashes) == redacted(found, redact::hashes) {
            return Part::Hashes;
        }
        let without = |line: &str| redact::ticks(&redact::hashes(line));
        let (old, new) = (redacted(golden, without), redacted(found, without));
        let longest = old.len().max(new.len());
        let at = (0..longest).find(|at| old.get(*at) != new.get(*at));
        at.map_or(Part::Ticks, |at| {
            let lines = if at < old.len() { &old } else { &new };
            Part::of_line(lines, at)
        })
    }

    fn of_line(lines: &[String], at: usize) -> Part {
        let starts = |title: &str| lines[..=at].iter().any(|line| line.starts_with(title));
        let indent = lines[at].len() - lines[at].trim_start().len();
        match (starts("state"), starts("step "), indent) {
            (true, ..) => Part::State,
            (_, false, _) => Part::Head,
            (.., 0) => Part::Steps,
            (.., 2) => Part::Activations,
            _ => Part::Calls,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Part::Head => "what the scenario is",
            Part::Steps => "steps",
            Part::Activations => "activations and their outcomes",
            Part::Calls => "import calls",
            Part::State => "the state",
            Part::Ticks => "ticks alone",
            Part::Hashes => "hashes alone",
        }
    }
}

fn redacted(text: &str, change: impl Fn(&str) -> String) -> Vec<String> {
    // The account of all ticks is one of ticks alone.
    let lines = text.lines().filter(|line| !line.starts_with("  ticks: "));
    lines.map(change).collect()
}

/// The ticks that a scenario spent in all, as its snapshot tells them.
fn spent(snapshot: &str) -> u64 {
    let account = snapshot
        .lines()
        .find_map(|line| line.strip_prefix("  ticks: "));
    let spent = account.and_then(|it| it.split_once("spent ")?.1.split(' ').next());
    spent.and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// The page.
pub fn page(differing: &[Differing]) -> String {
    let mut groups: BTreeMap<Part, Vec<&Differing>> = BTreeMap::new();
    for it in differing {
        let part = Part::of(&it.golden, &it.found);
        groups.entry(part).or_default().push(it);
    }
    let mut out = String::new();
    for (part, scenarios) in &groups {
        let count = crate::trace::text::count(scenarios.len() as u64, "scenario");
        writeln!(out, "what differs first: {}, in {count}", part.text()).expect("it is a string");
        out += &section("by rule", &by_rule(scenarios));
        out += &section("by scenario", &by_scenario(scenarios));
        let first = scenarios[0];
        if let Some(difference) = Difference::between(&first.golden, &first.found) {
            out += &format!("\nfor example {}: {difference}\n", first.name);
        }
    }
    out
}

fn row(name: &str, count: Option<usize>, [old, new]: [u64; 2]) -> Vec<String> {
    let by = i128::from(new) - i128::from(old);
    let mut cells = vec![name.to_owned()];
    cells.extend(count.map(|count| count.to_string()));
    cells.extend([old.to_string(), new.to_string(), format!("{by:+}")]);
    cells
}

fn ticks(scenario: &Differing) -> [u64; 2] {
    [&scenario.golden, &scenario.found].map(|text| spent(text))
}

fn by_rule(scenarios: &[&Differing]) -> Vec<Vec<String>> {
    let mut rules: BTreeMap<&str, (usize, [u64; 2])> = BTreeMap::new();
    for scenario in scenarios {
        for rule in &scenario.rules {
            let (count, sums) = rules.entry(rule).or_default();
            *count += 1;
            let both = ticks(scenario);
            *sums = [sums[0] + both[0], sums[1] + both[1]];
        }
    }
    let mut sorted: Vec<_> = rules.into_iter().collect();
    // A rule that more scenarios name comes first.
    sorted.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    let rows = sorted.iter();
    let rows = rows.map(|(rule, (count, both))| row(rule, Some(*count), *both));
    table(&["rule", "scenarios", "before", "after", "moved"], rows)
}

fn by_scenario(scenarios: &[&Differing]) -> Vec<Vec<String>> {
    let mut sorted = scenarios.to_vec();
    sorted.sort_by_key(|it| {
        let [old, new] = ticks(it);
        (std::cmp::Reverse(old.abs_diff(new)), it.name.clone())
    });
    let rows = sorted.iter().map(|it| row(&it.name, None, ticks(it)));
    table(&["scenario", "before", "after", "moved"], rows)
}

/// Rows under their heads: the first of many, and how many more there are.
fn table(heads: &[&str], rows: impl ExactSizeIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let all = rows.len();
    let mut lines = vec![head(heads)];
    lines.extend(rows.take(SHOWN));
    if all > SHOWN {
        let mut more = vec![String::new(); heads.len()];
        more[0] = format!("and {} more", all - SHOWN);
        lines.push(more);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = "dialect: capabilities\n\nstep 1: create alice\n  \
        alice creation, 0 -> 8: tank 10, spent 8, ok, left 2 burned\n    \
        mintCap() -> 1  [9 -> 8]\n  time 8, root 00\n\nstate\n  time 8\n  \
        ticks: injected 10 = spent 8 + burned 2 + held 0\n";

    fn changed(old: &str, new: &str) -> String {
        assert!(GOLDEN.contains(old), "{old:?} stands there");
        GOLDEN.replace(old, new)
    }

    #[test]
    fn the_part_that_differs_is_told() {
        for (old, new, part) in [
            ("dialect: capabilities", "dialect: ports-camel", Part::Head),
            ("create alice", "create bob", Part::Steps),
            ("8, ok, left", "8, ! Unreachable, left", Part::Activations),
            ("mintCap() -> 1", "mintCap() -> 2", Part::Calls),
            ("spent 8", "spent 9", Part::Ticks),
            ("[9 -> 8]", "[9 -> 7]", Part::Ticks),
        ] {
            assert_eq!(Part::of(GOLDEN, &changed(old, new)), part, "{new}");
        }
    }

    #[test]
    fn a_page_sums_ticks_by_rule() {
        let differing = ["a", "b"].map(|name| Differing {
            name: name.to_owned(),
            rules: vec!["TICK-1".to_owned()],
            golden: GOLDEN.to_owned(),
            found: changed("spent 8", "spent 9"),
        });
        let page = page(&differing);
        for part in [
            "what differs first: ticks alone, in 2 scenarios\n",
            "  TICK-1          2      16     18     +2\n",
            "  a              8      9     +1\n",
            "for example a: the first difference is in line 4\n",
        ] {
            assert!(page.contains(part), "expected {part:?} in:\n{page}");
        }
    }
}
