//! The one map of the state: a binary trie that is persistent, and authenticated (`STATE-4`).
//!
//! Enters: keys and values. Leaves: lookups, pairs in the order of their paths, copies in O(1), roots
//! that cost what changed, proofs ([`proof`]), differences ([`diff`]).
//! Refuses to know: what keys and values are, beyond their bytes and hashes.
//!
//! The root depends on the pairs alone, so the shape of the trie does too: there is one node for
//! every place where two paths part, and none where all paths of a subtree agree. What those places
//! add to a root is computed when it is asked for (`node`).
//!
//! The path of a key is the hash of its bytes, and the order of hashes means nothing. Where the order
//! of keys matters (an agenda, an inbox), an [`Ordered`] trie beside has the bytes themselves for its
//! paths: the same persistent structure, without a root.

pub mod diff;
mod node;
mod paths;
pub mod proof;
pub mod scratch;
pub mod store;
#[cfg(test)]
mod tests;

pub use scratch::{list_root, root};

use super::hash::Hash;
use node::{Leaf, Link};
use std::sync::Arc;

/// What a trie can have for keys: different keys have different bytes.
pub trait Key {
    /// What its path is the hash of (`STATE-4`).
    fn bytes(&self) -> impl AsRef<[u8]>;
}

/// What an authenticated trie can have for values. A trie asks for the hash of a value whenever the
/// neighbourhood of the value changed: it should cost no more than a few blocks, or be kept.
pub trait Value {
    /// The hash that stands for it in the map's root.
    fn object_id(&self) -> Hash;
}

/// Where a key leads. No path is the beginning of another: all of one kind have one length.
pub trait Path: AsRef<[u8]> + PartialEq {
    /// The path of the key that has these bytes.
    fn of(bytes: &[u8]) -> Self;
}

/// The bits of a path of an authenticated trie.
pub(super) const PATH_BITS: usize = 256;

/// The path of authenticated tries.
impl Path for Hash {
    fn of(bytes: &[u8]) -> Hash {
        paths::path(bytes)
    }
}

/// The path that keeps keys in the order of their bytes.
impl<const N: usize> Path for [u8; N] {
    fn of(bytes: &[u8]) -> [u8; N] {
        bytes
            .try_into()
            .expect("the keys of an ordered trie have one length")
    }
}

/// The bit of a path that decides at that depth.
pub(super) fn bit(path: &impl AsRef<[u8]>, depth: usize) -> usize {
    usize::from(path.as_ref()[depth / 8] >> (7 - depth % 8) & 1)
}

/// In how many leading bits two different paths agree.
fn agreement<P: Path>(one: &P, other: &P) -> usize {
    let (one, other) = (one.as_ref(), other.as_ref());
    assert_eq!(one.len(), other.len(), "paths of one kind have one length");
    let at = (0..one.len())
        .find(|at| one[*at] != other[*at])
        .expect("no two keys have one path");
    at * 8 + (one[at] ^ other[at]).leading_zeros() as usize
}

/// A map from keys to values. One that is empty takes no more than a pointer: there are many.
pub struct Trie<K, V, P = Hash> {
    top: Option<Arc<Top<K, V, P>>>,
}

/// What all pairs hang on, and how many they are.
struct Top<K, V, P> {
    link: Link<K, V, P>,
    count: u64,
}

/// A map in the order of its keys' bytes, of which each has `N`.
pub type Ordered<K, V, const N: usize> = Trie<K, V, [u8; N]>;

impl<K, V, P> Default for Trie<K, V, P> {
    fn default() -> Self {
        Trie { top: None }
    }
}

/// Costs the same for every trie: copies share everything.
impl<K, V, P> Clone for Trie<K, V, P> {
    fn clone(&self) -> Self {
        Trie {
            top: self.top.clone(),
        }
    }
}

impl<K: Clone, V: Clone, P> Clone for Top<K, V, P> {
    fn clone(&self) -> Self {
        Top {
            link: self.link.clone(),
            count: self.count,
        }
    }
}

impl<K: std::fmt::Debug + Key, V: std::fmt::Debug, P: Path> std::fmt::Debug for Trie<K, V, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V, P> Trie<K, V, P> {
    /// A map without keys.
    pub fn new() -> Self {
        Trie::default()
    }

    /// How many pairs there are.
    pub fn len(&self) -> u64 {
        self.top.as_ref().map_or(0, |top| top.count)
    }

    /// Whether it has no key.
    pub fn is_empty(&self) -> bool {
        self.top.is_none()
    }

    /// All of it as a subtree.
    fn link(&self) -> Option<&Link<K, V, P>> {
        self.top.as_deref().map(|top| &top.link)
    }

