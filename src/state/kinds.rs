//! Every kind of object, with its hash, its canonical bytes and what refers to what (`STATE-2`).
//!
//! Enters: objects, or bytes that may be some. Leaves: bytes and hashes, or objects, or a refusal.
//! Refuses to know: where objects are kept, and which world they belong to.

use super::{
    codec::{self, DecodeError},
    hash::{Domain, Hash},
    identity::{Capability, PortId},
    objects::{
        ActorObject, ChannelObject, EnvelopeObject, GlobalObject, MessageObject, PlaceObject,
        ProbeObject, RunObject, WorldObject,
    },
};
use crate::deviation::{Deviation, deviates, is_faithful};
use serde::{Serialize, de::DeserializeOwned};

/// Something that has canonical bytes and a hash of its own.
pub trait Object: Serialize + DeserializeOwned {
    /// What it is, and so in which domain it is hashed.
    const KIND: Kind;

    /// What the rules demand of such an object beyond its encoding.
    fn check(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// Its canonical bytes (`STATE-1`).
    fn to_bytes(&self) -> Vec<u8> {
        if is_faithful() {
            debug_assert_eq!(self.check(), Ok(()));
        }
        let bytes = codec::encode(self);
        match deviates(Deviation::ObjectsAreFramed) {
            true => codec::encode(&bytes),
            false => bytes,
        }
    }

    /// The object that has exactly these canonical bytes.
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let object: Self = codec::decode(bytes)?;
        object.check().map_err(DecodeError::Forbidden)?;
        Ok(object)
    }

    /// The hash of its canonical bytes in the domain of its kind (`STATE-2`).
    fn id(&self) -> Hash {
        Hash::derive(Self::KIND.domain(), &self.to_bytes())
    }
}

/// Declares the kinds once: the enumeration, the objects, and the way from one to the other.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $object:ty,)*) => {
        /// A kind of object.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of their declaration.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// Where the hashes of this kind live.
            pub fn domain(self) -> Domain {
                match self {
                    $(Kind::$kind => Domain::$kind,)*
                }
            }
        }

        /// An object of any kind.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Any {
            $(
                #[doc = concat!("One of kind ", stringify!($kind), ".")]
                $kind($object),
            )*
        }

        impl Any {
            /// What the object is.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Any::$kind(_) => Kind::$kind,)*
                }
            }

            /// Its canonical bytes (`STATE-1`).
            pub fn to_bytes(&self) -> Vec<u8> {
                match self {
                    $(Any::$kind(object) => object.to_bytes(),)*
                }
            }

            /// The object of this kind that has exactly these canonical bytes.
            pub fn from_bytes(kind: Kind, bytes: &[u8]) -> Result<Any, DecodeError> {
                match kind {
                    $(Kind::$kind => Object::from_bytes(bytes).map(Any::$kind),)*
                }
            }
        }
    };
}

kinds! {
    /// `STATE-3`.
    Capability: Capability,
    /// `STATE-3`.
    Port: PortId,
    /// `STATE-5`.
    Message: MessageObject,
    /// `STATE-6`.
    Envelope: EnvelopeObject,
    /// `STATE-7`.
    Actor: ActorObject,
    /// `STATE-8`.
    Run: RunObject,
    /// `STATE-9`.
    Channel: ChannelObject,
    /// `STATE-10`.
    Probe: ProbeObject,
    /// `STATE-11`.
    World: WorldObject,
}

impl Kind {
    /// Its name in the rules.
    pub fn name(self) -> &'static str {
        self.domain().name()
    }
}

impl Object for Capability {
    const KIND: Kind = Kind::Capability;
}

impl Object for PortId {
    const KIND: Kind = Kind::Port;
}

impl Object for MessageObject {
    const KIND: Kind = Kind::Message;

    fn check(&self) -> Result<(), &'static str> {
        if self.capabilities.is_empty() || self.ports.is_empty() {
            Ok(())
        } else {
            Err("expected capabilities or ports, found both")
        }
    }
}

impl Object for EnvelopeObject {
    const KIND: Kind = Kind::Envelope;
}

impl Object for ActorObject {
    const KIND: Kind = Kind::Actor;
}

impl GlobalObject {
    /// The type's byte is one of the Wasm binary format, and the bits fit it.
    fn fits(&self) -> bool {
        match self.ty {
            0x7f | 0x7d => self.bits <= u64::from(u32::MAX),
            0x7e | 0x7c => true,
            0x70 | 0x6f => self.bits <= 1 << 32,
            _ => false,
        }
    }
}

impl Object for RunObject {
    const KIND: Kind = Kind::Run;

    fn check(&self) -> Result<(), &'static str> {
        if (self.memory.pages == 0) != (self.memory.root == Hash::ZERO) {
            return Err("expected the empty root for no pages and for no others, found otherwise");
        }
        if !self
            .globals
            .is_sorted_by(|one, next| one.index < next.index)
        {
            return Err("expected globals in the order of their indexes, found another");
        }
        if self.globals.iter().all(GlobalObject::fits) {
            Ok(())
        } else {
            Err("expected the bits of a global's type, found others")
        }
    }
}

impl Object for ChannelObject {
    const KIND: Kind = Kind::Channel;

    fn check(&self) -> Result<(), &'static str> {
        let ends = [&self.first, &self.second];
        let gone = ends.map(|end| end.place == PlaceObject::Gone);
        if gone == [true, true] {
            return Err("expected an end that is not gone, found none");
        }
        let emptied = |end: &&super::objects::EndObject| end.waiting == Hash::ZERO;
        if ends
            .iter()
            .zip(gone)
            .all(|(end, gone)| !gone || emptied(end))
        {
            Ok(())
        } else {
            Err("expected nothing to wait at an end that is gone, found something")
        }
    }
}

impl Object for ProbeObject {
    const KIND: Kind = Kind::Probe;
}

impl Object for WorldObject {
    const KIND: Kind = Kind::World;
}
