//! Every proposal beyond WebAssembly 2.0 without SIMD is refused by its name.
//!
//! Enters: modules that need one proposal each. Leaves: tests of the name under which they are
//! refused. Refuses to know: what the proposals are good for.

use super::*;
use crate::module::features::REFUSED;

/// Modules that need one proposal each, by the name under which they are refused.
const NEEDING: &[(&str, &str)] = &[
    ("simd", "(module (func (param v128)))"),
    ("simd", "(module (func v128.const i64x2 0 0 drop))"),
    ("simd", "(module (global v128 (v128.const i64x2 0 0)))"),
    (
        "simd",
        "(module (memory 1) (func i32.const 0 v128.load drop))",
    ),
    (
        "relaxed-simd",
        "(module (func (param v128 v128) (result v128)
           local.get 0 local.get 1 i8x16.relaxed_swizzle))",
    ),
    ("threads", "(module (memory 1 1 shared))"),
    (
        "threads",
        "(module (memory 1) (func i32.const 0 i32.atomic.load drop))",
    ),
    ("threads", "(module (func atomic.fence))"),
    (
        "shared-everything-threads",
        "(module (global (shared mut i32) (i32.const 0)))",
    ),
    (
        "shared-everything-threads",
        "(module (type (shared (func))))",
    ),
    ("tail-call", "(module (func $f return_call $f))"),
    (
        "tail-call",
        "(module (table 1 funcref) (func i32.const 0 return_call_indirect))",
    ),
    ("multi-memory", "(module (memory 1) (memory 1))"),
    (
        "multi-memory",
        "(module (memory 1) (func memory.size 1 drop) (memory 1))",
    ),
    ("memory64", "(module (memory i64 1))"),
    ("memory64", "(module (table i64 1 funcref))"),
    ("exceptions", "(module (tag))"),
    ("exceptions", "(module (func (param exnref)))"),
    (
        "exceptions",
        "(module (func (block try_table (catch_all 0) end)))",
    ),
    ("legacy-exceptions", "(module (func try catch_all end))"),
    (
        "extended-const",
        "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))",
    ),
    (
        "extended-const",
        "(module (memory 1) (data (i32.mul (i32.const 1) (i32.const 2)) \"\"))",
    ),
    ("gc", "(module (type (struct)))"),
    ("gc", "(module (type (array i8)))"),
    ("gc", "(module (func (param i31ref)))"),
    ("gc", "(module (func (param anyref)))"),
    ("gc", "(module (rec (type (func)) (type (func))))"),
    (
        "gc",
        "(module (func (param externref) local.get 0 any.convert_extern drop))",
    ),
    (
        "gc",
        "(module (global i32 (i32.const 1)) (global i32 (global.get 0)))",
    ),
    (
        "function-references",
        "(module (type $t (func)) (func (param (ref null $t))))",
    ),
    ("function-references", "(module (func (param (ref func))))"),
    (
        "function-references",
        "(module (func (param (ref extern))))",
    ),
    (
        "function-references",
        "(module (type $t (func)) (func ref.null $t drop))",
    ),
    (
        "function-references",
        "(module (func $f) (elem declare func $f) (func ref.func $f ref.as_non_null drop))",
    ),
    (
        "function-references",
        "(module (table 1 funcref (ref.null func)))",
    ),
    ("custom-page-sizes", "(module (memory 1 (pagesize 1)))"),
    (
        "wide-arithmetic",
        "(module (func (param i64 i64 i64 i64) (result i64 i64)
           local.get 0 local.get 1 local.get 2 local.get 3 i64.add128))",
    ),
    (
        "stack-switching",
        "(module (type $f (func)) (type $c (cont $f)))",
    ),
    (
        "memory-control",
        "(module (memory 1) (func i32.const 0 i32.const 0 memory.discard))",
    ),
    (
        "custom-descriptors",
        "(module (rec (type $a (descriptor $b) (struct)) (type $b (describes $a) (struct))))",
    ),
    ("component-model", "(component)"),
    ("component-model", "(component (core module))"),
];

