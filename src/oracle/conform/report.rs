//! What came of holding a target to vectors.
//!
//! Enters: verdicts. Leaves: a report as a value and as JSON, reports of shards made one. Refuses to
//! know: how it is printed for people.

use crate::oracle::{
    compare::{Comparison, Difference},
    vector::{Vector, layout},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the JSON.
pub const VERSION: u32 = 1;

/// Differences of one case that a report lists.
const LISTED_DIFFERENCES: usize = 20;

/// What came of one case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All that was compared is the same.
    Pass,
    /// Something that was compared differs.
    Fail,
    /// The target does not offer what the case needs.
    Skip,
    /// The target ended before it had answered.
    Crash,
    /// The target did not answer in time.
    TimeOut,
    /// What the target answered is no answer.
    BrokenAnswer,
}

impl Verdict {
    /// Every verdict, in the order of the declaration.
    pub const ALL: [Verdict; 6] = [
        Verdict::Pass,
        Verdict::Fail,
        Verdict::Skip,
        Verdict::Crash,
        Verdict::TimeOut,
        Verdict::BrokenAnswer,
    ];

    /// The word for it in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Skip => "skip",
            Verdict::Crash => "crash",
            Verdict::TimeOut => "time-out",
            Verdict::BrokenAnswer => "broken answer",
        }
    }

    /// Whether the target is not as it should be.
    pub const fn is_failure(self) -> bool {
        !matches!(self, Verdict::Pass | Verdict::Skip)
    }

    /// Whether the target gave no answer that could be compared.
    pub const fn is_breakdown(self) -> bool {
        matches!(
            self,
            Verdict::Crash | Verdict::TimeOut | Verdict::BrokenAnswer
        )
    }
}

/// A value that differs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Differing {
    /// The way to it in the result.
    pub at: String,
    /// The level that it belongs to.
    pub level: String,
    /// Not there if nothing was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Value>,
    /// Not there if nothing was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Value>,
}

/// What came of one case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseReport {
    /// The name of the vector.
    pub name: String,
    /// The rules that the vector exercises.
    pub rules: Vec<String>,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it was not compared, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// How many values were compared, by level.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub compared: BTreeMap<String, u64>,
    /// The first point at which the results differ, in words; empty if they do not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first: String,
    /// The same point, for a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divergence: Option<Value>,
    /// How many values differ.
    #[serde(default)]
    pub differing: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Differing>,
    /// What is right, for a replay; reports do not carry it.
    #[serde(skip)]
    pub expected: Option<Value>,
    /// What the target answered, likewise.
    #[serde(skip)]
    pub found: Option<Value>,
}

/// A failure of the target between two cases, which neither of them causes alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Stray {
    /// The case before it.
    pub after: String,
    /// The case behind it.
    pub before: String,
    /// How the target failed.
    pub verdict: Verdict,
    /// What was met, in words.
    pub why: String,
}

/// How the failures compare with those that were known.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Known {
    /// Known, and still failing.
    pub still: BTreeSet<String>,
    /// Failing, and not known.
    pub new: BTreeSet<String>,
    /// Known, and passing now.
    pub fixed: BTreeSet<String>,
    /// Known, and no vector of that name.
    pub stale: BTreeSet<String>,
}

/// All of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The version of the format.
    #[serde(rename = "primea-conform")]
    pub version: u32,
    /// What the target calls itself.
    pub target: String,
    /// The names of the levels compared.
    pub levels: Vec<String>,
    /// In the order of their names.
    pub cases: Vec<CaseReport>,
    /// Failures that belong to no case.
    pub strays: Vec<Stray>,
    /// Only if a list of known failures was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
}

impl CaseReport {
    /// Of a case that was not held to anything yet.
    pub(crate) fn new(vector: &Vector) -> CaseReport {
        CaseReport {
            name: vector.name.clone(),
            rules: vector.rules.clone(),
            verdict: Verdict::Skip,
            why: String::new(),
            compared: BTreeMap::new(),
            first: String::new(),
            divergence: None,
            differing: 0,
            differences: Vec::new(),
            expected: None,
            found: None,
        }
    }

    /// Notes how many values were compared.
    pub(crate) fn compare_counts(&mut self, comparison: &Comparison) {
        let counts = comparison.compared.iter();
        self.compared = counts
            .map(|(level, count)| ((*level).to_owned(), *count))
            .collect();
    }

    /// Notes how many values differ, and as many of them as are listed.
    pub(crate) fn set_differences(&mut self, differences: &[Difference]) {
        self.differing = differences.len() as u64;
        let listed = differences.iter().take(LISTED_DIFFERENCES);
        self.differences = listed
            .map(|one| Differing {
                at: one.way.to_string(),
                level: one.level.name().to_owned(),
                expected: one.expected.clone(),
                found: one.found.clone(),
            })
            .collect();
    }

