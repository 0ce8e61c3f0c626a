//! What an activation wants to change: a value, applied only if it succeeds (`RUN-8`).
//!
//! Enters: what operations decided. Leaves: `Changes`, for the world to apply in order.
//! Refuses to know: the world. A fault carries no `Changes`, so rollback cannot be forgotten.

use crate::state::{
    identity::{ActorId, Capability, ChannelId, PortId},
    message::{Envelope, Message},
    name::Name,
    objects::Counters,
    trie::Trie,
};
use std::{collections::BTreeMap, sync::Arc};

/// A map as it was when the activation began, and what the activation changed in it.
#[derive(Clone, Debug)]
pub struct Overlay<V> {
    base: Trie<Name, V>,
    changes: BTreeMap<Name, Option<V>>,
    length: usize,
}

impl<V> Default for Overlay<V> {
    fn default() -> Overlay<V> {
        Overlay {
            base: Trie::new(),
            changes: BTreeMap::new(),
            length: 0,
        }
    }
}

impl<V: Clone> Overlay<V> {
    /// No changes yet to this map.
    pub fn new(base: Trie<Name, V>) -> Overlay<V> {
        Overlay {
            length: base.len() as usize,
            base,
            changes: BTreeMap::new(),
        }
    }

    /// What was under a key when the activation began.
    pub fn before(&self, key: &[u8]) -> Option<&V> {
        self.base.get(key)
    }

    /// What is under the key now.
    pub fn get(&self, key: &[u8]) -> Option<&V> {
        match self.changes.get(key) {
            Some(change) => change.as_ref(),
            None => self.base.get(key),
        }
    }

    /// Sets the value under the key, replacing what was there.
    pub fn insert(&mut self, key: Name, value: V) {
        if self.get(&key).is_none() {
            self.length += 1;
        }
        self.changes.insert(key, Some(value));
    }

    /// Takes what is under the key out of the map.
    pub fn remove(&mut self, key: &[u8]) -> Option<V> {
        let found = self.get(key)?.clone();
        self.length -= 1;
        self.changes.insert(Name::from(key), None);
        Some(found)
    }

    /// How many keys have a value now.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether no key has a value now.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The new values by key; none where the key was removed.
    pub fn into_changes(self) -> BTreeMap<Name, Option<V>> {
        self.changes
    }
}

/// One change beyond the actor's own maps. The world applies them in the order they were made.
#[derive(Clone, Debug)]
pub enum Effect {
    /// A channel was made; its ends are held by the run.
    OpenChannel(ChannelId),
    /// The port was bound under the name (`PORT-3`).
    Bind {
        /// The name, which was free.
        name: Name,
        /// The end bound.
        port: PortId,
    },
    /// The port is bound no more (`PORT-6`, `PORT-7`).
    Unbind {
        /// The name, which is free now.
        name: Name,
        /// The end that was bound.
        port: PortId,
    },
    /// The end was destroyed (`PORT-13`).
    Destroy(PortId),
    /// A message was sent on a port (`PORT-9`).
    SendOnPort {
        /// The end on which it was sent; it goes to the other one.
        port: PortId,
        /// What was sent.
        envelope: Envelope,
    },
    /// A message was sent to whom a capability names (`CAP-4`).
    SendToCapability {
        /// The capability by which it was sent.
        capability: Capability,
        /// What was sent.
        envelope: Envelope,
    },
    /// An actor was created (`ACTOR-2`).
    Create {
        /// The id that it gets.
        child: ActorId,
        /// The creation message, on its way.
        envelope: Envelope,
    },
}

impl Effect {
    /// The message that this effect sends on its way, if it does.
    pub fn envelope_mut(&mut self) -> Option<&mut Envelope> {
        match self {
            Effect::SendOnPort { envelope, .. }
            | Effect::SendToCapability { envelope, .. }
            | Effect::Create { envelope, .. } => Some(envelope),
            Effect::OpenChannel(_)
            | Effect::Bind { .. }
            | Effect::Unbind { .. }
            | Effect::Destroy(_) => None,
        }
    }
}

/// All that an activation changes.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The actor's counters after the activation.
    pub counters: Counters,
    /// Storage by key; none where the value was removed.
    pub storage: BTreeMap<Name, Option<Arc<Message>>>,
    /// Bound ports by name; none where the name became free.
    pub bound: BTreeMap<Name, Option<PortId>>,
    /// What reaches beyond the actor's own maps, in the order made.
    pub effects: Vec<Effect>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_hides_and_shows_its_base() {
        let name = |text: &str| Name::from(text.as_bytes());
        let base: Trie<Name, i32> = [(name("a"), 1), (name("b"), 2)].into_iter().collect();
        let mut overlay = Overlay::new(base.clone());
        assert_eq!((overlay.get(b"a"), overlay.len()), (Some(&1), 2));
        assert_eq!(overlay.remove(b"a"), Some(1));
        assert_eq!(overlay.remove(b"a"), None);
        overlay.insert(name("b"), 3);
        overlay.insert(name("c"), 4);
        assert_eq!(
            (overlay.get(b"a"), overlay.get(b"b"), overlay.len()),
            (None, Some(&3), 2)
        );
        assert_eq!(base.len(), 2);
        let changes = overlay.into_changes();
        let expected = [
            (name("a"), None),
            (name("b"), Some(3)),
            (name("c"), Some(4)),
        ];
        assert_eq!(changes, BTreeMap::from(expected));
    }
}