    /// Every pair, in the order of the paths.
    pub fn iter(&self) -> Iter<'_, K, V, P> {
        Iter {
            ahead: self.link().into_iter().collect(),
        }
    }

    /// Every key, in the order of the paths.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// Every value, in the order of their keys' paths.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Every pair, in the order of the keys: for readers, since it has to be made.
    pub fn in_order(&self) -> Vec<(&K, &V)>
    where
        K: Ord,
    {
        let mut pairs: Vec<_> = self.iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        pairs
    }

    /// The pair whose path is the least: in an ordered trie, the least key's.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.link().map(|link| link.first().pair())
    }
}

impl<K: Key, V, P: Path> Trie<K, V, P> {
    /// The leaf of a key, and its path.
    fn find<Q: Key + ?Sized>(&self, key: &Q) -> (P, Option<&Leaf<K, V>>) {
        let bytes = key.bytes();
        let path = P::of(bytes.as_ref());
        let nearest = self.link().map(|link| link.nearest(&path));
        let leaf = nearest.filter(|leaf| leaf.key.bytes().as_ref() == bytes.as_ref());
        (path, leaf)
    }

    /// The value of a key; any key with the same bytes will do.
    pub fn get<Q: Key + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.find(key).1.map(|leaf| &leaf.value)
    }

    /// Whether it has a value under the key.
    pub fn contains<Q: Key + ?Sized>(&self, key: &Q) -> bool {
        self.find(key).1.is_some()
    }
}

/// What changes a trie changes branches in place where no copy shares them, and copies them where one
/// does, with the pairs that lie in them: keys and values should be cheap to clone.
impl<K: Key + Clone, V: Clone, P: Path> Trie<K, V, P> {
    /// The value of a key, to be changed. What a root owes to it counts as changed, even if it is not.
    pub fn get_mut<Q: Key + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        // Looking first keeps a miss from copying nodes and forgetting hashes.
        let (path, Some(_)) = self.find(key) else {
            return None;
        };
        let top = Arc::make_mut(self.top.as_mut().expect("it has the key"));
        Some(&mut top.link.nearest_mut(&path).value)
    }

    /// Sets the value of a key and gives the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (path, leaf) = self.find(&key);
        let there = leaf.is_some();
        let Some(top) = &mut self.top else {
            let link = Link::Leaf(Leaf { key, value });
            self.top = Some(Arc::new(Top { link, count: 1 }));
            return None;
        };
        let Top { link, count } = Arc::make_mut(top);
        if there {
            return Some(std::mem::replace(&mut link.nearest_mut(&path).value, value));
        }
        let depth = agreement(&path, &link.nearest(&path).path());
        link.graft(&path, depth, Leaf { key, value });
        *count += 1;
        None
    }

    /// Removes a key and gives its value.
    pub fn remove<Q: Key + ?Sized>(&mut self, key: &Q) -> Option<V> {
        let (path, Some(_)) = self.find(key) else {
            return None;
        };
        let mut top = self.top.take().expect("it has the key");
        let Top { link, count } = Arc::make_mut(&mut top);
        let leaf = match link {
            Link::Leaf(leaf) => leaf.clone(),
            Link::Branch(_) => {
                let leaf = link.prune(&path);
                *count -= 1;
                self.top = Some(top);
                leaf
            }
        };
        Some(leaf.value)
    }
}

impl<K: Key, V: Value> Trie<K, V> {
    /// The root of the map (`STATE-4`). It costs what changed since it, or a copy's, was asked for last.
    pub fn root(&self) -> Hash {
        self.link().map_or(Hash::ZERO, |link| link.hash(0))
    }
}

/// Pairs in the order of their paths.
pub struct Iter<'a, K, V, P> {
    /// What is still to be visited, the next one last.
    ahead: Vec<&'a Link<K, V, P>>,
}

impl<'a, K, V, P> Iterator for Iter<'a, K, V, P> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.ahead.pop()? {
                Link::Leaf(leaf) => return Some(leaf.pair()),
                Link::Branch(branch) => self.ahead.extend(branch.sides.iter().rev()),
            }
        }
    }
}

impl<K: Key + Clone, V: Clone, P: Path> FromIterator<(K, V)> for Trie<K, V, P> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut trie = Trie::new();
        for (key, value) in pairs {
            trie.insert(key, value);
        }
        trie
    }
}

impl Key for [u8] {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self
    }
}

impl Key for Vec<u8> {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self
    }
}

impl<T: Key + ?Sized> Key for Arc<T> {
    fn bytes(&self) -> impl AsRef<[u8]> {
        (**self).bytes()
    }
}

/// The position of an element of a list (`STATE-4`).
impl Key for u64 {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self.to_be_bytes()
    }
}

impl Key for Hash {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self
    }
}

/// A hash stands for the object that has it.
impl Value for Hash {
    fn object_id(&self) -> Hash {
        *self
    }
}

impl<T: Value> Value for Arc<T> {
    fn object_id(&self) -> Hash {
        (**self).object_id()
    }
}