#[test]
fn proposals_are_refused_by_name() {
    for (name, wat) in NEEDING {
        let refusal = accept_wat(wat).expect_err(wat);
        match &refusal {
            Refusal::Proposal { name: found, .. } => assert_eq!(found, name, "{wat}: {refusal}"),
            _ => panic!("{wat}: {refusal}"),
        }
    }
}

/// No text here makes compact imports and the proposals on memory order, so their bytes are
/// written by hand.
#[test]
fn proposals_without_text_are_refused_by_name() {
    let header = b"\0asm\x01\0\0\0";
    let types = b"\x01\x04\x01\x60\0\0";
    // One group of imports from "env", with no name, and one item of it.
    let compact = b"\x02\x0c\x01\x03env\0\x7f\x01\x01f\0\0";
    let bytes = [&header[..], types, compact].concat();
    let refusal = accept(&bytes, Dialect::Capabilities).expect_err("a refusal");
    assert!(
        matches!(
            refusal,
            Refusal::Proposal {
                name: "compact-imports",
                ..
            }
        ),
        "{refusal}"
    );
    // A function whose only instruction is `pause`.
    let rest = b"\x03\x02\x01\0\x0a\x06\x01\x04\0\xfe\x04\x0b";
    let bytes = [&header[..], types, rest].concat();
    let refusal = accept(&bytes, Dialect::Capabilities).expect_err("a refusal");
    let name = "acquire-release-atomics";
    assert!(
        matches!(&refusal, Refusal::Proposal { name: found, .. } if *found == name),
        "{refusal}"
    );
}

#[test]
fn every_proposal_is_tried() {
    let by_hand = [
        "compact-imports",
        "acquire-release-atomics",
        "multibyte-array-access",
    ];
    for (name, _) in REFUSED {
        let tried = NEEDING.iter().any(|(tried, _)| tried == name);
        assert!(tried || by_hand.contains(name), "{name}");
    }
    // Whatever the validator knows is accepted, refused by name, or about components alone.
    let named = REFUSED
        .iter()
        .fold(features::ACCEPTED, |all, (_, feature)| all.union(*feature));
    let rest = wasmparser::WasmFeatures::all().difference(named);
    for (name, _) in rest.iter_names() {
        assert!(name.starts_with("CM"), "{name}");
    }
}

#[test]
fn what_is_invalid_anyhow_has_no_proposal() {
    for wat in [
        "(module (func i32.add))",
        "(module (func (result i32)))",
        "(module (func local.get 0 drop))",
        "(module (func br 7))",
    ] {
        let refusal = accept_wat(wat).expect_err(wat);
        assert!(
            matches!(refusal, Refusal::Invalid { .. }),
            "{wat}: {refusal}"
        );
    }
}

#[test]
fn what_webassembly_2_has_is_accepted() {
    for wat in [
        "(module)",
        "(module (global (export \"g\") (mut i32) (i32.const 0)))",
        "(module (func (param i32) (result i32) local.get 0 i32.extend8_s))",
        "(module (func (param f32) (result i64) local.get 0 i64.trunc_sat_f32_u))",
        "(module (func (result i32 i64) i32.const 1 i64.const 2))",
        "(module (func i32.const 1 (block (param i32)  drop)))",
        "(module (memory 1) (data \"a\") (func data.drop 0))",
        "(module (table 1 externref) (table 1 funcref) (func (param externref)
           i32.const 0 local.get 0 table.set 0))",
        "(module (func (param f64 f64) (result f64) local.get 0 local.get 1 f64.div))",
        "(module (func (param externref externref i32) (result externref)
           local.get 0 local.get 1 local.get 2 select (result externref)))",
        "(module (func $f) (elem declare func $f) (func ref.func $f ref.is_null drop))",
    ] {
        accepted(&bytes(wat));
    }
}
