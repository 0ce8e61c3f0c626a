//! Proofs about the state of a world, straight from the world (`STATE-15`).
//!
//! Enters: a world, and a way into its state. Leaves: a proof of what the way leads to, which
//! needs nothing but the root to be verified. Refuses to know: where states are kept.

use super::{
    ActorMap, Probe, ProbeMap, World,
    actor::{Actor, WaitingRun},
    channels::{Channel, ChannelMap},
};
use crate::{
    activation::{
        references::Referent,
        session::{Bound, Storage},
    },
    state::{
        hash::Hash,
        identity::{Capability, End, PortId},
        kinds::Any,
        message::{Envelope, Message, Position},
        proof::{Field, Proof, Step, Turn},
        trie::Trie,
    },
};
use std::sync::Arc;

/// Something in the state of a world.
enum At<'w> {
    World(&'w World),
    Actors(&'w ActorMap),
    Actor(&'w Actor),
    Stored(&'w Storage),
    Bound(&'w Bound),
    Channels(&'w ChannelMap),
    Channel(&'w Channel),
    Probes(&'w ProbeMap),
    Probe(&'w Probe),
    Waiting(&'w Trie<Position, Arc<Envelope>>),
    Envelope(&'w Envelope),
    Message(Arc<Message>),
    Capability(Capability),
    Port(PortId),
    Run(&'w WaitingRun),
    Pages(Trie<u64, Hash>),
    /// Raw bytes, which lead nowhere.
    Data,
    Nothing,
}

impl World {
    /// A proof of what is at the end of a way that begins at the world: an object, as far as its own
    /// parts go, the hash of data, the root of a map, or that nothing is there. None where the way
    /// takes a turn that cannot be taken.
    pub fn prove(&self, turns: &[Turn]) -> Option<Proof> {
        let (mut at, mut steps) = (At::World(self), Vec::new());
        for turn in turns {
            let (step, next) = match turn {
                Turn::Field(field) => {
                    let object = at.object()?;
                    object.follow(*field)?;
                    (of_object(&object, Some(*field)), at.follow(*field))
                }
                Turn::Key(key) => at.entry(key)?,
            };
            steps.push(step);
            at = next;
        }
        steps.extend(at.object().map(|object| of_object(&object, None)));
        Some(Proof { steps })
    }
}

fn of_object(object: &Any, follow: Option<Field>) -> Step {
    let bytes = object.to_bytes();
    Step::Object { bytes, follow }
}

impl<'w> At<'w> {
    /// The object that is there, if it is one.
    fn object(&self) -> Option<Any> {
        Some(match self {
            At::World(world) => Any::World(world.object()),
            At::Actor(actor) => Any::Actor(actor.object()),
            At::Channel(channel) => Any::Channel(channel.object()),
            At::Probe(probe) => Any::Probe(probe.object()),
            At::Envelope(envelope) => Any::Envelope(envelope.object()),
            At::Message(message) => Any::Message(message.object()),
            At::Capability(capability) => Any::Capability(*capability),
            At::Port(port) => Any::Port(*port),
            At::Run(run) => Any::Run(run.object()),
            _ => return None,
        })
    }

    /// Where a field leads that the object there has.
    fn follow(&self, field: Field) -> At<'w> {
        let or_nothing = |at: Option<At<'w>>| at.unwrap_or(At::Nothing);
        match (self, field) {
            (At::World(world), Field::WorldActors) => At::Actors(&world.actors),
            (At::World(world), Field::WorldChannels) => At::Channels(world.channels.map()),
            (At::World(world), Field::WorldProbes) => At::Probes(&world.probes),
            (At::Actor(actor), Field::ActorCode) => or_nothing(actor.code.map(|_| At::Data)),
            (At::Actor(actor), Field::ActorStorage) => At::Stored(&actor.storage),
            (At::Actor(actor), Field::ActorBound) => At::Bound(&actor.bound),
            (At::Actor(actor), Field::ActorInbox) => At::Waiting(actor.inbox.map()),
            (At::Actor(actor), Field::ActorCreation) => {
                or_nothing(actor.creation.as_deref().map(At::Envelope))
            }
            (At::Actor(actor), Field::ActorRun) => or_nothing(actor.run.as_deref().map(At::Run)),
            (At::Channel(channel), Field::ChannelFirst) => {
                At::Waiting(channel.end(End::First).waiting.map())
            }
            (At::Channel(channel), Field::ChannelSecond) => {
                At::Waiting(channel.end(End::Second).waiting.map())
            }
            (At::Probe(probe), Field::ProbeReceived) => At::Waiting(probe.received.map()),
            (At::Envelope(envelope), Field::EnvelopeMessage) => {
                At::Message(envelope.message.clone())
            }
            (At::Message(_), Field::MessageData) => At::Data,
            (At::Message(message), Field::MessageCapability { at }) => {
                let capability = message.capabilities().get(at as usize);
                or_nothing(capability.copied().map(At::Capability))
            }
            (At::Message(message), Field::MessagePort { at }) => {
                or_nothing(message.ports().get(at as usize).copied().map(At::Port))
            }
            (At::Message(message), Field::MessageResponse) => {
                or_nothing(message.response().map(At::Capability))
            }
            (At::Run(run), Field::RunMemory) => {
                let pages = run.sleeper.kept.page_hashes.iter().copied();
                At::Pages((0..).zip(pages).collect())
            }
            (At::Run(run), Field::RunReference { at }) => {
                match run.sleeper.kept.references.at(at as usize) {
                    Some(Referent::Message(message)) => At::Message(message.value()),
                    _ => At::Nothing,
                }
            }
            _ => unreachable!("the object was seen to have the field"),
        }
    }

    /// The entry of the map that is there, and where it leads.
    fn entry(&self, key: &[u8]) -> Option<(Step, At<'w>)> {
        let or_nothing = |at: Option<At<'w>>| at.unwrap_or(At::Nothing);
        Some(match self {
            At::Actors(map) => {
                let actor = map.get(key).map(|actor| At::Actor(actor));
                (Step::entry(map, key), or_nothing(actor))
            }
            At::Stored(map) => {
                let message = map.get(key).cloned().map(At::Message);
                (Step::entry(map, key), or_nothing(message))
            }
            At::Bound(map) => {
                let port = map.get(key).copied().map(At::Port);
                (Step::entry(map, key), or_nothing(port))
            }
            At::Channels(map) => {
                let channel = map.get(key).map(|channel| At::Channel(channel));
                (Step::entry(map, key), or_nothing(channel))
            }
            At::Probes(map) => {
                let probe = map.get(key).map(|probe| At::Probe(probe));
                (Step::entry(map, key), or_nothing(probe))
            }
            At::Waiting(map) => {
                let envelope = map.get(key).map(|envelope| At::Envelope(envelope));
                (Step::entry(map, key), or_nothing(envelope))
            }
            At::Pages(map) => {
                let page = map.get(key).map(|_| At::Data);
                (Step::entry(map, key), or_nothing(page))
            }
            _ => return None,
        })
    }
}
