//! Who has something to do, and when.
//!
//! Enters: starts, deadlines. Leaves: the least. Refuses to know: what is to be done.

use super::ActorMap;
use crate::deviation::{Deviation, deviates};
use crate::state::{
    identity::ActorId,
    trie::{Key, Ordered},
};

/// An actor at a time, in the order of times, then of ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Slot {
    time: u64,
    actor: ActorId,
}

impl Key for Slot {
    fn bytes(&self) -> impl AsRef<[u8]> {
        let mut bytes = [0; 40];
        bytes[..8].copy_from_slice(&self.time.to_be_bytes());
        bytes[8..].copy_from_slice(&self.actor.0.0);
        bytes
    }
}

/// It follows from the actors, and is no part of the state.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    /// Who has something to do, by start (`TIME-6`).
    starts: Ordered<Slot, (), 40>,
    /// Whose run waits, by deadline.
    deadlines: Ordered<Slot, (), 40>,
    /// Who has a creation or a message waiting to be handled (`OUT-6`).
    addressed: Ordered<ActorId, (), 32>,
}

impl Agenda {
    /// The agenda of these actors.
    pub fn of(actors: &ActorMap) -> Agenda {
        let mut agenda = Agenda::default();
        for (id, actor) in actors.iter() {
            let start = actor.next().map(|next| next.start);
            agenda.move_start(*id, None, start);
            agenda.move_deadline(*id, None, actor.run.as_ref().map(|run| run.deadline));
            agenda.address(*id, actor.is_addressed());
        }
        agenda
    }

    /// The least start, and of those that have it the least id.
    pub fn first(&self) -> Option<(u64, ActorId)> {
        if deviates(Deviation::LatestGoesFirst) {
            let last = self.starts.keys().last();
            return last.map(|slot| (slot.time, slot.actor));
        }
        self.starts
            .first()
            .map(|(slot, ())| (slot.time, slot.actor))
    }

    /// Everybody who has something to do, by start.
    pub fn actors(&self) -> impl Iterator<Item = ActorId> {
        self.starts.keys().map(|slot| slot.actor)
    }

    pub fn addressed(&self) -> impl Iterator<Item = ActorId> {
        self.addressed.keys().copied()
    }

    pub fn is_anybody_addressed(&self) -> bool {
        !self.addressed.is_empty()
    }

    pub fn next_deadline(&self) -> Option<u64> {
        self.deadlines.first().map(|(slot, ())| slot.time)
    }

    /// Moves an actor from one start to another.
    pub fn move_start(&mut self, actor: ActorId, from: Option<u64>, to: Option<u64>) {
        move_slot(&mut self.starts, actor, from, to);
    }

    /// Moves an actor from one deadline to another.
    pub fn move_deadline(&mut self, actor: ActorId, from: Option<u64>, to: Option<u64>) {
        move_slot(&mut self.deadlines, actor, from, to);
    }

    /// Notes whether an actor has a creation or a message waiting.
    pub fn address(&mut self, actor: ActorId, addressed: bool) {
        if !addressed {
            self.addressed.remove(&actor);
        } else if !self.addressed.contains(&actor) {
            self.addressed.insert(actor, ());
        }
    }

    /// Whether both say the same.
    pub fn agrees(&self, other: &Agenda) -> bool {
        self.starts.keys().eq(other.starts.keys())
            && self.deadlines.keys().eq(other.deadlines.keys())
            && self.addressed.keys().eq(other.addressed.keys())
    }
}

fn move_slot(
    slots: &mut Ordered<Slot, (), 40>,
    actor: ActorId,
    from: Option<u64>,
    to: Option<u64>,
) {
    if from == to {
        return;
    }
    if let Some(time) = from {
        let there = slots.remove(&Slot { time, actor });
        assert!(there.is_some(), "the agenda has every plan");
    }
    if let Some(time) = to {
        slots.insert(Slot { time, actor }, ());
    }
}
