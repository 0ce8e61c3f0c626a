//! What each instruction means to the meter.
//!
//! Enters: an instruction. Leaves: its class. Refuses to know: what is made of it.

use crate::module::schedule::{Opcode, OperandCosts, Rate};
use wasmparser::Operator;

/// How an instruction stands in a run of instructions that are charged together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Begins a block, whose end a branch may reach.
    Block,
    /// Begins a loop, whose beginning a branch may reach.
    Loop,
    /// Begins a block of one or two arms.
    If,
    /// Ends the first arm.
    Else,
    /// Ends a block, a loop, an arm, or the function.
    End,
    /// Never goes on to the next instruction.
    Leaves,
    /// Calls a function: what follows may not be executed.
    Calls,
    /// May trap or branch: what follows may not be executed.
    Risky,
    /// Pays by the operand on top of the stack, and may trap.
    Priced(Rate),
    /// Drops a data segment.
    DropsData(u32),
    /// Drops an element segment.
    DropsElement(u32),
    /// Always goes on to the next instruction.
    Plain,
}

/// The class of an accepted instruction.
pub fn class(operator: &Operator<'_>, costs: &OperandCosts) -> Class {
    use Operator as Op;
    match operator {
        Op::Block { .. } => Class::Block,
        Op::Loop { .. } => Class::Loop,
        Op::If { .. } => Class::If,
        Op::Else => Class::Else,
        Op::End => Class::End,
        Op::Br { .. } | Op::BrTable { .. } | Op::Return | Op::Unreachable => Class::Leaves,
        Op::DataDrop { data_index } => Class::DropsData(*data_index),
        Op::ElemDrop { elem_index } => Class::DropsElement(*elem_index),
        Op::MemoryGrow { .. }
        | Op::MemoryCopy { .. }
        | Op::MemoryFill { .. }
        | Op::MemoryInit { .. }
        | Op::TableGrow { .. }
        | Op::TableCopy { .. }
        | Op::TableFill { .. }
        | Op::TableInit { .. } => {
            let rate = costs.rate(Opcode::of(operator));
            Class::Priced(rate.expect("these pay by operand"))
        }
        Op::Call { .. } | Op::CallIndirect { .. } => Class::Calls,
        Op::BrIf { .. } | Op::TableGet { .. } | Op::TableSet { .. } => Class::Risky,
        other if accesses_memory(other) || may_trap_on_numbers(other) => Class::Risky,
        _ => Class::Plain,
    }
}

/// The labels that the instruction may branch to.
pub fn targets(operator: &Operator<'_>) -> Vec<u32> {
    match operator {
        Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
            vec![*relative_depth]
        }
        Operator::BrTable { targets } => {
            let others = targets.targets().map(|target| target.expect("validated"));
            others.chain([targets.default()]).collect()
        }
        _ => Vec::new(),
    }
}

fn accesses_memory(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32Load { .. }
            | Op::I64Load { .. }
            | Op::F32Load { .. }
            | Op::F64Load { .. }
            | Op::I32Load8S { .. }
            | Op::I32Load8U { .. }
            | Op::I32Load16S { .. }
            | Op::I32Load16U { .. }
            | Op::I64Load8S { .. }
            | Op::I64Load8U { .. }
            | Op::I64Load16S { .. }
            | Op::I64Load16U { .. }
            | Op::I64Load32S { .. }
            | Op::I64Load32U { .. }
            | Op::I32Store { .. }
            | Op::I64Store { .. }
            | Op::F32Store { .. }
            | Op::F64Store { .. }
            | Op::I32Store8 { .. }
            | Op::I32Store16 { .. }
            | Op::I64Store8 { .. }
            | Op::I64Store16 { .. }
            | Op::I64Store32 { .. }
    )
}

fn may_trap_on_numbers(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32DivS
            | Op::I32DivU
            | Op::I32RemS
            | Op::I32RemU
            | Op::I64DivS
            | Op::I64DivU
            | Op::I64RemS
            | Op::I64RemU
            | Op::I32TruncF32S
            | Op::I32TruncF32U
            | Op::I32TruncF64S
            | Op::I32TruncF64U
            | Op::I64TruncF32S
            | Op::I64TruncF32U
            | Op::I64TruncF64S
            | Op::I64TruncF64U
    )
}
