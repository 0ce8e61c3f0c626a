//! Reading what is kept, and believing none of it.
//!
//! Enters: a place for objects, and the hash of what is wanted. Leaves: objects, raw bytes, nodes of
//! tries, pairs and proofs, each checked against its hash; or an error that names the object.
//! Refuses to know: where the place is, and worlds in memory.

use super::{
    hash::{Domain, Hash},
    keep::{Keep, KeepError},
    kinds::{Any, Kind, Object},
    message::{Data, Message},
    objects::MessageObject,
    trie::{
        PATH_BITS, bit,
        proof::{End, MapProof},
        scratch,
    },
};

/// The name of raw bytes that stand for themselves, and of those that are keys of maps.
pub const DATA: &str = "data";
/// The name of raw bytes that are a map's key.
pub const KEY: &str = "key";
/// The name of what maps are made of.
pub(super) const NODE: &str = "map node";

fn another_hash(what: &'static str, id: Hash, found: Hash) -> KeepError {
    KeepError::damaged(what, id, format!("its bytes have the hash {found}"))
}

fn bytes(keep: &impl Keep, what: &'static str, id: Hash) -> Result<Vec<u8>, KeepError> {
    keep.get(id)?.ok_or(KeepError::Missing { what, id })
}

/// Raw bytes.
pub fn raw(keep: &impl Keep, what: &'static str, id: Hash) -> Result<Vec<u8>, KeepError> {
    let bytes = bytes(keep, what, id)?;
    match Hash::plain(&bytes) {
        found if found == id => Ok(bytes),
        found => Err(another_hash(what, id, found)),
    }
}

/// Bytes that have their hash in a domain.
fn derived(keep: &impl Keep, domain: Domain, id: Hash) -> Result<Vec<u8>, KeepError> {
    let bytes = bytes(keep, domain.name(), id)?;
    match Hash::derive(domain, &bytes) {
        found if found == id => Ok(bytes),
        found => Err(another_hash(domain.name(), id, found)),
    }
}

/// The bytes of a schedule (`STATE-12`).
pub fn schedule(keep: &impl Keep, id: Hash) -> Result<Vec<u8>, KeepError> {
    derived(keep, Domain::Schedule, id)
}

/// An object of a kind that is known when it is asked for.
pub fn any(keep: &impl Keep, kind: Kind, id: Hash) -> Result<Any, KeepError> {
    let bytes = derived(keep, kind.domain(), id)?;
    Any::from_bytes(kind, &bytes).map_err(|why| KeepError::damaged(kind.name(), id, why))
}

/// An object.
pub fn object<T: Object>(keep: &impl Keep, id: Hash) -> Result<T, KeepError> {
    let bytes = derived(keep, T::KIND.domain(), id)?;
    T::from_bytes(&bytes).map_err(|why| KeepError::damaged(T::KIND.name(), id, why))
}

/// The message that this object is, with its data, which may be at hand already.
pub fn message(
    keep: &impl Keep,
    message: &MessageObject,
    data: Data,
) -> Result<Message, KeepError> {
    let capabilities = message.capabilities.iter().map(|id| object(keep, *id));
    let ports = message.ports.iter().map(|id| object(keep, *id));
    Ok(Message::new(
        data,
        capabilities.collect::<Result<_, _>>()?,
        ports.collect::<Result<_, _>>()?,
        message.response.map(|id| object(keep, id)).transpose()?,
    ))
}

/// What has a root (`STATE-4`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// Nothing: the root of a map without keys.
    Empty,
    /// One key: the hash that is its path, and the id of its value.
    Leaf {
        /// The hash of the key.
        path: Hash,
        /// The id of its value.
        value: Hash,
    },
    /// The roots of two subtrees: where the deciding bit is 0, and where it is 1.
    Branch {
        /// The one for bit 0, then the one for bit 1.
        sides: [Hash; 2],
    },
}

/// The node of a trie that has this hash.
pub fn node(keep: &impl Keep, id: Hash) -> Result<Node, KeepError> {
    if id == Hash::ZERO {
        return Ok(Node::Empty);
    }
    let bytes = bytes(keep, NODE, id)?;
    let Ok(both) = <[u8; 64]>::try_from(bytes.as_slice()) else {
        let found = bytes.len();
        return Err(KeepError::damaged(
            NODE,
            id,
            format!("expected 64 bytes, found {found}"),
        ));
    };
    // A node does not say what it is: its hash does, and no bytes have both.
    let [left, right] = scratch::parted(&both);
    if scratch::leaf(&left, &right) == id {
        let (path, value) = (left, right);
        return Ok(Node::Leaf { path, value });
    }
    match scratch::branch(&left, &right) {
        found if found == id => {
            let sides = [left, right];
            Ok(Node::Branch { sides })
        }
        found => Err(another_hash(NODE, id, found)),
    }
}

