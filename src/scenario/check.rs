//! Whether what happened is what was expected.
//!
//! Enters: expectations, records, states. Leaves: a problem for everything that differs, with what
//! was expected and found. Refuses to know: how the world got there.

mod messages;

use super::{
    plan::{ActorExpectation, After},
    problem::{At, Place, Problem},
};
use crate::{
    fault::Fault,
    interface::table::{IMPORTS, Operation},
    state::identity::ActorId,
    trace::{names::Names, text},
    world::{World, actor::Actor, record::Record},
};
use messages::pattern;

pub use messages::arrivals;

/// Compares a number, if one is expected.
fn number(what: &str, expected: Option<&At<u64>>, found: u64) -> Option<Problem> {
    let expected = expected.filter(|expected| expected.value != found)?;
    let message = format!("expected {what} to be {}, found {found}", expected.value);
    Some(Problem::new(expected.place, message))
}

fn outcome_name(outcome: Result<(), Fault>) -> &'static str {
    outcome.map_or_else(Fault::name, |()| "ok")
}

/// What is expected of a step's activations.
pub fn after(
    after: &After,
    place: Place,
    records: &[Record],
    names: impl Fn() -> Names,
) -> Vec<Problem> {
    let mut wrong = Vec::new();
    let outcome = |record: &Record| record.outcome.map(|_| ());
    match &after.outcomes {
        Some(expected) => {
            let as_expected = expected.value.len() == records.len()
                && expected
                    .value
                    .iter()
                    .zip(records)
                    .all(|(expected, record)| {
                        let expected = expected.value;
                        expected.outcome == outcome(record)
                            && expected.actor.is_none_or(|actor| actor == record.actor)
                    });
            if !as_expected {
                let names = names();
                let expected_list = expected.value.iter().map(|expected| {
                    let word = outcome_name(expected.value.outcome);
                    match expected.value.actor {
                        Some(actor) => format!("{}: {word}", names.actor(actor)),
                        None => word.to_owned(),
                    }
                });
                let message = format!(
                    "expected the outcomes {}; found {}",
                    text::list(expected_list),
                    outcomes(records, &names)
                );
                wrong.push(Problem::new(expected.place, message));
            }
        }
        None if records.iter().any(|record| record.outcome.is_err()) => {
            let found = outcomes(records, &names());
            let message = format!("expected that nothing faults, found {found}");
            let help = "a step in which something may fault says so: ";
            let line = outcomes_line(records, &names());
            wrong.push(Problem::new(place, message).help(help.to_owned() + &line));
        }
        None => {}
    }
    let spent = records.iter().map(|record| record.spent).sum();
    wrong.extend(number("what the step spent", after.spent.as_ref(), spent));
    let (passed, failed) = assertions(records);
    let expected = after.passed_assertions.as_ref();
    wrong.extend(number("the number of passed assertions", expected, passed));
    let none = At::new(0, place);
    let expected = after.failed_assertions.as_ref().unwrap_or(&none);
    wrong.extend(number(
        "the number of failed assertions",
        Some(expected),
        failed,
    ));
    wrong
}

/// Outcomes shown of one step, and messages of one probe.
const SHOWN_ITEMS: usize = 40;

/// The line of a scenario that expects these outcomes, and says whose they are where it must.
fn outcomes_line(records: &[Record], names: &Names) -> String {
    let word = |record: &Record| outcome_name(record.outcome.map(|_| ()));
    if let [record] = records {
        return format!("outcome = \"{}\"", word(record));
    }
    if records.len() > SHOWN_ITEMS {
        return "outcomes = [...]".to_owned();
    }
    let each = |record: &Record| format!("\"{}: {}\"", names.actor(record.actor), word(record));
    let all: Vec<String> = records.iter().map(each).collect();
    format!("outcomes = [{}]", all.join(", "))
}

fn outcomes(records: &[Record], names: &Names) -> String {
    let shown = records.iter().take(SHOWN_ITEMS).map(|record| {
        let word = outcome_name(record.outcome.map(|_| ()));
        let refusal = record
            .refusal
            .as_ref()
            .map(|why| format!(" ({why})"))
            .unwrap_or_default();
        format!("{}: {word}{refusal}", names.actor(record.actor))
    });
    let mut list = text::list(shown);
    if records.len() > SHOWN_ITEMS {
        list.push_str(&format!(" and {} more", records.len() - SHOWN_ITEMS));
    }
    list
}

/// How many of the guests' assertions passed and failed (`LEG-2`).
fn assertions(records: &[Record]) -> (u64, u64) {
    let calls = records.iter().flat_map(|record| &record.calls);
    let asserted = calls.filter(|call| {
        IMPORTS[call.import].operation == Operation::AssertEqual && call.result.is_ok()
    });
    asserted.fold((0, 0), |(passed, failed), call| {
        if call.arguments[0] == call.arguments[1] {
            (passed + 1, failed)
        } else {
            (passed, failed + 1)
        }
    })
}

