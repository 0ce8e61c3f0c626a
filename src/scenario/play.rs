//! Carrying out a plan.
//!
//! Enters: a plan, and how to choose who goes next. Leaves: the world as it then is, what happened
//! in every step, and every expectation that did not hold. Refuses to know: files.

use super::{
    check,
    plan::{
        Arrived, CapabilitySource, Deed, Destination, Expectation, Outgoing, Plan, PortSource, Step,
    },
    problem::{At, Place, Problem},
    raw::Until,
};
use crate::{
    activation::{Metering, Programs},
    limits,
    state::{
        hash::Hash,
        identity::{ActorId, Capability, PortId},
        message::{Data, Envelope, Message, Position},
    },
    trace::{names::Names, text},
    world::{World, channels::Place as PortPlace, order::Order, record::Record, watch::Watch},
};
use std::collections::{BTreeMap, BTreeSet};

/// What came of a plan.
pub struct Played {
    pub world: World,
    pub steps: Vec<PlayedStep>,
    /// What reached every probe, as it was when it came: step by step, within a step by `TIME-5`.
    pub arrivals: BTreeMap<ActorId, Vec<Envelope>>,
    /// Expectations that did not hold.
    pub mismatches: Vec<Problem>,
    /// Why the plan could not be carried out to its end.
    pub stopped: Option<Problem>,
}

/// What came of one step, if it was not an expectation.
pub struct PlayedStep {
    /// The step's position in the plan.
    pub index: usize,
    pub records: Vec<Record>,
    /// The world's time, and the root of its state, after the step.
    pub time: u64,
    pub root: Hash,
}

/// How much a scenario may do in all (`LIM-18`).
struct Bounds {
    activations: usize,
    calls: usize,
}

impl Bounds {
    const SCENARIO: Bounds = Bounds {
        activations: limits::STEP_ACTIVATIONS,
        calls: limits::STEP_EVENTS,
    };
}

/// Carries out a plan.
pub fn play(plan: &Plan, order: &mut Order<'_>) -> Played {
    play_metered(plan, order, Metering::default())
}

/// Carries out a plan, running activations in a certain way.
pub fn play_metered(plan: &Plan, order: &mut Order<'_>, metering: Metering) -> Played {
    play_within(plan, order, metering, Bounds::SCENARIO)
}

/// Carries out a plan while somebody watches, who is also told of every step carried out.
pub fn play_watched(
    plan: &Plan,
    order: &mut Order<'_>,
    watch: Watch,
    told: &mut dyn FnMut(&PlayedStep),
) -> Played {
    let mut world = world_of(plan, Metering::default());
    world.watch(watch);
    play_in(world, plan, order, Bounds::SCENARIO, told)
}

fn play_within(plan: &Plan, order: &mut Order<'_>, metering: Metering, bounds: Bounds) -> Played {
    play_in(world_of(plan, metering), plan, order, bounds, &mut |_| {})
}

fn world_of(plan: &Plan, metering: Metering) -> World {
    let (schedule, programs) = (plan.schedule.clone(), Programs::default());
    World::with(plan.dialect, schedule, metering, programs)
}

fn play_in(
    mut world: World,
    plan: &Plan,
    order: &mut Order<'_>,
    bounds: Bounds,
    told: &mut dyn FnMut(&PlayedStep),
) -> Played {
    for probe in &plan.probes {
        world.probe(probe);
    }
    for channel in &plan.channels {
        world.channel([0, 1].map(|end| ActorId::probe(&channel.ends[end])));
    }
    let played = Played {
        world,
        steps: Vec::new(),
        arrivals: BTreeMap::new(),
        mismatches: Vec::new(),
        stopped: None,
    };
    let mut player = Player {
        plan,
        order,
        played,
        seen: BTreeSet::new(),
        expected: BTreeMap::new(),
        left: bounds,
    };
    for (index, step) in plan.steps.iter().enumerate() {
        let before = player.played.steps.len();
        if let Err(problem) = player.step(index, step) {
            player.played.stopped = Some(problem);
            break;
        }
        player.played.steps[before..].iter().for_each(&mut *told);
    }
    player.played
}

struct Player<'p, 'o, 'f> {
    plan: &'p Plan,
    order: &'o mut Order<'f>,
    played: Played,
    /// What was noted as arrived.
    seen: BTreeSet<(ActorId, Position)>,
    /// How many arrivals of each probe were compared.
    expected: BTreeMap<ActorId, usize>,
    /// How much more may be done.
    left: Bounds,
}

