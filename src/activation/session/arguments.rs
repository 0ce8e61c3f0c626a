//! The arguments of an import call, one by one: what they must be, and what they are to the
//! operation.
//!
//! Enters: numbers, and the row of the import. Leaves: the fault of the one that is wrong; later, the
//! arguments by their roles. Refuses to know: what a call costs, and what it does.

use crate::{
    activation::{engine::Guest, references::References},
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::{Import, ParamType, Role},
    limits,
};

/// Whether one argument is what its parameter asks for, beside these others (`ARG-*`).
pub(super) fn check(
    references: &References,
    ty: &ParamType,
    value: i32,
    arguments: &[i32],
    memory: usize,
) -> Result<(), Fault> {
    let length = |at: usize| u64::from(arguments[at] as u32);
    match *ty {
        ParamType::Callback if deviates(Deviation::CallbacksAreCheckedAtOnce) => {
            match (value as u32) < limits::TABLE_ELEMENTS {
                true => Ok(()),
                false => Err(Fault::BadCallback),
            }
        }
        ParamType::Number | ParamType::Length | ParamType::Callback | ParamType::AnyReference => {
            Ok(())
        }
        ParamType::Read { length: at } | ParamType::Write { length: at } => {
            within(value, length(at), memory)
        }
        ParamType::WriteReference => {
            let size = 4 + u64::from(deviates(Deviation::SlotsOfFiveBytes));
            within(value, size, memory)
        }
        ParamType::DataOffset {
            message,
            length: at,
        } => {
            let data = references.message(arguments[message]).data.len();
            let lacking = usize::from(deviates(Deviation::LastByteOutOfReach));
            within(value, length(at), data.saturating_sub(lacking))
        }
        ParamType::Reference(kind) => references.check(value, kind),
        ParamType::OptionalReference(_)
            if value < 0 && (value == -1 || !deviates(Deviation::OnlyMinusOneIsAbsent)) =>
        {
            Ok(())
        }
        ParamType::OptionalReference(kind) => references.check(value, kind),
    }
}

/// A range must lie inside, even when it is empty (`ARG-3`, `ARG-6`).
fn within(offset: i32, length: u64, size: usize) -> Result<(), Fault> {
    let least = u64::from(deviates(Deviation::EmptyRangesNeedAByte));
    if u64::from(offset as u32) + length.max(least) <= size as u64 {
        Ok(())
    } else {
        Err(Fault::OutOfBounds)
    }
}

/// The arguments of a call, found by what they are to the operation.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// The import's row, which says what each argument is.
    pub import: &'static Import,
    /// The arguments, in the order of the row; all were checked.
    pub values: &'a [i32],
}

impl Arguments<'_> {
    /// The argument of that role, if this import has one.
    pub fn find(&self, role: Role) -> Option<u32> {
        let at = self.import.position(role)?;
        Some(self.values[at] as u32)
    }

    /// The number of that role.
    pub fn number(&self, role: Role) -> u32 {
        self.find(role)
            .unwrap_or_else(|| panic!("{} has no {role:?}", self.import.name))
    }

    /// The reference of that role.
    pub fn reference(&self, role: Role) -> i32 {
        self.number(role) as i32
    }

    /// The bytes of the memory range that `Offset` and `Length` name; checked before.
    pub fn bytes<'m>(&self, guest: &'m Guest<'_>) -> &'m [u8] {
        let offset = self.number(Role::Offset) as usize;
        &guest.memory[offset..offset + self.number(Role::Length) as usize]
    }
}
