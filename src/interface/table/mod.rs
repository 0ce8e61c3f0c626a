//! THE import table: every import of every dialect, declared once.
//!
//! Enters: nothing. Leaves: rows, from which come the linking, the argument checks, the
//! generated bad-argument tests and `primea interface`. Refuses to know: wasmi, and what an
//! operation does.

mod capabilities;
mod legacy;
mod params;
mod ports;

/// One of the five interfaces. A world runs one dialect (`DIAL-1`).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize,
)]
pub enum Dialect {
    /// Document 000: channels and ports, camelCase.
    PortsCamel,
    /// Document 001: the same in snake_case.
    PortsSnake,
    /// Document 002: storage, messages, capabilities, actors, ticks.
    Capabilities,
    /// Programs written for the first implementation's ports.
    LegacyPorts,
    /// Programs written for the first implementation's capabilities.
    LegacyCapabilities,
}

impl Dialect {
    /// Every dialect, in the order of the documents.
    pub const ALL: &'static [Dialect] = &[
        Dialect::PortsCamel,
        Dialect::PortsSnake,
        Dialect::Capabilities,
        Dialect::LegacyPorts,
        Dialect::LegacyCapabilities,
    ];

    /// The name as it stands in scenarios and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::PortsCamel => "ports-camel",
            Dialect::PortsSnake => "ports-snake",
            Dialect::Capabilities => "capabilities",
            Dialect::LegacyPorts => "legacy-ports",
            Dialect::LegacyCapabilities => "legacy-capabilities",
        }
    }

    /// The dialect of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Dialect> {
        Dialect::ALL
            .iter()
            .copied()
            .find(|dialect| dialect.name() == name)
    }

    /// Whether messages carry ports (and actors bind them) rather than capabilities.
    pub const fn has_ports(self) -> bool {
        matches!(
            self,
            Dialect::PortsCamel | Dialect::PortsSnake | Dialect::LegacyPorts
        )
    }

    /// Whether programs were written for the first implementation.
    pub const fn is_legacy(self) -> bool {
        matches!(self, Dialect::LegacyPorts | Dialect::LegacyCapabilities)
    }

    /// The module name that imports come from; none where any name will do.
    pub const fn import_module(self) -> Option<&'static str> {
        if self.is_legacy() { None } else { Some("env") }
    }

    /// The rows of that name, with their positions; several where a name has several forms.
    pub fn find(self, name: &str) -> impl Iterator<Item = (ImportIndex, &'static Import)> {
        IMPORTS
            .iter()
            .enumerate()
            .filter(move |(_, import)| import.dialect == self && import.name == name)
    }

    /// The rows of this dialect.
    pub fn imports(self) -> impl Iterator<Item = &'static Import> {
        IMPORTS.iter().filter(move |import| import.dialect == self)
    }
}

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
    Read { length: usize },
    /// A pointer to which as many bytes are written as the `Length` at that position says.
    Write { length: usize },
    /// A pointer to which one reference is written: 4 bytes.
    WriteReference,
    /// An offset into the data of the message at position `message`, for `length` bytes.
    DataOffset { message: usize, length: usize },
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

/// The few operations that all dialects are rows over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operation {
    CreateMessage,
    SetResponseCapability,
    MessageDataLength,
    LoadMessageData,
    AddPort,
    AddCapability,
    MessagePortCount,
    MessageCapabilityCount,
    LoadPort,
    LoadCapability,
    MessageTag,
    CreateChannel,
    BindPort,
    UnbindPort,
    GetPort,
    DestroyBoundPort,
    SendOnPort,
    SendToCapability,
    Respond,
    CreateActor,
    GetNextMessage,
    StoreMessage,
    LoadMessage,
    DeleteMessage,
    OpenStore,
    UpdateStore,
    DeleteStore,
    MintCapability,
    IsValidReference,
    DeleteReference,
    AssertEqual,
}

impl Operation {
    /// Every operation, in the order of the schedule.
    pub const ALL: [Operation; 31] = {
        use Operation::*;
        [
            CreateMessage,
            SetResponseCapability,
            MessageDataLength,
            LoadMessageData,
            AddPort,
            AddCapability,
            MessagePortCount,
            MessageCapabilityCount,
            LoadPort,
            LoadCapability,
            MessageTag,
            CreateChannel,
            BindPort,
            UnbindPort,
            GetPort,
            DestroyBoundPort,
            SendOnPort,
            SendToCapability,
            Respond,
            CreateActor,
            GetNextMessage,
            StoreMessage,
            LoadMessage,
            DeleteMessage,
            OpenStore,
            UpdateStore,
            DeleteStore,
            MintCapability,
            IsValidReference,
            DeleteReference,
            AssertEqual,
        ]
    };

    /// The name as the schedule prints it.
    pub fn name(self) -> String {
        format!("{self:?}")
    }
}

/// One row: an import of one dialect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Import {
    /// The dialect that has it.
    pub dialect: Dialect,
    /// As the document spells it.
    pub name: &'static str,
    /// In the order of the document.
    pub params: &'static [Param],
    /// What the guest gets back.
    pub returns: Returns,
    /// What it means.
    pub operation: Operation,
    /// The rules that it obeys.
    pub rules: &'static [&'static str],
    /// One line for a reader.
    pub doc: &'static str,
}

impl Import {
    /// Whether the guest gets an i32 back.
    pub const fn has_result(&self) -> bool {
        !matches!(self.returns, Returns::Nothing)
    }

    /// The type in words, as refusals print it.
    pub fn signature(&self) -> String {
        let params = vec!["i32"; self.params.len()].join(", ");
        format!(
            "({params}) -> ({})",
            if self.has_result() { "i32" } else { "" }
        )
    }
}

/// The position of a row in [`IMPORTS`].
pub type ImportIndex = usize;

/// Every import of every dialect.
pub static IMPORTS: &[Import] = &{
    let mut all = [ports::CAMEL[0]; LENGTH];
    let mut filled = 0;
    let mut part = 0;
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            all[filled] = PARTS[part][row];
            filled += 1;
            row += 1;
        }
        part += 1;
    }
    all
};

const PARTS: [&[Import]; 5] = [
    &ports::CAMEL,
    &ports::SNAKE,
    &capabilities::ROWS,
    &legacy::PORTS,
    &legacy::CAPABILITIES,
];

const LENGTH: usize = ports::CAMEL.len()
    + ports::SNAKE.len()
    + capabilities::ROWS.len()
    + legacy::PORTS.len()
    + legacy::CAPABILITIES.len();
