//! How much may happen, and be recorded, in all the steps of a scenario or vector.
//!
//! Enters: records, as they come. Leaves: the same, with no more import calls than are still allowed;
//! or that there is one too many. Refuses to know: what the steps are.

use super::record::Record;
use crate::limits;
use std::fmt;

/// What the steps together may yet do (`LIM-18`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    /// Activations.
    pub activations: usize,
    /// Import calls that are recorded.
    pub calls: usize,
}

/// The steps together cause more activations than they may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany;

impl Default for Allowance {
    fn default() -> Allowance {
        Allowance {
            activations: limits::STEP_ACTIVATIONS,
            calls: limits::STEP_EVENTS,
        }
    }
}

impl Allowance {
    /// Accounts for a record. Calls beyond what is allowed are only counted in it.
    pub fn take(&mut self, record: &mut Record) -> Result<(), TooMany> {
        self.activations = self.activations.checked_sub(1).ok_or(TooMany)?;
        let beyond = record.calls.len().saturating_sub(self.calls);
        record.calls.truncate(self.calls);
        record.unrecorded_calls += beyond as u64;
        self.calls -= record.calls.len();
        Ok(())
    }
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = limits::STEP_ACTIVATIONS;
        write!(
            f,
            "expected at most {most} activations in all steps together, found more"
        )
    }
}
