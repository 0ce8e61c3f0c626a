//! The oracle: what is right, as JSON for people who have none of our code, and how to hold their
//! programs to it.
//!
//! Enters: scenarios, vectors, the answers of other implementations. Leaves: vectors, verdicts, the
//! first point at which two results differ. Refuses to know: how a guest is executed.
//!
//! The formats are in `docs/vectors.md` and `docs/protocol.md`.

pub mod compare;
pub mod conform;
pub mod draft;
pub mod fuzz;
pub mod level;
pub mod protocol;
pub mod shrink;
pub mod target;
pub mod values;
pub mod vector;
