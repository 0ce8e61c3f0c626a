//! What a scenario file says, before anybody asked whether the names in it exist.
//!
//! Enters: nothing. Leaves: types, every value with its place. Refuses to know: TOML, and worlds.

use super::{
    plan::Stored,
    problem::{At, Place},
    target::{Path, Target},
};
use crate::{interface::table::Dialect, module::schedule::Schedule};

/// A scenario file as it was read, before names are looked up.
pub struct RawScenario {
    /// What it says that it is about.
    pub about: String,
    /// The dialect that its world runs.
    pub dialect: Dialect,
    /// What everything costs.
    pub schedule: Schedule,
    /// The rules that it says it exercises.
    pub rules: Vec<At<String>>,
    /// Its modules, in the order of the file.
    pub modules: Vec<RawModule>,
    /// The probes that it names.
    pub probes: Vec<At<String>>,
    /// The channels that it names.
    pub channels: Vec<RawChannel>,
    /// Its steps, in order.
    pub steps: Vec<RawStep>,
}

/// A module by its name.
pub struct RawModule {
    /// What steps call it.
    pub name: At<String>,
    /// Where its bytes come from.
    pub code: RawCode,
}

/// What a module is written as.
pub enum RawCode {
    /// `content_start` is where the text begins in the file, if it stands there as it is.
    Wat {
        /// The WebAssembly text itself.
        text: At<String>,
        /// The byte of the file at which the text begins, if it stands there as it is.
        content_start: Option<usize>,
    },
    /// The path of a file.
    File(At<String>),
    /// The bytes of the binary.
    Hex(Vec<u8>),
}

/// A channel of the outside: each end is a port of that name, held by a probe of that name.
pub struct RawChannel {
    /// What the file calls it.
    pub name: At<String>,
    /// The names of the first and the second end.
    pub ends: [At<String>; 2],
}

/// A step, with what is expected of the activations that it causes.
pub struct RawStep {
    /// Where the step's main value stands.
    pub place: Place,
    /// What is done.
    pub deed: RawDeed,
    /// What is expected of the activations.
    pub after: RawAfter,
}

/// What a step does.
pub enum RawDeed {
    /// Create an actor from outside.
    Create {
        /// What steps call it from now on.
        name: At<String>,
        /// The name of its module.
        module: At<String>,
        /// The creation message.
        message: RawMessage,
    },
    /// Send a message from outside.
    Send {
        /// What it is sent to.
        to: At<Target>,
        /// Whether the file says that `to` is a port, not a capability.
        on_port: bool,
        /// What is sent.
        message: RawMessage,
    },
    /// Advance the world's time (`OUT-7`).
    Advance(Until),
    /// Destroy a port from outside (`OUT-9`).
    Destroy(At<Target>),
    /// Compare the state, and change nothing.
    Expect(RawExpect),
}

/// How far a step advances the world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until {
    /// By so many ticks.
    Ticks(u64),
    /// To this time.
    Time(u64),
    /// Until no run waits and no message is in an inbox.
    Idle,
}

/// A message that a step sends; a creation has no data of its own.
pub struct RawMessage {
    /// The bytes that it carries.
    pub data: Vec<u8>,
    /// The ticks that it carries.
    pub ticks: u64,
    /// The capabilities that it carries, in order.
    pub caps: Vec<At<Target>>,
    /// Where the file lists those, if it does.
    pub caps_place: Option<Place>,
    /// The ports that it carries, in order.
    pub ports: Vec<At<Target>>,
    /// Where the file lists those, if it does.
    pub ports_place: Option<Place>,
    /// Its response capability, if it has one.
    pub response: Option<At<Target>>,
    /// Whether the world goes on after the step (`OUT-6`).
    pub run: bool,
}

/// What is expected of the activations of a step.
#[derive(Default)]
pub struct RawAfter {
    /// How each activation should end, in order.
    pub outcomes: Option<At<Vec<At<RawOutcome>>>>,
    /// The ticks spent by all of them together.
    pub spent: Option<At<u64>>,
    /// How many assertions of guests should pass (`LEG-2`).
    pub passed_assertions: Option<At<u64>>,
    /// How many assertions of guests should fail (`LEG-2`).
    pub failed_assertions: Option<At<u64>>,
}

/// `ok`, `OutOfTicks`, `alice: ok`.
pub struct RawOutcome {
    /// Whose activation; none where that does not matter.
    pub actor: Option<Path>,
    /// Success, or the fault.
    pub outcome: Result<(), crate::fault::Fault>,
}

/// An expectation of an actor, a probe or the world. What does not go together is found later.
pub struct RawExpect {
    /// What is looked at.
    pub of: At<Path>,
    /// The keys given, with their places.
    pub keys: Vec<At<String>>,
    /// What a probe should have received.
    pub received: Option<At<RawArrivals>>,
    /// Numbers by the names that the file has for them.
    pub numbers: Vec<(&'static str, At<u64>)>,
    /// Whether there should be such an actor.
    pub exists: Option<At<bool>>,
    /// Whether a run of it should wait.
    pub waiting: Option<At<bool>>,
    /// Exactly the names under which ports should be bound.
    pub bound: Option<At<Vec<Vec<u8>>>>,
    /// What it should store.
    pub storage: Option<At<Stored<RawPattern>>>,
}

/// What a message value should be; what is absent is not compared.
pub struct RawPattern {
    /// Where it stands in the file.
    pub place: Place,
    /// The bytes that it should carry.
    pub data: Option<Vec<u8>>,
    /// The capabilities that it should carry.
    pub caps: Option<Items>,
    /// How many ports it should carry.
    pub ports: Option<At<u64>>,
    /// The response capability that it should have.
    pub response: Option<Response>,
}

/// A number of capabilities, or exactly these.
pub enum Items {
    /// So many, whichever they are.
    Count(At<u64>),
    /// Exactly these, in this order, and where the file lists them.
    These(Vec<At<Target>>, Place),
}

/// Whether there is a response capability, or exactly this one.
pub enum Response {
    /// One or none, whichever it is.
    Given(At<bool>),
    /// Exactly this one.
    This(At<Target>),
}

/// How many messages should have arrived, or exactly which.
pub enum RawArrivals {
    /// So many messages, whatever they are.
    Count(u64),
    /// Exactly these messages, in this order.
    These(Vec<RawReceived>),
}

/// What a received message should be.
pub struct RawReceived {
    /// What the message in it should be.
    pub pattern: RawPattern,
    /// Who should have sent it.
    pub from: Option<At<Path>>,
    /// The tag under which it should have come.
    pub tag: Option<At<u64>>,
    /// The ticks that it should carry.
    pub ticks: Option<At<u64>>,
    /// The stamp that it should have (`TIME-3`).
    pub stamp: Option<At<u64>>,
    /// Which of its sender's sends it should be (`TIME-5`).
    pub number: Option<At<u64>>,
}
