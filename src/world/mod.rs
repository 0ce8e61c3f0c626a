//! The world: actors, channels and probes, and what happens next.
//!
//! Enters: what the outside creates, sends and awaits. Leaves: records of activations, a state
//! and its root. Refuses to know: wasmi, scenario files, how anything is printed.

pub mod actor;
pub mod channels;
pub mod ledger;
pub mod order;
pub mod outside;
pub mod record;
mod root;
mod step;
pub mod watch;

use crate::{
    activation::{Metering, Program, Programs},
    interface::table::Dialect,
    module::schedule::Schedule,
    state::{
        hash::Hash,
        identity::ActorId,
        message::{Envelope, Position},
        objects::Counters,
    },
};
use actor::{Actor, Next};
use channels::Channels;
use hashbrown::HashMap;
use ledger::Ledger;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// An endpoint of the outside (`OUT-2`).
#[derive(Clone, Debug, Default)]
pub struct Probe {
    pub name: String,
    /// What it received, in the order of an inbox.
    pub received: BTreeMap<Position, Envelope>,
}

/// A world of actors that runs one dialect.
pub struct World {
    dialect: Dialect,
    schedule: Arc<Schedule>,
    /// The schedule's hash, which is part of every root.
    schedule_hash: Hash,
    metering: Metering,
    /// How many activations were run a second time (`activation::Report::replayed`).
    replays: u64,
    library: Programs,
    /// By code, those of this world's actors; only ever looked up, so that its order cannot show.
    programs: HashMap<Hash, Arc<Program>>,
    actors: BTreeMap<ActorId, Actor>,
    channels: Channels,
    probes: BTreeMap<ActorId, Probe>,
    outside: Counters,
    ledger: Ledger,
    /// The greatest clock so far, or the time advanced to (`TIME-8`).
    time: u64,
    /// Who has something to do, by start (`TIME-6`).
    agenda: BTreeSet<(u64, ActorId)>,
    /// Who has a creation or a message waiting to be handled (`OUT-6`).
    addressed: BTreeSet<ActorId>,
    /// Who is told what happens.
    watch: Option<watch::Watch>,
}

impl World {
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
            schedule_hash: schedule.hash(),
            schedule: Arc::new(schedule),
            metering,
            replays: 0,
            library,
            programs: HashMap::new(),
            actors: BTreeMap::new(),
            channels: Channels::default(),
            probes: BTreeMap::new(),
            outside: Counters::default(),
            ledger: Ledger::default(),
            time: 0,
            agenda: BTreeSet::new(),
            addressed: BTreeSet::new(),
            watch: None,
        }
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// How many activations had to be run a second time, exactly.
    pub fn replays(&self) -> u64 {
        self.replays
    }

    pub fn time(&self) -> u64 {
        self.time
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub fn outside(&self) -> &Counters {
        &self.outside
    }

    /// Every actor, those whose creation is under way included, by id.
    pub fn actors(&self) -> &BTreeMap<ActorId, Actor> {
        &self.actors
    }

    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    pub fn probes(&self) -> &BTreeMap<ActorId, Probe> {
        &self.probes
    }

    /// What waits to be handled by an actor, in order (`PORT-11`, `TIME-5`).
    pub fn inbox(&self, id: ActorId) -> Vec<&Envelope> {
        let actor = &self.actors[&id];
        let ends = actor.bound.values().map(|port| self.channels.end(*port));
        let at_ports = ends.flatten().flat_map(|end| end.waiting.values());
        let mut all: Vec<&Envelope> = actor.inbox.values().chain(at_ports).collect();
        all.sort_unstable_by_key(|envelope| envelope.position);
        all
    }

    /// What an actor does next, and when.
    fn next_of(&self, id: ActorId) -> Option<Next> {
        self.actors[&id].next(self.head_of(id))
    }

    /// The first message of an actor's inbox (`PORT-11`, `TIME-5`).
    fn head_of(&self, id: ActorId) -> Option<Position> {
        let actor = &self.actors[&id];
        if self.dialect.has_ports() {
            self.channels.first_waiting(actor.bound.values().copied())
        } else {
            actor.inbox.first_key_value().map(|(position, _)| *position)
        }
    }

    /// Brings agenda up to date with what an actor has to do now.
    fn replan(&mut self, id: ActorId) {
        let Some(actor) = self.actors.get(&id) else {
            return;
        };
        if let Some(start) = actor.planned {
            self.agenda.remove(&(start, id));
        }
        let addressed = actor.creation.is_some() || self.head_of(id).is_some();
        let start = self.next_of(id).map(|next| next.start);
        self.actors.get_mut(&id).expect("found above").planned = start;
        if let Some(start) = start {
            self.agenda.insert((start, id));
        }
        if addressed {
            self.addressed.insert(id);
        } else {
            self.addressed.remove(&id);
        }
    }

    /// Takes an actor out of the world, and out of the agenda.
    fn remove_actor(&mut self, id: ActorId) -> Actor {
        let actor = self
            .actors
            .remove(&id)
            .expect("only what exists can be removed");
        if let Some(start) = actor.planned {
            self.agenda.remove(&(start, id));
        }
        self.addressed.remove(&id);
        actor
    }
}
