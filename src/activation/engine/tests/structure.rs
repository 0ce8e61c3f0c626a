//! What is paid for structure, where it has a price: whatever execution stands at is paid for.
//!
//! Enters: bodies, under a schedule that prices each kind of structure apart. Leaves: tests of how
//! often each was paid for, in both passes. Refuses to know: published prices.
//!
//! Rules tested here: TICK-1, TICK-14.

use super::*;
use crate::module::schedule::{InstructionCosts, Opcode};

/// How often each kind of structure is paid for, as one number: its decimal digits are `end`,
/// `else`, `loop`, `block`, and then two for all other instructions.
fn structured() -> Schedule {
    let costs = InstructionCosts::all(1)
        .but(&[Opcode::Block], 100)
        .but(&[Opcode::Loop], 1_000)
        .but(&[Opcode::Else], 10_000)
        .but(&[Opcode::End], 100_000);
    Schedule {
        instructions: costs,
        ..PLAIN
    }
}

/// That a run of the body costs exactly that, and runs short with any less.
#[track_caller]
fn paid(body: &str, argument: i32, expected: u64) {
    let module = prepared_under(&structured(), &on_message("", body));
    let (outcome, cost) = run(&module, argument, PLENTY);
    assert!(outcome.is_ok(), "{body}: {outcome:?}");
    assert_eq!(cost, expected, "{body}");
    assert_eq!(run(&module, argument, cost).1, cost);
    let starved = run(&module, argument, cost - 1);
    assert_eq!(starved, (Err(Fault::OutOfTicks), cost - 1), "{body}");
    assert_eq!(
        run(&fast(&structured(), &module), argument, PLENTY),
        (outcome, cost)
    );
}

/// The same module in the pass that charges seldom, which counts the same.
fn fast(schedule: &Schedule, exact: &Prepared) -> Prepared {
    let metered = meter::meter(exact.module(), schedule, Pass::Fast);
    Engine::new().prepare(exact.module(), &metered)
}

#[test]
fn the_end_of_the_function_is_reached_or_passed_by() {
    paid("local.get 0", 0, 100_001);
    paid("local.get 0 return", 0, 2);
    paid("local.get 0 br 0", 0, 2);
    paid("local.get 0 local.get 0 br_if 0", 1, 3);
    paid("local.get 0 local.get 0 br_if 0", 0, 100_003);
    paid("local.get 0 i32.const 0 br_table 0", 0, 3);
}

#[test]
fn a_branch_passes_the_end_of_its_block_by_but_not_what_stands_behind() {
    paid("(block nop) local.get 0", 0, 200_102);
    paid("(block) local.get 0", 0, 200_101);
    paid("(block br 0) local.get 0", 0, 100_102);
    paid("(block local.get 0 br_if 0) local.get 0", 1, 100_103);
    paid("(block local.get 0 br_if 0) local.get 0", 0, 200_103);
    // Out of the inner block alone: behind its end stands that of the outer one.
    paid("(block (block br 0)) local.get 0", 0, 200_202);
    paid("(block (block br 1)) local.get 0", 0, 100_202);
    paid("(block (block br 1) nop nop) local.get 0", 0, 100_202);
    // Where it can be reached in both ways, each pays its own.
    let body = "(block (block local.get 0 br_if 0 local.get 0 i32.eqz br_if 1)) local.get 0";
    paid(body, 1, 200_203);
    paid(body, 0, 100_206);
}

#[test]
fn a_loop_is_paid_for_each_turn_and_its_end_once() {
    let body = "(loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0) local.get 0";
    paid(body, 1, 201_006);
    paid(body, 3, 203_016);
    // Its end passed by, from a block around it.
    let body = "(block (loop local.get 0 br_if 1)) local.get 0";
    paid(body, 1, 101_103);
    paid(body, 0, 301_103);
    // A loop with a parameter, to which a branch brings another.
    let body = "local.get 0 (loop (param i32) (result i32)
                i32.const 1 i32.sub local.tee 0 local.get 0 br_if 0)";
    paid(body, 3, 203_016);
}

