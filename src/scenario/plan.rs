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
    /// What the scenario says that it is about.
    pub about: String,
    /// The dialect that its world runs.
    pub dialect: Dialect,
    /// What everything costs: the reference schedule, unless the scenario says another.
    pub schedule: Schedule,
    /// The rules that it says it exercises.
    pub rules: Vec<At<String>>,
    /// The modules that its steps create actors from.
    pub modules: Vec<Module>,
    /// In the order in which the world is given them; the ends of channels are among them.
    pub probes: Vec<String>,
    /// The channels of the outside, in the order in which they are made.
    pub channels: Vec<Channel>,
    /// The names of the actors that the outside creates, in that order.
    pub actors: Vec<String>,
    /// The steps, in the order in which they are taken.
    pub steps: Vec<Step>,
}

/// A channel of the outside. Each end is held by the probe of its name.
#[derive(Debug)]
pub struct Channel {
    /// What the file calls it.
    pub name: String,
    /// The names of the first and the second end.
    pub ends: [String; 2],
}

/// What the outside does or expects, and what is expected of the activations that follow.
#[derive(Debug)]
pub struct Step {
    /// Where it stands in the file.
    pub place: Place,
    /// What is done.
    pub deed: Deed,
    /// What is expected of the activations that it causes.
    pub after: After,
}

/// What a step does.
#[derive(Debug)]
pub enum Deed {
    /// Create an actor from outside (`OUT-4`).
    Create {
        /// The id that it will have.
        actor: ActorId,
        /// The module's place in [`Plan::modules`].
        module: usize,
        /// The creation message.
        message: Outgoing,
    },
    /// Send a message from outside (`OUT-4`).
    Send {
        /// Where it goes.
        to: Destination,
        /// What is sent.
        message: Outgoing,
    },
    /// Advance the world's time (`OUT-7`).
    Advance(Until),
    /// Destroy a port from outside (`OUT-9`).
    Destroy(At<PortSource>),
    /// Compare the state, and change nothing.
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
    /// The bytes that it carries.
    pub data: Vec<u8>,
    /// The ticks that it carries, which are injected (`OUT-4`).
    pub ticks: u64,
    /// The capabilities that it carries, in order.
    pub capabilities: Vec<At<CapabilitySource>>,
    /// The ports that it carries, in order.
    pub ports: Vec<At<PortSource>>,
    /// Its response capability, if it has one.
    pub response: Option<At<CapabilitySource>>,
    /// Whether the world goes on after the step (`OUT-6`).
    pub run: bool,
}

/// Where a message from outside goes.
#[derive(Debug)]
pub enum Destination {
    /// To whom the capability names.
    Capability(At<CapabilitySource>),
    /// To the other end of the port's channel.
    Port(At<PortSource>),
}

/// A message that a probe has received: the `message`-th, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrived {
    /// The probe that has received it.
    pub probe: ActorId,
    /// Its place among all that the probe has received, from 0.
    pub message: usize,
}

/// Where a capability comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CapabilitySource {
    /// One that follows from names alone.
    Known(Capability),
    /// A capability of a received message, at that position.
    Item(Arrived, usize),
    /// The response capability of a received message.
    Response(Arrived),
}

/// Where a port comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortSource {
    /// An end of a channel of the outside.
    End(PortId),
    /// A port of a received message, at the position that it had when the message arrived.
    Item(Arrived, usize),
}

/// What is expected of the activations of a step.
#[derive(Debug, Default)]
pub struct After {
    /// Exactly these, in this order. Where nothing is said, none may fault.
    pub outcomes: Option<At<Vec<At<Outcome>>>>,
    /// The ticks spent by all of them together.
    pub spent: Option<At<u64>>,
    /// How many assertions of guests passed (`LEG-2`).
    pub passed_assertions: Option<At<u64>>,
    /// Where nothing is said, none may fail.
    pub failed_assertions: Option<At<u64>>,
}

/// How one activation should end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Whose it is; none where that does not matter.
    pub actor: Option<ActorId>,
    /// Success, or the fault.
    pub outcome: Result<(), Fault>,
}

/// What is expected of the state.
#[derive(Debug)]
pub enum Expectation {
    /// Of a probe.
    Probe {
        /// Which one.
        probe: ActorId,
        /// What it should have received.
        received: At<ExpectedArrivals>,
    },
    /// Of an actor.
    Actor {
        /// Which one.
        actor: ActorId,
        /// What it should be.
        expected: Box<ActorExpectation>,
    },
    /// Of the world.
    World {
        /// Numbers by the names that the file has for them.
        numbers: Vec<(&'static str, At<u64>)>,
    },
}

/// What arrived since the last expectation.
#[derive(Debug)]
pub enum ExpectedArrivals {
    /// So many messages, whatever they are.
    Count(u64),
    /// Exactly these messages, in this order.
    These(Vec<ReceivedPattern>),
}

/// What an actor should be; what is absent is not compared.
#[derive(Debug)]
pub struct ActorExpectation {
    /// Whether there should be such an actor.
    pub exists: bool,
    /// Where the file says, or implies, that.
    pub exists_place: Place,
    /// Whether a run of it should wait.
    pub waiting: Option<At<bool>>,
    /// Exactly the names under which ports should be bound.
    pub bound: Option<At<Vec<Vec<u8>>>>,
    /// What it should store.
    pub storage: Option<At<Stored<Pattern>>>,
    /// Numbers by the names that the file has for them.
    pub numbers: Vec<(&'static str, At<u64>)>,
}

/// What a storage should hold: keys, and what is under them.
pub type Stored<P> = Vec<(Vec<u8>, P)>;

/// What a message value should be; what is absent is not compared.
#[derive(Debug)]
pub struct Pattern {
    /// Where it stands in the file.
    pub place: Place,
    /// The bytes that it should carry.
    pub data: Option<Vec<u8>>,
    /// The capabilities that it should carry.
    pub capabilities: Option<CapabilityPattern>,
    /// How many ports it should carry.
    pub ports: Option<At<u64>>,
    /// The response capability that it should have.
    pub response: Option<ResponsePattern>,
}

/// What capabilities a message should carry.
#[derive(Debug)]
pub enum CapabilityPattern {
    /// So many, whichever they are.
    Count(At<u64>),
    /// Exactly these, in this order.
    These(At<Vec<Capability>>),
}

/// What response capability a message should have.
#[derive(Debug)]
pub enum ResponsePattern {
    /// One or none, whichever it is.
    Given(At<bool>),
    /// Exactly this one.
    This(At<Capability>),
}

/// What a received message should be.
#[derive(Debug)]
pub struct ReceivedPattern {
    /// What the message in it should be.
    pub pattern: Pattern,
    /// Who should have sent it.
    pub from: Option<At<ActorId>>,
    /// The tag under which it should have come.
    pub tag: Option<At<u64>>,
    /// The ticks that it should carry.
    pub ticks: Option<At<u64>>,
    /// The stamp that it should have (`TIME-3`).
    pub stamp: Option<At<u64>>,
    /// Which of its sender's sends it should be (`TIME-5`).
    pub number: Option<At<u64>>,
}
