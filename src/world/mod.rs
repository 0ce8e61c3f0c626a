//! The world: actors, channels and probes, and what happens next.
//!
//! Enters: what the outside creates, sends and awaits. Leaves: records of activations, a state
//! and its root. Refuses to know: wasmi, scenario files, how anything is printed.

pub mod actor;
mod agenda;
pub mod allowance;
mod apply;
pub mod arrivals;
pub mod channels;
pub mod check;
pub mod ledger;
pub mod load;
pub mod order;
pub mod outside;
pub mod parts;
mod prove;
pub mod record;
mod root;
pub mod save;
mod step;
#[cfg(test)]
mod tests;
pub mod waiting;
pub mod watch;

pub use step::{Overrun, Progress};

use crate::{
    activation::{Metering, Program, Programs},
    deviation::{Deviation, deviates},
    interface::table::Dialect,
    module::schedule::Schedule,
    state::{
        hash::Hash,
        identity::ActorId,
        message::Envelope,
        objects::Counters,
        trie::{Ordered, Trie},
        with_id::WithId,
    },
};
use actor::{Actor, WaitingRun};
use agenda::Agenda;
use channels::Channels;
use ledger::Ledger;
use std::sync::Arc;
use waiting::Waiting;

/// An endpoint of the outside (`OUT-2`).
#[derive(Clone, Debug, Default)]
pub struct Probe {
    /// What it is called.
    pub name: String,
    /// What it received, in the order of an inbox.
    pub received: Waiting,
}

/// Actors by id.
pub type ActorMap = Trie<ActorId, Arc<WithId<Actor>>>;

/// Probes by id.
pub type ProbeMap = Trie<ActorId, Arc<WithId<Probe>>>;

/// A world of actors that runs one dialect. A copy costs the same for every world: copies share
/// all that neither changes.
#[derive(Clone)]
pub struct World {
    dialect: Dialect,
    schedule: Arc<Schedule>,
    /// The schedule's hash, which is part of every root.
    schedule_hash: Hash,
    metering: Metering,
    /// Whether every record tells the root after its activation.
    roots_recorded: bool,
    /// How many activations were run a second time (`activation::Report::replayed`).
    replays: u64,
    library: Programs,
    /// By code, those of this world's actors.
    programs: Ordered<Hash, Arc<Program>, 32>,
    actors: ActorMap,
    channels: Channels,
    probes: ProbeMap,
    outside: Counters,
    ledger: Ledger,
    /// The greatest clock so far, or the time advanced to (`TIME-8`).
    time: u64,
    agenda: Agenda,
    /// Who is told what happens.
    watch: Option<watch::Watch>,
}

impl World {
    /// An empty world.
    pub fn new(dialect: Dialect, schedule: Schedule) -> World {
        World::with(dialect, schedule, Metering::default(), Programs::default())
    }

    /// A world that runs its activations in a certain way, with programs that it may share with
    /// others. Neither shows in what happens.
    pub fn with(
        dialect: Dialect,
        schedule: Schedule,
        metering: Metering,
        library: Programs,
    ) -> World {
        let check = schedule.check();
        assert!(
            check.is_ok(),
            "{check:?}: operators' schedules are checked when read"
        );
        World {
            dialect,
            schedule_hash: match deviates(Deviation::SchedulesHashAsData) {
                true => Hash::plain(&schedule.to_bytes()),
                false if deviates(Deviation::NumbersOfSchedulesAreForgotten) => Schedule {
                    number: 0,
                    ..schedule.clone()
                }
                .hash(),
                false => schedule.hash(),
            },
            schedule: Arc::new(schedule),
            metering,
            roots_recorded: false,
            replays: 0,
            library,
            programs: Ordered::new(),
            actors: Trie::new(),
            channels: Channels::default(),
            probes: Trie::new(),
            outside: Counters::default(),
            ledger: Ledger::default(),
            time: 0,
            agenda: Agenda::default(),
            watch: None,
        }
    }

    /// Says whether records tell the root after their activation from now on.
    pub fn record_roots(&mut self, wanted: bool) {
        self.roots_recorded = wanted;
    }

    /// Which interface its actors use.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What things cost in it.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// How many activations had to be run a second time, exactly.
    pub fn replays(&self) -> u64 {
        self.replays
    }

    /// Counts from there on: a world that was loaded does not know how often it was so before.
    pub fn count_replays(&mut self, before: u64) {
        self.replays = before;
    }

    /// The greatest clock so far, or the time advanced to (`TIME-8`).
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Where all ticks went.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What the outside has created, made and sent.
    pub fn outside(&self) -> &Counters {
        &self.outside
    }

    /// Every actor, those whose creation is under way included.
    pub fn actors(&self) -> &ActorMap {
        &self.actors
    }

    /// Every channel.
    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Every endpoint of the outside.
    pub fn probes(&self) -> &ProbeMap {
        &self.probes
    }

    /// What waits to be handled by an actor, in order (`PORT-11`, `TIME-5`).
    pub fn inbox(&self, id: ActorId) -> Vec<&Envelope> {
        let actor = self.actor(id);
        let ends = actor.bound.values().map(|port| self.channels.end(*port));
        let at_ports = ends.flatten().flat_map(|end| end.waiting.iter());
        let mut all: Vec<&Envelope> = actor.inbox.iter().chain(at_ports).collect();
        all.sort_unstable_by_key(|envelope| envelope.position);
        all
    }

    /// Goes back in time, so that tests can see it told.
    #[cfg(test)]
    pub(crate) fn go_back(&mut self) {
        self.time = 0;
    }

    /// An actor that is known to be there.
    fn actor(&self, id: ActorId) -> &Actor {
        self.actors.get(&id).expect("it is there")
    }

    /// The same, to be changed.
    fn actor_mut(&mut self, id: ActorId) -> &mut Actor {
        WithId::changing(self.actors.get_mut(&id).expect("it is there"))
    }

    /// Brings the agenda up to date with what an actor has to do now.
    fn replan(&mut self, id: ActorId) {
        let Some(actor) = self.actors.get(&id) else {
            return;
        };
        let (planned, start) = (actor.planned, actor.next().map(|next| next.start));
        self.agenda.address(id, actor.is_addressed());
        if planned != start {
            self.agenda.move_start(id, planned, start);
            self.actor_mut(id).planned = start;
        }
    }

    /// Lets an actor's run wait, or takes the one that waited.
    fn exchange_run(
        &mut self,
        id: ActorId,
        run: Option<Box<WaitingRun>>,
    ) -> Option<Box<WaitingRun>> {
        let deadline = run.as_ref().map(|run| run.deadline);
        let previous = std::mem::replace(&mut self.actor_mut(id).run, run);
        let before = previous.as_ref().map(|run| run.deadline);
        self.agenda.move_deadline(id, before, deadline);
        previous
    }

    /// Takes an actor without a run out of the world, and out of the agenda.
    fn remove_actor(&mut self, id: ActorId) -> Actor {
        let removed = self.actors.remove(&id);
        let actor = removed.expect("only what exists can be removed");
        let actor = Arc::unwrap_or_clone(actor).into_inner();
        assert!(actor.run.is_none(), "its deadline would stay");
        self.agenda.move_start(id, actor.planned, None);
        self.agenda.address(id, false);
        actor
    }
}
