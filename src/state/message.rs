//! Messages as values, and messages on their way.
//!
//! Enters: data, items, a response capability. Leaves: immutable, hashed values.
//! Refuses to know: references, inboxes, ticks' owners.

use super::{
    hash::Hash,
    identity::{ActorId, Capability, PortId},
    kinds::Object,
    objects::{EnvelopeObject, MessageObject},
    trie::{Key, Value},
};
use crate::deviation::{Deviation, deviates};
use std::sync::{Arc, OnceLock};

/// Bytes. Long ones are shared, with their hash once somebody asked for it.
#[derive(Clone)]
pub struct Data(Bytes);

/// As many as fit beside a length into the place of three words.
const SHORT: usize = 22;

#[derive(Clone)]
enum Bytes {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Arc<LongBytes>),
}

struct LongBytes {
    bytes: Box<[u8]>,
    hash: OnceLock<Hash>,
}

impl Data {
    /// These bytes: few are kept in place, more are shared by all clones.
    pub fn new(bytes: impl AsRef<[u8]> + Into<Box<[u8]>>) -> Data {
        let given = bytes.as_ref();
        Data(if given.len() <= SHORT {
            let mut bytes = [0; SHORT];
            bytes[..given.len()].copy_from_slice(given);
            let length = given.len() as u8;
            Bytes::Short { length, bytes }
        } else {
            Bytes::Long(Arc::new(LongBytes {
                bytes: bytes.into(),
                hash: OnceLock::new(),
            }))
        })
    }

    /// The bytes themselves.
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Short { length, bytes } => &bytes[..usize::from(*length)],
            Bytes::Long(long) => &long.bytes,
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.bytes().len()
    }

    /// Whether there is no byte at all.
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// The plain blake3 of the bytes.
    pub fn hash(&self) -> Hash {
        match &self.0 {
            Bytes::Short { .. } => Hash::plain(self.bytes()),
            Bytes::Long(long) => *long.hash.get_or_init(|| Hash::plain(&long.bytes)),
        }
    }
}

impl Default for Data {
    fn default() -> Data {
        Data::new([])
    }
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.bytes().escape_ascii())
    }
}

/// A message as a value (`MSG-1`). There are many that are nothing but data: the rest stands apart.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The bytes that it carries.
    pub data: Data,
    more: Option<Box<More>>,
    id: OnceLock<Hash>,
}

/// What a message may have beside its data. Its items are capabilities or ports, as the dialect has
/// it.
#[derive(Clone, Debug)]
struct More {
    capabilities: Box<[Capability]>,
    ports: Box<[PortId]>,
    response: Option<Capability>,
}

impl Message {
    /// A message of these parts.
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
        let is_plain = capabilities.is_empty() && ports.is_empty() && response.is_none();
        let more = More {
            capabilities: capabilities.into(),
            ports: ports.into(),
            response,
        };
        Message {
            data,
            more: (!is_plain).then(|| Box::new(more)),
            id: OnceLock::new(),
        }
    }

    /// A message that has nothing but data.
    pub fn of_data(bytes: impl AsRef<[u8]> + Into<Box<[u8]>>) -> Message {
        Message::new(Data::new(bytes), Vec::new(), Vec::new(), None)
    }

    /// Its capabilities, in order; none in the ports dialects.
    pub fn capabilities(&self) -> &[Capability] {
        self.more.as_ref().map_or(&[], |more| &more.capabilities)
    }

    /// The ports still in it, in order; none in the capability dialects.
    pub fn ports(&self) -> &[PortId] {
        self.more.as_ref().map_or(&[], |more| &more.ports)
    }

    /// Its response capability, if it has one.
    pub fn response(&self) -> Option<Capability> {
        self.more.as_ref().and_then(|more| more.response)
    }

    /// The same without a port; the places of the others are closed up.
    pub fn without_port(&self, port: PortId) -> Message {
        let others = self.ports().iter().filter(|other| **other != port);
        let others = others.copied().collect();
        let capabilities = self.capabilities().to_vec();
        Message::new(self.data.clone(), capabilities, others, self.response())
    }

    /// This message as an object (`STATE-5`).
    pub fn object(&self) -> MessageObject {
        let capabilities = self.capabilities().iter();
        MessageObject {
            data: self.data.hash(),
            length: self.data.len() as u64,
            capabilities: capabilities.map(Capability::object_id).collect(),
            ports: self.ports().iter().map(PortId::object_id).collect(),
            response: self
                .response()
                .filter(|_| !deviates(Deviation::MessageForgetsItsResponse))
                .as_ref()
                .map(Capability::object_id),
        }
    }

    /// The hash of this message as an object.
    pub fn object_id(&self) -> Hash {
        *self.id.get_or_init(|| self.object().id())
    }
}

/// The place of a message in an inbox: stamp, then sender, then send number (`TIME-5`).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize,
)]
pub struct Position {
    /// The sender's time at the send, in ticks.
    pub stamp: u64,
    /// Who sent it; ids compare as byte strings.
    pub sender: ActorId,
    /// Which of the sender's sends, or of its creations, it is, from 0.
    pub number: u64,
}

impl Position {
    /// How many bytes it has as a key.
    pub const BYTES: usize = 48;
}

/// Stamp and number big-endian, so that the bytes sort as the positions do (`STATE-6`).
impl Key for Position {
    fn bytes(&self) -> impl AsRef<[u8]> {
        let mut bytes = [0; Position::BYTES];
        bytes[..8].copy_from_slice(&self.stamp.to_be_bytes());
        bytes[8..40].copy_from_slice(&self.sender.0.0);
        bytes[40..].copy_from_slice(&self.number.to_be_bytes());
        if deviates(Deviation::SendNumbersFirst) {
            bytes[8..].rotate_right(8);
        }
        bytes
    }
}

/// A message, or a creation, on its way.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// What orders it among others.
    pub position: Position,
    /// What the sender gave it; the whole tank of the activation that will handle it, unless that VM kept some.
    pub ticks: u64,
    /// The tag of the capability by which it was sent; 0 where there was none.
    pub tag: u32,
    /// What is sent.
    pub message: Arc<Message>,
}

impl Envelope {
    /// The envelope that this object is, around its message.
    pub fn of(object: &EnvelopeObject, message: Arc<Message>) -> Envelope {
        Envelope {
            position: Position {
                stamp: object.stamp,
                sender: object.sender,
                number: object.number,
            },
            ticks: object.ticks,
            tag: object.tag,
            message,
        }
    }

    /// This envelope as an object (`STATE-6`).
    pub fn object(&self) -> EnvelopeObject {
        EnvelopeObject {
            stamp: self.position.stamp,
            sender: self.position.sender,
            number: self.position.number,
            ticks: self.ticks,
            tag: match deviates(Deviation::EnvelopeForgetsItsTag) {
                true => 0,
                false => self.tag,
            },
            message: self.message.object_id(),
        }
    }

    /// The hash of this envelope as an object.
    pub fn object_id(&self) -> Hash {
        self.object().id()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_its_bytes_however_long() {
        for length in [0, 1, SHORT, SHORT + 1, 1_000] {
            let bytes: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let data = Data::new(bytes.clone());
            assert_eq!(data.bytes(), bytes);
            assert_eq!(data.len(), length);
            assert_eq!(data.is_empty(), length == 0);
            assert_eq!(data.hash(), Hash::plain(&bytes));
        }
    }

    /// A million actors with a few stored messages each must fit into a gibibyte.
    #[test]
    fn messages_are_small() {
        assert_eq!(size_of::<Data>(), 24);
        assert_eq!(size_of::<Message>(), 24 + 8 + 40);
    }
}
