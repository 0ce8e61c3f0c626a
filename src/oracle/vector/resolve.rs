//! From a scenario to a vector.
//!
//! Enters: a plan, and what came of it. Leaves: what the outside does, with every name resolved.
//! Refuses to know: expectations that a person wrote; what must come of it is carried out anew.

use super::{Binary, ChannelValue, Outgoing, ProbeValue, Step, VERSION, Vector};
use crate::{
    oracle::values::{Decimal, DialectName, Hex, Id},
    scenario::{
        plan::{
            Arrived, CapabilitySource, Deed, Destination, Outgoing as Planned, Plan, PortSource,
        },
        play::Played,
        raw::Until,
    },
    state::{
        identity::{ActorId, Capability, ChannelId, PortId},
        message::Message,
    },
    trace::names::Names,
};
use std::collections::BTreeMap;

/// The vector of a scenario that was played to its end, without what is expected.
pub fn resolve(name: &str, plan: &Plan, played: &Played) -> Vector {
    assert!(
        played.stopped.is_none(),
        "what cannot be carried out is no vector"
    );
    let resolver = Resolver { plan, played };
    Vector {
        version: VERSION,
        name: name.to_owned(),
        about: plan.about.split_whitespace().collect::<Vec<_>>().join(" "),
        rules: plan.rules.iter().map(|rule| rule.value.clone()).collect(),
        dialect: DialectName(plan.dialect),
        schedule: plan.schedule.clone(),
        modules: resolver.modules(),
        probes: plan.probes.iter().map(|name| probe(name)).collect(),
        channels: resolver.channels(),
        names: resolver.names(),
        steps: resolver.steps(),
        expect: None,
    }
}

fn probe(name: &str) -> ProbeValue {
    ProbeValue {
        name: name.to_owned(),
        id: ActorId::probe(name).into(),
    }
}

struct Resolver<'p> {
    plan: &'p Plan,
    played: &'p Played,
}

impl Resolver<'_> {
    /// The modules that the outside uses.
    fn modules(&self) -> BTreeMap<Id, Option<Binary>> {
        let created = self.plan.steps.iter().filter_map(|step| match &step.deed {
            Deed::Create { module, .. } => Some(&self.plan.modules[*module].binary),
            _ => None,
        });
        created
            .map(|binary| (Id(binary.hash()), Some(Binary(binary.bytes().to_vec()))))
            .collect()
    }

    fn channels(&self) -> Vec<ChannelValue> {
        let channels = self.plan.channels.iter().enumerate();
        let value = |(count, channel): (usize, &crate::scenario::plan::Channel)| ChannelValue {
            id: Id(ChannelId::made_by(ActorId::OUTSIDE, count as u64).0),
            ends: [0, 1].map(|end| ActorId::probe(&channel.ends[end]).into()),
        };
        channels.map(value).collect()
    }

    /// The names of all actors that there are at the end, and of all that the outside made.
    fn names(&self) -> BTreeMap<Id, String> {
        let names = Names::of(self.plan, &self.played.world);
        let made = (0..self.plan.actors.len() as u64).map(|count| ActorId::OUTSIDE.child(count));
        let there = self.played.world.actors().keys().copied();
        let probes = self.plan.probes.iter().map(|name| ActorId::probe(name));
        made.chain(there)
            .chain(probes)
            .map(|id| (id.into(), names.actor(id)))
            .collect()
    }

    fn steps(&self) -> Vec<Step> {
        let mut time = 0;
        let mut steps = Vec::new();
        for played in &self.played.steps {
            let deed = &self.plan.steps[played.index].deed;
            steps.push(self.step(deed, time));
            time = played.time;
        }
        steps
    }

    /// A step that begins at this time of the world's.
    fn step(&self, deed: &Deed, time: u64) -> Step {
        match deed {
            Deed::Create {
                actor,
                module,
                message,
            } => Step::Create {
                actor: (*actor).into(),
                module: Id(self.plan.modules[*module].binary.hash()),
                message: self.message(message, None),
                run: message.run,
            },
            Deed::Send { to, message } => {
                let run = message.run;
                let ready = self.message(message, Some(Hex(message.data.clone())));
                match to {
                    Destination::Capability(source) => Step::Send {
                        to: self.capability(&source.value).into(),
                        message: ready,
                        run,
                    },
                    Destination::Port(source) => Step::SendOn {
                        on: self.port(&source.value).into(),
                        message: ready,
                        run,
                    },
                }
            }
            Deed::Advance(Until::Ticks(ticks)) => Step::Advance {
                to: Decimal(time.saturating_add(*ticks)),
            },
            Deed::Advance(Until::Time(time)) => Step::Advance { to: Decimal(*time) },
            Deed::Advance(Until::Idle) => Step::Idle,
            Deed::Destroy(source) => Step::Destroy {
                port: self.port(&source.value).into(),
            },
            Deed::Expect(_) => unreachable!("an expectation is no step that was played"),
        }
    }

    fn message(&self, planned: &Planned, data: Option<Hex>) -> Outgoing {
        let capabilities = planned.capabilities.iter();
        let ports = planned.ports.iter();
        let response = planned.response.as_ref();
        Outgoing {
            data,
            ticks: Decimal(planned.ticks),
            capabilities: capabilities
                .map(|source| self.capability(&source.value).into())
                .collect(),
            ports: ports
                .map(|source| self.port(&source.value).into())
                .collect(),
            response: response.map(|source| self.capability(&source.value).into()),
        }
    }

    /// A message that arrived; the played steps show that it did.
    fn arrived(&self, arrived: &Arrived) -> &Message {
        &self.played.arrivals.at(arrived.probe)[arrived.message].message
    }

    fn capability(&self, source: &CapabilitySource) -> Capability {
        match source {
            CapabilitySource::Known(capability) => *capability,
            CapabilitySource::Item(message, index) => self.arrived(message).capabilities()[*index],
            CapabilitySource::Response(message) => self
                .arrived(message)
                .response()
                .expect("it was used when the scenario was played"),
        }
    }

    fn port(&self, source: &PortSource) -> PortId {
        match source {
            PortSource::End(port) => *port,
            PortSource::Item(message, index) => self.arrived(message).ports()[*index],
        }
    }
}