#[test]
fn the_first_arm_pays_for_the_else_and_the_second_for_the_end() {
    let body = "(if (local.get 0) (then nop) (else nop nop)) local.get 0";
    paid(body, 1, 110_004);
    paid(body, 0, 200_005);
    // Empty arms are reached and left all the same.
    let body = "local.get 0 if else end local.get 0";
    paid(body, 1, 110_003);
    paid(body, 0, 200_003);
    // An arm that is left by a branch pays for neither.
    let body = "(if (local.get 0) (then br 0) (else br 0)) local.get 0";
    paid(body, 1, 100_004);
    paid(body, 0, 100_004);
    let body = "(if (local.get 0) (then local.get 0 return) (else nop)) local.get 0";
    paid(body, 1, 4);
    paid(body, 0, 200_004);
    // Behind an if stands the end of the block around it, for both arms.
    let body = "(block (if (local.get 0) (then nop) (else nop))) local.get 0";
    paid(body, 1, 210_104);
    paid(body, 0, 300_104);
}

#[test]
fn an_if_without_else_pays_for_its_end_where_its_arm_is_taken() {
    let body = "(if (local.get 0) (then nop)) local.get 0";
    paid(body, 1, 200_004);
    paid(body, 0, 100_003);
    let body = "(if (local.get 0) (then)) local.get 0";
    paid(body, 1, 200_003);
    paid(body, 0, 100_003);
    let body = "(if (local.get 0) (then (if (local.get 0) (then br 1)))) local.get 0";
    paid(body, 1, 100_006);
    paid(body, 0, 100_003);
}

#[test]
fn structure_that_nothing_reaches_is_not_paid_for() {
    let dead = "(block (loop nop)) (if (i32.const 1) (then nop) (else nop))";
    paid(&format!("local.get 0 return {dead}"), 0, 2);
    paid(&format!("(block br 0 {dead}) local.get 0"), 0, 100_102);
    let body = format!(
        "(if (result i32) (local.get 0) (then i32.const 1 return {dead} unreachable)
         (else i32.const 2))"
    );
    paid(&body, 1, 4);
    paid(&body, 0, 200_003);
}

#[test]
fn a_function_that_is_called_pays_for_its_end() {
    let callee = "(func $f (param i32) (result i32) local.get 0 local.get 0 br_if 0)";
    let module = prepared_under(
        &structured(),
        &on_message(callee, "local.get 0 call $f nop"),
    );
    assert_eq!(run(&module, 0, PLENTY), (Ok(Some(0)), 200_006));
    assert_eq!(run(&module, 7, PLENTY), (Ok(Some(7)), 100_006));
}

/// Every opcode finds its own price: instructions of one kind differ in nothing else.
#[test]
fn each_instruction_has_a_price_of_its_own() {
    let schedule = Schedule {
        instructions: InstructionCosts::all(1)
            .but(&[Opcode::I32DivS], 20)
            .but(&[Opcode::Select], 300)
            .but(&[Opcode::I32Const], 4_000)
            .but(&[Opcode::Call], 50_000)
            .but(&[Opcode::MemoryGrow], 600_000),
        ..PLAIN
    };
    let rest = "(memory 1) (func $f)";
    // With 1 for each end: of the function, and of the one that is called.
    for (body, cost) in [
        ("i32.const 7 local.get 0 i32.div_s", 4_022),
        ("i32.const 7 local.get 0 i32.div_u", 4_003),
        ("local.get 0 local.get 0 local.get 0 select", 304),
        (
            "local.get 0 local.get 0 local.get 0 select (result i32)",
            304,
        ),
        ("call $f local.get 0", 50_003),
        ("local.get 0 memory.grow", 600_002 + 1_024),
    ] {
        let module = prepared_under(&schedule, &on_message(rest, body));
        let (outcome, spent) = run(&module, 1, PLENTY);
        assert!(outcome.is_ok());
        assert_eq!(spent, cost, "{body}");
        assert_eq!(run(&fast(&schedule, &module), 1, PLENTY), (outcome, cost));
        assert_eq!(run(&module, 1, cost - 1).1, cost - 1, "{body}");
    }
}
