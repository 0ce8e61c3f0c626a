//! The count is exact: at N-1, N and N+1, and wherever somebody can look.
//!
//! Enters: small bodies, and what they cost by hand. Leaves: tests that they cost just that.
//! Refuses to know: where charges stand.

use super::*;
use crate::module::schedule::{OperandCosts, Rate};

#[test]
fn straight_code_costs_one_an_instruction() {
    costs(
        &on_message("", "i32.const 1 i32.const 2 i32.add"),
        0,
        3,
        Ok(3),
    );
    costs(&on_message("", "local.get 0"), 9, 1, Ok(9));
    costs(
        &on_message("", "nop nop nop local.get 0 return"),
        9,
        5,
        Ok(9),
    );
}

#[test]
fn an_empty_body_costs_nothing() {
    let module = prepared(r#"(module (func (export "onMessage")))"#);
    assert_eq!(run(&module, 0, 0), (Ok(None), 0));
}

#[test]
fn structure_costs_nothing() {
    let body = "(block (result i32) (block (nop)) (loop (nop)) (local.get 0))";
    costs(&on_message("", body), 5, 3, Ok(5));
}

#[test]
fn code_after_a_trap_is_not_paid_for() {
    let body = "nop nop unreachable nop nop nop";
    costs(&on_message("", body), 0, 3, Err(Fault::Unreachable));
    let body = "i32.const 1 local.get 0 i32.div_u nop nop nop";
    costs(&on_message("", body), 0, 3, Err(Fault::DivisionByZero));
    costs(&on_message("", body), 1, 6, Ok(1));
    let load = "local.get 0 i32.load nop nop";
    costs(&on_message("(memory 1)", load), 65_532, 4, Ok(0));
    costs(
        &on_message("(memory 1)", load),
        65_533,
        2,
        Err(Fault::MemoryOutOfBounds),
    );
}

#[test]
fn an_if_pays_for_the_arm_taken() {
    let body = "(if (result i32) (local.get 0) (then nop nop i32.const 7) (else i32.const 8))";
    costs(&on_message("", body), 1, 5, Ok(7));
    costs(&on_message("", body), 0, 3, Ok(8));
    let body = "(if (local.get 0) (then nop nop)) i32.const 3";
    costs(&on_message("", body), 1, 5, Ok(3));
    costs(&on_message("", body), 0, 3, Ok(3));
    let body = "(if (local.get 0) (then i32.const 4 return)) i32.const 3";
    costs(&on_message("", body), 1, 4, Ok(4));
    costs(&on_message("", body), 0, 3, Ok(3));
}

#[test]
fn a_loop_pays_each_turn() {
    // Each turn: local.get, i32.const, i32.sub, local.tee, br_if.
    let body = "(loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0) local.get 0";
    for turns in [1, 2, 3, 10] {
        costs(
            &on_message("", body),
            turns,
            5 * turns.unsigned_abs() as u64 + 1,
            Ok(0),
        );
    }
}

#[test]
fn a_branch_skips_what_it_passes() {
    let body = "(block local.get 0 br_if 0 nop nop nop) i32.const 2";
    costs(&on_message("", body), 1, 3, Ok(2));
    costs(&on_message("", body), 0, 6, Ok(2));
    let body = "(block (block (block br 1) nop) nop) i32.const 2";
    costs(&on_message("", body), 0, 3, Ok(2));
    let body = "(block (block br 1) nop nop) nop i32.const 2";
    costs(&on_message("", body), 0, 3, Ok(2));
    let body = "local.get 0 br 0";
    costs(&on_message("", body), 6, 2, Ok(6));
}

#[test]
fn br_table_pays_for_where_it_goes() {
    let body = "(block (block (block local.get 0 br_table 0 1 2) nop i32.const 5 return)
                nop nop i32.const 6 return) i32.const 7";
    costs(&on_message("", body), 0, 5, Ok(5));
    costs(&on_message("", body), 1, 6, Ok(6));
    costs(&on_message("", body), 2, 3, Ok(7));
    costs(&on_message("", body), -1, 3, Ok(7));
    let body = "(block (loop local.get 0 i32.const 1 i32.sub local.tee 0 br_table 1 1 0 0))
                local.get 0";
    costs(&on_message("", body), 3, 11, Ok(1));
}

#[test]
fn blocks_with_parameters_and_results() {
    let body = "local.get 0 i32.const 3 (block (param i32 i32) (result i32 i32)
                (if (param i32 i32) (result i32 i32) (local.get 0)
                  (then i32.const 1 i32.add) (else nop))) i32.mul";
    costs(&on_message("", body), 2, 7, Ok(8));
    costs(&on_message("", body), 0, 6, Ok(0));
    let body = "local.get 0 (loop (param i32) (result i32) i32.const 1 i32.sub local.tee 0
                local.get 0 br_if 0)";
    costs(&on_message("", body), 3, 1 + 3 * 5, Ok(0));
}

#[test]
fn dead_code_costs_nothing() {
    let dead = "(block nop (loop nop br 0)) (if (i32.const 1) (then nop) (else nop)) nop";
    costs(
        &on_message("", &format!("local.get 0 return {dead}")),
        3,
        2,
        Ok(3),
    );
    costs(
        &on_message("", &format!("(block br 0 {dead}) local.get 0")),
        3,
        2,
        Ok(3),
    );
    let body = format!(
        "(if (result i32) (local.get 0) (then i32.const 1 return {dead} unreachable)
         (else i32.const 2))"
    );
    costs(&on_message("", &body), 1, 4, Ok(1));
    costs(&on_message("", &body), 0, 3, Ok(2));
}

