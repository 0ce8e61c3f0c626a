//! Messages that wait in one place, in the order of an inbox (`TIME-5`).
//!
//! Enters: envelopes. Leaves: the first, any by its position, all in order, their root.
//! Refuses to know: where they wait, and for what.

use crate::state::{
    hash::Hash,
    message::{Envelope, Position},
    trie::{Ordered, Trie},
};
use std::sync::Arc;

/// What waits somewhere. A copy shares everything.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// For the root.
    by_path: Trie<Position, Arc<Envelope>>,
    in_order: Ordered<Position, Arc<Envelope>, { Position::BYTES }>,
}

impl Waiting {
    /// What waits if a map of it is all that is at hand.
    pub fn of(by_path: Trie<Position, Arc<Envelope>>) -> Waiting {
        let pairs = by_path.iter();
        Waiting {
            in_order: pairs
                .map(|(position, envelope)| (*position, envelope.clone()))
                .collect(),
            by_path,
        }
    }

    /// The map whose root is part of the state.
    pub fn map(&self) -> &Trie<Position, Arc<Envelope>> {
        &self.by_path
    }

    /// How many envelopes wait.
    pub fn len(&self) -> u64 {
        self.in_order.len()
    }

    /// Whether no envelope waits.
    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Envelope> {
        self.in_order.values().map(|envelope| &**envelope)
    }

    /// The position of what comes first.
    pub fn first(&self) -> Option<Position> {
        self.in_order.first().map(|(position, _)| *position)
    }

    /// What waits at this position.
    pub fn get(&self, position: &Position) -> Option<&Envelope> {
        self.in_order.get(position).map(|envelope| &**envelope)
    }

    /// Adds what has a position of its own.
    pub fn insert(&mut self, envelope: Envelope) {
        let previous = self.set(envelope);
        assert!(previous.is_none(), "no two messages have one position");
    }

    /// Replaces what has the same position.
    pub fn replace(&mut self, envelope: Envelope) {
        let previous = self.set(envelope);
        assert!(previous.is_some(), "only what waits can be replaced");
    }

    fn set(&mut self, envelope: Envelope) -> Option<Arc<Envelope>> {
        let envelope = Arc::new(envelope);
        self.by_path.insert(envelope.position, envelope.clone());
        self.in_order.insert(envelope.position, envelope)
    }

    /// Takes out what waits at this position.
    pub fn remove(&mut self, position: &Position) -> Option<Envelope> {
        self.by_path.remove(position);
        self.in_order.remove(position).map(Arc::unwrap_or_clone)
    }

    /// The root of the map from positions to envelopes (`STATE-6`).
    pub fn root(&self) -> Hash {
        self.by_path.root()
    }

    /// The ticks that wait here: a sum over all of it.
    pub fn ticks(&self) -> u64 {
        self.iter().map(|envelope| envelope.ticks).sum()
    }
}
