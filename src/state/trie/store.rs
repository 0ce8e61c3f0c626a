//! Tries that go to a place for objects, and come back.
//!
//! Enters: tries, or roots. Leaves: what a place lacked is there; or tries whose every node was
//! checked. Refuses to know: what values are, and how the place keeps anything.
//!
//! What is kept of a node is what `STATE-4` hashes: `path ‖ value` of a leaf, `left ‖ right` of a
//! branch, the levels between whose other side is empty among them. The bytes of a key are kept
//! under their plain hash, which is the path.

use super::{
    Hash, Key, PATH_BITS, Top, Trie, Value, agreement, bit,
    node::{Leaf, Link},
    scratch,
};
use crate::state::{
    keep::{Keep, KeepError},
    stored::{self, KEY, NODE, Node},
};
use std::sync::Arc;

impl<K: Key, V: Value> Trie<K, V> {
    /// Puts every node and key that a place lacks, after the values in question, which `value` puts.
    pub fn save<S: Keep>(
        &self,
        keep: &mut S,
        value: &mut impl FnMut(&mut S, &V) -> Result<(), KeepError>,
    ) -> Result<Hash, KeepError> {
        match self.link() {
            None => Ok(Hash::ZERO),
            Some(link) => save_link(link, 0, keep, value),
        }
    }

    /// The trie that has this root, in a place. `read` makes a pair of a key's bytes and a value's
    /// object id.
    pub fn load<S: Keep>(
        keep: &S,
        root: Hash,
        read: &mut impl FnMut(&[u8], Hash) -> Result<(K, V), KeepError>,
    ) -> Result<Self, KeepError> {
        if root == Hash::ZERO {
            return Ok(Trie::new());
        }
        let mut loader = Loader {
            keep,
            read,
            count: 0,
            path: Hash::ZERO,
        };
        let link = loader.link(root, 0)?;
        let count = loader.count;
        Ok(Trie {
            top: Some(Arc::new(Top { link, count })),
        })
    }
}

/// The subtree, seen from a depth, and all below it.
fn save_link<K: Key, V: Value, S: Keep>(
    link: &Link<K, V, Hash>,
    depth: usize,
    keep: &mut S,
    value: &mut impl FnMut(&mut S, &V) -> Result<(), KeepError>,
) -> Result<Hash, KeepError> {
    match link {
        Link::Leaf(leaf) => {
            let bytes = leaf.key.bytes();
            let path = Hash::plain(bytes.as_ref());
            let id = leaf.value.object_id();
            let hash = scratch::leaf(&path, &id);
            if keep.has(hash)? {
                return Ok(hash);
            }
            value(keep, &leaf.value)?;
            keep.put_new(path, bytes.as_ref())?;
            keep.put(hash, &scratch::joined(&path, &id))?;
            Ok(hash)
        }
        Link::Branch(branch) => {
            let own = branch.hash();
            if !keep.has(own)? {
                let below = branch.depth() + 1;
                let [left, right] = &branch.sides;
                let left = save_link(left, below, keep, value)?;
                let right = save_link(right, below, keep, value)?;
                keep.put(own, &scratch::joined(&left, &right))?;
            }
            if branch.depth() == depth {
                return Ok(own);
            }
            let path: Hash = link.first().path();
            let levels = (depth..branch.depth()).rev();
            levels.into_iter().try_fold(own, |hash, level| {
                let (left, right) = match bit(&path, level) {
                    0 => (hash, Hash::ZERO),
                    _ => (Hash::ZERO, hash),
                };
                let parent = scratch::branch(&left, &right);
                keep.put_new(parent, &scratch::joined(&left, &right))?;
                Ok(parent)
            })
        }
    }
}

struct Loader<'k, S, R> {
    keep: &'k S,
    read: R,
    count: u64,
    /// Its first bits are those of the way to where the loader is.
    path: Hash,
}

impl<S: Keep, R> Loader<'_, S, R> {
    /// The subtree with this hash, seen from this depth.
    fn link<K: Key, V: Value>(
        &mut self,
        hash: Hash,
        depth: usize,
    ) -> Result<Link<K, V, Hash>, KeepError>
    where
        R: FnMut(&[u8], Hash) -> Result<(K, V), KeepError>,
    {
        let wrong = |why: &str| KeepError::damaged(NODE, hash, why);
        let [left, right] = match stored::node(self.keep, hash)? {
            Node::Empty => unreachable!("nothing stands at no branch's side, and is not asked for"),
            Node::Leaf { path, value } => {
                return self.leaf(hash, path, value, depth).map(Link::Leaf);
            }
            Node::Branch { sides } => sides,
        };
        if depth == PATH_BITS {
            return Err(wrong(
                "expected a leaf at the end of a path, found a branch",
            ));
        }
        let mut side = |hash: Hash, bit: u8| {
            self.path.0[depth / 8] &= !(0x80 >> (depth % 8));
            self.path.0[depth / 8] |= bit << (7 - depth % 8);
            match hash {
                Hash::ZERO => Ok(None),
                _ => self.link(hash, depth + 1).map(Some),
            }
        };
        match (side(left, 0)?, side(right, 1)?) {
            (Some(left), Some(right)) => Ok(Link::branch([left, right], depth, hash)),
            (Some(only @ Link::Branch(_)), None) | (None, Some(only @ Link::Branch(_))) => Ok(only),
            _ => Err(wrong(
                "expected more than one pair below a branch, found fewer",
            )),
        }
    }

    fn leaf<K: Key, V: Value>(
        &mut self,
        node: Hash,
        path: Hash,
        value: Hash,
        depth: usize,
    ) -> Result<Leaf<K, V>, KeepError>
    where
        R: FnMut(&[u8], Hash) -> Result<(K, V), KeepError>,
    {
        if path != self.path && agreement(&path, &self.path) < depth {
            return Err(KeepError::damaged(
                NODE,
                node,
                "expected a path that leads there, found another",
            ));
        }
        let bytes = stored::raw(self.keep, KEY, path)?;
        let (key, value) = (self.read)(&bytes, value)?;
        self.count += 1;
        Ok(Leaf { key, value })
    }
}
