//! Every way in which the arguments of an import can be wrong, and the ways at the border that are
//! still right.
//!
//! Enters: a row of the table. Leaves: what to change in a good call, and the fault that follows
//! (`ARG-*`). Refuses to know: how the guest is written.

use super::{
    callbacks::{CALLBACKS, ELEMENTS, IMPORTED, NULL, PLAIN},
    guest::{DATA_BYTES, ITEMS, Memory, SECOND_SLOT, Table, Value},
    ranges::{of_data_offset, of_length, of_pointer, of_slot},
    references::{of_any_reference, of_optional_reference, of_reference, wrong_kinds},
};
use crate::{
    fault::Fault,
    interface::table::{Import, Kind, Operation, Param, ParamType, Role},
    limits,
};

/// Enough for every call, whatever its length argument: more no message can carry.
const PLENTY: u64 = limits::INJECTED_TICKS;
/// A reference that no guest of a case is ever handed.
pub const NEVER: u32 = 99;
/// The greatest argument, which as a signed number is -1.
pub const GREATEST: u32 = u32::MAX;

/// What differs from a call whose arguments are all good.
#[derive(Clone, Debug)]
pub struct Variation {
    /// The parameter that it is about; none for the call as a whole.
    pub argument: Option<usize>,
    /// What is wrong, or just right, in words.
    pub what: &'static str,
    /// The parameters that are given something else, by position.
    pub values: Vec<(usize, Value)>,
    /// Whether the imports can see the guest's memory.
    pub memory: Memory,
    /// How the guest exports its table.
    pub table: Table,
    /// The fault that follows; none if the call must succeed.
    pub expected: Option<Fault>,
    /// What the creation of the guest carries.
    pub ticks: u64,
}

impl Variation {
    /// A variation in words alone, to which differences are added.
    pub fn of(argument: Option<usize>, what: &'static str, expected: Option<Fault>) -> Variation {
        Variation {
            argument,
            what,
            values: Vec::new(),
            memory: Memory::Exported,
            table: Table::Callbacks,
            expected,
            ticks: PLENTY,
        }
    }

    /// Gives the parameter at that position this value.
    pub fn with(mut self, at: usize, value: Value) -> Variation {
        self.values.push((at, value));
        self
    }
}

/// What a parameter is given where it is not the one in question.
pub fn good(param: &Param) -> Value {
    match param.ty {
        ParamType::Length => Value::Number(DATA_BYTES),
        ParamType::Reference(kind) | ParamType::OptionalReference(kind) => Value::Valid(kind),
        ParamType::AnyReference => Value::Valid(Kind::Message),
        ParamType::Callback => Value::Number(PLAIN),
        ParamType::WriteReference if param.role == Role::SecondSlot => Value::Number(SECOND_SLOT),
        _ => Value::Number(0),
    }
}

/// Everything to try with an import.
pub fn variations(import: &Import) -> Vec<Variation> {
    let mut all = vec![Variation::of(None, "good arguments", None)];
    for at in 0..import.params.len() {
        all.extend(of_param(import, at));
    }
    all.extend(first_of_two(import));
    all
}

fn of_param(import: &Import, at: usize) -> Vec<Variation> {
    match import.params[at].ty {
        ParamType::Number => of_number(import, at),
        ParamType::Length => of_length(import, at),
        ParamType::Read { length } | ParamType::Write { length } => of_pointer(import, at, length),
        ParamType::WriteReference => of_slot(import, at),
        ParamType::DataOffset { length, .. } => of_data_offset(at, length),
        ParamType::Reference(kind) => of_reference(import.dialect, at, kind),
        ParamType::OptionalReference(kind) => of_optional_reference(import.dialect, at, kind),
        ParamType::AnyReference => of_any_reference(import.dialect, at),
        ParamType::Callback => of_callback(import, at),
    }
}

