//! Writing a state to a place for objects.
//!
//! Enters: a world, and what the place has already. Leaves: every object that the state root leads
//! to is there. Refuses to know: how the place keeps them.
//!
//! What a thing refers to is put before the thing. So whatever is there is there with all that it
//! leads to, and a state costs what the place does not have of it.

use super::{
    World,
    actor::{Actor, WaitingRun},
};
use crate::{
    activation::references::Referent,
    state::{
        hash::Hash,
        identity::Capability,
        keep::{Keep, KeepError},
        kinds::Object,
        message::{Envelope, Message},
        trie::{Trie, Value},
        with_id::WithId,
    },
};
use std::sync::Arc;

impl World {
    /// Puts every object of the state that a place does not have, and gives the state root.
    pub fn save<S: Keep>(&self, keep: &mut S) -> Result<Hash, KeepError> {
        let root = self.root();
        if keep.has(root)? {
            return Ok(root);
        }
        keep.put_new(self.schedule_hash, &self.schedule.to_bytes())?;
        self.actors
            .save(keep, &mut |keep, actor| self.save_actor(keep, actor))?;
        self.channels.map().save(keep, &mut |keep, channel| {
            for end in channel.ends() {
                end.waiting.map().save(keep, &mut save_waiting)?;
            }
            keep.put(channel.object_id(), &channel.object().to_bytes())
        })?;
        self.probes.save(keep, &mut |keep, probe| {
            probe.received.map().save(keep, &mut save_waiting)?;
            keep.put(probe.object_id(), &probe.object().to_bytes())
        })?;
        keep.put(root, &self.object().to_bytes())?;
        Ok(root)
    }

    fn save_actor<S: Keep>(
        &self,
        keep: &mut S,
        actor: &Arc<WithId<Actor>>,
    ) -> Result<(), KeepError> {
        if let Some(code) = actor.code {
            let program = self.programs.get(&code).expect("it was accepted");
            keep.put_new(code, program.accepted().bytes())?;
        }
        actor.storage.save(keep, &mut save_message)?;
        actor.bound.save(keep, &mut put_object)?;
        actor.inbox.map().save(keep, &mut save_waiting)?;
        if let Some(creation) = &actor.creation {
            save_envelope(keep, creation)?;
        }
        if let Some(run) = &actor.run {
            save_run(keep, run)?;
        }
        keep.put_new(actor.object_id(), &actor.object().to_bytes())
    }
}

/// Puts an object that refers to nothing.
fn put_object<S: Keep>(keep: &mut S, object: &impl Object) -> Result<(), KeepError> {
    keep.put_new(object.id(), &object.to_bytes())
}

/// Puts an envelope of a map's.
fn save_waiting<S: Keep>(keep: &mut S, envelope: &Arc<Envelope>) -> Result<(), KeepError> {
    save_envelope(keep, envelope)
}

/// Puts an envelope with all that it leads to.
pub fn save_envelope<S: Keep>(keep: &mut S, envelope: &Envelope) -> Result<(), KeepError> {
    save_message(keep, &envelope.message)?;
    put_object(keep, &envelope.object())
}

fn save_message<S: Keep>(keep: &mut S, message: &Arc<Message>) -> Result<(), KeepError> {
    let id = message.object_id();
    if keep.has(id)? {
        return Ok(());
    }
    let capabilities = message.capabilities().iter();
    let response = message.response();
    let mut capabilities = capabilities.chain(&response);
    capabilities.try_for_each(|capability: &Capability| put_object(keep, capability))?;
    let mut ports = message.ports().iter();
    ports.try_for_each(|port| put_object(keep, port))?;
    let object = message.object();
    keep.put_new(object.data, message.data.bytes())?;
    keep.put(id, &object.to_bytes())
}

fn save_run<S: Keep>(keep: &mut S, run: &WaitingRun) -> Result<(), KeepError> {
    let kept = &run.sleeper.kept;
    for (page, hash) in kept.image.pages.iter().zip(&kept.page_hashes) {
        keep.put_new(*hash, page)?;
    }
    let pages: Trie<u64, Hash> = (0..).zip(kept.page_hashes.iter().copied()).collect();
    pages.save(keep, &mut |_, _| Ok(()))?;
    for referent in kept.references.referents() {
        if let Referent::Message(message) = referent {
            save_message(keep, &message.value())?;
        }
    }
    keep.put_new(run.object_id, &run.object().to_bytes())
}
