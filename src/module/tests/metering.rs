//! What metering writes: where charges stand, and what is added.
//!
//! Enters: modules in text. Leaves: tests of the instructions and exports that metering leaves.
//! Refuses to know: what happens when they are executed.

use super::*;
use crate::module::schedule::PLAIN;
use wasmparser::{ExternalKind, Operator, Parser, Payload};

/// The instructions of the last body, with each charge written as one word.
fn charges(body: &str) -> String {
    let wat = format!(
        r#"(module (memory 1) (global i32 (i32.const 0)) (data "a") (data "b")
           (func $f) (func (param i32) (result i32) {body}))"#
    );
    let module = accepted(&bytes(&wat));
    let metered = meter(&module, &PLAIN, Pass::Exact);
    let mut words = Vec::new();
    let mut bodies = 0;
    for payload in Parser::new(0).parse_all(metered.bytes()) {
        if let Payload::CodeSectionEntry(body) = payload.expect("valid") {
            // Functions that drop segments stand behind.
            bodies += 1;
            if bodies > 2 {
                break;
            }
            let operators = body.get_operators_reader().expect("valid").into_iter();
            words = operators
                .map(|operator| word(&operator.expect("valid")))
                .collect();
        }
    }
    let text = words.join(" ");
    let mut short = text.replace("sub ticks= ticks const:0 lt_s if unreachable end", "paid");
    for cost in 1..10 {
        short = short.replace(&format!("ticks const:{cost} paid"), &format!("<{cost}>"));
    }
    short
}

fn word(operator: &Operator<'_>) -> String {
    match operator {
        Operator::GlobalGet { global_index: 1 } => "ticks".to_owned(),
        Operator::GlobalSet { global_index: 1 } => "ticks=".to_owned(),
        Operator::GlobalSet { global_index } => format!("global{global_index}="),
        Operator::I64Const { value } => format!("const:{value}"),
        Operator::I32Const { value } => value.to_string(),
        Operator::LocalGet { local_index } => format!("local{local_index}"),
        Operator::LocalTee { local_index } => format!("local{local_index}="),
        Operator::Nop => "nop".to_owned(),
        Operator::I64Sub => "sub".to_owned(),
        Operator::I64Mul => "mul".to_owned(),
        Operator::I64Add => "add".to_owned(),
        Operator::I64ShrU => "shift".to_owned(),
        Operator::I64ExtendI32U => "extend".to_owned(),
        Operator::I64LtS => "lt_s".to_owned(),
        Operator::If { .. } => "if".to_owned(),
        Operator::Else => "else".to_owned(),
        Operator::End => "end".to_owned(),
        Operator::Unreachable => "unreachable".to_owned(),
        Operator::Block { .. } => "block".to_owned(),
        Operator::Loop { .. } => "loop".to_owned(),
        Operator::Br { .. } => "br".to_owned(),
        Operator::BrIf { .. } => "br_if".to_owned(),
        Operator::Call { .. } => "call".to_owned(),
        Operator::Drop => "drop".to_owned(),
        Operator::Return => "return".to_owned(),
        Operator::Select => "select".to_owned(),
        Operator::I32Load { .. } => "load".to_owned(),
        Operator::I32Store { .. } => "store".to_owned(),
        Operator::MemoryGrow { .. } => "grow".to_owned(),
        Operator::MemoryFill { .. } => "fill".to_owned(),
        Operator::MemorySize { .. } => "size".to_owned(),
        Operator::DataDrop { data_index } => format!("drop_data{data_index}"),
        other => panic!("no word for {other:?}"),
    }
}

#[test]
fn a_run_is_charged_at_its_beginning() {
    assert_eq!(charges("local.get 0"), "<1> local0 end");
    assert_eq!(charges("nop nop local.get 0"), "<3> nop nop local0 end");
    assert_eq!(charges("unreachable"), "<1> unreachable end");
}

#[test]
fn a_run_ends_where_the_next_instruction_may_not_be_reached() {
    assert_eq!(
        charges("nop local.get 0 i32.load nop call $f nop"),
        "<3> nop local0 load <2> nop call <1> nop end"
    );
    assert_eq!(
        charges("(block local.get 0 br_if 0 nop) i32.const 1"),
        "<2> block local0 br_if <1> nop end <1> 1 end"
    );
    assert_eq!(
        charges("i32.const 0 local.get 0 i32.store memory.size"),
        "<3> 0 local0 store <1> size end"
    );
}

#[test]
fn blocks_that_nothing_leaves_early_do_not_end_runs() {
    assert_eq!(
        charges("(block nop (block nop) nop) local.get 0"),
        "<4> block nop block nop end nop end local0 end"
    );
    assert_eq!(
        charges("(loop nop) local.get 0"),
        "loop <2> nop end local0 end"
    );
}

#[test]
fn loops_and_arms_begin_runs() {
    assert_eq!(
        charges("nop (loop local.get 0 br_if 0) nop local.get 0"),
        "<1> nop loop <2> local0 br_if <2> end nop local0 end"
    );
    assert_eq!(
        charges("(if (local.get 0) (then nop) (else nop nop)) local.get 0"),
        "<2> local0 if <1> nop else <2> nop nop end <1> local0 end"
    );
    assert_eq!(
        charges("(if (local.get 0) (then)) local.get 0"),
        "<2> local0 if end <1> local0 end"
    );
}

