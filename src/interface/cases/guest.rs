//! The guest of a case: one call of one import, with arguments made by the dialect's own imports.
//!
//! Enters: a row, and how each argument is made. Leaves: a module in the text format, whose creation
//! does the call. Refuses to know: what the call should lead to.

use super::callbacks::{CALLBACKS, ELEMENTS, OPENED};
use crate::interface::{
    print::{distinct_name, wat},
    table::{Dialect, IMPORTS, ImportIndex, Kind, Operation, Role},
};

/// How many bytes of data a message of a guest has; of the smallest module there is, as it happens,
/// so that an actor can be created from it. Names and keys are as long.
pub const DATA_BYTES: u32 = 8;
/// How many ports or capabilities a message has from which one is to be loaded.
pub const ITEMS: u32 = 2;
/// The memory of a guest has one page.
pub const MEMORY_BYTES: u32 = 65_536;

/// How an argument is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// That number.
    Number(u32),
    /// A valid reference to something of that kind.
    Valid(Kind),
    /// A reference to something of that kind, given up by `deleteRef`.
    Deleted(Kind),
    /// A port that was moved into a message.
    MovedPort,
    /// A message that was sent, in a ports dialect.
    SentMessage,
    /// A message out of which every item has been loaded.
    EmptiedMessage,
    /// A message without items.
    BareMessage,
    /// The reference that would be handed out next.
    NotYet,
}

/// Whether the guest has a memory that the imports can see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Memory {
    /// It is exported under the name `memory`.
    Exported,
    /// It is not exported: to imports its size is 0 (`ARG-3`).
    Hidden,
}

/// Under which names the guest exports a table of callbacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Table {
    /// As `callbacks`.
    Callbacks,
    /// As `__indirect_function_table`.
    Indirect,
    /// As `__indirect_function_table`, beside an empty table `callbacks`.
    Shadowed,
    /// Not at all.
    Hidden,
}

/// Where `createChannel` writes the references of a channel that the guest makes for itself.
const SLOTS: [u32; 2] = [1024, 1028];
/// Where a good call writes a second reference.
pub const SECOND_SLOT: u32 = 4;
/// Ticks for a message that the guest sends to itself.
const SENT_TICKS: u32 = 1 << 24;

/// What every function that makes arguments works with.
const LOCALS: &str = "(local $argument0 i32) (local $argument1 i32) (local $argument2 i32) \
    (local $argument3 i32) (local $made i32) (local $holder i32)";

/// One call of one import.
pub struct Guest {
    /// The import that is called.
    pub row: ImportIndex,
    /// What each parameter is given.
    pub arguments: Vec<Value>,
    /// Whether the imports can see its memory.
    pub memory: Memory,
    /// How it exports its table.
    pub table: Table,
}

impl Guest {
    fn dialect(&self) -> Dialect {
        IMPORTS[self.row].dialect
    }

    /// The module.
    pub fn wat(&self) -> String {
        let (creation, message) = match IMPORTS[self.row].operation {
            // There must be something to respond to.
            Operation::Respond => (self.send_to_oneself(), Some(self.unless_response())),
            _ => (self.opened_or_not(), None),
        };
        let message = message.map_or(String::new(), |body| entry("onMessage", &body));
        let opened = if self.needs_store() {
            self.body()
        } else {
            String::new()
        };
        let memory = match self.memory {
            Memory::Exported => "(memory (export \"memory\") 1)",
            Memory::Hidden => "(memory 1)",
        };
        let callbacks = if self.dialect().has_ports() {
            String::new()
        } else {
            self.callbacks(&opened)
        };
        format!(
            "(module\n{imports}{memory}\n(data (i32.const 0) \"\\00asm\\01\\00\\00\\00\")\n{callbacks}{creation}{message})\n",
            imports = wat::imports(self.dialect()),
            creation = entry("onCreation", &creation),
        )
    }

    /// Stores are only to be had in a callback of `openStore`.
    fn needs_store(&self) -> bool {
        self.arguments.iter().any(|value| {
            matches!(
                value,
                Value::Valid(Kind::Store) | Value::Deleted(Kind::Store)
            )
        })
    }

