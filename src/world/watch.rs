//! Watching a world while it goes on.
//!
//! Enters: somebody to be told. Leaves: a world that tells. Refuses to know: what is made of it.

use super::{World, actor::Deed, parts::Changed, record::Record};
use crate::{
    activation::{
        Metering,
        effects::Changes,
        watch::{Observer, listening},
    },
    state::{
        hash::Hash,
        identity::{ActorId, PortId},
        message::{Envelope, Position},
    },
};
use std::sync::{Arc, Mutex, MutexGuard};

/// An activation that is about to begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Begun {
    /// Whose activation it is.
    pub actor: ActorId,
    /// What it is for.
    pub deed: Deed,
    /// The message or creation that it handles.
    pub handled: Option<Position>,
    /// When it starts, in ticks (`TIME-2`).
    pub start: u64,
    /// The ticks in its tank (`TICK-10`).
    pub tank: u64,
}

impl Begun {
    pub(super) fn new(
        actor: ActorId,
        deed: Deed,
        handled: Option<&Envelope>,
        [start, tank]: [u64; 2],
    ) -> Begun {
        Begun {
            actor,
            deed,
            handled: handled.map(|envelope| envelope.position),
            start,
            tank,
        }
    }
}

/// Where something that was sent is to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aim {
    /// It creates this actor.
    Creation(ActorId),
    /// Into the inbox of an actor or probe, if it exists.
    Inbox(ActorId),
    /// To the end opposite to this one, if it is not gone.
    Through(PortId),
}

/// Is told what happens in a world: the beginning of an activation, its events, what it changes and
/// sends, its end. Between activations, the outside sends.
pub trait Onlooker: Observer {
    /// An activation is about to begin.
    fn begin(&mut self, begun: &Begun);
    /// Whether it wants to be told of the state.
    fn wants_state(&self) -> bool {
        false
    }
    /// Before the end: the root of the state, and the parts that the activation changed.
    fn state(&mut self, _root: Hash, _changed: &[Changed]) {}
    /// The activation has succeeded, and changes this.
    fn changes(&mut self, _: &Changes) {}
    /// Something is on its way from now on.
    fn sent(&mut self, _: Aim, _: &Envelope) {}
    /// An activation has ended: this is what came of it.
    fn end(&mut self, record: &Record);
}

/// Somebody to be told, shared with the worlds and activations that tell.
pub type SharedOnlooker = Arc<Mutex<dyn Onlooker>>;

/// How a world is watched.
#[derive(Clone)]
pub struct Watch {
    /// Who is told.
    pub onlooker: SharedOnlooker,
    /// Whether every mark is told, or only what crosses the border between guest and host.
    pub marks: bool,
}

impl Watch {
    /// What is run twice would be told twice.
    fn metering(&self) -> Metering {
        if self.marks {
            Metering::Watched
        } else {
            Metering::ExactOnly
        }
    }

    pub(super) fn tell(&self) -> MutexGuard<'_, dyn Onlooker + 'static> {
        listening(&self.onlooker)
    }
}

impl World {
    /// Tells whoever watches that something is on its way.
    pub(super) fn tell_sent(&self, aim: Aim, envelope: &Envelope) {
        if let Some(watch) = &self.watch {
            watch.tell().sent(aim, envelope);
        }
    }

    /// Has somebody told of all that happens from now on. Nothing may have happened yet.
    pub fn watch(&mut self, watch: Watch) {
        let is_new = self.programs.is_empty() && self.actors.is_empty();
        assert!(is_new, "a world is watched from its beginning");
        self.metering = watch.metering();
        self.watch = Some(watch);
    }
}
