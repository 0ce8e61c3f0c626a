//! Carrying out a plan, one activation after another.
//!
//! Enters: a plan, and how to choose who goes next. Leaves: the world as it then is, what happened
//! in every step, and every expectation that did not hold. Refuses to know: files.

mod deeds;
#[cfg(test)]
mod tests;

use super::{
    check,
    plan::{Expectation, Plan, Step},
    problem::{Place, Problem},
};
use crate::{
    activation::{Metering, Programs},
    state::{hash::Hash, identity::ActorId},
    trace::names::Names,
    world::{
        Progress, World, allowance::Allowance, arrivals::Arrivals, order::Order, record::Record,
        watch::Watch,
    },
};
use std::collections::BTreeMap;

/// What came of a plan.
pub struct Played {
    /// The world as it is after them.
    pub world: World,
    /// The steps that came to their end, without those that only expect something.
    pub steps: Vec<PlayedStep>,
    /// What reached every probe, as it was when it came.
    pub arrivals: Arrivals,
    /// Expectations that did not hold.
    pub mismatches: Vec<Problem>,
    /// Why the plan could not be carried out to its end.
    pub stopped: Option<Problem>,
}

impl Played {
    /// Everything that came otherwise than the plan expects, and why it could not be carried out.
    pub fn problems(&self) -> Vec<Problem> {
        let problems = self.mismatches.iter().chain(&self.stopped);
        problems.cloned().collect()
    }
}

/// What came of one step, if it was not an expectation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlayedStep {
    /// The step's position in the plan.
    pub index: usize,
    /// The activations that it caused, in order.
    pub records: Vec<Record>,
    /// The world's time after the step.
    pub time: u64,
    /// The root of the world's state after the step.
    pub root: Hash,
}

/// How a plan is carried out. Nothing of it shows in what happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// How instructions are counted.
    pub metering: Metering,
    /// Whether records tell the root after their activation.
    pub roots: bool,
    /// Whether what is true of every world is asserted after every activation, at any price.
    pub checks: bool,
}

/// Carries out a plan.
pub fn play(plan: &Plan, order: &mut Order<'_>) -> Played {
    play_with(plan, order, Settings::default())
}

/// Carries out a plan while somebody watches, who is also told of every step carried out.
pub fn play_watched(
    plan: &Plan,
    order: &mut Order<'_>,
    watch: Watch,
    told: &mut dyn FnMut(&PlayedStep),
) -> Played {
    let mut player = Player::new(plan, Settings::default());
    player.watch(watch);
    let mut known = 0;
    while player.go_on(order) != Did::Nothing {
        let steps = &player.played.steps[known..];
        steps.iter().for_each(&mut *told);
        known += steps.len();
    }
    player.into_played()
}

/// Carries out a plan that may cause so many activations in all.
pub fn play_within(plan: &Plan, order: &mut Order<'_>, activations: usize) -> Played {
    let mut player = Player::new(plan, Settings::default());
    player.left.activations = activations.min(player.left.activations);
    player.play(order);
    player.into_played()
}

/// Carries out a plan in a certain way.
pub fn play_with(plan: &Plan, order: &mut Order<'_>, settings: Settings) -> Played {
    let mut player = Player::new(plan, settings);
    player.play(order);
    player.into_played()
}

/// What a player did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Did {
    /// It let somebody do something.
    Activation,
    /// It began a step, or ended one.
    Step,
    /// Nothing: the plan has been carried out, as far as it can be.
    Nothing,
}

/// A plan that is being carried out. Between any two things that it does it can be set aside
/// (`suspend`).
pub struct Player<'p> {
    pub(super) plan: &'p Plan,
    pub(super) settings: Settings,
    pub(super) played: Played,
    /// The next step, or the one under way.
    pub(super) at: usize,
    pub(super) under_way: Option<UnderWay>,
    /// How many arrivals of each probe were compared.
    pub(super) expected: BTreeMap<ActorId, usize>,
    /// How much more may be done.
    pub(super) left: Allowance,
}

/// A step whose deed is done, while the world goes on.
#[derive(Clone, Default)]
pub(super) struct UnderWay {
    pub records: Vec<Record>,
    pub progress: Progress,
    /// Whether it goes on until no run waits.
    pub until_idle: bool,
}

impl<'p> Player<'p> {
    /// Before the first step: the world has its probes and channels, and no more.
    pub fn new(plan: &'p Plan, settings: Settings) -> Player<'p> {
        let schedule = plan.schedule.clone();
        let library = Programs::default();
        let mut world = World::with(plan.dialect, schedule, settings.metering, library);
        for probe in &plan.probes {
            world.probe(probe);
        }
        for channel in &plan.channels {
            world.channel([0, 1].map(|end| ActorId::probe(&channel.ends[end])));
        }
        Player::of(plan, settings, world, Allowance::default())
    }

    /// A player that is about to begin, in a world of its own.
    pub(super) fn of(
        plan: &'p Plan,
        settings: Settings,
        mut world: World,
        left: Allowance,
    ) -> Player<'p> {
        world.record_roots(settings.roots);
        let played = Played {
            world,
            steps: Vec::new(),
            arrivals: Arrivals::default(),
            mismatches: Vec::new(),
            stopped: None,
        };
        Player {
            plan,
            settings,
            played,
            at: 0,
            under_way: None,
            expected: BTreeMap::new(),
            left,
        }
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.played.world
    }