/// A subtree and where it stands: under this many bits of this path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Spot {
    /// The subtree's root.
    pub id: Hash,
    /// How many bits of its paths the way here has decided.
    pub depth: usize,
    way: Hash,
}

impl Spot {
    /// All of the map that has this root.
    pub fn top(root: Hash) -> Spot {
        let (depth, way) = (0, Hash::ZERO);
        Spot {
            id: root,
            depth,
            way,
        }
    }

    /// The node that stands there, if it may stand there.
    pub fn node(&self, keep: &impl Keep) -> Result<Node, KeepError> {
        let node = node(keep, self.id)?;
        match node {
            Node::Leaf { path, .. }
                if (0..self.depth).any(|at| bit(&path, at) != bit(&self.way, at)) =>
            {
                Err(KeepError::damaged(
                    NODE,
                    self.id,
                    "its path does not lead to it",
                ))
            }
            Node::Branch { .. } if self.depth >= PATH_BITS => Err(KeepError::damaged(
                NODE,
                self.id,
                "it lies deeper than any path",
            )),
            node => Ok(node),
        }
    }

    /// What stands on both sides of this spot, a level below, where this node stands here.
    pub fn below(&self, node: Node) -> [Spot; 2] {
        self.sides(match node {
            Node::Empty => [Hash::ZERO; 2],
            Node::Branch { sides } => sides,
            // The hash of a pair that stands alone is the same at every depth.
            Node::Leaf { path, .. } => match bit(&path, self.depth) {
                0 => [self.id, Hash::ZERO],
                _ => [Hash::ZERO, self.id],
            },
        })
    }

    /// The sides of the branch that stands there.
    pub fn sides(&self, sides: [Hash; 2]) -> [Spot; 2] {
        let mut right = self.way;
        right.0[self.depth / 8] |= 0x80 >> (self.depth % 8);
        let depth = self.depth + 1;
        let [left, right] =
            [(sides[0], self.way), (sides[1], right)].map(|(id, way)| Spot { id, depth, way });
        [left, right]
    }
}

/// The value of a key, if the map has it, and the proof that it is so (`STATE-13`).
pub fn prove(
    keep: &impl Keep,
    root: Hash,
    key: &[u8],
) -> Result<(Option<Hash>, MapProof), KeepError> {
    let path = Hash::plain(key);
    let (mut siblings, mut spot) = (Vec::new(), Spot::top(root));
    let (value, end) = loop {
        match spot.node(keep)? {
            Node::Empty => break (None, End::Nothing),
            Node::Leaf { path: own, value } if own == path => break (Some(value), End::Own),
            Node::Leaf { path, value } => break (None, End::Other { path, value }),
            Node::Branch { sides } => {
                let side = bit(&path, spot.depth);
                siblings.push(sides[1 - side]);
                spot = spot.sides(sides)[side];
            }
        }
    };
    Ok((value, MapProof { siblings, end }))
}

/// The value of a key, if the map has it.
pub fn value(keep: &impl Keep, root: Hash, key: &[u8]) -> Result<Option<Hash>, KeepError> {
    Ok(prove(keep, root, key)?.0)
}

/// Every pair of a map, in the order of the paths: key bytes, and the value's hash.
pub fn pairs<K: Keep>(keep: &K, root: Hash) -> Pairs<'_, K> {
    let ahead = vec![Spot::top(root)];
    Pairs { keep, ahead }
}

/// The pairs of a map that are still to be visited. It ends with the first error.
pub struct Pairs<'a, K> {
    keep: &'a K,
    ahead: Vec<Spot>,
}

impl<K: Keep> Pairs<'_, K> {
    fn step(&mut self) -> Result<Option<(Vec<u8>, Hash)>, KeepError> {
        while let Some(spot) = self.ahead.pop() {
            match spot.node(self.keep)? {
                Node::Empty => {}
                Node::Leaf { path, value } => return Ok(Some((raw(self.keep, KEY, path)?, value))),
                Node::Branch { sides } => self.ahead.extend(spot.sides(sides).into_iter().rev()),
            }
        }
        Ok(None)
    }
}

impl<K: Keep> Iterator for Pairs<'_, K> {
    type Item = Result<(Vec<u8>, Hash), KeepError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.ahead.clear();
        }
        step.transpose()
    }
}
