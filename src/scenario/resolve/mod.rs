//! From names to what they name.
//!
//! Enters: what a file says. Leaves: a plan, or every step's first problem. Refuses to know: TOML,
//! and what happens when the plan is carried out.

mod expectations;
mod names;

use super::{
    modules::{self, Module},
    plan::*,
    problem::{At, Place, Problem, unknown},
    raw::*,
    reader::Read,
    target::Target,
};
use crate::{limits, state::identity::ActorId};
use names::Named;
use std::collections::BTreeMap;

/// The name of the outside as a sender.
pub const OUTSIDE: &str = "outside";

/// Resolves a scenario. Paths of modules are relative to `folder`.
pub fn resolve(raw: RawScenario, folder: Option<&std::path::Path>) -> Result<Plan, Vec<Problem>> {
    let modules = modules::assemble(&raw.modules, folder);
    let mut resolver = Resolver {
        ports: raw.dialect.has_ports(),
        ..Resolver::default()
    };
    // Without the names of the outside, every further complaint would be about those.
    resolver.endpoints(&raw).map_err(|problem| vec![problem])?;
    for (at, module) in raw.modules.iter().enumerate() {
        resolver.modules.insert(module.name.value.clone(), at);
    }
    let (mut steps, mut problems) = (Vec::new(), Vec::new());
    for step in raw.steps {
        let names_an_actor = matches!(step.deed, RawDeed::Create { .. });
        match resolver.step(step) {
            Ok(step) => steps.push(step),
            Err(problem) => {
                problems.push(problem);
                // Without that name, every further complaint would be about it.
                if names_an_actor {
                    break;
                }
            }
        }
    }
    let modules: Vec<Module> = modules.unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Vec::new()
    });
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.place.start);
        return Err(problems);
    }
    let ends = |channel: RawChannel| channel.ends.map(|end| end.value);
    Ok(Plan {
        about: raw.about,
        dialect: raw.dialect,
        schedule: raw.schedule,
        rules: raw.rules,
        modules,
        probes: resolver.probes,
        channels: raw
            .channels
            .into_iter()
            .map(|channel| Channel {
                name: channel.name.value.clone(),
                ends: ends(channel),
            })
            .collect(),
        actors: resolver.actors,
        steps,
    })
}

#[derive(Default)]
struct Resolver {
    ports: bool,
    names: BTreeMap<String, Named>,
    modules: BTreeMap<String, usize>,
    probes: Vec<String>,
    actors: Vec<String>,
}

impl Resolver {
    fn step(&mut self, step: RawStep) -> Read<Step> {
        let settles = match &step.deed {
            RawDeed::Create { message, .. } | RawDeed::Send { message, .. } => message.run,
            RawDeed::Advance(_) => true,
            RawDeed::Destroy(_) | RawDeed::Expect(_) => false,
        };
        if let (false, Some(outcomes)) = (settles, &step.after.outcomes) {
            let message = "expected no outcomes in a step that runs nothing, found some";
            return Err(Problem::new(outcomes.place, message));
        }
        let deed = match step.deed {
            RawDeed::Create {
                name,
                module,
                message,
            } => {
                let actor = ActorId::OUTSIDE.child(self.actors.len() as u64);
                let known = self.modules.keys().map(String::as_str);
                let module = *self
                    .modules
                    .get(&module.value)
                    .ok_or_else(|| unknown(module.place, "module", &module.value, known))?;
                let message = self.message(message)?;
                self.define(&name, Named::Actor(actor))?;
                self.actors.push(name.value);
                Deed::Create {
                    actor,
                    module,
                    message,
                }
            }
            RawDeed::Send {
                to,
                on_port,
                message,
            } => {
                self.check_way(&to, on_port)?;
                let to = if on_port {
                    Destination::Port(self.port(&to)?)
                } else {
                    Destination::Capability(self.capability(&to)?)
                };
                Deed::Send {
                    to,
                    message: self.message(message)?,
                }
            }
            RawDeed::Advance(until) => Deed::Advance(until),
            RawDeed::Destroy(port) if self.ports => Deed::Destroy(self.port(&port)?),
            RawDeed::Destroy(port) => {
                let message = "expected a dialect with ports, found one with capabilities";
                return Err(Problem::new(port.place, message));
            }
            RawDeed::Expect(expect) => Deed::Expect(self.expectation(expect)?),
        };
        Ok(Step {
            place: step.place,
            deed,
            after: self.after(step.after)?,
        })
    }

    /// Messages are sent to capabilities, or on ports, as the dialect has it.
    fn check_way(&self, to: &At<Target>, on_port: bool) -> Read<()> {
        let [expected, found] = if self.ports {
            ["send_on", "send"]
        } else {
            ["send", "send_on"]
        };
        if on_port == self.ports {
            return Ok(());
        }
        let message = format!("expected `{expected}` in this dialect, found `{found}`");
        Err(Problem::new(to.place, message))
    }

    fn after(&self, after: RawAfter) -> Read<After> {
        let outcome = |outcome: At<RawOutcome>| {
            let actor = outcome.value.actor.as_ref();
            let actor = actor
                .map(|path| self.actor(path, outcome.place))
                .transpose()?;
            Ok(At::new(
                Outcome {
                    actor,
                    outcome: outcome.value.outcome,
                },
                outcome.place,
            ))
        };
        let outcomes = match after.outcomes {
            None => None,
            Some(list) => {
                let each: Read<Vec<_>> = list.value.into_iter().map(outcome).collect();
                Some(At::new(each?, list.place))
            }
        };
        Ok(After {
            outcomes,
            spent: after.spent,
            passed_assertions: after.passed_assertions,
            failed_assertions: after.failed_assertions,
        })
    }

    fn message(&self, message: RawMessage) -> Read<Outgoing> {
        let misplaced = |place: Option<Place>, found: &str| match place {
            None => Ok(()),
            Some(place) => {
                let message =
                    format!("expected no {found} in a message of this dialect, found some");
                Err(Problem::new(place, message))
            }
        };
        if self.ports {
            misplaced(message.caps_place, "capabilities")?;
            let response = message.response.as_ref().map(|response| response.place);
            misplaced(response, "response capability")?;
        } else {
            misplaced(message.ports_place, "ports")?;
        }
        let items = message.caps.len() + message.ports.len();
        if items > limits::MESSAGE_ITEMS {
            let place = message
                .caps_place
                .or(message.ports_place)
                .expect("items have a key");
            let most = limits::MESSAGE_ITEMS;
            return Err(Problem::new(
                place,
                format!("expected at most {most} items, found {items}"),
            ));
        }
        let ports = message
            .ports
            .iter()
            .map(|port| self.port(port))
            .collect::<Read<Vec<_>>>()?;
        for (at, port) in ports.iter().enumerate() {
            if ports[..at].iter().any(|other| other.value == port.value) {
                let message = "expected a port once in a message, found it again";
                return Err(Problem::new(port.place, message));
            }
        }
        Ok(Outgoing {
            data: message.data,
            ticks: message.ticks,
            capabilities: message
                .caps
                .iter()
                .map(|target| self.capability(target))
                .collect::<Read<_>>()?,
            ports,
            response: message
                .response
                .map(|target| self.capability(&target))
                .transpose()?,
            run: message.run,
        })
    }
}
