//! A value together with its object id, once somebody asked for it.
//!
//! Enters: values. Leaves: the same values, and their ids. Refuses to know: what they are.

use super::{hash::Hash, trie::Value};
use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// A value whose object id is kept. It can only be changed through [`WithId::changing`], which
/// forgets the id.
#[derive(Clone, Default)]
pub struct WithId<T> {
    value: T,
    id: OnceLock<Hash>,
}

/// What a value's object id is computed from.
pub trait Identified {
    /// The id, worked out anew.
    fn compute_object_id(&self) -> Hash;
}

impl<T> WithId<T> {
    /// The value, whose id is worked out when it is first asked for.
    pub fn new(value: T) -> WithId<T> {
        WithId {
            value,
            id: OnceLock::new(),
        }
    }

    /// A value whose object id is known to be this one.
    pub fn known(value: T, id: Hash) -> WithId<T> {
        WithId {
            value,
            id: id.into(),
        }
    }

    /// Gives the value up, and forgets its id.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: Clone> WithId<T> {
    /// The value, to be changed by its only owner.
    pub fn changing(shared: &mut Arc<WithId<T>>) -> &mut T {
        let own = Arc::make_mut(shared);
        own.id.take();
        &mut own.value
    }
}

impl<T> Deref for WithId<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for WithId<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: Identified> Value for WithId<T> {
    fn object_id(&self) -> Hash {
        *self.id.get_or_init(|| self.value.compute_object_id())
    }
}
