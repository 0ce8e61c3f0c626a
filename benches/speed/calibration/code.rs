//! What it takes to create an actor, by the shape of its code: acceptance, metering, compilation.
//!
//! Enters: nothing. Leaves: lines, of whole creations of modules that were never seen before.
//! Refuses to know: which shape people's code has.

use super::table::Line;
use crate::measure::{Way, least, timed};
use crate::rewriting;
use primea::{
    interface::table::Dialect,
    module::schedule::SCHEDULE_1,
    state::message::{Data, Message},
    world::{World, order::Order},
};
use std::cell::Cell;
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, Module,
    TypeSection, ValType,
};

/// Only what has something to run is metered and compiled.
const COMPILED: &str = "(func (export \"onCreation\"))";

const ROUNDS: usize = 4;
/// Enough for any creation here.
const TICKS: u64 = u32::MAX as u64;

pub fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, wat) in shapes() {
        let binary = wat::parse_str(&wat).unwrap_or_else(|why| panic!("{name}: {why}"));
        lines.push(creation(name, &binary));
    }
    lines.push(creation("20000 functions of 4000 locals", &many_locals()));
    lines.push(creation(
        "the functions of the kernels, 1 MiB",
        &rewriting::large(1 << 20),
    ));
    lines
}

/// The time and the ticks of the creation, under another hash in every round.
fn creation(name: &str, binary: &[u8]) -> Line {
    let ticks = Cell::new(0);
    let mut round = 0;
    let way: Way<'_> = Box::new(|| {
        round += 1;
        let unseen = [binary, &[0, 3, 1, b'n', round]].concat();
        let mut world = World::new(Dialect::Capabilities, SCHEDULE_1);
        let message = Message::new(Data::new(unseen), Vec::new(), Vec::new(), None);
        world.create(message, TICKS);
        let (time, records) = timed(|| {
            let records = world.settle(&mut Order::Canonical).expect("one activation");
            (world.root(), records).1
        });
        assert_eq!(
            records[0].outcome.is_err(),
            name.contains("refused"),
            "{name}"
        );
        ticks.set(records[0].spent);
        time
    });
    let time = least(ROUNDS, &mut [way])[0];
    Line {
        name: format!("{name} ({} bytes)", binary.len()),
        nanoseconds: time.as_secs_f64() * 1e9,
        ticks: ticks.get() as f64,
    }
}

/// Functions full of one thing.
fn full_of(definitions: &str, piece: &str, in_a_function: usize) -> String {
    let function = format!("(func (param $x i32) {})", piece.repeat(in_a_function));
    format!("(module {definitions} {COMPILED} {})", function.repeat(8))
}

