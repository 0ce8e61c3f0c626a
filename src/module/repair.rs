//! What must stand before an instruction so that the pinned engine translates it rightly.
//!
//! Enters: an instruction. Leaves: instructions that change nothing and cost nothing, to be put
//! directly before it. Refuses to know: how modules are rewritten, and what ticks are.
//!
//! wasmi 2.0.0 translates Wasm to a machine with registers in one pass, and in three places it
//! loses track of where an operand is. Each is avoided by a few instructions that emit no code
//! of their own but settle the translator's state. The engine suite proves that all three are
//! still needed and that nothing else is.

use wasm_encoder::{BlockType, Instruction};
use wasmparser::{BlockType as ParsedBlockType, MemArg, Operator};

/// The greatest offset for which wasmi has stores with both operands in one register.
const SHORT_OFFSET: u64 = u16::MAX as u64;

/// Ends the fusion of the last comparison with what follows.
const END_FUSION: &[Instruction<'static>] = &[Instruction::I32Const(0), Instruction::Drop];

/// Moves every operand that waits on the stack into a stack slot of its own.
const SETTLE_OPERANDS: &[Instruction<'static>] =
    &[Instruction::Block(BlockType::Empty), Instruction::End];

/// What to put before `operator`.
pub fn before(operator: &Operator<'_>) -> &'static [Instruction<'static>] {
    match operator {
        // A comparison with zero is dropped in favour of the select's own test, which then reads
        // a register into which the compared local was never loaded.
        Operator::Select | Operator::TypedSelect { .. } => END_FUSION,
        // Locals that wait below the parameters are not saved from later writes, because the
        // parameters to skip are counted in locals rather than in operands.
        Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty }
            if matches!(blockty, ParsedBlockType::FuncType(_)) =>
        {
            SETTLE_OPERANDS
        }
        // There is no such store where address and value are the same local in a register: the
        // translator panics.
        Operator::I32Store { memarg }
        | Operator::I32Store8 { memarg }
        | Operator::I32Store16 { memarg }
        | Operator::I64Store { memarg }
        | Operator::I64Store8 { memarg }
        | Operator::I64Store16 { memarg }
        | Operator::I64Store32 { memarg }
            if has_long_offset(memarg) =>
        {
            SETTLE_OPERANDS
        }
        _ => &[],
    }
}

fn has_long_offset(memarg: &MemArg) -> bool {
    memarg.offset > SHORT_OFFSET
}