#[test]
fn dead_code_is_left_out() {
    assert_eq!(
        charges("local.get 0 return nop (block nop (loop br 0)) (if (i32.const 1) (then))"),
        "<2> local0 return end"
    );
    assert_eq!(
        charges("(block br 0 nop (block nop) nop) nop local.get 0"),
        "<1> block br end <2> nop local0 end"
    );
    assert_eq!(
        charges("(if (local.get 0) (then unreachable nop) (else nop)) i32.const 1"),
        "<2> local0 if <1> unreachable else <1> nop end <1> 1 end"
    );
    assert_eq!(
        charges("(loop br 0 nop) i32.const 1 drop unreachable"),
        "loop <1> br end <3> 1 drop unreachable end"
    );
}

#[test]
fn operands_are_charged_right_before() {
    assert_eq!(
        charges("local.get 0 memory.grow nop"),
        "<2> local0 local1= ticks local1 extend const:1024 mul paid grow <1> nop end"
    );
    assert_eq!(
        charges("i32.const 0 i32.const 1 i32.const 2 memory.fill i32.const 3"),
        "<4> 0 1 2 local1= ticks local1 extend const:63 add const:6 shift paid fill <1> 3 end"
    );
}

#[test]
fn selects_are_kept_apart_from_comparisons() {
    assert_eq!(
        charges("i32.const 1 i32.const 2 local.get 0 select"),
        "<4> 1 2 local0 0 drop select end"
    );
}

#[test]
fn drops_are_noted() {
    assert_eq!(
        charges("data.drop 1 local.get 0 data.drop 0 data.drop 1"),
        "<4> drop_data1 1 global2= local0 drop_data0 1 global3= drop_data1 1 global2= end"
    );
}

#[test]
fn what_is_added_is_exported() {
    let wat = r#"(module (memory 1 2000) (table 1 funcref) (table 2 externref)
        (global i32 (i32.const 1)) (global (mut f64) (f64.const 1)) (start $s)
        (data "x") (elem func $s)
        (func $s data.drop 0 elem.drop 0) (export "s" (func $s)))"#;
    let module = accepted(&bytes(wat));
    let metered = meter(&module, &PLAIN, Pass::Exact);
    assert_eq!(
        metered.droppable(),
        [meter::Segment::Data(0), meter::Segment::Element(0)]
    );
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(metered.bytes()) {
        match payload.expect("valid") {
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.expect("valid");
                    exports.push((export.name.to_owned(), export.kind, export.index));
                }
            }
            Payload::MemorySection(section) => {
                let memory = section.into_iter().next().expect("one").expect("valid");
                assert_eq!((memory.initial, memory.maximum), (1, Some(1024)));
            }
            Payload::TableSection(section) => {
                let maximum = |table: wasmparser::Result<wasmparser::Table<'_>>| {
                    table.expect("valid").ty.maximum
                };
                let maxima: Vec<_> = section.into_iter().map(maximum).collect();
                assert_eq!(maxima, [Some(65_536), Some(65_536), Some(1)]);
            }
            Payload::StartSection { .. } => panic!("the start section is left out"),
            _ => {}
        }
    }
    let expected = [
        ("s", ExternalKind::Func, 0),
        ("primea:ticks", ExternalKind::Global, 2),
        ("primea:start", ExternalKind::Func, 0),
        ("primea:memory", ExternalKind::Memory, 0),
        ("primea:table:0", ExternalKind::Table, 0),
        ("primea:table:1", ExternalKind::Table, 1),
        ("primea:global:1", ExternalKind::Global, 1),
        ("primea:data:0", ExternalKind::Global, 3),
        ("primea:element:0", ExternalKind::Global, 4),
        ("primea:functions", ExternalKind::Table, 2),
        ("primea:drop:data:0", ExternalKind::Func, 1),
        ("primea:drop:element:0", ExternalKind::Func, 2),
    ];
    let expected = expected.map(|(name, kind, index)| (name.to_owned(), kind, index));
    assert_eq!(exports, expected);
}

#[test]
fn the_worst_body_still_fits_every_engine() {
    // Two bytes that pay twice, by operand and by run, as often as a body has room for.
    let grows = "memory.grow ".repeat((crate::limits::FUNCTION_BYTES - 8) / 2);
    let wat = format!("(module (memory 1) (func (param i32) local.get 0 {grows} drop))");
    let module = accepted(&bytes(&wat));
    let body = &module.facts().bodies[0];
    assert!(body.range.len() > crate::limits::FUNCTION_BYTES - 8);
}

/// What an actor's module exports in the fast pass: what is called, and what may be looked at.
#[test]
fn actors_export_no_more_than_is_needed() {
    let names = |imports: &str| {
        let wat = format!(
            r#"(module {imports} (memory (export "memory") 1) (table (export "callbacks") 1 funcref)
                (table (export "other") 1 externref) (global (mut i32) (i32.const 1))
                (func (export "f") nop) (func (export "onMessage") nop))"#
        );
        let module = accepted(&bytes(&wat));
        let metered = meter_with(&module, &PLAIN, Pass::Fast, Exports::Entries);
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(metered.bytes()) {
            if let Payload::ExportSection(section) = payload.expect("valid") {
                names.extend(
                    section
                        .into_iter()
                        .map(|it| it.expect("valid").name.to_owned()),
                );
            }
        }
        names
    };
    let few = ["primea:memory", "primea:table:0", "onMessage"];
    assert_eq!(names(""), few);
    let waits = r#"(import "env" "getNextMessage" (func (param i32 i32)))"#;
    let state = [
        "primea:memory",
        "primea:table:0",
        "primea:table:1",
        "primea:global:0",
    ];
    assert_eq!(names(waits), [&state[..], &["onMessage"]].concat());
}
