//! Proofs about a whole state: from its root, by objects and maps, to one thing in it
//! (`STATE-15`, `STATE-16`).
//!
//! Enters: objects and tries on the way; later, a state root. Leaves: a proof; later, what it shows,
//! of what. Refuses to know: the world, when it verifies.
//!
//! A proof tells its own way. Whoever asked for one compares the way that verification gives back
//! with what was asked.

mod follow;

use super::{
    codec::{self, DecodeError},
    hash::Hash,
    kinds::{Any, Kind, Object},
    trie::{
        Key, Trie, Value,
        proof::{MapProof, Refusal as MapRefusal},
    },
};
use follow::{optional, thing};
use serde::{Deserialize, Serialize};

/// A part of an object that leads on (`STATE-15`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Field {
    /// From the world to the map of actors.
    WorldActors,
    /// From the world to the map of channels.
    WorldChannels,
    /// From the world to the map of probes.
    WorldProbes,
    /// From an actor to the bytes of its module.
    ActorCode,
    /// From an actor to the map of its storage.
    ActorStorage,
    /// From an actor to the map of its bound ports.
    ActorBound,
    /// From an actor to the map of its inbox.
    ActorInbox,
    /// From an actor to the envelope of a creation that has not begun.
    ActorCreation,
    /// From an actor to its waiting run.
    ActorRun,
    /// From a channel to the map of what waits at its first end.
    ChannelFirst,
    /// From a channel to the map of what waits at its second end.
    ChannelSecond,
    /// From a probe to the map of what it has received.
    ProbeReceived,
    /// From an envelope to the message in it.
    EnvelopeMessage,
    /// From a message to the bytes of its data.
    MessageData,
    /// From a message to its capability at this index.
    MessageCapability {
        /// The index, from 0.
        at: u32,
    },
    /// From a message to its port at this index.
    MessagePort {
        /// The index, from 0.
        at: u32,
    },
    /// From a message to its response capability.
    MessageResponse,
    /// From a run to the list of its memory's pages.
    RunMemory,
    /// From a run to the message that this reference denotes, if it does denote one.
    RunReference {
        /// The reference's number, as the guest knows it.
        at: u32,
    },
}

/// What a hash is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// Raw bytes, hashed plainly.
    Data,
    /// The canonical bytes of an object of this kind.
    Object(Kind),
}

/// One step of a proof.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Step {
    /// The object that was come to, and the part of it that leads on. The last step may have none.
    Object {
        /// The object's canonical bytes.
        bytes: Vec<u8>,
        /// The part that leads on; none ends the proof.
        follow: Option<Field>,
    },
    /// A key of the map that was come to, and its value, or none.
    Entry {
        /// The key's bytes.
        key: Vec<u8>,
        /// The id of what the map has under the key; none where it has nothing.
        value: Option<Hash>,
        /// What the map's root follows from, together with key and value.
        proof: MapProof,
    },
}

/// A way from a state root to something in the state.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Proof {
    /// From the world on, each taken from where the one before it led.
    pub steps: Vec<Step>,
}

/// A turn of the way: what was followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// A part of an object.
    Field(Field),
    /// A key of a map.
    Key(Vec<u8>),
}

/// What a way leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The state has nothing there.
    Nothing,
    /// A map with this root, from keys to such things.
    Map {
        /// What sort of thing its values are the ids of.
        of: What,
        /// What follows from all of its keys and values (`STATE-4`).
        root: Hash,
    },
    /// Something with this hash.
    Thing {
        /// What sort of thing it is.
        what: What,
        /// Its object id, or the plain hash of its bytes.
        id: Hash,
    },
    /// An object, all of it.
    Object(Box<Any>),
}

/// What a proof shows: that the way with these turns, from the world on, leads there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The way, from the world on.
    pub turns: Vec<Turn>,
    /// Where it leads.
    pub place: Place,
}

