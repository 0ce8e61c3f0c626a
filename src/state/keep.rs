//! Where objects are kept outside of memory.
//!
//! Enters: bytes under their hash. Leaves: the same bytes, or an error that names the object.
//! Refuses to know: what objects mean, and how they lie on a disk.

use super::hash::Hash;
use hashbrown::HashMap;
use std::fmt;

/// A place for objects: canonical bytes under their object id, nodes of tries under their hash,
/// and raw bytes (data, code, pages, keys) under their plain hash. No two kinds share a hash.
pub trait Keep {
    /// Whether the object is there, and with it all that it refers to.
    fn has(&self, id: Hash) -> Result<bool, KeepError>;

    /// Keeps an object. All that it refers to was put before.
    fn put(&mut self, id: Hash, bytes: &[u8]) -> Result<(), KeepError>;

    /// Keeps an object unless it is there.
    fn put_new(&mut self, id: Hash, bytes: &[u8]) -> Result<(), KeepError> {
        match self.has(id)? {
            true => Ok(()),
            false => self.put(id, bytes),
        }
    }

    /// The bytes of an object, as they were put. Whoever reads them checks their hash
    /// ([`super::stored`]).
    fn get(&self, id: Hash) -> Result<Option<Vec<u8>>, KeepError>;
}

/// Why an object cannot be had.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeepError {
    /// It is not there.
    Missing {
        /// What sort of thing it would be, in words.
        what: &'static str,
        /// The hash under which it was looked for.
        id: Hash,
    },
    /// What is there under its hash has another one, or is not canonical.
    Damaged {
        /// What sort of thing was expected, in words.
        what: &'static str,
        /// The hash under which it was looked for.
        id: Hash,
        /// What is wrong with it, in words.
        why: String,
    },
    /// The place itself cannot be used.
    Unusable(String),
}

impl KeepError {
    /// That an object is not what it should be.
    pub fn damaged(what: &'static str, id: Hash, why: impl ToString) -> KeepError {
        let why = why.to_string();
        KeepError::Damaged { what, id, why }
    }
}

impl fmt::Display for KeepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeepError::Missing { what, id } => write!(f, "the {what} {id} is missing"),
            KeepError::Damaged { what, id, why } => write!(f, "the {what} {id} is damaged: {why}"),
            KeepError::Unusable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for KeepError {}

/// Objects in memory.
#[derive(Clone, Debug, Default)]
pub struct InMemory(HashMap<Hash, Vec<u8>>);

impl InMemory {
    /// Every object, by hash.
    pub fn in_order(&self) -> Vec<(Hash, &[u8])> {
        let objects = self.0.iter();
        let mut objects: Vec<_> = objects.map(|(id, bytes)| (*id, &bytes[..])).collect();
        objects.sort_unstable_by_key(|(id, _)| *id);
        objects
    }
}

impl Keep for InMemory {
    fn has(&self, id: Hash) -> Result<bool, KeepError> {
        Ok(self.0.contains_key(&id))
    }

    fn put(&mut self, id: Hash, bytes: &[u8]) -> Result<(), KeepError> {
        self.0.insert(id, bytes.to_vec());
        Ok(())
    }

    fn get(&self, id: Hash) -> Result<Option<Vec<u8>>, KeepError> {
        Ok(self.0.get(&id).cloned())
    }
}
