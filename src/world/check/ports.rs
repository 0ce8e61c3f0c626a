//! Whether each port is in exactly one place.
//!
//! Enters: a world. Leaves: the first port that is not, if there is one.
//! Refuses to know: what waits at ports.

use super::{Invariant, Violation, ensure, of, referents};
use crate::{
    activation::references::Referent,
    state::identity::PortId,
    world::{World, channels::Place},
};
use std::collections::BTreeMap;

impl World {
    /// Each end says where it is, and it is there and nowhere else.
    pub(super) fn check_ports(&self) -> Result<(), Violation> {
        let mut found = self.bound_ports()?;
        for port in self.messages().flat_map(|message| message.ports()) {
            note(&mut found, *port, Place::InMessage)?;
        }
        for (id, actor) in self.actors.iter() {
            let is_port = |referent: &Referent| match referent {
                Referent::Port { .. } => true,
                Referent::Message(message) => !message.ports.is_empty(),
                Referent::Capability(_) | Referent::Store(_) => false,
            };
            ensure(!referents(actor).any(is_port), Invariant::Ports, || {
                format!("expected no port in a waiting run, found one {}", of(id))
            })?;
        }
        for (id, _) in self.probes.iter() {
            for port in self.channels.held_by(*id) {
                note(&mut found, port, Place::Outside { probe: *id })?;
            }
        }
        let mut ends = 0;
        for (port, end) in self.channels.ends() {
            ends += 1;
            let place = found.get(&port);
            ensure(place == Some(&end.place), Invariant::Ports, || {
                let expected = &end.place;
                format!("expected the port {port:?} at {expected:?}, found it at {place:?}")
            })?;
        }
        ensure(ends == found.len(), Invariant::Ports, || {
            format!("expected {ends} ports, found {}", found.len())
        })
    }

    fn bound_ports(&self) -> Result<BTreeMap<PortId, Place>, Violation> {
        let mut found = BTreeMap::new();
        for (id, actor) in self.actors.iter() {
            for (name, port) in actor.bound.iter() {
                let (actor, name) = (*id, name.clone());
                note(&mut found, *port, Place::Bound { actor, name })?;
            }
        }
        Ok(found)
    }
}

fn note(found: &mut BTreeMap<PortId, Place>, port: PortId, place: Place) -> Result<(), Violation> {
    match found.insert(port, place.clone()) {
        None => Ok(()),
        Some(other) => {
            let what = format!(
                "expected the port {port:?} in one place, found it at {other:?} and {place:?}"
            );
            Err(Violation::new(Invariant::Ports, what))
        }
    }
}
