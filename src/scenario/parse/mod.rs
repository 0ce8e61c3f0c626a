//! From the text of a scenario file to what it says.
//!
//! Enters: TOML. Leaves: `RawScenario`, or every table's first problem. Refuses to know: whether
//! names exist, and what modules contain.

mod expectations;
mod schedule;
mod steps;

use super::{
    problem::{At, Place, Problem, listing, nearest},
    raw::{RawChannel, RawCode, RawModule, RawScenario},
    reader::{Read, Table, Text, Value, hex, quoted},
    target,
};
use crate::{interface::table::Dialect, limits};
use toml::de::DeTable;

/// The ticks of a message or creation whose step names none: enough for all but long loops, and
/// round, so that what was spent is easy to see.
pub const DEFAULT_TICKS: u64 = 10_000_000;

/// The name by which steps expect something of the world as a whole.
pub const WORLD: &str = "world";

const SCENARIO: &[&str] = &[
    "about", "dialect", "rules", "schedule", "modules", "probes", "channels", "steps",
];
const MODULE: &[&str] = &["wat", "file", "hex"];
/// Reads a scenario file.
pub fn parse(text: &str) -> Result<RawScenario, Vec<Problem>> {
    if text.len() > limits::SCENARIO_BYTES {
        let message = format!(
            "expected a scenario of at most {} bytes, found {}",
            limits::SCENARIO_BYTES,
            text.len()
        );
        return Err(vec![Problem::new(Place::new(0, 0), message)]);
    }
    let document = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(Place::new(0, 0), Place::from);
        let first_line = error
            .message()
            .lines()
            .next()
            .unwrap_or("not TOML")
            .to_owned();
        vec![Problem::new(
            place,
            format!("expected TOML, found an error: {first_line}"),
        )]
    })?;
    let table = toml::Spanned::new(
        document.span(),
        toml::de::DeValue::Table(document.into_inner()),
    );
    Parser::default().scenario(Value::new(text, &table))
}

/// Collects the problems of a file's tables.
#[derive(Default)]
struct Parser {
    problems: Vec<Problem>,
}

