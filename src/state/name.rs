//! Keys of storages and names of bound ports: byte strings, most of them of four bytes.
//!
//! Enters: bytes. Leaves: the same bytes, in order. Refuses to know: what they name.

use super::trie::Key;
use std::{borrow::Borrow, cmp::Ordering, ops::Deref, sync::Arc};

/// A storage key, or the name of a bound port.
#[derive(Clone)]
pub struct Name(Bytes);

/// An index is its four bytes (`STORE-1`): those need no place of their own.
#[derive(Clone)]
enum Bytes {
    Word([u8; 4]),
    Others(Arc<[u8]>),
}

impl Deref for Name {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Bytes::Word(bytes) => bytes,
            Bytes::Others(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Name {
    fn from(bytes: &[u8]) -> Name {
        Name(match bytes.try_into() {
            Ok(word) => Bytes::Word(word),
            Err(_) => Bytes::Others(bytes.into()),
        })
    }
}

impl<const N: usize> From<[u8; N]> for Name {
    fn from(bytes: [u8; N]) -> Name {
        Name::from(&bytes[..])
    }
}

impl Borrow<[u8]> for Name {
    fn borrow(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        **self == **other
    }
}

impl Eq for Name {}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.escape_ascii())
    }
}

impl Key for Name {
    fn bytes(&self) -> impl AsRef<[u8]> {
        &**self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_their_bytes() {
        let words: [&[u8]; 5] = [b"", b"a", b"abcd", b"abcde", b"b"];
        let names = words.map(Name::from);
        assert!(names.is_sorted());
        for (name, word) in names.iter().zip(words) {
            assert_eq!(**name, *word);
            assert_eq!(name.bytes().as_ref(), word);
        }
        assert_eq!(Name::from(*b"abcd"), Name::from(&b"abcd"[..]));
        assert_eq!(size_of::<Name>(), 16);
    }
}