impl Player<'_, '_, '_> {
    fn step(&mut self, index: usize, step: &Step) -> Result<(), Problem> {
        let records = match &step.deed {
            Deed::Expect(expectation) => {
                self.expect(expectation);
                return Ok(());
            }
            Deed::Create {
                actor,
                module,
                message,
            } => {
                let ready = self.message(message, self.plan.modules[*module].binary.clone())?;
                let created = self.played.world.create(ready, message.ticks);
                assert_eq!(
                    created, *actor,
                    "the plan knows the ids of what the outside creates"
                );
                self.settle_if(message.run, step.place)?
            }
            Deed::Send { to, message } => {
                let data = Data::new(message.data.clone());
                match to {
                    Destination::Capability(source) => {
                        let capability = self.capability(source)?;
                        let ready = self.message(message, data)?;
                        self.played.world.send(capability, ready, message.ticks);
                    }
                    Destination::Port(source) => {
                        let port = self.port(source)?;
                        let ready = self.message(message, data)?;
                        self.played.world.send_on(port, ready, message.ticks);
                    }
                }
                self.settle_if(message.run, step.place)?
            }
            Deed::Advance(until) => self.advance(*until, step.place)?,
            Deed::Destroy(source) => {
                let port = self.port(source)?;
                self.played.world.destroy(port);
                Vec::new()
            }
        };
        self.note_arrivals();
        let names = || Names::of(self.plan, &self.played.world);
        let wrong = check::after(&step.after, step.place, &records, names);
        self.played.mismatches.extend(wrong);
        let world = &self.played.world;
        let (time, root) = (world.time(), world.root());
        self.played.steps.push(PlayedStep {
            index,
            records,
            time,
            root,
        });
        Ok(())
    }

    fn settle_if(&mut self, run: bool, place: Place) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        if run {
            let settled = self.played.world.settle(self.order);
            self.collect(
                &mut records,
                settled.map_err(|overrun| overrun.to_string()),
                place,
            )?;
        }
        Ok(records)
    }

    fn advance(&mut self, until: Until, place: Place) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        let now = self.played.world.time();
        match until {
            Until::Ticks(ticks) => {
                self.advance_to(now.saturating_add(ticks), &mut records, place)?
            }
            Until::Time(time) => self.advance_to(time, &mut records, place)?,
            Until::Idle => {
                self.advance_to(now, &mut records, place)?;
                while let Some(deadline) = self.played.world.next_deadline() {
                    self.advance_to(deadline, &mut records, place)?;
                }
            }
        }
        Ok(records)
    }

    fn advance_to(
        &mut self,
        time: u64,
        records: &mut Vec<Record>,
        place: Place,
    ) -> Result<(), Problem> {
        if time > limits::LATEST_TIME {
            let latest = limits::LATEST_TIME;
            let message = format!("expected to advance to {latest} at the latest, found {time}");
            return Err(Problem::new(place, message));
        }
        let advanced = self.played.world.advance(time, self.order);
        self.collect(
            records,
            advanced.map_err(|overrun| overrun.to_string()),
            place,
        )
    }

    /// Adds what was recorded, as far as the scenario's bounds allow.
    fn collect(
        &mut self,
        records: &mut Vec<Record>,
        further: Result<Vec<Record>, String>,
        place: Place,
    ) -> Result<(), Problem> {
        let mut further = further.map_err(|overrun| Problem::new(place, overrun))?;
        let Some(rest) = self.left.activations.checked_sub(further.len()) else {
            let most = limits::STEP_ACTIVATIONS;
            let message = format!("expected at most {most} activations in a scenario, found more");
            return Err(Problem::new(place, message));
        };
        self.left.activations = rest;
        for record in &mut further {
            let beyond = record.calls.len().saturating_sub(self.left.calls);
            record.calls.truncate(self.left.calls);
            record.unrecorded_calls += beyond as u64;
            self.left.calls -= record.calls.len();
        }
        records.append(&mut further);
        Ok(())
    }

    fn note_arrivals(&mut self) {
        let Played {
            world, arrivals, ..
        } = &mut self.played;
        for probe in &self.plan.probes {
            let id = ActorId::probe(probe);
            for envelope in world.received(id) {
                if self.seen.insert((id, envelope.position)) {
                    arrivals.entry(id).or_default().push(envelope.clone());
                }
            }
        }
    }

    fn expect(&mut self, expectation: &Expectation) {
        let Played {
            world, arrivals, ..
        } = &self.played;
        let names = || Names::of(self.plan, world);
        let wrong = match expectation {
            Expectation::Probe { probe, received } => {
                let all = arrivals.get(probe).map_or(&[][..], Vec::as_slice);
                let compared = self.expected.insert(*probe, all.len()).unwrap_or(0);
                check::arrivals(received, &all[compared..], names)
            }
            Expectation::Actor { actor, expected } => check::actor(expected, *actor, world, names),
            Expectation::World { numbers } => check::world(numbers, world),
        };
        self.played.mismatches.extend(wrong);
    }

    fn message(&mut self, outgoing: &Outgoing, data: Data) -> Result<Message, Problem> {
        let capabilities = outgoing
            .capabilities
            .iter()
            .map(|source| self.capability(source));
        let capabilities = capabilities.collect::<Result<Vec<_>, _>>()?;
        let response = outgoing
            .response
            .as_ref()
            .map(|source| self.capability(source));
        let response = response.transpose()?;
        let mut ports: Vec<PortId> = Vec::new();
        for source in &outgoing.ports {
            let port = self.port(source)?;
            if ports.contains(&port) {
                let message = "expected a port once in a message, found it again";
                return Err(Problem::new(source.place, message));
            }
            ports.push(port);
        }
        Ok(Message::new(data, capabilities, ports, response))
    }

    fn arrived(&self, arrived: Arrived, place: Place) -> Result<&Envelope, Problem> {
        let all = self
            .played
            .arrivals
            .get(&arrived.probe)
            .map_or(&[][..], Vec::as_slice);
        all.get(arrived.message).ok_or_else(|| {
            let probe = Names::of(self.plan, &self.played.world).actor(arrived.probe);
            let expected = text::count(arrived.message as u64 + 1, "message");
            let found = all.len();
            let message =
                format!("expected at least {expected} received by `{probe}`, found {found}");
            Problem::new(place, message)
        })
    }

    fn capability(&self, source: &At<CapabilitySource>) -> Result<Capability, Problem> {
        match source.value {
            CapabilitySource::Known(capability) => Ok(capability),
            CapabilitySource::Item(arrived, index) => {
                let capabilities = &self.arrived(arrived, source.place)?.message.capabilities;
                capabilities.get(index).copied().ok_or_else(|| {
                    let found = capabilities.len();
                    let message = format!(
                        "expected a message with more than {index} capabilities, found {found}"
                    );
                    Problem::new(source.place, message)
                })
            }
            CapabilitySource::Response(arrived) => self
                .arrived(arrived, source.place)?
                .message
                .response
                .ok_or_else(|| {
                    let message = "expected a message with a response capability, found none";
                    Problem::new(source.place, message)
                }),
        }
    }

    /// A port that the outside has. One in a received message is taken out of it (`OUT-5`).
    fn port(&mut self, source: &At<PortSource>) -> Result<PortId, Problem> {
        let port = match source.value {
            PortSource::End(port) => port,
            PortSource::Item(arrived, index) => {
                let envelope = self.arrived(arrived, source.place)?;
                let (position, ports) = (envelope.position, &envelope.message.ports);
                let port = *ports.get(index).ok_or_else(|| {
                    let found = ports.len();
                    let message =
                        format!("expected a message with more than {index} ports, found {found}");
                    Problem::new(source.place, message)
                })?;
                self.played.world.take_port(arrived.probe, position, port);
                port
            }
        };
        let place = self.played.world.channels().place(port);
        if let PortPlace::Outside { .. } = place {
            return Ok(port);
        }
        let names = Names::of(self.plan, &self.played.world);
        let found = match place {
            PortPlace::Bound { actor, .. } => format!("it is bound by `{}`", names.actor(*actor)),
            PortPlace::InMessage => "it is in a message".to_owned(),
            PortPlace::Gone => "it is gone".to_owned(),
            PortPlace::Held | PortPlace::Outside { .. } => unreachable!("no run holds it"),
        };
        let port = names.port(port);
        let message =
            format!("expected the port `{port}` to be with the outside, found that {found}");
        Err(Problem::new(source.place, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, problem::Source};

    /// Two activations with two calls each.
    const TEXT: &str = r#"
about = "Makes two calls at its creation, and for every message."
dialect = "capabilities"
rules = ["LIM-18"]
[modules.caller]
wat = '''
(module
  (import "env" "mintCap" (func $mint (result i32)))
  (func $twice (drop (call $mint)) (drop (call $mint)))
  (export "onCreation" (func $twice))
  (export "onMessage" (func $twice)))
'''
[[steps]]
create = "alice"
module = "caller"
[[steps]]
send = "alice"
"#;

    fn played(activations: usize, calls: usize) -> Played {
        let scenario = Scenario::read(Source::new("x", TEXT), None).expect("it is right");
        let bounds = Bounds { activations, calls };
        play_within(
            &scenario.plan,
            &mut Order::Canonical,
            Metering::default(),
            bounds,
        )
    }

    /// Rules tested here: LIM-18.
    #[test]
    fn the_steps_together_are_bounded() {
        let whole = played(2, 4);
        assert_eq!((whole.steps.len(), &whole.stopped), (2, &None));
        let stopped = played(1, 4);
        let problem = stopped.stopped.expect("one activation is one too many");
        assert!(
            problem.message.contains("activations in a scenario"),
            "{problem:?}"
        );
        assert_eq!(stopped.steps.len(), 1);
        for calls in 0..=4 {
            let cut = played(2, calls);
            assert_eq!(
                cut.world.root(),
                whole.world.root(),
                "recording changes nothing"
            );
            let records = cut.steps.iter().flat_map(|step| &step.records);
            let kept: Vec<_> = records
                .map(|record| (record.calls.len(), record.unrecorded_calls))
                .collect();
            let first = calls.min(2);
            let second = calls - first;
            assert_eq!(
                kept,
                [(first, 2 - first as u64), (second, 2 - second as u64)]
            );
        }
    }
}
