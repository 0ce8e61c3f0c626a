//! Schedule 1, `reference`: what things cost in time, in ticks. A world that says nothing has it.
//!
//! Enters: nothing. Leaves: one constant. Refuses to know: anything but numbers.
//!
//! The numbers come from `cargo bench --bench speed -- calibration`, which measures how long a tick
//! of every kind of instruction, operand, import and beginning takes, at several sizes. They are
//! chosen so that the dearest takes at most 8 times as long per tick as the median instruction:
//! nobody can buy much time with few ticks. Whatever engine or machine is used, ticks remain what
//! this table says.

use super::{
    ActivationCosts, FunctionCosts, ImportCost, InstructionCosts, Opcode, OperandCosts, Rate,
    Schedule, plain,
};
use crate::interface::table::Operation;
use std::borrow::Cow;

/// What may be far from every cache.
const LOADS: &[Opcode] = &[
    Opcode::I32Load,
    Opcode::I64Load,
    Opcode::F32Load,
    Opcode::F64Load,
    Opcode::I32Load8S,
    Opcode::I32Load8U,
    Opcode::I32Load16S,
    Opcode::I32Load16U,
    Opcode::I64Load8S,
    Opcode::I64Load8U,
    Opcode::I64Load16S,
    Opcode::I64Load16U,
    Opcode::I64Load32S,
    Opcode::I64Load32U,
];
/// What goes on elsewhere, and may move many values to get there.
const BRANCHES: &[Opcode] = &[Opcode::Br, Opcode::BrIf, Opcode::BrTable];
/// What the engine does for many at once, however few there are.
const BULK: &[Opcode] = &[
    Opcode::MemoryInit,
    Opcode::MemoryCopy,
    Opcode::MemoryFill,
    Opcode::TableInit,
    Opcode::TableCopy,
    Opcode::TableFill,
    Opcode::DataDrop,
    Opcode::ElemDrop,
];

/// Schedule 1.
pub const SCHEDULE_1: Schedule = Schedule {
    number: 1,
    name: Cow::Borrowed("reference"),
    instructions: InstructionCosts::all(1)
        .but(plain::STRUCTURE, 0)
        .but(BRANCHES, 2)
        .but(&[Opcode::GlobalSet], 2)
        .but(&[Opcode::Call, Opcode::MemoryGrow], 4)
        .but(&[Opcode::CallIndirect], 6)
        .but(BULK, 8)
        .but(&[Opcode::TableGrow], 10)
        .but(LOADS, 16),
    operands: OperandCosts {
        memory_grow: Rate::per(8192, 1),
        memory_bulk: Rate::per(1, 64),
        table_grow: Rate::per(1, 4),
        table_bulk: Rate::per(1, 4),
    },
    functions: FunctionCosts {
        locals: Rate::per(1, 64),
    },
    activation: ActivationCosts {
        fresh: 1000,
        kept: 2000,
        definitions: Rate::per(16, 1),
        mutable_globals: Rate::FREE,
        imports: Rate::per(48, 1),
        pages: Rate::per(6144, 1),
        elements: Rate::per(1, 4),
        segments: Rate::per(1, 64),
        segment_elements: Rate::per(1, 1),
        kept_entries: Rate::per(96, 1),
        callback: 50,
        code: Rate::per(40, 1),
    },
    imports: imports(),
};

/// As in `plain`, but for what was found to take longer.
const fn imports() -> [ImportCost; Operation::ALL.len()] {
    use Operation::*;
    let mut costs = plain::imports();
    costs[DeleteReference as usize].base = 200;
    costs[AddPort as usize].base = 300;
    costs[LoadPort as usize].base = 300;
    costs[OpenStore as usize].base = 300;
    costs[CreateChannel as usize].base = 400;
    costs[BindPort as usize].base = 1500;
    costs[SendOnPort as usize].base = 300;
    costs[SendToCapability as usize].base = 300;
    costs[Respond as usize].base = 300;
    costs[AssertEqual as usize].base = 20;
    // A port is moved; a capability is copied.
    costs[SendOnPort as usize].items = Rate::per(400, 1);
    costs[CreateActor as usize].items = Rate::per(400, 1);
    costs[SendToCapability as usize].items = Rate::per(128, 1);
    costs[Respond as usize].items = Rate::per(128, 1);
    costs[StoreMessage as usize].items = Rate::per(128, 1);
    costs[UpdateStore as usize].items = Rate::per(128, 1);
    costs
}
