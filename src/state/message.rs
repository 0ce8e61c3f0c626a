//! Messages as values, and messages on their way.
//!
//! Enters: data, items, a response capability. Leaves: immutable, hashed values.
//! Refuses to know: references, inboxes, ticks' owners.

use super::{
    codec,
    hash::{Domain, Hash},
    identity::{ActorId, Capability, PortId},
    trie::{Key, Value},
};
use std::sync::{Arc, OnceLock};

/// Bytes, with their hash once somebody asked for it.
#[derive(Clone, Default)]
pub struct Data {
    inner: Arc<DataInner>,
}

#[derive(Default)]
struct DataInner {
    bytes: Box<[u8]>,
    hash: OnceLock<Hash>,
}

impl Data {
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Data {
        Data {
            inner: Arc::new(DataInner {
                bytes: bytes.into(),
                hash: OnceLock::new(),
            }),
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.inner.bytes
    }

    pub fn len(&self) -> usize {
        self.inner.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.inner.bytes.is_empty()
    }

    /// The plain blake3 of the bytes.
    pub fn hash(&self) -> Hash {
        *self
            .inner
            .hash
            .get_or_init(|| Hash::plain(&self.inner.bytes))
    }
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.bytes().escape_ascii())
    }
}

/// A message as a value (`MSG-1`). Its items are capabilities or ports, as the dialect has it.
#[derive(Clone, Debug, Default)]
pub struct Message {
    pub data: Data,
    pub capabilities: Vec<Capability>,
    pub ports: Vec<PortId>,
    pub response: Option<Capability>,
    id: OnceLock<Hash>,
}

impl Message {
    pub fn new(
        data: Data,
        capabilities: Vec<Capability>,
        ports: Vec<PortId>,
        response: Option<Capability>,
    ) -> Message {
        assert!(
            capabilities.is_empty() || ports.is_empty(),
            "a dialect has one kind of item"
        );
        Message {
            data,
            capabilities,
            ports,
            response,
            id: OnceLock::new(),
        }
    }

    /// A message that has nothing but data.
    pub fn of_data(bytes: impl Into<Box<[u8]>>) -> Message {
        Message::new(Data::new(bytes), Vec::new(), Vec::new(), None)
    }

    /// The hash of this message as an object (`STATE-5`).
    pub fn object_id(&self) -> Hash {
        *self.id.get_or_init(|| {
            let object = super::objects::MessageObject {
                data: self.data.hash(),
                length: self.data.len() as u64,
                capabilities: self
                    .capabilities
                    .iter()
                    .map(Capability::object_id)
                    .collect(),
                ports: self.ports.iter().map(PortId::object_id).collect(),
                response: self.response.as_ref().map(Capability::object_id),
            };
            Hash::derive(Domain::Message, &codec::encode(&object))
        })
    }
}

/// The place of a message in an inbox: stamp, then sender, then send number (`TIME-5`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    pub stamp: u64,
    pub sender: ActorId,
    pub number: u64,
}

/// Stamp and number big-endian, so that the bytes sort as the positions do (`STATE-6`).
impl Key for Position {
    fn bytes(&self) -> impl AsRef<[u8]> {
        let mut bytes = [0; 48];
        bytes[..8].copy_from_slice(&self.stamp.to_be_bytes());
        bytes[8..40].copy_from_slice(&self.sender.0.0);
        bytes[40..].copy_from_slice(&self.number.to_be_bytes());
        bytes
    }
}

/// A message, or a creation, on its way.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub position: Position,
    /// What the sender gave it; the whole tank of the activation that will handle it, unless that VM kept some.
    pub ticks: u64,
    /// The tag of the capability by which it was sent; 0 where there was none.
    pub tag: u32,
    pub message: Arc<Message>,
}

impl Envelope {
    /// The hash of this envelope as an object (`STATE-6`).
    pub fn object_id(&self) -> Hash {
        let object = super::objects::EnvelopeObject {
            stamp: self.position.stamp,
            sender: self.position.sender,
            number: self.position.number,
            ticks: self.ticks,
            tag: self.tag,
            message: self.message.object_id(),
        };
        Hash::derive(Domain::Envelope, &codec::encode(&object))
    }
}

impl Value for Message {
    fn object_id(&self) -> Hash {
        Message::object_id(self)
    }
}

impl Value for Envelope {
    fn object_id(&self) -> Hash {
        Envelope::object_id(self)
    }
}