/// A name, and a module as text.
type Shape = (&'static str, String);

fn shapes() -> impl Iterator<Item = Shape> {
    let shapes = of_definitions().into_iter();
    shapes.chain(of_instructions()).chain(of_control())
}

fn of_definitions() -> Vec<Shape> {
    let many = |what: &str, count: usize| {
        let what = what.repeat(count);
        match what.starts_with("(import") {
            true => format!("(module {what} {COMPILED})"),
            false => format!("(module {COMPILED} {what})"),
        }
    };
    let exports: String = (0..20_000)
        .map(|at| format!("(export \"e{at}\" (func $f))"))
        .collect();
    let imports = "(import \"env\" \"isValidRef\" (func (param i32) (result i32)))";
    let long_types = format!("(type (func (param {})))", "i32 ".repeat(1000)).repeat(250);
    vec![
        (
            "a custom section",
            format!(
                "(module {COMPILED} (@custom \"x\" \"{}\"))",
                "x".repeat(1 << 18)
            ),
        ),
        (
            "passive data",
            format!("(module {COMPILED} (data \"{}\"))", "x".repeat(1 << 18)),
        ),
        ("60000 empty functions", many("(func)", 60_000)),
        (
            "20000 exports",
            format!("(module {COMPILED} (func $f) {exports})"),
        ),
        ("20000 imports", many(imports, 20_000)),
        ("60000 types", many("(type (func (param i64)))", 60_000)),
        (
            "250 types of 1000 parameters",
            format!("(module {COMPILED} {long_types})"),
        ),
        ("4096 globals", many("(global i32 (i32.const 0))", 4096)),
        ("20000 passive data segments", many("(data \"\")", 20_000)),
        (
            "20000 passive element segments",
            many("(elem func)", 20_000),
        ),
    ]
}

/// A hundred additions, one after the other.
fn chain() -> String {
    let pieces = "(i32.const 1) (i32.add) ".repeat(100);
    format!("(local.get $x) {pieces} (drop)")
}

fn of_instructions() -> Vec<Shape> {
    vec![
        ("arithmetic", full_of("", &chain(), 80)),
        ("nop", full_of("", "(nop)", 30_000)),
        (
            "constants and drops",
            full_of("", "(drop (i64.const 0x7ffffffffffffff))", 2000),
        ),
        (
            "i32.load",
            full_of("(memory 1)", "(drop (i32.load (local.get $x)))", 4000),
        ),
        (
            "i32.store, long offset",
            full_of(
                "(memory 1)",
                "(i32.store offset=70000 (local.get $x) (local.get $x))",
                3000,
            ),
        ),
        (
            "i32.div_s",
            full_of("", "(drop (i32.div_s (local.get $x) (local.get $x)))", 4000),
        ),
        (
            "memory.grow",
            full_of("(memory 1)", "(drop (memory.grow (local.get $x)))", 5000),
        ),
        (
            "memory.copy",
            full_of(
                "(memory 1)",
                "(memory.copy (local.get $x) (local.get $x) (local.get $x))",
                3000,
            ),
        ),
        ("data.drop", full_of("(data \"\")", "(data.drop 0)", 10_000)),
        (
            "select",
            full_of(
                "",
                "(drop (select (local.get $x) (local.get $x) (local.get $x)))",
                3500,
            ),
        ),
    ]
}

fn of_control() -> Vec<Shape> {
    let targets = "0 1 ".repeat(500);
    let table = format!("(block (block (br_table {targets} (local.get $x))))");
    let right = format!("(func (param $x i32) {})", chain()).repeat(600);
    let wrong = format!("(module {right} (func (drop)))");
    vec![
        ("blocks", full_of("", "(block (block))", 5000)),
        (
            "blocks inside blocks",
            full_of(
                "",
                &format!("{}{}", "(block ".repeat(500), ")".repeat(500)),
                20,
            ),
        ),
        (
            "loops with br_if",
            full_of("", "(loop (br_if 0 (local.get $x)))", 4000),
        ),
        (
            "if, else",
            full_of("", "(if (local.get $x) (then (nop)) (else (nop)))", 3000),
        ),
        ("br_table of 1000", full_of("", &table, 30)),
        ("calls", full_of("(func $e)", "(call $e)", 15_000)),
        (
            "local.set",
            full_of("", "(local.set $x (local.get $x))", 8000),
        ),
        (
            "operands that wait",
            full_of(
                "",
                &format!(
                    "{} {}",
                    "(local.get $x)".repeat(3000),
                    "(drop) ".repeat(3000)
                ),
                3,
            ),
        ),
        (
            "dead code",
            full_of(
                "",
                &format!(
                    "(block (unreachable) {})",
                    "(drop (i32.const 1))".repeat(1000)
                ),
                8,
            ),
        ),
        ("arithmetic, refused in the last function", wrong),
    ]
}

/// A few bytes declare thousands of locals: too many to write as text.
fn many_locals() -> Vec<u8> {
    let (mut types, mut functions, mut code) = (
        TypeSection::new(),
        FunctionSection::new(),
        CodeSection::new(),
    );
    types.ty().function([], []);
    for _ in 0..20_000 {
        functions.function(0);
        let mut body = Function::new([(4000, ValType::I64)]);
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut exports = ExportSection::new();
    exports.export("onCreation", ExportKind::Func, 0);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&exports)
        .section(&code);
    module.finish()
}
