//! The state of a VM, in terms of its module.
//!
//! Enters: guests that change all that a VM keeps. Leaves: tests of the image that is taken of it,
//! and of a VM made from that image. Refuses to know: how images are hashed.

use super::*;
use crate::module::ValueType;
use std::sync::Arc;

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
    assert_eq!(vm.image(&Image::default()).globals, before);
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(0)));
    let mut after = before;
    after[3].bits = 0x7ff0_0000_0000_0123;
    after[4].bits = 1;
    after[5].bits = 0;
    assert_eq!(vm.image(&Image::default()).globals, after);
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
    assert_eq!(
        vm.image(&Image::default()).tables,
        [before.to_vec(), vec![None; 2]]
    );
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
    assert_eq!(
        vm.image(&Image::default()).tables,
        [after.to_vec(), vec![None; 2]]
    );
}

#[test]
fn memories_show_their_bytes() {
    let body = "i32.const 65536 i32.const 7 i32.store8 i32.const 1 memory.grow";
    let rest = r#"(memory 2) (data (i32.const 3) "xy")"#;
    let mut vm = vm(&on_message(rest, body), PLENTY);
    assert_eq!(vm.image(&Image::default()).pages.len(), 2);
    assert_eq!(vm.image(&Image::default()).pages[0][3..5], *b"xy");
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(2)));
    assert_eq!(vm.image(&Image::default()).pages.len(), 3);
    assert_eq!(vm.image(&Image::default()).pages[1][0], 7);
    assert!(
        super::vm("(module)", 0)
            .image(&Image::default())
            .pages
            .is_empty()
    );
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
    assert_eq!(
        vm.image(&Image::default()).dropped_data,
        [false, true, false, false]
    );
    assert_eq!(
        vm.image(&Image::default()).dropped_elements,
        [false, true, true, false]
    );
    assert_eq!(vm.call_entry(Entry::Message, 0), Ok(Some(0)));
    assert_eq!(
        vm.image(&Image::default()).dropped_data,
        [true, true, false, false]
    );
    assert_eq!(
        vm.image(&Image::default()).dropped_elements,
        [false, true, true, false]
    );
    assert_eq!(vm.call_entry(Entry::Message, 1), Ok(Some(1)));
    assert_eq!(
        vm.image(&Image::default()).dropped_data,
        [true, true, true, false]
    );
    assert_eq!(
        vm.image(&Image::default()).dropped_elements,
        [true, true, true, false]
    );
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

/// What a restored VM does is what the VM would have done, and so is what it keeps.
#[test]
fn a_restored_vm_goes_on_as_the_other_would() {
    let rest = r#"(memory 1) (data "abc") (elem $names func $main)
        (table $t 1 3 funcref) (elem (table $t) (i32.const 0) func $two)
        (table $e 1 4 externref)
        (type $give (func (result i32)))
        (global $i (mut i32) (i32.const 1)) (global $l (mut i64) (i64.const 2))
        (global $f (mut f32) (f32.const 3)) (global $d (mut f64) (f64.const 4))
        (global $r (mut funcref) (ref.null func)) (global $x (mut externref) (ref.null extern))
        (func $two (result i32) i32.const 2)
        (elem declare func $two)"#;
    let body = "
        (global.set $i (i32.add (global.get $i) (local.get 0)))
        (global.set $l (i64.mul (global.get $l) (i64.const -3)))
        (global.set $f (f32.div (global.get $f) (f32.const -0)))
        (global.set $d (f64.sub (global.get $d) (f64.const 0.5)))
        (if (i32.eqz (ref.is_null (global.get $r))) (then
            (memory.init 0 (i32.const 7) (i32.const 0) (i32.const 0))
            data.drop 0 elem.drop $names))
        (global.set $r (ref.func $two))
        (drop (memory.grow (i32.const 1)))
        (drop (table.grow $t (ref.func $two) (i32.const 1)))
        (drop (table.grow $e (ref.null extern) (i32.const 2)))
        (i32.store (i32.mul (i32.const 65536) (i32.sub (memory.size) (i32.const 1))) (memory.size))
        (call_indirect $t (type $give) (i32.sub (table.size $t) (i32.const 1)))";
    let wat = on_message(rest, body);
    let exact = prepared(&wat);
    let metered = meter::meter(exact.module(), &PLAIN, Pass::Fast);
    let fast = Engine::new().prepare(exact.module(), &metered);
    for prepared in [&exact, &fast] {
        let mut vm = match Vm::instantiate(prepared, Recorder::default(), PLENTY) {
            Ok(vm) => vm,
            Err(broken) => panic!("{broken:?}"),
        };
        let mut last = Image::default();
        for argument in 0..4 {
            let image = vm.image(&last);
            let mut other = Vm::restore(&exact, Recorder::default(), &image);
            assert_eq!(other.image(&image), image);
            for vm in [&mut vm, &mut other] {
                vm.set_ticks(PLENTY);
            }
            let expected = vm.call_entry(Entry::Message, argument);
            assert_eq!(other.call_entry(Entry::Message, argument), expected);
            assert_eq!(other.ticks(), vm.ticks());
            assert_eq!(other.image(&Image::default()), vm.image(&image));
            last = image;
        }
        assert_eq!(last.pages.len(), 4);
        let same = |at: usize| Arc::ptr_eq(&last.pages[at], &vm.image(&last).pages[at]);
        assert!((0..4).all(same), "what did not change is shared");
    }
}