    /// Has somebody told of all that happens. Nothing may have happened yet.
    pub fn watch(&mut self, watch: Watch) {
        self.played.world.watch(watch);
    }

    /// The steps that have been carried out, expectations left out.
    pub fn played_steps(&self) -> &[PlayedStep] {
        &self.played.steps
    }

    /// How many steps of the plan have been done.
    pub fn steps(&self) -> usize {
        self.at
    }

    /// How many activations there have been.
    pub fn activations(&self) -> usize {
        let ended = self.played.steps.iter().map(|step| step.records.len());
        let under_way = self.under_way.as_ref().map(|step| step.records.len());
        ended.chain(under_way).sum()
    }

    /// Carries out the rest of the plan.
    pub fn play(&mut self, order: &mut Order<'_>) {
        while self.go_on(order) != Did::Nothing {}
    }

    /// What has come of the plan so far.
    pub fn into_played(mut self) -> Played {
        if let Some(UnderWay { records, .. }) = self.under_way.take() {
            self.note_step(records);
        }
        self.played
    }

    /// Does the next thing.
    pub fn go_on(&mut self, order: &mut Order<'_>) -> Did {
        if self.played.stopped.is_some() || self.at == self.plan.steps.len() {
            return Did::Nothing;
        }
        let before = self.settings.checks.then(|| self.world().clone());
        let plan = self.plan;
        let goes_on = self.under_way.is_some();
        let did = self.try_to_go_on(&plan.steps[self.at], order);
        if let Some(before) = before {
            let world = self.world();
            let checked = world.check().and_then(|()| world.check_since(&before));
            checked.unwrap_or_else(|violation| panic!("{violation}"));
        }
        did.unwrap_or_else(|problem| {
            if goes_on {
                self.undo();
            }
            self.played.stopped = Some(problem);
            Did::Step
        })
    }

    /// Undoes the step under way, which cannot be carried out to its end: all is as if the plan ended before it
    /// (`OUT-13`). How the world was then follows from the plan, so that nobody has to keep it.
    fn undo(&mut self) {
        let mut again = Player::new(self.plan, self.settings);
        while again.at < self.at {
            again.go_on(&mut Order::Canonical);
            assert!(again.played.stopped.is_none(), "it came as far before");
        }
        self.played.world = again.played.world;
        self.left = again.left;
        self.under_way = None;
    }

    fn try_to_go_on(&mut self, step: &Step, order: &mut Order<'_>) -> Result<Did, Problem> {
        let Some(mut under_way) = self.under_way.take() else {
            // Where a port cannot be used, those named before it stay where they were (`OUT-11`).
            let before = step.deed.names_ports().then(|| self.world().clone());
            let begun = self.begin(step);
            if let (Err(_), Some(before)) = (&begun, before) {
                self.played.world = before;
            }
            return begun.map(|()| Did::Step);
        };
        let world = &mut self.played.world;
        let proceeded = world.proceed(order, &mut under_way.progress);
        let record = proceeded.map_err(|overrun| Problem::new(step.place, overrun.to_string()))?;
        if let Some(record) = record {
            self.collect(&mut under_way.records, record, step.place)?;
            self.under_way = Some(under_way);
            return Ok(Did::Activation);
        }
        match world.next_deadline().filter(|_| under_way.until_idle) {
            Some(deadline) => {
                self.set_time(deadline, step.place)?;
                under_way.progress = Progress::default();
                self.under_way = Some(under_way);
            }
            None => self.end(step, under_way.records),
        }
        Ok(Did::Step)
    }

    fn end(&mut self, step: &Step, records: Vec<Record>) {
        let Played {
            world, arrivals, ..
        } = &mut self.played;
        arrivals.note(world);
        let names = || Names::of(self.plan, &self.played.world);
        let wrong = check::after(&step.after, step.place, &records, names);
        self.played.mismatches.extend(wrong);
        self.note_step(records);
        self.at += 1;
    }

    fn note_step(&mut self, records: Vec<Record>) {
        let world = &self.played.world;
        let (time, root) = (world.time(), world.root());
        self.played.steps.push(PlayedStep {
            index: self.at,
            records,
            time,
            root,
        });
    }

    /// Adds what was recorded, as far as the scenario's bounds allow.
    fn collect(
        &mut self,
        records: &mut Vec<Record>,
        mut record: Record,
        place: Place,
    ) -> Result<(), Problem> {
        let taken = self.left.take(&mut record);
        taken.map_err(|beyond| Problem::new(place, beyond.to_string()))?;
        records.push(record);
        Ok(())
    }

    fn expect(&mut self, expectation: &Expectation) {
        let Played {
            world, arrivals, ..
        } = &self.played;
        let names = || Names::of(self.plan, world);
        let wrong = match expectation {
            Expectation::Probe { probe, received } => {
                let all = arrivals.at(*probe);
                let compared = self.expected.insert(*probe, all.len()).unwrap_or(0);
                check::arrivals(received, &all[compared..], names)
            }
            Expectation::Actor { actor, expected } => check::actor(expected, *actor, world, names),
            Expectation::World { numbers } => check::world(numbers, world),
        };
        self.played.mismatches.extend(wrong);
    }
}
