//! Ranges that are wrong, of memory and of a message's data, and those that just fit.
//!
//! Enters: a row and a parameter. Leaves: variations of a good call. Refuses to know: what the call
//! does with the bytes.

use super::{
    guest::{DATA_BYTES, MEMORY_BYTES, Memory, Value},
    wrongs::{GREATEST, NEVER, Variation, numbers},
};
use crate::{
    fault::Fault,
    interface::table::{Import, Kind, ParamType, Role},
};

/// Enough for every guest, but not for a call with the greatest length.
const TOO_LITTLE: u64 = 1 << 24;

pub fn of_length(import: &Import, at: usize) -> Vec<Variation> {
    let mut all = numbers(
        at,
        &[("the greatest number", GREATEST, Some(Fault::OutOfBounds))],
    );
    let pointer = import
        .position(Role::Offset)
        .expect("a length belongs to a pointer");
    let wraps = "a range that ends at 0 if its end is computed in 32 bits";
    all.push(
        Variation::of(Some(at), wraps, Some(Fault::OutOfBounds))
            .with(pointer, Value::Number(1))
            .with(at, Value::Number(GREATEST)),
    );
    let unpayable = "the greatest number, with too few ticks for it";
    let unpaid = Variation::of(Some(at), unpayable, Some(Fault::OutOfTicks));
    all.push(Variation {
        ticks: TOO_LITTLE,
        ..unpaid.with(at, Value::Number(GREATEST))
    });
    all
}

pub fn of_pointer(import: &Import, at: usize, length: usize) -> Vec<Variation> {
    let outside = Some(Fault::OutOfBounds);
    let mut all: Vec<Variation> = [
        (
            "a range up to the end of the memory",
            MEMORY_BYTES - DATA_BYTES,
            DATA_BYTES,
            None,
        ),
        (
            "a range that ends one byte behind",
            MEMORY_BYTES - DATA_BYTES + 1,
            DATA_BYTES,
            outside,
        ),
        ("the last byte", MEMORY_BYTES - 1, 1, None),
        ("the first byte behind the memory", MEMORY_BYTES, 1, outside),
        ("no bytes at the end of the memory", MEMORY_BYTES, 0, None),
        ("no bytes one behind the end", MEMORY_BYTES + 1, 0, outside),
        ("no bytes at the greatest number", GREATEST, 0, outside),
        ("the greatest number", GREATEST, DATA_BYTES, outside),
    ]
    .into_iter()
    .map(|(what, offset, count, expected)| {
        Variation::of(Some(at), what, expected)
            .with(at, Value::Number(offset))
            .with(length, Value::Number(count))
    })
    .collect();
    // Without a memory that imports see, no port can be made: what is checked later is any number.
    let portless = import
        .params
        .iter()
        .all(|param| param.ty != ParamType::Reference(Kind::Port));
    let hidden = |what, count, expected| {
        let later = import.params.iter().enumerate().skip(at + 1);
        let mut variation =
            Variation::of(Some(at), what, expected).with(length, Value::Number(count));
        variation.memory = Memory::Hidden;
        for (other, _) in later.filter(|(_, p)| p.ty == ParamType::Reference(Kind::Port)) {
            variation = variation.with(other, Value::Number(NEVER));
        }
        variation
    };
    all.push(hidden("a byte where no memory is exported", 1, outside));
    if portless {
        all.push(hidden("no bytes where no memory is exported", 0, None));
    }
    all
}

pub fn of_slot(import: &Import, at: usize) -> Vec<Variation> {
    let outside = Some(Fault::OutOfBounds);
    let mut all = numbers(
        at,
        &[
            ("the last 4 bytes of the memory", MEMORY_BYTES - 4, None),
            (
                "4 bytes that end one behind the memory",
                MEMORY_BYTES - 3,
                outside,
            ),
            ("the end of the memory", MEMORY_BYTES, outside),
            (
                "4 bytes that end at 0 if computed in 32 bits",
                GREATEST - 3,
                outside,
            ),
            ("the greatest number", GREATEST, outside),
            ("a place that is not aligned", 3, None),
        ],
    );
    // Where there is no memory, the first slot decides.
    if import.params[at].role == Role::FirstSlot {
        let hidden = Variation::of(Some(at), "4 bytes where no memory is exported", outside);
        all.push(Variation {
            memory: Memory::Hidden,
            ..hidden
        });
    }
    all
}

pub fn of_data_offset(at: usize, length: usize) -> Vec<Variation> {
    let outside = Some(Fault::OutOfBounds);
    [
        ("the last byte of the data", DATA_BYTES - 1, 1, None),
        ("the first byte behind the data", DATA_BYTES, 1, outside),
        ("no bytes at the end of the data", DATA_BYTES, 0, None),
        ("no bytes one behind the end", DATA_BYTES + 1, 0, outside),
        ("a range that ends one byte behind", 1, DATA_BYTES, outside),
        ("one byte more than there is", 0, DATA_BYTES + 1, outside),
        ("the greatest number", GREATEST, 1, outside),
    ]
    .into_iter()
    .map(|(what, offset, count, expected)| {
        Variation::of(Some(at), what, expected)
            .with(at, Value::Number(offset))
            .with(length, Value::Number(count))
    })
    .collect()
}
