//! The operators of each type, and the constants at which engines do something special.
//!
//! Enters: a type and a stream of choices. Leaves: instructions and bits.
//! Refuses to know: where they are put.

use crate::random::Random;
use wasm_encoder::Instruction::{self, *};
use wasm_encoder::{Ieee32, Ieee64, ValType};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    I32,
    I64,
    F32,
    F64,
}

impl Type {
    pub const ALL: [Type; 4] = [Type::I32, Type::I64, Type::F32, Type::F64];

    pub fn encoded(self) -> ValType {
        match self {
            Type::I32 => ValType::I32,
            Type::I64 => ValType::I64,
            Type::F32 => ValType::F32,
            Type::F64 => ValType::F64,
        }
    }

    pub fn is_integer(self) -> bool {
        matches!(self, Type::I32 | Type::I64)
    }
}

pub fn interesting_i32(random: &mut Random) -> i32 {
    const SPECIAL: [i32; 22] = [
        0,
        0,
        0,
        1,
        1,
        -1,
        2,
        3,
        7,
        8,
        15,
        16,
        31,
        32,
        33,
        127,
        128,
        255,
        32_768,
        65_535,
        i32::MAX,
        i32::MIN,
    ];
    match random.below(4) {
        0 => random.below(300) as i32,
        1 => random.word() as i32,
        _ => *random.pick(&SPECIAL),
    }
}

pub fn interesting_i64(random: &mut Random) -> i64 {
    const SPECIAL: [i64; 20] = [
        0,
        0,
        0,
        1,
        1,
        -1,
        2,
        8,
        31,
        32,
        63,
        64,
        65,
        255,
        65_536,
        1 << 31,
        1 << 32,
        0xffff_ffff,
        i64::MAX,
        i64::MIN,
    ];
    match random.below(4) {
        0 => random.below(300) as i64,
        1 => random.word() as i64,
        _ => *random.pick(&SPECIAL),
    }
}

pub fn interesting_f32(random: &mut Random) -> u32 {
    const SPECIAL: [f32; 14] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        2.0,
        100.25,
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MIN_POSITIVE,
        2_147_483_648.0,
        4_294_967_296.0,
    ];
    // Bits that no arithmetic yields: NaNs with a payload or a sign, numbers below the normal ones.
    const RAW: [u32; 5] = [0x7fa0_0001, 0xffc0_0000, 0xff80_0001, 1, 0x8000_0001];
    match random.below(8) {
        0 => random.word() as u32,
        1 => *random.pick(&RAW),
        _ => random.pick(&SPECIAL).to_bits(),
    }
}

pub fn interesting_f64(random: &mut Random) -> u64 {
    const SPECIAL: [f64; 14] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        2.0,
        1e10,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MIN_POSITIVE,
        9_223_372_036_854_775_808.0,
        4_294_967_296.0,
    ];
    const RAW: [u64; 5] = [
        0x7ff4_0000_0000_0001,
        0xfff8_0000_0000_0000,
        0xfff0_0000_0000_0001,
        1,
        0x8000_0000_0000_0001,
    ];
    match random.below(8) {
        0 => random.word(),
        1 => *random.pick(&RAW),
        _ => random.pick(&SPECIAL).to_bits(),
    }
}

pub fn constant(ty: Type, random: &mut Random) -> Instruction<'static> {
    match ty {
        Type::I32 => I32Const(interesting_i32(random)),
        Type::I64 => I64Const(interesting_i64(random)),
        Type::F32 => F32Const(Ieee32::new(interesting_f32(random))),
        Type::F64 => F64Const(Ieee64::new(interesting_f64(random))),
    }
}

/// Operators from one value of the type to one of the same.
pub fn unary(ty: Type) -> &'static [Instruction<'static>] {
    match ty {
        Type::I32 => &[
            I32Clz,
            I32Ctz,
            I32Popcnt,
            I32Eqz,
            I32Eqz,
            I32Eqz,
            I32Extend8S,
            I32Extend16S,
        ],
        Type::I64 => &[
            I64Clz,
            I64Ctz,
            I64Popcnt,
            I64Extend8S,
            I64Extend16S,
            I64Extend32S,
        ],
        Type::F32 => &[
            F32Abs, F32Neg, F32Ceil, F32Floor, F32Trunc, F32Nearest, F32Sqrt, F32Abs, F32Neg,
        ],
        Type::F64 => &[
            F64Abs, F64Neg, F64Ceil, F64Floor, F64Trunc, F64Nearest, F64Sqrt, F64Abs, F64Neg,
        ],
    }
}

