//! Each limit just below, at, and above.
//!
//! Enters: modules with just so much of something. Leaves: tests that one more is refused, and
//! where. Refuses to know: why a limit is where it is.
//!
//! Rules tested here: LIM-1, LIM-2, LIM-3, LIM-4, LIM-5, LIM-6, LIM-7, LIM-12, LIM-19, LIM-20, LIM-21, LIM-24.

use super::*;
use crate::limits;
use wasm_encoder::Encode;

#[track_caller]
fn limited(what: &str, limit: usize, make: impl Fn(usize) -> Vec<u8>) {
    accepted(&make(limit - 1));
    accepted(&make(limit));
    match accept(&make(limit + 1), Dialect::Capabilities) {
        Err(Refusal::Limit {
            what: found_what,
            limit: found_limit,
            found,
            ..
        }) => {
            assert_eq!(found_what, what);
            assert_eq!(found_limit, limit as u64);
            assert_eq!(found, limit as u64 + 1);
        }
        Err(other) => panic!("{what}: {other}"),
        Ok(_) => panic!("{what}: accepted"),
    }
}

fn module(content: &str) -> Vec<u8> {
    bytes(&format!("(module {content})"))
}

#[test]
fn module_bytes() {
    // A custom section fills the module up: id, 4 bytes of size, name, content.
    limited("bytes in a module", limits::MODULE_BYTES, |size| {
        let mut module = bytes("(module)");
        let rest = size - module.len();
        let section = wasm_encoder::CustomSection {
            name: "".into(),
            data: vec![0; rest - 6].into(),
        };
        wasm_encoder::ComponentSection::append_to_component(&section, &mut module);
        assert_eq!(module.len(), size);
        module
    });
}

#[test]
fn memory_pages() {
    let pages = limits::MEMORY_PAGES as usize;
    limited("initial pages in a memory", pages, |n| {
        module(&format!("(memory {n})"))
    });
    limited("initial pages in a memory", pages, |n| {
        module(&format!("(memory {n} 65536)"))
    });
    accepted(&module("(memory 0 65536)"));
}

#[test]
fn table_elements() {
    let elements = limits::TABLE_ELEMENTS as usize;
    let what = "initial elements in a table";
    limited(what, elements, |n| module(&format!("(table {n} funcref)")));
    limited(what, elements, |n| {
        module(&format!("(table 1 funcref) (table {n} externref)"))
    });
    accepted(&module("(table 0 4294967295 funcref)"));
}

#[test]
fn tables() {
    limited("tables", limits::TABLES, |n| {
        module(&"(table 1 funcref)".repeat(n))
    });
}

#[test]
fn globals() {
    limited("globals", limits::GLOBALS, |n| {
        module(&"(global i32 (i32.const 0))".repeat(n))
    });
}

#[test]
fn functions() {
    limited("functions", limits::FUNCTIONS, |n| {
        module(&"(func)".repeat(n))
    });
    let import = r#"(import "env" "deleteRef" (func (param i32)))"#;
    limited("functions", limits::FUNCTIONS, |n| {
        module(&format!(
            "{} {}",
            import.repeat(100),
            "(func)".repeat(n - 100)
        ))
    });
    limited("functions", limits::FUNCTIONS, |n| {
        module(&import.repeat(n))
    });
}

#[test]
fn function_bytes() {
    // No locals and an `end` are two bytes.
    limited("bytes in a function", limits::FUNCTION_BYTES, |n| {
        module(&format!("(func {})", "nop ".repeat(n - 2)))
    });
}

#[test]
fn export_names() {
    limited("bytes in an export name", limits::NAME_BYTES, |n| {
        module(&format!("(memory (export \"{}\") 1)", "n".repeat(n)))
    });
}

#[test]
fn frames_of_locals() {
    let what = "values in a frame";
    let frame = limits::FRAME_SIZE;
    limited(what, frame, |n| {
        module(&format!("(func (local {}))", "i64 ".repeat(n)))
    });
    limited(what, frame, |n| {
        module(&format!(
            "(func (param i32 i32) (local {}))",
            "i32 ".repeat(n - 2)
        ))
    });
}

#[test]
fn frames_of_operands() {
    let what = "values in a frame";
    let frame = limits::FRAME_SIZE;
    let push_and_drop = |n: usize| format!("{}{}", "i32.const 0 ".repeat(n), "drop ".repeat(n));
    limited(what, frame, |n| {
        module(&format!("(func {})", push_and_drop(n)))
    });
    limited(what, frame, |n| {
        let pushes = push_and_drop(n - 3);
        module(&format!(
            "(func (param i32) (local i32 i64) (block {pushes}))"
        ))
    });
    // Results of a call count, and code that cannot be reached counts.
    limited(what, frame, |n| {
        let pushes = push_and_drop(n - 2);
        module(&format!(
            "(func $f (result i64 i64) unreachable) (func call $f {pushes} drop drop)"
        ))
    });
    limited(what, frame, |n| {
        module(&format!("(func unreachable {})", push_and_drop(n)))
    });
}

#[test]
fn locals_of_all_functions() {
    let functions = |first: usize, second: usize| {
        let declared = [first, second].map(|n| format!("(func (local {}))", "i64 ".repeat(n)));
        module(&declared.concat())
    };
    let size = functions(4000, 200).len();
    let most = limits::LOCALS + limits::LOCALS_PER_BYTE * size;
    limited("locals in a module", most, |n| {
        let made = functions(4000, n - 4000);
        assert_eq!(made.len(), size, "the limit is that of this size");
        made
    });
}

