//! The two long lists of a page: activations, and messages.
//!
//! Enters: records, and what was recorded beside them. Leaves: rows, with the texts and imports that
//! stand in many of them. Refuses to know: the rest of the page.

use crate::{
    activation::session::Call,
    fault::Fault,
    interface::table::{IMPORTS, ParamType, Returns},
    report::{
        lanes::{Delivery, Lanes},
        recording::{Sent, Told},
        ticks::account::Parts,
    },
    state::message::Message,
    trace::{names::Names, text},
    world::{record::Record, watch::Aim},
};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// The greatest number up to which JavaScript holds every one.
const SAFE: u64 = (1 << 53) - 1;

/// A number as JavaScript can hold it: beyond what it counts exactly, a text.
#[derive(Clone, Copy)]
pub struct Number(pub u64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 <= SAFE {
            serializer.serialize_u64(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

/// One activation. What is not there did not happen, or is as it was.
#[derive(Serialize)]
pub struct ActivationRow {
    lane: usize,
    entry: &'static str,
    start: Number,
    end: Number,
    tank: Number,
    spent: Number,
    left: Number,
    shares: Vec<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<Number>,
    /// The message that it handled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handled: Option<usize>,
    /// What its ticks were spent on, as `primea ticks` has it.
    pub parts: [Number; Parts::NAMES.len()],
    /// How many actors and channels it made, and messages it sent, so far: afterwards, if it succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    counters: Option<[Number; 3]>,
    /// Texts: each changed key, and its message if there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    storage: Vec<(usize, Option<usize>)>,
    /// Texts: each changed name, and its port if there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bound: Vec<(usize, Option<usize>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<CallRow>,
    /// Calls that are left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_calls: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Import, arguments, result, fault, ticks before and after.
pub type CallRow = (usize, Vec<i64>, Option<i64>, Option<u32>, Number, Number);

/// One message, from whoever sent it to whatever became of it.
#[derive(Serialize)]
pub struct MessageRow {
    from: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<usize>,
    step: usize,
    /// The lane in which it ends, if it ends in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<usize>,
    /// The activation that handled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    handled: Option<usize>,
    fate: &'static str,
    /// Where it was sent: a text.
    aim: usize,
    stamp: Number,
    number: Number,
    ticks: Number,
    /// What is in it: a text.
    what: usize,
}

/// An import that was called.
#[derive(Serialize)]
pub struct ImportRow {
    name: &'static str,
    params: Vec<&'static str>,
}

/// Texts, each once.
#[derive(Default)]
pub struct Texts {
    pub all: Vec<String>,
    known: BTreeMap<String, usize>,
}

impl Texts {
    fn of(&mut self, text: String) -> usize {
        let next = self.all.len();
        let at = *self.known.entry(text.clone()).or_insert(next);
        if at == next {
            self.all.push(text);
        }
        at
    }
}

/// The imports that were called, each once.
#[derive(Default)]
pub struct Imports {
    known: BTreeMap<usize, usize>,
    pub rows: Vec<ImportRow>,
}

impl Imports {
    fn of(&mut self, import: usize) -> usize {
        let next = self.rows.len();
        let at = *self.known.entry(import).or_insert(next);
        if at == next {
            let import = &IMPORTS[import];
            self.rows.push(ImportRow {
                name: import.name,
                params: import.params.iter().map(|param| param.name).collect(),
            });
        }
        at
    }
}

/// The row of an activation, but for what others know of it: `handled` and `parts`.
pub fn activation(
    record: &Record,
    told: &Told,
    lanes: &Lanes,
    names: &Names,
    texts: &mut Texts,
    imports: &mut Imports,
) -> ActivationRow {
    let storage = told.storage.iter().map(|(key, value)| {
        let value = value.as_ref().map(|value| texts.of(message(value, names)));
        (texts.of(text::key(key)), value)
    });
    let storage = storage.collect();
    let bound = told.bound.iter().map(|(name, port)| {
        let port = port.map(|port| texts.of(names.port(port)));
        (texts.of(text::data(name)), port)
    });
    let shown = told.calls.len();
    ActivationRow {
        lane: lanes.of_actor(record.actor).expect("it was activated"),
        entry: record.deed.name(),
        start: Number(record.start),
        end: Number(record.end),
        tank: Number(record.tank),
        spent: Number(record.spent),
        left: Number(record.left),
        shares: record.shares.iter().copied().map(Number).collect(),
        fault: record.outcome.err().map(Fault::code),
        returned: record.outcome.ok().flatten(),
        refusal: record.refusal.clone(),
        waits: record.waits_until.map(Number),
        handled: None,
        parts: [Number(0); Parts::NAMES.len()],
        counters: told
            .counters
            .map(|it| [it.created, it.channels, it.sent].map(Number)),
        storage,
        bound: bound.collect(),
        calls: record
            .calls
            .iter()
            .take(shown)
            .map(|it| call(it, imports))
            .collect(),
        more_calls: record.calls.len().saturating_sub(shown) as u64 + record.unrecorded_calls,
    }
}

/// A call with its numbers as a reader would write them: references with a sign, all else without.
fn call(call: &Call, imports: &mut Imports) -> CallRow {
    let import = &IMPORTS[call.import];
    let arguments = import.params.iter().zip(&call.arguments);
    let arguments = arguments.map(|(param, value)| match param.ty {
        ParamType::Reference(_) | ParamType::OptionalReference(_) | ParamType::AnyReference => {
            i64::from(*value)
        }
        _ => i64::from(*value as u32),
    });
    let result = match (call.result, import.returns) {
        (Err(_), _) | (Ok(_), Returns::Nothing) => None,
        (Ok(number), Returns::Number) => Some(i64::from(number as u32)),
        (Ok(result), _) => Some(i64::from(result)),
    };
    (
        imports.of(call.import),
        arguments.collect(),
        result,
        call.result.err().map(Fault::code),
        Number(call.ticks_before),
        Number(call.ticks_after),
    )
}

/// A message in one line.
fn message(message: &Message, names: &Names) -> String {
    let data = message.data.bytes();
    // Only modules are long, and only of them is it of interest which one it is.
    let module = (data.len() > 64).then(|| names.module_name(message.data.hash()));
    let mut line = match module.flatten() {
        Some(name) => format!("module {name} ({} bytes)", data.len()),
        None => text::data(data),
    };
    if !message.capabilities().is_empty() {
        let all = message.capabilities().iter();
        let all = text::list(all.map(|it| names.capability(*it)));
        line.push_str(&format!(", caps [{all}]"));
    }
    if !message.ports().is_empty() {
        let all = text::list(message.ports().iter().map(|port| names.port(*port)));
        line.push_str(&format!(", ports [{all}]"));
    }
    if let Some(response) = message.response() {
        line.push_str(&format!(", response {}", names.capability(response)));
    }
    line
}

/// The row of a message.
pub fn message_row(
    (sent, delivery): (&Sent, &Delivery),
    lanes: &Lanes,
    records: &[&Record],
    names: &Names,
    texts: &mut Texts,
) -> MessageRow {
    let (fate, to, handled) = match *delivery {
        Delivery::Handled(by) => ("handled", lanes.of_actor(records[by].actor), Some(by)),
        Delivery::Received(lane) => ("received", Some(lane), None),
        Delivery::Waits(lane) => ("waits", lane, None),
        Delivery::Lost => ("lost", None, None),
        Delivery::Beyond => ("beyond", None, None),
    };
    let envelope = &sent.envelope;
    let aim = match sent.aim {
        Aim::Creation(child) => format!("creates {}", names.actor(child)),
        Aim::Inbox(actor) => format!("{}#{}", names.actor(actor), envelope.tag),
        Aim::Through(port) => format!("through {}", names.port(port)),
    };
    MessageRow {
        from: lanes.sender(sent),
        by: sent.by,
        step: sent.step,
        to,
        handled,
        fate,
        aim: texts.of(aim),
        stamp: Number(envelope.position.stamp),
        number: Number(envelope.position.number),
        ticks: Number(envelope.ticks),
        what: texts.of(message(&envelope.message, names)),
    }
}
