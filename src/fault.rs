//! What a guest can do wrong: numbered, never renumbered.
//!
//! Enters: nothing. Leaves: `Fault`. Refuses to know: operators' mistakes (worded
//! errors elsewhere) and our own bugs (assertions).

use serde::{Deserialize, Serialize};

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// Why an activation failed (`FAULT-1`). The number is what an error response carries.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[repr(u32)]
        pub enum Fault {
            $($(#[doc = $doc])+ $name = $code,)+
        }

        impl Fault {
            /// Every fault, in the order of their numbers.
            pub const ALL: &'static [Fault] = &[$(Fault::$name),+];

            /// The name as it stands in scenarios, traces and snapshots.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Fault::$name => stringify!($name),)+
                }
            }

            /// One sentence for a reader.
            pub const fn explanation(self) -> &'static str {
                match self {
                    $(Fault::$name => concat!($($doc),+).trim_ascii(),)+
                }
            }
        }
    };
}

faults! {
    /// The guest executed `unreachable`.
    Unreachable = 1,
    /// A memory access, or an active data segment, reached outside the memory.
    MemoryOutOfBounds = 2,
    /// A table access, or an active element segment, reached outside the table.
    TableOutOfBounds = 3,
    /// An indirect call met a null element.
    NullElement = 4,
    /// An indirect call met a function of another type.
    SignatureMismatch = 5,
    /// A signed division or a conversion overflowed.
    IntegerOverflow = 6,
    /// An integer was divided by zero.
    DivisionByZero = 7,
    /// A NaN was converted to an integer.
    InvalidConversion = 8,
    /// More guest functions were active at once than the call depth allows.
    CallDepth = 9,
    /// What came next cost more ticks than were left.
    OutOfTicks = 10,
    /// A reference that is not valid was used.
    InvalidReference = 11,
    /// A reference to something of another kind was used.
    WrongKind = 12,
    /// A range reached outside the memory, or outside a message's data.
    OutOfBounds = 13,
    /// A message holds nothing at that index.
    NoSuchIndex = 14,
    /// The port at that index was loaded before.
    AlreadyLoaded = 15,
    /// A port is bound under that name already.
    NameTaken = 16,
    /// A second `getNextMessage` was called while one was pending.
    AlreadyWaiting = 17,
    /// There was no response to give, or it had been given.
    NoResponseOwed = 18,
    /// A callback does not name a function that can be called back.
    BadCallback = 19,
    /// One of the limits was crossed.
    LimitExceeded = 20,
    /// The module of a new actor is not acceptable.
    InvalidModule = 21,
    /// The port is bound under a name already.
    AlreadyBound = 22,
}

impl Fault {
    /// The number of this fault.
    pub const fn code(self) -> u32 {
        self as u32
    }

    /// The fault of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Fault> {
        Fault::ALL
            .iter()
            .copied()
            .find(|fault| fault.name() == name)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_dense() {
        for (position, fault) in Fault::ALL.iter().enumerate() {
            assert_eq!(fault.code() as usize, position + 1);
            assert_eq!(Fault::from_name(fault.name()), Some(*fault));
            assert!(fault.explanation().ends_with('.'));
        }
    }
}
