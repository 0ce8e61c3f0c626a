//! Properties of the trie, against the reference from scratch and a plain ordered map.
//!
//! Enters: random sequences of changes. Leaves: nothing. Refuses to know: nodes.
//!
//! Rules tested here: STATE-4, STATE-13, STATE-14.

use super::{
    Hash, Ordered, Trie, agreement,
    diff::Change,
    proof::{End, MapProof, Refusal},
    root,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Bytes = Vec<u8>;
type Map = Trie<Bytes, Hash>;

/// What can be done to a map.
#[derive(Clone, Debug)]
enum Deed {
    Insert(Bytes, u8),
    Change(Bytes, u8),
    Remove(Bytes),
    /// Sets the map aside, to be looked at again in the end.
    Keep,
    /// Asks for the root, so that hashes are kept.
    Root,
}

/// Few enough that deeds meet.
fn key() -> impl Strategy<Value = Bytes> {
    (0u16..200).prop_map(|number| number.to_be_bytes()[1 - usize::from(number > 255)..].to_vec())
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (key(), any::<u8>()).prop_map(|(key, value)| Deed::Insert(key, value)),
        1 => (key(), any::<u8>()).prop_map(|(key, value)| Deed::Change(key, value)),
        3 => key().prop_map(Deed::Remove),
        1 => Just(Deed::Keep),
        2 => Just(Deed::Root),
    ];
    proptest::collection::vec(deed, 0..200)
}

fn pairs() -> impl Strategy<Value = BTreeMap<Bytes, u8>> {
    proptest::collection::btree_map(key(), any::<u8>(), 0..60)
}

fn value(seed: u8) -> Hash {
    Hash::plain(&[seed])
}

fn trie(pairs: &BTreeMap<Bytes, u8>) -> Map {
    pairs
        .iter()
        .map(|(key, seed)| (key.clone(), value(*seed)))
        .collect()
}

fn from_scratch(model: &BTreeMap<Bytes, Hash>) -> Hash {
    root(model.iter().map(|(key, value)| (key, *value)))
}

/// That a trie holds what a plain map holds, and has the root of that.
fn check(trie: &Map, model: &BTreeMap<Bytes, Hash>) {
    assert_eq!(trie.len(), model.len() as u64);
    assert_eq!(trie.is_empty(), model.is_empty());
    let held: BTreeMap<Bytes, Hash> = trie.iter().map(|(k, v)| (k.clone(), *v)).collect();
    assert_eq!(held, *model);
    let paths: Vec<Hash> = trie.keys().map(|key| Hash::plain(key)).collect();
    assert!(paths.is_sorted(), "pairs come in the order of their paths");
    assert_eq!(trie.root(), from_scratch(model));
}

