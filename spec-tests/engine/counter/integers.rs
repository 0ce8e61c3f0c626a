//! Instructions on integers, one line each.
//!
//! Enters: an instruction whose operands are on the stack. Leaves: whether it was one of these.
//! Refuses to know: ticks.

use super::Counter;
use primea::activation::engine::Host;
use primea::fault::Fault;
use wasmparser::Operator;

impl<H: Host> Counter<'_, H> {
    pub(super) fn integer(&mut self, operator: &Operator<'_>) -> Result<bool, Fault> {
        Ok(self.unary(operator)
            || self.compare_32(operator)
            || self.compare_64(operator)
            || self.compute_32(operator)
            || self.compute_64(operator)
            || self.divide_32(operator)?
            || self.divide_64(operator)?)
    }

    /// Replaces the two i32 on the stack.
    fn on_32(&mut self, of: impl FnOnce(u32, u32) -> u32) -> bool {
        let right = self.pop_i32();
        let left = self.pop_i32();
        self.push_i32(of(left, right));
        true
    }

    /// Replaces the two i64 on the stack.
    fn on_64(&mut self, of: impl FnOnce(u64, u64) -> u64) -> bool {
        let right = self.pop();
        let left = self.pop();
        self.stack.push(of(left, right));
        true
    }

    fn unary(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as Op;
        let value = match self.stack.last() {
            Some(value) => *value,
            None => 0,
        };
        let low = value as u32;
        let result = match operator {
            Op::I32Const { value } => {
                self.push_i32(*value as u32);
                return true;
            }
            Op::I64Const { value } => {
                self.stack.push(*value as u64);
                return true;
            }
            Op::I32Eqz => u64::from(low == 0),
            Op::I32Clz => u64::from(low.leading_zeros()),
            Op::I32Ctz => u64::from(low.trailing_zeros()),
            Op::I32Popcnt => u64::from(low.count_ones()),
            Op::I32Extend8S => u64::from(i32::from(low as i8) as u32),
            Op::I32Extend16S => u64::from(i32::from(low as i16) as u32),
            Op::I64Eqz => u64::from(value == 0),
            Op::I64Clz => u64::from(value.leading_zeros()),
            Op::I64Ctz => u64::from(value.trailing_zeros()),
            Op::I64Popcnt => u64::from(value.count_ones()),
            Op::I64Extend8S => i64::from(value as i8) as u64,
            Op::I64Extend16S => i64::from(value as i16) as u64,
            Op::I64Extend32S => i64::from(value as i32) as u64,
            _ => return false,
        };
        self.pop();
        self.stack.push(result);
        true
    }

    fn compare_32(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as Op;
        let holds: fn(u32, u32) -> bool = match operator {
            Op::I32Eq => |a, b| a == b,
            Op::I32Ne => |a, b| a != b,
            Op::I32LtS => |a, b| (a as i32) < b as i32,
            Op::I32LtU => |a, b| a < b,
            Op::I32GtS => |a, b| a as i32 > b as i32,
            Op::I32GtU => |a, b| a > b,
            Op::I32LeS => |a, b| a as i32 <= b as i32,
            Op::I32LeU => |a, b| a <= b,
            Op::I32GeS => |a, b| a as i32 >= b as i32,
            Op::I32GeU => |a, b| a >= b,
            _ => return false,
        };
        self.on_32(|a, b| u32::from(holds(a, b)))
    }

    fn compare_64(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as Op;
        let holds: fn(u64, u64) -> bool = match operator {
            Op::I64Eq => |a, b| a == b,
            Op::I64Ne => |a, b| a != b,
            Op::I64LtS => |a, b| (a as i64) < b as i64,
            Op::I64LtU => |a, b| a < b,
            Op::I64GtS => |a, b| a as i64 > b as i64,
            Op::I64GtU => |a, b| a > b,
            Op::I64LeS => |a, b| a as i64 <= b as i64,
            Op::I64LeU => |a, b| a <= b,
            Op::I64GeS => |a, b| a as i64 >= b as i64,
            Op::I64GeU => |a, b| a >= b,
            _ => return false,
        };
        self.on_64(|a, b| u64::from(holds(a, b)))
    }

    fn compute_32(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as Op;
        let compute: fn(u32, u32) -> u32 = match operator {
            Op::I32Add => |a, b| a.wrapping_add(b),
            Op::I32Sub => |a, b| a.wrapping_sub(b),
            Op::I32Mul => |a, b| a.wrapping_mul(b),
            Op::I32And => |a, b| a & b,
            Op::I32Or => |a, b| a | b,
            Op::I32Xor => |a, b| a ^ b,
            Op::I32Shl => |a, b| a.wrapping_shl(b),
            Op::I32ShrS => |a, b| (a as i32).wrapping_shr(b) as u32,
            Op::I32ShrU => |a, b| a.wrapping_shr(b),
            Op::I32Rotl => |a, b| a.rotate_left(b % 32),
            Op::I32Rotr => |a, b| a.rotate_right(b % 32),
            _ => return false,
        };
        self.on_32(compute)
    }

    fn compute_64(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as Op;
        let compute: fn(u64, u64) -> u64 = match operator {
            Op::I64Add => |a, b| a.wrapping_add(b),
            Op::I64Sub => |a, b| a.wrapping_sub(b),
            Op::I64Mul => |a, b| a.wrapping_mul(b),
            Op::I64And => |a, b| a & b,
            Op::I64Or => |a, b| a | b,
            Op::I64Xor => |a, b| a ^ b,
            Op::I64Shl => |a, b| a.wrapping_shl(b as u32),
            Op::I64ShrS => |a, b| (a as i64).wrapping_shr(b as u32) as u64,
            Op::I64ShrU => |a, b| a.wrapping_shr(b as u32),
            Op::I64Rotl => |a, b| a.rotate_left((b % 64) as u32),
            Op::I64Rotr => |a, b| a.rotate_right((b % 64) as u32),
            _ => return false,
        };
        self.on_64(compute)
    }

    fn divide_32(&mut self, operator: &Operator<'_>) -> Result<bool, Fault> {
        use Operator as Op;
        let divide: fn(u32, u32) -> Option<u32> = match operator {
            Op::I32DivS => |a, b| (a as i32).checked_div(b as i32).map(|it| it as u32),
            Op::I32DivU => |a, b| Some(a / b),
            // The one remainder that a checked division refuses is 0.
            Op::I32RemS => |a, b| Some((a as i32).wrapping_rem(b as i32) as u32),
            Op::I32RemU => |a, b| Some(a % b),
            _ => return Ok(false),
        };
        let right = self.pop_i32();
        let left = self.pop_i32();
        if right == 0 {
            return Err(Fault::DivisionByZero);
        }
        self.push_i32(divide(left, right).ok_or(Fault::IntegerOverflow)?);
        Ok(true)
    }

    fn divide_64(&mut self, operator: &Operator<'_>) -> Result<bool, Fault> {
        use Operator as Op;
        let divide: fn(u64, u64) -> Option<u64> = match operator {
            Op::I64DivS => |a, b| (a as i64).checked_div(b as i64).map(|it| it as u64),
            Op::I64DivU => |a, b| Some(a / b),
            // The one remainder that a checked division refuses is 0.
            Op::I64RemS => |a, b| Some((a as i64).wrapping_rem(b as i64) as u64),
            Op::I64RemU => |a, b| Some(a % b),
            _ => return Ok(false),
        };
        let right = self.pop();
        let left = self.pop();
        if right == 0 {
            return Err(Fault::DivisionByZero);
        }
        self.stack
            .push(divide(left, right).ok_or(Fault::IntegerOverflow)?);
        Ok(true)
    }
}