    /// Takes back what was said of a case whose answer turned out to be none.
    pub fn break_off(&mut self, why: &str) {
        self.verdict = Verdict::BrokenAnswer;
        self.why = why.to_owned();
        self.compared = BTreeMap::new();
    }
}

/// What a whole run comes to, worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Conclusion {
    /// Nothing failed that was not known to.
    Agreement,
    /// A result differs, nothing was compared, or the list of known failures is not true.
    Difference,
    /// The target crashed, ran out of time, or answered nonsense.
    TargetFailed,
}

impl Report {
    /// How many cases have that verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cases
            .iter()
            .filter(|case| case.verdict == verdict)
            .count()
    }

    /// How many values were compared, by level.
    pub fn compared(&self) -> BTreeMap<&str, u64> {
        let mut all: BTreeMap<&str, u64> = BTreeMap::new();
        for (level, count) in self.cases.iter().flat_map(|case| &case.compared) {
            *all.entry(level).or_default() += count;
        }
        all
    }

    /// For each rule, of how many cases that were carried out how many fail.
    pub fn by_rule(&self) -> BTreeMap<&str, (usize, usize)> {
        let mut rules: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for case in self
            .cases
            .iter()
            .filter(|case| case.verdict != Verdict::Skip)
        {
            for rule in &case.rules {
                let (failing, all) = rules.entry(rule).or_default();
                *failing += usize::from(case.verdict.is_failure());
                *all += 1;
            }
        }
        rules
    }

    /// Whether the failure of a case is one of those that are known.
    pub fn is_known(&self, case: &CaseReport) -> bool {
        let known = self.known.as_ref();
        known.is_some_and(|known| known.still.contains(&case.name))
    }

    /// Whether the list of known failures names what does not fail, or is not there.
    pub fn is_listed_wrongly(&self) -> bool {
        let known = self.known.as_ref();
        known.is_some_and(|known| !known.fixed.is_empty() || !known.stale.is_empty())
    }

    /// The failures that nobody knew of.
    pub fn failures(&self) -> impl Iterator<Item = &CaseReport> {
        let cases = self.cases.iter();
        cases.filter(|case| case.verdict.is_failure() && !self.is_known(case))
    }

    /// What the exit status says.
    pub fn conclusion(&self) -> Conclusion {
        let failures = || self.failures();
        let listed_wrongly = self.is_listed_wrongly();
        if !self.strays.is_empty() || failures().any(|case| case.verdict.is_breakdown()) {
            Conclusion::TargetFailed
        } else if failures().next().is_some() || listed_wrongly || self.compared_nothing() {
            Conclusion::Difference
        } else {
            Conclusion::Agreement
        }
    }

    /// A run that compared nothing shows nothing.
    pub fn compared_nothing(&self) -> bool {
        self.compared().values().sum::<u64>() == 0
    }

    /// As JSON, the same for the same findings.
    pub fn json(&self) -> String {
        let value = serde_json::to_value(self).expect("a report is JSON");
        let order = [
            "primea-conform",
            "target",
            "levels",
            "known",
            "strays",
            "cases",
        ];
        layout::text(&value, &order)
    }

    /// What `json` wrote. An error says what else the text is.
    pub fn read(text: &str) -> Result<Report, String> {
        let report: Report = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match report.version {
            VERSION => Ok(report),
            other => Err(format!("primea-conform: expected {VERSION}, found {other}")),
        }
    }

    /// One report of several about the same target, of which each has cases of its own.
    pub fn merge(reports: Vec<Report>) -> Result<Report, String> {
        let mut reports = reports.into_iter();
        let mut whole = reports.next().ok_or("expected reports, found none")?;
        for report in reports {
            if (&report.target, &report.levels) != (&whole.target, &whole.levels) {
                return Err(format!(
                    "expected reports of one target at the same levels, found {} ({}) and {} ({})",
                    whole.target,
                    whole.levels.join(", "),
                    report.target,
                    report.levels.join(", ")
                ));
            }
            whole.cases.extend(report.cases);
            whole.strays.extend(report.strays);
            whole.known = match (whole.known, report.known) {
                (Some(one), Some(other)) => Some(one.and(other)),
                (None, None) => None,
                _ => return Err("expected known failures in all reports or in none".to_owned()),
            };
        }
        whole.cases.sort_by(|one, other| one.name.cmp(&other.name));
        whole.strays.sort();
        match whole
            .cases
            .array_windows()
            .find(|[one, other]| one.name == other.name)
        {
            Some([one, _]) => Err(format!(
                "expected {} in one report, found it in two",
                one.name
            )),
            None => Ok(whole),
        }
    }
}

impl Known {
    fn and(mut self, other: Known) -> Known {
        self.still.extend(other.still);
        self.new.extend(other.new);
        self.fixed.extend(other.fixed);
        self.stale.extend(other.stale);
        self
    }
}
