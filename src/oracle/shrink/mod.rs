//! Shrinking: a scenario that fails becomes a small one that fails in the same way.
//!
//! Enters: a draft, and whether a draft fails so. Leaves: a draft of which nothing more can be left out, or as far
//! as the attempts went. Refuses to know: what failing is, and how a draft is carried out.
//!
//! First whole steps are left out, then what stands in them, then parts of the guests' modules. Each round tries
//! everything that was not tried before; the last round found nothing to leave out.

mod code;
mod expressions;
mod steps;
#[cfg(test)]
mod tests;
pub mod text;

use super::{
    draft::{Code, Draft},
    fuzz::{
        coverage::Coverage,
        opponent::{Opponent, kind},
    },
};
use crate::{
    module::accept::accept,
    oracle::conform::{case::Case, report::CaseReport},
    scenario::Scenario,
    state::hash::Hash,
};
use std::collections::BTreeSet;

/// How many attempts are enough, where nobody says otherwise.
pub const ATTEMPTS: usize = 6_000;

/// What shrinking came to.
pub struct Shrunk {
    /// The smallest scenario found that still fails in that way.
    pub draft: Draft,
    /// The same, as a case.
    pub case: Case,
    /// What came of the case.
    pub report: CaseReport,
    /// How many smaller scenarios were tried.
    pub attempts: usize,
}

/// Shrinks a draft that fails in the way of that kind when it is held against the opponent. None if it does not.
pub fn shrink(
    draft: Draft,
    name: &str,
    wanted: &str,
    attempts: usize,
    opponent: &mut Opponent<'_>,
) -> Option<Shrunk> {
    let broken = broken(&draft, name);
    let whole = draft.clone().prepare(name).ok()?;
    // Rules that a person has named are suspects, whatever is left out.
    let named: BTreeSet<&str> = draft.rules.iter().map(String::as_str).collect();
    let names_what_it_does = named == Coverage::of(&whole.played).rules();
    // What does more than the whole is no part of it, and might go on without end.
    let activations = whole.played.steps.iter().map(|step| step.records.len());
    let activations = activations.sum();
    let mut at = 0;
    let mut hold = |draft: &Draft| -> Option<(Draft, Case, CaseReport)> {
        let scenario = draft.scenario(name).ok()?;
        // What was left out of a module must not be what makes it one.
        if !unacceptable(&scenario).is_subset(&broken) {
            return None;
        }
        let prepared = draft.clone().carry_out(scenario, activations).ok()?;
        let prepared = match names_what_it_does {
            true => prepared,
            false => prepared.naming(draft.rules.clone()),
        };
        let draft = prepared.draft.clone();
        at += 1;
        let (case, report) = opponent.hold(at, prepared);
        (kind(&report).as_deref() == Some(wanted)).then_some((draft, case, report))
    };
    hold(&draft)?;
    let mut shrinker = Shrinker {
        best: draft,
        left: attempts,
        tried: BTreeSet::new(),
        fails: &mut |draft| hold(draft).is_some(),
    };
    shrinker.shrink();
    let attempts = attempts - shrinker.left;
    let mut best = shrinker.best;
    best.about = format!("What is left of {name}. The failure: {wanted}.");
    let (draft, case, report) = hold(&best)?;
    Some(Shrunk {
        draft,
        case,
        report,
        attempts,
    })
}

fn broken(draft: &Draft, name: &str) -> BTreeSet<String> {
    let scenario = draft.scenario(name);
    scenario.map_or(BTreeSet::new(), |scenario| unacceptable(&scenario))
}

/// The modules that are not acceptable.
fn unacceptable(scenario: &Scenario) -> BTreeSet<String> {
    let plan = &scenario.plan;
    let modules = plan.modules.iter();
    let refused = modules.filter(|module| accept(module.binary.bytes(), plan.dialect).is_err());
    refused.map(|module| module.name.clone()).collect()
}

struct Shrinker<'f> {
    best: Draft,
    /// How many attempts may still be made.
    left: usize,
    /// The hashes of the drafts that were tried.
    tried: BTreeSet<Hash>,
    fails: &'f mut dyn FnMut(&Draft) -> bool,
}

impl Shrinker<'_> {
    fn shrink(&mut self) {
        let tidied = self.best.clone();
        self.attempt(tidied);
        self.write_out_binaries();
        loop {
            let before = self.best.clone();
            self.leave_out_steps();
            self.leave_out_schedule();
            self.simplify_steps();
            self.leave_out_code();
            if self.best == before || self.left == 0 {
                return;
            }
        }
    }

    /// Makes this the best draft, if it fails as well once it is tidy.
    fn attempt(&mut self, mut candidate: Draft) -> bool {
        steps::tidy(&mut candidate);
        if self.left == 0 || candidate == self.best {
            return false;
        }
        let text = candidate.text();
        if !self.tried.insert(Hash::plain(text.as_bytes())) {
            return false;
        }
        self.left -= 1;
        let fails = (self.fails)(&candidate);
        if fails {
            self.best = candidate;
        }
        fails
    }

    /// Leaves out parts of a list: halves, then quarters, to single ones. `without` makes the draft without the
    /// parts from one place to another, of which there are `count` in the best draft.
    fn leave_out(
        &mut self,
        count: &dyn Fn(&Draft) -> usize,
        without: &dyn Fn(&Draft, usize, usize) -> Draft,
    ) {
        let mut size = count(&self.best).div_ceil(2);
        while size > 0 {
            let mut end = count(&self.best);
            while end > 0 {
                let start = end.saturating_sub(size);
                let candidate = without(&self.best, start, end);
                self.attempt(candidate);
                end = start.min(count(&self.best));
            }
            size /= 2;
        }
    }

    /// Modules that are given as bytes are written as text, where that makes no difference.
    fn write_out_binaries(&mut self) {
        for at in 0..self.best.modules.len() {
            let Some((_, Code::Binary(bytes))) = self.best.modules.get(at) else {
                continue;
            };
            if let Some(text) = text::of_binary(bytes) {
                let mut candidate = self.best.clone();
                candidate.modules[at].1 = Code::Wat(text);
                self.attempt(candidate);
            }
        }
    }
}
