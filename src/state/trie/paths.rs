//! The paths of keys, most of them known from the last time.
//!
//! Enters: the bytes of keys. Leaves: their hashes. Refuses to know: whose keys they are.
//!
//! A world asks for the same few actors and messages again and again, and a hash takes as long as
//! the rest of a lookup. So each thread keeps the paths that it was asked for last. What is kept
//! follows from the key alone: it cannot be out of date.

use crate::state::hash::Hash;
use std::cell::RefCell;

/// The longest key that is worth keeping: a hash and a number.
const LONGEST: usize = 40;
/// Places, each of which keeps the last key that fell on it.
const PLACES: usize = 256;

/// A key, filled up with zeros, its length, and its path.
#[derive(Clone, Copy)]
struct Kept {
    key: [u8; LONGEST],
    length: u8,
    path: Hash,
}

/// What no key has for its length: keys that are kept are shorter.
const NOTHING: u8 = u8::MAX;

thread_local! {
    static KEPT: RefCell<Vec<Kept>> = RefCell::new(vec![
        Kept { key: [0; LONGEST], length: NOTHING, path: Hash::ZERO };
        PLACES
    ]);
}

/// The path of the key with these bytes.
pub fn path(bytes: &[u8]) -> Hash {
    if bytes.len() > LONGEST {
        return Hash::plain(bytes);
    }
    let mut key = [0; LONGEST];
    key[..bytes.len()].copy_from_slice(bytes);
    let length = bytes.len() as u8;
    KEPT.with_borrow_mut(|kept| {
        let kept = &mut kept[place(&key)];
        if kept.length != length || kept.key != key {
            let path = Hash::plain(bytes);
            *kept = Kept { key, length, path };
        }
        kept.path
    })
}

/// Ids differ in their first bytes, numbers in their last.
fn place(key: &[u8; LONGEST]) -> usize {
    let eight = |at: usize| u64::from_le_bytes(key[at..at + 8].try_into().expect("eight bytes"));
    let mixed = (eight(0) ^ eight(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_hash_of_the_key_whatever_was_asked_for_before() {
        let mut keys: Vec<Vec<u8>> = (0..2000_u64).map(|n| n.to_le_bytes().to_vec()).collect();
        keys.extend((0..=64).map(|length| vec![0; length]));
        keys.extend((0..=64).map(|length| vec![7; length]));
        for _ in 0..2 {
            for key in &keys {
                for _ in 0..2 {
                    assert_eq!(path(key), Hash::plain(key));
                }
            }
        }
    }
}
