//! A run as a trace that Perfetto and Chrome's own viewer show: a thread an actor, a slice an
//! activation, an arrow a message. A tick is a microsecond.
//!
//! Enters: records, and what was recorded beside them. Leaves: JSON in the trace event format.
//! Refuses to know: instructions.

use super::{
    lanes::{Delivery, Lanes},
    recording::{Bounds, Recording, Told},
};
use crate::{
    activation::watch::Phase,
    interface::table::IMPORTS,
    limits,
    scenario::{plan::Plan, play::Played},
    state::identity::ActorId,
    trace::{golden, names::Names, text},
    world::record::Record,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// As much as a scenario may do in one step.
pub const BOUNDS: Bounds = Bounds {
    activations: limits::STEP_ACTIVATIONS,
    messages: limits::STEP_EVENTS,
    calls: limits::STEP_EVENTS,
};

/// The whole trace, an event a line.
pub fn trace(title: &str, plan: &Plan, played: &Played, recording: &Recording) -> String {
    let names = Names::of(plan, &played.world);
    let lanes = Lanes::of(plan, played, recording, &names);
    let mut events = vec![json!({"ph": "M", "pid": 1, "name": "process_name",
        "args": {"name": format!("{title}: a tick is 1 us")}})];
    for (at, lane) in lanes.all.iter().enumerate() {
        events.push(
            json!({"ph": "M", "pid": 1, "tid": at, "name": "thread_name",
            "args": {"name": lane.name}}),
        );
        events.push(
            json!({"ph": "M", "pid": 1, "tid": at, "name": "thread_sort_index",
            "args": {"sort_index": at}}),
        );
    }
    let records: Vec<&Record> = played.steps.iter().flat_map(|it| &it.records).collect();
    let resumptions = resumptions(&records, played.world.time());
    for (at, (record, told)) in records.iter().zip(&recording.activations).enumerate() {
        let lane = lanes.of_actor(record.actor).expect("it was activated");
        activation(&mut events, at, lane, (record, told), resumptions[at]);
    }
    for (id, (sent, delivery)) in recording.messages.iter().zip(&lanes.deliveries).enumerate() {
        let data = text::data(sent.envelope.message.data.bytes());
        let stamp = sent.envelope.position.stamp;
        // An arrow begins in the slice that it comes from, whose last tick is before its end.
        let from = sent.by.map_or(stamp, |by| stamp.min(records[by].end - 1));
        let at = lanes.sender(sent);
        let flow = |phase: &str, tid: usize, ts: u64| {
            json!({"ph": phase, "bp": "e", "pid": 1, "tid": tid, "ts": ts, "id": id,
                "cat": "message", "name": "message", "args": {"data": data}})
        };
        if sent.by.is_none() {
            events.push(
                json!({"ph": "X", "pid": 1, "tid": at, "ts": stamp, "dur": 1,
                "cat": "outside", "name": "sends", "args": {"data": data}}),
            );
        }
        if let Delivery::Handled(by) = delivery {
            let to = lanes.of_actor(records[*by].actor).expect("it handled it");
            events.push(flow("s", at, from));
            events.push(flow("f", to, records[*by].start));
        }
    }
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let lines = lines.join(",\n");
    format!("{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{lines}\n]}}\n")
}

/// When each run that waits goes on, or until when it has waited in vain.
fn resumptions(records: &[&Record], now: u64) -> Vec<Option<u64>> {
    let mut next: BTreeMap<ActorId, u64> = BTreeMap::new();
    let backwards = records.iter().rev().map(|record| {
        let resumed = next.insert(record.actor, record.start);
        record.waits_until.map(|_| resumed.unwrap_or(now))
    });
    let mut resumptions: Vec<Option<u64>> = backwards.collect();
    resumptions.reverse();
    resumptions
}

/// The slice of an activation, with what it did inside it, its fault, and its wait.
fn activation(
    events: &mut Vec<Value>,
    at: usize,
    lane: usize,
    (record, told): (&Record, &Told),
    resumed: Option<u64>,
) {
    let mut slice = |category: &str, name: &str, start: u64, end: u64, args: Value| {
        events.push(
            json!({"ph": "X", "pid": 1, "tid": lane, "ts": start, "dur": end - start,
            "cat": category, "name": name, "args": args}),
        );
    };
    let Record { start, end, .. } = *record;
    let about = json!({"activation": at + 1, "outcome": golden::outcome(record),
        "tank": record.tank, "spent": record.spent, "left over": golden::remainder(record)});
    slice("activation", record.deed.name(), start, end, about);
    let ends = told.phases.iter().skip(1).map(|(_, spent)| *spent);
    for ((phase, from), to) in told.phases.iter().zip(ends.chain([record.spent])) {
        let name = match phase {
            Phase::Opening => "opening".to_owned(),
            Phase::Start => "start function".to_owned(),
            Phase::Entry => "entry".to_owned(),
            Phase::CallbackCharge => "callback charge".to_owned(),
            Phase::Callback(index) => format!("callback {index}"),
        };
        slice("phase", &name, start + from, start + to, json!({}));
    }
    for (call, [from, to]) in record.calls.iter().zip(&told.calls) {
        let name = IMPORTS[call.import].name;
        let about = json!({"call": golden::call(call)});
        slice("import", name, start + from, start + to, about);
    }
    if let (Some(until), Some(resumed)) = (record.waits_until, resumed) {
        slice("wait", "waits", end, resumed, json!({"until": until}));
    }
    if let Err(fault) = record.outcome {
        events.push(
            json!({"ph": "i", "s": "t", "pid": 1, "tid": lane, "ts": end - 1,
            "cat": "fault", "name": fault.name(), "args": {"means": fault.explanation()}}),
        );
    }
}
