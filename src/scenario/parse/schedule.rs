//! A scenario's own schedule.
//!
//! Enters: the table `[schedule]`, which says what differs from schedule 1, with the names that
//! `primea interface --format json` prints. Leaves: a schedule that worlds can run under, or the
//! first thing wrong. Refuses to know: which prices there are.

use crate::{
    module::schedule::{Node, Part, SCHEDULE_1, Schedule},
    scenario::{
        problem::unknown,
        reader::{Read, Table, Value},
    },
};

/// What a schedule may have beside its prices.
const HEAD: &[&str] = &["name", "hash", "number"];

/// The number and the name of a schedule that differs from schedule 1 and does not say its own.
const OWN_NUMBER: u32 = 0;
const OWN_NAME: &str = "own";

/// Characters of a name.
const LONGEST_NAME: usize = 64;

/// The schedule of a scenario: schedule 1, or what its table makes of that.
pub fn schedule(value: Option<Value<'_>>) -> Read<Schedule> {
    let mut schedule = SCHEDULE_1;
    let Some(value) = value else {
        return Ok(schedule);
    };
    let table = value.free_table("a schedule")?;
    set_table(&table, &mut schedule.prices(), HEAD)?;
    if !schedule.costs_as(&SCHEDULE_1) {
        schedule.number = OWN_NUMBER;
        schedule.name = OWN_NAME.into();
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
    if number == SCHEDULE_1.number && !schedule.costs_as(&SCHEDULE_1) {
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
