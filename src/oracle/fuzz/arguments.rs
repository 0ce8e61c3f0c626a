//! Arguments of import calls.
//!
//! Enters: a row of the import table, and what is known of its arguments. Leaves: expressions, most of them
//! good. Refuses to know: what the call is for.

use super::guest::{Guest, NOBODY, ON_EITHER, ON_LOAD, ON_STORE, ON_TIME, SLOTS};
use crate::interface::table::{Import, Kind, Operation, Param, ParamType, Role};

/// A call whose arguments are wanted.
pub struct Arguments<'a> {
    pub import: &'a Import,
    pub given: &'a [(Role, &'a str)],
}

impl Arguments<'_> {
    /// The expressions, each behind a space.
    pub fn write(&self, guest: &mut Guest<'_>) -> String {
        let params = self.import.params.iter();
        params
            .map(|param| {
                let given = self.given.iter().find(|(role, _)| *role == param.role);
                match given {
                    Some((_, expression)) => format!(" {expression}"),
                    None => format!(" {}", self.made_up(guest, param)),
                }
            })
            .collect()
    }

    fn made_up(&self, guest: &mut Guest<'_>, param: &Param) -> String {
        let chance = &mut *guest.chance;
        let names = [
            Operation::BindPort,
            Operation::GetPort,
            Operation::UnbindPort,
            Operation::DestroyBoundPort,
        ];
        let is_name = names.contains(&self.import.operation) && !chance.one_in(10);
        let number: i64 = match param.ty {
            // The same few names again and again.
            ParamType::Length if is_name => 1,
            ParamType::Read { .. } if is_name => *chance.pick(&[42, 44]),
            ParamType::Number => match param.role {
                Role::Ticks => *chance.pick(&[0, 1, 9_000, 40_000, 40_000, 40_000]),
                Role::Timeout => *chance.pick(&[0, 1, 50, 1_000, 20_000, 4_294_967_295]),
                Role::Tag => *chance.pick(&[0, 1, 7, 2_147_483_648, 4_294_967_295]),
                Role::Left | Role::Right => *chance.pick(&[3, 3, 3, 4]),
                _ => *chance.pick(&[0, 0, 0, 0, 1, 1, 2, 255]),
            },
            ParamType::Length => *chance.pick(&[0, 1, 1, 2, 2, 8, 33, 47]),
            ParamType::Read { .. } => *chance.pick(&[0, 0, 0, 0, 5, 5, 42, 44, 46, 65_530]),
            ParamType::Write { .. } => *chance.pick(&[600, 600, 700, 0, 65_520]),
            ParamType::WriteReference => *chance.pick(&SLOTS) as i64,
            ParamType::DataOffset { .. } => *chance.pick(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 9]),
            ParamType::Callback => self.callback(guest),
            ParamType::Reference(kind) => return guest.reference(kind),
            ParamType::OptionalReference(kind) => match chance.one_in(2) {
                true => -1,
                false => return guest.reference(kind),
            },
            ParamType::AnyReference => {
                let kinds: &[Kind] = match guest.dialect.has_ports() {
                    true => &[Kind::Message, Kind::Port],
                    false => &[Kind::Message, Kind::Capability],
                };
                let kind = *chance.pick(kinds);
                return guest.reference(kind);
            }
        };
        format!("(i32.const {number})")
    }

    /// A function that fits, most of the time.
    fn callback(&self, guest: &mut Guest<'_>) -> i64 {
        let fitting: &[usize] = match self.import.operation {
            Operation::GetNextMessage => &[ON_TIME],
            Operation::OpenStore => &[ON_STORE],
            _ => &[ON_LOAD, ON_LOAD, ON_EITHER],
        };
        match guest.chance.one_in(16) {
            true => *guest.chance.pick(&[ON_LOAD, ON_TIME, ON_STORE, NOBODY, 9]) as i64,
            false => *guest.chance.pick(fitting) as i64,
        }
    }
}
