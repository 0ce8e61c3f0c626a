//! Traces of small guests, against what was worked out by hand.
//!
//! Enters: scenarios of one guest or two. Leaves: tests of the lines that are written of them.
//! Refuses to know: who reads them.
//!
//! Rules tested here: TRACE-1, TRACE-3, TRACE-4, TRACE-5, TRACE-6, TRACE-7, TRACE-8.

use super::*;
use crate::{
    module::schedule::PLAIN,
    scenario::{Scenario, play::play_watched, problem::Source},
    world::{order::Order, watch::Watch},
};
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// Where a test reads what was written.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panicked").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines of a guest that is created and gets one message with so many ticks.
fn trace(module: &str, ticks: u64, level: Level) -> Vec<Value> {
    let text = format!(
        "about = \"x\"\ndialect = \"capabilities\"\nschedule = \"plain\"\nrules = [\"TRACE-1\"]\n[modules.guest]\nwat = '''\n{module}'''\n\
         [[steps]]\ncreate = \"alice\"\nmodule = \"guest\"\n\
         [[steps]]\nsend = \"alice\"\nticks = {ticks}\n"
    );
    let plan = Scenario::read(Source::new("x", text), None)
        .expect("it is right")
        .plan;
    let output = Shared::default();
    let writer = Arc::new(Mutex::new(Writer::new(output.clone(), &plan, level)));
    let watch = Watch {
        onlooker: writer.clone(),
        marks: level == Level::Instruction,
    };
    let mut told = |step: &PlayedStep| writer.lock().expect("no panic").step(step);
    play_watched(&plan, &mut Order::Canonical, watch, &mut told);
    writer
        .lock()
        .expect("no panic")
        .finish()
        .expect("a vector takes all");
    let bytes = output.0.lock().expect("no panic").clone();
    let text = String::from_utf8(bytes).expect("JSON is text");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"));
    lines.collect()
}

fn opening(module: &str) -> u64 {
    let bytes = wat::parse_str(module).expect("the text is right");
    let accepted = crate::module::accept(&bytes, crate::interface::table::Dialect::Capabilities);
    accepted.expect("it is acceptable").opening_cost(&PLAIN)
}

fn instructions(lines: &[Value]) -> Vec<&Value> {
    lines
        .iter()
        .filter(|line| line["event"] == "instruction")
        .collect()
}

