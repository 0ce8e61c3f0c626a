//! The state of a VM, in terms of its module.

use super::*;
use crate::module::ValueType;

fn global(index: u32, ty: ValueType, bits: u64) -> GlobalImage {
    GlobalImage { index, ty, bits }
}

#[test]
fn globals_show_their_bits() {
    let rest = r#"
        (global i32 (i32.const 1))
        (global $a (mut i32) (i32.const -1))
        (global $b (mut i64) (i64.const -2))
        (global $c (mut f32) (f32.const -0))
        (global $d (mut f64) (f64.const 1))
        (global $e (mut funcref) (ref.null func))
        (global $f (mut funcref) (ref.func $main))
        (global $g (mut externref) (ref.null extern))"#;
    let body = "f64.const nan:0x123 global.set $d ref.func $main global.set $e
                ref.null func global.set $f i32.const 0";
    let mut vm = vm(&on_message(rest, body), PLENTY);
    let before = [
        global(1, ValueType::I32, 0xffff_ffff),
        global(2, ValueType::I64, u64::MAX - 1),
        global(3, ValueType::F32, 0x8000_0000),
        global(4, ValueType::F64, 1.0_f64.to_bits()),
        global(5, ValueType::FuncRef, 0),
        global(6, ValueType::FuncRef, 1),
        global(7, ValueType::ExternRef, 0),
    ];
    assert_eq!(vm.image().globals, before);
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(0)));
    let mut after = before;
    after[3].bits = 0x7ff0_0000_0000_0123;
    after[4].bits = 1;
    after[5].bits = 0;
    assert_eq!(vm.image().globals, after);
}

/// Holds wasmi to what `function_index` relies on: with imports, many functions, and functions
/// put into tables in every way.
#[test]
fn tables_show_function_indices() {
    let imports = r#"(import "env" "deleteRef" (func $deleteRef (param i32)))
                     (import "env" "isValidRef" (func $isValidRef (param i32) (result i32)))"#;
    let many: String = (2..300).map(|index| format!("(func $f{index})")).collect();
    let rest = format!(
        r#"{imports} {many} (table $t 6 funcref) (table $u 2 externref)
           (elem (table $t) (i32.const 1) func $f299 $deleteRef $f2)
           (elem $passive func $isValidRef $f250) (elem declare func $f17)"#
    );
    let body = "i32.const 0 ref.func $f17 table.set $t
                i32.const 4 i32.const 0 i32.const 2 table.init $t $passive
                ref.func $main i32.const 1 table.grow $t";
    let mut vm = vm(&on_message(&rest, body), PLENTY);
    let before = [None, Some(299), Some(0), Some(2), None, None];
    assert_eq!(vm.image().tables, [before.to_vec(), vec![None; 2]]);
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(6)));
    let after = [
        Some(17),
        Some(299),
        Some(0),
        Some(2),
        Some(1),
        Some(250),
        Some(300),
    ];
    assert_eq!(vm.image().tables, [after.to_vec(), vec![None; 2]]);
}

#[test]
fn memories_show_their_bytes() {
    let body = "i32.const 65536 i32.const 7 i32.store8 i32.const 1 memory.grow";
    let rest = r#"(memory 2) (data (i32.const 3) "xy")"#;
    let mut vm = vm(&on_message(rest, body), PLENTY);
    assert_eq!(vm.image().memory.len(), 2 * 65_536);
    assert_eq!(vm.image().memory[3..5], *b"xy");
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(2)));
    assert_eq!(vm.image().memory.len(), 3 * 65_536);
    assert_eq!(vm.image().memory[65_536], 7);
    assert!(super::vm("(module)", 0).image().memory.is_empty());
}

#[test]
fn segments_show_whether_they_are_dropped() {
    let rest = r#"(memory 1) (table 1 funcref)
        (data "a") (data (i32.const 0) "b") (data "c") (data "d")
        (elem func $main) (elem (i32.const 0) func $main) (elem declare func $main)
        (elem func)"#;
    let body = "local.get 0 (if (then data.drop 2 data.drop 1 elem.drop 0))
                data.drop 0 data.drop 0 elem.drop 2 local.get 0";
    let mut vm = vm(&on_message(rest, body), PLENTY);
    assert_eq!(vm.image().dropped_data, [false, true, false, false]);
    assert_eq!(vm.image().dropped_elements, [false, true, true, false]);
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(0)));
    assert_eq!(vm.image().dropped_data, [true, true, false, false]);
    assert_eq!(vm.image().dropped_elements, [false, true, true, false]);
    assert_eq!(vm.call_entry(Entry::Message, 1), Ok(Some(1)));
    assert_eq!(vm.image().dropped_data, [true, true, true, false]);
    assert_eq!(vm.image().dropped_elements, [true, true, true, false]);
}

#[test]
fn dropping_costs_one_tick() {
    let rest = r#"(memory 1) (data "a") (elem func $main)"#;
    costs(
        &on_message(rest, "data.drop 0 elem.drop 0 local.get 0"),
        4,
        3,
        Ok(4),
    );
}
