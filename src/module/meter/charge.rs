//! The instructions that pay.
//!
//! Enters: an amount, or how to work one out. Leaves: instructions that take it from a counter in
//! a global, and stop where the counter becomes negative. Refuses to know: what is paid for.

use crate::module::schedule::Rate;
use wasm_encoder::{BlockType, Encode, Instruction};

/// Encodes instructions.
pub fn put(output: &mut Vec<u8>, instructions: &[Instruction<'_>]) {
    for instruction in instructions {
        instruction.encode(output);
    }
}

/// Subtracts what `amount` puts on the stack from the counter, and stops if it becomes negative.
pub fn charge(counter: u32, amount: &[Instruction<'_>], output: &mut Vec<u8>) {
    put(output, &[Instruction::GlobalGet(counter)]);
    put(output, amount);
    put(
        output,
        &[
            Instruction::I64Sub,
            Instruction::GlobalSet(counter),
            Instruction::GlobalGet(counter),
            Instruction::I64Const(0),
            Instruction::I64LtS,
            Instruction::If(BlockType::Empty),
            Instruction::Unreachable,
            Instruction::End,
        ],
    );
}

/// Adds an amount to the counter.
pub fn refund(counter: u32, amount: i64, output: &mut Vec<u8>) {
    put(
        output,
        &[
            Instruction::GlobalGet(counter),
            Instruction::I64Const(amount),
            Instruction::I64Add,
            Instruction::GlobalSet(counter),
        ],
    );
}

/// Charges for the i32 on top of the stack, as an unsigned amount, and leaves it there.
/// `scratch` is an i32 local that nothing else uses.
///
/// At most 2^32 units of less than 2^31 ticks: nothing overflows an i64.
pub fn charge_operand(counter: u32, scratch: u32, rate: Rate, output: &mut Vec<u8>) {
    assert!(rate.unit.is_power_of_two() && rate.ticks < 1 << 31);
    put(output, &[Instruction::LocalTee(scratch)]);
    let mut amount = vec![Instruction::LocalGet(scratch), Instruction::I64ExtendI32U];
    if rate.unit > 1 {
        amount.extend([
            Instruction::I64Const(i64::from(rate.unit) - 1),
            Instruction::I64Add,
            Instruction::I64Const(rate.unit.trailing_zeros().into()),
            Instruction::I64ShrU,
        ]);
    }
    if rate.ticks > 1 {
        amount.extend([
            Instruction::I64Const(rate.ticks.into()),
            Instruction::I64Mul,
        ]);
    }
    charge(counter, &amount, output);
}
