//! Every numeric instruction, in the form in which it takes the most time for its ticks: chained,
//! so that the fewest other instructions stand around it.
//!
//! Enters: nothing. Leaves: a line an instruction. Refuses to know: how it is measured.

use super::{program::Piece, table::Line};

const INTEGER_BINARY: &str = "add sub mul and or xor shl shr_s shr_u rotl rotr";
const INTEGER_COMPARING: &str = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const INTEGER_UNARY: &str = "clz ctz popcnt extend8_s extend16_s";
const FLOAT_BINARY: &str = "add sub mul div min max copysign";
const FLOAT_COMPARING: &str = "eq ne lt gt le ge";
const FLOAT_UNARY: &str = "abs neg ceil floor trunc nearest sqrt";

/// Instructions from one type to another.
const CONVERSIONS: &str = "
    i32.wrap_i64 i64.extend_i32_s i64.extend_i32_u f32.demote_f64 f64.promote_f32
    i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
    f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u
    f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u
    i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u
    i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u
    i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u
    i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u";

pub fn lines() -> Vec<Line> {
    let mut pieces = Vec::new();
    for ty in ["i32", "i64"] {
        pieces.extend(binary(ty, INTEGER_BINARY));
        pieces.extend(dividing(ty));
        pieces.extend(unary(ty, INTEGER_UNARY));
        pieces.extend(comparing(ty, INTEGER_COMPARING));
        let test = format!("(local.set $zero ({ty}.eqz (local.get ${ty})))");
        pieces.push(Piece::new(format!("{ty}.eqz"), test));
    }
    pieces.extend(unary("i64", "extend32_s"));
    for ty in ["f32", "f64"] {
        pieces.extend(binary(ty, FLOAT_BINARY));
        pieces.extend(unary(ty, FLOAT_UNARY));
        pieces.extend(comparing(ty, FLOAT_COMPARING));
    }
    pieces.extend(CONVERSIONS.split_whitespace().map(converting));
    pieces.push(
        Piece::new(
            "f64.mul of subnormal numbers",
            "(local.get $f64b) (f64.mul)",
        )
        .chained("(f64.const 1e-310)", "(local.set $f64)"),
    );
    pieces.iter().map(Piece::measured).collect()
}

fn binary(ty: &str, names: &str) -> Vec<Piece> {
    let piece = |name| {
        Piece::new(
            format!("{ty}.{name}"),
            format!("(local.get ${ty}b) ({ty}.{name})"),
        )
        .chained(format!("(local.get ${ty})"), format!("(local.set ${ty})"))
    };
    names.split(' ').map(piece).collect()
}

/// A remainder can't be chained: after the first there would be nothing left to divide.
fn dividing(ty: &str) -> Vec<Piece> {
    let quotient = |name| {
        Piece::new(
            format!("{ty}.{name}"),
            format!("(local.get ${ty}d) ({ty}.{name})"),
        )
        .chained(format!("(local.get ${ty})"), format!("(local.set ${ty})"))
    };
    let remainder = |name| {
        let remainder = format!("({ty}.{name} (local.get ${ty}) (local.get ${ty}d))");
        Piece::new(
            format!("{ty}.{name}"),
            format!("(local.set ${ty}b {remainder})"),
        )
    };
    ["div_s", "div_u"]
        .into_iter()
        .map(quotient)
        .chain(["rem_s", "rem_u"].map(remainder))
        .collect()
}

fn unary(ty: &str, names: &str) -> Vec<Piece> {
    let piece = |name| {
        Piece::new(format!("{ty}.{name}"), format!("({ty}.{name})"))
            .chained(format!("(local.get ${ty})"), "(drop)")
    };
    names.split(' ').map(piece).collect()
}

fn comparing(ty: &str, names: &str) -> Vec<Piece> {
    let piece = |name| {
        let test = format!("({ty}.{name} (local.get ${ty}) (local.get ${ty}b))");
        Piece::new(format!("{ty}.{name}"), format!("(local.set $zero {test})"))
    };
    names.split(' ').map(piece).collect()
}

fn converting(name: &str) -> Piece {
    let to = &name[..3];
    let from = match name.rsplit('_').find(|part| part.len() == 3) {
        Some(from) => from,
        None => panic!("{name} says from which type it converts"),
    };
    // Into a local that nobody reads, so that the source stays as it is.
    let piece = format!("(local.set ${to}b ({name} (local.get ${from})))");
    Piece::new(name, piece)
}
