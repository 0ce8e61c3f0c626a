//! References that are wrong: to nothing, or to something of another kind.
//!
//! Enters: a dialect, a parameter and the kind that it asks for. Leaves: variations of a good call.
//! Refuses to know: what else the call is given.

use super::{
    guest::Value,
    wrongs::{GREATEST, NEVER, Variation},
};
use crate::{
    fault::Fault,
    interface::table::{Dialect, Kind},
};

/// The kinds of references that a dialect's guests can hold.
pub fn kinds(dialect: Dialect) -> &'static [Kind] {
    match dialect {
        Dialect::PortsCamel | Dialect::PortsSnake | Dialect::LegacyPorts => {
            &[Kind::Message, Kind::Port]
        }
        Dialect::Capabilities => &[Kind::Message, Kind::Capability],
        Dialect::LegacyCapabilities => &[Kind::Message, Kind::Capability, Kind::Store],
    }
}

/// References to nothing, as far as the dialect has them; `kind` is what it once was.
fn invalid(dialect: Dialect, kind: Kind) -> Vec<(&'static str, Value)> {
    let mut all = vec![
        ("a reference never handed out", Value::Number(NEVER)),
        ("the reference that would be next", Value::NotYet),
        ("the null reference", Value::Number(GREATEST)),
        ("the least i32", Value::Number(1 << 31)),
        (
            match kind {
                Kind::Message => "a deleted message",
                Kind::Port => "a deleted port",
                Kind::Capability => "a deleted capability",
                Kind::Store => "a deleted store",
            },
            Value::Deleted(kind),
        ),
    ];
    match kind {
        Kind::Port => all.push(("a port that was moved into a message", Value::MovedPort)),
        Kind::Message if dialect.has_ports() => {
            all.push(("a message that was sent", Value::SentMessage));
        }
        _ => {}
    }
    all
}

pub fn wrong_kinds(dialect: Dialect, kind: Kind) -> impl Iterator<Item = (&'static str, Value)> {
    let wrong = kinds(dialect).iter().filter(move |other| **other != kind);
    wrong.map(|other| {
        let what = match other {
            Kind::Message => "a message",
            Kind::Port => "a port",
            Kind::Capability => "a capability",
            Kind::Store => "a store",
        };
        (what, Value::Valid(*other))
    })
}

pub fn of_reference(dialect: Dialect, at: usize, kind: Kind) -> Vec<Variation> {
    let invalid = invalid(dialect, kind)
        .into_iter()
        .map(|way| (way, Fault::InvalidReference));
    let wrong = wrong_kinds(dialect, kind).map(|way| (way, Fault::WrongKind));
    invalid
        .chain(wrong)
        .map(|((what, value), fault)| Variation::of(Some(at), what, Some(fault)).with(at, value))
        .collect()
}

/// Every negative number means none; else it is as any reference.
pub fn of_optional_reference(dialect: Dialect, at: usize, kind: Kind) -> Vec<Variation> {
    let negative = |value: Value| matches!(value, Value::Number(number) if (number as i32) < 0);
    let mut all = of_reference(dialect, at, kind);
    for variation in &mut all {
        if variation.values.iter().any(|(_, value)| negative(*value)) {
            variation.expected = None;
        }
    }
    all
}

pub fn of_any_reference(dialect: Dialect, at: usize) -> Vec<Variation> {
    let mut all = Vec::new();
    for kind in kinds(dialect) {
        for (what, value) in invalid(dialect, *kind)
            .into_iter()
            .chain(wrong_kinds(dialect, *kind))
        {
            let variation = Variation::of(Some(at), what, None).with(at, value);
            if !all
                .iter()
                .any(|other: &Variation| other.values == variation.values)
            {
                all.push(variation);
            }
        }
    }
    all
}
