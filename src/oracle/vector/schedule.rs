//! The tick schedule of a vector.
//!
//! Enters: schedules, or JSON. Leaves: the other. The prices of a published one are left out.
//! Refuses to know: which prices there are.

use crate::module::schedule::{Node, PUBLISHED, Part, SCHEDULE_1, Schedule};
use serde::{Deserialize, Deserializer, Serializer, de::Error, ser::SerializeMap};
use serde_json::Value;

pub fn serialize<S: Serializer>(schedule: &Schedule, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("name", &schedule.name)?;
    map.serialize_entry("number", &schedule.number)?;
    map.serialize_entry("hash", &schedule.hash().to_string())?;
    if !PUBLISHED.contains(schedule) {
        let mut schedule = schedule.clone();
        for entry in schedule.prices().into_entries() {
            map.serialize_entry(entry.name, &entry.node)?;
        }
    }
    map.end()
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Schedule, D::Error> {
    let value = Value::deserialize(deserializer)?;
    read(&value).map_err(|why| D::Error::custom(format!("schedule: {why}")))
}

fn read(value: &Value) -> Result<Schedule, String> {
    let number = value["number"].as_u64();
    let number = number
        .and_then(|number| u32::try_from(number).ok())
        .ok_or("number: expected a u32")?;
    let name = value["name"].as_str().ok_or("name: expected a text")?;
    let hash = value["hash"].as_str().ok_or("hash: expected a text")?;
    let mut published = PUBLISHED.iter();
    let base = published.find(|one| one.hash().to_string() == hash);
    let mut schedule = Schedule {
        number,
        name: name.to_owned().into(),
        ..base.unwrap_or(&SCHEDULE_1).clone()
    };
    if base.is_none() {
        set(&mut schedule.prices(), value, "")?;
    }
    match schedule.hash().to_string() {
        found if found == hash => Ok(schedule),
        found => Err(format!("hash: expected that of these prices, {found}")),
    }
}

/// Sets every number of a price.
fn set(node: &mut Node<'_>, value: &Value, place: &str) -> Result<(), String> {
    match node {
        Node::Ticks { .. } => set_number(node, Part::Ticks, value, place),
        Node::Rate { .. } => {
            set_number(node, Part::Ticks, &value["ticks"], place)?;
            set_number(node, Part::Unit, &value["unit"], place)
        }
        Node::Table { entries, .. } => entries.iter_mut().try_for_each(|entry| {
            let place = format!("{place}.{}", entry.name);
            set(&mut entry.node, &value[entry.name], &place)
        }),
    }
}

fn set_number(node: &mut Node<'_>, part: Part, value: &Value, place: &str) -> Result<(), String> {
    let number = value
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| format!("{place}: expected a u32, found {value}"))?;
    node.set(part, number)
        .map_err(|expected| format!("{place}: expected {expected}, found {number}"))
}
