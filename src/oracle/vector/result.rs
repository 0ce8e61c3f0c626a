//! What came of a vector, as JSON (`docs/vectors.md`, "What is expected").
//!
//! Enters: what was carried out, and which levels are wanted. Leaves: a result, whose long lists
//! stand in full or shortened. Refuses to know: what was expected.

use super::{
    Vector,
    carry::{Carried, CarriedStep},
    instructions::Digest,
    long,
    state::{self, decimal, id},
};
use crate::{
    activation::session::Call,
    fault::Fault,
    interface::table::IMPORTS,
    oracle::level::{Level, Levels},
    state::{hash::Hash, identity::ActorId, message::Envelope},
    world::record::{Parts, Record},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fmt::Write};

/// How the long lists of a result stand whose elements are of one level: events, and what is in the
/// state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Outright.
    Full,
    /// As long lists do in vectors (`docs/vectors.md`).
    Short,
}

/// The result, as far as these levels go.
pub fn result(vector: &Vector, carried: &Carried, levels: Levels, form: Form) -> Value {
    let mut result = Map::new();
    if levels.has_steps() {
        let steps = carried.steps.iter().map(|one| step(one, levels, form));
        result.insert("steps".to_owned(), steps.collect());
        let arrivals = vector.probes.iter().map(|probe| {
            let found = carried.arrivals.at(ActorId::from(probe.id));
            let messages = found.iter().map(|envelope| arrival(envelope, levels));
            json!({ "probe": id(probe.id.0), "messages": messages.collect::<Value>() })
        });
        result.insert("arrivals".to_owned(), arrivals.collect());
    }
    if levels.has(Level::State) {
        let mut state = state::state(&carried.world);
        if form == Form::Short {
            long::shorten_lists(&mut state);
        }
        result.insert("state".to_owned(), state);
    }
    Value::Object(result)
}

fn step(step: &CarriedStep, levels: Levels, form: Form) -> Value {
    let mut actors: BTreeMap<ActorId, Vec<Value>> = BTreeMap::new();
    let with_digests = levels.has(Level::Instructions);
    assert!(
        !with_digests || step.digests.len() == step.records.len(),
        "whoever wants digests has asked for them"
    );
    for (at, record) in step.records.iter().enumerate() {
        let mut activation = activation(record, levels, form);
        if with_digests {
            activation["instructions"] = digest(&step.digests[at]);
        }
        actors.entry(record.actor).or_default().push(activation);
    }
    let actors = actors
        .into_iter()
        .map(|(actor, activations)| json!({ "actor": id(actor.0), "activations": activations }));
    let mut value = Map::new();
    value.insert("actors".to_owned(), actors.collect());
    if levels.has(Level::Ticks) {
        value.insert("time".to_owned(), decimal(step.time));
    }
    if let Some(root) = step.root.filter(|_| levels.has(Level::Roots)) {
        value.insert("root".to_owned(), id(root));
    }
    Value::Object(value)
}

fn activation(record: &Record, levels: Levels, form: Form) -> Value {
    let mut value = Map::new();
    let mut put = |key: &str, entry: Value| {
        value.insert(key.to_owned(), entry);
    };
    if levels.has(Level::Outcomes) {
        put("deed", record.deed.name().into());
        put("fault", record.outcome.err().map_or(0, Fault::code).into());
        put("returned", record.outcome.ok().flatten().into());
    }
    if levels.has(Level::Ticks) {
        let handled = record.handled.map(|position| {
            json!({
                "stamp": decimal(position.stamp),
                "sender": id(position.sender.0),
                "number": decimal(position.number),
            })
        });
        put("handled", handled.into());
        put("start", decimal(record.start));
        put("end", decimal(record.end));
        put("tank", decimal(record.tank));
        put("spent", decimal(record.spent));
        put("left", decimal(record.left));
        put(
            "shares",
            record.shares.iter().copied().map(decimal).collect(),
        );
        put("waits_until", record.waits_until.map(decimal).into());
    }
    if levels.has(Level::Roots) {
        put("parts", record.parts.as_ref().map(parts).into());
    }
    if levels.has(Level::Events) {
        put("events", events(&record.calls, form));
    }
    Value::Object(value)
}

