//! What happened, for a reader: names instead of hashes, a table of activations, a snapshot text, a
//! line of JSON an event; and how two such texts differ.
//!
//! Enters: plans and what came of them, or the events of a watched world. Leaves: text.
//! Refuses to know: how anything is computed.

pub(crate) mod changes;
pub mod golden;
pub mod instructions;
pub mod lines;
pub mod names;
pub(crate) mod redact;
pub mod state;
pub mod table;
pub mod text;
