//! Tests of actors, written in Rust: a world to try them in, and golden snapshots of what they did.
//!
//! Enters: guests, messages, time. Leaves: what happened, as values and as a snapshot that can be
//! held to a file. Refuses to know: how any of it is carried out.
//!
//! ```
//! use primea::testing::{Dialect, Guest, Mail, Sandbox};
//!
//! # fn main() -> Result<(), primea::testing::Mistake> {
//! let echo = Guest::file("examples/guests/echo.wat")?;
//! let mut sandbox = Sandbox::new(Dialect::Capabilities);
//! let out = sandbox.probe("out")?;
//! let alice = sandbox.create("alice", &echo, Mail::new())?;
//! sandbox.send(alice, Mail::of("hello").ticks(20_000).response(out.tag(7)))?;
//!
//! let answer = &sandbox.received(out)[0];
//! assert_eq!((answer.data.as_slice(), answer.tag), (&b"hello"[..], 7));
//! sandbox.snapshot().assert_golden("examples/golden/echo.txt");
//! # Ok(())
//! # }
//! ```
//!
//! A scenario in a file can be held in the same way: `Snapshot::of(&Scenario::load(..)?)`.
//!
//! The golden file holds every activation with its import calls and ticks, the whole state, and the
//! ticks by function. It is written with `PRIMEA_BLESS=1 cargo test`, read by a person once, and
//! checked in. From then on the assertion fails where anything differs, and says what was the first
//! event to differ, and which functions' ticks moved.
//!
//! A snapshot is a text (`Display`), so that other tools for golden files can hold it as well:
//! `insta::assert_snapshot!(sandbox.snapshot())`.

mod difference;
mod handles;
mod sandbox;
mod snapshot;
#[cfg(test)]
mod tests;

pub use self::{
    difference::{Difference, Moved},
    handles::{Actor, Cap, Guest, Mail, Port, Probe, Received},
    sandbox::Sandbox,
    snapshot::Snapshot,
};
pub use crate::{
    fault::Fault,
    interface::table::Dialect,
    module::schedule::{PLAIN, SCHEDULE_1 as REFERENCE, Schedule},
    scenario::Scenario,
    world::record::Record,
};

use crate::scenario::problem::Problem;

/// What the author of a test asked for and cannot have, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake(String);

impl Mistake {
    fn new(message: impl Into<String>) -> Mistake {
        Mistake(message.into())
    }
}

impl From<Problem> for Mistake {
    fn from(problem: Problem) -> Mistake {
        Mistake(problem.message)
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mistake {}
