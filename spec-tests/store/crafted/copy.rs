//! A state copied object by object, so that any of them can be changed on the way.
//!
//! Enters: a state in a place for objects, and who changes objects. Leaves: the root of the copy,
//! all of whose hashes are right. Refuses to know: what may be changed.

use crate::sample;
use primea::state::{
    codec,
    hash::Hash,
    keep::{InMemory, Keep, KeepError},
    kinds::{Any, Kind},
    objects::{EnvelopeObject, ReferenceObject},
    proof::What,
    stored,
};
use std::collections::BTreeMap;

/// Pairs of a map.
pub type Pairs = Vec<(Vec<u8>, Hash)>;

/// Who may change what is copied. Each thing is shown once, after all that it leads to.
pub trait Changer {
    fn object(&mut self, object: &mut Any, copied: &Copied);
    fn pairs(&mut self, of: What, pairs: &mut Pairs, copied: &Copied);
    fn raw(&mut self, bytes: &mut Vec<u8>, copied: &Copied);
}

/// What was copied so far, by what it is.
#[derive(Default)]
pub struct Copied {
    pub capabilities: Vec<Hash>,
    pub ports: Vec<Hash>,
    pub messages: Vec<Hash>,
    pub envelopes: Vec<Hash>,
    pub runs: Vec<Hash>,
    pub raw: Vec<Hash>,
    pub maps: Vec<Hash>,
    pub keys: Vec<Vec<u8>>,
}

pub struct Copier<'a, C> {
    /// Where all is that was there before, and what is copied.
    pub keep: InMemory,
    pub changer: &'a mut C,
    copied: Copied,
    known: BTreeMap<Hash, Hash>,
    /// The ticks of all that was copied: the world is made to hold as many.
    held: u64,
}

type Copy<T> = Result<T, KeepError>;

impl<'a, C: Changer> Copier<'a, C> {
    pub fn new(keep: InMemory, changer: &'a mut C) -> Copier<'a, C> {
        Copier {
            keep,
            changer,
            copied: Copied::default(),
            known: BTreeMap::new(),
            held: 0,
        }
    }

    /// Copies an object and all that it leads to.
    pub fn object(&mut self, kind: Kind, id: Hash) -> Copy<Hash> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let mut object = stored::any(&self.keep, kind, id)?;
        self.below(&mut object)?;
        self.changer.object(&mut object, &self.copied);
        let ticks = match &object {
            Any::Envelope(envelope) => envelope.ticks,
            Any::Run(run) => run.ticks,
            _ => 0,
        };
        self.held = self.held.wrapping_add(ticks);
        let bytes = encode(&object);
        let copy = Hash::derive(kind.domain(), &bytes);
        self.keep.put(copy, &bytes)?;
        self.note(kind, copy);
        self.known.insert(id, copy);
        Ok(copy)
    }

    fn note(&mut self, kind: Kind, copy: Hash) {
        let copied = &mut self.copied;
        match kind {
            Kind::Capability => copied.capabilities.push(copy),
            Kind::Port => copied.ports.push(copy),
            Kind::Message => copied.messages.push(copy),
            Kind::Envelope => copied.envelopes.push(copy),
            Kind::Run => copied.runs.push(copy),
            Kind::Actor | Kind::Channel | Kind::Probe | Kind::World => {}
        }
    }

