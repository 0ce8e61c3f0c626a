//! What a scenario file says, before anybody asked whether the names in it exist.
//!
//! Enters: nothing. Leaves: types, every value with its place. Refuses to know: TOML, and worlds.

use super::{
    plan::Stored,
    problem::{At, Place},
    target::{Path, Target},
};
use crate::{interface::table::Dialect, module::schedule::Schedule};

pub struct RawScenario {
    pub about: String,
    pub dialect: Dialect,
    pub schedule: Schedule,
    pub rules: Vec<At<String>>,
    pub modules: Vec<RawModule>,
    pub probes: Vec<At<String>>,
    pub channels: Vec<RawChannel>,
    pub steps: Vec<RawStep>,
}

pub struct RawModule {
    pub name: At<String>,
    pub code: RawCode,
}

pub enum RawCode {
    /// `content_start` is where the text begins in the file, if it stands there as it is.
    Wat {
        text: At<String>,
        content_start: Option<usize>,
    },
    File(At<String>),
    Hex(Vec<u8>),
}

/// A channel of the outside: each end is a port of that name, held by a probe of that name.
pub struct RawChannel {
    pub name: At<String>,
    pub ends: [At<String>; 2],
}

pub struct RawStep {
    /// Where the step's main value stands.
    pub place: Place,
    pub deed: RawDeed,
    pub after: RawAfter,
}

/// What a step does.
pub enum RawDeed {
    Create {
        name: At<String>,
        module: At<String>,
        message: RawMessage,
    },
    Send {
        to: At<Target>,
        on_port: bool,
        message: RawMessage,
    },
    Advance(Until),
    Destroy(At<Target>),
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
    pub data: Vec<u8>,
    pub ticks: u64,
    pub caps: Vec<At<Target>>,
    pub caps_place: Option<Place>,
    pub ports: Vec<At<Target>>,
    pub ports_place: Option<Place>,
    pub response: Option<At<Target>>,
    /// Whether the world goes on after the step (`OUT-6`).
    pub run: bool,
}

/// What is expected of the activations of a step.
#[derive(Default)]
pub struct RawAfter {
    pub outcomes: Option<At<Vec<At<RawOutcome>>>>,
    pub spent: Option<At<u64>>,
    pub passed_assertions: Option<At<u64>>,
    pub failed_assertions: Option<At<u64>>,
}

/// `ok`, `OutOfTicks`, `alice: ok`.
pub struct RawOutcome {
    pub actor: Option<Path>,
    pub outcome: Result<(), crate::fault::Fault>,
}

/// An expectation of an actor, a probe or the world. What does not go together is found later.
pub struct RawExpect {
    pub of: At<Path>,
    /// The keys given, with their places.
    pub keys: Vec<At<String>>,
    pub received: Option<At<RawArrivals>>,
    pub numbers: Vec<(&'static str, At<u64>)>,
    pub exists: Option<At<bool>>,
    pub waiting: Option<At<bool>>,
    pub bound: Option<At<Vec<Vec<u8>>>>,
    pub storage: Option<At<Stored<RawPattern>>>,
}

/// What a message value should be; what is absent is not compared.
pub struct RawPattern {
    pub place: Place,
    pub data: Option<Vec<u8>>,
    pub caps: Option<Items>,
    pub ports: Option<At<u64>>,
    pub response: Option<Response>,
}

/// A number of capabilities, or exactly these.
pub enum Items {
    Count(At<u64>),
    These(Vec<At<Target>>, Place),
}

/// Whether there is a response capability, or exactly this one.
pub enum Response {
    Given(At<bool>),
    This(At<Target>),
}

/// How many messages should have arrived, or exactly which.
pub enum RawArrivals {
    Count(u64),
    These(Vec<RawReceived>),
}

/// What a received message should be.
pub struct RawReceived {
    pub pattern: RawPattern,
    pub from: Option<At<Path>>,
    pub tag: Option<At<u64>>,
    pub ticks: Option<At<u64>>,
    pub stamp: Option<At<u64>>,
    pub number: Option<At<u64>>,
}
