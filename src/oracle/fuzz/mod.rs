//! Fuzzing: random worlds, held against a target, or against this VM in other ways.
//!
//! Enters: seeds, and what cases are held against. Leaves: what was found, one find of each kind; and what the
//! cases reached. The same seeds give the same, on every machine and however many work at once. Refuses to know:
//! clocks, terminals, folders.

pub mod chance;
pub mod coverage;
pub mod opponent;
pub mod story;
pub mod ways;

mod arguments;
mod guest;
mod plain;
mod sequences;

use super::{
    conform::{case::Case, report::CaseReport},
    draft::{Draft, Prepared},
};
use crate::interface::table::Dialect;
use coverage::Coverage;
use opponent::{Against, kind};
use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
};

/// Which cases to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The first seed.
    pub seed: u64,
    /// From so many seeds, dialect by dialect in turn; without end if it is not said.
    pub cases: Option<usize>,
    /// The dialects that cases are made in.
    pub dialects: Vec<Dialect>,
    /// How many cases are held against the opponent at once.
    pub jobs: NonZeroUsize,
    /// Scenarios that go first, by their names.
    pub first: Vec<(String, Draft)>,
    /// How many kinds of failures are enough.
    pub enough: usize,
}

/// The first failure of its kind.
pub struct Find {
    /// What failures of this kind have in common, in words.
    pub kind: String,
    /// The scenario that failed.
    pub draft: Draft,
    /// The same, as a case.
    pub case: Case,
    /// What came of the case.
    pub report: CaseReport,
    /// How many failures of this kind there were.
    pub count: usize,
}

/// What came of it all.
#[derive(Default)]
pub struct Findings {
    /// Cases that were made, skipped ones included.
    pub cases: usize,
    /// Cases that were skipped.
    pub skipped: usize,
    /// What the cases have covered together.
    pub coverage: Coverage,
    /// By their kinds.
    pub finds: BTreeMap<String, Find>,
    /// Values compared.
    pub compared: u64,
}

/// What came of one case.
pub struct Held {
    /// The scenario that was made.
    pub draft: Draft,
    /// The same, as a case.
    pub case: Case,
    /// What came of the case.
    pub report: CaseReport,
    coverage: Coverage,
}

/// Says of a case that is done: what it is, whether it added coverage, and all that was found so far. What it says is
/// whether to go on.
pub type Told<'t> = dyn FnMut(&Held, bool, &Findings) -> bool + 't;

/// Makes cases and holds them, until there are enough, or `told` says so.
///
/// It fails if one of the first scenarios cannot be carried out.
pub fn fuzz(plan: &Plan, against: &Against, told: &mut Told<'_>) -> Result<Findings, String> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let mut findings = Findings::default();
    let mut wrong = None;
    std::thread::scope(|scope| {
        // Nobody runs far ahead of what is taken in.
        let (sender, results) = mpsc::sync_channel(plan.jobs.get() * 4);
        for _ in 0..plan.jobs.get() {
            let sender = sender.clone();
            let (next, stop) = (&next, &stop);
            scope.spawn(move || {
                let mut opponent = against.opponent();
                while !stop.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(prepared) = plan.case(at) else {
                        return;
                    };
                    let held = prepared.map(|prepared| {
                        let coverage = Coverage::of(&prepared.played);
                        let draft = prepared.draft.clone();
                        let (case, report) = opponent.hold(at, prepared);
                        Held {
                            draft,
                            case,
                            report,
                            coverage,
                        }
                    });
                    if sender.send((at, held)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut at = 0;
        'all: for (place, held) in &results {
            early.insert(place, held);
            while let Some(held) = early.remove(&at) {
                at += 1;
                let held = match held {
                    Ok(held) => held,
                    Err(why) => {
                        wrong = Some(why);
                        break 'all;
                    }
                };
                let added = findings.take(&held);
                let go_on = told(&held, added, &findings);
                findings.keep(held);
                if !go_on || findings.finds.len() >= plan.enough {
                    break 'all;
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        drop(results);
    });
    match wrong {
        Some(why) => Err(why),
        None => Ok(findings),
    }
}

impl Plan {
    /// The case at this place.
    fn case(&self, at: usize) -> Option<Result<Prepared, String>> {
        if let Some((name, draft)) = self.first.get(at) {
            return Some(draft.clone().prepare(name));
        }
        let at = at - self.first.len();
        if self.cases.is_some_and(|cases| at >= cases) {
            return None;
        }
        let dialect = self.dialects[at % self.dialects.len()];
        let seed = self.seed.wrapping_add((at / self.dialects.len()) as u64);
        Some(Ok(story::story(seed, dialect)))
    }
}

impl Findings {
    /// Counts a case; whether it reached something new.
    fn take(&mut self, held: &Held) -> bool {
        self.cases += 1;
        self.skipped += usize::from(held.report.verdict == super::conform::report::Verdict::Skip);
        self.compared += held.report.compared.values().sum::<u64>();
        self.coverage.add(&held.coverage)
    }

    /// Keeps a failure, if it is the first of its kind.
    fn keep(&mut self, held: Held) {
        let Some(kind) = kind(&held.report) else {
            return;
        };
        let find = self.finds.entry(kind.clone()).or_insert_with(|| Find {
            kind,
            draft: held.draft,
            case: held.case,
            report: held.report,
            count: 0,
        });
        find.count += 1;
    }
}
