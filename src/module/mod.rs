//! From bytes to a metered module: what may run, and how it is made to count its ticks.
//!
//! Enters: bytes, a dialect, a schedule. Leaves: an accepted module and its metered form, or a
//! refusal. Refuses to know: engines, and what imports do.

pub mod accept;
pub mod accepted;
mod bodies;
pub mod features;
mod imports;
pub mod meter;
pub mod refusal;
pub mod repair;
pub mod schedule;
#[cfg(test)]
mod tests;

pub use accept::accept;
pub use accepted::{AcceptedModule, Entry, EntryShape, Extent, SegmentKind, ValueType};
pub use meter::{Exports, MeteredModule, Pass, meter, meter_with};
pub use refusal::Refusal;
