//! The trace: what happened, one JSON object a line (`TRACE-*`, `docs/trace.md`).
//!
//! Enters: the events of a watched world. Leaves: lines, written as they happen; nothing is kept.
//! Refuses to know: where they go.

#[cfg(test)]
mod tests;

use super::instructions::Reader;
use crate::{
    activation::{
        session::Call,
        watch::{Account, Event, Observer, Phase},
    },
    fault::Fault,
    interface::table::{IMPORTS, Returns},
    scenario::{plan::Plan, play::PlayedStep},
    state::{hash::Hash, identity::ActorId},
    world::{
        parts::Changed,
        record::Record,
        watch::{Begun, Onlooker},
    },
};
use serde::Serialize;
use std::{collections::BTreeMap, io};

/// The version of the format.
pub const VERSION: u32 = 1;

/// How much a trace tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What crosses the border between guest and host.
    Calls,
    /// That, and every instruction.
    Instruction,
}

#[derive(Serialize)]
struct Head<'a> {
    #[serde(rename = "primea-trace")]
    version: u32,
    dialect: &'a str,
    schedule: String,
    level: Level,
}

#[derive(Serialize)]
struct Position {
    stamp: u64,
    sender: String,
    number: u64,
}

/// A part of the state that an activation changed.
#[derive(Serialize)]
struct ChangedPart {
    part: String,
    hash: Option<String>,
}

/// One line behind the head.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Line<'a> {
    Begin {
        activation: u64,
        actor: String,
        name: Option<&'a str>,
        entry: &'static str,
        message: Option<Position>,
        start: u64,
        tank: u64,
    },
    Program {
        activation: u64,
        code: String,
    },
    Phase {
        activation: u64,
        phase: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        callback: Option<u32>,
        ticks: u64,
    },
    Instruction {
        activation: u64,
        function: u32,
        offset: u32,
        opcode: &'a str,
        ticks: u64,
    },
    Import {
        activation: u64,
        import: &'static str,
        arguments: &'a [i32],
        result: Option<i32>,
        fault: Option<&'static str>,
        before: u64,
        after: u64,
    },
    End {
        activation: u64,
        outcome: &'static str,
        fault: Option<u32>,
        returned: Option<i32>,
        spent: u64,
        left: u64,
        shares: &'a [u64],
        clock: u64,
        #[serde(rename = "waits-until")]
        waits_until: Option<u64>,
        refusal: Option<&'a str>,
        root: String,
        changed: Vec<ChangedPart>,
    },
    Step {
        step: usize,
        time: u64,
        root: String,
    },
}

/// Writes the trace of a scenario.
pub struct Writer<W> {
    output: W,
    /// Why nothing more can be written.
    failed: Option<io::Error>,
    reader: Reader,
    activation: u64,
    /// The root after the activation that ends, and what it changed.
    state: Option<(Hash, Vec<Changed>)>,
    names: BTreeMap<ActorId, String>,
    /// How many children of an actor have a name.
    named: BTreeMap<ActorId, u64>,
}

impl<W: io::Write> Writer<W> {
    /// Begins a trace with its head.
    pub fn new(output: W, plan: &Plan, level: Level) -> Writer<W> {
        let actors = (0..).zip(&plan.actors);
        let names = actors.map(|(count, name)| (ActorId::OUTSIDE.child(count), name.clone()));
        let mut writer = Writer {
            output,
            failed: None,
            reader: Reader::new(plan.schedule.clone()),
            activation: 0,
            state: None,
            names: names.collect(),
            named: BTreeMap::new(),
        };
        put(
            &mut writer.output,
            &mut writer.failed,
            &Head {
                version: VERSION,
                dialect: plan.dialect.name(),
                schedule: plan.schedule.hash().to_string(),
                level,
            },
        );
        writer
    }

    fn put(&mut self, line: &Line<'_>) {
        put(&mut self.output, &mut self.failed, line);
    }

    /// A step of the scenario was carried out.
    pub fn step(&mut self, step: &PlayedStep) {
        self.put(&Line::Step {
            step: step.index + 1,
            time: step.time,
            root: step.root.to_string(),
        });
    }

