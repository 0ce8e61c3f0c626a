//! The rows of functions and instructions, and stacks with names.
//!
//! Enters: a profile, and what things are called. Leaves: rows in a stable order. Refuses to know:
//! how rows are laid out.

use super::{
    account::{FunctionRow, InstructionRow},
    profile::{Labels, Profile},
    stacks::Frame,
};
use crate::{interface::table::IMPORTS, limits};
use std::collections::BTreeMap;

/// Whether the profile could tell all stacks apart (`LIM-22`).
pub fn check(profile: &Profile) -> Result<(), String> {
    if profile.stacks.overflowed() {
        let most = limits::PROFILE_STACKS;
        return Err(format!(
            "expected at most {most} different call stacks, found more"
        ));
    }
    Ok(())
}

/// A row for every function that was called, and for every import.
pub fn functions(profile: &Profile, labels: &dyn Labels) -> Vec<FunctionRow> {
    let mut rows = Vec::new();
    for (frame, ticks) in profile.stacks.by_frame() {
        let (program, index) = match frame {
            Frame::Function { program, function } => (program, Some(function)),
            Frame::Import { program, .. } => (program, None),
            Frame::Actor(_) | Frame::Word(_) => continue,
        };
        rows.push(FunctionRow {
            module: labels.module(profile.programs[program].code),
            index,
            name: name(profile, labels, frame),
            calls: ticks.calls,
            own: ticks.own,
            total: ticks.total,
        });
    }
    // An import without index comes behind all functions.
    let key = |row: &FunctionRow| {
        let index = row.index.map_or(u64::MAX, u64::from);
        (row.module.clone(), index, row.name.clone())
    };
    rows.sort_by_cached_key(key);
    rows
}

/// A row for every instruction that was come to.
pub fn instructions(profile: &Profile, labels: &dyn Labels) -> Vec<InstructionRow> {
    let mut rows = Vec::new();
    for program in &profile.programs {
        let module = labels.module(program.code);
        for (offset, ticks) in program.runs.instructions() {
            rows.push(InstructionRow {
                module: module.clone(),
                function: program.names.name(ticks.function),
                index: ticks.function,
                offset,
                opcode: ticks.opcode.to_owned(),
                executions: ticks.executions,
                ticks: ticks.ticks,
                imports: ticks.imports,
            });
        }
    }
    rows.sort_by_cached_key(|row| (row.module.clone(), row.offset));
    rows
}

/// All stacks at which ticks were spent, by the names of their frames, outermost first.
pub fn stacks(profile: &Profile, labels: &dyn Labels) -> BTreeMap<Vec<String>, u64> {
    let mut stacks: BTreeMap<Vec<String>, u64> = BTreeMap::new();
    for (frames, ticks) in profile.stacks.spent() {
        let names = frames.into_iter().map(|frame| name(profile, labels, frame));
        *stacks.entry(names.collect()).or_default() += ticks;
    }
    stacks
}

/// Folded stacks: a line for each, its frames and its ticks.
pub fn folded(stacks: &BTreeMap<Vec<String>, u64>) -> String {
    let line = |(names, ticks): (&Vec<String>, &u64)| format!("{} {ticks}\n", names.join(";"));
    stacks.iter().map(line).collect()
}

fn name(profile: &Profile, labels: &dyn Labels, frame: Frame) -> String {
    match frame {
        Frame::Actor(id) => labels.actor(id),
        Frame::Word(word) => word.to_owned(),
        Frame::Function { program, function } => profile.programs[program].names.name(function),
        Frame::Import { import, .. } => format!("import {}", IMPORTS[import].name),
    }
}
