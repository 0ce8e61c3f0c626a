//! Carrying out a vector.
//!
//! Enters: a vector with its modules. Leaves: what happened, and the world as it then is. Refuses to
//! know: what was expected, and how anything stands in JSON.

use super::{Outgoing, Step, Vector};
use crate::{
    activation::{Metering, Programs},
    deviation::{Deviation, deviates},
    limits,
    oracle::values::Id,
    state::{
        hash::Hash,
        identity::{ActorId, PortId},
        message::{Data, Envelope, Message, Position},
    },
    world::{World, channels::Place, order::Order, record::Record},
};
use std::collections::{BTreeMap, BTreeSet};

/// What came of a vector.
pub struct Carried {
    /// The world after the last step that could be carried out.
    pub world: World,
    /// Up to the step that could not be carried out, if there is one.
    pub steps: Vec<CarriedStep>,
    /// What reached every probe, as it was when it came: step by step, within a step by `TIME-5`.
    pub arrivals: BTreeMap<ActorId, Vec<Envelope>>,
}

/// What came of one step.
pub struct CarriedStep {
    /// The activations that it caused, in order.
    pub records: Vec<Record>,
    /// The world's time after it, in ticks.
    pub time: u64,
    /// The state root, if it was asked for.
    pub root: Option<Hash>,
}

/// How to carry out a vector.
#[derive(Clone, Default)]
pub struct Manner {
    /// How instructions are counted.
    pub metering: Metering,
    /// Shared with whoever has them.
    pub programs: Programs,
    /// Whether the state root after each step is wanted.
    pub roots: bool,
}

/// Carries out a vector. What is wrong then is wrong with the vector.
pub fn carry(vector: &Vector, manner: &Manner, order: &mut Order<'_>) -> Result<Carried, String> {
    let mut world = World::with(
        vector.dialect.0,
        vector.schedule.clone(),
        manner.metering,
        manner.programs.clone(),
    );
    for probe in &vector.probes {
        world.probe(&probe.name);
    }
    for channel in &vector.channels {
        world.channel(channel.ends.map(ActorId::from));
    }
    let binaries = vector.modules.iter().map(|(hash, binary)| {
        let bytes = binary
            .as_ref()
            .ok_or_else(|| format!("modules: expected the bytes of {}, found none", hash.0))?;
        Ok((*hash, Data::new(bytes.0.as_slice())))
    });
    let mut carrier = Carrier {
        binaries: binaries.collect::<Result<_, String>>()?,
        carried: Carried {
            world,
            steps: Vec::new(),
            arrivals: BTreeMap::new(),
        },
        probes: vector.probes.iter().map(|probe| probe.id.into()).collect(),
        seen: BTreeSet::new(),
        activations_left: limits::STEP_ACTIVATIONS,
        order,
    };
    for (at, step) in vector.steps.iter().enumerate() {
        let records = carrier
            .step(step)
            .map_err(|why| format!("steps[{at}]: {why}"))?;
        let Some(records) = records else {
            break;
        };
        carrier.note(records, manner.roots);
    }
    Ok(carrier.carried)
}

struct Carrier<'o, 'f> {
    binaries: BTreeMap<Id, Data>,
    carried: Carried,
    probes: Vec<ActorId>,
    /// What was noted as arrived.
    seen: BTreeSet<(ActorId, Position)>,
    activations_left: usize,
    order: &'o mut Order<'f>,
}

