//! Whether everything in a state is what can be in a world of its dialect (`STATE-18`).
//!
//! Enters: a world. Leaves: the first thing that cannot be there by itself, whatever stands beside
//! it. Refuses to know: what the parts of a state owe to each other.

use super::{Invariant, Violation, ensure, of, referents};
use crate::{
    activation::references::Referent,
    interface::table::Dialect,
    limits,
    state::{
        identity::ActorId,
        message::{Envelope, Message},
        objects::Counters,
    },
    world::{World, actor::Actor},
};

impl World {
    pub(super) fn check_forms(&self) -> Result<(), Violation> {
        at_most("time", self.time, limits::STATE_TIME)?;
        at_most(
            "ticks injected",
            self.ledger.injected,
            limits::STATE_NUMBERS,
        )?;
        check_counters("the outside", &self.outside)?;
        for message in self.messages() {
            self.check_message(message)?;
        }
        for (id, actor) in self.actors.iter() {
            check_counters(&format!("the actor {}", id.0), &actor.counters)?;
            self.check_maps(id, actor)?;
            self.check_run(id, actor)?;
            if let Some(creation) = &actor.creation {
                check_unborn(id, actor, creation)?;
            }
        }
        let has_ports = self.dialect.has_ports();
        let channels = has_ports || self.channels.is_empty();
        expect(channels, || {
            "no channels in a dialect without ports".to_owned()
        })?;
        for envelope in self.envelopes().filter(|_| has_ports) {
            expect(envelope.tag == 0, || {
                format!("no tag of the envelope {}", envelope.object_id())
            })?;
        }
        for probe in self.probes.values() {
            let received = probe.received.is_empty() || !has_ports;
            let name = &probe.name;
            expect(received, || {
                format!("nothing sent to a capability of the probe {name:?}")
            })?;
        }
        Ok(())
    }

    fn check_message(&self, message: &Message) -> Result<(), Violation> {
        let id = || message.object_id();
        let length = message.data.len();
        expect(length <= limits::MESSAGE_DATA_BYTES, || {
            let most = limits::MESSAGE_DATA_BYTES;
            format!("at most {most} bytes of data of the message {}", id())
        })?;
        let items = message.capabilities().len() + message.ports().len();
        expect(items <= limits::MESSAGE_ITEMS, || {
            let most = limits::MESSAGE_ITEMS;
            format!("at most {most} items of the message {}", id())
        })?;
        let (of_its_dialect, no) = match self.dialect.has_ports() {
            true => {
                let capabilities = !message.capabilities().is_empty();
                (!capabilities && message.response().is_none(), "capability")
            }
            false => (message.ports().is_empty(), "port"),
        };
        expect(of_its_dialect, || {
            format!("no {no} in the message {}", id())
        })
    }

    /// What lies under which keys.
    fn check_maps(&self, id: &ActorId, actor: &Actor) -> Result<(), Violation> {
        let long = |bytes: &[u8]| bytes.len() <= limits::NAME_BYTES;
        let mut keys = actor.storage.keys();
        let keys = match self.dialect {
            Dialect::Capabilities => keys.all(|key| key.len() == size_of::<u32>()),
            Dialect::LegacyCapabilities => keys.all(|key| long(key)),
            Dialect::PortsCamel | Dialect::PortsSnake | Dialect::LegacyPorts => {
                keys.next().is_none()
            }
        };
        expect(keys, || {
            format!("nothing but keys of its dialect in the storage {}", of(id))
        })?;
        let names = actor.bound.keys().all(|name| long(name))
            && actor.bound.len() <= limits::BOUND_PORTS as u64
            && (self.dialect.has_ports() || actor.bound.is_empty());
        expect(names, || {
            format!(
                "names of its dialect, no more and no longer than can be, of the ports {}",
                of(id)
            )
        })?;
        let inbox = !self.dialect.has_ports() || actor.inbox.is_empty();
        expect(inbox, || {
            format!("no message but those at ports {}", of(id))
        })
    }

    fn check_run(&self, id: &ActorId, actor: &Actor) -> Result<(), Violation> {
        let Some(run) = &actor.run else {
            return Ok(());
        };
        let what = run.object_id;
        expect(!self.dialect.has_ports(), || {
            format!("no run that waits {}", of(id))
        })?;
        let stores = self.dialect == Dialect::LegacyCapabilities;
        let mut count = 0;
        for referent in referents(actor) {
            count += 1;
            match referent {
                Referent::Message(message) => self.check_message(&message.value())?,
                Referent::Store(key) => {
                    expect(stores && key.len() <= limits::NAME_BYTES, || {
                        format!("no such store of the run {what}, found {key:?}")
                    })?;
                }
                Referent::Capability(_) | Referent::Port { .. } => {}
            }
        }
        expect(count <= limits::RUN_REFERENCES, || {
            format!("fewer references of the run {what}, found {count}")
        })
    }
}

/// An actor whose creation has not begun has done nothing (`ACTOR-3`).
fn check_unborn(id: &ActorId, actor: &Actor, creation: &Envelope) -> Result<(), Violation> {
    let blank = actor.counters == Counters::default()
        && actor.clock == creation.position.stamp
        && actor.storage.is_empty()
        && actor.bound.is_empty()
        && creation.tag == 0;
    expect(blank, || {
        format!(
            "nothing but a creation and its inbox {}, whose creation has not begun",
            of(id)
        )
    })
}

fn check_counters(whose: &str, counters: &Counters) -> Result<(), Violation> {
    let Counters {
        created,
        channels,
        sent,
    } = counters;
    for count in [created, channels, sent] {
        at_most(&format!("count of {whose}"), *count, limits::STATE_NUMBERS)?;
    }
    Ok(())
}

fn at_most(what: &str, found: u64, most: u64) -> Result<(), Violation> {
    expect(found <= most, || {
        format!("a {what} of at most {most}, found {found}")
    })
}

fn expect(holds: bool, what: impl FnOnce() -> String) -> Result<(), Violation> {
    ensure(holds, Invariant::Forms, || format!("expected {}", what()))
}