fn digest(digest: &Digest) -> Value {
    let parts = digest.parts.iter().copied();
    json!({ "count": decimal(digest.count), "blake3": parts.map(id).collect::<Value>() })
}

/// The result of a question about one part.
pub fn part(carried: &Carried) -> Value {
    let instructions = carried.part.as_ref().map(|part| -> Value {
        let lines = part.iter().map(|it| {
            let ticks = decimal(it.ticks);
            json!([it.function, it.offset, it.opcode, ticks])
        });
        lines.collect()
    });
    json!({ "instructions": instructions })
}

fn parts(parts: &Parts) -> Value {
    json!({
        "created": decimal(parts.counters.created),
        "channels": decimal(parts.counters.channels),
        "sent": decimal(parts.counters.sent),
        "storage": id(parts.storage),
        "bound": id(parts.bound),
        "run": parts.run.map(id),
    })
}

/// The import calls. There may be a hundred thousand of them: where only their hash is wanted, only
/// their text is made.
fn events(calls: &[Call], form: Form) -> Value {
    if form == Form::Full || calls.len() <= long::FULL_ELEMENTS {
        return calls.iter().map(event).collect();
    }
    let mut text = String::new();
    calls.iter().for_each(|call| write_event(&mut text, call));
    let first = calls[..long::SHOWN_ELEMENTS].iter().map(event).collect();
    long::short(calls.len(), first, Hash::plain(text.as_bytes()))
}

/// The canonical text of an event, and a line feed.
fn write_event(text: &mut String, call: &Call) {
    let import = &IMPORTS[call.import];
    let arguments: Vec<String> = call.arguments.iter().map(i32::to_string).collect();
    let result = match call.result {
        Err(fault) => format!("{{\"fault\":{}}}", fault.code()),
        Ok(result) if import.has_result() => result.to_string(),
        Ok(_) => "null".to_owned(),
    };
    let (before, after) = (call.ticks_before, call.ticks_after);
    writeln!(
        text,
        "[\"{}\",[{}],{result},\"{before}\",\"{after}\"]",
        import.name,
        arguments.join(",")
    )
    .expect("writing to a string works");
}

fn event(call: &Call) -> Value {
    let import = &IMPORTS[call.import];
    let result = match call.result {
        Err(fault) => json!({ "fault": fault.code() }),
        Ok(result) if import.has_result() => result.into(),
        Ok(_) => Value::Null,
    };
    let (before, after) = (decimal(call.ticks_before), decimal(call.ticks_after));
    json!([import.name, call.arguments, result, before, after])
}

fn arrival(envelope: &Envelope, levels: Levels) -> Value {
    let Value::Object(mut value) = state::message(&envelope.message) else {
        unreachable!("a message is an object");
    };
    let position = &envelope.position;
    value.insert("sender".to_owned(), id(position.sender.0));
    value.insert("number".to_owned(), decimal(position.number));
    value.insert("tag".to_owned(), envelope.tag.into());
    if levels.has(Level::Ticks) {
        value.insert("stamp".to_owned(), decimal(position.stamp));
        value.insert("ticks".to_owned(), decimal(envelope.ticks));
    }
    Value::Object(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_event_is_canonical() {
        for (import, result) in IMPORTS
            .iter()
            .zip([Ok(-1), Err(Fault::OutOfTicks)].iter().cycle())
        {
            let call = Call {
                import: IMPORTS
                    .iter()
                    .position(|one| one == import)
                    .expect("it is one"),
                arguments: import.params.iter().map(|_| i32::MIN).collect(),
                result: *result,
                ticks_before: u64::MAX,
                ticks_after: 0,
            };
            let mut text = String::new();
            write_event(&mut text, &call);
            assert_eq!(text, event(&call).to_string() + "\n");
        }
    }

    #[test]
    fn events_are_shortened_as_every_list_is() {
        let call = |ticks_after| Call {
            import: 0,
            arguments: vec![1, 2],
            result: Ok(0),
            ticks_before: 9,
            ticks_after,
        };
        for count in [0, 1, 64, 65, 200] {
            let calls: Vec<Call> = (0..count).map(call).collect();
            let mut full = events(&calls, Form::Full);
            assert_eq!(full.as_array().map(Vec::len), Some(count as usize));
            long::shorten_lists(&mut full);
            assert_eq!(events(&calls, Form::Short), full);
        }
    }
}