    fn below(&mut self, object: &mut Any) -> Copy<()> {
        match object {
            Any::Capability(_) | Any::Port(_) => {}
            Any::Message(message) => {
                let before = self.bytes_of(message.data)?.len() as u64;
                message.data = self.raw(message.data)?;
                let now = self.bytes_of(message.data)?.len() as u64;
                message.length = message.length - before + now;
                self.each(Kind::Capability, message.capabilities.iter_mut())?;
                self.each(Kind::Port, message.ports.iter_mut())?;
                self.each(Kind::Capability, message.response.iter_mut())?;
            }
            Any::Envelope(envelope) => {
                self.each(Kind::Message, [&mut envelope.message].into_iter())?;
            }
            Any::Actor(actor) => {
                if actor.code != Hash::ZERO {
                    actor.code = self.raw(actor.code)?;
                }
                self.map(What::Object(Kind::Message), &mut actor.storage)?;
                self.map(What::Object(Kind::Port), &mut actor.bound)?;
                self.map(What::Object(Kind::Envelope), &mut actor.inbox)?;
                self.each(Kind::Envelope, actor.creation.iter_mut())?;
                self.each(Kind::Run, actor.run.iter_mut())?;
            }
            Any::Run(run) => {
                self.map(What::Data, &mut run.memory.root)?;
                for reference in &mut run.references {
                    if let ReferenceObject::Message { message, .. } = reference {
                        *message = self.object(Kind::Message, *message)?;
                    }
                }
            }
            Any::Channel(channel) => {
                for end in [&mut channel.first, &mut channel.second] {
                    self.map(What::Object(Kind::Envelope), &mut end.waiting)?;
                }
            }
            Any::Probe(probe) => self.map(What::Object(Kind::Envelope), &mut probe.received)?,
            Any::World(world) => {
                self.map(What::Object(Kind::Actor), &mut world.actors)?;
                self.map(What::Object(Kind::Channel), &mut world.channels)?;
                self.map(What::Object(Kind::Probe), &mut world.probes)?;
                let gone = world.spent + world.burned;
                world.injected = gone.checked_add(self.held).unwrap_or(world.injected);
            }
        }
        Ok(())
    }

    fn each<'h>(&mut self, kind: Kind, ids: impl Iterator<Item = &'h mut Hash>) -> Copy<()> {
        for id in ids {
            *id = self.object(kind, *id)?;
        }
        Ok(())
    }

    fn map(&mut self, of: What, root: &mut Hash) -> Copy<()> {
        let pairs: Result<Pairs, _> = stored::pairs(&self.keep, *root).collect();
        let mut copies = Vec::new();
        for (mut key, value) in pairs? {
            let copy = match of {
                What::Data => self.raw(value)?,
                What::Object(kind) => self.object(kind, value)?,
            };
            if of == What::Object(Kind::Envelope) {
                key = position(&stored::object(&self.keep, copy)?);
            }
            self.copied.keys.push(key.clone());
            copies.push((key, copy));
        }
        self.changer.pairs(of, &mut copies, &self.copied);
        copies.sort();
        copies.dedup_by(|one, other| one.0 == other.0);
        *root = sample::map(&mut self.keep, &copies)?;
        self.copied.maps.push(*root);
        Ok(())
    }

    fn bytes_of(&self, id: Hash) -> Copy<Vec<u8>> {
        stored::raw(&self.keep, stored::DATA, id)
    }

    fn raw(&mut self, id: Hash) -> Copy<Hash> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let mut bytes = self.bytes_of(id)?;
        self.changer.raw(&mut bytes, &self.copied);
        let copy = Hash::plain(&bytes);
        self.keep.put(copy, &bytes)?;
        self.copied.raw.push(copy);
        self.known.insert(id, copy);
        Ok(copy)
    }
}

/// The key of an envelope where it waits (`STATE-6`).
pub fn position(envelope: &EnvelopeObject) -> Vec<u8> {
    let stamp = envelope.stamp.to_be_bytes();
    let number = envelope.number.to_be_bytes();
    [&stamp[..], &envelope.sender.0.0, &number].concat()
}

/// Canonical bytes, also of what no object may be.
fn encode(object: &Any) -> Vec<u8> {
    match object {
        Any::Capability(object) => codec::encode(object),
        Any::Port(object) => codec::encode(object),
        Any::Message(object) => codec::encode(object),
        Any::Envelope(object) => codec::encode(object),
        Any::Actor(object) => codec::encode(object),
        Any::Run(object) => codec::encode(object),
        Any::Channel(object) => codec::encode(object),
        Any::Probe(object) => codec::encode(object),
        Any::World(object) => codec::encode(object),
    }
}