    fn opened_or_not(&self) -> String {
        if self.needs_store() {
            let key = [(Role::Offset, "i32.const 0"), (Role::Length, "i32.const 0")];
            let place = format!("i32.const {OPENED}");
            let callback = [(Role::Callback, &*place)];
            self.call(Operation::OpenStore, &[&key[..], &callback].concat())
        } else {
            self.body()
        }
    }

    /// Sends a message to this actor whose response comes back to it under tag 1.
    fn send_to_oneself(&self) -> String {
        let with_tag = self.call(Operation::MintCapability, &[(Role::Tag, "i32.const 1")]);
        let response = [with_tag, "local.set $made".to_owned()].join("\n");
        let message = self.message("local.get $made");
        let capability = self.make(Kind::Capability);
        let send = self.call(
            Operation::SendToCapability,
            &[(Role::Capability, &capability), (Role::Message, &message)],
        );
        format!("{response}\n{send}")
    }

    /// The call, but not in an activation that handles the response.
    fn unless_response(&self) -> String {
        let tag = self.call(
            Operation::MessageTag,
            &[(Role::Message, "local.get $received")],
        );
        format!("{tag}\nif\nreturn\nend\n{}", self.opened_or_not())
    }

    /// Makes the arguments, then calls.
    fn body(&self) -> String {
        let import = &IMPORTS[self.row];
        assert_eq!(
            import.params.len(),
            self.arguments.len(),
            "an argument for each parameter"
        );
        let mut lines = Vec::new();
        // What is not yet handed out must still not be when the call is made.
        let (last, first): (Vec<_>, Vec<_>) = self
            .arguments
            .iter()
            .enumerate()
            .partition(|(_, value)| **value == Value::NotYet);
        for (at, value) in first.into_iter().chain(last) {
            lines.push(self.argument(*value));
            lines.push(format!("local.set $argument{at}"));
        }
        lines.extend((0..self.arguments.len()).map(|at| format!("local.get $argument{at}")));
        lines.push(format!("call ${}", distinct_name(self.row)));
        lines.extend(import.has_result().then(|| "drop".to_owned()));
        lines.join("\n")
    }

    /// Code that leaves the argument on the stack.
    fn argument(&self, value: Value) -> String {
        match value {
            Value::Number(number) => format!("i32.const {}", number as i32),
            Value::Valid(Kind::Message) if self.loads_items() => self.filled_message(),
            Value::Valid(kind) => self.make(kind),
            Value::Deleted(kind) => {
                let delete = self.call(
                    Operation::DeleteReference,
                    &[(Role::Reference, "local.get $made")],
                );
                format!(
                    "{}\nlocal.set $made\n{delete}\nlocal.get $made",
                    self.make(kind)
                )
            }
            Value::MovedPort => {
                let add = self.call(
                    Operation::AddPort,
                    &[
                        (Role::Message, &self.make(Kind::Message)),
                        (Role::Port, "local.get $made"),
                    ],
                );
                format!(
                    "{}\nlocal.set $made\n{add}\nlocal.get $made",
                    self.make(Kind::Port)
                )
            }
            Value::SentMessage => {
                let send = self.call(
                    Operation::SendOnPort,
                    &[
                        (Role::Message, "local.get $made"),
                        (Role::Port, &self.make(Kind::Port)),
                    ],
                );
                format!(
                    "{}\nlocal.set $made\n{send}\nlocal.get $made",
                    self.make(Kind::Message)
                )
            }
            Value::EmptiedMessage => self.emptied_message(),
            Value::BareMessage => self.make(Kind::Message),
            Value::NotYet => format!("{}\ni32.const 1\ni32.add", self.make(Kind::Message)),
        }
    }

    fn loads_items(&self) -> bool {
        matches!(
            IMPORTS[self.row].operation,
            Operation::LoadPort | Operation::LoadCapability
        )
    }

    /// A reference to something new of that kind.
    fn make(&self, kind: Kind) -> String {
        match kind {
            Kind::Message => self.message("i32.const -1"),
            Kind::Port => {
                let [first, second] = SLOTS.map(|slot| format!("i32.const {slot}"));
                let slots = [(Role::FirstSlot, &*first), (Role::SecondSlot, &*second)];
                let create = self.call(Operation::CreateChannel, &slots);
                format!("{create}\n{first}\ni32.load")
            }
            Kind::Capability => self.call(Operation::MintCapability, &[]),
            Kind::Store => "local.get $store".to_owned(),
        }
    }

