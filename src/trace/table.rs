//! The table of activations that `primea run` prints.
//!
//! Enters: what came of a plan. Leaves: aligned lines, nothing cut. Refuses to know: terminals.

use super::{
    golden::{self, outcome, remainder},
    names::Names,
};
use crate::scenario::{plan::Plan, play::Played};

const HEAD: [&str; 7] = [
    "#",
    "actor",
    "entry",
    "start -> end",
    "spent/tank",
    "outcome",
    "left over",
];

/// The table, step by step, with the root after each. With `calls`, the import calls as well.
pub fn activations(plan: &Plan, played: &Played, calls: bool) -> String {
    let names = Names::of(plan, &played.world);
    let mut number = 0u64;
    let mut rows: Vec<Vec<Row>> = Vec::new();
    for step in &played.steps {
        let of_step = step.records.iter().map(|record| {
            number += 1;
            let wait = record
                .waits_until
                .map(|until| format!(", waits until {until}"));
            Row {
                cells: [
                    number.to_string(),
                    names.actor(record.actor),
                    record.deed.name().to_owned(),
                    format!("{} -> {}", record.start, record.end),
                    format!("{}/{}", record.spent, record.tank),
                    outcome(record),
                    remainder(record) + &wait.unwrap_or_default(),
                ],
                below: below(record, calls),
            }
        });
        rows.push(of_step.collect());
    }
    let widths: [usize; 7] = std::array::from_fn(|column| {
        let cells = rows
            .iter()
            .flatten()
            .map(|row| row.cells[column].chars().count());
        cells.max().unwrap_or(0).max(HEAD[column].len())
    });
    let mut out = line(&HEAD.map(str::to_owned), &widths);
    for (step, rows) in played.steps.iter().zip(rows) {
        let title = golden::title(plan, &plan.steps[step.index], &names);
        out.push_str(&format!("step {}: {title}\n", step.index + 1));
        for row in rows {
            out.push_str(&line(&row.cells, &widths));
            row.below
                .iter()
                .for_each(|line| out.push_str(&format!("    {line}\n")));
        }
        out.push_str(&format!("  time {}, root {}\n", step.time, step.root));
    }
    out
}

/// How many activations there were since the scenario began, and how many of them failed when they
/// were run fast, so that they were run again exactly; those before a resumed run was set aside
/// count in both. (A VM that was restored is exact at once, so that resuming can save a replay.)
pub fn replays(played: &Played) -> String {
    let activations: usize = played.steps.iter().map(|step| step.records.len()).sum();
    let replays = played.world.replays();
    format!("{activations} activations, {replays} of them replayed")
}

struct Row {
    cells: [String; 7],
    /// What stands below the row.
    below: Vec<String>,
}

fn below(record: &crate::world::record::Record, calls: bool) -> Vec<String> {
    let mut lines: Vec<String> = record
        .refusal
        .iter()
        .map(|why| format!("refused: {why}"))
        .collect();
    if calls {
        lines.extend(record.calls.iter().map(golden::call));
        if record.unrecorded_calls > 0 {
            lines.push(format!(
                "... and {} calls that were not recorded",
                record.unrecorded_calls
            ));
        }
    }
    lines
}

fn line(cells: &[String; 7], widths: &[usize; 7]) -> String {
    let padded = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:width$}"));
    let padded: Vec<String> = padded.collect();
    format!("  {}\n", padded.join("  ").trim_end())
}
