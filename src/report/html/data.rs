//! What the page shows, as values.
//!
//! Enters: a plan, what came of it, what was recorded, and an account of its ticks. Leaves: one
//! JSON object. Refuses to know: how it is drawn.
//!
//! Texts that stand in many places stand once, in `texts`. A number that JavaScript could not hold
//! is written as a string.

use crate::{
    activation::session::Call,
    fault::Fault,
    interface::table::{IMPORTS, ParamType, Returns},
    report::{
        lanes::{Delivery, Kind, Lanes},
        recording::{Recording, Sent, Told},
        ticks::Account,
    },
    scenario::{plan::Plan, play::Played},
    state::message::Message,
    trace::{golden, names::Names, text},
    world::{record::Record, watch::Aim},
};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// The greatest number up to which JavaScript holds every one.
const SAFE: u64 = (1 << 53) - 1;

#[derive(Clone, Copy)]
struct Number(u64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 <= SAFE {
            serializer.serialize_u64(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

/// Everything that the page knows.
#[derive(Serialize)]
pub struct Page {
    #[serde(rename = "primea-report")]
    version: u32,
    title: String,
    about: String,
    dialect: &'static str,
    rules: Vec<String>,
    time: Number,
    root: String,
    /// Injected, spent, burned, held.
    ledger: [Number; 4],
    /// What did not come as the scenario expects.
    complaints: Vec<String>,
    /// Activations, messages and calls that the page leaves out.
    left_out: [Number; 3],
    lanes: Vec<LaneRow>,
    steps: Vec<StepRow>,
    activations: Vec<ActivationRow>,
    messages: Vec<MessageRow>,
    imports: Vec<ImportRow>,
    faults: BTreeMap<u32, [&'static str; 2]>,
    actor_ticks: Vec<ActorTicks>,
    function_ticks: Vec<FunctionTicks>,
    /// Actor, function, ticks spent there.
    stacks: Vec<(String, String, Number)>,
    texts: Vec<String>,
}

#[derive(Serialize)]
struct LaneRow {
    name: String,
    id: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct StepRow {
    number: usize,
    title: String,
    time: Number,
    root: String,
    /// Its activations: the first, counted from 0, and how many.
    first: usize,
    count: usize,
}

#[derive(Serialize)]
struct ActivationRow {
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
    handled: Option<usize>,
    /// What its ticks were spent on, as `primea ticks` has it.
    parts: [Number; 5],
    /// Created, channels, sent: afterwards, if it succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    counters: Option<[Number; 3]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    storage: Vec<(usize, Option<usize>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bound: Vec<(usize, Option<usize>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<CallRow>,
    #[serde(skip_serializing_if = "is_zero")]
    more_calls: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Import, arguments, result, fault, ticks before and after.
type CallRow = (usize, Vec<i64>, Option<i64>, Option<u32>, Number, Number);

#[derive(Serialize)]
struct MessageRow {
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

#[derive(Serialize)]
struct ImportRow {
    name: &'static str,
    params: Vec<&'static str>,
}

#[derive(Serialize)]
struct ActorTicks {
    actor: String,
    activations: u64,
    spent: Number,
    parts: [Number; 5],
}

#[derive(Serialize)]
struct FunctionTicks {
    name: String,
    module: String,
    calls: Number,
    own: Number,
    total: Number,
}

/// Texts, each once.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
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

/// What the values are made from.
pub struct Source<'a> {
    pub title: &'a str,
    pub plan: &'a Plan,
    pub played: &'a Played,
    pub recording: &'a Recording,
    pub account: &'a Account,
    /// Ticks by stack, outermost frame first.
    pub stacks: &'a BTreeMap<Vec<String>, u64>,
    pub complaints: Vec<String>,
}

impl Page {
    pub fn of(source: &Source<'_>) -> Page {
        let Source {
            plan,
            played,
            recording,
            account,
            ..
        } = *source;
        let names = Names::of(plan, &played.world);
        let lanes = Lanes::of(plan, played, recording, &names);
        let mut texts = Texts::default();
        let records: Vec<&Record> = played.steps.iter().flat_map(|it| &it.records).collect();
        let shown = recording.activations.len();
        let mut handled: Vec<Option<usize>> = vec![None; shown];
        for (at, delivery) in lanes.deliveries.iter().enumerate() {
            if let Delivery::Handled(by) = delivery {
                handled[*by] = Some(at);
            }
        }
        let mut imports = Imports::default();
        let activations = (0..shown).map(|at| {
            let told = &recording.activations[at];
            let mut row = activation(records[at], told, &lanes, &names, &mut texts, &mut imports);
            row.handled = handled[at];
            row.parts = account.activations[at].parts.values().map(Number);
            row
        });
        let activations: Vec<ActivationRow> = activations.collect();
        let messages = recording.messages.iter().zip(&lanes.deliveries);
        let messages = messages.map(|it| message_row(it, &lanes, &records, &names, &mut texts));
        let messages = messages.collect();
        let calls: u64 = activations.iter().map(|row| row.more_calls).sum();
        let ledger = played.world.ledger();
        Page {
            version: 1,
            title: source.title.to_owned(),
            about: plan.about.split_whitespace().collect::<Vec<_>>().join(" "),
            dialect: plan.dialect.name(),
            rules: plan.rules.iter().map(|rule| rule.value.clone()).collect(),
            time: Number(played.world.time()),
            root: played.world.root().to_string(),
            ledger: [
                ledger.injected,
                ledger.spent,
                ledger.burned,
                played.world.held_ticks(),
            ]
            .map(Number),
            complaints: source.complaints.clone(),
            left_out: [
                (recording.all_activations - shown) as u64,
                (recording.all_messages - recording.messages.len()) as u64,
                calls,
            ]
            .map(Number),
            lanes: lane_rows(&lanes),
            steps: steps(plan, played, &names),
            activations,
            messages,
            imports: imports.rows,
            faults: faults(&records[..shown]),
            actor_ticks: actor_ticks(account),
            function_ticks: function_ticks(account),
            stacks: by_actor_and_function(source.stacks),
            texts: texts.all,
        }
    }
}

/// The imports that were called, each once.
#[derive(Default)]
struct Imports {
    known: BTreeMap<usize, usize>,
    rows: Vec<ImportRow>,
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

fn lane_rows(lanes: &Lanes) -> Vec<LaneRow> {
    let row = |lane: &crate::report::lanes::Lane| LaneRow {
        name: lane.name.clone(),
        id: lane.id.0.to_string(),
        kind: match lane.kind {
            Kind::Outside => "outside",
            Kind::Actor => "actor",
            Kind::Probe => "probe",
        },
    };
    lanes.all.iter().map(row).collect()
}

fn steps(plan: &Plan, played: &Played, names: &Names) -> Vec<StepRow> {
    let mut first = 0;
    let row = |step: &crate::scenario::play::PlayedStep| {
        let count = step.records.len();
        first += count;
        StepRow {
            number: step.index + 1,
            title: golden::title(plan, &plan.steps[step.index], names),
            time: Number(step.time),
            root: step.root.to_string(),
            first: first - count,
            count,
        }
    };
    played.steps.iter().map(row).collect()
}

fn activation(
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
        entry: golden::entry(record),
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
        parts: [Number(0); 5],
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
    if !message.capabilities.is_empty() {
        let all = message.capabilities.iter();
        let all = text::list(all.map(|it| names.capability(*it)));
        line.push_str(&format!(", caps [{all}]"));
    }
    if !message.ports.is_empty() {
        let all = text::list(message.ports.iter().map(|port| names.port(*port)));
        line.push_str(&format!(", ports [{all}]"));
    }
    if let Some(response) = message.response {
        line.push_str(&format!(", response {}", names.capability(response)));
    }
    line
}

fn message_row(
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

fn faults(records: &[&Record]) -> BTreeMap<u32, [&'static str; 2]> {
    let of_calls = records.iter().flat_map(|record| &record.calls);
    let of_calls = of_calls.filter_map(|call| call.result.err());
    let of_activations = records.iter().filter_map(|record| record.outcome.err());
    let all = of_activations.chain(of_calls);
    all.map(|fault| (fault.code(), [fault.name(), fault.explanation()]))
        .collect()
}

fn actor_ticks(account: &Account) -> Vec<ActorTicks> {
    let row = |it: &crate::report::ticks::account::ActorRow| ActorTicks {
        actor: it.actor.clone(),
        activations: it.activations,
        spent: Number(it.spent),
        parts: it.parts.values().map(Number),
    };
    account.actors.iter().map(row).collect()
}

fn function_ticks(account: &Account) -> Vec<FunctionTicks> {
    let row = |it: &crate::report::ticks::account::FunctionRow| FunctionTicks {
        name: it.name.clone(),
        module: it.module.clone(),
        calls: Number(it.calls),
        own: Number(it.own),
        total: Number(it.total),
    };
    account.functions.iter().map(row).collect()
}

/// What each actor spent in each function itself.
fn by_actor_and_function(stacks: &BTreeMap<Vec<String>, u64>) -> Vec<(String, String, Number)> {
    let mut sums: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (frames, ticks) in stacks {
        if let [actor, .., function] = frames.as_slice() {
            *sums.entry((actor, function)).or_default() += ticks;
        }
    }
    let row = |((actor, function), ticks): ((&str, &str), u64)| {
        (actor.to_owned(), function.to_owned(), Number(ticks))
    };
    sums.into_iter().map(row).collect()
}