proptest! {
    #[test]
    fn it_is_a_map_whose_root_is_that_of_its_pairs(deeds in deeds()) {
        let (mut trie, mut model) = (Map::new(), BTreeMap::new());
        let mut kept = Vec::new();
        for deed in deeds {
            match deed {
                Deed::Insert(key, seed) => {
                    prop_assert_eq!(trie.get(&key), model.get(&key));
                    prop_assert_eq!(trie.insert(key.clone(), value(seed)), model.insert(key, value(seed)));
                }
                Deed::Change(key, seed) => {
                    let (found, expected) = (trie.get_mut(&key), model.get_mut(&key));
                    prop_assert_eq!(found.is_some(), expected.is_some());
                    if let (Some(found), Some(expected)) = (found, expected) {
                        *found = value(seed);
                        *expected = value(seed);
                    }
                }
                Deed::Remove(key) => {
                    prop_assert_eq!(trie.contains(&key), model.contains_key(&key));
                    prop_assert_eq!(trie.remove(&key), model.remove(&key));
                    prop_assert!(!trie.contains(&key));
                }
                Deed::Keep => kept.push((trie.clone(), model.clone())),
                Deed::Root => prop_assert_eq!(trie.root(), from_scratch(&model)),
            }
        }
        check(&trie, &model);
        // What happened to one copy happened to no other.
        for (trie, model) in kept {
            check(&trie, &model);
        }
    }

    #[test]
    fn history_does_not_show(
        (pairs, order) in pairs().prop_flat_map(|pairs| {
            let order: Vec<Bytes> = pairs.keys().cloned().collect();
            (Just(pairs), Just(order).prop_shuffle())
        }),
        passing in proptest::collection::vec(key(), 0..40),
        again in any::<prop::sample::Index>(),
    ) {
        let expected = trie(&pairs).root();
        let mut other = Map::new();
        for key in &passing {
            other.insert(key.clone(), value(0));
            other.root();
        }
        for key in &order {
            other.insert(key.clone(), value(pairs[key]));
        }
        for key in passing.iter().filter(|key| !pairs.contains_key(*key)) {
            other.remove(key);
        }
        prop_assert_eq!(other.root(), expected);
        if !order.is_empty() {
            let key = again.get(&order);
            let value = other.remove(key).expect("it was put in");
            prop_assert_ne!(other.root(), expected);
            other.insert(key.clone(), value);
            prop_assert_eq!(other.root(), expected);
        }
    }

    #[test]
    fn every_proof_verifies_and_proves_nothing_else(pairs in pairs(), asked in key(), other in key()) {
        let trie = trie(&pairs);
        let root = trie.root();
        let (found, proof) = trie.prove(&asked);
        prop_assert_eq!(found, pairs.get(&asked).map(|seed| value(*seed)));
        prop_assert_eq!(proof.verify(root, &asked, found), Ok(()));
        prop_assert_eq!(MapProof::from_bytes(&proof.to_bytes()), Ok(proof.clone()));
        let claims = [None, Some(Hash::ZERO), Some(value(0)), Some(value(1))];
        for claim in claims.into_iter().filter(|claim| *claim != found) {
            prop_assert!(proof.verify(root, &asked, claim).is_err());
        }
        // A proof of absence may well show the absence of another key, never that of a key that is there.
        let truth = pairs.get(&other).map(|seed| value(*seed));
        for claim in [None, found, truth].into_iter().filter(|claim| *claim != truth) {
            prop_assert!(proof.verify(root, &other, claim).is_err());
        }
        prop_assert_eq!(proof.verify(Hash::plain(b"no root"), &asked, found).is_ok(), false);
    }

    #[test]
    fn no_changed_proof_verifies(
        pairs in pairs(),
        asked in key(),
        cut in any::<prop::sample::Index>(),
        noise in proptest::collection::vec(any::<u8>(), 1..40),
    ) {
        let trie = trie(&pairs);
        let root = trie.root();
        let (found, proof) = trie.prove(&asked);
        let bytes = proof.to_bytes();
        let refused = |bytes: &[u8]| MapProof::from_bytes(bytes)
            .is_err() || MapProof::from_bytes(bytes).is_ok_and(|proof| proof.verify(root, &asked, found).is_err());
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            prop_assert!(refused(&flipped), "bit {at} of the proof");
        }
        prop_assert!(refused(&bytes[..cut.index(bytes.len())]));
        prop_assert!(refused(&[&bytes[..], &noise].concat()));
        let at = cut.index(bytes.len());
        let spliced = [&bytes[..at], &noise, &bytes[at..]].concat();
        prop_assert!(refused(&spliced));
        for at in 0..256 {
            let flip = |hash: Hash| {
                let mut hash = hash;
                hash.0[at / 8] ^= 1 << (at % 8);
                hash
            };
            prop_assert!(proof.verify(flip(root), &asked, found).is_err(), "bit {at} of the root");
            if let Some(value) = found {
                prop_assert!(proof.verify(root, &asked, Some(flip(value))).is_err(), "bit {at} of the value");
            }
        }
    }

    #[test]
    fn a_difference_makes_one_map_the_other((old, new) in (pairs(), pairs()), common in pairs()) {
        let with_common = |pairs: &BTreeMap<Bytes, u8>| {
            let mut all = common.clone();
            all.extend(pairs.iter().map(|(key, seed)| (key.clone(), *seed)));
            trie(&all)
        };
        let (old, new) = (with_common(&old), with_common(&new));
        let mut made = old.clone();
        let mut paths = Vec::new();
        for change in old.diff(&new) {
            paths.push(Hash::plain(change.key()));
            match change {
                Change::Added { key, new } => prop_assert_eq!(made.insert(key.clone(), *new), None),
                Change::Removed { key, old } => prop_assert_eq!(made.remove(key), Some(*old)),
                Change::Changed { key, old, new } => {
                    prop_assert_ne!(old, new);
                    prop_assert_eq!(made.insert(key.clone(), *new), Some(*old));
                }
            }
        }
        prop_assert!(paths.windows(2).all(|pair| pair[0] < pair[1]), "each key once, in order");
        prop_assert_eq!(made.root(), new.root());
        prop_assert_eq!(made.len(), new.len());
        prop_assert_eq!(new.diff(&made).count(), 0);
    }

    #[test]
    fn an_ordered_trie_is_in_order(keys in proptest::collection::btree_set(any::<[u8; 3]>(), 0..60)) {
        let mut ordered: Ordered<Bytes, (), 3> = keys.iter().rev().map(|key| (key.to_vec(), ())).collect();
        for key in &keys {
            let first = ordered.first().map(|(key, ())| key.clone());
            prop_assert_eq!(first, Some(key.to_vec()));
            prop_assert!(ordered.keys().is_sorted());
            prop_assert_eq!(ordered.remove(&key[..]), Some(()));
        }
        prop_assert!(ordered.first().is_none());
    }
}