impl Parser {
    fn keep<T>(&mut self, read: Read<T>) -> Option<T> {
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn scenario(mut self, value: Value<'_>) -> Result<RawScenario, Vec<Problem>> {
        let table = match value.table("a scenario", SCENARIO) {
            Ok(table) => table,
            Err(problem) => return Err(vec![problem]),
        };
        let about = self.keep(about(&table));
        let dialect = self.keep(table.required("dialect").and_then(dialect));
        let rules = self.keep(table.required("rules").and_then(rules));
        let schedule = self.keep(schedule::schedule(table.get("schedule")));
        let modules = match table
            .get("modules")
            .map(|value| value.free_table("modules by name"))
        {
            None => Vec::new(),
            Some(Err(problem)) => {
                self.problems.push(problem);
                Vec::new()
            }
            Some(Ok(modules)) => {
                let each = modules.entries.iter();
                each.filter_map(|(key, value)| self.keep(module(key, *value)))
                    .collect()
            }
        };
        let probes = self.keep(probes(&table));
        let channels = self.keep(channels(&table));
        let steps = match table.required("steps").and_then(steps::steps) {
            Ok(steps) => steps
                .into_iter()
                .filter_map(|value| self.keep(steps::step(value)))
                .collect(),
            Err(problem) => {
                self.problems.push(problem);
                Vec::new()
            }
        };
        match (about, dialect, rules, schedule, probes, channels) {
            (
                Some(about),
                Some(dialect),
                Some(rules),
                Some(schedule),
                Some(probes),
                Some(channels),
            ) if self.problems.is_empty() => Ok(RawScenario {
                about,
                dialect,
                rules,
                schedule,
                modules,
                probes,
                channels,
                steps,
            }),
            _ => {
                self.problems.sort_by_key(|problem| problem.place.start);
                Err(self.problems)
            }
        }
    }
}

fn about(table: &Table<'_>) -> Read<String> {
    let text = table.required("about")?.text("a sentence or two")?;
    if text.content.trim().is_empty() {
        return Err(Problem::new(
            text.place,
            "expected a sentence or two, found nothing",
        ));
    }
    Ok(text.content.to_owned())
}

fn dialect(value: Value<'_>) -> Read<Dialect> {
    let text = value.text("the name of a dialect")?;
    Dialect::from_name(text.content).ok_or_else(|| {
        let names = Dialect::ALL.iter().map(|dialect| dialect.name());
        let help = match nearest(text.content, names.clone()) {
            Some(near) => format!("there is {}; did you mean `{near}`?", listing(names, "and")),
            None => format!("there is {}", listing(names, "and")),
        };
        value.unexpected("the name of a dialect").help(help)
    })
}

fn rules(value: Value<'_>) -> Read<Vec<At<String>>> {
    let mut rules: Vec<At<String>> = Vec::new();
    for value in value.list("a list of rules, such as [\"MSG-2\"]")? {
        let text = value.text("a rule, such as \"MSG-2\"")?;
        if !crate::rules::is_stated(text.content) {
            let unknown = value.unexpected("a rule, such as \"MSG-2\"");
            return Err(unknown.help(crate::rules::near(text.content)));
        }
        if rules.iter().any(|rule| rule.value == text.content) {
            let message = format!(
                "expected each rule once, found {} again",
                quoted(text.content)
            );
            return Err(Problem::new(text.place, message));
        }
        rules.push(text.owned());
    }
    if rules.is_empty() {
        return Err(Problem::new(
            value.place(),
            "expected at least one rule, found none",
        ));
    }
    Ok(rules)
}

fn module(key: &At<&str>, value: Value<'_>) -> Read<RawModule> {
    let table = value.table("a module", MODULE)?;
    let code = match table.one_of(MODULE)? {
        Some(("wat", value)) => {
            let text = value.text("a module as WebAssembly text")?;
            RawCode::Wat {
                content_start: text.content_start(),
                text: text.owned(),
            }
        }
        Some(("file", value)) => RawCode::File(value.text("the path of a module")?.owned()),
        Some((_, value)) => RawCode::Hex(hex(value.text("hexadecimal digits")?)?),
        None => {
            let message = format!("expected {} in a module, found none", listing(MODULE, "or"));
            return Err(Problem::new(table.place, message));
        }
    };
    Ok(RawModule {
        name: At::new(key.value.to_owned(), key.place),
        code,
    })
}

fn probes(table: &Table<'_>) -> Read<Vec<At<String>>> {
    let Some(value) = table.get("probes") else {
        return Ok(Vec::new());
    };
    let each = value.free_table("probes by name")?.entries;
    each.into_iter()
        .map(|(key, value)| {
            value.table("a probe", &[])?;
            target::name(Text::at(key.value, key.place), "the name of a probe")
        })
        .collect()
}

fn channels(table: &Table<'_>) -> Read<Vec<RawChannel>> {
    let Some(value) = table.get("channels") else {
        return Ok(Vec::new());
    };
    let expected = "the names of the two ends, such as [\"near\", \"far\"]";
    let each = value.free_table("channels by name")?.entries;
    each.into_iter()
        .map(|(key, value)| {
            let list = value.table("a channel", &["ends"])?.required("ends")?;
            let mut ends = Vec::new();
            for end in list.list(expected)? {
                ends.push(target::name(end.text(expected)?, "the name of a port")?);
            }
            let name = target::name(Text::at(key.value, key.place), "the name of a channel")?;
            let ends = <[At<String>; 2]>::try_from(ends).map_err(|_| list.unexpected(expected))?;
            Ok(RawChannel { name, ends })
        })
        .collect()
}

/// The bytes that `data`, `hex` or `u32` give, if one of them is there.
fn bytes(table: &Table<'_>) -> Read<Option<Vec<u8>>> {
    let Some((key, value)) = table.one_of(&["data", "hex", "u32"])? else {
        return Ok(None);
    };
    let bytes = match key {
        "data" => value.text("text")?.content.as_bytes().to_vec(),
        "hex" => hex(value.text("hexadecimal digits")?)?,
        _ => {
            let mut bytes = Vec::new();
            for number in value.list("a list of numbers")? {
                let number = number.number(u64::from(u32::MAX))? as u32;
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            bytes
        }
    };
    if bytes.len() > limits::MESSAGE_DATA_BYTES {
        let most = limits::MESSAGE_DATA_BYTES;
        let message = format!(
            "expected at most {most} bytes of data, found {}",
            bytes.len()
        );
        return Err(Problem::new(value.place(), message));
    }
    Ok(Some(bytes))
}

fn optional_list<'a, T>(
    table: &Table<'a>,
    key: &str,
    each: impl Fn(Value<'a>) -> Read<T>,
) -> Read<Vec<T>> {
    match table.get(key) {
        None => Ok(Vec::new()),
        Some(value) => value
            .list("a list of names")?
            .into_iter()
            .map(each)
            .collect(),
    }
}
