//! What steps expect of actors, probes and the world.
//!
//! Enters: a table. Leaves: a raw expectation. Refuses to know: whether its keys go together.

use super::bytes;
use crate::scenario::{
    problem::{At, Place, Problem},
    raw::{Items, RawArrivals, RawExpect, RawPattern, RawReceived, Response},
    reader::{Read, Table, Text, Value, hex, quoted},
    target::{self, Target},
};
use std::collections::BTreeSet;

pub const EXPECT: &[&str] = &[
    "expect", "received", "exists", "waiting", "bound", "storage", "clock", "created", "channels",
    "sent", "inbox", "deadline", "kept", "time", "injected", "spent", "burned", "held", "actors",
];
/// The keys of an expectation whose values are numbers.
const NUMBERS: &[&str] = &[
    "clock", "created", "channels", "sent", "inbox", "deadline", "kept", "time", "injected",
    "spent", "burned", "held", "actors",
];
const PATTERN: &[&str] = &["data", "hex", "u32", "caps", "ports", "response"];
const RECEIVED: &[&str] = &[
    "data", "hex", "u32", "caps", "ports", "response", "from", "tag", "ticks", "stamp", "number",
];

pub fn expect(table: &Table<'_>, main: Value<'_>) -> Read<RawExpect> {
    let of = target::path(main.text("an actor, a probe or \"world\"")?)?;
    let mut numbers = Vec::new();
    for key in NUMBERS {
        if let Some(number) = table.read(key, |value| value.number(u64::MAX))? {
            numbers.push((*key, number));
        }
    }
    let keys = table
        .entries
        .iter()
        .filter(|(key, _)| key.value != "expect");
    Ok(RawExpect {
        of,
        keys: keys
            .map(|(key, _)| At::new(key.value.to_owned(), key.place))
            .collect(),
        received: table.read("received", arrivals)?,
        numbers,
        exists: table.read("exists", Value::truth)?,
        waiting: table.read("waiting", Value::truth)?,
        bound: table.read("bound", |value| {
            value
                .list("a list of names of ports")?
                .into_iter()
                .map(byte_name)
                .collect()
        })?,
        storage: table.read("storage", storage)?,
    })
}

fn byte_name(value: Value<'_>) -> Read<Vec<u8>> {
    let text = value.text("the name of a port, or \"hex:\" and digits")?;
    if text.content.starts_with("hex:") {
        hex(text.slice("hex:".len(), text.content.len()))
    } else {
        Ok(text.content.as_bytes().to_vec())
    }
}

fn arrivals(value: Value<'_>) -> Read<RawArrivals> {
    if value.is_number() {
        return value.number(u64::MAX).map(RawArrivals::Count);
    }
    let each = value
        .list("a number of messages, or a list of them")?
        .into_iter()
        .map(received);
    each.collect::<Read<_>>().map(RawArrivals::These)
}

fn received(value: Value<'_>) -> Read<RawReceived> {
    let table = value.table("a received message", RECEIVED)?;
    Ok(RawReceived {
        pattern: pattern(&table, value.place())?,
        from: table.read("from", |value| {
            Ok(target::path(value.text("an actor, or \"outside\"")?)?.value)
        })?,
        tag: table.read("tag", |value| value.number(u64::from(u32::MAX)))?,
        ticks: table.read("ticks", |value| value.number(u64::MAX))?,
        stamp: table.read("stamp", |value| value.number(u64::MAX))?,
        number: table.read("number", |value| value.number(u64::MAX))?,
    })
}

fn pattern(table: &Table<'_>, place: Place) -> Read<RawPattern> {
    let targets = |value: Value<'_>| -> Read<At<Target>> {
        target::target(value.text("a name, such as \"alice#7\"")?)
    };
    let caps = match table.get("caps") {
        None => None,
        Some(value) if value.is_number() => Some(Items::Count(At::new(
            value.number(u64::MAX)?,
            value.place(),
        ))),
        Some(value) => {
            let each = value
                .list("a number, or a list of capabilities")?
                .into_iter()
                .map(targets);
            Some(Items::These(each.collect::<Read<_>>()?, value.place()))
        }
    };
    let response = match table.get("response") {
        None => None,
        Some(value) if value.is_text() => Some(Response::This(targets(value)?)),
        Some(value) => Some(Response::Given(At::new(value.truth()?, value.place()))),
    };
    let ports = table.read("ports", |value| value.number(u64::MAX))?;
    Ok(RawPattern {
        place,
        data: bytes(table)?,
        caps,
        ports,
        response,
    })
}

fn storage(value: Value<'_>) -> Read<Vec<(Vec<u8>, RawPattern)>> {
    let table = value.free_table("messages by key")?;
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for (key, value) in table.entries {
        let bytes = storage_key(&key)?;
        if !seen.insert(bytes.clone()) {
            let message = format!("expected each key once, found {} again", quoted(key.value));
            return Err(Problem::new(key.place, message));
        }
        let pattern = if value.is_text() {
            let data = Some(value.text("text")?.content.as_bytes().to_vec());
            RawPattern {
                place: value.place(),
                data,
                caps: None,
                ports: None,
                response: None,
            }
        } else {
            let table = value.table("a stored message", PATTERN)?;
            pattern(&table, value.place())?
        };
        entries.push((bytes, pattern));
    }
    Ok(entries)
}

/// An index in decimal; or `text:` and the key; or `hex:` and the key's bytes.
fn storage_key(key: &At<&str>) -> Read<Vec<u8>> {
    let bad = || {
        let message = format!(
            "expected an index, or `text:` or `hex:` and a key, found {}",
            quoted(key.value)
        );
        Problem::new(key.place, message)
    };
    if let Some(text) = key.value.strip_prefix("text:") {
        return Ok(text.as_bytes().to_vec());
    }
    if let Some(digits) = key.value.strip_prefix("hex:") {
        return hex(Text::at(digits, key.place));
    }
    if !key.value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    key.value
        .parse()
        .map(|index: u32| index.to_le_bytes().to_vec())
        .map_err(|_| bad())
}
