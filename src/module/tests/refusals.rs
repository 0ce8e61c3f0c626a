//! Exports, entries, and bytes that are no module.
//!
//! Enters: exports that are wrong, and bytes that are cut off or something else. Leaves: tests of
//! the words of refusals. Refuses to know: imports, limits and proposals.

use super::*;

#[test]
fn bytes_that_are_no_module() {
    for (bytes, found) in [
        (&b""[..], "nothing"),
        (b"\0as", "something else"),
        (b"\0asm", "another version of the format, or none"),
        (b"\0asm\x02\0\0\0", "another version of the format, or none"),
        (b"(module)", "something else"),
    ] {
        let refusal = accept(bytes, Dialect::Capabilities).expect_err("a refusal");
        let words = format!("byte 0: expected a WebAssembly module, found {found}");
        assert_eq!(refusal.to_string(), words);
    }
}

#[test]
fn every_beginning_of_a_module_is_refused() {
    let wat = r#"(module (import "env" "deleteRef" (func (param i32)))
        (memory (export "memory") 1) (table 2 funcref) (global (mut i32) (i32.const 5))
        (func $s) (start $s) (elem (i32.const 0) $s) (data (i32.const 0) "abc") (data "d")
        (func (export "onMessage") (param i32) (local i64) local.get 0 call 0 data.drop 1))"#;
    let whole = bytes(wat);
    accepted(&whole);
    let ends_of_sections: Vec<usize> = (8..whole.len())
        .filter(|end| accept(&whole[..*end], Dialect::Capabilities).is_ok())
        .collect();
    // The header; types; imports; and everything but the names, which are a custom section.
    assert_eq!(ends_of_sections.len(), 4, "{ends_of_sections:?}");
    for end in 0..8 {
        assert!(accept(&whole[..end], Dialect::Capabilities).is_err());
    }
    // Any byte may be wrong: nothing panics, and what is accepted can be metered.
    for place in 0..whole.len() {
        for wrong in [0, 1, 0x0b, 0x40, 0x7f, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[place] = wrong;
            if accept(&bytes, Dialect::Capabilities).is_ok() {
                accepted(&bytes);
            }
        }
    }
}

#[test]
fn reserved_exports() {
    refused(
        r#"(module (func (export "primea:ticks")))"#,
        "expected no export name to begin with `primea:`, found `primea:ticks`",
    );
    refused(
        r#"(module (func (export "primea:")))"#,
        "expected no export name to begin with `primea:`, found `primea:`",
    );
    accepted(&bytes(
        r#"(module (func (export "primea")) (func (export "xprimea:")))"#,
    ));
}

#[test]
fn entries_of_the_wrong_kind() {
    for entry in ["onCreation", "onMessage"] {
        for (item, found) in [
            ("(memory (export \"E\") 1)", "a memory"),
            ("(table (export \"E\") 1 funcref)", "a table"),
            ("(global (export \"E\") i32 (i32.const 0))", "a global"),
            (
                "(import \"env\" \"deleteRef\" (func $d (param i32))) (export \"E\" (func $d))",
                "an import",
            ),
        ] {
            refused(
                &format!("(module {})", item.replace('E', entry)),
                &format!(
                    "expected the export `{entry}` to be a function of the module, found {found}"
                ),
            );
        }
    }
}

#[test]
fn entries_of_the_wrong_type() {
    for (ty, found) in [
        ("(param i64)", "(i64) -> ()"),
        ("(param i32 i32)", "(i32, i32) -> ()"),
        ("(result i64)", "() -> i64"),
        ("(result i32 i32)", "() -> (i32, i32)"),
    ] {
        refused(
            &format!(r#"(module (func (export "onMessage") {ty} unreachable))"#),
            &format!(
                "expected the export `onMessage` to be (i32) -> (), (i32) -> i32, () -> () or \
                 () -> i32, found {found}"
            ),
        );
    }
}

#[test]
fn entries_are_found() {
    let module = accepted(&bytes(
        r#"(module (func (export "onCreation")) (func (export "onMessage") (param i32)
           (result i32) local.get 0))"#,
    ));
    let shape = |takes_message, returns| {
        Some(EntryShape {
            takes_message,
            returns,
        })
    };
    assert_eq!(module.entry(Entry::Creation), shape(false, false));
    assert_eq!(module.entry(Entry::Message), shape(true, true));
    let module = accepted(&bytes(r#"(module (func (export "onmessage")))"#));
    assert_eq!(module.entry(Entry::Message), None);
}

#[test]
fn the_start_function_is_the_modules_own() {
    // No row has the type () -> (), so a start function that is an import is refused as such
    // only if it has another type, which is invalid; the rule is kept all the same.
    let wat = r#"(module (import "env" "deleteRef" (func $d (param i32))) (start $d))"#;
    assert!(matches!(accept_wat(wat), Err(Refusal::Invalid { .. })));
}

#[test]
fn opening_costs_what_an_instance_needs() {
    let module = accepted(&bytes(
        r#"(module (import "env" "deleteRef" (func $d (param i32)))
           (memory (export "memory") 3 9) (table 5 7 funcref) (table 4 externref)
           (global i32 (i32.const 0)) (global (mut i64) (i64.const 0)) (func $f)
           (data (i32.const 0) "0123456789") (data "passive")
           (elem (i32.const 0) $f $f) (elem func $f $d) (elem declare func $f))"#,
    ));
    assert_eq!(module.initial_pages(), 3);
    assert_eq!(module.initial_elements(), 9);
    // 2 functions, 2 tables, 2 globals, 1 export, 2 data and 3 element segments.
    assert_eq!(module.definitions(), 12);
    assert_eq!(module.mutable_globals(), 1);
    assert_eq!(module.facts().active_bytes, 10);
    assert_eq!(module.facts().segment_elements, 2 + 2);
    let rates = schedule::PLAIN.activation;
    let expected = u64::from(rates.fresh)
        + rates.definitions.of(12)
        + rates.pages.of(3)
        + rates.elements.of(9)
        + rates.segments.of(26);
    assert_eq!(module.opening_cost(&schedule::PLAIN), expected);
    let mut schedule = schedule::PLAIN;
    schedule.activation.mutable_globals = schedule::Rate::per(227, 1);
    schedule.activation.segment_elements = schedule::Rate::per(5, 2);
    schedule.activation.imports = schedule::Rate::per(3001, 4);
    assert_eq!(module.opening_cost(&schedule), expected + 227 + 10 + 3001);
    // Dropped or not, active and declared ones apart.
    assert_eq!(module.passive_segments(), 1 + 1);
}
