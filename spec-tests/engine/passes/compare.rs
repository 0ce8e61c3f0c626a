//! Two ways to run a module, held against each other at many budgets.
//!
//! Enters: a module, two ways, and how many budgets to try. Leaves: a tally, or the first
//! difference. Refuses to know: where modules come from.
//!
//! The first way is the one under test. Where it may raise false alarms, its own success must be
//! the other's to the last tick, and its own failure says nothing but this: all that the host
//! has seen until then was right. Whoever fails so is run again in the other way.

use super::story::{Plan, Ready, Story};
use crate::random::Random;
use primea::fault::Fault;
use primea::module::AcceptedModule;
use primea::module::schedule::Schedule;
use std::fmt;

/// A module, and what to do with it.
pub struct Subject {
    pub module: AcceptedModule,
    pub schedule: Schedule,
    pub plans: Vec<Plan>,
}

/// Which budgets are tried.
#[derive(Clone, Copy)]
pub struct Effort {
    /// What is given to find out how much a program needs.
    pub ample: u64,
    /// Programs that need at most that much are run with every budget from 0 on.
    pub sweep: u64,
    /// Random budgets for the others.
    pub random: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The two must tell the same story.
    Same,
    /// The first may fail where the second does not, if it fails for want of ticks.
    OrFalseAlarm,
}

/// What was compared, so that a run that compared nothing can't pass.
#[derive(Default, Debug)]
pub struct Tally {
    pub modules: usize,
    /// Pairs of runs of one plan at one budget.
    pub pairs: usize,
    /// Plans that were tried at every budget.
    pub swept: usize,
    pub successes: usize,
    pub faults: usize,
    pub out_of_ticks: usize,
    pub too_deep: usize,
    pub import_calls: usize,
    /// The first way ran short where the second did not.
    pub false_alarms: usize,
    /// Modules with an instruction that the counter does not know.
    pub skipped: usize,
    /// Seeds that give no module that may run.
    pub without_module: usize,
}

/// Two stories of one plan at one budget that ought to agree.
pub struct Difference {
    pub plan: Plan,
    pub budget: u64,
    pub stories: [Story; 2],
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  budget {}, plan {:?}", self.budget, self.plan)?;
        let [one, other] = &self.stories;
        write!(f, "  the way under test:\n{one}  the other:\n{other}")
    }
}

/// Compares what two ways make of the plans. The second is the one that is believed.
pub fn compare(
    ready: [&Ready<'_>; 2],
    plans: &[Plan],
    relation: Relation,
    effort: Effort,
    tally: &mut Tally,
) -> Result<(), Box<Difference>> {
    for plan in plans {
        let Ok(full) = ready[1].run(plan, effort.ample) else {
            tally.skipped += 1;
            return Ok(());
        };
        let budgets = budgets(&full, plan, effort);
        tally.swept += usize::from(budgets.len() as u64 > effort.random as u64 + 4);
        for budget in budgets {
            let Some(stories) = both(ready, plan, budget) else {
                tally.skipped += 1;
                return Ok(());
            };
            tally.add(&stories);
            if !agree(&stories, relation) {
                return Err(Box::new(Difference {
                    plan: plan.clone(),
                    budget,
                    stories,
                }));
            }
        }
    }
    tally.modules += 1;
    Ok(())
}

fn both(ready: [&Ready<'_>; 2], plan: &Plan, budget: u64) -> Option<[Story; 2]> {
    let [one, other] = ready;
    Some([one.run(plan, budget).ok()?, other.run(plan, budget).ok()?])
}

/// The budgets to try, given what happens with an ample one.
fn budgets(full: &Story, plan: &Plan, effort: Effort) -> Vec<u64> {
    let mut random = Random::new(plan.host);
    let mut some = |below: u64| -> Vec<u64> {
        let some = (0..effort.random).map(|_| random.below(below.max(1) as usize) as u64);
        some.collect()
    };
    if full.ending == Err(Fault::OutOfTicks) {
        return [some(effort.ample), vec![effort.ample]].concat();
    }
    let needed = effort.ample - full.ticks;
    match needed <= effort.sweep {
        true => (0..=needed + 1).chain([effort.ample]).collect(),
        false => {
            let around = vec![needed - 1, needed, needed + 1, effort.ample];
            [some(needed), around].concat()
        }
    }
}

fn agree([one, other]: &[Story; 2], relation: Relation) -> bool {
    match (relation, &one.ending, &other.ending) {
        (Relation::Same, ..) | (_, Ok(_), _) => one == other,
        (Relation::OrFalseAlarm, Err(fault), Ok(_)) => {
            *fault == Fault::OutOfTicks && other.events.starts_with(&one.events)
        }
        (Relation::OrFalseAlarm, Err(_), Err(_)) => other.events.starts_with(&one.events),
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = 100.0 * self.false_alarms as f64 / self.successes.max(1) as f64;
        write!(f, "{self:?}, false alarms in {share:.2} % of successes")
    }
}

impl Tally {
    fn add(&mut self, [one, other]: &[Story; 2]) {
        self.pairs += 1;
        self.import_calls += other.events.len();
        match &other.ending {
            Ok(_) => self.successes += 1,
            Err(Fault::OutOfTicks) => self.out_of_ticks += 1,
            Err(Fault::CallDepth) => self.too_deep += 1,
            Err(_) => self.faults += 1,
        }
        // Any other failure of the first would not have been agreed to.
        self.false_alarms += usize::from(one.ending.is_err() && other.ending.is_ok());
    }
}
