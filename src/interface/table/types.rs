//! What the parameters and results of a row can be.
//!
//! Enters: nothing. Leaves: `Param` with its type and its role, and `Returns`. Refuses to know:
//! how an argument is checked (the session), and how it is printed (`print`).

/// What a reference can denote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A message.
    Message,
    /// One end of a channel.
    Port,
    /// A capability.
    Capability,
    /// A storage key opened by `openStore`.
    Store,
}

/// What an argument means, which says how it is checked (`ARG-*`). All are i32 in Wasm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamType {
    /// An unsigned number that no check restricts: an index, a tag, ticks, a time-out.
    Number,
    /// An unsigned count of bytes, checked together with the pointer that names it.
    Length,
    /// A pointer from which as many bytes are read as the `Length` at that position says.
    Read {
        /// The position of the length among the parameters.
        length: usize,
    },
    /// A pointer to which as many bytes are written as the `Length` at that position says.
    Write {
        /// The position of the length among the parameters.
        length: usize,
    },
    /// A pointer to which one reference is written: 4 bytes.
    WriteReference,
    /// An offset into the data of the message at position `message`, for `length` bytes.
    DataOffset {
        /// The position of the message among the parameters.
        message: usize,
        /// The position of the length among the parameters.
        length: usize,
    },
    /// A valid reference of that kind.
    Reference(Kind),
    /// A valid reference of that kind, or any negative number for none.
    OptionalReference(Kind),
    /// Any number: the operation asks whether it is a valid reference.
    AnyReference,
    /// An index into the callback table, looked up when the callback is run.
    Callback,
}

impl ParamType {
    /// The type as the documents write it.
    pub const fn document_name(self) -> &'static str {
        match self {
            ParamType::Number | ParamType::Length => "i32",
            ParamType::Read { .. }
            | ParamType::Write { .. }
            | ParamType::WriteReference
            | ParamType::DataOffset { .. }
            | ParamType::Callback => "i32ptr",
            ParamType::Reference(_) | ParamType::OptionalReference(_) | ParamType::AnyReference => {
                "i32ref"
            }
        }
    }

    /// The rules by which such an argument is checked.
    pub const fn rules(self) -> &'static [&'static str] {
        match self {
            ParamType::Number | ParamType::Length => &["ARG-2"],
            ParamType::Read { .. } | ParamType::Write { .. } => &["ARG-2", "ARG-3"],
            ParamType::WriteReference => &["ARG-2", "ARG-3", "ARG-7"],
            ParamType::DataOffset { .. } => &["ARG-2", "ARG-6"],
            ParamType::Reference(_) => &["ARG-4"],
            ParamType::OptionalReference(_) => &["ARG-4", "ARG-5"],
            ParamType::AnyReference => &[],
            ParamType::Callback => &["ARG-2", "ARG-8"],
        }
    }
}

/// What an argument is to the operation, wherever it stands in the row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The message that the operation is about.
    Message,
    /// The port that the operation is about.
    Port,
    /// The capability that the operation is about.
    Capability,
    /// The capability to which a response goes.
    Response,
    /// The store that the operation is about.
    Store,
    /// Any reference.
    Reference,
    /// Where in memory to read, or to write.
    Offset,
    /// How many bytes.
    Length,
    /// Where in the data of a message to read.
    DataOffset,
    /// Where to write the first port's reference.
    FirstSlot,
    /// Where to write the second port's reference.
    SecondSlot,
    /// Which of several.
    Index,
    /// The tag of a new capability.
    Tag,
    /// How many ticks.
    Ticks,
    /// How many ticks to wait.
    Timeout,
    /// What to call back.
    Callback,
    /// The left side of an assertion.
    Left,
    /// The right side of an assertion.
    Right,
}

/// One parameter of an import.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Param {
    /// As the documents spell it.
    pub name: &'static str,
    /// What it means, and so how it is checked.
    pub ty: ParamType,
    /// What it is to the operation.
    pub role: Role,
}

/// What an import gives back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returns {
    /// Nothing.
    Nothing,
    /// A number.
    Number,
    /// A reference, or the null reference where the rules say so.
    Reference,
    /// Always 0.
    Zero,
}

impl Returns {
    /// The type as the documents write it, if there is a result.
    pub const fn document_name(self) -> Option<&'static str> {
        match self {
            Returns::Nothing => None,
            Returns::Number | Returns::Zero => Some("i32"),
            Returns::Reference => Some("i32ref"),
        }
    }

    /// The rules by which such a result is made.
    pub const fn rules(self) -> &'static [&'static str] {
        match self {
            Returns::Nothing | Returns::Number | Returns::Zero => &[],
            Returns::Reference => &["REF-1", "REF-2", "REF-8"],
        }
    }
}
