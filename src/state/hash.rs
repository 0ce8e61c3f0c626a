//! Hashes: plain blake3 for raw bytes, `derive_key` with a context per kind for all else (`STATE-2`).
//!
//! Enters: bytes. Leaves: `Hash`. Refuses to know: what the bytes mean.

use crate::deviation::{Deviation, deviates};
use blake3::hazmat::{ContextKey, HasherExt, hash_derive_key_context};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// 32 bytes of blake3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash(pub [u8; 32]);

/// What is hashed. Each kind has its own context, so that bytes of one kind never pass for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Domain {
    /// An actor's id (`ACTOR-2`).
    ActorId,
    /// A probe's id (`OUT-2`).
    ProbeId,
    /// A channel's id (`STATE-3`).
    ChannelId,
    /// A capability object.
    Capability,
    /// A port object.
    Port,
    /// A message object (`STATE-5`).
    Message,
    /// An envelope object (`STATE-6`).
    Envelope,
    /// An actor object (`STATE-7`).
    Actor,
    /// A waiting run's object (`STATE-8`).
    Run,
    /// A channel object (`STATE-9`).
    Channel,
    /// A probe object (`STATE-10`).
    Probe,
    /// The numbers of a schedule (`STATE-12`).
    Schedule,
    /// The world object, whose hash is the state root (`STATE-11`).
    World,
    /// A map's root where it has one key (`STATE-4`).
    Leaf,
    /// A map's root where it has more (`STATE-4`).
    Branch,
}

impl Domain {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Domain; 15] = [
        Domain::ActorId,
        Domain::ProbeId,
        Domain::ChannelId,
        Domain::Capability,
        Domain::Port,
        Domain::Message,
        Domain::Envelope,
        Domain::Actor,
        Domain::Run,
        Domain::Channel,
        Domain::Probe,
        Domain::Schedule,
        Domain::World,
        Domain::Leaf,
        Domain::Branch,
    ];

    /// The context string for `derive_key`.
    pub const fn context(self) -> &'static str {
        match self {
            Domain::ActorId => "primea 2026 v1 actor id",
            Domain::ProbeId => "primea 2026 v1 probe id",
            Domain::ChannelId => "primea 2026 v1 channel id",
            Domain::Capability => "primea 2026 v1 capability",
            Domain::Port => "primea 2026 v1 port",
            Domain::Message => "primea 2026 v1 message",
            Domain::Envelope => "primea 2026 v1 envelope",
            Domain::Actor => "primea 2026 v1 actor",
            Domain::Run => "primea 2026 v1 run",
            Domain::Channel => "primea 2026 v1 channel",
            Domain::Probe => "primea 2026 v1 probe",
            Domain::Schedule => "primea 2026 v1 schedule",
            Domain::World => "primea 2026 v1 world",
            Domain::Leaf => "primea 2026 v1 leaf",
            Domain::Branch => "primea 2026 v1 branch",
        }
    }

    /// The kind's name in the rules.
    pub fn name(self) -> &'static str {
        self.context()
            .strip_prefix("primea 2026 v1 ")
            .expect("all contexts begin so")
    }

    /// The first half of `derive_key`, which is the same for all bytes of a kind.
    fn context_key(self) -> &'static ContextKey {
        static KEYS: LazyLock<[ContextKey; Domain::ALL.len()]> =
            LazyLock::new(|| Domain::ALL.map(|domain| hash_derive_key_context(domain.context())));
        &KEYS[self as usize]
    }
}

impl Hash {
    /// 32 zero bytes: the root of an empty map, and the id of the outside world.
    pub const ZERO: Hash = Hash([0; 32]);

    /// Itself, unless it stands for nothing.
    pub fn filled(self) -> Option<Hash> {
        (self != Hash::ZERO).then_some(self)
    }

    /// The blake3 of raw bytes, as `b3sum` prints it.
    pub fn plain(bytes: &[u8]) -> Hash {
        Hash(*blake3::hash(bytes).as_bytes())
    }

    /// The blake3 of bytes of one kind.
    pub fn derive(domain: Domain, bytes: &[u8]) -> Hash {
        let domain = match domain {
            Domain::Envelope if deviates(Deviation::EnvelopesHashAsMessages) => Domain::Message,
            domain => domain,
        };
        let mut hasher = blake3::Hasher::new_from_context_key(domain.context_key());
        Hash(*hasher.update(bytes).finalize().as_bytes())
    }

    /// The first eight hexadecimal digits: enough for a reader, never for a comparison.
    pub fn short(&self) -> String {
        let [a, b, c, d, ..] = self.0;
        format!("{a:02x}{b:02x}{c:02x}{d:02x}")
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_bytes_hash_as_b3sum_does() {
        let empty = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(Hash::plain(b"").to_string(), empty);
        assert_eq!(Hash::plain(b"").short(), "af1349b9");
    }

    #[test]
    fn kinds_are_contexts_of_derive_key() {
        for (at, domain) in Domain::ALL.into_iter().enumerate() {
            assert_eq!(domain as usize, at);
            let expected = blake3::derive_key(domain.context(), b"bytes");
            assert_eq!(Hash::derive(domain, b"bytes").0, expected);
        }
    }

    #[test]
    fn kinds_do_not_collide() {
        assert_ne!(
            Hash::derive(Domain::Actor, b"x"),
            Hash::derive(Domain::Message, b"x")
        );
        assert_ne!(Hash::derive(Domain::Actor, b"x"), Hash::plain(b"x"));
    }
}
