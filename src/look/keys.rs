//! How the keys of maps are written in paths.
//!
//! Enters: the field that leads to a map, and a text; or a key's bytes. Leaves: the other, or what
//! was expected. Refuses to know: which keys a map has.
//!
//! Whatever is written here is read back as the same key; not all that is read is written so.

use crate::state::{
    hash::Hash,
    hex::{hash, hex, unhex},
    identity::{ActorId, ChannelId},
    message::Position,
    proof::Field,
    trie::Key,
};

/// A key that was read.
pub enum Given {
    /// These bytes.
    Key(Vec<u8>),
    /// The one at that position, in the order of an inbox.
    Nth(usize),
}

/// Reads the key of a map.
pub fn read(map: Field, text: &str) -> Result<Given, &'static str> {
    let key = match map {
        Field::WorldActors => actor(text).map(|id| id.0.0.to_vec()).ok_or(
            "the 64 hexadecimal digits of an actor's id, or who it is by creations, as in 0 or 0.2",
        ),
        Field::WorldChannels => channel(text).map(|id| id.0.0.to_vec()).ok_or(
            "the 64 hexadecimal digits of a channel's id, or its maker and count, as in outside:0",
        ),
        Field::WorldProbes => {
            Ok(hash(text).unwrap_or_else(|| ActorId::probe(text).0).0.to_vec())
        }
        Field::RunMemory => text
            .parse()
            .map(|page: u64| page.to_be_bytes().to_vec())
            .map_err(|_| "the number of a page"),
        Field::ActorStorage | Field::ActorBound => bytes(text).ok_or("hex: with two digits a byte"),
        _ => match text.parse() {
            Ok(nth) => return Ok(Given::Nth(nth)),
            Err(_) => position(text).map(|position| position.bytes().as_ref().to_vec()).ok_or(
                "a position STAMP-SENDER-NUMBER, or which one in the order of the inbox, from 0",
            ),
        },
    };
    key.map(Given::Key)
}

/// Writes the key of a map.
pub fn write(map: Field, key: &[u8]) -> String {
    let number = |bytes: &[u8]| bytes.try_into().map(u64::from_be_bytes);
    match map {
        Field::WorldActors | Field::WorldChannels | Field::WorldProbes => hex(key),
        Field::RunMemory => number(key).map_or_else(|_| bytes_text(key), |page| page.to_string()),
        Field::ActorStorage | Field::ActorBound => bytes_text(key),
        _ => match (key.len(), number(&key[..key.len().min(8)])) {
            (Position::BYTES, Ok(stamp)) => {
                let sender = hex(&key[8..40]);
                let last = number(&key[40..]).expect("it has 8 bytes");
                format!("{stamp}-{sender}-{last}")
            }
            _ => bytes_text(key),
        },
    }
}

/// An actor by its id, or by the creations that led to it, beginning with the outside's.
fn actor(text: &str) -> Option<ActorId> {
    if let Some(id) = hash(text) {
        return Some(ActorId(id));
    }
    text.split('.')
        .try_fold(ActorId::OUTSIDE, |creator, count| {
            Some(creator.child(decimal(count)?))
        })
}

fn channel(text: &str) -> Option<ChannelId> {
    if let Some(id) = hash(text) {
        return Some(ChannelId(id));
    }
    let (maker, count) = text.split_once(':')?;
    let maker = match maker {
        "outside" => ActorId::OUTSIDE,
        maker => actor(maker)?,
    };
    Some(ChannelId::made_by(maker, decimal(count)?))
}

fn position(text: &str) -> Option<Position> {
    let mut parts = text.split('-');
    let position = Position {
        stamp: decimal(parts.next()?)?,
        sender: ActorId(hash(parts.next()?)?),
        number: decimal(parts.next()?)?,
    };
    parts.next().is_none().then_some(position)
}

/// A number in digits alone.
fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// An index, `hex:` and digits, `text:` and text, or any other text.
fn bytes(text: &str) -> Option<Vec<u8>> {
    if let Some(digits) = text.strip_prefix("hex:") {
        return unhex(digits);
    }
    if let Some(index) = decimal(text).and_then(|index| u32::try_from(index).ok()) {
        return Some(index.to_le_bytes().to_vec());
    }
    let text = text.strip_prefix("text:").unwrap_or(text);
    Some(text.as_bytes().to_vec())
}

fn bytes_text(key: &[u8]) -> String {
    if let Ok(index) = key.try_into() {
        return u32::from_le_bytes(index).to_string();
    }
    let plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'/';
    let text = match std::str::from_utf8(key) {
        Ok(text) if key.iter().all(plain) => text,
        _ => return format!("hex:{}", hex(key)),
    };
    match bytes(text) {
        Some(read) if read == key && !text.is_empty() => text.to_owned(),
        _ => format!("text:{text}"),
    }
}

/// A state root, where one can be written.
pub fn root(text: &str) -> Option<Hash> {
    hash(text)
}
