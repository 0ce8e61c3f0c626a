//! What the outside does: probes, channels, creations, sends (`OUT-*`).
//!
//! Enters: wishes that were checked to be possible. Leaves: things on their way.
//! Refuses to know: names of actors, and files.

use super::{Probe, World, channels::Place};
use crate::{
    deviation::{Deviation, deviates},
    limits,
    state::{
        identity::{ActorId, Capability, ChannelId, PortId},
        message::{Envelope, Message, Position},
        with_id::WithId,
    },
};
use std::sync::Arc;

impl World {
    /// Adds a probe (`OUT-2`). Its name must be new.
    pub fn probe(&mut self, name: &str) -> ActorId {
        let id = ActorId::probe(name);
        let probe = Probe {
            name: name.to_owned(),
            ..Probe::default()
        };
        let previous = self.probes.insert(id, Arc::new(WithId::new(probe)));
        assert!(previous.is_none(), "names of probes are unique");
        id
    }

    /// Makes a channel whose ends these probes hold, in this order.
    pub fn channel(&mut self, holders: [ActorId; 2]) -> [PortId; 2] {
        let channel = ChannelId::made_by(ActorId::OUTSIDE, self.outside.channels);
        self.outside.channels += 1;
        self.channels.open(channel);
        for (port, probe) in channel.ends().into_iter().zip(holders) {
            assert!(
                self.probes.contains(&probe),
                "a probe holds what the outside holds"
            );
            self.channels.put(port, Place::Outside { probe });
        }
        channel.ends()
    }

    /// Creates an actor: its module is the data of the message (`ACTOR-1`).
    pub fn create(&mut self, message: Message, ticks: u64) -> ActorId {
        let ticks = match deviates(Deviation::CreationsFromOutsideHaveNoTicks) {
            true => 0,
            false => ticks,
        };
        self.inject(ticks);
        let number = self.outside.created;
        self.outside.created += 1;
        let child = ActorId::OUTSIDE.child(number);
        let position = Position {
            stamp: self.time,
            sender: ActorId::OUTSIDE,
            number,
        };
        self.conceive(
            child,
            Envelope {
                position,
                ticks,
                tag: 0,
                message: Arc::new(message),
            },
        );
        child
    }

    /// Sends a message to a capability.
    pub fn send(&mut self, capability: Capability, message: Message, ticks: u64) {
        let most = match deviates(Deviation::TicksFromOutsideAreSigned) {
            true => u64::from(u32::MAX / 2),
            false => limits::INJECTED_TICKS,
        };
        let id = capability.actor;
        let is_there = self.actors.contains(&id) || self.probes.contains(&id);
        let ticks = match deviates(Deviation::NobodyIsSentTicks) && !is_there {
            true => 0,
            false => ticks.min(most),
        };
        let envelope = self.outside_envelope(message, ticks, capability.tag);
        self.deliver(capability.actor, envelope);
    }

    /// Sends a message on a port that the outside has.
    pub fn send_on(&mut self, port: PortId, message: Message, ticks: u64) {
        let envelope = self.outside_envelope(message, ticks, 0);
        self.send_on_port(port, envelope);
    }

    /// Destroys an end that the outside has.
    pub fn destroy(&mut self, port: PortId) {
        let ticks = self.channels.destroy(port);
        self.ledger.burn_held(ticks);
    }

    /// Takes a port out of a message that a probe has received, and lets the probe hold it
    /// (`OUT-5`). Does nothing if that message no longer is with the probe, or lacks the port.
    pub fn take_port(&mut self, probe: ActorId, position: Position, port: PortId) {
        let stays = deviates(Deviation::ReceivedPortsStayInTheirMessage);
        if stays || self.channels.take_out(probe, position, port) {
            self.channels.put(port, Place::Outside { probe });
        }
    }

    /// What waits at the ends that a probe holds, and what was sent to its capabilities, in order.
    pub fn received(&self, probe: ActorId) -> Vec<&Envelope> {
        let ends = self.channels.held_by(probe);
        let at_ports = ends
            .filter_map(|port| self.channels.end(port))
            .flat_map(|end| end.waiting.iter());
        let own = self.probes.get(&probe).expect("it is there");
        let mut all: Vec<&Envelope> = own.received.iter().chain(at_ports).collect();
        all.sort_unstable_by_key(|envelope| envelope.position);
        all
    }

    fn outside_envelope(&mut self, message: Message, ticks: u64, tag: u32) -> Envelope {
        self.inject(ticks);
        let first = u64::from(deviates(Deviation::OutsideCountsFromOne));
        let number = self.outside.sent + first;
        self.outside.sent += 1;
        let position = Position {
            stamp: self.time,
            sender: ActorId::OUTSIDE,
            number,
        };
        Envelope {
            position,
            ticks,
            tag,
            message: Arc::new(message),
        }
    }

    fn inject(&mut self, ticks: u64) {
        assert!(
            ticks <= limits::INJECTED_TICKS,
            "the operator's wish was checked"
        );
        self.ledger.injected += ticks;
    }
}
