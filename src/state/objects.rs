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
    pub data: Hash,
    pub length: u64,
    pub capabilities: Vec<Hash>,
    pub ports: Vec<Hash>,
    pub response: Option<Hash>,
}

/// `STATE-6`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnvelopeObject {
    pub stamp: u64,
    pub sender: ActorId,
    pub number: u64,
    pub ticks: u64,
    pub tag: u32,
    pub message: Hash,
}

/// How many things an actor, or the outside, has made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counters {
    pub created: u64,
    pub channels: u64,
    pub sent: u64,
}

/// `STATE-7`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActorObject {
    pub code: Hash,
    pub clock: u64,
    pub counters: Counters,
    pub storage: Hash,
    pub bound: Hash,
    pub inbox: Hash,
    pub creation: Option<Hash>,
    pub run: Option<Hash>,
}

/// `STATE-8`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunObject {
    pub memory: MemoryObject,
    pub globals: Vec<GlobalObject>,
    pub tables: Vec<Vec<Option<u32>>>,
    pub dropped_data: Vec<bool>,
    pub dropped_elements: Vec<bool>,
    pub references: Vec<ReferenceObject>,
    pub deadline: u64,
    pub callback: u32,
    pub ticks: u64,
}

/// A memory: its size, and the root of the list of its pages' plain hashes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemoryObject {
    pub pages: u32,
    pub root: Hash,
}

/// A mutable global: its index, the byte that Wasm has for its type, and its bits. A reference is
/// its function's index plus 1, or 0 for null.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GlobalObject {
    pub index: u32,
    pub ty: u8,
    pub bits: u64,
}

/// One entry of a table of references.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ReferenceObject {
    Deleted,
    Message { message: Hash, tag: u32 },
    Capability(Capability),
    Store(Vec<u8>),
}

/// Where a port is, between activations (`PORT-2`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PlaceObject {
    Gone,
    Bound { actor: ActorId, name: Vec<u8> },
    InMessage,
    Outside { probe: ActorId },
}

/// One end of a channel, with what waits at it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EndObject {
    pub place: PlaceObject,
    pub waiting: Hash,
}

/// `STATE-9`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChannelObject {
    pub first: EndObject,
    pub second: EndObject,
}

/// `STATE-10`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProbeObject {
    pub name: String,
    pub received: Hash,
}

/// `STATE-11`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorldObject {
    pub dialect: String,
    pub schedule: Hash,
    pub time: u64,
    pub outside: Counters,
    pub injected: u64,
    pub spent: u64,
    pub burned: u64,
    pub actors: Hash,
    pub channels: Hash,
    pub probes: Hash,
}
