//! What things are called: the names of the scenario instead of hashes.
//!
//! Enters: a plan and a world. Leaves: a name for every actor, port, module. Refuses to know: layout.

use crate::{
    scenario::plan::Plan,
    state::{
        hash::Hash,
        identity::{ActorId, Capability, ChannelId, PortId},
    },
    world::World,
};
use std::collections::BTreeMap;

/// Names by id. An id without a name is shown by the beginning of its hash.
pub struct Names {
    actors: BTreeMap<ActorId, String>,
    channels: BTreeMap<ChannelId, String>,
    ports: BTreeMap<PortId, String>,
    modules: BTreeMap<Hash, String>,
}

impl Names {
    /// Where there is no scenario: probes alone have names.
    pub fn of_probes(probes: impl IntoIterator<Item = String>) -> Names {
        let named = probes.into_iter();
        let mut actors: BTreeMap<ActorId, String> =
            named.map(|name| (ActorId::probe(&name), name)).collect();
        actors.insert(ActorId::OUTSIDE, "outside".to_owned());
        Names {
            actors,
            channels: BTreeMap::new(),
            ports: BTreeMap::new(),
            modules: BTreeMap::new(),
        }
    }

    /// The names that a scenario's people gave, and those that follow from them.
    pub fn of(plan: &Plan, world: &World) -> Names {
        let mut names = Names {
            actors: BTreeMap::from([(ActorId::OUTSIDE, "outside".to_owned())]),
            channels: BTreeMap::new(),
            ports: BTreeMap::new(),
            modules: BTreeMap::new(),
        };
        for probe in &plan.probes {
            names.actors.insert(ActorId::probe(probe), probe.clone());
        }
        for (count, channel) in plan.channels.iter().enumerate() {
            let id = ChannelId::made_by(ActorId::OUTSIDE, count as u64);
            names.channels.insert(id, channel.name.clone());
            for (port, end) in id.ends().into_iter().zip(&channel.ends) {
                names.ports.insert(port, end.clone());
            }
        }
        for module in &plan.modules {
            // Two modules may have the same bytes: the first gives the name.
            names
                .modules
                .entry(module.binary.hash())
                .or_insert_with(|| module.name.clone());
        }
        for (count, actor) in plan.actors.iter().enumerate() {
            names.add_actor(ActorId::OUTSIDE.child(count as u64), actor.clone(), world);
        }
        names
    }

    /// Names an actor, what it created and the channels that it made.
    fn add_actor(&mut self, id: ActorId, name: String, world: &World) {
        let mut unnamed = vec![(id, name)];
        while let Some((id, name)) = unnamed.pop() {
            if let Some(actor) = world.actors().get(&id) {
                for count in 0..actor.counters.created {
                    unnamed.push((id.child(count), format!("{name}/{count}")));
                }
                for count in 0..actor.counters.channels {
                    self.channels
                        .insert(ChannelId::made_by(id, count), format!("{name}:{count}"));
                }
            }
            self.actors.insert(id, name);
        }
    }

    /// What to call an actor or a probe.
    pub fn actor(&self, id: ActorId) -> String {
        self.actors
            .get(&id)
            .cloned()
            .unwrap_or_else(|| format!("actor {}", id.0.short()))
    }

    /// What to call a channel.
    pub fn channel(&self, id: ChannelId) -> String {
        self.channels
            .get(&id)
            .cloned()
            .unwrap_or_else(|| format!("channel {}", id.0.short()))
    }

    /// What to call an end of a channel.
    pub fn port(&self, id: PortId) -> String {
        self.ports.get(&id).cloned().unwrap_or_else(|| {
            let end = id.end.name();
            format!("{}.{end}", self.channel(id.channel))
        })
    }

    /// What to call a capability: its actor's name, and its tag behind a `#`.
    pub fn capability(&self, capability: Capability) -> String {
        format!("{}#{}", self.actor(capability.actor), capability.tag)
    }

    /// What the scenario calls a module, if it does.
    pub fn module_name(&self, code: Hash) -> Option<&str> {
        self.modules.get(&code).map(String::as_str)
    }

    /// A module by the hash of its bytes.
    pub fn module(&self, code: Hash) -> String {
        match self.modules.get(&code) {
            Some(name) => format!("{name} ({})", code.short()),
            None => code.short(),
        }
    }
}
