//! Whether objects and hashes are what they are said to be.
//!
//! Enters: a world. Leaves: the first object that does not come back from its bytes, or the first
//! hash that was kept and does not follow from the rules. Refuses to know: what objects mean.

use super::{Invariant, Violation, ensure, of};
use crate::{
    state::{
        hash::Hash,
        identity::End,
        keep::InMemory,
        kinds::Object,
        message::Envelope,
        objects::{ActorObject, ChannelObject, EndObject, ProbeObject, WorldObject},
        trie::{self, Key},
        walk,
        with_id::WithId,
    },
    world::{
        World,
        actor::{Actor, WaitingRun},
        channels::{Channel, EndState},
        waiting::Waiting,
    },
};

/// An object is what its bytes decode to.
fn round<T: Object + PartialEq + std::fmt::Debug>(object: &T) -> Result<(), Violation> {
    let allowed = object.check();
    ensure(allowed.is_ok(), Invariant::Codec, || {
        format!("{allowed:?}: {object:?}")
    })?;
    let decoded = T::from_bytes(&object.to_bytes());
    ensure(decoded.as_ref() == Ok(object), Invariant::Codec, || {
        format!("expected {object:?}, found {decoded:?}")
    })
}

impl World {
    /// Every object decodes from its bytes to itself.
    pub(super) fn check_codec(&self) -> Result<(), Violation> {
        self.envelopes()
            .try_for_each(|envelope| round(&envelope.object()))?;
        for message in self.messages() {
            round(&message.object())?;
            message
                .capabilities()
                .iter()
                .chain(&message.response())
                .try_for_each(round)?;
            message.ports().iter().try_for_each(round)?;
        }
        for actor in self.actors.values() {
            round(&actor.object())?;
            actor.run.iter().try_for_each(|run| round(&run.object()))?;
        }
        let channels = self.channels.map().values();
        channels
            .map(|channel| channel.object())
            .try_for_each(|channel| round(&channel))?;
        let probes = self.probes.values();
        probes
            .map(|probe| probe.object())
            .try_for_each(|probe| round(&probe))?;
        round(&self.object())
    }

    /// Every object that the state refers to, directly or by others, is there and is what it is said
    /// to be: the state is put somewhere, and all of it is visited.
    pub(super) fn check_whole(&self) -> Result<(), Violation> {
        let mut keep = InMemory::default();
        let root = self.save(&mut keep).expect("memory keeps everything");
        let mut missing = walk::walk(&keep, [(walk::STATE, root)]).filter_map(Result::err);
        let missing = missing.next();
        ensure(missing.is_none(), Invariant::Whole, || {
            let why = missing.expect("it was found");
            format!("expected every object that is referred to, found that {why}")
        })
    }

    /// The kept hashes are those that come of it when nothing is kept.
    pub(super) fn check_root(&self) -> Result<(), Violation> {
        for message in self.messages() {
            let (expected, kept) = (message.object().id(), message.object_id());
            same("a message", expected, kept)?;
        }
        for (id, actor) in self.actors.iter() {
            let mut runs = actor.run.iter();
            runs.try_for_each(|run| run.check_hashes())?;
            same(
                &of(id),
                scratch_actor(actor).id(),
                trie::Value::object_id(actor),
            )?;
        }
        let object = WorldObject {
            actors: scratch(
                self.actors
                    .iter()
                    .map(|(id, actor)| (id, scratch_actor(actor).id())),
            ),
            channels: scratch(
                self.channels
                    .map()
                    .iter()
                    .map(|(id, channel)| (id, scratch_channel(channel).id())),
            ),
            probes: scratch(self.probes.iter().map(|(id, probe)| {
                let received = scratch_waiting(&probe.received);
                let name = probe.name.clone();
                (id, ProbeObject { name, received }.id())
            })),
            ..self.object()
        };
        same("the world", object.id(), self.root())
    }
}

fn same(what: &str, expected: Hash, kept: Hash) -> Result<(), Violation> {
    ensure(expected == kept, Invariant::Root, || {
        format!("expected the hash {expected} {what}, found {kept}")
    })
}

/// The root of a map from its pairs alone.
fn scratch<'a, K: Key + 'a>(pairs: impl Iterator<Item = (&'a K, Hash)>) -> Hash {
    trie::root(pairs.map(|(key, value)| (key.bytes().as_ref().to_vec(), value)))
}

fn scratch_waiting(waiting: &Waiting) -> Hash {
    let pairs: Vec<_> = waiting
        .iter()
        .map(|envelope| (envelope.position, envelope))
        .collect();
    scratch(
        pairs
            .iter()
            .map(|(position, envelope)| (position, Envelope::object_id(envelope))),
    )
}

fn scratch_actor(actor: &Actor) -> ActorObject {
    ActorObject {
        storage: scratch(
            actor
                .storage
                .iter()
                .map(|(key, message)| (key, message.object_id())),
        ),
        bound: scratch(
            actor
                .bound
                .iter()
                .map(|(name, port)| (name, port.object_id())),
        ),
        inbox: scratch_waiting(&actor.inbox),
        ..actor.object()
    }
}

fn scratch_channel(channel: &WithId<Channel>) -> ChannelObject {
    let end = |end: &EndState| EndObject {
        waiting: scratch_waiting(&end.waiting),
        ..end.object()
    };
    let [first, second] = [End::First, End::Second].map(|which| end(channel.end(which)));
    ChannelObject { first, second }
}

impl WaitingRun {
    fn check_hashes(&self) -> Result<(), Violation> {
        let kept = &self.sleeper.kept;
        for (page, hash) in kept.image.pages.iter().zip(&kept.page_hashes) {
            same("a page", Hash::plain(page), *hash)?;
        }
        same("a run", self.object().id(), self.object_id)
    }
}
