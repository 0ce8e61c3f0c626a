//! What differs between two maps, at the price of what differs.
//!
//! Enters: two tries. Leaves: the keys that one has and the other has not, or has with another value.
//! Refuses to know: subtrees that both share, or that have the same hash.

use super::{
    Hash, Key, PATH_BITS, Trie, Value, bit,
    node::{Leaf, Link},
};
use std::ops::Range;

/// One key's difference.
#[derive(Debug)]
pub enum Change<'a, K, V> {
    /// The key is in the new map alone.
    Added {
        /// The key.
        key: &'a K,
        /// What the new map has under it.
        new: &'a V,
    },
    /// The key is in the old map alone.
    Removed {
        /// The key.
        key: &'a K,
        /// What the old map has under it.
        old: &'a V,
    },
    /// The key is in both, with values of different ids.
    Changed {
        /// The key.
        key: &'a K,
        /// What the old map has under it.
        old: &'a V,
        /// What the new map has under it.
        new: &'a V,
    },
}

impl<'a, K, V> Change<'a, K, V> {
    /// Where the maps differ.
    pub fn key(&self) -> &'a K {
        match self {
            Change::Added { key, .. }
            | Change::Removed { key, .. }
            | Change::Changed { key, .. } => key,
        }
    }
}

/// The differences, in the order of the paths.
pub struct Diff<'a, K, V> {
    /// What is still to be compared, the next pair last.
    ahead: Vec<Pair<'a, K, V>>,
    visited: u64,
}

type Subtree<'a, K, V> = &'a Link<K, V, Hash>;

/// Two subtrees to be compared, of which one may be missing. All their paths agree in the first
/// `depth` bits.
struct Pair<'a, K, V> {
    old: Option<Subtree<'a, K, V>>,
    new: Option<Subtree<'a, K, V>>,
    depth: usize,
}

impl<K: Key, V: Value> Trie<K, V> {
    /// What has to be done to `self` to make it `new`.
    pub fn diff<'a>(&'a self, new: &'a Self) -> Diff<'a, K, V> {
        Diff {
            ahead: vec![Pair {
                old: self.link(),
                new: new.link(),
                depth: 0,
            }],
            visited: 0,
        }
    }
}

impl<'a, K: Key, V: Value> Diff<'a, K, V> {
    /// How many pairs of subtrees were looked at so far.
    pub fn visited(&self) -> u64 {
        self.visited
    }

    /// Puts both sides ahead, the left one to be next.
    fn push_sides(&mut self, sides: [Pair<'a, K, V>; 2]) {
        let [left, right] = sides;
        self.ahead.extend([right, left]);
    }

    /// Two subtrees that are not one.
    fn both(
        &mut self,
        old: Subtree<'a, K, V>,
        new: Subtree<'a, K, V>,
        depth: usize,
    ) -> Option<Change<'a, K, V>> {
        match (old, new) {
            (Link::Leaf(old), Link::Leaf(new)) if same_key(old, new) => return changed(old, new),
            (Link::Branch(old), Link::Branch(new)) if old.hash() == new.hash() => return None,
            _ => {}
        }
        let branching = branching(old).min(branching(new));
        let depth = match parting(old, new, depth..branching) {
            Some(parting) => parting,
            None => branching,
        };
        let ([old_left, old_right], [new_left, new_right]) = (split(old, depth), split(new, depth));
        let pair = |old, new| Pair {
            old,
            new,
            depth: depth + 1,
        };
        self.push_sides([pair(old_left, new_left), pair(old_right, new_right)]);
        None
    }
}

/// Where a subtree branches; a leaf does so nowhere.
fn branching<K, V>(link: Subtree<'_, K, V>) -> usize {
    match link {
        Link::Leaf(_) => PATH_BITS,
        Link::Branch(branch) => branch.depth(),
    }
}

/// Where the paths of two subtrees part, if they do so at one of these depths, at which neither branches.
fn parting<K: Key, V>(
    one: Subtree<'_, K, V>,
    other: Subtree<'_, K, V>,
    mut depths: Range<usize>,
) -> Option<usize> {
    if depths.is_empty() {
        return None;
    }
    let (one, other): (Hash, Hash) = (one.first().path(), other.first().path());
    depths.find(|depth| bit(&one, *depth) != bit(&other, *depth))
}

/// The sides of a subtree at a depth at which it branches, or all of it and nothing.
fn split<K: Key, V>(link: Subtree<'_, K, V>, depth: usize) -> [Option<Subtree<'_, K, V>>; 2] {
    match link {
        Link::Branch(branch) if branch.depth() == depth => branch.sides.each_ref().map(Some),
        _ => {
            let path: Hash = link.first().path();
            match bit(&path, depth) {
                0 => [Some(link), None],
                _ => [None, Some(link)],
            }
        }
    }
}

fn same_key<K: Key, V>(one: &Leaf<K, V>, other: &Leaf<K, V>) -> bool {
    one.key.bytes().as_ref() == other.key.bytes().as_ref()
}

fn changed<'a, K, V: Value>(old: &'a Leaf<K, V>, new: &'a Leaf<K, V>) -> Option<Change<'a, K, V>> {
    (old.value.object_id() != new.value.object_id()).then_some(Change::Changed {
        key: &new.key,
        old: &old.value,
        new: &new.value,
    })
}

impl<'a, K: Key, V: Value> Iterator for Diff<'a, K, V> {
    type Item = Change<'a, K, V>;

    fn next(&mut self) -> Option<Change<'a, K, V>> {
        loop {
            let Pair { old, new, depth } = self.ahead.pop()?;
            self.visited += 1;
            let change = match (old, new) {
                (Some(old), Some(new)) if old.is(new) => None,
                (Some(old), Some(new)) => self.both(old, new, depth),
                (Some(Link::Leaf(leaf)), None) => Some(Change::Removed {
                    key: &leaf.key,
                    old: &leaf.value,
                }),
                (None, Some(Link::Leaf(leaf))) => Some(Change::Added {
                    key: &leaf.key,
                    new: &leaf.value,
                }),
                (Some(Link::Branch(branch)), None) => {
                    self.push_sides(branch.sides.each_ref().map(|side| Pair {
                        old: Some(side),
                        new: None,
                        depth: branch.depth() + 1,
                    }));
                    None
                }
                (None, Some(Link::Branch(branch))) => {
                    self.push_sides(branch.sides.each_ref().map(|side| Pair {
                        old: None,
                        new: Some(side),
                        depth: branch.depth() + 1,
                    }));
                    None
                }
                (None, None) => None,
            };
            if change.is_some() {
                return change;
            }
        }
    }
}
