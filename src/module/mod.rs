//! From bytes to a metered module.

pub mod schedule;
