//! Who is who: actors, channels, ports, capabilities.
//!
//! Enters: a maker and its counters. Leaves: ids that nobody else can have.
//! Refuses to know: what the things do.

use super::{
    codec,
    hash::{Domain, Hash},
    trie::{Key, Value},
};
use serde::{Deserialize, Serialize};

/// An actor, a probe, or the outside world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ActorId(pub Hash);

impl ActorId {
    /// The outside world (`OUT-1`).
    pub const OUTSIDE: ActorId = ActorId(Hash::ZERO);

    /// The `count`-th actor that this one creates (`ACTOR-2`).
    pub fn child(self, count: u64) -> ActorId {
        ActorId(Hash::derive(
            Domain::ActorId,
            &codec::encode(&(self, count)),
        ))
    }

    /// The probe of that name (`OUT-2`).
    pub fn probe(name: &str) -> ActorId {
        ActorId(Hash::derive(Domain::ProbeId, name.as_bytes()))
    }
}

/// A channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ChannelId(pub Hash);

impl ChannelId {
    /// The `count`-th channel that an actor makes (`STATE-3`).
    pub fn made_by(maker: ActorId, count: u64) -> ChannelId {
        ChannelId(Hash::derive(
            Domain::ChannelId,
            &codec::encode(&(maker, count)),
        ))
    }

    /// Both ends, the first one first.
    pub fn ends(self) -> [PortId; 2] {
        [End::First, End::Second].map(|end| PortId { channel: self, end })
    }
}

impl Key for ActorId {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self.0
    }
}

impl Key for ChannelId {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self.0
    }
}

/// The bytes sort as the ports do.
impl Key for PortId {
    fn bytes(&self) -> impl AsRef<[u8]> {
        let mut bytes = [0; 33];
        bytes[..32].copy_from_slice(&self.channel.0.0);
        bytes[32] = self.end as u8;
        bytes
    }
}

/// Which end of a channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum End {
    /// The one whose reference is the smaller when the channel is made (`PORT-1`).
    First,
    /// The other one.
    Second,
}

impl End {
    /// Both, the first one first.
    pub const ALL: [End; 2] = [End::First, End::Second];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            End::First => "first",
            End::Second => "second",
        }
    }
}

/// One end of a channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct PortId {
    /// The channel that it is an end of.
    pub channel: ChannelId,
    /// Which of the two ends.
    pub end: End,
}

impl PortId {
    /// The other end.
    pub fn opposite(self) -> PortId {
        let end = match self.end {
            End::First => End::Second,
            End::Second => End::First,
        };
        PortId {
            channel: self.channel,
            end,
        }
    }

    /// The hash of this port as an object.
    pub fn object_id(&self) -> Hash {
        Hash::derive(Domain::Port, &codec::encode(self))
    }
}

/// The right to send to an actor under a tag (`CAP-1`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Capability {
    /// Who gets what is sent by it: an actor or a probe.
    pub actor: ActorId,
    /// What the receiver can tell it by (`MSG-10`).
    pub tag: u32,
}

impl Capability {
    /// The hash of this capability as an object.
    pub fn object_id(&self) -> Hash {
        Hash::derive(Domain::Capability, &codec::encode(self))
    }
}

impl Value for PortId {
    fn object_id(&self) -> Hash {
        PortId::object_id(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_by_maker_and_count() {
        let first = ActorId::OUTSIDE.child(0);
        assert_ne!(first, ActorId::OUTSIDE.child(1));
        assert_ne!(first, first.child(0));
        assert_ne!(first.0, ChannelId::made_by(ActorId::OUTSIDE, 0).0);
        // The 257th child of the first implementation had the first one's id.
        assert_ne!(first.child(0), first.child(256));
    }

    #[test]
    fn a_port_is_its_opposites_opposite() {
        let [first, second] = ChannelId::made_by(ActorId::OUTSIDE, 0).ends();
        assert_eq!(first.opposite(), second);
        assert_eq!(second.opposite(), first);
        assert_ne!(first.object_id(), second.object_id());
    }
}
