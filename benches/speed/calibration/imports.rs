//! Every operation of the import table at several sizes, with all that comes of it: changes
//! applied, references dropped, the state root.
//!
//! Enters: nothing. Leaves: lines. Refuses to know: what an operation should cost.

mod cases;

use super::stage::{Response, Stage, TANK};
use super::table::Line;
use crate::measure::{Way, least};
use cases::Case;
use primea::interface::table::{Dialect, Operation};
use std::cell::Cell;
use std::collections::BTreeSet;

const ROUNDS: usize = 9;

pub fn lines() -> Vec<Line> {
    let cases = cases::all();
    let measured: BTreeSet<Operation> = cases.iter().map(|case| case.operation).collect();
    for operation in Operation::ALL {
        // A wait changes what the next activation is: it is measured with kept VMs.
        let here = operation != Operation::GetNextMessage;
        assert_eq!(measured.contains(&operation), here, "{}", operation.name());
    }
    cases.iter().map(line).collect()
}

/// What the case takes, less what the same takes without the operation.
fn line(case: &Case) -> Line {
    let binaries = [true, false].map(|with| binary(case, with));
    let ticks = [Cell::new(0), Cell::new(0)];
    let mut ways: Vec<Way<'_>> = Vec::new();
    for ((binary, ticks), with) in binaries.iter().zip(&ticks).zip([true, false]) {
        let responds = with && case.operation == Operation::Respond;
        let response = if responds {
            Response::Owed
        } else {
            Response::Nobody
        };
        ways.push(Box::new(move || {
            let mut stage = Stage::new(case.dialect, binary);
            for _ in 0..case.messages {
                stage.send(TANK, response);
            }
            let (time, spent) = stage.step();
            ticks.set(spent);
            time
        }));
    }
    let times = least(ROUNDS, &mut ways);
    drop(ways);
    let operations = f64::from(case.messages) * f64::from(case.turns) * f64::from(case.times);
    Line {
        name: format!("{}{}", case.operation.name(), case.size),
        nanoseconds: (times[0].as_secs_f64() - times[1].as_secs_f64()) * 1e9 / operations,
        ticks: (ticks[0].get() as f64 - ticks[1].get() as f64) / operations,
    }
}

/// Every import of the dialect, called by its name and the number of its parameters.
fn imported(dialect: Dialect) -> String {
    let (mut text, mut seen) = (String::new(), BTreeSet::new());
    for import in dialect.imports() {
        let id = format!("${}/{}", import.name, import.params.len());
        if seen.insert(id.clone()) {
            let params = "i32 ".repeat(import.params.len());
            let result = if import.has_result() {
                "(result i32)"
            } else {
                ""
            };
            let name = import.name;
            text += &format!("(import \"env\" \"{name}\" (func {id} (param {params}) {result}))\n");
        }
    }
    text
}

/// The guest that does what the case says, with the operation or without it.
fn binary(case: &Case, with: bool) -> Vec<u8> {
    let Case {
        setup,
        base,
        turns,
        opener,
        ..
    } = case;
    let body = if with {
        case.body.repeat(case.unrolled as usize)
    } else {
        String::new()
    };
    let work = format!(
        "(local $n i32) (local $a i32) (local $b i32) (local $c i32) {setup}
        (local.set $n (i32.const {turns}))
        (loop $l {base} {body} (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    );
    let (message, callback) = match opener.is_empty() {
        true => (work.as_str(), ""),
        false => (*opener, work.as_str()),
    };
    let parameters = match case.dialect {
        Dialect::LegacyCapabilities => "(param $s i32) (param $m i32) (param $e i32)",
        _ => "(param $m i32)",
    };
    let load_port = match case.dialect {
        Dialect::LegacyPorts => "$loadMessagePort/2",
        _ => "$loadMessagePortRef/2",
    };
    let creation = match case.dialect.has_ports() {
        true => format!(
            "(call $bindPort/3 (i32.const 4096) (i32.const 0)
                (call {load_port} (i32.const 0) (i32.const 0)))"
        ),
        false => String::new(),
    };
    let wat = format!(
        "(module {} (memory (export \"memory\") 40)
            (data (i32.const 16) \"\\00asm\\01\\00\\00\\00\")
            (table (export \"callbacks\") 1 funcref) (elem (i32.const 0) $callback)
            (func $callback {parameters} {callback})
            (func (export \"onCreation\") {creation})
            (func (export \"onMessage\") {message}))",
        imported(case.dialect)
    );
    wat::parse_str(&wat).unwrap_or_else(|why| panic!("{}: {why}", case.operation.name()))
}
