//! The tick schedule: what everything costs.
//!
//! Enters: nothing. Leaves: `Schedule`, a table with a version and a hash.
//! Refuses to know: how charges are carried (see `meter`), and who holds ticks.

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
    /// The pages with which a fresh VM's memory begins.
    pub pages: Rate,
    /// The elements with which a fresh VM's tables begin.
    pub elements: Rate,
    /// The bytes of active data segments, and 4 for each element of active element segments.
    pub segments: Rate,
    /// A callback that the activation runs after its export.
    pub callback: u32,
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
        pages: Rate::per(512, 1),
        elements: Rate::per(1, 4),
        segments: Rate::per(1, 64),
        callback: 50,
    },
};
