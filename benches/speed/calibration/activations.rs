//! What it takes to begin an activation in a fresh VM, by what its module has.
//!
//! Enters: nothing. Leaves: lines, of whole activations: delivery, instance, the call of an empty
//! `onMessage`, the state root. Refuses to know: what an activation should cost.

use super::stage::{Response, Stage};
use super::table::Line;
use crate::measure::{Way, least};
use primea::{
    interface::table::{Dialect, Operation},
    module::schedule::SCHEDULE_1,
};
use std::cell::Cell;

const ROUNDS: usize = 9;
/// Enough for any activation here.
const TICKS: u64 = 1 << 30;

const NOTHING: &str = "(func (export \"onMessage\"))";

/// What an activation takes, if the actor gets so many messages. `first` messages come before.
pub fn activation(name: impl Into<String>, wat: &str, first: u32, count: u32) -> Line {
    let name = name.into();
    let binary = wat::parse_str(wat).unwrap_or_else(|why| panic!("{name}: {why}"));
    let ticks = Cell::new(0);
    let way: Way<'_> = Box::new(|| {
        let mut stage = Stage::new(Dialect::Capabilities, &binary);
        for _ in 0..first {
            stage.send(TICKS, Response::Nobody);
            stage.settle();
        }
        for _ in 0..count {
            stage.send(TICKS, Response::Nobody);
        }
        let (time, spent) = stage.step();
        ticks.set(spent);
        time
    });
    let time = least(ROUNDS, &mut [way])[0];
    Line {
        name,
        nanoseconds: time.as_secs_f64() * 1e9 / f64::from(count),
        ticks: ticks.get() as f64 / f64::from(count),
    }
}

fn with(name: &str, rest: &str, count: u32) -> Line {
    activation(name, &format!("(module {rest} {NOTHING})"), 1, count)
}

/// An activation that runs nothing costs nothing; whoever sent the message paid for it.
fn nothing_to_run() -> Line {
    let mut line = activation(
        "without `onMessage`, with the price of the sending",
        "(module)",
        0,
        500,
    );
    line.ticks += f64::from(SCHEDULE_1.imports[Operation::SendToCapability as usize].base);
    line
}

pub fn lines() -> Vec<Line> {
    let mut lines = vec![
        nothing_to_run(),
        with("with nothing else", "", 500),
        with("with a start function", "(start $s) (func $s)", 500),
    ];
    lines.extend(definitions());
    for pages in [1, 16, 256, 1024] {
        lines.push(with(
            &format!("{pages} pages"),
            &format!("(memory {pages})"),
            4096 / pages,
        ));
    }
    for elements in [64, 4096, 65_536] {
        let table = format!("(table {elements} funcref)");
        lines.push(with(&format!("{elements} table elements"), &table, 100));
    }
    lines.push(with(
        "16 tables of 65536 elements",
        &"(table 65536 funcref)".repeat(16),
        20,
    ));
    let data = format!(
        "(memory 17) (data (i32.const 0) \"{}\")",
        "x".repeat(1 << 20)
    );
    lines.push(with("1048576 bytes of active data", &data, 20));
    let data = format!("(memory 17) (data \"{}\")", "x".repeat(1 << 20));
    lines.push(with("1048576 bytes of passive data, 17 pages", &data, 20));
    let functions = "$f ".repeat(65_536);
    let table = "(table 65536 funcref) (func $f)";
    let active = format!("{table} (elem (i32.const 0) func {functions})");
    lines.push(with("65536 active elements", &active, 10));
    lines.push(with(
        "65536 passive elements",
        &format!("{table} (elem func {functions})"),
        20,
    ));
    lines
}

fn definitions() -> Vec<Line> {
    let exports: String = (0..10_000)
        .map(|at| format!("(export \"e{at}\" (func $f))"))
        .collect();
    let imports = "(import \"env\" \"isValidRef\" (func (param i32) (result i32)))".repeat(10_000);
    let many = |what: &str| what.repeat(10_000);
    let listed = [
        ("10000 functions", many("(func)")),
        ("10000 imports", imports),
        ("10000 exports", format!("(func $f) {exports}")),
        ("10000 types", many("(type (func (param i32)))")),
        ("4096 globals", "(global i64 (i64.const 1))".repeat(4096)),
        (
            "4096 mutable globals",
            "(global (mut i64) (i64.const 1))".repeat(4096),
        ),
        ("16 tables", "(table 1 funcref)".repeat(16)),
        (
            "10000 active data segments",
            format!("(memory 1) {}", many("(data (i32.const 0) \"\")")),
        ),
        ("10000 passive data segments", many("(data \"\")")),
        (
            "10000 active element segments",
            format!("(table 1 funcref) {}", many("(elem (i32.const 0) func)")),
        ),
        ("10000 passive element segments", many("(elem func)")),
        (
            "10000 declared element segments",
            many("(elem declare func)"),
        ),
    ];
    listed
        .iter()
        .map(|(name, rest)| with(name, rest, 10))
        .collect()
}
