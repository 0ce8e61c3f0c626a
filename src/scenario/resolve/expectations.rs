//! What expectations name, and whether they ask for what their object has.
//!
//! Enters: a raw expectation. Leaves: one whose names are resolved. Refuses to know: whether it holds.

use super::{Named, OUTSIDE, Resolver};
use crate::{
    scenario::{
        parse::WORLD,
        plan::{
            ActorExpectation, CapabilityPattern, CapabilitySource, Expectation, ExpectedArrivals,
            Pattern, ReceivedPattern, ResponsePattern,
        },
        problem::{At, Problem, listing},
        raw::{Items, RawArrivals, RawExpect, RawPattern, RawReceived, Response},
        reader::{Read, quoted},
        target::{Path, Target},
    },
    state::identity::{ActorId, Capability},
};

/// What an expectation may ask of a probe, of an actor, of the world.
const OF_PROBE: &[&str] = &["received"];
const OF_ACTOR: &[&str] = &[
    "exists", "waiting", "bound", "storage", "clock", "created", "channels", "sent", "inbox",
    "deadline", "kept",
];
const OF_WORLD: &[&str] = &[
    "time", "injected", "spent", "burned", "held", "actors", "channels",
];

impl Resolver {
    fn known_capability(&self, target: &At<Target>) -> Read<Capability> {
        match self.capability(target)?.value {
            CapabilitySource::Known(capability) => Ok(capability),
            CapabilitySource::Item(..) | CapabilitySource::Response(_) => {
                let message =
                    "expected a capability by name, such as `alice#7`, found one of a message";
                Err(Problem::new(target.place, message))
            }
        }
    }

    pub(super) fn expectation(&self, expect: RawExpect) -> Read<Expectation> {
        let Path { root, children } = &expect.of.value;
        if root == WORLD && children.is_empty() {
            check_keys(&expect, OF_WORLD, "the world")?;
            return Ok(Expectation::World {
                numbers: expect.numbers,
            });
        }
        if let Named::Probe(_) | Named::End(..) =
            self.find(root, expect.of.place, "actor or probe")?
        {
            check_keys(&expect, OF_PROBE, "a probe")?;
            let probe = self.probe(root, expect.of.place)?;
            let received = expect.received.expect("its keys were checked");
            let arrivals = match received.value {
                RawArrivals::Count(count) => ExpectedArrivals::Count(count),
                RawArrivals::These(list) => {
                    let each = list.into_iter().map(|received| self.received(received));
                    ExpectedArrivals::These(each.collect::<Read<_>>()?)
                }
            };
            return Ok(Expectation::Probe {
                probe,
                received: At::new(arrivals, received.place),
            });
        }
        check_keys(&expect, OF_ACTOR, "an actor")?;
        let actor = self.actor(&expect.of.value, expect.of.place)?;
        let exists = expect.exists.unwrap_or(At::new(true, expect.of.place));
        if let (false, true) = (exists.value, expect.keys.len() > 1) {
            let message = "expected nothing else of an actor that should not exist, found more";
            return Err(Problem::new(exists.place, message));
        }
        let storage = match expect.storage {
            None => None,
            Some(storage) => {
                let pattern = |(key, pattern)| Ok((key, self.pattern(pattern)?));
                let entries: Read<Vec<_>> = storage.value.into_iter().map(pattern).collect();
                Some(At::new(entries?, storage.place))
            }
        };
        let expected = ActorExpectation {
            exists: exists.value,
            exists_place: exists.place,
            waiting: expect.waiting,
            bound: expect.bound,
            storage,
            numbers: expect.numbers,
        };
        Ok(Expectation::Actor {
            actor,
            expected: Box::new(expected),
        })
    }

    fn received(&self, received: RawReceived) -> Read<ReceivedPattern> {
        let sender = |from: At<Path>| {
            let Path { root, children } = &from.value;
            let id = if root == OUTSIDE && children.is_empty() {
                ActorId::OUTSIDE
            } else {
                self.actor(&from.value, from.place)?
            };
            Ok(At::new(id, from.place))
        };
        Ok(ReceivedPattern {
            pattern: self.pattern(received.pattern)?,
            from: received.from.map(sender).transpose()?,
            tag: received.tag,
            ticks: received.ticks,
            stamp: received.stamp,
            number: received.number,
        })
    }

    fn pattern(&self, pattern: RawPattern) -> Read<Pattern> {
        let capabilities = match pattern.caps {
            None => None,
            Some(Items::Count(count)) => Some(CapabilityPattern::Count(count)),
            Some(Items::These(targets, place)) => {
                let each = targets.iter().map(|target| self.known_capability(target));
                Some(CapabilityPattern::These(At::new(
                    each.collect::<Read<_>>()?,
                    place,
                )))
            }
        };
        let response = match pattern.response {
            None => None,
            Some(Response::Given(given)) => Some(ResponsePattern::Given(given)),
            Some(Response::This(target)) => {
                let capability = self.known_capability(&target)?;
                Some(ResponsePattern::This(At::new(capability, target.place)))
            }
        };
        let RawPattern {
            place, data, ports, ..
        } = pattern;
        Ok(Pattern {
            place,
            data,
            capabilities,
            ports,
            response,
        })
    }
}

/// An expectation must ask for something, and only for what its object has.
fn check_keys(expect: &RawExpect, allowed: &[&'static str], what: &str) -> Read<()> {
    let help = || {
        format!(
            "an expectation of {what} may have {}",
            listing(allowed, "and")
        )
    };
    for key in &expect.keys {
        if !allowed.contains(&key.value.as_str()) {
            let message = format!("expected what {what} has, found {}", quoted(&key.value));
            return Err(Problem::new(key.place, message).help(help()));
        }
    }
    if expect.keys.is_empty() {
        let message = format!("expected something to compare with {what}, found nothing");
        return Err(Problem::new(expect.of.place, message).help(help()));
    }
    Ok(())
}
