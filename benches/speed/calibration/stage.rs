//! A world with one actor and one probe, in which things are timed.
//!
//! Enters: a guest's binary, messages for it. Leaves: the time that a step with its root takes,
//! and the ticks it spends. Refuses to know: what is measured.

use primea::{
    interface::table::Dialect,
    module::schedule::SCHEDULE_1,
    state::{
        identity::{ActorId, Capability, PortId},
        message::{Data, Message},
    },
    world::{World, order::Order, record::Record},
};
use std::time::Duration;

use crate::measure::timed;

/// As many as one message can carry.
pub const TANK: u64 = u32::MAX as u64;

pub struct Stage {
    pub world: World,
    actor: ActorId,
    probe: ActorId,
    /// In the ports dialects: the end that the outside sends to the actor on.
    entrance: Option<PortId>,
}

/// Messages with or without a response owed to the probe.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Response {
    Owed,
    Nobody,
}

impl Stage {
    /// Creates the actor. In the ports dialects its creation message carries a port, which it must
    /// bind if it wants to be sent anything.
    pub fn new(dialect: Dialect, binary: &[u8]) -> Stage {
        let mut world = World::new(dialect, SCHEDULE_1);
        let probe = world.probe("probe");
        let (mut ports, mut entrance) = (Vec::new(), None);
        if dialect.has_ports() {
            let [ours, theirs] = world.channel([probe, probe]);
            (ports, entrance) = (vec![theirs], Some(ours));
        }
        let message = Message::new(Data::new(binary), Vec::new(), ports, None);
        let actor = world.create(message, TANK);
        let mut stage = Stage {
            world,
            actor,
            probe,
            entrance,
        };
        stage.settle();
        stage
    }

    /// Sends the actor a message with a capability to the probe, or a port whose other end the
    /// probe holds.
    pub fn send(&mut self, ticks: u64, response: Response) {
        let to_probe = Capability {
            actor: self.probe,
            tag: 7,
        };
        let data = Data::new([1, 2, 3, 4]);
        match self.entrance {
            Some(entrance) => {
                let [given, _kept] = self.world.channel([self.probe, self.probe]);
                let message = Message::new(data, Vec::new(), vec![given], None);
                self.world.send_on(entrance, message, ticks);
            }
            None => {
                let response = (response == Response::Owed).then_some(to_probe);
                let message = Message::new(data, vec![to_probe], Vec::new(), response);
                let to_actor = Capability {
                    actor: self.actor,
                    tag: 3,
                };
                self.world.send(to_actor, message, ticks);
            }
        }
    }

    /// Lets the world go on. No activation may fault.
    pub fn settle(&mut self) -> Vec<Record> {
        let records = self
            .world
            .settle(&mut Order::Canonical)
            .expect("far below the limit");
        for record in &records {
            if let Err(fault) = record.outcome {
                panic!("a guest of the bench faults: {fault} {:?}", record.refusal);
            }
        }
        records
    }

    /// The time of a step up to its root, and the ticks that it spends.
    pub fn step(&mut self) -> (Duration, u64) {
        let before = self.world.ledger().spent;
        let (time, _) = timed(|| {
            let records = self.settle();
            (self.world.root(), records.len())
        });
        (time, self.world.ledger().spent - before)
    }
}
