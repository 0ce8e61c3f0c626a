//! Carrying out a vector.
//!
//! Enters: a vector with its modules. Leaves: what happened, and the world as it then is. Refuses to
//! know: what was expected, and how anything stands in JSON.

use super::{
    Outgoing, Step, Vector,
    instructions::{Digest, Listener, Place as Part},
};
use crate::{
    activation::{Metering, Programs, watch::listening},
    deviation::{Deviation, deviates},
    limits,
    oracle::values::{Id, PortValue},
    state::{
        hash::Hash,
        identity::{ActorId, PortId},
        message::{Data, Message},
    },
    trace::instructions::Instruction,
    world::{
        World, allowance::Allowance, arrivals::Arrivals, channels::Place, order::Order,
        record::Record, watch::Watch,
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// What came of a vector.
pub struct Carried {
    /// The world after the last step that could be carried out.
    pub world: World,
    /// Up to the step that could not be carried out, if there is one (`OUT-11`).
    pub steps: Vec<CarriedStep>,
    /// Which one that is, and why.
    pub stopped: Option<String>,
    /// What reached every probe, as it was when it came.
    pub arrivals: Arrivals,
    /// The instructions that were asked for, if there are such.
    pub part: Option<Vec<Instruction>>,
}

/// What came of one step.
pub struct CarriedStep {
    /// The activations that it caused, in order.
    pub records: Vec<Record>,
    /// Of each record, what it executed, if that was asked for.
    pub digests: Vec<Digest>,
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
    /// What is wanted of the instructions.
    pub telling: Telling,
}

/// What is wanted of the instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Telling {
    /// Nothing: the world goes on unwatched.
    #[default]
    Nothing,
    /// A digest of each activation.
    Digests,
    /// Digests, and this part outright.
    Part(Part),
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
    let wanted = match manner.telling {
        Telling::Nothing => None,
        Telling::Digests => Some(None),
        Telling::Part(part) => Some(Some(part)),
    };
    let listener = wanted.map(|wanted| {
        let listener = Listener::new(vector.schedule.clone(), wanted);
        let listener = Arc::new(Mutex::new(listener));
        world.watch(Watch {
            onlooker: listener.clone(),
            marks: true,
        });
        listener
    });
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
            stopped: None,
            arrivals: Arrivals::default(),
            part: None,
        },
        listener,
        probes: vector.probes.iter().map(|probe| probe.id.into()).collect(),
        left: Allowance::default(),
        order: &mut *order,
    };
    for (at, step) in vector.steps.iter().enumerate() {
        match carrier.step(step) {
            Ok(records) => carrier.note(records, manner.roots),
            Err(why) => {
                // It changes nothing, so that all is as if the vector ended before it.
                let mut shorter = vector.clone();
                shorter.steps.truncate(at);
                let mut carried = carry(&shorter, manner, order)?;
                carried.stopped = Some(format!("steps[{at}]: {why}"));
                return Ok(carried);
            }
        }
    }
    carrier.carried.part = carrier.listen(Listener::part).flatten();
    Ok(carrier.carried)
}

struct Carrier<'o, 'f> {
    binaries: BTreeMap<Id, Data>,
    carried: Carried,
    listener: Option<Arc<Mutex<Listener>>>,
    probes: Vec<ActorId>,
    /// How much more may be done.
    left: Allowance,
    order: &'o mut Order<'f>,
}

