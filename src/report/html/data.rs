//! What the page shows, as values.
//!
//! Enters: a plan, what came of it, what was recorded, and an account of its ticks. Leaves: one
//! JSON object. Refuses to know: how it is drawn.
//!
//! Texts that stand in many places stand once, in `texts`. A number that JavaScript could not hold
//! is written as a string.

use super::rows::{
    ActivationRow, ImportRow, Imports, MessageRow, Number, Texts, activation, message_row,
};
use crate::{
    report::{
        lanes::{Delivery, Kind, Lane, Lanes},
        recording::Recording,
        ticks::{
            Account,
            account::{ActorRow, FunctionRow, Parts},
        },
    },
    scenario::{
        plan::Plan,
        play::{Played, PlayedStep},
    },
    trace::{golden, names::Names},
    world::record::Record,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that the page knows.
#[derive(Serialize)]
pub struct Page {
    #[serde(rename = "primea-report")]
    version: u32,
    title: String,
    about: String,
    dialect: &'static str,
    /// What the schedule is called.
    schedule: String,
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
    /// What `parts` are called.
    part_names: [&'static str; Parts::NAMES.len()],
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
struct ActorTicks {
    actor: String,
    activations: u64,
    spent: Number,
    parts: [Number; Parts::NAMES.len()],
}

#[derive(Serialize)]
struct FunctionTicks {
    name: String,
    module: String,
    calls: Number,
    own: Number,
    total: Number,
}

/// What the values are made from.
pub struct Source<'a> {
    /// What stands at the head of the page.
    pub title: &'a str,
    /// The scenario that was run.
    pub plan: &'a Plan,
    /// What came of it.
    pub played: &'a Played,
    /// What was heard while it ran.
    pub recording: &'a Recording,
    /// Where its ticks went.
    pub account: &'a Account,
    /// Ticks by stack, outermost frame first.
    pub stacks: &'a BTreeMap<Vec<String>, u64>,
    /// What did not come as the scenario expects, in words.
    pub complaints: Vec<String>,
}

impl Page {
    /// The page of a run that was watched.
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
            schedule: plan.schedule.name.to_string(),
            rules: plan.rules.iter().map(|rule| rule.value.clone()).collect(),
            time: Number(played.world.time()),
            root: played.world.root().to_string(),
            ledger: [ledger.injected, ledger.spent, ledger.burned, ledger.held].map(Number),
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
            part_names: Parts::NAMES,
            actor_ticks: actor_ticks(account),
            function_ticks: function_ticks(account),
            stacks: by_actor_and_function(source.stacks),
            texts: texts.all,
        }
    }
}

fn lane_rows(lanes: &Lanes) -> Vec<LaneRow> {
    let row = |lane: &Lane| LaneRow {
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
    let row = |step: &PlayedStep| {
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

fn faults(records: &[&Record]) -> BTreeMap<u32, [&'static str; 2]> {
    let of_calls = records.iter().flat_map(|record| &record.calls);
    let of_calls = of_calls.filter_map(|call| call.result.err());
    let of_activations = records.iter().filter_map(|record| record.outcome.err());
    let all = of_activations.chain(of_calls);
    all.map(|fault| (fault.code(), [fault.name(), fault.explanation()]))
        .collect()
}

fn actor_ticks(account: &Account) -> Vec<ActorTicks> {
    let row = |it: &ActorRow| ActorTicks {
        actor: it.actor.clone(),
        activations: it.activations,
        spent: Number(it.spent),
        parts: it.parts.values().map(Number),
    };
    account.actors.iter().map(row).collect()
}

fn function_ticks(account: &Account) -> Vec<FunctionTicks> {
    let row = |it: &FunctionRow| FunctionTicks {
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
