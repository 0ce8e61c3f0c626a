//! How values stand in JSON.
//!
//! Enters: numbers, bytes, hashes, ids. Leaves: the same as JSON, and back, strictly. Refuses to
//! know: what they are about.

use crate::{
    interface::table::Dialect,
    state::{
        hash::Hash,
        hex::{self, hex},
        identity::{ActorId, Capability, ChannelId, End, PortId},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;

/// A u64, which stands as a string of decimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Decimal(pub u64);

/// Bytes, which stand as hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Hex(pub Vec<u8>);

/// A hash or an id, which stands as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Id(pub Hash);

/// A dialect, which stands as its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DialectName(pub Dialect);

/// A capability.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CapabilityValue {
    /// Who gets what is sent by it.
    pub actor: Id,
    /// What the receiver can tell it by.
    pub tag: u32,
}

/// A port.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PortValue {
    /// The channel that it is an end of.
    pub channel: Id,
    /// Which of the two ends.
    pub end: EndName,
}

/// Which end of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndName {
    /// The end made first (`PORT-1`).
    First,
    /// The other one.
    Second,
}

/// The bytes that small hexadecimal digits say.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let is_small = |byte: u8| !byte.is_ascii_uppercase();
    text.bytes()
        .all(is_small)
        .then(|| hex::unhex(text))
        .flatten()
}

/// The number that decimal digits without leading zeros say.
pub fn undecimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading = text.len() > 1 && text.starts_with('0');
    (plain && !leading).then(|| text.parse().ok()).flatten()
}

/// The hash that 64 small hexadecimal digits say.
pub fn unhash(text: &str) -> Option<Hash> {
    Some(Hash(unhex(text)?.try_into().ok()?))
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        undecimal(&text)
            .map(Decimal)
            .ok_or_else(|| unexpected("the decimal digits of a u64", &text))
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        unhex(&text)
            .map(Hex)
            .ok_or_else(|| unexpected("small hexadecimal digits, two a byte", &text))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        unhash(&text)
            .map(Id)
            .ok_or_else(|| unexpected("64 small hexadecimal digits", &text))
    }
}

impl Serialize for DialectName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for DialectName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Dialect::from_name(&text)
            .map(DialectName)
            .ok_or_else(|| unexpected("the name of a dialect", &text))
    }
}

/// Text of a file or of a target's is shown no further than this.
const SHOWN_CHARACTERS: usize = 80;

fn unexpected<E: Error>(expected: &str, found: &str) -> E {
    let shown: String = found.chars().take(SHOWN_CHARACTERS).collect();
    E::custom(format!("expected {expected}, found \"{shown}\""))
}

impl From<ActorId> for Id {
    fn from(id: ActorId) -> Id {
        Id(id.0)
    }
}

impl From<Id> for ActorId {
    fn from(id: Id) -> ActorId {
        ActorId(id.0)
    }
}

impl From<Capability> for CapabilityValue {
    fn from(capability: Capability) -> CapabilityValue {
        CapabilityValue {
            actor: capability.actor.into(),
            tag: capability.tag,
        }
    }
}

impl From<CapabilityValue> for Capability {
    fn from(value: CapabilityValue) -> Capability {
        Capability {
            actor: value.actor.into(),
            tag: value.tag,
        }
    }
}

impl From<PortId> for PortValue {
    fn from(port: PortId) -> PortValue {
        PortValue {
            channel: Id(port.channel.0),
            end: match port.end {
                End::First => EndName::First,
                End::Second => EndName::Second,
            },
        }
    }
}

impl From<PortValue> for PortId {
    fn from(value: PortValue) -> PortId {
        PortId {
            channel: ChannelId(value.channel.0),
            end: match value.end {
                EndName::First => End::First,
                EndName::Second => End::Second,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_one_way_only() {
        assert_eq!(undecimal("18446744073709551615"), Some(u64::MAX));
        for wrong in ["", "01", "-1", "+1", "1.0", "18446744073709551616", " 1"] {
            assert_eq!(undecimal(wrong), None, "{wrong}");
        }
        assert_eq!(unhex("00ff"), Some(vec![0, 255]));
        for wrong in ["0", "0F", "0g", "000"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
        let hash = Hash::plain(b"");
        assert_eq!(unhash(&hash.to_string()), Some(hash));
        assert_eq!(unhash("00"), None);
    }

    #[test]
    fn what_is_written_is_read() {
        let port = ChannelId::made_by(ActorId::OUTSIDE, 0).ends()[1];
        let text = serde_json::to_string(&PortValue::from(port)).expect("it prints");
        assert!(text.ends_with("\"end\":\"second\"}"), "{text}");
        let read: PortValue = serde_json::from_str(&text).expect("it is right");
        assert_eq!(PortId::from(read), port);
        let number = serde_json::to_string(&Decimal(7)).expect("it prints");
        assert_eq!(number, "\"7\"");
        let error = serde_json::from_str::<Decimal>("\"07\"").expect_err("a leading zero");
        assert!(error.to_string().starts_with("expected the decimal digits"));
        assert!(serde_json::from_str::<Decimal>("7").is_err());
    }
}
