//! A scenario with every name resolved: what to do, step by step.
//!
//! Enters: nothing. Leaves: types. Refuses to know: how the file said it, but for the places at
//! which to report what goes wrong.

use super::{
    modules::Module,
    problem::{At, Place},
    raw::Until,
};
use crate::{
    fault::Fault,
    interface::table::Dialect,
    module::schedule::Schedule,
    state::identity::{ActorId, Capability, PortId},
};

/// What a scenario does.
#[derive(Debug)]
pub struct Plan {
    pub about: String,
    pub dialect: Dialect,
    /// What everything costs: the reference schedule, unless the scenario says another.
    pub schedule: Schedule,
    pub rules: Vec<At<String>>,
    pub modules: Vec<Module>,
    /// In the order in which the world is given them; the ends of channels are among them.
    pub probes: Vec<String>,
    pub channels: Vec<Channel>,
    /// The names of the actors that the outside creates, in that order.
    pub actors: Vec<String>,
    pub steps: Vec<Step>,
}

/// A channel of the outside. Each end is held by the probe of its name.
#[derive(Debug)]
pub struct Channel {
    pub name: String,
    pub ends: [String; 2],
}

#[derive(Debug)]
pub struct Step {
    pub place: Place,
    pub deed: Deed,
    pub after: After,
}

/// What a step does.
#[derive(Debug)]
pub enum Deed {
    Create {
        actor: ActorId,
        module: usize,
        message: Outgoing,
    },
    Send {
        to: Destination,
        message: Outgoing,
    },
    Advance(Until),
    Destroy(At<PortSource>),
    Expect(Expectation),
}

impl Deed {
    /// Whether it names a port of the outside, which may turn out not to be usable.
    pub fn names_ports(&self) -> bool {
        match self {
            Deed::Create { message, .. } => !message.ports.is_empty(),
            Deed::Send { to, message } => {
                matches!(to, Destination::Port(_)) || !message.ports.is_empty()
            }
            Deed::Destroy(_) => true,
            Deed::Advance(_) | Deed::Expect(_) => false,
        }
    }
}

/// A message from outside.
#[derive(Debug)]
pub struct Outgoing {
    pub data: Vec<u8>,
    pub ticks: u64,
    pub capabilities: Vec<At<CapabilitySource>>,
    pub ports: Vec<At<PortSource>>,
    pub response: Option<At<CapabilitySource>>,
    /// Whether the world goes on after the step (`OUT-6`).
    pub run: bool,
}

#[derive(Debug)]
pub enum Destination {
    Capability(At<CapabilitySource>),
    Port(At<PortSource>),
}

/// A message that a probe has received: the `message`-th, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrived {
    pub probe: ActorId,
    pub message: usize,
}

/// Where a capability comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CapabilitySource {
    Known(Capability),
    /// A capability of a received message, at that position.
    Item(Arrived, usize),
    /// The response capability of a received message.
    Response(Arrived),
}

/// Where a port comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortSource {
    End(PortId),
    /// A port of a received message, at the position that it had when the message arrived.
    Item(Arrived, usize),
}

/// What is expected of the activations of a step.
#[derive(Debug, Default)]
pub struct After {
    /// Exactly these, in this order. Where nothing is said, none may fault.
    pub outcomes: Option<At<Vec<At<Outcome>>>>,
    pub spent: Option<At<u64>>,
    pub passed_assertions: Option<At<u64>>,
    /// Where nothing is said, none may fail.
    pub failed_assertions: Option<At<u64>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub actor: Option<ActorId>,
    pub outcome: Result<(), Fault>,
}

/// What is expected of the state.
#[derive(Debug)]
pub enum Expectation {
    Probe {
        probe: ActorId,
        received: At<Arrivals>,
    },
    Actor {
        actor: ActorId,
        expected: Box<ActorExpectation>,
    },
    World {
        numbers: Vec<(&'static str, At<u64>)>,
    },
}

/// What arrived since the last expectation.
#[derive(Debug)]
pub enum Arrivals {
    Count(u64),
    These(Vec<ReceivedPattern>),
}

/// What an actor should be; what is absent is not compared.
#[derive(Debug)]
pub struct ActorExpectation {
    pub exists: bool,
    pub exists_place: Place,
    pub waiting: Option<At<bool>>,
    pub bound: Option<At<Vec<Vec<u8>>>>,
    pub storage: Option<At<Stored<Pattern>>>,
    pub numbers: Vec<(&'static str, At<u64>)>,
}

/// What a storage should hold: keys, and what is under them.
pub type Stored<P> = Vec<(Vec<u8>, P)>;

/// What a message value should be; what is absent is not compared.
#[derive(Debug)]
pub struct Pattern {
    pub place: Place,
    pub data: Option<Vec<u8>>,
    pub capabilities: Option<CapabilityPattern>,
    pub ports: Option<At<u64>>,
    pub response: Option<ResponsePattern>,
}

#[derive(Debug)]
pub enum CapabilityPattern {
    Count(At<u64>),
    These(At<Vec<Capability>>),
}

#[derive(Debug)]
pub enum ResponsePattern {
    Given(At<bool>),
    This(At<Capability>),
}

/// What a received message should be.
#[derive(Debug)]
pub struct ReceivedPattern {
    pub pattern: Pattern,
    pub from: Option<At<ActorId>>,
    pub tag: Option<At<u64>>,
    pub ticks: Option<At<u64>>,
    pub stamp: Option<At<u64>>,
    pub number: Option<At<u64>>,
}
