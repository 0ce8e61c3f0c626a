//! Each trap of WebAssembly is its fault.
//!
//! Enters: guests that trap. Leaves: tests of the fault that each trap is. Refuses to know: what
//! becomes of a fault.

use super::*;

#[track_caller]
fn faults(rest: &str, body: &str, fault: Fault) {
    let module = prepared(&on_message(rest, body));
    assert_eq!(run(&module, 0, PLENTY).0, Err(fault), "{body}");
}

#[test]
fn unreachable_is_no_lack_of_ticks() {
    faults("", "unreachable", Fault::Unreachable);
    // The counter is 0, not negative, when the guest traps by itself.
    let module = prepared(&on_message("", "unreachable"));
    assert_eq!(run(&module, 0, 1), (Err(Fault::Unreachable), 1));
    assert_eq!(run(&module, 0, 0), (Err(Fault::OutOfTicks), 0));
}

#[test]
fn every_memory_access_out_of_bounds() {
    let memory = "(memory 1)";
    let widths = [
        ("i32", "load8_s load8_u load16_s load16_u load"),
        (
            "i64",
            "load8_s load8_u load16_s load16_u load32_s load32_u load",
        ),
        ("f32", "load"),
        ("f64", "load"),
    ];
    for (ty, loads) in widths {
        for load in loads.split(' ') {
            let body = format!("i32.const 65536 {ty}.{load} drop i32.const 0");
            faults(memory, &body, Fault::MemoryOutOfBounds);
            let body = format!("i32.const -1 {ty}.{load} offset=4294967295 drop i32.const 0");
            faults(memory, &body, Fault::MemoryOutOfBounds);
        }
    }
    for store in [
        "i32.store8",
        "i32.store16",
        "i32.store",
        "i64.store8",
        "i64.store16",
        "i64.store32",
        "i64.store",
        "f32.store",
        "f64.store",
    ] {
        let ty = &store[..3];
        let body = format!("i32.const 65536 {ty}.const 0 {store} i32.const 0");
        faults(memory, &body, Fault::MemoryOutOfBounds);
    }
    for bulk in ["memory.fill", "memory.copy", "memory.init 0"] {
        let body = format!("i32.const 65537 i32.const 0 i32.const 0 {bulk} i32.const 0");
        let rest = r#"(memory 1) (data "")"#;
        faults(rest, &body, Fault::MemoryOutOfBounds);
    }
}

#[test]
fn every_table_access_out_of_bounds() {
    let table = "(table 1 funcref) (elem declare func $main) (elem func $main)";
    let fault = Fault::TableOutOfBounds;
    faults(table, "i32.const 1 table.get 0 drop i32.const 0", fault);
    faults(
        table,
        "i32.const 1 ref.func $main table.set 0 i32.const 0",
        fault,
    );
    faults(
        table,
        "i32.const 2 ref.null func i32.const 0 table.fill 0 i32.const 0",
        fault,
    );
    for bulk in ["table.copy 0 0", "table.init 0 1"] {
        let body = format!("i32.const 2 i32.const 0 i32.const 0 {bulk} i32.const 0");
        faults(table, &body, fault);
    }
    faults(table, "i32.const -1 call_indirect i32.const 0", fault);
}

#[test]
fn indirect_calls() {
    let rest = "(table 2 funcref) (elem (i32.const 1) $main)";
    faults(
        rest,
        "i32.const 0 call_indirect i32.const 0",
        Fault::NullElement,
    );
    faults(
        rest,
        "i32.const 1 call_indirect i32.const 0",
        Fault::SignatureMismatch,
    );
}

#[test]
fn integer_arithmetic() {
    for (ty, least) in [("i32", "-0x80000000"), ("i64", "-0x8000000000000000")] {
        for op in ["div_s", "div_u", "rem_s", "rem_u"] {
            let body = format!("{ty}.const 1 {ty}.const 0 {ty}.{op} drop i32.const 0");
            faults("", &body, Fault::DivisionByZero);
        }
        let overflow = format!("{ty}.const {least} {ty}.const -1 {ty}.div_s drop i32.const 0");
        faults("", &overflow, Fault::IntegerOverflow);
        let rest = format!("{ty}.const {least} {ty}.const -1 {ty}.rem_s drop i32.const 4");
        costs(&on_message("", &rest), 0, 5, Ok(4));
    }
}

#[test]
fn conversions() {
    for to in ["i32", "i64"] {
        for from in ["f32", "f64"] {
            for sign in ["s", "u"] {
                let body = |value: &str| {
                    format!("{from}.const {value} {to}.trunc_{from}_{sign} drop i32.const 0")
                };
                faults("", &body("nan"), Fault::InvalidConversion);
                faults("", &body("-nan"), Fault::InvalidConversion);
                faults("", &body("1e30"), Fault::IntegerOverflow);
                faults("", &body("-1e30"), Fault::IntegerOverflow);
                faults("", &body("inf"), Fault::IntegerOverflow);
                faults("", &body("-inf"), Fault::IntegerOverflow);
                let saturating =
                    format!("{from}.const nan {to}.trunc_sat_{from}_{sign} drop i32.const 4");
                costs(&on_message("", &saturating), 0, 4, Ok(4));
            }
        }
    }
}

#[test]
fn segments_that_do_not_fit() {
    let broken = |rest: &str| {
        let module = prepared(&format!("(module {rest})"));
        let host = Recorder {
            price: 77,
            ..Recorder::default()
        };
        let broken = Vm::instantiate(&module, host, 5)
            .err()
            .expect("it does not fit");
        assert_eq!(broken.host.price, 77);
        broken.fault
    };
    let memory = Fault::MemoryOutOfBounds;
    assert_eq!(
        broken(r#"(memory 1) (data (i32.const 65535) "ab")"#),
        memory
    );
    assert_eq!(broken(r#"(memory 1) (data (i32.const 65537) "")"#), memory);
    assert_eq!(broken(r#"(memory 0) (data (i32.const -1) "a")"#), memory);
    let table = Fault::TableOutOfBounds;
    assert_eq!(
        broken("(table 1 funcref) (func $f) (elem (i32.const 0) $f $f)"),
        table
    );
    assert_eq!(broken("(table 1 funcref) (elem (i32.const 2) func)"), table);
    // Element segments come first.
    let both = r#"(memory 1) (data (i32.const 65536) "a")
                  (table 1 funcref) (func $f) (elem (i32.const 1) $f)"#;
    assert_eq!(broken(both), table);
    // On the border they fit.
    for rest in [
        r#"(memory 1) (data (i32.const 65534) "ab") (data (i32.const 65536) "")"#,
        "(table 1 funcref) (func $f) (elem (i32.const 0) $f) (elem (i32.const 1) func)",
    ] {
        assert_eq!(vm(&format!("(module {rest})"), 5).ticks(), 5);
    }
}
