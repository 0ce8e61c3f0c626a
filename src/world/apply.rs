//! What becomes of the world when an activation has ended.
//!
//! Enters: what an activation wants to change, or its fault. Leaves: a world in which it happened.
//! Refuses to know: what guests compute, and who goes next.

use super::{
    World,
    actor::{Actor, Deed, WaitingRun},
    channels::{Channels, Place, Sent},
    ledger::divide,
    record::Record,
    step::Account,
    watch::Aim,
};
use crate::{
    activation::{
        Success,
        effects::{Changes, Effect},
        session::Owed,
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    state::{
        hash::Hash,
        identity::{ActorId, Capability, PortId},
        kinds::Object,
        message::{Envelope, Message, Position},
        trie::{Key, Path, Trie},
        with_id::WithId,
    },
};
use std::{collections::BTreeMap, sync::Arc};

impl World {
    /// Applies what an activation changes, and divides what is left (`TICK-11`).
    pub(super) fn succeed(&mut self, account: &Account, success: Success, record: &mut Record) {
        let Success {
            mut changes,
            mut claims,
            owed,
            waiting,
            left,
            ..
        } = success;
        let clock = account.end(record.spent);
        if let Some(Owed {
            response: Some(capability),
            given: false,
        }) = owed
            && (waiting.is_none() || !deviates(Deviation::WaitingOwesNothing))
        {
            let number = changes.counters.sent;
            changes.counters.sent += u64::from(!deviates(Deviation::AutomaticResponsesDoNotCount));
            let position = Position {
                stamp: clock,
                sender: account.actor,
                number,
            };
            let envelope = response(position, capability, Message::of_data([]));
            claims.push(changes.effects.len());
            changes.effects.push(Effect::SendToCapability {
                capability,
                envelope,
            });
        }
        let allotted: u64 = changes
            .effects
            .iter_mut()
            .filter_map(|effect| effect.envelope_mut().map(|envelope| envelope.ticks))
            .sum();
        assert_eq!(
            account.tank,
            record.spent + allotted + left,
            "a tank is spent, allotted or left"
        );
        let shares = divide(left, claims.len() + usize::from(waiting.is_some()));
        assert!(shares.is_empty() || shares.iter().sum::<u64>() == left);
        for (claim, share) in claims.iter().zip(&shares) {
            let envelope = changes.effects[*claim]
                .envelope_mut()
                .expect("claims are sends");
            envelope.ticks += share;
        }
        if shares.is_empty() {
            self.ledger.burned += left;
        }
        self.apply(account.actor, clock, changes);
        if let Some((sleeper, wait)) = waiting {
            let late = u64::from(deviates(Deviation::DeadlineOneLate));
            let least = u64::from(deviates(Deviation::ZeroTimeOutsAreOne));
            let deadline = clock + u64::from(wait.timeout).max(least) + late;
            let ticks = *shares.last().expect("a wait is a claim");
            let mut run = WaitingRun {
                sleeper,
                deadline,
                callback: wait.callback,
                ticks,
                object_id: Hash::ZERO,
            };
            run.object_id = run.object().id();
            self.exchange_run(account.actor, Some(Box::new(run)));
            self.ledger.hold(ticks);
            record.waits_until = Some(deadline);
        }
        record.shares = shares;
    }

    /// Leaves all as it was but clock, ticks and the error response (`RUN-8`, `RESP-4`).
    pub(super) fn fail(
        &mut self,
        account: &Account,
        fault: Fault,
        handled: Option<&Envelope>,
        deed: Deed,
        record: &mut Record,
    ) {
        let lost = handled.filter(|_| !deviates(Deviation::PortsSurviveAFault));
        for port in lost.iter().flat_map(|envelope| envelope.message.ports()) {
            self.destroy_end(*port);
        }
        let clock = account.end(record.spent);
        let left = record.left;
        let number = if deed == Deed::Creation {
            let never_born = self.remove_actor(account.actor);
            self.ledger.burn_held(never_born.inbox.ticks());
            u64::from(deviates(Deviation::UnbornActorsCount))
        } else {
            let actor = self.actor_mut(account.actor);
            actor.clock = clock;
            let number = actor.counters.sent;
            let counts = account.response.is_some() || deviates(Deviation::FaultsCountAsSends);
            actor.counters.sent += u64::from(counts);
            number
        };
        match account.response {
            None => self.ledger.burned += left,
            Some(capability) => {
                let position = Position {
                    stamp: clock,
                    sender: account.actor,
                    number,
                };
                let slip = u32::from(fault > Fault::CallDepth && deviates(Deviation::NumbersSlip));
                let code = fault.code() - slip;
                let data = Message::of_data(match deviates(Deviation::ErrorsAreBigEndian) {
                    true => code.to_be_bytes(),
                    false => code.to_le_bytes(),
                });
                let mut envelope = response(position, capability, data);
                let given = match deviates(Deviation::FaultsBurnTheRest) {
                    true => 0,
                    false => left,
                };
                self.ledger.burned += left - given;
                envelope.ticks = given;
                record.shares = vec![given];
                self.deliver(capability.actor, envelope);
            }
        }
    }

    fn apply(&mut self, id: ActorId, clock: u64, changes: Changes) {
        if let Some(watch) = &self.watch {
            watch.tell().changes(&changes);
        }
        let actor = self.actor_mut(id);
        actor.clock = clock;
        actor.counters = changes.counters;
        overwrite(&mut actor.storage, changes.storage);
        overwrite(&mut actor.bound, changes.bound);
        let mut effects = changes.effects;
        if deviates(Deviation::CreationsComeFirst) {
            effects.sort_by_key(|effect| !matches!(effect, Effect::Create { .. }));
        }
        for effect in effects {
            self.apply_effect(id, effect);
        }
    }

    fn apply_effect(&mut self, id: ActorId, effect: Effect) {
        match effect {
            Effect::OpenChannel(channel) => self.channels.open(channel),
            Effect::Bind { name, port } => {
                self.channels.put(port, Place::Bound { actor: id, name });
                self.move_head(id, port, None);
            }
            Effect::Unbind { port, .. } => {
                self.channels.put(port, Place::Held);
                if let Some(head) = self.channels.first_waiting(port) {
                    self.actor_mut(id).heads.remove(&head);
                }
            }
            Effect::Destroy(port) => self.destroy_end(port),
            Effect::SendOnPort { port, envelope } => self.send_on_port(port, envelope),
            Effect::SendToCapability {
                capability,
                envelope,
            } => {
                self.deliver(capability.actor, envelope);
            }
            Effect::Create { child, envelope } => self.conceive(child, envelope),
        }
    }

    /// Lets a message wait at the other end of a channel.
    pub(super) fn send_on_port(&mut self, port: PortId, envelope: Envelope) {
        self.tell_sent(Aim::Through(port), &envelope);
        self.ledger.hold(envelope.ticks);
        let target = Channels::target(port);
        let head = self.channels.first_waiting(target);
        match self.channels.send(port, envelope) {
            Sent::Bound(actor) => {
                self.move_head(actor, target, head);
                self.replan(actor);
            }
            Sent::Waiting => {}
            Sent::Lost(ticks) if deviates(Deviation::LostTicksAreSpent) => {
                self.ledger.release(ticks);
                self.ledger.spent += ticks;
            }
            Sent::Lost(ticks) => self.ledger.burn_held(ticks),
        }
    }

    /// Brings an actor's heads up to date with a port that it has bound, whose head was `from`.
    pub(super) fn move_head(&mut self, id: ActorId, port: PortId, from: Option<Position>) {
        let to = self.channels.first_waiting(port);
        if from == to {
            return;
        }
        let heads = &mut self.actor_mut(id).heads;
        if let Some(from) = from {
            heads.remove(&from);
        }
        if let Some(to) = to {
            heads.insert(to, port);
        }
    }

    /// Destroys an end, and lets what is lost with it burn.
    pub(super) fn destroy_end(&mut self, port: PortId) {
        let ticks = self.channels.destroy(port);
        self.ledger.burn_held(ticks);
    }

    /// Puts a message into the inbox of an actor or probe (`CAP-4`, `CAP-5`, `OUT-3`).
    pub(super) fn deliver(&mut self, to: ActorId, envelope: Envelope) {
        self.tell_sent(Aim::Inbox(to), &envelope);
        if let Some(probe) = self.probes.get_mut(&to) {
            match deviates(Deviation::ProbesBurnTicks) {
                true => self.ledger.burned += envelope.ticks,
                false => self.ledger.hold(envelope.ticks),
            }
            let mut envelope = envelope;
            if deviates(Deviation::ProbesSeeNoTags) {
                envelope.tag = 0;
            }
            WithId::changing(probe).received.insert(envelope);
        } else if let Some(actor) = self.actors.get_mut(&to) {
            self.ledger.hold(envelope.ticks);
            WithId::changing(actor).inbox.insert(envelope);
            self.replan(to);
        } else if deviates(Deviation::TicksToNobodyAreSpent) {
            self.ledger.spent += envelope.ticks;
        } else {
            self.ledger.burned += envelope.ticks;
        }
    }

    /// Lets a creation wait to begin (`ACTOR-3`).
    pub(super) fn conceive(&mut self, child: ActorId, envelope: Envelope) {
        self.tell_sent(Aim::Creation(child), &envelope);
        self.channels.enclose(&envelope.message);
        self.ledger.hold(envelope.ticks);
        let actor = Actor {
            clock: match deviates(Deviation::UnbornClockIsZero) {
                true => 0,
                false => envelope.position.stamp,
            },
            creation: Some(Box::new(envelope)),
            ..Actor::default()
        };
        let conceived = Arc::new(WithId::new(actor));
        let previous = self.actors.insert(child, conceived);
        assert!(previous.is_none(), "actor ids are unique");
        self.replan(child);
    }
}

/// A response to a capability; its ticks are decided later.
fn response(position: Position, capability: Capability, message: Message) -> Envelope {
    Envelope {
        position,
        ticks: 0,
        tag: match deviates(Deviation::ResponsesLoseTheirTag) {
            true => 0,
            false => capability.tag,
        },
        message: Arc::new(message),
    }
}

/// Applies an activation's changes to a map.
fn overwrite<K: Key + Clone, V: Clone, P: Path>(
    map: &mut Trie<K, V, P>,
    changes: BTreeMap<K, Option<V>>,
) {
    for (key, change) in changes {
        match change {
            Some(value) => map.insert(key, value),
            None => map.remove(&key),
        };
    }
}
