//! A scenario's own schedule.
//!
//! Enters: the name of a published schedule, or the table `[schedule]`, which says what differs
//! from one, with the names that `primea interface --format json` prints. Leaves: a schedule that worlds can run under, or the
//! first thing wrong. Refuses to know: which prices there are.

use crate::{
    module::schedule::{Node, PUBLISHED, Part, SCHEDULE_1, Schedule},
    scenario::{
        problem::unknown,
        reader::{Read, Table, Value},
    },
};

/// What a schedule may have beside its prices.
const HEAD: &[&str] = &["base", "name", "hash", "number"];

/// The number and the name of a schedule that differs from all published ones and does not say its own.
const OWN_NUMBER: u32 = 0;
const OWN_NAME: &str = "own";

/// Characters of a name.
const LONGEST_NAME: usize = 64;

/// The schedule of a scenario: the default, a published one, or what its table makes of one.
pub fn schedule(value: Option<Value<'_>>) -> Read<Schedule> {
    match value {
        None => Ok(SCHEDULE_1),
        Some(value) if value.is_text() => published(value),
        Some(value) => own(&value.free_table("a schedule, or the name of a published one")?),
    }
}

fn published(value: Value<'_>) -> Read<Schedule> {
    let expected = "the name of a published schedule";
    let name = value.text(expected)?;
    let names = PUBLISHED.iter().map(|schedule| &*schedule.name);
    let found = Schedule::published(name.content).cloned();
    found.ok_or_else(|| unknown(name.place, "published schedule", name.content, names))
}

/// The published schedule that has these prices, whatever it is called.
fn of_these_prices(schedule: &Schedule) -> Option<&'static Schedule> {
    PUBLISHED.iter().find(|known| known.costs_as(schedule))
}

fn own(table: &Table<'_>) -> Read<Schedule> {
    let mut schedule = table.get("base").map_or(Ok(SCHEDULE_1), published)?;
    set_table(table, &mut schedule.prices(), HEAD)?;
    match of_these_prices(&schedule) {
        Some(known) => schedule = known.clone(),
        None => {
            schedule.number = OWN_NUMBER;
            schedule.name = OWN_NAME.into();
        }
    }
    if let Some(value) = table.get("name") {
        schedule.name = name(value)?.into();
    }
    if let Some(value) = table.get("number") {
        schedule.number = number(value, &schedule)?;
    }
    if let Some(value) = table.get("hash") {
        let expected = schedule.hash().to_string();
        let sentence = format!("the hash of this schedule, {expected}");
        if value.text(&sentence)?.content != expected {
            return Err(value.unexpected(&sentence));
        }
    }
    Ok(schedule)
}

fn name(value: Value<'_>) -> Read<String> {
    let expected = format!("a name of 1 to {LONGEST_NAME} characters in one line");
    let text = value.text(&expected)?.content;
    let is_name =
        (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    match is_name {
        true => Ok(text.to_owned()),
        false => Err(value.unexpected(&expected)),
    }
}

/// A number that no published schedule of other prices has.
fn number(value: Value<'_>, schedule: &Schedule) -> Read<u32> {
    let number = value.number(u64::from(u32::MAX))? as u32;
    let mut published = PUBLISHED.iter();
    if published.any(|known| known.number == number && !known.costs_as(schedule)) {
        let expected = format!("a number other than {number}, whose prices differ from these");
        return Err(value.unexpected(&expected));
    }
    Ok(number)
}

/// Sets what a table names. `beside` are the names in it that are none of `node`'s.
fn set_table(table: &Table<'_>, node: &mut Node<'_>, beside: &[&'static str]) -> Read<()> {
    let Node::Table { of, entries } = node else {
        unreachable!("a table is read for a table");
    };
    for (key, value) in &table.entries {
        if beside.contains(&key.value) {
            continue;
        }
        match entries.iter_mut().find(|entry| entry.name == key.value) {
            Some(entry) => set(*value, &mut entry.node)?,
            None => {
                let names = entries.iter().map(|entry| entry.name);
                let known: Vec<&str> = names.chain(beside.iter().copied()).collect();
                return Err(unknown(key.place, of, key.value, known));
            }
        }
    }
    Ok(())
}

fn set(value: Value<'_>, node: &mut Node<'_>) -> Read<()> {
    match node {
        Node::Ticks { .. } => set_number(value, node, Part::Ticks),
        Node::Rate { .. } => {
            let table = value.table("a price per unit", &["ticks", "unit"])?;
            for (key, part) in [("ticks", Part::Ticks), ("unit", Part::Unit)] {
                if let Some(value) = table.get(key) {
                    set_number(value, node, part)?;
                }
            }
            Ok(())
        }
        Node::Table { .. } => set_table(&value.free_table("prices by name")?, node, &[]),
    }
}

fn set_number(value: Value<'_>, node: &mut Node<'_>, part: Part) -> Read<()> {
    let number = value.number(u64::from(u32::MAX))? as u32;
    node.set(part, number)
        .map_err(|expected| value.unexpected(&expected))
}
