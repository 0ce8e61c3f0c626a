//! The state as objects, and its root (`STATE-*`).
//!
//! Enters: a world between activations. Leaves: hashes. Refuses to know: how the state came about.

use super::{
    Probe, World,
    actor::{Actor, WaitingRun},
    channels::{Channel, EndState, Place},
    record::Parts,
};
use crate::deviation::{Deviation, deviates};
use crate::state::{
    hash::Hash,
    identity::End,
    kinds::Object,
    message::Envelope,
    objects::{
        ActorObject, ChannelObject, EndObject, GlobalObject, MemoryObject, PlaceObject,
        ProbeObject, RunObject, WorldObject,
    },
    trie,
    with_id::Identified,
};

impl Actor {
    /// The parts that this actor's activations alone decide.
    pub fn parts(&self) -> Parts {
        Parts {
            counters: self.counters,
            storage: self.storage.root(),
            bound: self.bound.root(),
            run: self.run.as_ref().map(|run| run.object_id),
        }
    }

    /// This actor as an object (`STATE-7`).
    pub fn object(&self) -> ActorObject {
        let parts = self.parts();
        ActorObject {
            code: self.code.unwrap_or(Hash::ZERO),
            clock: self.clock,
            counters: parts.counters,
            storage: parts.storage,
            bound: match deviates(Deviation::ActorForgetsItsPorts) {
                true => Hash::ZERO,
                false => parts.bound,
            },
            inbox: self.inbox.root(),
            creation: self.creation.as_deref().map(Envelope::object_id),
            run: parts.run,
        }
    }
}

impl WaitingRun {
    /// This run as an object (`STATE-8`), made from what it kept.
    pub fn object(&self) -> RunObject {
        let kept = &self.sleeper.kept;
        let image = &kept.image;
        let dropped = |segments: &Vec<bool>| match deviates(Deviation::RunForgetsWhatWasDropped) {
            true => Vec::new(),
            false => segments.clone(),
        };
        RunObject {
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
            dropped_data: dropped(&image.dropped_data),
            dropped_elements: dropped(&image.dropped_elements),
            references: kept.references.objects(),
            deadline: self.deadline,
            callback: self.callback,
            ticks: self.ticks,
        }
    }
}

impl EndState {
    pub(super) fn object(&self) -> EndObject {
        let place = match &self.place {
            Place::Held => unreachable!("no run holds a port between activations"),
            Place::Gone => PlaceObject::Gone,
            Place::InMessage => PlaceObject::InMessage,
            Place::Outside { probe } => PlaceObject::Outside { probe: *probe },
            Place::Bound { actor, name } => PlaceObject::Bound {
                actor: *actor,
                name: match deviates(Deviation::ChannelForgetsNames) {
                    true => Vec::new(),
                    false => name.to_vec(),
                },
            },
        };
        EndObject {
            place,
            waiting: self.waiting.root(),
        }
    }
}

impl Channel {
    /// This channel as an object (`STATE-9`).
    pub fn object(&self) -> ChannelObject {
        let [first, second] = [End::First, End::Second].map(|end| self.end(end).object());
        ChannelObject { first, second }
    }
}

impl Probe {
    /// This probe as an object (`STATE-10`).
    pub fn object(&self) -> ProbeObject {
        ProbeObject {
            name: self.name.clone(),
            received: match deviates(Deviation::ProbeForgetsWhatItReceived) {
                true => Hash::ZERO,
                false => self.received.root(),
            },
        }
    }
}

impl Identified for Actor {
    fn compute_object_id(&self) -> Hash {
        self.object().id()
    }
}

impl Identified for Channel {
    fn compute_object_id(&self) -> Hash {
        self.object().id()
    }
}

impl Identified for Probe {
    fn compute_object_id(&self) -> Hash {
        self.object().id()
    }
}

impl World {
    /// The whole state as an object (`STATE-11`). It costs what changed since it, or a copy's, was
    /// asked for last.
    pub fn object(&self) -> WorldObject {
        WorldObject {
            dialect: self.dialect.name().to_owned(),
            schedule: self.schedule_hash,
            time: self.time,
            outside: self.outside,
            injected: self.ledger.injected,
            spent: self.ledger.spent,
            burned: match deviates(Deviation::WorldForgetsTheBurned) {
                true => 0,
                false => self.ledger.burned,
            },
            actors: self.actors.root(),
            channels: self.channels.map().root(),
            probes: self.probes.root(),
        }
    }

    /// The root of the whole state.
    pub fn root(&self) -> Hash {
        self.object().id()
    }
}
