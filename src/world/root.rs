//! The state as objects, and its root (`STATE-*`).
//!
//! Enters: a world between activations. Leaves: hashes. Refuses to know: how the state came about.

use super::{
    Probe, World,
    actor::{Actor, WaitingRun},
    channels::{Channel, EndState, Place},
    record::Parts,
};
use crate::state::{
    codec::encode,
    hash::{Domain, Hash},
    identity::End,
    message::{Envelope, Position},
    objects::{
        ActorObject, ChannelObject, EndObject, GlobalObject, MemoryObject, PlaceObject,
        ProbeObject, RunObject, WorldObject,
    },
    trie,
};
use std::collections::BTreeMap;

/// The root of what waits, by position: stamp and number big-endian, so that keys sort as positions do.
fn waiting_root(waiting: &BTreeMap<Position, Envelope>) -> Hash {
    let key = |position: &Position| {
        let mut key = Vec::with_capacity(48);
        key.extend_from_slice(&position.stamp.to_be_bytes());
        key.extend_from_slice(&position.sender.0.0);
        key.extend_from_slice(&position.number.to_be_bytes());
        key
    };
    trie::root(
        waiting
            .iter()
            .map(|(position, envelope)| (key(position), envelope.object_id())),
    )
}

impl Actor {
    /// The parts that this actor's activations alone decide.
    pub fn parts(&self) -> Parts {
        Parts {
            counters: self.counters,
            storage: trie::root(
                self.storage
                    .iter()
                    .map(|(key, value)| (key, value.object_id())),
            ),
            bound: trie::root(
                self.bound
                    .iter()
                    .map(|(name, port)| (name, port.object_id())),
            ),
            run: self.run.as_ref().map(|run| run.object_id),
        }
    }

    /// The hash of this actor as an object (`STATE-7`).
    pub fn object_id(&self) -> Hash {
        let parts = self.parts();
        let object = ActorObject {
            code: self.code.unwrap_or(Hash::ZERO),
            clock: self.clock,
            counters: parts.counters,
            storage: parts.storage,
            bound: parts.bound,
            inbox: waiting_root(&self.inbox),
            creation: self.creation.as_ref().map(Envelope::object_id),
            run: parts.run,
        };
        Hash::derive(Domain::Actor, &encode(&object))
    }
}

impl WaitingRun {
    /// The hash of this run as an object (`STATE-8`), computed from what it kept.
    pub fn compute_object_id(&self) -> Hash {
        let kept = &self.sleeper.kept;
        let image = &kept.image;
        let object = RunObject {
            memory: MemoryObject {
                pages: image.pages.len() as u32,
                root: trie::list_root(kept.page_hashes.iter().copied()),
            },
            globals: image
                .globals
                .iter()
                .map(|global| GlobalObject {
                    index: global.index,
                    ty: global.ty.binary_code(),
                    bits: global.bits,
                })
                .collect(),
            tables: image.tables.clone(),
            dropped_data: image.dropped_data.clone(),
            dropped_elements: image.dropped_elements.clone(),
            references: kept.references.objects(),
            deadline: self.deadline,
            callback: self.callback,
            ticks: self.ticks,
        };
        Hash::derive(Domain::Run, &encode(&object))
    }
}

impl EndState {
    fn object(&self) -> EndObject {
        let place = match &self.place {
            Place::Held => unreachable!("no run holds a port between activations"),
            Place::Gone => PlaceObject::Gone,
            Place::InMessage => PlaceObject::InMessage,
            Place::Outside { probe } => PlaceObject::Outside { probe: *probe },
            Place::Bound { actor, name } => PlaceObject::Bound {
                actor: *actor,
                name: name.to_vec(),
            },
        };
        EndObject {
            place,
            waiting: waiting_root(&self.waiting),
        }
    }
}

impl Channel {
    /// The hash of this channel as an object (`STATE-9`).
    pub fn object_id(&self) -> Hash {
        let [first, second] = [End::First, End::Second].map(|end| self.end(end).object());
        Hash::derive(Domain::Channel, &encode(&ChannelObject { first, second }))
    }
}

impl Probe {
    /// The hash of this probe as an object (`STATE-10`).
    pub fn object_id(&self) -> Hash {
        let object = ProbeObject {
            name: self.name.clone(),
            received: waiting_root(&self.received),
        };
        Hash::derive(Domain::Probe, &encode(&object))
    }
}

impl World {
    /// The root of the whole state (`STATE-11`).
    pub fn root(&self) -> Hash {
        let actors = self
            .actors
            .iter()
            .map(|(id, actor)| (id.0.0, actor.object_id()));
        let channels = self
            .channels
            .iter()
            .map(|(id, channel)| (id.0.0, channel.object_id()));
        let probes = self
            .probes
            .iter()
            .map(|(id, probe)| (id.0.0, probe.object_id()));
        let object = WorldObject {
            dialect: self.dialect.name().to_owned(),
            schedule: self.schedule_hash,
            time: self.time,
            outside: self.outside,
            injected: self.ledger.injected,
            spent: self.ledger.spent,
            burned: self.ledger.burned,
            actors: trie::root(actors),
            channels: trie::root(channels),
            probes: trie::root(probes),
        };
        Hash::derive(Domain::World, &encode(&object))
    }
}
