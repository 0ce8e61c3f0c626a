//! The tick schedule of a vector.
//!
//! Enters: schedules, or JSON. Leaves: the other. Where it is schedule 1, its prices are left out.
//! Refuses to know: which prices there are.

use crate::module::schedule::{Node, Part, SCHEDULE_1, Schedule};
use serde::{Deserialize, Deserializer, Serializer, de::Error, ser::SerializeMap};
use serde_json::Value;

pub fn serialize<S: Serializer>(schedule: &Schedule, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("name", &schedule.name)?;
    map.serialize_entry("number", &schedule.number)?;
    map.serialize_entry("hash", &schedule.hash().to_string())?;
    if *schedule != SCHEDULE_1 {
        let mut schedule = schedule.clone();
        let Node::Table { entries, .. } = schedule.prices() else {
            unreachable!("a schedule has several prices");
        };
        for entry in entries {
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
    let mut schedule = SCHEDULE_1;
    let number = value["number"].as_u64();
    schedule.number = number
        .and_then(|number| u32::try_from(number).ok())
        .ok_or("number: expected a u32")?;
    let name = value["name"].as_str().ok_or("name: expected a text")?;
    schedule.name = name.to_owned().into();
    let hash = value["hash"].as_str().ok_or("hash: expected a text")?;
    if hash != schedule.hash().to_string() {
        let mut prices = schedule.prices();
        set(&mut prices, value, "")?;
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