/// What a difference costs is seen in the nodes that it looks at.
#[test]
fn a_difference_visits_what_differs() {
    let number = |number: u64| (number, value((number % 251) as u8));
    let old: Trie<u64, Hash> = (0..20_000).map(number).collect();
    let separate: Trie<u64, Hash> = (0..20_000).rev().map(number).collect();
    old.root();
    separate.root();
    for (start, base) in [("a copy", &old), ("an equal map", &separate)] {
        for changes in [0, 1, 10, 100] {
            let mut new = base.clone();
            for key in 0..changes {
                new.insert(key * 7, Hash::ZERO);
            }
            let mut diff = old.diff(&new);
            assert_eq!(diff.by_ref().count() as u64, changes, "{start}");
            // Of 20,000 leaves each is some 15 branches deep, and each branch has two sides.
            let most = 1 + changes * 2 * 30;
            assert!(
                diff.visited() <= most,
                "{start}, {changes}: {}",
                diff.visited()
            );
        }
    }
}

fn path(key: u64) -> Hash {
    Hash::plain(&key.to_be_bytes())
}

/// Of many keys, the two whose paths agree longest, and in how many bits.
fn close_keys() -> ([u64; 2], usize) {
    let mut paths: Vec<(Hash, u64)> = (0..20_000).map(|key| (path(key), key)).collect();
    paths.sort_unstable();
    let pairs = paths.windows(2);
    pairs
        .map(|pair| ([pair[0].1, pair[1].1], agreement(&pair[0].0, &pair[1].0)))
        .max_by_key(|(_, bits)| *bits)
        .expect("there are many")
}

