//! Schedule 1, `reference`: what things cost in time, in ticks. A world that says nothing has it.
//!
//! Enters: nothing. Leaves: one constant. Refuses to know: anything but numbers.
//!
//! The numbers come from `cargo bench --bench speed -- calibration`, which measures how long a tick
//! of every kind of instruction, operand, import and beginning takes, at several sizes. They are chosen so
//! that the dearest takes at most 8 times as long per tick as the median instruction: nobody can
//! buy much time with few ticks. Whatever engine or machine is used, ticks remain what this table
//! says.

use super::{
    ActivationCosts, FunctionCosts, ImportCost, InstructionCosts, Opcode, OperandCosts, Rate,
    Schedule,
};
use crate::interface::table::Operation;
use std::borrow::Cow;

/// Structure: it says where branches go, and engines make no code of it.
const STRUCTURE: &[Opcode] = &[Opcode::Block, Opcode::Loop, Opcode::Else, Opcode::End];

/// What makes a frame, and takes it away again.
const CALLS: &[Opcode] = &[Opcode::Call, Opcode::CallIndirect];

/// Schedule 1.
pub const SCHEDULE_1: Schedule = Schedule {
    number: 1,
    name: Cow::Borrowed("reference"),
    instructions: InstructionCosts::all(1)
        .but(STRUCTURE, 0)
        .but(CALLS, 4)
        .but(&[Opcode::TableGrow], 10),
    operands: OperandCosts {
        memory_grow: Rate::per(8192, 1),
        memory_bulk: Rate::per(1, 64),
        table_grow: Rate::per(1, 4),
        table_bulk: Rate::per(1, 4),
    },
    functions: FunctionCosts {
        locals: Rate::per(1, 128),
    },
    activation: ActivationCosts {
        fresh: 1000,
        kept: 1000,
        definitions: Rate::per(16, 1),
        mutable_globals: Rate::FREE,
        imports: Rate::per(48, 1),
        pages: Rate::per(4096, 1),
        elements: Rate::per(1, 4),
        segments: Rate::per(1, 64),
        segment_elements: Rate::per(1, 1),
        kept_entries: Rate::per(64, 1),
        callback: 50,
        code: Rate::per(40, 1),
    },
    imports: imports(),
};

const fn imports() -> [ImportCost; Operation::ALL.len()] {
    let mut costs = [import(Operation::CreateMessage); Operation::ALL.len()];
    let mut at = 0;
    while at < costs.len() {
        costs[at] = import(Operation::ALL[at]);
        at += 1;
    }
    costs
}

const fn import(operation: Operation) -> ImportCost {
    use Operation::*;
    let base = match operation {
        AssertEqual => 10,
        IsValidReference
        | MessageDataLength
        | MessagePortCount
        | MessageCapabilityCount
        | MessageTag => 50,
        CreateMessage
        | SetResponseCapability
        | LoadMessageData
        | AddCapability
        | LoadCapability
        | MintCapability => 100,
        DeleteReference | UnbindPort | GetPort | DestroyBoundPort | SendOnPort
        | SendToCapability | Respond | GetNextMessage | StoreMessage | LoadMessage
        | DeleteMessage | UpdateStore | DeleteStore => 200,
        AddPort | LoadPort | OpenStore => 300,
        CreateChannel => 400,
        BindPort | CreateActor => 1000,
    };
    let bytes = match operation {
        CreateMessage | BindPort | UnbindPort | GetPort | DestroyBoundPort | OpenStore => {
            Rate::per(1, 8)
        }
        LoadMessageData => Rate::per(1, 32),
        _ => Rate::FREE,
    };
    let items = match operation {
        // A port is moved; a capability is copied.
        SendOnPort | CreateActor => Rate::per(400, 1),
        SendToCapability | Respond | StoreMessage | UpdateStore => Rate::per(128, 1),
        _ => Rate::FREE,
    };
    let pages = match operation {
        GetNextMessage => Rate::per(1024, 1),
        _ => Rate::FREE,
    };
    ImportCost {
        base,
        bytes,
        items,
        pages,
    }
}
