//! Conversions between numbers.
//!
//! Enters: an instruction whose operands are on the stack. Leaves: whether it was one of these.
//! Refuses to know: ticks.

use super::Counter;
use super::floats::{bits_32, bits_64};
use primea::activation::engine::Host;
use primea::fault::Fault;
use wasmparser::Operator;

/// A float that can become an integer between two bounds, both left out: exact powers of two, or
/// the float next to one.
fn between(value: f64, above: f64, below: f64) -> Result<f64, Fault> {
    match value {
        _ if value.is_nan() => Err(Fault::InvalidConversion),
        // What is cut off does not count.
        _ if value.trunc() > above && value.trunc() < below => Ok(value),
        _ => Err(Fault::IntegerOverflow),
    }
}

/// 2^31, 2^32, 2^63, 2^64: exact as floats.
const POWERS: [f64; 4] = [
    2_147_483_648.0,
    4_294_967_296.0,
    9_223_372_036_854_775_808.0,
    18_446_744_073_709_551_616.0,
];

fn to_i32(value: f64) -> Result<u64, Fault> {
    let value = between(value, -POWERS[0] - 1.0, POWERS[0])?;
    Ok(u64::from(value as i32 as u32))
}

fn to_u32(value: f64) -> Result<u64, Fault> {
    Ok(u64::from(between(value, -1.0, POWERS[1])? as u32))
}

fn to_i64(value: f64) -> Result<u64, Fault> {
    // The next float below -2^63 is 2048 less.
    let value = between(value, -POWERS[2] - 2048.0, POWERS[2])?;
    Ok(value as i64 as u64)
}

fn to_u64(value: f64) -> Result<u64, Fault> {
    Ok(between(value, -1.0, POWERS[3])? as u64)
}

impl<H: Host> Counter<'_, H> {
    pub(super) fn conversion(&mut self, operator: &Operator<'_>) -> Result<bool, Fault> {
        use Operator as Op;
        let value = match self.stack.last() {
            Some(value) => *value,
            None => return Ok(false),
        };
        let low = value as u32;
        let single = f32::from_bits(low);
        let double = f64::from_bits(value);
        let widened = f64::from(single);
        let result = match operator {
            Op::I32WrapI64 => u64::from(low),
            Op::I64ExtendI32S => i64::from(low as i32) as u64,
            Op::I64ExtendI32U => u64::from(low),
            Op::I32ReinterpretF32
            | Op::F32ReinterpretI32
            | Op::I64ReinterpretF64
            | Op::F64ReinterpretI64 => value,
            Op::F32ConvertI32S => bits_32(low as i32 as f32),
            Op::F32ConvertI32U => bits_32(low as f32),
            Op::F32ConvertI64S => bits_32(value as i64 as f32),
            Op::F32ConvertI64U => bits_32(value as f32),
            Op::F64ConvertI32S => bits_64(f64::from(low as i32)),
            Op::F64ConvertI32U => bits_64(f64::from(low)),
            Op::F64ConvertI64S => bits_64(value as i64 as f64),
            Op::F64ConvertI64U => bits_64(value as f64),
            Op::F64PromoteF32 => bits_64(widened),
            Op::F32DemoteF64 => bits_32(double as f32),
            Op::I32TruncF32S => to_i32(widened)?,
            Op::I32TruncF32U => to_u32(widened)?,
            Op::I32TruncF64S => to_i32(double)?,
            Op::I32TruncF64U => to_u32(double)?,
            Op::I64TruncF32S => to_i64(widened)?,
            Op::I64TruncF32U => to_u64(widened)?,
            Op::I64TruncF64S => to_i64(double)?,
            Op::I64TruncF64U => to_u64(double)?,
            // The casts of Rust saturate just so.
            Op::I32TruncSatF32S => u64::from(single as i32 as u32),
            Op::I32TruncSatF32U => u64::from(single as u32),
            Op::I32TruncSatF64S => u64::from(double as i32 as u32),
            Op::I32TruncSatF64U => u64::from(double as u32),
            Op::I64TruncSatF32S => single as i64 as u64,
            Op::I64TruncSatF32U => single as u64,
            Op::I64TruncSatF64S => double as i64 as u64,
            Op::I64TruncSatF64U => double as u64,
            _ => return Ok(false),
        };
        self.pop();
        self.stack.push(result);
        Ok(true)
    }
}
