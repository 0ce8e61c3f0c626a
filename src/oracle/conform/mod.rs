//! Holding a target to vectors: for each a verdict, and for each failure where it begins.
//!
//! Enters: cases, a command. Leaves: a report that does not depend on how many targets ran at once.
//! Refuses to know: how reports look, and what the target is made of.

pub mod case;
mod explain;
pub mod junit;
pub mod known;
pub mod process;
pub mod replay;
pub mod report;
pub mod text;
pub mod worker;

use super::level::Levels;
use case::Case;
use process::Command;
use report::{CaseReport, Report, Stray};
use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use worker::Worker;

/// How to hold a target to cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How the target is started and asked.
    pub command: Command,
    /// What it is held to, as far as it can tell.
    pub levels: Levels,
    /// Targets at once.
    pub jobs: NonZeroUsize,
}

/// What one worker found, by the places of the cases.
#[derive(Default)]
pub struct Findings {
    /// What came of the cases that it carried out.
    pub cases: BTreeMap<usize, CaseReport>,
    /// Failures that belong to no case.
    pub strays: Vec<Stray>,
    /// What the target calls itself.
    pub target: Option<String>,
}

/// Gives all cases to targets. `seen` hears of every case that is done.
pub fn conform(cases: &[Case], settings: &Settings, seen: &(dyn Fn(&CaseReport) + Sync)) -> Report {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Findings::default());
    let work = || {
        let mut worker = Worker::new(settings);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(at) else {
                break;
            };
            let report = worker.carry(at, case);
            seen(&report);
            worker.findings.cases.insert(at, report);
        }
        let found = worker.finish();
        let mut all = all.lock().expect("no worker panics");
        // What one worker says of a case, no other says.
        all.cases.extend(found.cases);
        all.strays.extend(found.strays);
        all.target = all.target.take().or(found.target);
    };
    let jobs = settings.jobs.get().min(cases.len());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(work);
        }
    });
    let mut found = all.into_inner().expect("no worker panics");
    found.strays.sort();
    Report {
        version: report::VERSION,
        target: found
            .target
            .unwrap_or_else(|| "unknown (it never said hello)".to_owned()),
        levels: settings
            .levels
            .names()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        cases: found.cases.into_values().collect(),
        strays: found.strays,
        known: None,
    }
}