    fn message(&self, response: &str) -> String {
        let length = match self.memory {
            Memory::Exported => format!("i32.const {DATA_BYTES}"),
            Memory::Hidden => "i32.const 0".to_owned(),
        };
        let range = [(Role::Offset, "i32.const 0"), (Role::Length, &*length)];
        let response = [(Role::Response, response)];
        let response = if self.dialect().has_ports() {
            &[][..]
        } else {
            &response
        };
        self.call(Operation::CreateMessage, &[&range, response].concat())
    }

    /// A message from which there is something to load.
    fn filled_message(&self) -> String {
        let (operation, role, kind) = if self.dialect().has_ports() {
            (Operation::AddPort, Role::Port, Kind::Port)
        } else {
            (Operation::AddCapability, Role::Capability, Kind::Capability)
        };
        let item = self.make(kind);
        let arguments = [(Role::Message, "local.get $holder"), (role, &*item)];
        let mut lines = vec![self.make(Kind::Message), "local.set $holder".to_owned()];
        lines.extend((0..ITEMS).map(|_| self.call(operation, &arguments)));
        lines.push("local.get $holder".to_owned());
        lines.join("\n")
    }

    fn emptied_message(&self) -> String {
        let mut lines = vec![self.filled_message(), "local.set $holder".to_owned()];
        let operation = IMPORTS[self.row].operation;
        for index in 0..ITEMS {
            let index = format!("i32.const {index}");
            let arguments = [(Role::Message, "local.get $holder"), (Role::Index, &*index)];
            lines.push(self.call(operation, &arguments));
            lines.push("drop".to_owned());
        }
        lines.push("local.get $holder".to_owned());
        lines.join("\n")
    }

    /// A call of the dialect's form of an operation that takes these arguments. Ticks are given
    /// where they must be named.
    fn call(&self, operation: Operation, arguments: &[(Role, &str)]) -> String {
        let ticks = format!("i32.const {SENT_TICKS}");
        let given = |role: Role| match arguments.iter().find(|(given, _)| *given == role) {
            Some((_, code)) => Some(*code),
            None if role == Role::Ticks => Some(&*ticks),
            None => None,
        };
        let (index, import) = self
            .dialect()
            .rows()
            .find(|(_, import)| {
                import.operation == operation
                    && import
                        .params
                        .iter()
                        .all(|param| given(param.role).is_some())
                    && arguments
                        .iter()
                        .all(|(role, _)| import.position(*role).is_some())
            })
            .expect("the dialect has the operations that its arguments come from");
        let mut lines: Vec<&str> = import
            .params
            .iter()
            .filter_map(|param| given(param.role))
            .collect();
        let call = format!("call ${}", distinct_name(index));
        lines.push(&call);
        lines.join("\n")
    }

    /// The callback table and its functions.
    fn callbacks(&self, opened: &str) -> String {
        let (export, before) = match self.table {
            Table::Callbacks => ("(export \"callbacks\")", ""),
            Table::Indirect => ("(export \"__indirect_function_table\")", ""),
            Table::Shadowed => (
                "(export \"__indirect_function_table\")",
                "(table (export \"callbacks\") 1 funcref)\n",
            ),
            Table::Hidden => ("", ""),
        };
        let (imported, _) = self
            .dialect()
            .rows()
            .find(|(_, import)| import.operation == Operation::MintCapability)
            .expect("dialects with callbacks have capabilities");
        let ids: Vec<&str> = CALLBACKS.iter().map(|callback| callback.id).collect();
        let functions: String = CALLBACKS
            .iter()
            .map(|callback| format!("(func {} {})\n", callback.id, callback.code))
            .collect();
        format!(
            "{before}(table $table {export} {ELEMENTS} funcref)\n\
             (elem (table $table) (i32.const 0) func {} ${} $opened)\n{functions}\
             (func $opened (param $store i32) (param i32 i32) {LOCALS}\n{opened}\n)\n",
            ids.join(" "),
            distinct_name(imported),
        )
    }
}

fn entry(name: &str, body: &str) -> String {
    format!("(func (export \"{name}\") (param $received i32) {LOCALS}\n{body}\n)\n")
}
