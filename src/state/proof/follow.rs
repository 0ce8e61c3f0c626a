//! Where the fields of objects lead (`STATE-15`).
//!
//! Enters: an object, and a field. Leaves: the place that it leads to, or nothing if the object has no
//! such field. Refuses to know: what is there, and proofs.

use super::{Field, Place, What};
use crate::state::{
    hash::Hash,
    kinds::{Any, Kind},
    objects::{
        ActorObject, ChannelObject, EnvelopeObject, MessageObject, ProbeObject, ReferenceObject,
        RunObject, WorldObject,
    },
};

/// An object of this kind.
pub(super) fn thing(kind: Kind, id: Hash) -> Place {
    let what = What::Object(kind);
    Place::Thing { what, id }
}

fn data(id: Hash) -> Place {
    let what = What::Data;
    Place::Thing { what, id }
}

fn map(kind: Kind, root: Hash) -> Place {
    let of = What::Object(kind);
    Place::Map { of, root }
}

pub(super) fn optional(what: What, id: Option<Hash>) -> Place {
    id.map_or(Place::Nothing, |id| Place::Thing { what, id })
}

fn optional_object(kind: Kind, id: Option<Hash>) -> Place {
    optional(What::Object(kind), id)
}

/// The element of a list at that position, if it is that long.
fn element(kind: Kind, list: &[Hash], at: u32) -> Place {
    optional_object(kind, list.get(at as usize).copied())
}

impl Any {
    /// Where a field of this object leads, if it is one of its kind (`STATE-15`).
    pub fn follow(&self, field: Field) -> Option<Place> {
        match self {
            Any::World(object) => object.follow(field),
            Any::Actor(object) => object.follow(field),
            Any::Channel(object) => object.follow(field),
            Any::Probe(object) => object.follow(field),
            Any::Envelope(object) => object.follow(field),
            Any::Message(object) => object.follow(field),
            Any::Run(object) => object.follow(field),
            Any::Capability(_) | Any::Port(_) => None,
        }
    }
}

impl WorldObject {
    fn follow(&self, field: Field) -> Option<Place> {
        Some(match field {
            Field::WorldActors => map(Kind::Actor, self.actors),
            Field::WorldChannels => map(Kind::Channel, self.channels),
            Field::WorldProbes => map(Kind::Probe, self.probes),
            _ => return None,
        })
    }
}

impl ActorObject {
    fn follow(&self, field: Field) -> Option<Place> {
        Some(match field {
            // Before its creation has begun, an actor has no code (`STATE-7`).
            Field::ActorCode if self.code == Hash::ZERO => Place::Nothing,
            Field::ActorCode => data(self.code),
            Field::ActorStorage => map(Kind::Message, self.storage),
            Field::ActorBound => map(Kind::Port, self.bound),
            Field::ActorInbox => map(Kind::Envelope, self.inbox),
            Field::ActorCreation => optional_object(Kind::Envelope, self.creation),
            Field::ActorRun => optional_object(Kind::Run, self.run),
            _ => return None,
        })
    }
}

impl ChannelObject {
    fn follow(&self, field: Field) -> Option<Place> {
        Some(match field {
            Field::ChannelFirst => map(Kind::Envelope, self.first.waiting),
            Field::ChannelSecond => map(Kind::Envelope, self.second.waiting),
            _ => return None,
        })
    }
}

impl ProbeObject {
    fn follow(&self, field: Field) -> Option<Place> {
        (field == Field::ProbeReceived).then(|| map(Kind::Envelope, self.received))
    }
}

impl EnvelopeObject {
    fn follow(&self, field: Field) -> Option<Place> {
        (field == Field::EnvelopeMessage).then(|| thing(Kind::Message, self.message))
    }
}

impl MessageObject {
    fn follow(&self, field: Field) -> Option<Place> {
        Some(match field {
            Field::MessageData => data(self.data),
            Field::MessageCapability { at } => element(Kind::Capability, &self.capabilities, at),
            Field::MessagePort { at } => element(Kind::Port, &self.ports, at),
            Field::MessageResponse => optional_object(Kind::Capability, self.response),
            _ => return None,
        })
    }
}

impl RunObject {
    fn follow(&self, field: Field) -> Option<Place> {
        Some(match field {
            Field::RunMemory => Place::Map {
                of: What::Data,
                root: self.memory.root,
            },
            Field::RunReference { at } => match self.references.get(at as usize) {
                Some(ReferenceObject::Message { message, .. }) => thing(Kind::Message, *message),
                Some(_) | None => Place::Nothing,
            },
            _ => return None,
        })
    }
}
