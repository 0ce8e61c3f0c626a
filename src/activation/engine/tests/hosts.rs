//! What the host sees, and what it may do.
//!
//! Enters: guests that call imports. Leaves: tests of the ticks and the memory that the host is
//! shown, and of what becomes of its answers and faults. Refuses to know: what the real host does.

use super::*;

const IMPORTS: &str = r#"
    (import "env" "isValidRef" (func $isValidRef (param i32) (result i32)))
    (import "env" "deleteRef" (func $deleteRef (param i32)))
    (import "env" "loadMessageData" (func $load (param i32 i32 i32 i32)))
    (import "env" "mintCap" (func $mint (result i32)))"#;

#[test]
fn the_host_sees_the_exact_count() {
    let body = "nop local.get 0 call $isValidRef nop nop call $deleteRef
                i32.const 1 i32.const 2 i32.const 3 i32.const 4 call $load call $mint";
    let mut vm = vm(&on_message(IMPORTS, body), 100);
    assert_eq!(vm.call_entry(Entry::Message, 5), Ok(Some(0)));
    let calls = [
        ("isValidRef", vec![5], 97, 0, 0),
        ("deleteRef", vec![6], 94, 0, 0),
        ("loadMessageData", vec![1, 2, 3, 4], 89, 0, 0),
        ("mintCap", vec![], 88, 0, 0),
    ];
    assert_eq!(vm.host().calls, calls);
    assert_eq!(vm.ticks(), 88);
}

#[test]
fn a_call_that_cannot_be_paid_is_not_made() {
    let module = on_message(IMPORTS, "local.get 0 call $isValidRef");
    let mut starved = vm(&module, 1);
    assert_eq!(
        starved.call_entry(Entry::Message, 5),
        Err(Fault::OutOfTicks)
    );
    assert!(starved.host().calls.is_empty());
    assert_eq!(starved.ticks(), 0);
    let mut fed = vm(&module, 2);
    assert_eq!(fed.call_entry(Entry::Message, 5), Ok(Some(6)));
    assert_eq!(fed.host().calls, [("isValidRef", vec![5], 0, 0, 0)]);
}

#[test]
fn the_host_spends_from_the_tank() {
    let body = "local.get 0 call $isValidRef call $isValidRef nop";
    let mut vm = vm(&on_message(IMPORTS, body), 100);
    vm.host_mut().price = 40;
    assert_eq!(vm.call_entry(Entry::Message, 5), Ok(Some(7)));
    assert_eq!(vm.ticks(), 100 - 4 - 80);
    assert_eq!(vm.host().calls[1].2, 100 - 3 - 40);
    // What is left after the second call does not pay for the third instruction.
    vm.set_ticks(83);
    assert_eq!(vm.call_entry(Entry::Message, 5), Err(Fault::OutOfTicks));
    assert_eq!(vm.host().calls.len(), 4);
    vm.set_ticks(84);
    assert_eq!(vm.call_entry(Entry::Message, 5), Ok(Some(7)));
    assert_eq!(vm.ticks(), 0);
}

#[test]
fn a_fault_of_the_host_stops_the_guest() {
    for fault in Fault::ALL {
        let mut vm = vm(
            &on_message(IMPORTS, "local.get 0 call $isValidRef unreachable"),
            100,
        );
        vm.host_mut().fault = Some(*fault);
        vm.host_mut().price = 10;
        assert_eq!(vm.call_entry(Entry::Message, 5), Err(*fault));
        assert_eq!(vm.ticks(), 88);
        assert_eq!(vm.into_host().calls.len(), 1);
    }
}

#[test]
fn the_memory_is_the_exported_one() {
    let body = "i32.const 2 memory.grow drop local.get 0 call $isValidRef drop
                i32.const 0 i32.load8_u";
    let seen = |memory: &str| {
        let rest = format!("{IMPORTS} {memory}");
        let mut vm = vm(&on_message(&rest, body), PLENTY);
        let result = vm.call_entry(Entry::Message, 5);
        assert_eq!(vm.image(&Image::default()).pages.len(), 3);
        let (_, _, _, pages, bytes) = vm.host().calls[0];
        (result, pages, bytes)
    };
    assert_eq!(
        seen(r#"(memory (export "memory") 1)"#),
        (Ok(Some(0xee)), 3, 3 * 65_536)
    );
    assert_eq!(seen("(memory 1)"), (Ok(Some(0)), 3, 0));
    assert_eq!(seen(r#"(memory (export "other") 1)"#), (Ok(Some(0)), 3, 0));
}

#[test]
fn entries_of_every_shape() {
    for (declared, result) in [
        ("(param i32) (result i32) local.get 0", Some(8)),
        ("(param i32)", None),
        ("(result i32) i32.const 3", Some(3)),
        ("", None),
    ] {
        let module = format!(r#"(module (func (export "onCreation") {declared}))"#);
        let mut vm = vm(&module, 10);
        assert_eq!(vm.call_entry(Entry::Creation, 8), Ok(result));
        assert_eq!(vm.call_entry(Entry::Message, 8), Ok(None), "there is none");
        assert_eq!(vm.ticks(), 10 - u64::from(result.is_some()));
    }
}

#[test]
fn the_start_function_runs_when_asked() {
    let module = r#"(module (global $g (mut i32) (i32.const 0)) (start $s)
        (func $s nop i32.const 7 global.set $g)
        (func (export "onMessage") (result i32) global.get $g))"#;
    let mut vm = vm(module, 10);
    assert_eq!(vm.ticks(), 10, "making an instance runs nothing");
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(0)));
    assert_eq!(vm.run_start(), Ok(()));
    assert_eq!(vm.ticks(), 6);
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(7)));
    vm.set_ticks(2);
    assert_eq!(vm.run_start(), Err(Fault::OutOfTicks));
}

#[test]
fn the_tank_holds_just_under_two_to_the_63() {
    let mut vm = vm(&on_message("", "local.get 0"), (1 << 63) - 1);
    assert_eq!(vm.ticks(), (1 << 63) - 1);
    assert_eq!(vm.call_entry(Entry::Message, 1), Ok(Some(1)));
    assert_eq!(vm.ticks(), (1 << 63) - 2);
}

#[test]
#[should_panic(expected = "ticks are fewer than 2^63")]
fn the_tank_holds_no_more() {
    vm(&on_message("", "local.get 0"), 1 << 63);
}