#[test]
fn long_common_beginnings_are_levels() {
    let (close, bits) = close_keys();
    assert!(bits > 20, "the keys agree in {bits} bits");
    let pairs = |keys: &[u64]| -> Vec<_> {
        let pair = |key: &u64| (*key, value((key % 251) as u8));
        keys.iter().map(pair).collect()
    };
    let expected = |keys: &[u64]| root(pairs(keys).iter().map(|(key, v)| (key.to_be_bytes(), *v)));
    let mut trie: Trie<u64, Hash> = pairs(&close).into_iter().collect();
    let root = trie.root();
    assert_eq!(root, expected(&close));
    // Present: as many siblings as there are levels, all but the last empty.
    let (found, proof) = trie.prove(&close[0]);
    let (last, above) = proof.siblings.split_last().expect("more than 20");
    assert_eq!(above, vec![Hash::ZERO; bits]);
    assert_ne!(*last, Hash::ZERO);
    assert_eq!(proof.verify(root, &close[0], found), Ok(()));
    // Absent: the way ends where it leaves the common beginning, at every level of it that a key parts at.
    let mut parted = [false; 10];
    for key in (0..20_000).filter(|key| !close.contains(key)) {
        let level = agreement(&path(key), &path(close[0]));
        let (found, proof) = trie.prove(&key);
        assert_eq!((found, proof.end), (None, End::Nothing));
        assert_eq!(proof.siblings.len(), level + 1);
        assert_eq!(proof.verify(root, &key, None), Ok(()));
        if let Some(parted) = parted.get_mut(level) {
            *parted = true;
        }
        // Putting it in splits the common beginning; taking a close one out leaves a single pair there.
        if level > 8 {
            let mut trie = trie.clone();
            trie.insert(key, value((key % 251) as u8));
            assert_eq!(trie.root(), expected(&[close[0], close[1], key]));
            trie.remove(&close[1]);
            assert_eq!(trie.root(), expected(&[close[0], key]));
        }
    }
    assert_eq!(parted, [true; 10]);
    trie.remove(&close[1]);
    assert_eq!(trie.root(), expected(&close[..1]));
}

#[test]
fn malformed_proofs_are_refused() {
    let verify = |siblings: Vec<Hash>, end, claim| {
        MapProof { siblings, end }.verify(Hash::ZERO, &b"k"[..], claim)
    };
    let full = vec![Hash::plain(b"s"); 257];
    assert_eq!(
        verify(full.clone(), End::Nothing, None),
        Err(Refusal::TooLong { found: 257 })
    );
    assert!(matches!(
        verify(full[1..].to_vec(), End::Nothing, None),
        Err(Refusal::AnotherRoot { .. })
    ));
    assert_eq!(
        verify(vec![Hash::ZERO], End::Nothing, None),
        Err(Refusal::NeedlessLevel)
    );
    assert_eq!(
        verify(vec![Hash::ZERO], End::Own, Some(Hash::ZERO)),
        Err(Refusal::NeedlessLevel)
    );
    assert_eq!(
        verify(vec![], End::Nothing, Some(Hash::ZERO)),
        Err(Refusal::AnotherClaim)
    );
    assert_eq!(verify(vec![], End::Own, None), Err(Refusal::AnotherClaim));
    let other = |path| End::Other {
        path,
        value: Hash::ZERO,
    };
    let own = Hash::plain(b"k");
    assert_eq!(
        verify(vec![], other(own), None),
        Err(Refusal::MisplacedPair)
    );
    assert_eq!(
        verify(vec![], other(own), Some(Hash::ZERO)),
        Err(Refusal::AnotherClaim)
    );
    let mut opposite = own;
    opposite.0[0] ^= 0x80;
    assert_eq!(
        verify(full[..1].to_vec(), other(opposite), None),
        Err(Refusal::MisplacedPair)
    );
    // An empty map has one proof.
    assert_eq!(verify(vec![], End::Nothing, None), Ok(()));
    assert_eq!(
        MapProof {
            siblings: vec![],
            end: End::Nothing
        }
        .to_bytes(),
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    );
}

/// A million actors with a few stored messages each must fit into a gibibyte.
#[test]
fn nodes_are_small() {
    use super::node::Branch;
    use std::{mem::size_of, sync::Arc};
    assert_eq!(size_of::<Branch<Arc<[u8]>, Arc<u8>, Hash>>(), 2 * 24 + 40);
    assert_eq!(size_of::<Branch<Hash, Arc<u8>, Hash>>(), 2 * 40 + 40);
    assert_eq!(size_of::<Trie<Arc<[u8]>, Arc<u8>>>(), 8);
}
