//! The objects whose canonical bytes are hashed, field by field as in `docs/spec.md`, section 18.
//!
//! Enters: nothing. Leaves: plain structures in their canonical order of fields.
//! Refuses to know: where the values come from.

use super::{
    hash::Hash,
    identity::{ActorId, Capability},
};
use serde::{Deserialize, Serialize};

/// `STATE-5`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MessageObject {
    /// The plain hash of the data's bytes.
    pub data: Hash,
    /// How many bytes the data have.
    pub length: u64,
    /// The ids of the capability objects, in the order of the message.
    pub capabilities: Vec<Hash>,
    /// The ids of the port objects, in the order of the message.
    pub ports: Vec<Hash>,
    /// The id of the response capability's object, where there is one.
    pub response: Option<Hash>,
}

/// `STATE-6`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnvelopeObject {
    /// The sender's time at the send, in ticks (`TIME-3`).
    pub stamp: u64,
    /// Who sent it: an actor, or the outside.
    pub sender: ActorId,
    /// Which of the sender's sends it is, from 0 (`TIME-5`).
    pub number: u64,
    /// The ticks that it carries.
    pub ticks: u64,
    /// The tag of the capability by which it was sent; 0 where there was none.
    pub tag: u32,
    /// The id of the message object.
    pub message: Hash,
}

/// How many things an actor, or the outside, has made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Actors created: the nonce of the next one's id.
    pub created: u64,
    /// Channels made: the nonce of the next one's id.
    pub channels: u64,
    /// Messages and responses sent: the number of the next send (`TIME-5`).
    pub sent: u64,
}

/// `STATE-7`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActorObject {
    /// The plain hash of the binary; zero before the creation has begun.
    pub code: Hash,
    /// Its time in ticks (`TIME-1`).
    pub clock: u64,
    /// What it has made so far.
    pub counters: Counters,
    /// The root of the map from keys to messages.
    pub storage: Hash,
    /// The root of the map from names to the ports bound under them.
    pub bound: Hash,
    /// The root of the map of what waits in its inbox; in the ports dialects always empty.
    pub inbox: Hash,
    /// The id of the creation's envelope, as long as that has not begun.
    pub creation: Option<Hash>,
    /// The id of the waiting run, where there is one.
    pub run: Option<Hash>,
}

/// `STATE-8`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunObject {
    /// The memory as the run left it.
    pub memory: MemoryObject,
    /// The mutable globals, in order.
    pub globals: Vec<GlobalObject>,
    /// For each table, what its elements are: the function's index, or none for null.
    pub tables: Vec<Vec<Option<u32>>>,
    /// For each data segment, whether it was dropped.
    pub dropped_data: Vec<bool>,
    /// For each element segment, whether it was dropped.
    pub dropped_elements: Vec<bool>,
    /// The table of references, from reference 0 on.
    pub references: Vec<ReferenceObject>,
    /// When the time-out is due, in ticks (`WAIT-3`).
    pub deadline: u64,
    /// The time-out callback's index into the table of callbacks.
    pub callback: u32,
    /// What the run kept of its last tank.
    pub ticks: u64,
}

/// A memory: its size, and the root of the list of its pages' plain hashes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemoryObject {
    /// Its size in pages of 64 KiB.
    pub pages: u32,
    /// The root of the list of its pages' plain hashes.
    pub root: Hash,
}

/// A mutable global: its index, the byte that Wasm has for its type, and its bits. A reference is
/// its function's index plus 1, or 0 for null.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GlobalObject {
    /// Its index among the module's globals.
    pub index: u32,
    /// The byte by which the binary format knows its type.
    pub ty: u8,
    /// Its value; of a float the bits.
    pub bits: u64,
}

/// One entry of a table of references.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ReferenceObject {
    /// It was handed out and is valid no more.
    Deleted,
    /// A message, as an object, with the tag under which it was received (`MSG-10`).
    Message {
        /// The object id of the message.
        message: Hash,
        /// The tag; 0 if it was not received.
        tag: u32,
    },
    /// A capability, by value.
    Capability(Capability),
    /// A store that was opened, by its key (`LEG-8`).
    Store(Vec<u8>),
}

/// Where a port is, between activations (`PORT-2`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PlaceObject {
    /// It was destroyed.
    Gone,
    /// Bound by this actor under this name.
    Bound {
        /// The actor that has it.
        actor: ActorId,
        /// The name, as the actor chose it.
        name: Vec<u8>,
    },
    /// In a message, wherever that is.
    InMessage,
    /// With the outside, held by this probe.
    Outside {
        /// The probe that holds it.
        probe: ActorId,
    },
}

/// One end of a channel, with what waits at it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndObject {
    /// Where the end is.
    pub place: PlaceObject,
    /// The root of the map of what waits at it.
    pub waiting: Hash,
}

/// `STATE-9`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChannelObject {
    /// The end that was made first.
    pub first: EndObject,
    /// The end that was made second.
    pub second: EndObject,
}

/// `STATE-10`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProbeObject {
    /// What the scenario calls it; its id follows from that (`OUT-2`).
    pub name: String,
    /// The root of the map of what its capabilities received.
    pub received: Hash,
}

/// `STATE-11`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorldObject {
    /// The dialect's name (`DIAL-1`).
    pub dialect: String,
    /// The schedule's hash (`STATE-2`).
    pub schedule: Hash,
    /// The world's time in ticks (`TIME-8`).
    pub time: u64,
    /// What the outside has made so far.
    pub outside: Counters,
    /// Ticks put in from outside so far.
    pub injected: u64,
    /// Ticks spent by activations so far.
    pub spent: u64,
    /// Ticks that nobody got, so far (`TICK-13`).
    pub burned: u64,
    /// The root of the map of actors by id.
    pub actors: Hash,
    /// The root of the map of channels by id.
    pub channels: Hash,
    /// The root of the map of probes by id.
    pub probes: Hash,
}
