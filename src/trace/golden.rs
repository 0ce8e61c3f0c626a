//! The snapshot of a scenario: what happened step by step, and the whole state afterwards.
//!
//! Enters: a plan and what came of it. Leaves: text that is the same on every machine, short enough
//! to be read. Refuses to know: expectations.

use super::{
    names::Names,
    state,
    text::{data, each, list},
};
use crate::{
    activation::session::Call,
    interface::table::{IMPORTS, ParamType, Returns},
    module::schedule::{PUBLISHED, Schedule},
    scenario::{
        plan::{Arrived, CapabilitySource, Deed, Destination, Outgoing, Plan, PortSource, Step},
        play::{Played, PlayedStep},
        raw::Until,
    },
    world::record::Record,
};
use std::fmt::{Result, Write};

/// The whole snapshot.
pub fn snapshot(plan: &Plan, played: &Played) -> String {
    let names = Names::of(plan, &played.world);
    let mut out = String::new();
    write_head(&mut out, plan)
        .and_then(|()| {
            played
                .steps
                .iter()
                .try_for_each(|step| write_step(&mut out, plan, step, &names))
        })
        .and_then(|()| state::write(&mut out, &played.world, &names))
        .expect("writing to a string works");
    out
}

/// The state alone: the same for every legal order of activations.
pub fn state_text(plan: &Plan, played: &Played) -> String {
    let names = Names::of(plan, &played.world);
    let mut out = String::new();
    state::write(&mut out, &played.world, &names).expect("writing to a string works");
    out
}

fn write_head(out: &mut String, plan: &Plan) -> Result {
    let words: Vec<&str> = plan.about.split_whitespace().collect();
    if !words.is_empty() {
        writeln!(out, "about: {}", words.join(" "))?;
    }
    writeln!(out, "dialect: {}", plan.dialect.name())?;
    let Schedule { name, number, .. } = &plan.schedule;
    match PUBLISHED.contains(&plan.schedule) {
        true => writeln!(out, "schedule: {name}")?,
        false => {
            let hash = plan.schedule.hash();
            writeln!(out, "schedule: {name}, number {number}, {hash}")?;
        }
    }
    if !plan.rules.is_empty() {
        let rules = plan.rules.iter().map(|rule| rule.value.clone());
        writeln!(out, "rules: {}", list(rules))?;
    }
    writeln!(out)
}

fn write_step(out: &mut String, plan: &Plan, played: &PlayedStep, names: &Names) -> Result {
    let step = &plan.steps[played.index];
    writeln!(
        out,
        "step {}: {}",
        played.index + 1,
        title(plan, step, names)
    )?;
    each(out, "  ", "activations", &played.records, |out, record| {
        write_record(out, record, names)
    })?;
    writeln!(out, "  time {}, root {}\n", played.time, played.root)
}

/// What a step does, in one line.
pub fn title(plan: &Plan, step: &Step, names: &Names) -> String {
    match &step.deed {
        Deed::Create {
            actor,
            module,
            message,
        } => {
            let module = &plan.modules[*module].name;
            format!(
                "create {} from {module}{}",
                names.actor(*actor),
                outgoing(message, names)
            )
        }
        Deed::Send { to, message } => {
            let to = match to {
                Destination::Capability(source) => {
                    format!("to {}", capability(&source.value, names))
                }
                Destination::Port(source) => format!("on {}", port(&source.value, names)),
            };
            format!(
                "send {} {to}{}",
                data(&message.data),
                outgoing(message, names)
            )
        }
        Deed::Advance(Until::Ticks(ticks)) => format!("advance by {ticks}"),
        Deed::Advance(Until::Time(time)) => format!("advance to {time}"),
        Deed::Advance(Until::Idle) => "advance until idle".to_owned(),
        Deed::Destroy(source) => format!("destroy {}", port(&source.value, names)),
        Deed::Expect(_) => "expect".to_owned(),
    }
}

