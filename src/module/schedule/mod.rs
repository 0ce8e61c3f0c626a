//! The tick schedule: what everything costs.
//!
//! Enters: nothing, or the bytes of one. Leaves: `Schedule`, a table with a number, a name and a hash.
//! Refuses to know: how charges are carried (see `meter`), and who holds ticks.

mod opcode;
mod plain;
mod prices;
mod reference;
mod walk;

pub use opcode::Opcode;
pub use plain::PLAIN;
pub use reference::SCHEDULE_1;
pub use walk::{Entry, MOST_TICKS, Node, Part, Unacceptable};

use crate::{
    deviation::{Deviation, deviates},
    interface::table::Operation,
    state::{
        codec,
        hash::{Domain, Hash},
    },
};
use serde::Serialize;
use std::borrow::Cow;
use wasmparser::Operator;

/// A price per started unit: `ticks` for each `unit` begun (`TICK-4`).
///
/// `unit` is a power of two, so that a rewritten module can divide by shifting.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
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
    pub fn of(self, amount: u64) -> u64 {
        let unit = u64::from(self.unit);
        let begun = match deviates(Deviation::RatesRoundDown) {
            true => amount / unit,
            false => amount.div_ceil(unit),
        };
        u64::from(self.ticks) * begun
    }
}

/// What each instruction costs, whatever its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InstructionCosts([u32; Opcode::ALL.len()]);

impl InstructionCosts {
    /// The same for all.
    pub const fn all(ticks: u32) -> InstructionCosts {
        InstructionCosts([ticks; Opcode::ALL.len()])
    }

    /// The same costs but for these opcodes.
    pub const fn but(mut self, opcodes: &[Opcode], ticks: u32) -> InstructionCosts {
        let mut at = 0;
        while at < opcodes.len() {
            self.0[opcodes[at] as usize] = ticks;
            at += 1;
        }
        self
    }

    /// What an opcode costs.
    pub fn of(&self, opcode: Opcode) -> u32 {
        if opcode == Opcode::Select && deviates(Deviation::SelectIsFree) {
            return 0;
        }
        let closes = matches!(opcode, Opcode::Else | Opcode::End);
        if closes && deviates(Deviation::ClosingIsFree) {
            return 0;
        }
        self.0[opcode as usize]
    }
}

/// What an import costs: charged before its arguments are looked at, except for `items`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ImportCost {
    /// For every call.
    pub base: u32,
    /// For the bytes that the call's length argument names.
    pub bytes: Rate,
    /// For the capabilities or ports in the message that the call is about; charged when the
    /// arguments have been found good.
    pub items: Rate,
    /// For the pages of the guest's memory.
    pub pages: Rate,
}

/// Instructions whose cost depends on an operand, and the operand's rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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

impl OperandCosts {
    /// What an instruction pays for the operand on top of the stack, if it pays for it.
    pub fn rate(&self, opcode: Opcode) -> Option<Rate> {
        match opcode {
            Opcode::MemoryGrow if deviates(Deviation::GrowingIsFree) => Some(Rate::FREE),
            Opcode::MemoryGrow => Some(self.memory_grow),
            Opcode::MemoryInit | Opcode::MemoryCopy | Opcode::MemoryFill => Some(self.memory_bulk),
            Opcode::TableGrow => Some(self.table_grow),
            Opcode::TableInit | Opcode::TableCopy | Opcode::TableFill => Some(self.table_bulk),
            _ => None,
        }
    }
}

/// What it costs that a function of the module is entered (`TICK-17`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FunctionCosts {
    /// Its locals, parameters apart: an engine makes each of them 0.
    pub locals: Rate,
}

/// What it costs that an activation begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ActivationCosts {
    /// An activation in a fresh VM.
    pub fresh: u32,
    /// An activation in a kept VM.
    pub kept: u32,
    /// The functions (imported ones too), tables, globals, exports and segments of the module.
    pub definitions: Rate,
    /// The mutable globals of the module, in addition.
    pub mutable_globals: Rate,
    /// The imported functions of the module, in addition.
    pub imports: Rate,
    /// The pages with which a fresh VM's memory begins.
    pub pages: Rate,
    /// The elements with which a fresh VM's tables begin.
    pub elements: Rate,
    /// The bytes of active data segments, and 4 for each element of active or passive element
    /// segments.
    pub segments: Rate,
    /// The elements of active or passive element segments, in addition.
    pub segment_elements: Rate,
    /// What a kept VM keeps one by one: the references handed out so far, the elements of its
    /// tables, its mutable globals and its passive segments.
    pub kept_entries: Rate,
    /// A callback that the activation runs after its export.
    pub callback: u32,
    /// The bytes of the binary, when an actor is created.
    pub code: Rate,
}

/// A whole schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// Which of the published schedules this is; any other number for one of somebody's own.
    pub number: u32,
    /// What people call it. It is no part of the hash.
    pub name: Cow<'static, str>,
    /// Every instruction.
    pub instructions: InstructionCosts,
    /// What some instructions pay by operand, in addition.
    pub operands: OperandCosts,
    /// The entering of functions.
    pub functions: FunctionCosts,
    /// The beginning of an activation.
    pub activation: ActivationCosts,
    /// The imports' operations, in the order of `Operation::ALL`.
    pub imports: [ImportCost; Operation::ALL.len()],
}

/// The published schedules (`TICK-15`), the default first.
pub static PUBLISHED: &[Schedule] = &[SCHEDULE_1, PLAIN];

impl Schedule {
    /// The published schedule of that name.
    pub fn published(name: &str) -> Option<&'static Schedule> {
        PUBLISHED.iter().find(|schedule| schedule.name == name)
    }

    /// What an accepted instruction costs, its operand apart.
    pub fn cost_of(&self, operator: &Operator<'_>) -> u32 {
        self.instructions.of(Opcode::of(operator))
    }

    /// What an operation costs.
    pub const fn cost(&self, operation: Operation) -> &ImportCost {
        &self.imports[operation as usize]
    }

    /// The hash that names this schedule (`STATE-12`).
    pub fn hash(&self) -> Hash {
        Hash::derive(Domain::Schedule, &self.to_bytes())
    }

    /// The bytes that are hashed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut numbers = vec![self.number];
        self.clone().prices().numbers(&mut numbers);
        numbers.iter().flat_map(codec::encode).collect()
    }

    /// The schedule that has exactly these bytes, under a name that says no more than its number;
    /// or why there is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Schedule, String> {
        let expected = SCHEDULE_1.to_bytes().len();
        if bytes.len() != expected {
            return Err(format!("expected {expected} bytes, found {}", bytes.len()));
        }
        let (words, _) = bytes.as_chunks::<4>();
        let mut numbers = words.iter().map(|word| u32::from_le_bytes(*word));
        let mut schedule = SCHEDULE_1;
        schedule.number = numbers.next().expect("there are many");
        schedule.name = format!("number {}", schedule.number).into();
        schedule.prices().set_numbers(&mut numbers);
        let check = schedule.check();
        check.map_err(|unacceptable| unacceptable.to_string())?;
        Ok(schedule)
    }

    /// Whether the costs are those of `other`, whatever number and name say.
    pub fn costs_as(&self, other: &Schedule) -> bool {
        let renamed = Schedule {
            number: other.number,
            name: other.name.clone(),
            ..self.clone()
        };
        renamed == *other
    }

    /// Whether worlds can run under it (`TICK-16`), and if not, what is wrong.
    pub fn check(&self) -> Result<(), Unacceptable> {
        self.clone().prices().check()
    }
}

#[cfg(test)]
mod tests;
