//! Instructions whose work depends on an operand, at several sizes.
//!
//! Enters: nothing. Leaves: lines. Refuses to know: how they are measured.

use super::{program::Piece, table::Line};

const BYTES: [u32; 4] = [0, 64, 4096, 1 << 20];
const ELEMENTS: [u32; 4] = [0, 16, 4096, 65_536];

pub fn lines() -> Vec<Line> {
    let families = [growing(), bytes(), elements(), dropping()];
    families.iter().flatten().map(Piece::measured).collect()
}

fn growing() -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (pages, times) in [
        (0, None),
        (1, Some(1000)),
        (16, Some(60)),
        (1000, Some(1)),
        (5000, None),
    ] {
        let name = match pages {
            5000 => "memory.grow by 5000 pages, in vain".to_owned(),
            _ => format!("memory.grow by {pages} pages"),
        };
        let grow = format!("(drop (memory.grow (i32.const {pages})))");
        let piece = Piece::new(name, grow).with("(memory 1)");
        pieces.push(Piece {
            at_most: times,
            ..piece
        });
    }
    for (elements, times) in [
        (0, None),
        (1, Some(60_000)),
        (1024, Some(60)),
        (65_000, Some(1)),
    ] {
        let grow = format!("(drop (table.grow $t (ref.null func) (i32.const {elements})))");
        let piece = Piece::new(format!("table.grow by {elements} elements"), grow)
            .with("(table $t 1 funcref)");
        pieces.push(Piece {
            at_most: times,
            ..piece
        });
    }
    pieces
}

fn bytes() -> Vec<Piece> {
    let mut pieces = Vec::new();
    let data = "x".repeat(1 << 20);
    for count in BYTES {
        let to = 1 << 21;
        for (name, piece) in [
            (
                "memory.copy",
                format!("(memory.copy (i32.const {to}) (i32.const 0) (i32.const {count}))"),
            ),
            (
                "memory.fill",
                format!("(memory.fill (i32.const {to}) (i32.const 7) (i32.const {count}))"),
            ),
            (
                "memory.init",
                format!("(memory.init $d (i32.const {to}) (i32.const 0) (i32.const {count}))"),
            ),
        ] {
            let definitions = match name {
                "memory.init" => format!("(memory 64) (data $d \"{data}\")"),
                _ => "(memory 64)".to_owned(),
            };
            pieces.push(Piece::new(format!("{name} of {count} bytes"), piece).with(definitions));
        }
    }
    let overlapping = "(memory.copy (i32.const 1) (i32.const 0) (i32.const 0x100000))";
    pieces.push(
        Piece::new(
            "memory.copy of 1048576 bytes, onto itself by one",
            overlapping,
        )
        .with("(memory 64)"),
    );
    let whole = "(memory.fill (i32.const 0) (i32.const 7) (i32.const 0x4000000))";
    pieces.push(
        Piece::new("memory.fill of 67108864 bytes", whole)
            .with("(memory 1024)")
            .at_most(2),
    );
    pieces
}

fn elements() -> Vec<Piece> {
    let mut pieces = Vec::new();
    let functions = "$e ".repeat(65_536);
    for count in ELEMENTS {
        for (name, piece) in [
            (
                "table.copy",
                format!("(table.copy $t $u (i32.const 0) (i32.const 0) (i32.const {count}))"),
            ),
            (
                "table.fill",
                format!("(table.fill $t (i32.const 0) (ref.func $e) (i32.const {count}))"),
            ),
            (
                "table.init",
                format!("(table.init $t $s (i32.const 0) (i32.const 0) (i32.const {count}))"),
            ),
        ] {
            let segment = match name {
                "table.init" => format!("(elem $s func {functions})"),
                _ => "(elem declare func $e)".to_owned(),
            };
            let definitions =
                format!("(table $t 65536 funcref) (table $u 65536 funcref) (func $e) {segment}");
            pieces.push(Piece::new(format!("{name} of {count} elements"), piece).with(definitions));
        }
    }
    pieces
}

fn dropping() -> Vec<Piece> {
    vec![
        Piece::new("elem.drop, again and again", "(elem.drop $s)")
            .with("(func $e) (elem $s func $e)"),
        Piece::new("data.drop, again and again", "(data.drop $d)")
            .with("(memory 1) (data $d \"x\")"),
        Piece::new("data.drop of 1048576 bytes", "(data.drop $d)")
            .with(format!("(memory 1) (data $d \"{}\")", "x".repeat(1 << 20)))
            .at_most(1),
    ]
}