    /// Ends the trace: whether all of it was written.
    pub fn finish(&mut self) -> io::Result<()> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.output.flush(),
        }
    }

    fn import(&mut self, call: &Call) {
        let import = &IMPORTS[call.import];
        let result = call
            .result
            .ok()
            .filter(|_| import.returns != Returns::Nothing);
        self.put(&Line::Import {
            activation: self.activation,
            import: import.name,
            arguments: &call.arguments,
            result,
            fault: call.result.err().map(Fault::name),
            before: call.ticks_before,
            after: call.ticks_after,
        });
    }

    /// Names what an actor has created, as snapshots do.
    fn name_children(&mut self, actor: ActorId, created: u64) {
        let Some(name) = self.names.get(&actor).cloned() else {
            return;
        };
        let named = self.named.entry(actor).or_default();
        for count in *named..created {
            self.names
                .insert(actor.child(count), format!("{name}/{count}"));
        }
        *named = created;
    }
}

fn put<W: io::Write, T: Serialize>(output: &mut W, failed: &mut Option<io::Error>, line: &T) {
    if failed.is_none() {
        let written = serde_json::to_writer(&mut *output, line).map_err(io::Error::from);
        *failed = written.and_then(|()| output.write_all(b"\n")).err();
    }
}

fn phase(phase: Phase) -> (&'static str, Option<u32>) {
    match phase {
        Phase::Opening => ("opening", None),
        Phase::Start => ("start", None),
        Phase::Entry => ("entry", None),
        Phase::CallbackCharge => ("callback-charge", None),
        Phase::Callback(index) => ("callback", Some(index)),
    }
}

impl<W: io::Write + Send> Observer for Writer<W> {
    fn event(&mut self, event: Event<'_>, account: Account) {
        let activation = self.activation;
        match event {
            Event::Program { code, module } => {
                self.reader.program(code, module);
                let code = code.to_string();
                self.put(&Line::Program { activation, code });
            }
            Event::Phase(next) => {
                let (phase, callback) = phase(next);
                self.put(&Line::Phase {
                    activation,
                    phase,
                    callback,
                    ticks: account.left,
                });
            }
            Event::Mark(mark) => self.reader.mark(mark, account.left, |it| {
                let line = Line::Instruction {
                    activation,
                    function: it.function,
                    offset: it.offset,
                    opcode: it.opcode,
                    ticks: it.ticks,
                };
                put(&mut self.output, &mut self.failed, &line);
            }),
            Event::Import { call, .. } => self.import(call),
        }
    }
}

impl<W: io::Write + Send> Onlooker for Writer<W> {
    fn begin(&mut self, begun: &Begun) {
        self.activation += 1;
        self.reader.begin();
        let entry = begun.deed.name();
        let message = begun.handled.map(|position| Position {
            stamp: position.stamp,
            sender: position.sender.0.to_string(),
            number: position.number,
        });
        let line = Line::Begin {
            activation: self.activation,
            actor: begun.actor.0.to_string(),
            name: self.names.get(&begun.actor).map(String::as_str),
            entry,
            message,
            start: begun.start,
            tank: begun.tank,
        };
        put(&mut self.output, &mut self.failed, &line);
    }

    fn wants_state(&self) -> bool {
        true
    }

    fn state(&mut self, root: Hash, changed: &[Changed]) {
        self.state = Some((root, changed.to_vec()));
    }

    fn end(&mut self, record: &Record) {
        let (root, changed) = self.state.take().expect("it is told before");
        let changed = changed.into_iter().map(|(part, hash)| ChangedPart {
            part: part.to_string(),
            hash: hash.map(|hash| hash.to_string()),
        });
        self.put(&Line::End {
            activation: self.activation,
            outcome: record.outcome.err().map_or("ok", Fault::name),
            fault: record.outcome.err().map(Fault::code),
            returned: record.outcome.ok().flatten(),
            spent: record.spent,
            left: record.left,
            shares: &record.shares,
            clock: record.end,
            waits_until: record.waits_until,
            refusal: record.refusal.as_deref(),
            root: root.to_string(),
            changed: changed.collect(),
        });
        if let Some(parts) = &record.parts {
            self.name_children(record.actor, parts.counters.created);
        }
    }
}
