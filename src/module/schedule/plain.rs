//! Schedule 2, `plain`: few prices, and those round.
//!
//! Enters: nothing. Leaves: one constant. Refuses to know: how long anything takes. These prices
//! are made to be counted by hand, for tests and examples.

use super::{
    ActivationCosts, FunctionCosts, ImportCost, InstructionCosts, Opcode, OperandCosts, Rate,
    Schedule,
};
use crate::interface::table::Operation;
use std::borrow::Cow;

/// Structure: it says where branches go, and engines make no code of it.
pub(super) const STRUCTURE: &[Opcode] = &[Opcode::Block, Opcode::Loop, Opcode::Else, Opcode::End];

/// Schedule 2.
pub const PLAIN: Schedule = Schedule {
    number: 2,
    name: Cow::Borrowed("plain"),
    instructions: InstructionCosts::all(1).but(STRUCTURE, 0),
    operands: OperandCosts {
        memory_grow: Rate::per(1024, 1),
        memory_bulk: Rate::per(1, 64),
        table_grow: Rate::per(1, 4),
        table_bulk: Rate::per(1, 4),
    },
    functions: FunctionCosts { locals: Rate::FREE },
    activation: ActivationCosts {
        fresh: 1000,
        kept: 200,
        definitions: Rate::per(1, 1),
        mutable_globals: Rate::FREE,
        imports: Rate::FREE,
        pages: Rate::per(512, 1),
        elements: Rate::per(1, 4),
        segments: Rate::per(1, 64),
        segment_elements: Rate::FREE,
        kept_entries: Rate::FREE,
        callback: 50,
        code: Rate::per(4, 1),
    },
    imports: imports(),
};

/// What imports cost, in the order of `Operation::ALL`.
pub(super) const fn imports() -> [ImportCost; Operation::ALL.len()] {
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
        | DeleteReference
        | MessageDataLength
        | MessagePortCount
        | MessageCapabilityCount
        | MessageTag => 50,
        CreateMessage
        | SetResponseCapability
        | LoadMessageData
        | AddPort
        | AddCapability
        | LoadPort
        | LoadCapability
        | MintCapability => 100,
        CreateChannel | BindPort | UnbindPort | GetPort | DestroyBoundPort | SendOnPort
        | SendToCapability | Respond | GetNextMessage | StoreMessage | LoadMessage
        | DeleteMessage | OpenStore | UpdateStore | DeleteStore => 200,
        CreateActor => 1000,
    };
    let bytes = match operation {
        CreateMessage | BindPort | UnbindPort | GetPort | DestroyBoundPort | OpenStore => {
            Rate::per(1, 8)
        }
        LoadMessageData => Rate::per(1, 32),
        _ => Rate::FREE,
    };
    let items = match operation {
        SendOnPort | SendToCapability | Respond | CreateActor | StoreMessage | UpdateStore => {
            Rate::per(10, 1)
        }
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
