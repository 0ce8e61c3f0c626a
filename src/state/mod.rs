//! Content-addressed values: what messages, capabilities, ports and actors are, their canonical
//! bytes and their hashes.
//!
//! Enters: values. Leaves: bytes, hashes, roots. Refuses to know: wasmi, operations, scheduling.

pub mod codec;
pub mod fields;
pub mod hash;
pub mod identity;
pub mod keep;
pub mod keep_file;
pub mod kinds;
pub mod message;
pub mod name;
pub mod objects;
pub mod proof;
pub mod stored;
#[cfg(test)]
mod tests;
pub mod trie;
pub mod walk;
pub mod with_id;
