//! Looking into a stored state, without loading the world that it is of.
//!
//! Enters: a place for objects, a state root, a path. Leaves: text, JSON, proofs, differences.
//! Refuses to know: where the place is, and how the state came about.
//!
//! What objects have, and where they lead, comes from [`crate::state::fields`] and [`parts`] alone.

pub mod diff;
pub mod json;
pub mod keys;
pub mod parts;
pub mod prove;
pub mod show;
#[cfg(test)]
mod tests;
pub mod way;

use crate::state::keep::KeepError;
use std::fmt;

/// Why something cannot be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LookError {
    /// The place does not have it as it should be.
    Keep(KeepError),
    /// The path does not lead anywhere.
    Path(String),
}

impl From<KeepError> for LookError {
    fn from(error: KeepError) -> LookError {
        LookError::Keep(error)
    }
}

impl fmt::Display for LookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LookError::Keep(error) => error.fmt(f),
            LookError::Path(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for LookError {}
