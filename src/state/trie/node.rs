//! The nodes of a trie: leaves, and the places where paths part.
//!
//! Enters: paths. Leaves: leaves, changed nodes, hashes. Refuses to know: which of several tries
//! share a node: a shared one is copied before it changes, its subtrees are not.
//!
//! A branch stands at the depth at which the paths below it part. Its kept hash is the one that it has
//! there, wherever the branch above stands; the levels between, whose other side is empty
//! (`STATE-4`), are hashed on the way up. So a node need not change when one is put in, or taken out,
//! above it.
//!
//! A leaf lies in the branch above it, and keeps neither path nor hash: small maps are many, and must
//! be small. Its path is asked for only when a key comes near, its hash only when its neighbour
//! changed: a few blocks each.

use super::{Hash, Key, Path, Value, bit, scratch};
use crate::deviation::{Deviation, deviates};
use std::{
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

/// A key with its value.
#[derive(Clone)]
pub struct Leaf<K, V> {
    /// What the path is made of.
    pub key: K,
    /// What the map has under the key.
    pub value: V,
}

/// Two subtrees, parted by the first bit in which their paths differ.
pub struct Branch<K, V, P> {
    /// Where the deciding bit is 0, and where it is 1.
    pub sides: [Link<K, V, P>; 2],
    hash: OnceLock<Hash>,
    depth: u16,
    path: PhantomData<fn() -> P>,
}

/// A subtree, whose branch is shared with whoever else has it.
pub enum Link<K, V, P> {
    /// One key: its value is not shared.
    Leaf(Leaf<K, V>),
    /// Two or more keys.
    Branch(Arc<Branch<K, V, P>>),
}

impl<K: Clone, V: Clone, P> Clone for Branch<K, V, P> {
    fn clone(&self) -> Self {
        Branch {
            sides: self.sides.clone(),
            hash: self.hash.clone(),
            depth: self.depth,
            path: PhantomData,
        }
    }
}

impl<K: Clone, V: Clone, P> Clone for Link<K, V, P> {
    fn clone(&self) -> Self {
        match self {
            Link::Leaf(leaf) => Link::Leaf(leaf.clone()),
            Link::Branch(branch) => Link::Branch(Arc::clone(branch)),
        }
    }
}

impl<K, V> Leaf<K, V> {
    /// Key and value, as iterators give them.
    pub fn pair(&self) -> (&K, &V) {
        (&self.key, &self.value)
    }
}

impl<K: Key, V> Leaf<K, V> {
    /// The bits that say where it stands.
    pub fn path<P: Path>(&self) -> P {
        P::of(self.key.bytes().as_ref())
    }
}

impl<K, V, P> Branch<K, V, P> {
    /// The index of the deciding bit.
    pub fn depth(&self) -> usize {
        usize::from(self.depth)
    }
}

impl<K: Clone, V: Clone, P> Branch<K, V, P> {
    /// A branch that is this trie's alone, whose hash is about to change.
    fn changing(branch: &mut Arc<Self>) -> &mut Self {
        let branch = Arc::make_mut(branch);
        branch.hash.take();
        branch
    }
}

impl<K, V, P> Link<K, V, P> {
    /// A branch whose hash is known to be this one.
    pub fn branch(sides: [Self; 2], depth: usize, hash: Hash) -> Self {
        Link::Branch(Arc::new(Branch {
            sides,
            hash: hash.into(),
            depth: depth.try_into().expect("paths are short"),
            path: PhantomData,
        }))
    }

    /// The leaf that has the least path.
    pub fn first(&self) -> &Leaf<K, V> {
        let mut link = self;
        loop {
            match link {
                Link::Leaf(leaf) => return leaf,
                Link::Branch(branch) => link = &branch.sides[0],
            }
        }
    }

    /// Whether both are one branch.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Link::Branch(one), Link::Branch(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl<K, V, P: Path> Link<K, V, P> {
    /// The leaf to which a path leads: if any leaf has this path, this one.
    pub fn nearest(&self, path: &P) -> &Leaf<K, V> {
        let mut link = self;
        loop {
            match link {
                Link::Leaf(leaf) => return leaf,
                Link::Branch(branch) => link = &branch.sides[bit(path, branch.depth())],
            }
        }
    }
}

/// What changes a subtree.
impl<K: Clone, V: Clone, P: Path> Link<K, V, P> {
    /// The leaf to which a path leads, to be changed.
    pub fn nearest_mut(&mut self, path: &P) -> &mut Leaf<K, V> {
        match self {
            Link::Leaf(leaf) => leaf,
            Link::Branch(branch) => {
                let branch = Branch::changing(branch);
                let side = bit(path, branch.depth());
                branch.sides[side].nearest_mut(path)
            }
        }
    }

    /// Puts in a new leaf, whose path parts at that depth from all paths that agree with it longest.
    pub fn graft(&mut self, path: &P, depth: usize, leaf: Leaf<K, V>) {
        if let Link::Branch(branch) = self
            && branch.depth() < depth
        {
            let branch = Branch::changing(branch);
            let side = bit(path, branch.depth());
            return branch.sides[side].graft(path, depth, leaf);
        }
        let mut sides = [self.clone(), Link::Leaf(leaf)];
        if bit(path, depth) == 0 {
            sides.swap(0, 1);
        }
        *self = Link::Branch(Arc::new(Branch {
            sides,
            hash: OnceLock::new(),
            depth: depth.try_into().expect("paths are short"),
            path: PhantomData,
        }));
    }

    /// Takes out the leaf to which a path leads, out of a subtree that has more than one.
    pub fn prune(&mut self, path: &P) -> Leaf<K, V> {
        let Link::Branch(branch) = self else {
            unreachable!("a subtree of several leaves has a branch on top");
        };
        let side = bit(path, branch.depth());
        if let Link::Leaf(leaf) = &branch.sides[side] {
            let leaf = leaf.clone();
            *self = branch.sides[1 - side].clone();
            return leaf;
        }
        Branch::changing(branch).sides[side].prune(path)
    }
}

impl<K: Key, V: Value> Leaf<K, V> {
    /// Its root, as that of a map of this key alone.
    pub fn hash(&self) -> Hash {
        scratch::leaf(&self.path(), &self.value.object_id())
    }
}

impl<K: Key, V: Value> Branch<K, V, Hash> {
    /// The hash of the branch where it stands.
    pub fn hash(&self) -> Hash {
        *self.hash.get_or_init(|| {
            let [left, right] = &self.sides;
            let below = self.depth() + 1;
            scratch::branch(&left.hash(below), &right.hash(below))
        })
    }
}

impl<K: Key, V: Value> Link<K, V, Hash> {
    /// The hash of this subtree as that of all pairs whose paths agree in so many bits.
    pub fn hash(&self, depth: usize) -> Hash {
        match self {
            Link::Leaf(leaf) => leaf.hash(),
            Link::Branch(branch) => {
                let own = branch.hash();
                if branch.depth() == depth || deviates(Deviation::EmptySidesSkipped) {
                    return own;
                }
                // All paths below agree up to the branch: any of them says which sides are empty.
                let path: Hash = self.first().path();
                (depth..branch.depth()).rev().fold(own, |hash, level| {
                    scratch::parent(&path, level, &hash, &Hash::ZERO)
                })
            }
        }
    }
}
