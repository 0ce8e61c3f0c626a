//! Heads: states that have a name.
//!
//! Enters: a name and a head; or the bytes that were kept of one. Leaves: bytes that vouch for
//! themselves; or the head, or why it is none. Refuses to know: what a player needs.

use crate::state::{codec, hash::Hash, kinds::Kind, proof::What, walk};
use serde::{Deserialize, Serialize};

/// Bytes that a name may have.
const NAME_BYTES: usize = 256;

/// What a name stands for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// The state's root.
    pub root: Hash,
    /// What whoever made the state needs to go on from it; empty if that is nothing.
    pub player: Vec<u8>,
    /// What else whoever made it needs to be kept.
    pub also: Vec<Also>,
}

/// Something that is kept although the state does not reach it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Also {
    /// Raw bytes, by their plain hash.
    Raw(Hash),
    /// An envelope object, by its id.
    Envelope(Hash),
}

impl Head {
    /// A state that nobody goes on from.
    pub fn of(root: Hash) -> Head {
        let (player, also) = (Vec::new(), Vec::new());
        Head { root, player, also }
    }

    /// Everything that is kept for its sake, with all that it leads to.
    pub fn things(&self) -> impl Iterator<Item = (What, Hash)> {
        let also = self.also.iter().map(|also| match also {
            Also::Raw(id) => (What::Data, *id),
            Also::Envelope(id) => (What::Object(Kind::Envelope), *id),
        });
        [(walk::STATE, self.root)].into_iter().chain(also)
    }

    /// A hash of the head under its name: nothing else stands for a head, so nothing else would
    /// tell that it is damaged.
    fn seal(&self, name: &str) -> Hash {
        Hash::plain(&codec::encode(&(name, self)))
    }

    pub(super) fn to_bytes(&self, name: &str) -> Vec<u8> {
        codec::encode(&(self, self.seal(name)))
    }

    pub(super) fn from_bytes(name: &str, bytes: &[u8]) -> Result<Head, String> {
        let (head, seal): (Head, Hash) = codec::decode(bytes).map_err(|why| why.to_string())?;
        match head.seal(name) {
            found if found == seal => Ok(head),
            found => Err(format!("expected the seal {seal}, found {found}")),
        }
    }
}

/// Why a text cannot be the name of a head, if it cannot.
pub(super) fn refusal(name: &str) -> Option<String> {
    let root = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let why = if name.is_empty() {
        "expected a name for the head, found an empty one".to_owned()
    } else if name.len() > NAME_BYTES {
        let found = name.len();
        format!("expected a name of at most {NAME_BYTES} bytes for the head, found {found}")
    } else if root {
        format!("expected a name for the head, found what looks like a root: {name}")
    } else if name.chars().any(char::is_control) {
        format!("expected a name without control characters for the head, found {name:?}")
    } else {
        return None;
    };
    Some(why)
}