/// Why a proof shows nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// It has no steps.
    Empty,
    /// The bytes do not have the hash that leads there.
    AnotherObject {
        /// The hash that the way led to.
        expected: Hash,
        /// The hash of the bytes given.
        found: Hash,
    },
    /// The bytes are no object of the kind that stands there.
    NoObject(Kind, DecodeError),
    /// The object has no such field.
    NoField(Kind, Field),
    /// The step's proof does not fit the map's root.
    Map(MapRefusal),
    /// The step is of the wrong sort: there is no object, or no map, to take it from.
    Misstep,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::Empty => write!(f, "expected a step, found none"),
            Refusal::AnotherObject { expected, found } => {
                write!(f, "expected the object {expected}, found {found}")
            }
            Refusal::NoObject(kind, why) => {
                write!(f, "expected an object of kind {}: {why}", kind.name())
            }
            Refusal::NoField(kind, field) => {
                write!(
                    f,
                    "expected a field of kind {}, found {field:?}",
                    kind.name()
                )
            }
            Refusal::Map(why) => write!(f, "{why}"),
            Refusal::Misstep => write!(
                f,
                "expected a step that goes on from where the last one led, found another"
            ),
        }
    }
}

/// Where a refusal was met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefusedAt {
    /// Which step, from 0.
    pub step: usize,
    /// What is wrong with it.
    pub why: Refusal,
}

impl std::fmt::Display for RefusedAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "step {} of the proof: {}", self.step, self.why)
    }
}

impl std::error::Error for RefusedAt {}

impl Step {
    /// The step that goes through this object and on along `follow`.
    pub fn object(object: &impl Object, follow: Option<Field>) -> Step {
        Step::Object {
            bytes: object.to_bytes(),
            follow,
        }
    }

    /// The step from this map to what it has, or lacks, under the key.
    pub fn entry<K: Key, V: Value, Q: Key + ?Sized>(map: &Trie<K, V>, key: &Q) -> Step {
        let (value, proof) = map.prove(key);
        Step::Entry {
            key: key.bytes().as_ref().to_vec(),
            value,
            proof,
        }
    }

    /// Goes on from a place.
    fn take(&self, from: &Place) -> Result<(Option<Turn>, Place), Refusal> {
        match (self, from) {
            (
                Step::Object { bytes, follow },
                Place::Thing {
                    what: What::Object(kind),
                    id,
                },
            ) => {
                let found = Hash::derive(kind.domain(), bytes);
                if found != *id {
                    let expected = *id;
                    return Err(Refusal::AnotherObject { expected, found });
                }
                let object =
                    Any::from_bytes(*kind, bytes).map_err(|why| Refusal::NoObject(*kind, why))?;
                match follow {
                    None => Ok((None, Place::Object(Box::new(object)))),
                    Some(field) => {
                        let place = object
                            .follow(*field)
                            .ok_or(Refusal::NoField(*kind, *field))?;
                        Ok((Some(Turn::Field(*field)), place))
                    }
                }
            }
            (Step::Entry { key, value, proof }, Place::Map { of, root }) => {
                proof.verify(*root, key, *value).map_err(Refusal::Map)?;
                let place = optional(*of, *value);
                Ok((Some(Turn::Key(key.clone())), place))
            }
            _ => Err(Refusal::Misstep),
        }
    }
}

impl Proof {
    /// What the proof shows of the state that has this root.
    pub fn verify(&self, root: Hash) -> Result<Finding, RefusedAt> {
        if self.steps.is_empty() {
            let why = Refusal::Empty;
            return Err(RefusedAt { step: 0, why });
        }
        let mut turns = Vec::new();
        let mut place = thing(Kind::World, root);
        for (step, taken) in self.steps.iter().enumerate() {
            let (turn, next) = taken.take(&place).map_err(|why| RefusedAt { step, why })?;
            turns.extend(turn);
            place = next;
        }
        Ok(Finding { turns, place })
    }

    /// The canonical bytes (`STATE-15`).
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads what `to_bytes` writes, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Proof, DecodeError> {
        codec::decode(bytes)
    }
}
