//! Instructions on floats: whatever computes gives the one canonical NaN (MOD-3).
//!
//! Enters: an instruction whose operands are on the stack. Leaves: whether it was one of these.
//! Refuses to know: ticks.

use super::Counter;
use primea::activation::engine::Host;
use wasmparser::Operator;

const NAN_32: u32 = 0x7fc0_0000;
const NAN_64: u64 = 0x7ff8_0000_0000_0000;

/// The bits of a computed number.
pub fn bits_32(value: f32) -> u64 {
    u64::from(if value.is_nan() {
        NAN_32
    } else {
        value.to_bits()
    })
}

/// The bits of a computed number.
pub fn bits_64(value: f64) -> u64 {
    if value.is_nan() {
        NAN_64
    } else {
        value.to_bits()
    }
}

impl<H: Host> Counter<'_, H> {
    pub(super) fn float(&mut self, operator: &Operator<'_>) -> bool {
        self.moved_32(operator)
            || self.moved_64(operator)
            || self.one_32(operator)
            || self.one_64(operator)
            || self.two_32(operator)
            || self.two_64(operator)
            || self.compared_32(operator)
            || self.compared_64(operator)
    }

    /// What only handles bits.
    fn moved_32(&mut self, operator: &Operator<'_>) -> bool {
        const SIGN: u64 = 0x8000_0000;
        let result = match operator {
            Operator::F32Const { value } => u64::from(value.bits()),
            Operator::F32Abs => self.pop() & !SIGN,
            Operator::F32Neg => self.pop() ^ SIGN,
            Operator::F32Copysign => {
                let sign = self.pop() & SIGN;
                self.pop() & !SIGN | sign
            }
            _ => return false,
        };
        self.stack.push(result);
        true
    }

    fn one_32(&mut self, operator: &Operator<'_>) -> bool {
        let of: fn(f32) -> f32 = match operator {
            Operator::F32Ceil => f32::ceil,
            Operator::F32Floor => f32::floor,
            Operator::F32Trunc => f32::trunc,
            Operator::F32Nearest => f32::round_ties_even,
            Operator::F32Sqrt => f32::sqrt,
            _ => return false,
        };
        let value = f32::from_bits(self.pop() as u32);
        self.stack.push(bits_32(of(value)));
        true
    }

    fn two_32(&mut self, operator: &Operator<'_>) -> bool {
        let of: fn(f32, f32) -> f32 = match operator {
            Operator::F32Add => |a, b| a + b,
            Operator::F32Sub => |a, b| a - b,
            Operator::F32Mul => |a, b| a * b,
            Operator::F32Div => |a, b| a / b,
            // Of two zeros the negative one is the lesser.
            Operator::F32Min => |a, b| match () {
                () if a.is_nan() || b.is_nan() => f32::NAN,
                () if a == b => f32::from_bits(a.to_bits() | b.to_bits()),
                () if a < b => a,
                () => b,
            },
            Operator::F32Max => |a, b| match () {
                () if a.is_nan() || b.is_nan() => f32::NAN,
                () if a == b => f32::from_bits(a.to_bits() & b.to_bits()),
                () if a > b => a,
                () => b,
            },
            _ => return false,
        };
        let right = f32::from_bits(self.pop() as u32);
        let left = f32::from_bits(self.pop() as u32);
        self.stack.push(bits_32(of(left, right)));
        true
    }

    fn compared_32(&mut self, operator: &Operator<'_>) -> bool {
        let holds: fn(f32, f32) -> bool = match operator {
            Operator::F32Eq => |a, b| a == b,
            Operator::F32Ne => |a, b| a != b,
            Operator::F32Lt => |a, b| a < b,
            Operator::F32Gt => |a, b| a > b,
            Operator::F32Le => |a, b| a <= b,
            Operator::F32Ge => |a, b| a >= b,
            _ => return false,
        };
        let right = f32::from_bits(self.pop() as u32);
        let left = f32::from_bits(self.pop() as u32);
        self.stack.push(u64::from(holds(left, right)));
        true
    }

    /// What only handles bits.
    fn moved_64(&mut self, operator: &Operator<'_>) -> bool {
        const SIGN: u64 = 0x8000_0000_0000_0000;
        let result = match operator {
            Operator::F64Const { value } => value.bits(),
            Operator::F64Abs => self.pop() & !SIGN,
            Operator::F64Neg => self.pop() ^ SIGN,
            Operator::F64Copysign => {
                let sign = self.pop() & SIGN;
                self.pop() & !SIGN | sign
            }
            _ => return false,
        };
        self.stack.push(result);
        true
    }

    fn one_64(&mut self, operator: &Operator<'_>) -> bool {
        let of: fn(f64) -> f64 = match operator {
            Operator::F64Ceil => f64::ceil,
            Operator::F64Floor => f64::floor,
            Operator::F64Trunc => f64::trunc,
            Operator::F64Nearest => f64::round_ties_even,
            Operator::F64Sqrt => f64::sqrt,
            _ => return false,
        };
        let value = f64::from_bits(self.pop());
        self.stack.push(bits_64(of(value)));
        true
    }

    fn two_64(&mut self, operator: &Operator<'_>) -> bool {
        let of: fn(f64, f64) -> f64 = match operator {
            Operator::F64Add => |a, b| a + b,
            Operator::F64Sub => |a, b| a - b,
            Operator::F64Mul => |a, b| a * b,
            Operator::F64Div => |a, b| a / b,
            // Of two zeros the negative one is the lesser.
            Operator::F64Min => |a, b| match () {
                () if a.is_nan() || b.is_nan() => f64::NAN,
                () if a == b => f64::from_bits(a.to_bits() | b.to_bits()),
                () if a < b => a,
                () => b,
            },
            Operator::F64Max => |a, b| match () {
                () if a.is_nan() || b.is_nan() => f64::NAN,
                () if a == b => f64::from_bits(a.to_bits() & b.to_bits()),
                () if a > b => a,
                () => b,
            },
            _ => return false,
        };
        let right = f64::from_bits(self.pop());
        let left = f64::from_bits(self.pop());
        self.stack.push(bits_64(of(left, right)));
        true
    }

    fn compared_64(&mut self, operator: &Operator<'_>) -> bool {
        let holds: fn(f64, f64) -> bool = match operator {
            Operator::F64Eq => |a, b| a == b,
            Operator::F64Ne => |a, b| a != b,
            Operator::F64Lt => |a, b| a < b,
            Operator::F64Gt => |a, b| a > b,
            Operator::F64Le => |a, b| a <= b,
            Operator::F64Ge => |a, b| a >= b,
            _ => return false,
        };
        let right = f64::from_bits(self.pop());
        let left = f64::from_bits(self.pop());
        self.stack.push(u64::from(holds(left, right)));
        true
    }
}
