//! Prices by name, as a tree over the numbers of a schedule.
//!
//! Enters: the tree of a schedule ([`Schedule::prices`](super::Schedule::prices)). Leaves: its numbers, to
//! be read and set, and which of them are acceptable. Refuses to know: JSON, TOML and Markdown, and what
//! prices there are.

use super::Rate;
use serde::{Serialize, Serializer};

/// The most ticks that one number of a schedule may say: no sum of charges overflows an i64
/// (`TICK-16`).
pub const MOST_TICKS: u32 = (1 << 31) - 1;

/// A price, or several by name.
pub enum Node<'s> {
    /// For each time.
    Ticks {
        /// The number itself, to be read or changed.
        ticks: &'s mut u32,
        /// What it must at least be.
        least: u32,
    },
    /// By an amount.
    Rate {
        /// The rate itself, to be read or changed.
        rate: &'s mut Rate,
        /// What the amount counts, one of it.
        counted: &'static str,
        /// Whether there ever is such an amount. Where there is none, there is no price.
        occurs: bool,
    },
    /// Several.
    Table {
        /// What a name in it is the name of.
        of: &'static str,
        /// What is in it, in the order of `TICK-15`.
        entries: Vec<Entry<'s>>,
    },
}

/// A number of a price.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The ticks for each unit begun.
    Ticks,
    /// How much one unit is.
    Unit,
}

/// A node with its name.
pub struct Entry<'s> {
    /// What it is called in the table.
    pub name: &'static str,
    /// What is paid for, in words for people.
    pub what: &'static str,
    /// The price or prices that have this name.
    pub node: Node<'s>,
}

/// A number that a schedule must not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unacceptable {
    /// The names on the way to it, each behind a dot.
    pub place: String,
    /// What it should be, in words.
    pub expected: String,
    /// The number that is there.
    pub found: u32,
}

impl std::fmt::Display for Unacceptable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Unacceptable {
            place,
            expected,
            found,
        } = self;
        write!(f, "schedule{place}: expected {expected}, found {found}")
    }
}

impl std::error::Error for Unacceptable {}

impl<'s> Node<'s> {
    /// A price of at least so many ticks.
    pub(super) fn ticks(ticks: &'s mut u32, least: u32) -> Node<'s> {
        Node::Ticks { ticks, least }
    }

    /// A price by an amount that there always is.
    pub(super) fn rate(rate: &'s mut Rate, counted: &'static str) -> Node<'s> {
        Node::Rate {
            rate,
            counted,
            occurs: true,
        }
    }

    /// What is in this table: the whole schedule is one, and each of its parts.
    pub fn into_entries(self) -> Vec<Entry<'s>> {
        match self {
            Node::Table { entries, .. } => entries,
            Node::Ticks { .. } | Node::Rate { .. } => unreachable!("it is a single price"),
        }
    }

    /// All numbers, in order.
    pub fn numbers(&self, into: &mut Vec<u32>) {
        match self {
            Node::Ticks { ticks, .. } => into.push(**ticks),
            Node::Rate { rate, .. } => into.extend([rate.ticks, rate.unit]),
            Node::Table { entries, .. } => {
                entries.iter().for_each(|entry| entry.node.numbers(into));
            }
        }
    }

    /// Sets all numbers, in order, acceptable or not.
    pub fn set_numbers(&mut self, from: &mut impl Iterator<Item = u32>) {
        let mut next = || from.next().expect("as many as there are");
        match self {
            Node::Ticks { ticks, .. } => **ticks = next(),
            Node::Rate { rate, .. } => [rate.ticks, rate.unit] = [next(), next()],
            Node::Table { entries, .. } => {
                let entries = entries.iter_mut();
                entries.for_each(|entry| entry.node.set_numbers(from));
            }
        }
    }

    /// Whether every number is acceptable, and if not, which is the first that is not.
    pub fn check(&self) -> Result<(), Unacceptable> {
        let objection = |place: &str, part: Part, found: u32| match self.objection(part, found) {
            None => Ok(()),
            Some(expected) => Err(Unacceptable {
                place: place.to_owned(),
                expected,
                found,
            }),
        };
        match self {
            Node::Ticks { ticks, .. } => objection("", Part::Ticks, **ticks),
            Node::Rate { rate, .. } => objection(".ticks", Part::Ticks, rate.ticks)
                .and_then(|()| objection(".unit", Part::Unit, rate.unit)),
            Node::Table { entries, .. } => entries.iter().try_for_each(|entry| {
                entry.node.check().map_err(|wrong| Unacceptable {
                    place: format!(".{}{}", entry.name, wrong.place),
                    ..wrong
                })
            }),
        }
    }

    /// Sets a number of this price, unless it must not be that; then the words say what it should
    /// be.
    pub fn set(&mut self, part: Part, number: u32) -> Result<(), String> {
        if let Some(expected) = self.objection(part, number) {
            return Err(expected);
        }
        match (self, part) {
            (Node::Ticks { ticks, .. }, Part::Ticks) => **ticks = number,
            (Node::Rate { rate, .. }, Part::Ticks) => rate.ticks = number,
            (Node::Rate { rate, .. }, Part::Unit) => rate.unit = number,
            (Node::Ticks { .. }, Part::Unit) | (Node::Table { .. }, _) => {
                unreachable!("there is no such number")
            }
        }
        Ok(())
    }

    /// What `number` should be instead, if it must not be that (`TICK-16`).
    fn objection(&self, part: Part, number: u32) -> Option<String> {
        let range = |least: u32| {
            let acceptable = (least..=MOST_TICKS).contains(&number);
            (acceptable, format!("a number from {least} to {MOST_TICKS}"))
        };
        let (acceptable, expected) = match (self, part) {
            (_, Part::Unit) => (
                number.is_power_of_two(),
                format!("a power of two from 1 to {}", 1u32 << 31),
            ),
            (Node::Ticks { least, .. }, Part::Ticks) => range(*least),
            (
                Node::Rate {
                    occurs: false,
                    counted,
                    ..
                },
                Part::Ticks,
            ) => (
                number == 0,
                format!("0, since no call of it has {counted}s"),
            ),
            (_, Part::Ticks) => range(0),
        };
        (!acceptable).then_some(expected)
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Ticks { ticks, .. } => ticks.serialize(serializer),
            Node::Rate { rate, .. } => rate.serialize(serializer),
            Node::Table { entries, .. } => {
                serializer.collect_map(entries.iter().map(|entry| (entry.name, &entry.node)))
            }
        }
    }
}
