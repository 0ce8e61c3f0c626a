//! The instructions that are not numeric: variables, memory, tables, references, control.
//!
//! Enters: nothing. Leaves: a line a family. Refuses to know: how it is measured.

use super::{program::Piece, table::Line};

const MEMORY: &str = "(memory 2)";
const TABLE: &str = "(table $t 64 funcref) (elem (i32.const 0) $empty $other) (func $empty)
    (func $other (param i32) (result i32) (local.get 0)) (type $none (func))";

const LOADS: &str = "i32.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
    i64.load i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u f32.load f64.load";
const STORES: &str = "i32.store i32.store8 i32.store16 i64.store i64.store8 i64.store16 i64.store32
    f32.store f64.store";

pub fn lines() -> Vec<Line> {
    let families = [variables(), memory(), references(), branches(), calls()];
    families.iter().flatten().map(Piece::measured).collect()
}

fn variables() -> Vec<Piece> {
    let globals = "(global $g (mut i64) (i64.const 5)) (global $h (mut i64) (i64.const 6))";
    vec![
        Piece::new("nop", "nop"),
        Piece::new("i32.const, drop", "(drop (i32.const 5))"),
        Piece::new("local.get, drop", "(drop (local.get $i64))"),
        Piece::new("local.get, local.set", "(local.set $i64b (local.get $i64))"),
        Piece::new("local.tee", "(local.tee $i64b)").chained("(local.get $i64)", "(drop)"),
        Piece::new("global.get, global.set", "(global.set $g (global.get $h))").with(globals),
        Piece::new("global.get, drop", "(drop (global.get $g))").with(globals),
        Piece::new("select", "(local.get $i64b) (local.get $one) (select)")
            .chained("(local.get $i64)", "(local.set $i64)"),
        Piece::new("memory.size, drop", "(drop (memory.size))").with(MEMORY),
    ]
}

fn memory() -> Vec<Piece> {
    let load = |name: &str| {
        let piece = format!("(local.set ${} ({name} (local.get $p)))", &name[..3]);
        Piece::new(name, piece).with(MEMORY)
    };
    let store = |name: &str| {
        let piece = format!("({name} (local.get $p) (local.get ${}))", &name[..3]);
        Piece::new(name, piece).with(MEMORY)
    };
    let mut pieces: Vec<Piece> = LOADS.split_whitespace().map(load).collect();
    pieces.extend(STORES.split_whitespace().map(store));
    // Each address depends on the last value, and is far from it.
    let far = |mask: u32, rest: &str| {
        format!(
            "(i32.add (local.get $i32)) (i32.const 1664525) (i32.mul) (local.tee $i32)
            (i32.and (i32.const {mask})) {rest}"
        )
    };
    let across = "(i32.or (i32.const 0xffc)) (i64.load) (i32.wrap_i64)";
    let store = "(local.tee $p) (i32.store (local.get $one)) (local.get $p)";
    let (anywhere, pages) = (0x03ff_fffc, 0x03ff_e000);
    let fars = [
        (
            "i32.load anywhere in 64 MiB (beyond the caches)",
            far(anywhere, "(i32.load)"),
        ),
        (
            "i64.load across any two of 64 MiB's pages",
            far(pages, across),
        ),
        ("i32.store anywhere in 64 MiB", far(anywhere, store)),
    ];
    let full = "(memory 1024) (start $fill)
        (func $fill (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x4000000)))";
    pieces.extend(fars.map(|(name, piece)| {
        Piece::new(name, piece)
            .with(full)
            .chained("(local.get $one)", "(drop)")
    }));
    pieces.push(
        Piece::new("i32.load, chained", "(i32.load)")
            .with(MEMORY)
            .chained("(local.get $zero)", "(drop)"),
    );
    pieces
}

fn references() -> Vec<Piece> {
    let piece = |name, piece| Piece::new(name, piece).with(TABLE);
    vec![
        piece("ref.func, local.set", "(local.set $f (ref.func $empty))"),
        piece(
            "ref.null, ref.is_null",
            "(local.set $zero (ref.is_null (ref.null func)))",
        ),
        piece(
            "ref.is_null",
            "(local.set $zero (ref.is_null (local.get $f)))",
        ),
        piece(
            "table.get",
            "(local.set $f (table.get $t (local.get $one)))",
        ),
        piece(
            "table.set",
            "(table.set $t (local.get $one) (local.get $f))",
        ),
        piece("table.size, drop", "(drop (table.size $t))"),
    ]
}

fn branches() -> Vec<Piece> {
    let many = |what: &str, count: usize| what.repeat(count);
    // The operands of the loop move down by one place in every turn.
    let results = many("i64 ", 32);
    let carrying = format!(
        "{} (local.set $p (i32.const 32)) (loop (param {results}) (result {results})
            (local.get $i64) (br_if 0 (local.tee $p (i32.sub (local.get $p) (i32.const 1))))
            (local.set $i64b)) {}",
        many("(local.get $i64) ", 32),
        many("(drop) ", 32)
    );
    let inside = |depth: usize, inner: &str| {
        format!("{} {inner} {}", many("(block ", depth), many(")", depth))
    };
    vec![
        Piece::new("br", "(block (br 0))"),
        Piece::new("br out of 16 blocks", inside(16, "(br 15)")),
        Piece::new("br_if, taken", "(block (br_if 0 (local.get $one)))"),
        Piece::new("br_if, not taken", "(block (br_if 0 (local.get $zero)))"),
        Piece::new(
            "br_if on a comparison",
            "(block (br_if 0 (i32.lt_s (local.get $i32) (local.get $i32b))))",
        ),
        Piece::new("if, taken", "(if (local.get $one) (then (nop)))"),
        Piece::new(
            "if, else taken",
            "(if (local.get $zero) (then (nop)) (else (nop)))",
        ),
        Piece::new(
            "br_table of 4",
            inside(4, "(br_table 0 1 2 3 (local.get $one))"),
        ),
        Piece::new(
            "br_table of 256",
            inside(
                4,
                &format!("(br_table {} (local.get $one))", many("0 1 2 3 ", 64)),
            ),
        ),
        Piece::new("br_if with 32 values that move, 32 times", carrying),
    ]
}

fn calls() -> Vec<Piece> {
    let parameters = |count: usize| "i64 ".repeat(count);
    let given = |count: usize| "(local.get $i64) ".repeat(count);
    let locals = |count: usize| {
        let definition = format!("(func $large (local {}))", parameters(count));
        Piece::new(format!("call, {count} locals"), "(call $large)").with(definition)
    };
    let take = format!("(func $take (param {}))", parameters(32));
    let give = format!(
        "(func $give (result {}) {})",
        parameters(32),
        "(i64.const 1) ".repeat(32)
    );
    let indirect = "(call_indirect $t (type $none) (local.get $zero))";
    vec![
        Piece::new("call, return", "(call $empty)").with("(func $empty)"),
        Piece::new("call, explicit return", "(call $empty)").with("(func $empty (return))"),
        Piece::new("call with a number both ways", "(call $other)")
            .with(TABLE)
            .chained("(local.get $one)", "(drop)"),
        Piece::new("call_indirect", indirect).with(TABLE),
        Piece::new(
            "call with 32 parameters",
            format!("(call $take {})", given(32)),
        )
        .with(take),
        Piece::new(
            "call with 32 results",
            format!("(call $give) {}", "(drop) ".repeat(32)),
        )
        .with(give),
        locals(16),
        locals(256),
        locals(4000),
    ]
}
