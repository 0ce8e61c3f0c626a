//! The root of a map as the rule has it, from its pairs alone (`STATE-4`).
//!
//! Enters: pairs of key bytes and value hashes. Leaves: one hash, and the hashes that it is made of.
//! Refuses to know: tries that are kept: these are checked against it.

use super::bit;
use crate::deviation::{Deviation, deviates};
use crate::state::hash::{Domain, Hash};

/// The root of the map that has exactly these pairs.
///
/// # Panics
/// If a key stands twice: a map has each key once.
pub fn root<K: AsRef<[u8]>>(pairs: impl IntoIterator<Item = (K, Hash)>) -> Hash {
    let mut leaves: Vec<(Hash, Hash)> = pairs
        .into_iter()
        .map(|(key, value)| (Hash::plain(key.as_ref()), value))
        .collect();
    leaves.sort_unstable_by_key(|(path, _)| *path);
    assert!(
        leaves.windows(2).all(|pair| pair[0].0 != pair[1].0),
        "a map has each key once"
    );
    subtree(&leaves, 0)
}

/// The root of a list: the map from each position, as a big-endian u64, to its value.
pub fn list_root(values: impl IntoIterator<Item = Hash>) -> Hash {
    root(
        values
            .into_iter()
            .enumerate()
            .map(|(at, value)| (position(at as u64), value)),
    )
}

/// The key of a position in a list.
fn position(at: u64) -> [u8; 8] {
    match deviates(Deviation::ListPositionsAreLittleEndian) {
        true => at.to_le_bytes(),
        false => at.to_be_bytes(),
    }
}

/// The hash of the leaves whose paths agree in the first `depth` bits.
fn subtree(leaves: &[(Hash, Hash)], depth: usize) -> Hash {
    match leaves {
        [] => Hash::ZERO,
        [(path, value)] => leaf(path, value),
        _ => {
            let split = leaves.partition_point(|(path, _)| bit(path, depth) == 0);
            let (zeros, ones) = leaves.split_at(split);
            branch(&subtree(zeros, depth + 1), &subtree(ones, depth + 1))
        }
    }
}

/// The root of one pair.
pub(in crate::state) fn leaf(path: &Hash, value: &Hash) -> Hash {
    pair(Domain::Leaf, path, value)
}

/// The root of more pairs, from those of its sides.
pub(in crate::state) fn branch(left: &Hash, right: &Hash) -> Hash {
    match deviates(Deviation::SidesSwapped) {
        true => pair(Domain::Branch, right, left),
        false => pair(Domain::Branch, left, right),
    }
}

/// The same, from that of the side to which a path leads at that depth, and that of the other.
pub(super) fn parent(path: &Hash, depth: usize, own: &Hash, other: &Hash) -> Hash {
    match bit(path, depth) {
        0 => branch(own, other),
        _ => branch(other, own),
    }
}

fn pair(domain: Domain, left: &Hash, right: &Hash) -> Hash {
    Hash::derive(domain, &joined(left, right))
}

/// The bytes that are hashed for a node.
pub(super) fn joined(left: &Hash, right: &Hash) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&left.0);
    bytes[32..].copy_from_slice(&right.0);
    bytes
}

/// The two hashes in the bytes of a node.
pub(in crate::state) fn parted(bytes: &[u8; 64]) -> [Hash; 2] {
    let (left, right) = bytes.split_at(32);
    [left, right].map(|half| Hash(half.try_into().expect("half of 64 bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_maps_have_the_documented_roots() {
        let value = Hash::plain(b"v");
        assert_eq!(root::<&[u8]>([]), Hash::ZERO);
        let path = Hash::plain(b"k");
        assert_eq!(root([(b"k", value)]), leaf(&path, &value));
        // The paths of "a" (17...) and "b" (10...) agree in five bits: four branches have an empty side.
        let (a, b) = (Hash::plain(b"a"), Hash::plain(b"b"));
        assert_eq!((a.0[0], b.0[0]), (0x17, 0x10));
        let mut expected = branch(&leaf(&b, &value), &leaf(&a, &value));
        for depth in (0..5).rev() {
            expected = if bit(&a, depth) == 1 {
                branch(&Hash::ZERO, &expected)
            } else {
                branch(&expected, &Hash::ZERO)
            };
        }
        assert_eq!(root([(b"a", value), (b"b", value)]), expected);
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_content_does(
            pairs in proptest::collection::btree_map(any::<Vec<u8>>(), any::<u8>(), 1..40),
            rotation in 0usize..40,
        ) {
            let pairs: Vec<_> = pairs.iter().map(|(k, v)| (k.clone(), Hash::plain(&[*v]))).collect();
            let mut turned = pairs.clone();
            turned.rotate_left(rotation % pairs.len());
            prop_assert_eq!(root(pairs.clone()), root(turned));
            prop_assert_ne!(root(pairs.clone()), root(pairs[1..].to_vec()));
            let mut changed = pairs.clone();
            changed[0].1 = Hash::plain(b"another value");
            prop_assert_ne!(root(pairs), root(changed));
        }
    }
}
