//! What happened, for a reader: names instead of hashes, a table of activations, a snapshot text.
//!
//! Enters: plans and what came of them. Leaves: text. Refuses to know: how anything is computed.

pub(crate) mod changes;
pub mod golden;
pub mod instructions;
pub mod lines;
pub mod names;
pub(crate) mod redact;
pub mod state;
pub mod table;
pub mod text;
