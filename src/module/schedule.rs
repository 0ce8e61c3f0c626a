//! The tick schedule: what everything costs.
//!
//! Enters: nothing. Leaves: `Schedule`, a table with a version and a hash.
//! Refuses to know: how charges are carried (see `meter`), and who holds ticks.

use crate::{
    interface::table::Operation,
    state::{
        codec,
        hash::{Domain, Hash},
    },
};
use serde::{Deserialize, Serialize};

/// A price per started unit: `ticks` for each `unit` begun (`TICK-4`).
///
/// `unit` is a power of two, so that a rewritten module can divide by shifting.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rate {
    /// Ticks for each unit begun.
    pub ticks: u32,
    /// How many bytes, pages, entries or items make a unit.
    pub unit: u32,
}

impl Rate {
    /// Nothing, whatever the amount.
    pub const FREE: Rate = Rate { ticks: 0, unit: 1 };

    /// A rate of `ticks` for each `unit` begun.
    pub const fn per(ticks: u32, unit: u32) -> Rate {
        assert!(unit.is_power_of_two());
        Rate { ticks, unit }
    }

    /// The price of `amount`.
    pub const fn of(self, amount: u64) -> u64 {
        self.ticks as u64 * amount.div_ceil(self.unit as u64)
    }
}

/// What an import costs: charged before its arguments are looked at, except for `items`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportCost {
    /// For every call.
    pub base: u32,
    /// For the bytes that the call's length argument names.
    pub bytes: Rate,
    /// For the capabilities or ports in the message that the call takes the value of; charged
    /// when the arguments have been found good.
    pub items: Rate,
    /// For the pages of the guest's memory.
    pub pages: Rate,
}

/// Instructions whose cost depends on an operand, and the operand's rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OperandCosts {
    /// `memory.grow`, by pages asked for.
    pub memory_grow: Rate,
    /// `memory.copy`, `memory.fill`, `memory.init`, by bytes.
    pub memory_bulk: Rate,
    /// `table.grow`, by elements asked for.
    pub table_grow: Rate,
    /// `table.copy`, `table.fill`, `table.init`, by elements.
    pub table_bulk: Rate,
}

/// What it costs that an activation begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActivationCosts {
    /// An activation in a fresh VM.
    pub fresh: u32,
    /// An activation in a kept VM.
    pub kept: u32,
    /// The functions (imported ones too), tables, globals, exports and segments of the module.
    pub definitions: Rate,
    /// The pages with which a fresh VM's memory begins.
    pub pages: Rate,
    /// The elements with which a fresh VM's tables begin.
    pub elements: Rate,
    /// The bytes of active data segments, and 4 for each element of active or passive element
    /// segments.
    pub segments: Rate,
    /// A callback that the activation runs after its export.
    pub callback: u32,
    /// The bytes of the binary, when an actor is created.
    pub code: Rate,
}

/// A whole schedule. There is one constant of it a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Schedule {
    /// Which schedule this is.
    pub version: u32,
    /// Every instruction that is not structural.
    pub instruction: u32,
    /// `block`, `loop`, `else`, `end`.
    pub structural: u32,
    /// Instructions that pay by operand, beside `instruction`.
    pub operands: OperandCosts,
    /// The beginning of an activation.
    pub activation: ActivationCosts,
    /// The imports' operations, in the order of `Operation::ALL`.
    pub imports: [ImportCost; Operation::ALL.len()],
}

impl Schedule {
    /// What an instruction costs, its operand apart.
    pub fn cost_of(&self, operator: &wasmparser::Operator<'_>) -> u32 {
        use wasmparser::Operator as Op;
        match operator {
            Op::Block { .. } | Op::Loop { .. } | Op::Else | Op::End => self.structural,
            _ => self.instruction,
        }
    }

    /// What an operation costs.
    pub const fn cost(&self, operation: Operation) -> &ImportCost {
        &self.imports[operation as usize]
    }

    /// The hash that names this schedule (`STATE-12`).
    pub fn hash(&self) -> Hash {
        Hash::derive(Domain::Schedule, &codec::encode(self))
    }
}

/// What schedule 1 says of an operation.
const fn import_cost_1(operation: Operation) -> ImportCost {
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

const fn import_costs_1() -> [ImportCost; Operation::ALL.len()] {
    let mut costs = [import_cost_1(Operation::CreateMessage); Operation::ALL.len()];
    let mut at = 0;
    while at < costs.len() {
        costs[at] = import_cost_1(Operation::ALL[at]);
        at += 1;
    }
    costs
}

/// Schedule 1.
pub const SCHEDULE_1: Schedule = Schedule {
    version: 1,
    instruction: 1,
    structural: 0,
    operands: OperandCosts {
        memory_grow: Rate::per(1024, 1),
        memory_bulk: Rate::per(1, 64),
        table_grow: Rate::per(1, 4),
        table_bulk: Rate::per(1, 4),
    },
    activation: ActivationCosts {
        fresh: 1000,
        kept: 200,
        definitions: Rate::per(1, 1),
        pages: Rate::per(512, 1),
        elements: Rate::per(1, 4),
        segments: Rate::per(1, 64),
        callback: 50,
        code: Rate::per(4, 1),
    },
    imports: import_costs_1(),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_counts_units_begun() {
        let rate = Rate::per(3, 8);
        assert_eq!([0, 1, 8, 9].map(|amount| rate.of(amount)), [0, 3, 3, 6]);
        assert_eq!(Rate::FREE.of(u64::MAX), 0);
        assert_eq!(
            Rate::per(u32::MAX, 1).of(1 << 32),
            (1 << 32) * u64::from(u32::MAX)
        );
    }

    #[test]
    fn operations_find_their_cost() {
        for (at, operation) in Operation::ALL.iter().enumerate() {
            assert_eq!(*operation as usize, at);
            assert_eq!(*SCHEDULE_1.cost(*operation), import_cost_1(*operation));
        }
    }

    #[test]
    fn every_field_is_in_the_hash() {
        let bytes = codec::encode(&SCHEDULE_1);
        // version, instruction, structural; 4 operand rates; fresh, kept, callback and 5 rates; imports.
        let words = 3 + 4 * 2 + 3 + 5 * 2 + Operation::ALL.len() * 7;
        assert_eq!(bytes.len(), words * 4);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let other: Schedule = codec::decode(&changed).expect("numbers always decode");
            assert_ne!(other.hash(), SCHEDULE_1.hash());
        }
    }
}