#[test]
fn calls_pay_for_the_call_and_the_callee() {
    let callee = "(func $f (param i32) (result i32) local.get 0 i32.const 2 i32.mul)";
    costs(&on_message(callee, "local.get 0 call $f nop"), 4, 6, Ok(8));
    let indirect = "(type $t (func (param i32) (result i32))) (table 2 funcref)
                    (elem (i32.const 0) $f)";
    let rest = format!("{indirect} {callee}");
    let body = "local.get 0 i32.const 0 call_indirect (type $t) nop";
    costs(&on_message(&rest, body), 4, 7, Ok(8));
    let body = "local.get 0 local.get 0 call_indirect (type $t) nop";
    costs(&on_message(&rest, body), 1, 3, Err(Fault::NullElement));
    costs(&on_message(&rest, body), 2, 3, Err(Fault::TableOutOfBounds));
}

#[test]
fn operands_are_priced_before_the_instruction() {
    let grow = "local.get 0 memory.grow nop";
    let pages = |n: u64| 3 + 1024 * n;
    costs(&on_message("(memory 1 3)", grow), 0, pages(0), Ok(1));
    costs(&on_message("(memory 1 3)", grow), 2, pages(2), Ok(1));
    costs(&on_message("(memory 1 3)", grow), 3, pages(3), Ok(-1));
    costs(&on_message("(memory 1)", grow), 1023, pages(1023), Ok(1));
    costs(&on_message("(memory 1)", grow), 1024, pages(1024), Ok(-1));
    costs(
        &on_message("(memory 1)", grow),
        -1,
        pages(u64::from(u32::MAX)),
        Ok(-1),
    );

    let fill = "i32.const 0 i32.const 9 local.get 0 memory.fill i32.const 0 i32.load8_u";
    let bytes = |n: u64| 6 + n.div_ceil(64);
    for (length, first) in [(0, 0), (1, 9), (64, 9), (65, 9), (65_536, 9)] {
        let cost = bytes(length as u64);
        costs(&on_message("(memory 1)", fill), length, cost, Ok(first));
    }
    let cost = 4 + 65_537_u64.div_ceil(64);
    let fault = Err(Fault::MemoryOutOfBounds);
    costs(&on_message("(memory 1)", fill), 65_537, cost, fault);
    let cost = 4 + u64::from(u32::MAX).div_ceil(64);
    costs(&on_message("(memory 1)", fill), -1, cost, fault);

    let copy = "i32.const 10 i32.const 0 local.get 0 memory.copy i32.const 10 i32.load8_u";
    costs(
        &on_message(r#"(memory 1) (data (i32.const 0) "ab")"#, copy),
        65,
        8,
        Ok(97),
    );
    let init = "i32.const 5 i32.const 1 local.get 0 memory.init 0 i32.const 5 i32.load8_u";
    let data = r#"(memory 1) (data "abc")"#;
    costs(&on_message(data, init), 2, 7, Ok(98));
    costs(&on_message(data, init), 3, 5, fault);
    costs(&on_message(data, init), 0, 6, Ok(0));
}

#[test]
fn table_operands_are_priced() {
    let grow = "ref.null func local.get 0 table.grow 0";
    costs(&on_message("(table 1 9 funcref)", grow), 8, 3 + 2, Ok(1));
    costs(&on_message("(table 1 9 funcref)", grow), 9, 3 + 3, Ok(-1));
    costs(
        &on_message(
            "(table 1 externref)",
            "ref.null extern local.get 0 table.grow 0",
        ),
        65_536,
        3 + 16_384,
        Ok(-1),
    );
    let fill = "i32.const 1 ref.func $main local.get 0 table.fill 0 i32.const 0";
    costs(&on_message("(table 6 funcref)", fill), 5, 5 + 2, Ok(0));
    costs(
        &on_message("(table 6 funcref)", fill),
        6,
        4 + 2,
        Err(Fault::TableOutOfBounds),
    );
    let copy = "i32.const 1 i32.const 0 local.get 0 table.copy 0 0 i32.const 0";
    costs(&on_message("(table 6 funcref)", copy), 4, 5 + 1, Ok(0));
    let init = "i32.const 0 i32.const 0 local.get 0 table.init 0 i32.const 0";
    let rest = "(table 6 funcref) (elem func $main)";
    costs(&on_message(rest, init), 1, 5 + 1, Ok(0));
    costs(
        &on_message(rest, init),
        2,
        4 + 1,
        Err(Fault::TableOutOfBounds),
    );
}

/// Rates of every form come out as `Rate::of` says.
#[test]
fn rates_are_computed_as_the_schedule_does() {
    for rate in [
        Rate::FREE,
        Rate::per(1, 1),
        Rate::per(7, 1),
        Rate::per(3, 64),
        Rate::per(0, 64),
        Rate::per((1 << 31) - 1, 1),
        Rate::per(5, 1 << 31),
    ] {
        let operands = OperandCosts {
            memory_grow: rate,
            ..PLAIN.operands
        };
        let schedule = Schedule { operands, ..PLAIN };
        let wat = on_message("(memory 1)", "local.get 0 memory.grow");
        let module = prepared_under(&schedule, &wat);
        for amount in [0, 1, 2, 63, 64, 65, 1 << 20, u32::MAX - 1, u32::MAX] {
            let cost = 2 + rate.of(u64::from(amount));
            let answer = if amount <= 1023 { 1 } else { -1 };
            for ticks in [cost, cost + 1, (1 << 63) - 1] {
                let ran = run(&module, amount.cast_signed(), ticks);
                assert_eq!(ran, (Ok(Some(answer)), cost));
            }
            let ran = run(&module, amount.cast_signed(), cost - 1);
            assert_eq!(ran, (Err(Fault::OutOfTicks), cost - 1));
        }
    }
}