impl Carrier<'_, '_> {
    /// Carries out a step. Nothing comes of it if a port is not where the outside could use it.
    fn step(&mut self, step: &Step) -> Result<Option<Vec<Record>>, String> {
        match step {
            Step::Create {
                module,
                message,
                run,
                ..
            } => {
                let binary = self.binaries[module].clone();
                let Some(ready) = self.message(message, binary) else {
                    return Ok(None);
                };
                self.carried.world.create(ready, message.ticks.0);
                self.settle_if(*run).map(Some)
            }
            Step::Send { to, message, run } => {
                let Some(ready) = self.message(message, data(message)) else {
                    return Ok(None);
                };
                self.carried
                    .world
                    .send((*to).into(), ready, message.ticks.0);
                self.settle_if(*run).map(Some)
            }
            Step::SendOn { on, message, run } => {
                let port = PortId::from(*on);
                if !self.fetch(port) {
                    return Ok(None);
                }
                let Some(ready) = self.message(message, data(message)) else {
                    return Ok(None);
                };
                self.carried.world.send_on(port, ready, message.ticks.0);
                self.settle_if(*run).map(Some)
            }
            Step::Advance { to } => {
                let mut records = Vec::new();
                self.advance(to.0, &mut records)?;
                Ok(Some(records))
            }
            Step::Idle => {
                let mut records = Vec::new();
                if !deviates(Deviation::IdleAdvancesFirst) {
                    self.advance(self.carried.world.time(), &mut records)?;
                }
                while let Some(deadline) = self.carried.world.next_deadline() {
                    self.advance(deadline, &mut records)?;
                }
                Ok(Some(records))
            }
            Step::Destroy { port } => {
                let port = PortId::from(*port);
                let found = self.fetch(port);
                if found {
                    self.carried.world.destroy(port);
                }
                if found && deviates(Deviation::DestroyingGoesOn) {
                    return self.settle_if(true).map(Some);
                }
                Ok(found.then(Vec::new))
            }
        }
    }

    fn settle_if(&mut self, run: bool) -> Result<Vec<Record>, String> {
        let mut records = Vec::new();
        if run {
            let settled = self.carried.world.settle(self.order);
            let settled = settled.map_err(|overrun| overrun.to_string())?;
            self.collect(settled, &mut records)?;
        }
        Ok(records)
    }

    fn advance(&mut self, time: u64, records: &mut Vec<Record>) -> Result<(), String> {
        if time > limits::LATEST_TIME {
            let latest = limits::LATEST_TIME;
            return Err(format!("expected a time of at most {latest}, found {time}"));
        }
        let advanced = self.carried.world.advance(time, self.order);
        let advanced = advanced.map_err(|overrun| overrun.to_string())?;
        self.collect(advanced, records)
    }

    /// Adds records, as many as one vector may have (`LIM-18`).
    fn collect(&mut self, mut further: Vec<Record>, into: &mut Vec<Record>) -> Result<(), String> {
        let left = self.activations_left.checked_sub(further.len());
        self.activations_left = left.ok_or_else(|| {
            let most = limits::STEP_ACTIVATIONS;
            format!("expected at most {most} activations in all, found more")
        })?;
        into.append(&mut further);
        Ok(())
    }

    fn note(&mut self, records: Vec<Record>, with_root: bool) {
        let Carried {
            world,
            steps,
            arrivals,
        } = &mut self.carried;
        for probe in &self.probes {
            for envelope in world.received(*probe) {
                if self.seen.insert((*probe, envelope.position)) {
                    arrivals.entry(*probe).or_default().push(envelope.clone());
                }
            }
        }
        steps.push(CarriedStep {
            records,
            time: world.time(),
            root: with_root.then(|| world.root()),
        });
    }

    /// A message of the outside's, if its ports are where the outside can use them.
    fn message(&mut self, outgoing: &Outgoing, data: Data) -> Option<Message> {
        let ports: Vec<PortId> = outgoing.ports.iter().map(|port| (*port).into()).collect();
        if !ports.iter().all(|port| self.fetch(*port)) {
            return None;
        }
        let capabilities = outgoing.capabilities.iter().map(|one| (*one).into());
        let response = outgoing.response.map(Into::into);
        Some(Message::new(data, capabilities.collect(), ports, response))
    }

    /// Sees to it that a probe holds the port, if it does or has received it in a message
    /// (`OUT-5`).
    fn fetch(&mut self, port: PortId) -> bool {
        let world = &mut self.carried.world;
        if *world.channels().place(port) == Place::InMessage {
            let holder = self.probes.iter().find_map(|probe| {
                let received = world.received(*probe);
                let with_it = |envelope: &&&Envelope| envelope.message.ports().contains(&port);
                let envelope = received.iter().find(with_it)?;
                Some((*probe, envelope.position))
            });
            if let Some((probe, position)) = holder {
                world.take_port(probe, position, port);
            }
        }
        matches!(world.channels().place(port), Place::Outside { .. })
    }
}

fn data(message: &Outgoing) -> Data {
    let data = message.data.as_ref().expect("a checked message has data");
    Data::new(data.0.as_slice())
}
