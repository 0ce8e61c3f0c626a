//! At most 1,024 guest functions are active at once, whatever their frames.
//!
//! Enters: guests that call themselves in every way there is. Leaves: tests of where they are
//! stopped, and with which fault. Refuses to know: how the engine keeps its stack.

use super::*;
use crate::limits::{CALL_DEPTH, FRAME_SIZE};

/// `$f` calls itself until its argument is 0. So it is active argument + 1 times at most.
fn recursive(extra: &str, call: &str) -> String {
    format!(
        r#"(module
             (import "env" "isValidRef" (func $isValidRef (param i32) (result i32)))
             (type $t (func (param i32) (result i32)))
             (table (export "callbacks") 1 funcref) (elem (i32.const 0) $f)
             (func $f (export "onMessage") (param i32) (result i32) {extra}
               (if (result i32) (local.get 0)
                 (then (i32.sub (local.get 0) (i32.const 1)) {call})
                 (else (call $isValidRef (i32.const 41))))))"#
    )
}

/// The ticks of one call that calls on, and of the last call.
const EACH: u64 = 6;
const LAST: u64 = 4;

#[track_caller]
fn stops_at_the_limit(wat: &str, each: u64, run: impl Fn(&mut Vm<Recorder>, i32) -> Outcome) {
    let prepared = prepared(wat);
    let limit = CALL_DEPTH as i32;
    for active in [1, 2, limit - 1, limit, limit + 1, limit + 2, 100_000] {
        let host = Recorder::default();
        let mut vm =
            Vm::instantiate(&prepared, host, PLENTY).unwrap_or_else(|broken| panic!("{broken:?}"));
        let outcome = run(&mut vm, active - 1);
        let spent = PLENTY - vm.ticks();
        if active <= limit {
            assert_eq!(outcome, Ok(Some(42)), "{active}");
            assert_eq!(spent, each * (active as u64 - 1) + LAST, "{active}");
        } else {
            // The call that makes one too many is paid for, and nothing of what it calls.
            assert_eq!(outcome, Err(Fault::CallDepth), "{active}");
            assert_eq!(spent, each * limit as u64, "{active}");
        }
    }
}

type Outcome = Result<Option<i32>, Fault>;

fn message(vm: &mut Vm<Recorder>, argument: i32) -> Outcome {
    vm.call_entry(Entry::Message, argument)
}

#[test]
fn direct_calls() {
    stops_at_the_limit(&recursive("", "call $f"), EACH, message);
}

#[test]
fn indirect_calls() {
    let call = "i32.const 0 call_indirect (type $t)";
    stops_at_the_limit(&recursive("", call), EACH + 1, message);
}

#[test]
fn calls_from_callbacks() {
    stops_at_the_limit(&recursive("", "call $f"), EACH, |vm, argument| {
        vm.call_back(0, &[argument], CallbackShape::Strict)
    });
}

#[test]
fn calls_after_a_fault_start_afresh() {
    stops_at_the_limit(&recursive("", "call $f"), EACH, |vm, argument| {
        let before = vm.ticks();
        assert_eq!(message(vm, 5_000), Err(Fault::CallDepth));
        vm.set_ticks(before);
        message(vm, argument)
    });
}

#[test]
fn calls_from_the_start_function() {
    // The start function is the first of those active.
    for (argument, outcome) in [(1022, Ok(())), (1023, Err(Fault::CallDepth))] {
        let wat = recursive("", "call $f").replace(
            "(type $t",
            &format!("(start $s) (func $s i32.const {argument} call $f drop) (type $t"),
        );
        assert_eq!(vm(&wat, PLENTY).run_start(), outcome);
    }
}

#[test]
fn the_largest_frames_reach_the_limit() {
    // The parameter and two operands (of `i32.sub`) leave room for so many locals.
    let locals = " i64".repeat(FRAME_SIZE - 3);
    let extra = format!("(local{locals})");
    stops_at_the_limit(&recursive(&extra, "call $f"), EACH, message);
}

#[test]
fn the_largest_operand_stacks_reach_the_limit() {
    // As many operands as a frame has room for stay on the stack during the call.
    let operands = FRAME_SIZE - 3;
    let wat = format!(
        r#"(module
             (import "env" "isValidRef" (func $isValidRef (param i32) (result i32)))
             (global $result (mut i32) (i32.const 0))
             (func $f (export "onMessage") (param i32) (result i32)
               (if (local.get 0)
                 (then {pushes} (i32.sub (local.get 0) (i32.const 1)) call $f
                       global.set $result {pops})
                 (else (global.set $result (call $isValidRef (i32.const 41)))))
               global.get $result))"#,
        pushes = "local.get 0 ".repeat(operands),
        pops = "drop ".repeat(operands),
    );
    let prepared = prepared(&wat);
    let deepest = CALL_DEPTH as i32 - 1;
    assert_eq!(run(&prepared, deepest, PLENTY).0, Ok(Some(42)));
    assert_eq!(run(&prepared, deepest + 1, PLENTY).0, Err(Fault::CallDepth));
}

#[test]
fn the_largest_parameter_lists_reach_the_limit() {
    let parameters = " i64".repeat(999);
    let pushes = "local.get 1 ".repeat(999);
    let wat = format!(
        r#"(module
             (import "env" "isValidRef" (func $isValidRef (param i32) (result i32)))
             (func $f (param i32{parameters}) (result i32) (local{locals})
               (if (result i32) (local.get 0)
                 (then (i32.sub (local.get 0) (i32.const 1)) {pushes} call $f)
                 (else (call $isValidRef (i32.const 41)))))
             (func (export "onMessage") (param i32) (result i32) (local i64)
               local.get 0 {pushes} call $f))"#,
        locals = " f64".repeat(FRAME_SIZE - 2_000),
    );
    let prepared = prepared(&wat);
    let deepest = CALL_DEPTH as i32 - 2;
    assert_eq!(run(&prepared, deepest, PLENTY).0, Ok(Some(42)));
    assert_eq!(run(&prepared, deepest + 1, PLENTY).0, Err(Fault::CallDepth));
}