impl Carrier<'_, '_> {
    /// Carries out a step. If it cannot be carried out, something may have changed that must not last.
    fn step(&mut self, step: &Step) -> Result<Vec<Record>, String> {
        match step {
            Step::Create {
                module,
                message,
                run,
                ..
            } => {
                let binary = self.binaries[module].clone();
                let ready = self.message(message, binary)?;
                self.carried.world.create(ready, message.ticks.0);
                self.settle_if(*run)
            }
            Step::Send { to, message, run } => {
                let ready = self.message(message, data(message))?;
                let to = (*to).into();
                self.carried.world.send(to, ready, message.ticks.0);
                self.settle_if(*run)
            }
            Step::SendOn { on, message, run } => {
                let port = self.fetch(*on)?;
                let ready = self.message(message, data(message))?;
                self.carried.world.send_on(port, ready, message.ticks.0);
                self.settle_if(*run)
            }
            Step::Advance { to } => {
                let mut records = Vec::new();
                self.advance(to.0, &mut records)?;
                Ok(records)
            }
            Step::Idle => {
                let mut records = Vec::new();
                if !deviates(Deviation::IdleAdvancesFirst) {
                    self.advance(self.carried.world.time(), &mut records)?;
                }
                // Who lets deadlines pass only when they are over comes to an end that way, too.
                let late = u64::from(deviates(Deviation::DeadlineOfNowWaits));
                while let Some(deadline) = self.carried.world.next_deadline() {
                    self.advance(deadline + late, &mut records)?;
                    if deviates(Deviation::IdleAdvancesOnce) {
                        break;
                    }
                }
                Ok(records)
            }
            Step::Destroy { port } => {
                let port = self.fetch(*port)?;
                self.carried.world.destroy(port);
                self.settle_if(deviates(Deviation::DestroyingGoesOn))
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
        let mut taken = further.iter_mut().map(|record| self.left.take(record));
        taken
            .try_for_each(|taken| taken)
            .map_err(|beyond| beyond.to_string())?;
        into.append(&mut further);
        Ok(())
    }

    /// Asks who listens, if anybody does.
    fn listen<T>(&self, ask: impl FnOnce(&mut Listener) -> T) -> Option<T> {
        let listener = self.listener.as_ref()?;
        Some(ask(&mut listening(listener)))
    }

    fn note(&mut self, records: Vec<Record>, with_root: bool) {
        let digests = self.listen(Listener::end_step).unwrap_or_default();
        let Carried {
            world,
            steps,
            arrivals,
            ..
        } = &mut self.carried;
        arrivals.note(world);
        steps.push(CarriedStep {
            records,
            digests,
            time: world.time(),
            root: with_root.then(|| world.root()),
        });
    }

    /// A message of the outside's.
    fn message(&mut self, outgoing: &Outgoing, data: Data) -> Result<Message, String> {
        let ports = outgoing.ports.iter().map(|port| self.fetch(*port));
        let ports = ports.collect::<Result<Vec<PortId>, String>>()?;
        let capabilities = outgoing.capabilities.iter().map(|one| (*one).into());
        let response = outgoing.response.map(Into::into);
        Ok(Message::new(data, capabilities.collect(), ports, response))
    }

    /// Sees to it that a probe holds the port, which it does or has received in a message (`OUT-5`).
    fn fetch(&mut self, named: PortValue) -> Result<PortId, String> {
        let port = PortId::from(named);
        let world = &mut self.carried.world;
        if *world.channels().place(port) == Place::InMessage {
            let arrivals = &self.carried.arrivals;
            let holder = self.probes.iter().find_map(|probe| {
                let there = world.received(*probe).into_iter();
                let mut received = there.filter(|envelope| arrivals.has(*probe, envelope.position));
                let with_it = received.find(|envelope| envelope.message.ports().contains(&port));
                Some((*probe, with_it?.position))
            });
            if let Some((probe, position)) = holder {
                world.take_port(probe, position, port);
            }
        }
        match world.channels().place(port) {
            Place::Outside { .. } => Ok(port),
            _ => Err(format!(
                "expected a port that the outside can use, found the {} end of channel {} elsewhere",
                port.end.name(),
                named.channel.0
            )),
        }
    }
}

fn data(message: &Outgoing) -> Data {
    let data = message.data.as_ref().expect("a checked message has data");
    Data::new(data.0.as_slice())
}
