//! Where ticks go: per actor, activation, function, stack and instruction.
//!
//! Enters: the events of watched activations. Leaves: an `Account` of all ticks spent, and its
//! forms: a table, JSON, folded stacks, a flamegraph, the difference of two. Refuses to know: what
//! a tick is for.

pub mod account;
pub mod diff;
pub mod flame;
pub mod functions;
pub mod guest;
mod names;
pub mod profile;
mod runs;
mod stacks;
pub mod table;
#[cfg(test)]
mod tests;

pub use account::Account;
pub use profile::{Labels, Profile};