#[test]
fn a_frame_of_four_billion_locals_is_refused_at_once() {
    // One group of 0xffffffff locals of type i64.
    let body = b"\x0a\x0a\x01\x08\x01\xff\xff\xff\xff\x0f\x7e\x0b";
    let bytes = [
        &b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0"[..],
        body,
    ]
    .concat();
    let refusal = accept(&bytes, Dialect::Capabilities).expect_err("a refusal");
    assert!(
        matches!(
            refusal,
            Refusal::Limit {
                found: 0xffff_ffff,
                ..
            }
        ),
        "{refusal}"
    );
}

#[test]
fn results() {
    limited("results in a function type", limits::CARRIED_VALUES, |n| {
        module(&format!("(type (func (result {})))", "i32 ".repeat(n)))
    });
}

#[test]
fn block_parameters() {
    for block in ["block", "loop", "if"] {
        limited("parameters in a block", limits::CARRIED_VALUES, |n| {
            let values = "i32 ".repeat(n);
            let pushes = "local.get 0 ".repeat(n + usize::from(block == "if"));
            let drops = "drop ".repeat(n);
            let body = match block {
                "if" => format!("(then {drops}) (else {drops})"),
                _ => drops,
            };
            module(&format!(
                "(func (param i32) {pushes} ({block} (param {values}) {body}))"
            ))
        });
    }
    // A function may have more.
    accepted(&module(&format!("(func (param {}))", "i32 ".repeat(1_000))));
}

#[test]
fn branch_tables_of_the_largest_body_compile() {
    let targets = "0 ".repeat(limits::FUNCTION_BYTES - 20);
    let wat = format!("(module (func (param i32) local.get 0 br_table {targets}))");
    let module = accepted(&bytes(&wat));
    let metered = meter(&module, &schedule::PLAIN, Pass::Exact);
    crate::activation::engine::Engine::new().prepare(&module, &metered);
}

/// What is just inside is taken by the engine as well, whatever metering adds to it.
#[track_caller]
fn bounded(limit: usize, make: impl Fn(usize) -> Vec<u8>) {
    let made = |size| accept(&make(size), Dialect::LegacyCapabilities);
    assert!(made(limit + 1).is_err());
    let module = match made(limit) {
        Ok(module) => module,
        Err(refusal) => panic!("{refusal}"),
    };
    for pass in [Pass::Fast, Pass::Exact] {
        let metered = meter(&module, &schedule::PLAIN, pass);
        crate::activation::engine::Engine::new().prepare(&module, &metered);
    }
}

/// A module of one section with so many equal items.
fn repeated(section: u8, item: &[u8], count: usize) -> Vec<u8> {
    let mut content = Vec::new();
    u32::try_from(count).expect("few").encode(&mut content);
    content.extend(item.repeat(count));
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    module.push(section);
    content.encode(&mut module);
    module
}

#[test]
fn types() {
    let make = |count| repeated(1, &[0x60, 0, 0], count);
    bounded(limits::TYPES, make);
    // There is room for what a watched module has more.
    let module = accepted(&make(limits::TYPES));
    let watched = meter(&module, &schedule::PLAIN, Pass::Watched);
    crate::activation::engine::Engine::new().prepare(&module, &watched);
}

#[test]
fn parameters() {
    bounded(1_000, |count| {
        module(&format!("(type (func (param {})))", "i32 ".repeat(count)))
    });
}

#[test]
fn segments() {
    bounded(limits::SEGMENTS, |count| repeated(9, &[1, 0, 0], count));
    bounded(limits::SEGMENTS, |count| repeated(11, &[1, 0], count));
}

#[test]
fn exports() {
    bounded(limits::EXPORTS, |count| {
        let mut items = Vec::new();
        for at in 0..count {
            // Four letters of 32: enough for a million names.
            let name = [0, 5, 10, 15].map(|shift| b'A' + (at >> shift) as u8 % 32);
            items.extend([4, name[0], name[1], name[2], name[3], 3, 0]);
        }
        let mut module = bytes("(module (global i32 (i32.const 0)))");
        let mut content = Vec::new();
        u32::try_from(count).expect("few").encode(&mut content);
        content.extend(items);
        module.push(7);
        content.encode(&mut module);
        module
    });
}

/// Each export here counts 2 + 1000.
#[test]
fn sizes_of_exports() {
    let exports = limits::IMPORT_AND_EXPORT_SIZES / 1_002;
    let parameters = "i32 ".repeat(1_000);
    bounded(exports, |count| {
        let exports: String = (0..count)
            .map(|at| format!("(export \"{at}\" (func 0))"))
            .collect();
        module(&format!("(func (param {parameters})) {exports}"))
    });
}

/// Every segment can be dropped, which takes metering much to add.
#[test]
fn segments_that_are_dropped() {
    let drops = |what: &str| -> String {
        let all = 0..limits::SEGMENTS;
        let functions: Vec<usize> = all.collect();
        functions
            .chunks(10_000)
            .map(|chunk| {
                let drops: String = chunk
                    .iter()
                    .map(|at| format!("({what}.drop {at})"))
                    .collect();
                format!("(func {drops})")
            })
            .collect()
    };
    let data = "(data \"\")".repeat(limits::SEGMENTS);
    let elements = "(elem func)".repeat(limits::SEGMENTS);
    let wat = format!("{} {} {data} {elements}", drops("data"), drops("elem"));
    let module = accepted(&module(&wat));
    for pass in [Pass::Fast, Pass::Exact] {
        let metered = meter(&module, &schedule::PLAIN, pass);
        crate::activation::engine::Engine::new().prepare(&module, &metered);
    }
}

#[test]
fn names_of_import_modules() {
    bounded(100_000, |length| {
        let name = "m".repeat(length);
        bytes(&format!(
            "(module (import \"{name}\" \"mintCap\" (func (result i32))))"
        ))
    });
}
