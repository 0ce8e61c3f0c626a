//! Whether what a suspended player knows can have come of its plan.
//!
//! Enters: a plan, and a player that was read. Leaves: the first thing of it that the plan does not
//! lead to, if there is one. Refuses to know: where the player was kept.

use crate::{
    interface::table::IMPORTS,
    limits,
    scenario::{
        plan::{Deed, Step},
        play::{Player, UnderWay},
        raw::Until,
    },
    state::identity::ActorId,
    world::record::Record,
};

impl Player<'_> {
    /// Whether the plan leads to this player.
    pub(super) fn check_history(&self) -> Result<(), String> {
        let plan = self.plan;
        expect(self.at <= plan.steps.len(), || {
            format!("a step of the plan, found {}", self.at + 1)
        })?;
        self.check_world()?;
        self.check_steps()?;
        if let Some(under_way) = &self.under_way {
            let step = plan.steps.get(self.at);
            let going = step.is_some_and(|step| can_be_under_way(step, under_way));
            expect(going && self.played.stopped.is_none(), || {
                "a step under way of which the world goes on, found another".to_owned()
            })?;
        }
        self.check_records()?;
        for (probe, compared) in &self.expected {
            let arrived = self.played.arrivals.at(*probe).len();
            expect(*compared <= arrived, || {
                format!("at most {arrived} messages to be compared, found {compared}")
            })?;
        }
        let arrived = self.played.arrivals.iter().map(|(probe, _)| probe);
        let mut probes = arrived.chain(self.expected.keys().copied());
        let known = |id: ActorId| self.world().probes().contains(&id);
        expect(probes.all(known), || "probes of the plan".to_owned())
    }

    /// The world is one in which the plan goes on.
    fn check_world(&self) -> Result<(), String> {
        let (plan, world) = (self.plan, self.world());
        expect(world.dialect() == plan.dialect, || {
            format!("the dialect {}", plan.dialect.name())
        })?;
        let schedule = world.schedule().hash() == plan.schedule.hash();
        expect(schedule, || format!("the schedule {}", plan.schedule.name))?;
        let planned = plan.probes.iter().map(|name| ActorId::probe(name));
        let probes = world.probes().len() == plan.probes.len() as u64
            && planned.into_iter().all(|id| world.probes().contains(&id));
        expect(probes, || "a world with the probes of the plan".to_owned())?;
        let made = world.outside();
        let creates = |step: &&Step| matches!(step.deed, Deed::Create { .. });
        let begun = self.at + usize::from(self.under_way.is_some());
        let created = plan.steps.iter().take(begun).filter(creates).count() as u64;
        let right = made.created == created && made.channels == plan.channels.len() as u64;
        expect(right, || {
            format!(
                "a world in which the outside created {created} actors and made the channels of the plan"
            )
        })
    }

    /// The steps that have ended are those of the plan, expectations left out.
    fn check_steps(&self) -> Result<(), String> {
        let before = self.plan.steps.iter().enumerate().take(self.at);
        let ended = before.filter(|(_, step)| !matches!(step.deed, Deed::Expect(_)));
        let found = self.played.steps.iter().map(|step| step.index);
        expect(ended.map(|(at, _)| at).eq(found), || {
            "the steps of the plan to have ended".to_owned()
        })
    }

    /// What was recorded adds up to what the world has spent, and to what may yet be done.
    fn check_records(&self) -> Result<(), String> {
        let steps = self.played.steps.iter().map(|step| &step.records);
        let under_way = self.under_way.iter().map(|step| &step.records);
        let records = || steps.clone().chain(under_way.clone()).flatten();
        let dialect = self.plan.dialect;
        let mut calls = records().flat_map(|record| &record.calls);
        let known = calls.all(|call| {
            let import = IMPORTS.get(call.import);
            import
                .is_some_and(|it| it.dialect == dialect && it.params.len() == call.arguments.len())
        });
        expect(known, || "calls of the plan's dialect".to_owned())?;
        let replays = self.world().replays() <= records().count() as u64;
        expect(replays, || "no more replays than activations".to_owned())?;
        let mut spent = records().map(|record| record.spent);
        let spent = spent.try_fold(0, u64::checked_add);
        expect(spent == Some(self.world().ledger().spent), || {
            "records of all that was spent".to_owned()
        })?;
        let activations = limits::STEP_ACTIVATIONS.checked_sub(records().count());
        let calls: usize = records().map(|record| record.calls.len()).sum();
        let calls = limits::STEP_EVENTS.checked_sub(calls);
        let left = (activations, calls) == (Some(self.left.activations), Some(self.left.calls));
        expect(left, || {
            "what was recorded to leave what is left".to_owned()
        })
    }
}

/// Whether a step can have done its deed while the world goes on, with such records.
fn can_be_under_way(step: &Step, under_way: &UnderWay) -> bool {
    let goes_on = match &step.deed {
        Deed::Create { message, .. } | Deed::Send { message, .. } => message.run,
        Deed::Advance(_) => true,
        Deed::Destroy(_) | Deed::Expect(_) => false,
    };
    let until_idle = matches!(step.deed, Deed::Advance(Until::Idle));
    let UnderWay {
        records, progress, ..
    } = under_way;
    // Until nobody waits, each time-out begins anew.
    let since = |records: &[Record]| {
        let calls = records.iter().map(|record| record.calls.len());
        let calls: usize = calls.sum();
        progress.activations == records.len() && progress.events >= calls
    };
    let recorded = match until_idle {
        true => {
            let all = records.len().checked_sub(progress.activations);
            all.is_some_and(|from| since(&records[from..]))
        }
        false => since(records),
    };
    goes_on
        && under_way.until_idle == until_idle
        && recorded
        && progress.events <= limits::STEP_EVENTS
}

fn expect(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(format!("expected {}", what())),
    }
}
