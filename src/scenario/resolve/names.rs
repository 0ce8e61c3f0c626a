//! The names of a scenario, and what each stands for.
//!
//! Enters: names as they are made, and later as they are used. Leaves: ids, capabilities and ports,
//! or why there is nothing of that name. Refuses to know: what steps do with them.

use super::{OUTSIDE, Resolver};
use crate::{
    scenario::{
        parse::WORLD,
        plan::{Arrived, CapabilitySource, PortSource},
        problem::{At, Place, Problem, unknown},
        raw::RawScenario,
        reader::{Read, quoted},
        target::{Item, Path, Target},
    },
    state::identity::{ActorId, Capability, ChannelId, PortId},
};

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Named {
    Actor(ActorId),
    Probe(ActorId),
    /// An end of a channel, and the probe that holds it.
    End(PortId, ActorId),
}

impl Resolver {
    pub(super) fn define(&mut self, name: &At<String>, named: Named) -> Read<()> {
        if [WORLD, OUTSIDE].contains(&name.value.as_str()) {
            let message = format!(
                "expected a name of its own, found the reserved {}",
                quoted(&name.value)
            );
            return Err(Problem::new(name.place, message));
        }
        match self.names.insert(name.value.clone(), named) {
            None => Ok(()),
            Some(_) => {
                let message = format!("expected a new name, found {} again", quoted(&name.value));
                Err(Problem::new(name.place, message)
                    .help("actors, probes and ports share their names"))
            }
        }
    }

    /// Probes in the dialects with capabilities, ends of channels in those with ports.
    pub(super) fn endpoints(&mut self, raw: &RawScenario) -> Read<()> {
        let dialect = raw.dialect.name();
        if let (true, Some(probe)) = (self.ports, raw.probes.first()) {
            let message = format!("expected [channels] in the dialect {dialect}, found probes");
            return Err(Problem::new(probe.place, message)
                .help("a probe of its own name holds each end of a channel"));
        }
        if let (false, Some(channel)) = (self.ports, raw.channels.first()) {
            let message = format!("expected probes in the dialect {dialect}, found channels");
            return Err(Problem::new(channel.name.place, message));
        }
        for name in &raw.probes {
            self.define(name, Named::Probe(ActorId::probe(&name.value)))?;
            self.probes.push(name.value.clone());
        }
        for (at, channel) in raw.channels.iter().enumerate() {
            let ports = ChannelId::made_by(ActorId::OUTSIDE, at as u64).ends();
            for (name, port) in channel.ends.iter().zip(ports) {
                self.define(name, Named::End(port, ActorId::probe(&name.value)))?;
                self.probes.push(name.value.clone());
            }
        }
        Ok(())
    }

    pub(super) fn find(&self, name: &str, place: Place, what: &str) -> Read<Named> {
        let known = self.names.keys().map(String::as_str);
        self.names
            .get(name)
            .copied()
            .ok_or_else(|| unknown(place, what, name, known))
    }

    /// An actor, by its path. Whether it has created so many others shows only later.
    pub(super) fn actor(&self, path: &Path, place: Place) -> Read<ActorId> {
        match self.find(&path.root, place, "actor")? {
            Named::Actor(root) => Ok(descend(root, &path.children)),
            Named::Probe(_) | Named::End(..) => {
                let found = quoted(&path.root);
                let message =
                    format!("expected the name of an actor, found {found}, which is outside");
                Err(Problem::new(place, message))
            }
        }
    }

    pub(super) fn probe(&self, name: &str, place: Place) -> Read<ActorId> {
        match self.find(name, place, "probe")? {
            Named::Probe(id) | Named::End(_, id) => Ok(id),
            Named::Actor(_) => {
                let found = quoted(name);
                let message =
                    format!("expected the name of a probe, found {found}, which is an actor");
                Err(Problem::new(place, message))
            }
        }
    }

    pub(super) fn capability(&self, target: &At<Target>) -> Read<At<CapabilitySource>> {
        let place = target.place;
        let source = match &target.value {
            Target::Named { path, tag } => {
                let actor = match self.find(&path.root, place, "actor or probe")? {
                    Named::Probe(_) if !path.children.is_empty() => {
                        let message = "expected a probe without `/`: it creates nothing";
                        return Err(Problem::new(place, message));
                    }
                    Named::Actor(root) => descend(root, &path.children),
                    Named::Probe(id) | Named::End(_, id) => id,
                };
                CapabilitySource::Known(Capability {
                    actor,
                    tag: tag.unwrap_or(0),
                })
            }
            Target::Received {
                probe,
                message,
                item,
            } => {
                let arrived = Arrived {
                    probe: self.probe(probe, place)?,
                    message: *message,
                };
                match item {
                    Item::Capability(index) => CapabilitySource::Item(arrived, *index),
                    Item::Response => CapabilitySource::Response(arrived),
                    Item::Port(_) => {
                        let message = "expected a capability, found a port";
                        return Err(Problem::new(place, message));
                    }
                }
            }
        };
        Ok(At::new(source, place))
    }

    pub(super) fn port(&self, target: &At<Target>) -> Read<At<PortSource>> {
        let place = target.place;
        let source = match &target.value {
            Target::Named { path, tag: None } if path.children.is_empty() => {
                match self.find(&path.root, place, "port")? {
                    Named::End(port, _) => PortSource::End(port),
                    Named::Actor(_) | Named::Probe(_) => {
                        let found = quoted(&path.root);
                        let message =
                            format!("expected the name of a port, found {found}, which is none");
                        return Err(Problem::new(place, message));
                    }
                }
            }
            Target::Received {
                probe,
                message,
                item: Item::Port(index),
            } => {
                let arrived = Arrived {
                    probe: self.probe(probe, place)?,
                    message: *message,
                };
                PortSource::Item(arrived, *index)
            }
            Target::Named { .. } | Target::Received { .. } => {
                let message =
                    "expected a port, such as `near` or `near[0].ports[0]`, found something else";
                return Err(Problem::new(place, message));
            }
        };
        Ok(At::new(source, place))
    }
}

/// The actor at the end of a path.
fn descend(root: ActorId, children: &[u64]) -> ActorId {
    children
        .iter()
        .fold(root, |parent, count| parent.child(*count))
}
