//! Whoever a case is held against: a target, or this VM in other ways.
//!
//! Enters: scenarios that were played. Leaves: reports, and of what kind a failure is. Refuses to know: where
//! scenarios come from.

use super::ways::{self, Way};
use crate::oracle::{
    conform::{
        Settings,
        case::Case,
        report::{CaseReport, Verdict},
        worker::Worker,
    },
    draft::Prepared,
};
use serde_json::Value;

/// Against what cases are held.
#[derive(Clone, Debug)]
pub enum Against {
    /// A program that answers questions, started so.
    Target(Settings),
    /// This VM, each case in all of these ways.
    Ways(Vec<Way>),
}

/// One that can be given cases, one after the other.
pub enum Opponent<'a> {
    /// A worker, which starts the program whenever it is not running.
    Target(Box<Worker<'a>>),
    /// The ways of this VM.
    Ways(&'a [Way]),
}

impl Against {
    /// One that nothing was given yet.
    pub fn opponent(&self) -> Opponent<'_> {
        match self {
            Against::Target(settings) => Opponent::Target(Box::new(Worker::new(settings))),
            Against::Ways(ways) => Opponent::Ways(ways),
        }
    }
}

impl Opponent<'_> {
    /// Holds a scenario against it. `at` numbers what it is given.
    pub fn hold(&mut self, at: usize, prepared: Prepared) -> (Case, CaseReport) {
        match self {
            Opponent::Target(worker) => {
                let case = prepared.case();
                let report = worker.carry(at, &case);
                (case, report)
            }
            Opponent::Ways(ways) => ways::hold(ways, prepared),
        }
    }
}

/// Of what kind a failure is: failures of one kind are likely to have one cause. None if it is no failure.
pub fn kind(report: &CaseReport) -> Option<String> {
    match report.verdict {
        Verdict::Pass | Verdict::Skip => return None,
        Verdict::Crash | Verdict::TimeOut | Verdict::BrokenAnswer => {
            return Some(report.verdict.name().to_owned());
        }
        Verdict::Fail => {}
    }
    let Some(divergence) = &report.divergence else {
        return Some(format!("fail: {}", report.why));
    };
    let what = divergence["what"].as_str().unwrap_or_default();
    let (expected, found) = (&divergence["expected"], &divergence["found"]);
    let detail = match (expected, found) {
        (Value::Array(one), Value::Array(other)) if what == "the call" => {
            let parts = ["import", "arguments", "result", "before", "after"];
            let pairs = one.iter().zip(other).zip(parts);
            let parts = pairs
                .filter(|((one, other), _)| one != other)
                .map(|(_, part)| part);
            format!(
                "{} ({})",
                name(&one[0]),
                parts.collect::<Vec<_>>().join(", ")
            )
        }
        (Value::Array(call), _) | (_, Value::Array(call)) if what == "the call" => {
            format!("{} on one side only", name(&call[0]))
        }
        (one, other) if what == "the instruction" => {
            let before = divergence["before"].as_array();
            let before = before.and_then(|before| before.last());
            let differs = match (one, other) {
                (Value::Array(one), Value::Array(other)) if one[..3] == other[..3] => "ticks",
                (Value::Array(_), Value::Array(_)) => "another one",
                _ => "on one side only",
            };
            let after = before.map_or("the beginning", |line| name(&line[2]));
            format!("{differs} after {after}")
        }
        (Value::Object(one), Value::Object(other)) if what.starts_with("how it") => {
            let keys = one
                .keys()
                .chain(other.keys())
                .filter(|key| one.get(*key) != other.get(*key));
            let mut keys: Vec<&str> = keys.map(String::as_str).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.join(", ")
        }
        _ => report
            .differences
            .first()
            .map_or(String::new(), |first| pattern(&first.at)),
    };
    Some(format!("{what}: {detail}"))
}

fn name(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A way without the positions and ids in it.
fn pattern(way: &str) -> String {
    let mut depth = 0;
    let outside = |letter: &char| {
        depth += i32::from(*letter == '[');
        let outside = depth == 0;
        depth -= i32::from(*letter == ']');
        outside
    };
    way.chars().filter(outside).collect()
}
