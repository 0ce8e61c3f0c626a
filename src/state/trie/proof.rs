//! Proofs about one key of a map: which value it has, or that it has none (`STATE-13`, `STATE-14`).
//!
//! Enters: a trie and a key; later, a root, a key and a claim. Leaves: a proof; later, a verdict.
//! Refuses to know: the trie, when it verifies; where the root comes from.

use super::{Hash, Key, PATH_BITS, Trie, Value, bit, node::Link, scratch};
use crate::state::codec::{self, DecodeError};
use serde::{Deserialize, Serialize};

/// What a trie has beside the way to a key, and where the way ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MapProof {
    /// The roots of what the way passes by, the one at the top first.
    pub siblings: Vec<Hash>,
    /// What stands where the way ends.
    pub end: End,
}

/// What stands where the way to a key ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum End {
    /// The pair of the key.
    Own,
    /// No pair.
    Nothing,
    /// The pair of another key: were this key's pair in the map, it would not stand alone.
    Other {
        /// The hash of the other key.
        path: Hash,
        /// The id of its value.
        value: Hash,
    },
}

/// Why a proof does not show what is claimed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// More siblings than a path has bits.
    TooLong {
        /// How many siblings there are.
        found: usize,
    },
    /// An innermost branch with an empty side, which no map has.
    NeedlessLevel,
    /// The other pair is this key's own, or would stand elsewhere.
    MisplacedPair,
    /// The claim is a value and the proof shows absence, or the other way round.
    AnotherClaim,
    /// What the proof shows is not so in the map that has this root.
    AnotherRoot {
        /// The root of the map.
        expected: Hash,
        /// The root that follows from the proof.
        found: Hash,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::TooLong { found } => {
                write!(f, "expected at most {PATH_BITS} siblings, found {found}")
            }
            Refusal::NeedlessLevel => {
                write!(
                    f,
                    "expected a last sibling that is not empty, found 32 zero bytes"
                )
            }
            Refusal::MisplacedPair => write!(
                f,
                "expected another pair whose path agrees with the key's as far as the siblings go, found one whose path does not, or the key's own"
            ),
            Refusal::AnotherClaim => write!(
                f,
                "expected a proof of what is claimed, found one of presence for absence, or of absence for presence"
            ),
            Refusal::AnotherRoot { expected, found } => {
                write!(f, "expected the root {expected}, found {found}")
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl MapProof {
    /// Whether, in the map that has this root, this key has this value, or no value.
    pub fn verify<Q: Key + ?Sized>(
        &self,
        root: Hash,
        key: &Q,
        value: Option<Hash>,
    ) -> Result<(), Refusal> {
        let found = self.siblings.len();
        if found > PATH_BITS {
            return Err(Refusal::TooLong { found });
        }
        if self.siblings.last() == Some(&Hash::ZERO) {
            return Err(Refusal::NeedlessLevel);
        }
        let path = Hash::plain(key.bytes().as_ref());
        let end = self.end_hash(&path, value)?;
        let levels = self.siblings.iter().enumerate().rev();
        let found = levels.fold(end, |hash, (level, sibling)| {
            scratch::parent(&path, level, &hash, sibling)
        });
        if found == root {
            Ok(())
        } else {
            Err(Refusal::AnotherRoot {
                expected: root,
                found,
            })
        }
    }

    /// The root of what stands where the way ends.
    fn end_hash(&self, key: &Hash, claim: Option<Hash>) -> Result<Hash, Refusal> {
        match (self.end, claim) {
            (End::Own, Some(value)) => Ok(scratch::leaf(key, &value)),
            (End::Nothing, None) => Ok(Hash::ZERO),
            (End::Other { path, value }, None) => {
                let mut levels = 0..self.siblings.len();
                if path == *key || levels.any(|level| bit(&path, level) != bit(key, level)) {
                    return Err(Refusal::MisplacedPair);
                }
                Ok(scratch::leaf(&path, &value))
            }
            _ => Err(Refusal::AnotherClaim),
        }
    }

    /// The canonical bytes (`STATE-13`).
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads what `to_bytes` writes, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<MapProof, DecodeError> {
        codec::decode(bytes)
    }
}

impl<K: Key, V: Value> Trie<K, V> {
    /// The value's hash under this key, if there is one, and the proof that it is so.
    pub fn prove<Q: Key + ?Sized>(&self, key: &Q) -> (Option<Hash>, MapProof) {
        let bytes = key.bytes();
        let path = Hash::plain(bytes.as_ref());
        let mut siblings = Vec::new();
        let mut ahead = self.link();
        while let Some(Link::Branch(branch)) = ahead {
            let link = ahead.expect("it is a branch");
            if branch.depth() > siblings.len() {
                // The levels at which all paths below go one way.
                let below: Hash = link.first().path();
                let mut levels = siblings.len()..branch.depth();
                let parting = levels.find(|level| bit(&below, *level) != bit(&path, *level));
                siblings.resize(parting.unwrap_or(branch.depth()), Hash::ZERO);
                if parting.is_some() {
                    siblings.push(link.hash(siblings.len() + 1));
                    ahead = None;
                    continue;
                }
            }
            let side = bit(&path, branch.depth());
            siblings.push(branch.sides[1 - side].hash(branch.depth() + 1));
            ahead = Some(&branch.sides[side]);
        }
        let (value, end) = match ahead {
            None => (None, End::Nothing),
            Some(Link::Branch(_)) => unreachable!("the way goes on at a branch"),
            Some(Link::Leaf(leaf)) => {
                let value = leaf.value.object_id();
                if leaf.key.bytes().as_ref() == bytes.as_ref() {
                    (Some(value), End::Own)
                } else {
                    (
                        None,
                        End::Other {
                            path: leaf.path(),
                            value,
                        },
                    )
                }
            }
        };
        (value, MapProof { siblings, end })
    }
}
