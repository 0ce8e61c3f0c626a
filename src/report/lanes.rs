//! Where everything stands in a picture: a lane for the outside, for every actor, for every probe;
//! and what became of every message.
//!
//! Enters: a plan, what came of it, and what was recorded. Leaves: numbers of lanes and
//! activations. Refuses to know: coordinates.

use super::recording::{Recording, Sent};
use crate::{
    scenario::{plan::Plan, play::Played},
    state::{
        identity::{ActorId, PortId},
        message::Position,
    },
    trace::names::Names,
    world::{World, actor::Deed, channels::Place, watch::Aim},
};
use std::collections::BTreeMap;

/// Whose row it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The outside world's.
    Outside,
    /// An actor's.
    Actor,
    /// A probe's.
    Probe,
}

/// A row of the picture.
pub struct Lane {
    /// The id of whose row it is.
    pub id: ActorId,
    /// What that is called.
    pub name: String,
    /// What that is.
    pub kind: Kind,
}

/// What became of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// This activation, counted from 0, handled it.
    Handled(usize),
    /// It reached a probe.
    Received(usize),
    /// It waits, in the lane of whoever could handle it, if there is anybody.
    Waits(Option<usize>),
    /// Nobody will ever receive it.
    Lost,
    /// Whoever handled it is beyond what the picture shows.
    Beyond,
}

/// All rows, and the ends of all arrows.
pub struct Lanes {
    /// The rows, from top to bottom.
    pub all: Vec<Lane>,
    by_actor: BTreeMap<ActorId, usize>,
    /// Of each message that was recorded.
    pub deliveries: Vec<Delivery>,
}

impl Lanes {
    /// The lanes of a run, and where each message that was recorded went.
    pub fn of(plan: &Plan, played: &Played, recording: &Recording, names: &Names) -> Lanes {
        let mut lanes = Lanes {
            all: Vec::new(),
            by_actor: BTreeMap::new(),
            deliveries: Vec::new(),
        };
        lanes.add(ActorId::OUTSIDE, Kind::Outside, names);
        for sent in &recording.messages {
            if let Aim::Creation(actor) = sent.aim {
                lanes.add(actor, Kind::Actor, names);
            }
        }
        let records = played.steps.iter().flat_map(|step| &step.records);
        let shown = recording.activations.len();
        for record in records.clone().take(shown) {
            lanes.add(record.actor, Kind::Actor, names);
        }
        for probe in &plan.probes {
            lanes.add(ActorId::probe(probe), Kind::Probe, names);
        }
        // A creation's number and a message's come from two counters, and may be the same.
        let mut handled: BTreeMap<(bool, Position), usize> = BTreeMap::new();
        for (at, record) in records.enumerate() {
            let is_creation = record.deed == Deed::Creation;
            handled.extend(record.handled.map(|position| ((is_creation, position), at)));
        }
        let arrived = played.arrivals.iter().flat_map(|(probe, all)| {
            let lane = lanes.by_actor[&probe];
            all.iter().map(move |envelope| (envelope.position, lane))
        });
        let arrived: BTreeMap<Position, usize> = arrived.collect();
        let deliver = |sent: &Sent| {
            let is_creation = matches!(sent.aim, Aim::Creation(_));
            let position = sent.envelope.position;
            match handled.get(&(is_creation, position)) {
                Some(at) if *at < shown => Delivery::Handled(*at),
                Some(_) => Delivery::Beyond,
                None => match arrived.get(&position).filter(|_| !is_creation) {
                    Some(lane) => Delivery::Received(*lane),
                    None => lanes.unhandled(sent, &played.world),
                },
            }
        };
        lanes.deliveries = recording.messages.iter().map(deliver).collect();
        lanes
    }

    fn add(&mut self, id: ActorId, kind: Kind, names: &Names) {
        let next = self.all.len();
        if *self.by_actor.entry(id).or_insert(next) == next {
            let name = names.actor(id);
            self.all.push(Lane { id, name, kind });
        }
    }

    /// The place of the row with this id.
    pub fn of_actor(&self, id: ActorId) -> Option<usize> {
        self.by_actor.get(&id).copied()
    }

    /// The lane that an arrow begins in.
    pub fn sender(&self, sent: &Sent) -> usize {
        let sender = sent.envelope.position.sender;
        self.of_actor(sender)
            .expect("who sent something was activated, or is the outside")
    }

    /// Where something that nobody handled and no probe received is in the end.
    fn unhandled(&self, sent: &Sent, world: &World) -> Delivery {
        let position = &sent.envelope.position;
        match sent.aim {
            Aim::Creation(child) => match world.actors().get(&child) {
                Some(actor) if actor.creation.is_some() => Delivery::Waits(self.of_actor(child)),
                _ => Delivery::Lost,
            },
            Aim::Inbox(actor) => match world.actors().get(&actor) {
                Some(it) if it.inbox.get(position).is_some() => {
                    Delivery::Waits(self.of_actor(actor))
                }
                _ => Delivery::Lost,
            },
            Aim::Through(port) => self.at_port(port.opposite(), position, world),
        }
    }

    fn at_port(&self, port: PortId, position: &Position, world: &World) -> Delivery {
        match world.channels().end(port) {
            Some(end) if end.waiting.get(position).is_some() => match &end.place {
                Place::Bound { actor, .. } => Delivery::Waits(self.of_actor(*actor)),
                Place::Outside { probe } => Delivery::Waits(self.of_actor(*probe)),
                Place::Held | Place::InMessage | Place::Gone => Delivery::Waits(None),
            },
            _ => Delivery::Lost,
        }
    }
}