/// What is expected of an actor.
pub fn actor(
    expected: &ActorExpectation,
    id: ActorId,
    world: &World,
    names: impl Fn() -> Names,
) -> Vec<Problem> {
    // An actor whose creation has not begun does not exist yet (`ACTOR-5`).
    let existing = world
        .actors()
        .get(&id)
        .filter(|actor| actor.creation.is_none());
    let actor = match (existing, expected.exists) {
        (Some(actor), true) => actor,
        (None, false) => return Vec::new(),
        (found, wanted) => {
            let word = |exists| if exists { "exists" } else { "does not exist" };
            let message = format!(
                "expected an actor that {}, found that it {}",
                word(wanted),
                word(found.is_some())
            );
            return vec![Problem::new(expected.exists_place, message)];
        }
    };
    let mut wrong = Vec::new();
    let waits = actor.run.is_some();
    if let Some(waiting) = expected
        .waiting
        .as_ref()
        .filter(|waiting| waiting.value != waits)
    {
        let word = |waits| if waits { "waits" } else { "does not wait" };
        let message = format!(
            "expected an actor that {}, found that it {}",
            word(waiting.value),
            word(waits)
        );
        wrong.push(Problem::new(waiting.place, message));
    }
    for (key, expected) in &expected.numbers {
        match actor_number(key, id, actor, world) {
            Some(found) => wrong.extend(number(&format!("`{key}`"), Some(expected), found)),
            None => {
                let message = format!("expected `{key}` of a waiting run, found that none waits");
                wrong.push(Problem::new(expected.place, message));
            }
        }
    }
    if let Some(bound) = &expected.bound {
        let mut wanted = bound.value.clone();
        wanted.sort();
        let found: Vec<Vec<u8>> = actor
            .bound
            .in_order()
            .iter()
            .map(|(name, _)| name.to_vec())
            .collect();
        if wanted != found {
            let list = |all: &[Vec<u8>]| text::list(all.iter().map(|name| text::data(name)));
            let message = format!(
                "expected the bound ports {}; found {}",
                list(&wanted),
                list(&found)
            );
            wrong.push(Problem::new(bound.place, message));
        }
    }
    wrong.extend(storage(expected, actor, &names));
    wrong
}

fn actor_number(key: &str, id: ActorId, actor: &Actor, world: &World) -> Option<u64> {
    let run = actor.run.as_ref();
    Some(match key {
        "clock" => actor.clock,
        "created" => actor.counters.created,
        "channels" => actor.counters.channels,
        "sent" => actor.counters.sent,
        "inbox" => world.inbox(id).len() as u64,
        "deadline" => run?.deadline,
        "kept" => run?.ticks,
        _ => unreachable!("the keys of an actor were checked"),
    })
}

fn storage(expected: &ActorExpectation, actor: &Actor, names: &impl Fn() -> Names) -> Vec<Problem> {
    let Some(expected) = &expected.storage else {
        return Vec::new();
    };
    let mut wrong = Vec::new();
    for (key, wanted) in &expected.value {
        match actor.storage.get(key.as_slice()) {
            Some(found) => wrong.extend(pattern(wanted, found, names)),
            None => {
                let message = format!(
                    "expected something stored at {}, found nothing",
                    text::key(key)
                );
                wrong.push(Problem::new(wanted.place, message));
            }
        }
    }
    for (key, found) in actor.storage.in_order() {
        if expected
            .value
            .iter()
            .all(|(wanted, _)| wanted.as_slice() != &key[..])
        {
            let (key, data) = (text::key(key), text::data(found.data.bytes()));
            let message = format!("expected nothing stored at {key}, found {data}");
            wrong.push(Problem::new(expected.place, message));
        }
    }
    wrong
}

/// What is expected of the world as a whole.
pub fn world(expected: &[(&'static str, At<u64>)], world: &World) -> Vec<Problem> {
    let found = |key: &str| match key {
        "time" => world.time(),
        "injected" => world.ledger().injected,
        "spent" => world.ledger().spent,
        "burned" => world.ledger().burned,
        "held" => world.ledger().held,
        "actors" => world
            .actors()
            .values()
            .filter(|actor| actor.creation.is_none())
            .count() as u64,
        "channels" => world.channels().len(),
        _ => unreachable!("the keys of the world were checked"),
    };
    let wrong = expected.iter();
    wrong
        .filter_map(|(key, expected)| number(&format!("`{key}`"), Some(expected), found(key)))
        .collect()
}