/// One parameter, several numbers.
pub fn numbers(at: usize, list: &[(&'static str, u32, Option<Fault>)]) -> Vec<Variation> {
    list.iter()
        .map(|(what, number, expected)| {
            Variation::of(Some(at), what, *expected).with(at, Value::Number(*number))
        })
        .collect()
}

fn of_number(import: &Import, at: usize) -> Vec<Variation> {
    let absent = Some(Fault::NoSuchIndex);
    match (import.params[at].role, import.operation) {
        (Role::Index, Operation::LoadPort | Operation::LoadCapability) => {
            let mut all = numbers(
                at,
                &[
                    ("the last index", ITEMS - 1, None),
                    ("the count itself", ITEMS, absent),
                    ("the greatest number", GREATEST, absent),
                ],
            );
            let message = import
                .position(Role::Message)
                .expect("it loads from a message");
            let bare = Variation::of(Some(at), "0 in a message without items", absent);
            all.push(bare.with(message, Value::BareMessage));
            let again = match import.operation {
                Operation::LoadPort => Some(Fault::AlreadyLoaded),
                _ => None,
            };
            let emptied = Variation::of(Some(at), "an item that was loaded before", again);
            all.push(emptied.with(message, Value::EmptiedMessage));
            all
        }
        (Role::Ticks, _) => numbers(
            at,
            &[("more than are left", GREATEST, Some(Fault::OutOfTicks))],
        ),
        _ => numbers(at, &[("the greatest number", GREATEST, None)]),
    }
}

/// Callbacks are looked up when they are to run (`RUN-5`); that of a time-out may never be.
fn of_callback(import: &Import, at: usize) -> Vec<Variation> {
    let bad = Some(Fault::BadCallback);
    let mut all = numbers(
        at,
        &[
            ("an imported function", IMPORTED, bad),
            ("a null element", NULL, bad),
            ("the first place behind the table", ELEMENTS, bad),
            ("the greatest number", GREATEST, bad),
        ],
    );
    for (place, callback) in CALLBACKS.iter().enumerate() {
        let expected = if callback.suits(import) { None } else { bad };
        all.extend(numbers(at, &[(callback.what, place as u32, expected)]));
    }
    for (what, table, expected) in [
        (
            "a place in `__indirect_function_table`",
            Table::Indirect,
            None,
        ),
        (
            "a place in the table that `callbacks` hides",
            Table::Shadowed,
            bad,
        ),
        ("a place where no table is exported", Table::Hidden, bad),
    ] {
        all.push(Variation {
            table,
            ..Variation::of(Some(at), what, expected)
        });
    }
    if let Some(timeout) = import.position(Role::Timeout) {
        let unused = Variation::of(
            Some(at),
            "the greatest number, with no time-out to come",
            None,
        );
        all.push(
            unused
                .with(timeout, Value::Number(GREATEST))
                .with(at, Value::Number(GREATEST)),
        );
    }
    all
}

/// Two wrong arguments: the one that comes first decides (`ARG-1`).
fn first_of_two(import: &Import) -> Vec<Variation> {
    let wrong = |param: &Param| -> Vec<(Value, Fault)> {
        match param.ty {
            ParamType::Reference(kind) | ParamType::OptionalReference(kind) => {
                let other = wrong_kinds(import.dialect, kind).map(|(_, value)| value);
                let wrong = other.take(1).map(|value| (value, Fault::WrongKind));
                wrong
                    .chain([(Value::Number(NEVER), Fault::InvalidReference)])
                    .collect()
            }
            ParamType::Read { .. }
            | ParamType::Write { .. }
            | ParamType::WriteReference
            | ParamType::DataOffset { .. } => {
                vec![(Value::Number(GREATEST), Fault::OutOfBounds)]
            }
            _ => Vec::new(),
        }
    };
    let mut all = Vec::new();
    for (at, param) in import.params.iter().enumerate() {
        for (later, other) in import.params.iter().enumerate().skip(at + 1) {
            for (value, fault) in wrong(param) {
                for (second, other_fault) in wrong(other) {
                    if fault == other_fault {
                        continue;
                    }
                    let what = two_wrong(fault, other_fault);
                    let known =
                        |known: &Variation| (known.argument, known.what) == (Some(at), what);
                    if !all.iter().any(known) {
                        let variation = Variation::of(Some(at), what, Some(fault));
                        all.push(variation.with(at, value).with(later, second));
                    }
                }
            }
        }
    }
    all
}

fn two_wrong(first: Fault, second: Fault) -> &'static str {
    use Fault::*;
    match (first, second) {
        (InvalidReference, WrongKind) => "an invalid reference, and a later wrong kind",
        (InvalidReference, OutOfBounds) => "an invalid reference, and a later range outside",
        (WrongKind, InvalidReference) => "a wrong kind, and a later invalid reference",
        (WrongKind, OutOfBounds) => "a wrong kind, and a later range outside",
        (OutOfBounds, InvalidReference) => "a range outside, and a later invalid reference",
        (OutOfBounds, WrongKind) => "a range outside, and a later wrong kind",
        (first, second) => unreachable!("two different faults of arguments, not {first}, {second}"),
    }
}
