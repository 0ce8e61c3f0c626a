//! An actor between its activations.
//!
//! Enters: what reaches it. Leaves: what it will do next, and when it could start.
//! Refuses to know: other actors, and the ports' channels.

use super::{channels::Heads, waiting::Waiting};
use crate::{
    activation::{
        kept::Sleeper,
        session::{Bound, Storage},
    },
    deviation::{Deviation, deviates},
    state::{
        hash::Hash,
        identity::PortId,
        message::{Envelope, Position},
        objects::Counters,
    },
};

/// A run that waits (`WAIT-1`).
#[derive(Clone)]
pub struct WaitingRun {
    /// What it keeps between activations.
    pub sleeper: Sleeper,
    /// When the time-out is due, in ticks (`WAIT-3`).
    pub deadline: u64,
    /// The time-out callback's index into the table of callbacks.
    pub callback: u32,
    /// What the run kept of its last tank.
    pub ticks: u64,
    /// The hash of the run as an object; it does not change while the run waits.
    pub object_id: Hash,
}

/// An actor. While `creation` is there, it does not exist yet (`ACTOR-5`).
#[derive(Clone, Default)]
pub struct Actor {
    /// The plain hash of its binary; none before the creation has begun.
    pub code: Option<Hash>,
    /// Its time in ticks (`TIME-1`).
    pub clock: u64,
    /// What it has made so far.
    pub counters: Counters,
    /// What it stores, by key.
    pub storage: Storage,
    /// The ports that it has bound, by name.
    pub bound: Bound,
    /// In the capability dialects; in the others messages wait at ports.
    pub inbox: Waiting,
    /// Of each bound port at which something waits, the first position. It follows from the channels.
    pub heads: Heads,
    /// The creation that has not begun yet.
    pub creation: Option<Box<Envelope>>,
    /// The run that waits, if one does.
    pub run: Option<Box<WaitingRun>>,
    /// Where the agenda has this actor.
    pub planned: Option<u64>,
}

/// What an actor would do next.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize,
)]
pub enum Deed {
    /// Begin its creation (`ACTOR-5`).
    Creation,
    /// Handle the first message of its inbox.
    Message,
    /// Run the time-out callback, at the deadline.
    TimeOut,
}

impl Deed {
    /// What it is called wherever activations are told.
    pub const fn name(self) -> &'static str {
        match self {
            Deed::Creation => "creation",
            Deed::Message => "message",
            Deed::TimeOut => "time-out",
        }
    }
}

/// What an actor would do next, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Next {
    /// What it does.
    pub deed: Deed,
    /// When it starts (`TIME-2`).
    pub start: u64,
    /// The stamp of what it takes: before that, something else may still arrive (`TIME-7`).
    pub stamp: u64,
}

impl Actor {
    /// The first message of its inbox (`PORT-11`, `TIME-5`). One of both places is always empty.
    pub fn head(&self) -> Option<Position> {
        let at_ports = self.head_at_ports().map(|(position, _)| position);
        at_ports.or_else(|| self.inbox.first())
    }

    /// The first message that waits at a bound port, and the port.
    pub fn head_at_ports(&self) -> Option<(Position, PortId)> {
        let first = match deviates(Deviation::PortsTakeTurns) {
            true => self.heads.iter().min_by_key(|(_, port)| **port),
            false => self.heads.first(),
        };
        first.map(|(position, port)| (*position, *port))
    }

    /// Whether something waits to be handled by it (`OUT-6`).
    pub fn is_addressed(&self) -> bool {
        self.creation.is_some() || self.head().is_some()
    }

    /// What this actor does next (`TIME-6`, `WAIT-3`).
    pub fn next(&self) -> Option<Next> {
        if let Some(creation) = &self.creation {
            let stamp = creation.position.stamp;
            return Some(Next {
                deed: Deed::Creation,
                start: stamp.max(self.clock),
                stamp,
            });
        }
        let deadline = self.run.as_ref().map(|run| run.deadline);
        match (self.head(), deadline) {
            (Some(Position { stamp, .. }), None) => Some(Next {
                deed: Deed::Message,
                start: match deviates(Deviation::ClocksGoBack) {
                    true => stamp,
                    false => stamp.max(self.clock) + u64::from(deviates(Deviation::StartsOneLate)),
                },
                stamp,
            }),
            (Some(Position { stamp, .. }), Some(deadline))
                if stamp + u64::from(deviates(Deviation::DeadlineIsTooLate)) <= deadline =>
            {
                Some(Next {
                    deed: Deed::Message,
                    start: stamp.max(self.clock),
                    stamp,
                })
            }
            (_, Some(deadline)) => Some(Next {
                deed: Deed::TimeOut,
                start: deadline,
                stamp: deadline,
            }),
            (None, None) => None,
        }
    }
}
