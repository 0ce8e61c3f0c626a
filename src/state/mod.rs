//! Content-addressed values: what messages, capabilities, ports and actors are, their canonical
//! bytes and their hashes; how they are kept outside of memory, and proved.
//!
//! Enters: values, or objects that are kept somewhere. Leaves: bytes, hashes, roots, proofs; or values
//! that were checked. Refuses to know: wasmi, operations, scheduling.

pub mod codec;
pub mod fields;
pub mod hash;
pub mod hex;
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
