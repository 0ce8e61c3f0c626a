//! The functions in the callback table of a case's guest, and which of them can be called back.
//!
//! Enters: nothing. Leaves: functions with their places in the table. Refuses to know: the calls.

use crate::interface::table::{Import, Operation};

/// A function of the guest's, in the table at its place in [`CALLBACKS`].
pub struct Callback {
    pub what: &'static str,
    pub id: &'static str,
    pub code: &'static str,
    /// Whether a callback with an argument can be that (`RUN-3`).
    with_argument: bool,
    /// Whether the callback of a time-out, which has no argument, can be that (`RUN-5`).
    of_time_out: bool,
    /// Whether any callback of a legacy program can be that (`LEG-7`).
    of_legacy: bool,
}

const fn callback(
    what: &'static str,
    id: &'static str,
    code: &'static str,
    [with_argument, of_time_out, of_legacy]: [bool; 3],
) -> Callback {
    Callback {
        what,
        id,
        code,
        with_argument,
        of_time_out,
        of_legacy,
    }
}

pub const CALLBACKS: [Callback; 9] = [
    callback("() -> ()", "$plain", "", [true, true, true]),
    callback(
        "() -> i32",
        "$plain_result",
        "(result i32) i32.const 7",
        [true, true, true],
    ),
    callback("(i32) -> ()", "$one", "(param i32)", [true, false, true]),
    callback(
        "(i32) -> i32",
        "$one_result",
        "(param i32) (result i32) i32.const 7",
        [true, false, true],
    ),
    callback(
        "(i32, i32) -> ()",
        "$two",
        "(param i32 i32)",
        [false, false, true],
    ),
    callback(
        "(i32, i32, i32, i32) -> ()",
        "$four",
        "(param i32 i32 i32 i32)",
        [false, false, true],
    ),
    callback("(i64) -> ()", "$wide", "(param i64)", [false, false, false]),
    callback(
        "() -> i64",
        "$wide_result",
        "(result i64) i64.const 7",
        [false, false, false],
    ),
    callback(
        "() -> (i32, i32)",
        "$two_results",
        "(result i32 i32) i32.const 7 i32.const 7",
        [false, false, false],
    ),
];

/// The place of a function that suits every callback.
pub const PLAIN: u32 = 0;
/// The place of an imported function, of a type that would suit.
pub const IMPORTED: u32 = CALLBACKS.len() as u32;
/// The place of the function in which a case has a store.
pub const OPENED: u32 = IMPORTED + 1;
/// The place of a null element, the last of the table.
pub const NULL: u32 = OPENED + 1;
/// How many elements the table has.
pub const ELEMENTS: u32 = NULL + 1;

impl Callback {
    /// Whether a callback that such an import asks for can be that function.
    pub fn suits(&self, import: &Import) -> bool {
        if import.dialect.is_legacy() {
            self.of_legacy
        } else if import.operation == Operation::GetNextMessage {
            self.of_time_out
        } else {
            self.with_argument
        }
    }
}