fn outgoing(message: &Outgoing, names: &Names) -> String {
    let mut line = format!(", {} ticks", message.ticks);
    if !message.capabilities.is_empty() {
        let all = message
            .capabilities
            .iter()
            .map(|source| capability(&source.value, names));
        line.push_str(&format!(", caps [{}]", list(all)));
    }
    if !message.ports.is_empty() {
        let all = message
            .ports
            .iter()
            .map(|source| port(&source.value, names));
        line.push_str(&format!(", ports [{}]", list(all)));
    }
    if let Some(response) = &message.response {
        line.push_str(&format!(
            ", response {}",
            capability(&response.value, names)
        ));
    }
    if !message.run {
        line.push_str(", without running");
    }
    line
}

fn arrived(arrived: &Arrived, names: &Names) -> String {
    format!("{}[{}]", names.actor(arrived.probe), arrived.message)
}

fn capability(source: &CapabilitySource, names: &Names) -> String {
    match source {
        CapabilitySource::Known(capability) => names.capability(*capability),
        CapabilitySource::Item(message, index) => {
            format!("{}.caps[{index}]", arrived(message, names))
        }
        CapabilitySource::Response(message) => format!("{}.response", arrived(message, names)),
    }
}

fn port(source: &PortSource, names: &Names) -> String {
    match source {
        PortSource::End(port) => names.port(*port),
        PortSource::Item(message, index) => format!("{}.ports[{index}]", arrived(message, names)),
    }
}

/// How an activation ended.
pub fn outcome(record: &Record) -> String {
    match record.outcome {
        Ok(None) => "ok".to_owned(),
        Ok(Some(returned)) => format!("ok ({returned})"),
        Err(fault) => format!("! {fault}"),
    }
}

/// What became of the ticks that were left.
pub fn remainder(record: &Record) -> String {
    let shares: Vec<String> = record.shares.iter().map(u64::to_string).collect();
    match (shares.as_slice(), record.outcome.is_ok()) {
        ([], _) if record.left == 0 => "left 0".to_owned(),
        ([], _) => format!("left {} burned", record.left),
        (_, false) => format!("left {} to the error response", record.left),
        (_, true) => format!("left {} = {}", record.left, shares.join(" + ")),
    }
}

fn write_record(out: &mut String, record: &Record, names: &Names) -> Result {
    let name = names.actor(record.actor);
    let Record {
        start,
        end,
        tank,
        spent,
        ..
    } = record;
    write!(
        out,
        "  {name} {}, {start} -> {end}: tank {tank}, spent {spent}, {}, {}",
        record.deed.name(),
        outcome(record),
        remainder(record)
    )?;
    if let Some(deadline) = record.waits_until {
        write!(out, ", waits until {deadline}")?;
    }
    writeln!(out)?;
    if let Some(refusal) = &record.refusal {
        writeln!(out, "    refused: {refusal}")?;
    }
    each(out, "    ", "calls", &record.calls, |out, call| {
        writeln!(out, "    {}", self::call(call))
    })?;
    match record.unrecorded_calls {
        0 => Ok(()),
        more => writeln!(out, "    ... and {more} calls that were not recorded"),
    }
}

/// An import call in one line.
pub fn call(call: &Call) -> String {
    let import = &IMPORTS[call.import];
    let arguments = import
        .params
        .iter()
        .zip(&call.arguments)
        .map(|(param, value)| match param.ty {
            ParamType::Reference(_) | ParamType::OptionalReference(_) | ParamType::AnyReference => {
                value.to_string()
            }
            _ => (*value as u32).to_string(),
        });
    let arguments: Vec<String> = arguments.collect();
    let result = match (call.result, import.returns) {
        (Err(fault), _) => format!(" ! {fault}"),
        (Ok(_), Returns::Nothing) => String::new(),
        (Ok(number), Returns::Number) => format!(" -> {}", number as u32),
        (Ok(result), _) => format!(" -> {result}"),
    };
    let (name, before, after) = (import.name, call.ticks_before, call.ticks_after);
    format!(
        "{name}({}){result}  [{before} -> {after}]",
        arguments.join(", ")
    )
}