/// Operators from two values of the type to one of the same, none of which can trap.
pub fn binary(ty: Type) -> &'static [Instruction<'static>] {
    match ty {
        Type::I32 => &[
            I32Add, I32Add, I32Sub, I32Mul, I32And, I32Or, I32Xor, I32Shl, I32ShrS, I32ShrU,
            I32Rotl, I32Rotr,
        ],
        Type::I64 => &[
            I64Add, I64Add, I64Sub, I64Mul, I64And, I64Or, I64Xor, I64Shl, I64ShrS, I64ShrU,
            I64Rotl, I64Rotr,
        ],
        Type::F32 => &[F32Add, F32Sub, F32Mul, F32Div, F32Min, F32Max, F32Copysign],
        Type::F64 => &[F64Add, F64Sub, F64Mul, F64Div, F64Min, F64Max, F64Copysign],
    }
}

/// Divisions and remainders of the type, which may trap.
pub fn division(ty: Type) -> &'static [Instruction<'static>] {
    match ty {
        Type::I64 => &[I64DivS, I64DivU, I64RemS, I64RemU],
        _ => &[I32DivS, I32DivU, I32RemS, I32RemU],
    }
}

/// Comparisons of two values of the type: an i32 each.
pub fn comparison(ty: Type) -> &'static [Instruction<'static>] {
    match ty {
        Type::I32 => &[
            I32Eq, I32Ne, I32LtS, I32LtU, I32GtS, I32GtU, I32LeS, I32LeU, I32GeS, I32GeU,
        ],
        Type::I64 => &[
            I64Eq, I64Ne, I64LtS, I64LtU, I64GtS, I64GtU, I64LeS, I64LeU, I64GeS, I64GeU,
        ],
        Type::F32 => &[F32Eq, F32Ne, F32Lt, F32Gt, F32Le, F32Ge],
        Type::F64 => &[F64Eq, F64Ne, F64Lt, F64Gt, F64Le, F64Ge],
    }
}

/// Conversions from one type to another, none of which can trap.
pub fn conversion(from: Type, to: Type) -> &'static [Instruction<'static>] {
    match (from, to) {
        (Type::I32, Type::I64) => &[I64ExtendI32S, I64ExtendI32U, I64ExtendI32U],
        (Type::I32, Type::F32) => &[F32ConvertI32S, F32ConvertI32U, F32ReinterpretI32],
        (Type::I32, Type::F64) => &[F64ConvertI32S, F64ConvertI32U],
        (Type::I64, Type::I32) => &[I32WrapI64, I32WrapI64, I64Eqz],
        (Type::I64, Type::F32) => &[F32ConvertI64S, F32ConvertI64U],
        (Type::I64, Type::F64) => &[F64ConvertI64S, F64ConvertI64U, F64ReinterpretI64],
        (Type::F32, Type::I32) => &[I32TruncSatF32S, I32TruncSatF32U, I32ReinterpretF32],
        (Type::F32, Type::I64) => &[I64TruncSatF32S, I64TruncSatF32U],
        (Type::F32, Type::F64) => &[F64PromoteF32],
        (Type::F64, Type::I32) => &[I32TruncSatF64S, I32TruncSatF64U],
        (Type::F64, Type::I64) => &[I64TruncSatF64S, I64TruncSatF64U, I64ReinterpretF64],
        (Type::F64, Type::F32) => &[F32DemoteF64],
        _ => &[Nop],
    }
}

/// Conversions to an integer type that may trap.
pub fn trapping_conversion(from: Type, to: Type) -> &'static [Instruction<'static>] {
    match (from, to) {
        (Type::F32, Type::I32) => &[I32TruncF32S, I32TruncF32U],
        (Type::F32, Type::I64) => &[I64TruncF32S, I64TruncF32U],
        (Type::F64, Type::I32) => &[I32TruncF64S, I32TruncF64U],
        (Type::F64, Type::I64) => &[I64TruncF64S, I64TruncF64U],
        _ => conversion(from, to),
    }
}
