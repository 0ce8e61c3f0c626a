//! What reached the probes.
//!
//! Enters: a world, whenever a step has ended. Leaves: each probe's messages as they were then.
//! Refuses to know: what is expected, and what has become of the messages since.

use super::World;
use crate::{
    deviation::{Deviation, deviates},
    state::{
        identity::ActorId,
        message::{Envelope, Position},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What every probe received (`OUT-12`): step by step, within a step by `TIME-5`. A message that was
/// noted stays as it was then, though a port may be taken out of it later (`OUT-5`).
#[derive(Clone, Default)]
pub struct Arrivals {
    by_probe: BTreeMap<ActorId, Vec<Envelope>>,
    noted: BTreeSet<(ActorId, Position)>,
}

impl Arrivals {
    /// A step has ended: notes what has come since the last one had.
    pub fn note(&mut self, world: &World) {
        for (probe, _) in world.probes().iter() {
            let mut received = world.received(*probe);
            if deviates(Deviation::ReceivedInReverse) {
                received.reverse();
            }
            for envelope in received {
                self.add(*probe, envelope);
            }
        }
    }

    fn add(&mut self, probe: ActorId, envelope: &Envelope) {
        if self.noted.insert((probe, envelope.position)) {
            let all = self.by_probe.entry(probe).or_default();
            all.push(envelope.clone());
        }
    }

    /// Whether the probe has received what stands at this position.
    pub fn has(&self, probe: ActorId, position: Position) -> bool {
        self.noted.contains(&(probe, position))
    }

    /// All that this probe received.
    pub fn at(&self, probe: ActorId) -> &[Envelope] {
        self.by_probe.get(&probe).map_or(&[], Vec::as_slice)
    }

    /// The probes that received anything, by id, with all of it.
    pub fn iter(&self) -> impl Iterator<Item = (ActorId, &[Envelope])> {
        let all = self.by_probe.iter();
        all.map(|(probe, envelopes)| (*probe, envelopes.as_slice()))
    }
}

impl FromIterator<(ActorId, Vec<Envelope>)> for Arrivals {
    fn from_iter<I: IntoIterator<Item = (ActorId, Vec<Envelope>)>>(all: I) -> Arrivals {
        let mut arrivals = Arrivals::default();
        for (probe, envelopes) in all {
            for envelope in &envelopes {
                arrivals.add(probe, envelope);
            }
        }
        arrivals
    }
}
