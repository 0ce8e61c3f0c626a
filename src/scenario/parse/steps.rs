//! The steps of a scenario file.
//!
//! Enters: the tables under `[[steps]]`. Leaves: raw steps. Refuses to know: what came before them.

use super::{
    DEFAULT_TICKS, bytes,
    expectations::{EXPECT, expect},
    optional_list,
};
use crate::{
    fault::Fault,
    limits,
    scenario::{
        problem::{At, Problem, listing, nearest},
        raw::{RawAfter, RawDeed, RawMessage, RawOutcome, RawStep, Until},
        reader::{Read, Table, Value, quoted},
        target,
    },
};

const MESSAGE: [&str; 8] = [
    "data", "hex", "u32", "ticks", "caps", "ports", "response", "run",
];
const AFTER: [&str; 5] = [
    "outcome",
    "outcomes",
    "spent",
    "passed_assertions",
    "failed_assertions",
];
const CREATE: &[&str] = &[
    "create", "module", "ticks", "caps", "ports", "response", "run", AFTER[0], AFTER[1], AFTER[2],
    AFTER[3], AFTER[4],
];
const SEND: &[&str] = &[
    "send", "send_on", MESSAGE[0], MESSAGE[1], MESSAGE[2], MESSAGE[3], MESSAGE[4], MESSAGE[5],
    MESSAGE[6], MESSAGE[7], AFTER[0], AFTER[1], AFTER[2], AFTER[3], AFTER[4],
];
const ADVANCE: &[&str] = &[
    "advance",
    "advance_to",
    AFTER[0],
    AFTER[1],
    AFTER[2],
    AFTER[3],
    AFTER[4],
];
const DESTROY: &[&str] = &["destroy"];
/// The first keys of the kinds of steps.
const DEEDS: &[&str] = &[
    "create",
    "send",
    "send_on",
    "advance",
    "advance_to",
    "destroy",
    "expect",
];

pub fn steps(value: Value<'_>) -> Read<Vec<Value<'_>>> {
    let steps = value.list("steps, each under [[steps]]")?;
    if steps.len() > limits::SCENARIO_STEPS {
        let found = steps.len();
        let message = format!(
            "expected at most {} steps, found {found}",
            limits::SCENARIO_STEPS
        );
        return Err(Problem::new(steps[limits::SCENARIO_STEPS].place(), message));
    }
    Ok(steps)
}

pub fn step(value: Value<'_>) -> Read<RawStep> {
    let any = value.free_table("a step")?;
    let Some((deed, main)) = any.one_of(DEEDS)? else {
        let message = format!("expected {} in a step, found none", listing(DEEDS, "or"));
        return Err(Problem::new(any.place, message));
    };
    let (deed, after) = match deed {
        "create" => create(value, main)?,
        "send" | "send_on" => {
            let table = value.table("a step that sends", SEND)?;
            let to = target::target(main.text("what to send to")?)?;
            (
                RawDeed::Send {
                    to,
                    on_port: deed == "send_on",
                    message: message(&table)?,
                },
                after(&table)?,
            )
        }
        "advance" | "advance_to" => {
            let table = value.table("a step that advances", ADVANCE)?;
            (RawDeed::Advance(until(deed, main)?), after(&table)?)
        }
        "destroy" => {
            value.table("a step that destroys a port", DESTROY)?;
            (
                RawDeed::Destroy(target::target(main.text("a port")?)?),
                RawAfter::default(),
            )
        }
        _ => {
            let table = value.table("a step that expects", EXPECT)?;
            (RawDeed::Expect(expect(&table, main)?), RawAfter::default())
        }
    };
    Ok(RawStep {
        place: main.place(),
        deed,
        after,
    })
}

fn create(value: Value<'_>, main: Value<'_>) -> Read<(RawDeed, RawAfter)> {
    let table = value.table("a step that creates", CREATE)?;
    let name = target::name(
        main.text("the name of the new actor")?,
        "the name of the new actor",
    )?;
    let module = table
        .required("module")?
        .text("the name of a module")?
        .owned();
    let message = message(&table)?;
    Ok((
        RawDeed::Create {
            name,
            module,
            message,
        },
        after(&table)?,
    ))
}

fn until(deed: &str, main: Value<'_>) -> Read<Until> {
    if deed == "advance_to" {
        return Ok(Until::Time(main.number(limits::LATEST_TIME)?));
    }
    if main.is_text() {
        let text = main.text("a number of ticks, or \"idle\"")?;
        if text.content == "idle" {
            return Ok(Until::Idle);
        }
    }
    if !main.is_number() {
        return Err(main.unexpected("a number of ticks, or \"idle\""));
    }
    Ok(Until::Ticks(main.number(limits::LATEST_TIME)?))
}

fn message(table: &Table<'_>) -> Read<RawMessage> {
    let targets = |value: Value<'_>| target::target(value.text("a name, such as \"alice#7\"")?);
    Ok(RawMessage {
        data: bytes(table)?.unwrap_or_default(),
        ticks: table
            .read("ticks", |value| value.number(limits::INJECTED_TICKS))?
            .map_or(DEFAULT_TICKS, |ticks| ticks.value),
        caps: optional_list(table, "caps", targets)?,
        caps_place: table.key_place("caps"),
        ports: optional_list(table, "ports", targets)?,
        ports_place: table.key_place("ports"),
        response: table.get("response").map(targets).transpose()?,
        run: table.read("run", Value::truth)?.is_none_or(|run| run.value),
    })
}

fn after(table: &Table<'_>) -> Read<RawAfter> {
    let outcomes = match table.one_of(&["outcome", "outcomes"])? {
        None => None,
        Some(("outcome", value)) => Some(At::new(vec![outcome(value)?], value.place())),
        Some((_, value)) => {
            let each = value.list("a list of outcomes")?.into_iter().map(outcome);
            Some(At::new(each.collect::<Read<_>>()?, value.place()))
        }
    };
    Ok(RawAfter {
        outcomes,
        spent: table.read("spent", |value| value.number(u64::MAX))?,
        passed_assertions: table.read("passed_assertions", |value| value.number(u64::MAX))?,
        failed_assertions: table.read("failed_assertions", |value| value.number(u64::MAX))?,
    })
}

/// `ok`, the name of a fault, or either behind an actor: `alice: ok`.
fn outcome(value: Value<'_>) -> Read<At<RawOutcome>> {
    const EXPECTED: &str = "`ok` or the name of a fault";
    let text = value.text(EXPECTED)?;
    let (actor, word) = match text.content.split_once(": ") {
        None => (None, text.content),
        Some((actor, word)) => (Some(target::path(text.slice(0, actor.len()))?.value), word),
    };
    let outcome = match Fault::from_name(word) {
        Some(fault) => Err(fault),
        None if word == "ok" => Ok(()),
        None => {
            let start = text.content.len() - word.len();
            let place = text.part(start, text.content.len());
            let message = format!("expected {EXPECTED}, found {}", quoted(word));
            let names = || Fault::ALL.iter().map(|fault| fault.name());
            let near = nearest(word, names()).map(|near| format!("; did you mean `{near}`?"));
            let help =
                format!("the faults are {}", listing(names(), "and")) + &near.unwrap_or_default();
            return Err(Problem::new(place, message).help(help));
        }
    };
    Ok(At::new(RawOutcome { actor, outcome }, value.place()))
}