/// The opcodes that `onMessage` executes, with so many ticks beyond the opening.
fn opcodes(body: &str, ticks: u64) -> String {
    let module = format!("(module (func $f) (func (export \"onMessage\") {body}))");
    let lines = trace(&module, opening(&module) + ticks, Level::Instruction);
    let words = instructions(&lines)
        .into_iter()
        .map(|line| line["opcode"].as_str());
    words
        .map(|word| word.expect("a text"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn an_end_is_executed_by_who_comes_to_it_from_the_instruction_before() {
    for (body, expected) in [
        ("block nop end", "block nop end end"),
        ("block br 0 nop end nop", "block br nop end"),
        (
            "block i32.const 1 br_if 0 nop end nop",
            "block i32.const br_if nop end",
        ),
        (
            "block i32.const 0 br_if 0 nop end nop",
            "block i32.const br_if nop end nop end",
        ),
        ("nop return nop", "nop return"),
        ("i32.const 1 if nop end nop", "i32.const if nop end nop end"),
        ("i32.const 0 if nop end nop", "i32.const if nop end"),
        (
            "i32.const 1 if nop else unreachable end",
            "i32.const if nop else end",
        ),
        (
            "i32.const 0 if unreachable else nop end",
            "i32.const if nop end end",
        ),
        ("call $f nop", "call end nop end"),
        ("block block br 1 end nop end", "block block br end"),
        ("i32.const 1 br_table 0 0", "i32.const br_table"),
        ("i32.const 0 unreachable", "i32.const unreachable"),
        (
            "i32.const 1 i32.const 0 i32.div_s drop",
            "i32.const i32.const i32.div_s",
        ),
    ] {
        assert_eq!(opcodes(body, 100), expected, "{body}");
    }
}

#[test]
fn a_branch_to_a_loop_executes_it_again() {
    let body = "(local i32) loop local.get 0 i32.eqz local.tee 0 br_if 0 end";
    let once = "loop local.get i32.eqz local.tee br_if";
    assert_eq!(opcodes(body, 100), format!("{once} {once} end end"));
}

/// Two functions, an import and an instruction that pays by its operand.
const GUEST: &str = "(module (import \"env\" \"mintCap\" (func $mint (result i32)))
    (memory (export \"memory\") 1)
    (func $fill (memory.fill (i32.const 0) (i32.const 1) (i32.const 100)))
    (func (export \"onMessage\") (param i32)
      (drop (call $mint)) (block (br_if 0 (local.get 0)) (call $fill))))\n";

#[test]
fn ticks_are_those_before_the_instruction() {
    let opening = opening(GUEST);
    let lines = trace(GUEST, opening + 500, Level::Instruction);
    let bytes = wat::parse_str(GUEST).expect("the text is right");
    let shown = instructions(&lines).into_iter().map(|line| {
        let [function, offset, ticks] =
            ["function", "offset", "ticks"].map(|key| line[key].as_u64().expect("a number"));
        let first_byte = bytes[offset as usize];
        format!(
            "{function} {:02x} {} {ticks}",
            first_byte,
            line["opcode"].as_str().expect("text")
        )
    });
    let expected = [
        "2 10 call 500",
        "2 1a drop 399",
        "2 02 block 398",
        "2 20 local.get 398",
        "2 0d br_if 397",
        "2 10 call 396",
        "1 41 i32.const 395",
        "1 41 i32.const 394",
        "1 41 i32.const 393",
        // 1, and 2 for 100 bytes.
        "1 fc memory.fill 392",
        "1 0b end 389",
        "2 0b end 389",
        "2 0b end 389",
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    let import = lines
        .iter()
        .find(|line| line["event"] == "import")
        .expect("a call");
    assert_eq!(
        (&import["before"], &import["after"]),
        (&499.into(), &399.into())
    );
    let end = lines
        .iter()
        .rfind(|line| line["event"] == "end")
        .expect("an end");
    assert_eq!((&end["left"], &end["outcome"]), (&389.into(), &"ok".into()));
}

#[test]
fn too_few_ticks_end_the_trace_at_what_could_not_be_paid() {
    let (opening, needed) = (opening(GUEST), 111);
    let whole = trace(GUEST, opening + needed, Level::Instruction);
    let whole: Vec<String> = opcode_words(&whole);
    for ticks in 0..needed {
        let short = trace(GUEST, opening + ticks, Level::Instruction);
        let words = opcode_words(&short);
        assert_eq!(words, whole[..words.len()], "{ticks} ticks");
        let all = instructions(&short);
        let last = all.last().expect("there is always a first");
        let before = last["ticks"].as_u64().expect("a number");
        let cost: u64 = match last["opcode"].as_str().expect("text") {
            // The price of its import.
            "call" if before > 0 && words.len() == 1 => 101,
            "memory.fill" => 3,
            _ => 1,
        };
        assert!(before < cost, "{ticks} ticks: {last}");
        let end = short
            .iter()
            .rfind(|line| line["event"] == "end")
            .expect("an end");
        assert_eq!(end["outcome"], "OutOfTicks");
    }
    let end = trace(GUEST, opening + needed, Level::Instruction);
    assert_eq!(end[end.len() - 2]["left"], 0);
    assert_eq!(end[end.len() - 2]["outcome"], "ok");
}

fn opcode_words(lines: &[Value]) -> Vec<String> {
    let all = instructions(lines).into_iter();
    all.map(|line| line["opcode"].to_string()).collect()
}

#[test]
fn the_level_decides_about_instructions_alone() {
    let ticks = opening(GUEST) + 500;
    let mut all = trace(GUEST, ticks, Level::Instruction);
    let mut calls = trace(GUEST, ticks, Level::Calls);
    assert_eq!(all[0]["level"], "instruction");
    assert_eq!(calls[0]["level"], "calls");
    assert_eq!(calls[0]["primea-trace"], 1);
    all.remove(0);
    calls.remove(0);
    all.retain(|line| line["event"] != "instruction");
    assert_eq!(all, calls);
    let events: Vec<&str> = calls
        .iter()
        .map(|line| line["event"].as_str().expect("text"))
        .collect();
    let expected = "begin program end step begin program phase phase import end step";
    assert_eq!(events.join(" "), expected);
}

#[test]
fn instructions_that_pay_by_their_operand_spend_what_is_left() {
    // 3 for the constants, 1 for `memory.fill` itself, 1 of the 2 for its bytes.
    let body = "i32.const 0 i32.const 1 i32.const 100 memory.fill";
    let module = format!("(module (memory 1) (func (export \"onMessage\") {body}))");
    let lines = trace(&module, opening(&module) + 5, Level::Instruction);
    assert_eq!(instructions(&lines).len(), 4);
    assert_eq!(lines[lines.len() - 2]["outcome"], "OutOfTicks");
    assert_eq!(lines[lines.len() - 2]["left"], 0);
}

/// Stores a message, writes to the second of its pages and waits; in the end it forgets the message
/// and faults.
const CHANGES: &str = r#"
(module
  (import "env" "storeMessage" (func $store (param i32 i32)))
  (import "env" "getNextMessage" (func $wait (param i32 i32)))
  (import "env" "mintCap" (func $mint (result i32)))
  (memory 3)
  (func (export "onCreation") (param i32)
    (call $store (i32.const 7) (local.get 0))
    (i32.store (i32.const 65536) (i32.const 1))
    (call $wait (i32.const 100000) (i32.const 0)))
  (func (export "onMessage") (param i32)
    (i32.store (i32.const 131072) (i32.const 1))
    (call $wait (i32.const 100000) (i32.const 0))))
"#;

#[test]
fn an_end_tells_what_changed() {
    let lines = trace(CHANGES, 100_000, Level::Calls);
    let ends: Vec<&Value> = lines.iter().filter(|it| it["event"] == "end").collect();
    let steps: Vec<&Value> = lines.iter().filter(|it| it["event"] == "step").collect();
    let id = ActorId::OUTSIDE.child(0).0;
    let parts = |end: &Value| -> Vec<String> {
        let changed = end["changed"].as_array().expect("a list");
        let prefix = format!("actors/{id}");
        let part = |it: &Value| {
            let part = it["part"].as_str().expect("a text");
            part.strip_prefix(&prefix).expect("of the actor").to_owned()
        };
        changed.iter().map(part).collect()
    };
    let pages = ["/run/memory/0", "/run/memory/1", "/run/memory/2"];
    let first = [&["", "/creation", "/run", "/storage"][..], &pages].concat();
    assert_eq!(parts(ends[0]), first);
    assert_eq!(ends[0]["changed"][1]["hash"], Value::Null, "it has begun");
    let mut written = vec![0; 65_536];
    let zeros = Hash::plain(&written).to_string();
    assert_eq!(ends[0]["changed"][4]["hash"], zeros);
    written[0] = 1;
    let written = Hash::plain(&written).to_string();
    assert_eq!(ends[0]["changed"][5]["hash"], written);
    // The inbox had the message, and has it no more; storage and the other pages are as before.
    assert_eq!(parts(ends[1]), ["", "/inbox", "/run", "/run/memory/2"]);
    assert_eq!(ends[1]["changed"][3]["hash"], written);
    for (end, step) in ends.iter().zip(&steps) {
        assert_eq!(end["root"], step["root"]);
    }
}
