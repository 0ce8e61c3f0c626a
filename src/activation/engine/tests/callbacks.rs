//! Which functions can be called back, and with what.
//!
//! Enters: tables of functions of many types, and arguments. Leaves: tests of who is called, and of
//! the fault where nobody can be. Refuses to know: which import asks for a callback.

use super::*;

/// Functions of many types, in table order.
const FUNCTIONS: &str = r#"
    (func $none)
    (func $gives (result i32) i32.const 9)
    (func $takes (param i32) local.get 0 global.set $seen)
    (func $both (param i32) (result i32) local.get 0 i32.const 1 i32.add)
    (func $two (param i32 i32) (result i32) local.get 0 local.get 1 i32.sub)
    (func $four (param i32 i32 i32 i32) (result i32)
      local.get 0 local.get 1 i32.add local.get 2 i32.add i32.const 100 local.get 3 i32.add
      i32.mul)
    (func $long (param i64))
    (func $gives_long (result i64) i64.const 0)
    (func $gives_two (result i32 i32) i32.const 1 i32.const 2)
    (func $reference (param funcref))
    (global $seen (export "seen") (mut i32) (i32.const 0))"#;

const ELEMENTS: &str = "$none $gives $takes $both $two $four $long $gives_long $gives_two
                        $reference $deleteRef";

fn module(name: &str) -> String {
    format!(
        r#"(module (import "env" "deleteRef" (func $deleteRef (param i32)))
           (table (export "{name}") 12 funcref) (elem (i32.const 0) {ELEMENTS}) {FUNCTIONS})"#
    )
}

#[test]
fn strict_callbacks() {
    let bad = Err(Fault::BadCallback);
    let one = [Ok(None), Ok(Some(9)), Ok(None), Ok(Some(6))];
    let none = [Ok(None), Ok(Some(9)), bad, bad];
    for (arguments, fitting) in [(&[5][..], one), (&[][..], none)] {
        let mut vm = vm(&module("callbacks"), PLENTY);
        let expected = fitting.into_iter().chain([bad; 12]);
        for (index, expected) in (0..).zip(expected) {
            let result = vm.call_back(index, arguments, CallbackShape::Strict);
            assert_eq!(result, expected, "{index} of {arguments:?}");
        }
        assert_eq!(
            vm.call_back(u32::MAX, arguments, CallbackShape::Strict),
            bad
        );
    }
}

#[test]
fn callbacks_called_as_declared() {
    let mut vm = vm(&module("callbacks"), PLENTY);
    let arguments = [5, 7, 20];
    let bad = Err(Fault::BadCallback);
    let results = [
        Ok(None),
        Ok(Some(9)),
        Ok(None),
        Ok(Some(6)),
        Ok(Some(-2)),
        Ok(Some(3200)),
    ];
    for (index, expected) in (0..).zip(results.into_iter().chain([bad; 10])) {
        let result = vm.call_back(index, &arguments, CallbackShape::AsDeclared);
        assert_eq!(result, expected, "{index}");
    }
    assert_eq!(vm.call_back(5, &[], CallbackShape::AsDeclared), Ok(Some(0)));
    assert_eq!(vm.image(&Image::default()).globals[0].bits, 5);
}

#[test]
fn the_table_is_found_by_its_name() {
    let call = |wat: &str| vm(wat, PLENTY).call_back(3, &[1], CallbackShape::Strict);
    assert_eq!(call(&module("callbacks")), Ok(Some(2)));
    assert_eq!(call(&module("__indirect_function_table")), Ok(Some(2)));
    assert_eq!(call(&module("table")), Err(Fault::BadCallback));
    assert_eq!(call("(module)"), Err(Fault::BadCallback));
    // `callbacks` goes first, even if it holds nothing.
    let both = module("__indirect_function_table")
        .replace(
            "(elem",
            r#"(table (export "callbacks") 12 funcref) (elem (table 0)"#,
        )
        .replace("(i32.const 0) $none", "(i32.const 0) func $none");
    assert_eq!(call(&both), Err(Fault::BadCallback));
    // An export of that name that is no table is not there.
    let function = module("__indirect_function_table")
        .replace("(func $none)", r#"(func $none (export "callbacks"))"#);
    assert_eq!(call(&function), Ok(Some(2)));
    // A table of other references holds no function.
    let external = r#"(module (table (export "callbacks") 12 externref))"#;
    assert_eq!(call(external), Err(Fault::BadCallback));
}

#[test]
fn callbacks_pay_for_their_instructions() {
    let mut vm = vm(&module("callbacks"), 3);
    assert_eq!(vm.call_back(3, &[1], CallbackShape::Strict), Ok(Some(2)));
    assert_eq!(vm.ticks(), 0);
    assert_eq!(
        vm.call_back(3, &[1], CallbackShape::Strict),
        Err(Fault::OutOfTicks)
    );
    assert_eq!(vm.call_back(0, &[1], CallbackShape::Strict), Ok(None));
}
