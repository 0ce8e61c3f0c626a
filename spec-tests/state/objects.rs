//! The objects of small worlds, written from section 18 of the rules.
//!
//! Enters: fields, or the hashes that they refer to. Leaves: object ids, and the pairs that maps of them
//! have. Refuses to know: the objects of the VM.

use crate::by_hand::{self, Bytes, derive, map_root, plain};
use primea::module::schedule::PLAIN;

pub type Hash = [u8; 32];
/// A key, and the object under it.
pub type Pair = (Vec<u8>, Hash);

pub const OUTSIDE: Hash = [0; 32];
pub const NONE: Hash = [0; 32];

/// `STATE-5`, for a message with capabilities.
pub fn message(data: &[u8], capabilities: &[Hash], response: Option<Hash>) -> Hash {
    let mut bytes = Bytes::new();
    bytes
        .hash(&plain(data))
        .u64(data.len() as u64)
        .u64(capabilities.len() as u64);
    for capability in capabilities {
        bytes.hash(capability);
    }
    bytes.u64(0).option(response);
    derive("message", bytes.done())
}

/// `STATE-3`.
pub fn capability(actor: &Hash, tag: u32) -> Hash {
    derive("capability", Bytes::new().hash(actor).u32(tag).done())
}

/// `STATE-6`: the object, and its place in the map of what waits.
pub fn envelope(
    stamp: u64,
    sender: &Hash,
    number: u64,
    ticks: u64,
    tag: u32,
    message: Hash,
) -> Pair {
    let mut bytes = Bytes::new();
    bytes
        .u64(stamp)
        .hash(sender)
        .u64(number)
        .u64(ticks)
        .u32(tag)
        .hash(&message);
    let key = [&stamp.to_be_bytes()[..], sender, &number.to_be_bytes()].concat();
    (key, derive("envelope", bytes.done()))
}

/// `STATE-10`.
pub fn probe(name: &str, received: &[Pair]) -> Pair {
    let mut bytes = Bytes::new();
    bytes.text(name).hash(&map_root(received));
    let id = derive("probe id", name.as_bytes());
    (id.to_vec(), derive("probe", bytes.done()))
}

/// What `STATE-11` needs beside the three maps.
pub struct Sums {
    pub time: u64,
    pub outside: [u64; 3],
    pub injected: u64,
    pub spent: u64,
    pub burned: u64,
}

pub type Pairs = Vec<Pair>;

pub fn world(dialect: &str, sums: &Sums, actors: Pairs, channels: Pairs, probes: Pairs) -> Hash {
    let mut bytes = Bytes::new();
    bytes
        .text(dialect)
        .hash(&by_hand::schedule(&PLAIN))
        .u64(sums.time);
    for counter in sums.outside {
        bytes.u64(counter);
    }
    bytes.u64(sums.injected).u64(sums.spent).u64(sums.burned);
    for map in [actors, channels, probes] {
        bytes.hash(&map_root(&map));
    }
    derive("world", bytes.done())
}

pub fn outside_child(count: u64) -> Hash {
    derive("actor id", Bytes::new().hash(&OUTSIDE).u64(count).done())
}

/// What an actor without exports is after its creation (`STATE-7`).
pub fn idle_actor(code: Hash, clock: u64) -> Hash {
    let mut bytes = Bytes::new();
    bytes.hash(&code).u64(clock).u64(0).u64(0).u64(0);
    bytes
        .hash(&NONE)
        .hash(&NONE)
        .hash(&NONE)
        .option(None)
        .option(None);
    derive("actor", bytes.done())
}
