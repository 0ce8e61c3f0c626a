//! Random guests that make meaningful sequences of import calls.
//!
//! Enters: chance, a dialect. Leaves: WebAssembly text. Refuses to know: what the calls will do; it only
//! remembers which global holds a reference of which kind if all goes well, and mostly uses those.

use super::{arguments::Arguments, chance::Chance, plain};
use crate::interface::table::{
    Dialect, IMPORTS, Import, ImportIndex, Kind, Operation, ParamType, Returns, Role,
};
use std::collections::{BTreeMap, BTreeSet};

/// Where in memory a child's binary stands, for guests that create actors.
pub const CHILD_AT: usize = 1024;
/// Where `createChannel` writes references.
pub const SLOTS: [usize; 3] = [800, 804, 808];
/// Globals for references of one kind.
const REGISTERS: usize = 3;

/// The functions in the table of callbacks; what is not defined there is null.
pub const ON_LOAD: usize = 0;
pub const ON_TIME: usize = 1;
pub const ON_EITHER: usize = 2;
pub const ON_STORE: usize = 3;
pub const NOBODY: usize = 4;

/// A guest that is being written.
pub struct Guest<'c> {
    pub chance: &'c mut Chance,
    pub dialect: Dialect,
    /// The module of the actors that it creates.
    child: Option<&'c str>,
    /// What its text calls the imports that it uses.
    imports: BTreeMap<ImportIndex, String>,
    /// The globals that its text names.
    globals: BTreeSet<String>,
    /// Functions that are called as helpers.
    pub helpers: BTreeSet<&'static str>,
    /// The registers believed to hold something, in the function being written.
    held: BTreeMap<Kind, BTreeSet<usize>>,
    /// The parameters of the function being written.
    own: Vec<(&'static str, Kind)>,
    /// Whether the function being written has made a channel.
    pub opened: bool,
    /// Whether it has bound a port.
    bound: bool,
    /// Whether it has taken the first port out of its message.
    pub loaded: bool,
}

/// The text of a guest. `child` names the module of the actors that it may create.
pub fn guest(chance: &mut Chance, dialect: Dialect, child: Option<&str>) -> String {
    let mut guest = Guest {
        chance,
        dialect,
        child,
        imports: BTreeMap::new(),
        globals: BTreeSet::new(),
        helpers: BTreeSet::new(),
        held: BTreeMap::new(),
        own: Vec::new(),
        opened: false,
        bound: false,
        loaded: false,
    };
    let mut functions = String::new();
    for (export, length) in [("onCreation", 3), ("onMessage", 5)] {
        let header = format!("(export \"{export}\") (param $message i32)");
        let length = length + guest.chance.below(6);
        functions += &guest.function(&header, &[("message", Kind::Message)], length, "");
    }
    let legacy = dialect == Dialect::LegacyCapabilities;
    let loads: &[(&str, Kind)] = &[("message", Kind::Message)];
    let stores: &[(&str, Kind)] = &[("store", Kind::Store), ("message", Kind::Message)];
    let mut callbacks = vec![
        ("$on_load (param $message i32)", loads, ""),
        ("$on_time", &[][..], ""),
        (
            "$on_either (param $message i32) (result i32)",
            loads,
            "\n    (i32.const 5)",
        ),
    ];
    if legacy {
        callbacks.push((
            "$on_store (param $store i32) (param $message i32) (param $error i32)",
            stores,
            "",
        ));
    }
    let mut names = String::new();
    if !dialect.has_ports() {
        for (header, own, result) in callbacks {
            let length = 1 + guest.chance.below(4);
            functions += &guest.function(header, own, length, result);
            names += &format!(" {}", header.split(' ').next().expect("a name"));
        }
    }
    guest.whole(&functions, &names)
}

impl Guest<'_> {
    fn function(
        &mut self,
        header: &str,
        own: &[(&'static str, Kind)],
        length: usize,
        result: &str,
    ) -> String {
        self.own = own.to_vec();
        self.held.clear();
        (self.opened, self.bound, self.loaded) = (false, false, false);
        let mut text = format!("  (func {header}");
        if own.iter().any(|(_, kind)| *kind == Kind::Store) {
            let mut lines = Vec::new();
            self.use_store(&mut lines);
            text += &lines
                .iter()
                .map(|line| format!("\n    {line}"))
                .collect::<String>();
        }
        for _ in 0..length {
            for line in self.sequence() {
                text += &format!("\n    {line}");
            }
        }
        text + result + ")\n"
    }

    /// Puts the module around its functions.
    fn whole(&self, functions: &str, callbacks: &str) -> String {
        let mut wat = String::from("(module\n");
        for (index, name) in &self.imports {
            let import = &IMPORTS[*index];
            let mut ty = match import.params.len() {
                0 => String::new(),
                count => format!(" (param{})", " i32".repeat(count)),
            };
            if import.has_result() {
                ty += " (result i32)";
            }
            wat += &format!("  (import \"env\" \"{}\" (func {name}{ty}))\n", import.name);
        }
        wat += "  (memory (export \"memory\") 1)\n";
        wat += &format!(
            "  (table $callbacks (export \"callbacks\") {} funcref)\n",
            NOBODY + 1
        );
        if !callbacks.is_empty() {
            wat += &format!("  (elem (i32.const 0){callbacks})\n");
        }
        for global in &self.globals {
            let initial = if global == "$turn" { 0 } else { -1 };
            wat += &format!("  (global {global} (mut i32) (i32.const {initial}))\n");
        }
        wat += "  (data (i32.const 0) \"some text that messages carry, and names: a b c\")\n";
        if let Some(child) = self.child {
            wat += &format!("  (data (i32.const {CHILD_AT}) \"{{{{module:{child}}}}}\")\n");
        }
        wat += functions;
        for helper in &self.helpers {
            wat += plain::helper(helper);
        }
        wat + ")"
    }

    /// A mutable global, by its name.
    pub fn global(&mut self, name: String) -> String {
        self.globals.insert(name.clone());
        name
    }

    /// The number that depends on all that was asked so far.
    pub fn turn(&mut self) -> String {
        format!("(global.get {})", self.global("$turn".to_owned()))
    }

    fn register(&mut self, kind: Kind, number: usize) -> String {
        self.global(format!("${}{number}", word(kind)))
    }

    /// A reference of a kind: one at hand, most of the time.
    pub fn reference(&mut self, kind: Kind) -> String {
        if self.chance.one_in(60) {
            return format!("(i32.const {})", self.chance.pick(&[-1, 0, 1, 2, 99]));
        }
        let own = self.own.iter().filter(|(_, one)| *one == kind);
        let mut choices: Vec<String> = own
            .map(|(name, _)| format!("(local.get ${name})"))
            .collect();
        let held: Vec<usize> = self
            .held
            .get(&kind)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        for number in held {
            choices.push(format!("(global.get {})", self.register(kind, number)));
        }
        if kind == Kind::Port && self.opened && (choices.is_empty() || self.chance.one_in(4)) {
            return format!("(i32.load (i32.const {}))", self.chance.pick(&SLOTS));
        }
        if choices.is_empty() {
            let number = self.chance.below(REGISTERS);
            return format!("(global.get {})", self.register(kind, number));
        }
        self.chance.pick(&choices).clone()
    }

    /// The dialect's rows of an operation.
    pub fn rows(&self, operation: Operation) -> Vec<ImportIndex> {
        let rows = self.dialect.rows();
        rows.filter(|(_, import)| import.operation == operation)
            .map(|(index, _)| index)
            .collect()
    }

    /// Calls an import. Arguments come by their roles; those that are not given are made up.
    pub fn call(&mut self, operation: Operation, given: &[(Role, &str)]) -> String {
        let rows = self.rows(operation);
        let index = *self.chance.pick(&rows);
        self.call_row(index, given)
    }

    /// The lines of a call: before it, most of the time, those that get what it needs and the function has not.
    pub fn call_row(&mut self, index: ImportIndex, given: &[(Role, &str)]) -> String {
        let import = &IMPORTS[index];
        let mut before = String::new();
        for param in import.params {
            let is_given = given.iter().any(|(role, _)| *role == param.role);
            if let (ParamType::Reference(kind), false) = (param.ty, is_given)
                && !self.is_at_hand(kind)
                && !self.chance.one_in(10)
            {
                before += &self.acquire(kind);
            }
        }
        let arguments = Arguments { import, given }.write(self);
        self.forget(import, &arguments);
        let call = format!("(call {}{arguments})", self.name(index));
        before + &self.with_result(import, call)
    }

    /// Forgets what a call takes away: ports that are moved, and messages that are sent with them.
    fn forget(&mut self, import: &Import, arguments: &str) {
        let kind = match import.operation {
            Operation::AddPort => Kind::Port,
            Operation::SendOnPort => Kind::Message,
            _ => return,
        };
        let names: Vec<String> = (0..REGISTERS)
            .map(|number| format!("${}{number})", word(kind)))
            .collect();
        if let Some(held) = self.held.get_mut(&kind) {
            held.retain(|number| !arguments.contains(&names[*number]));
        }
        self.own.retain(|(name, one)| {
            *one != kind || !arguments.contains(&format!("(local.get ${name})"))
        });
    }

    fn is_at_hand(&self, kind: Kind) -> bool {
        let held = self.held.get(&kind).is_some_and(|held| !held.is_empty());
        held || self.own.iter().any(|(_, one)| *one == kind) || kind == Kind::Port && self.opened
    }

    /// The lines that get a reference of a kind.
    fn acquire(&mut self, kind: Kind) -> String {
        let operation = match kind {
            Kind::Message => Operation::CreateMessage,
            Kind::Capability => Operation::MintCapability,
            Kind::Port => Operation::CreateChannel,
            // It is at hand in its callback alone.
            Kind::Store => return String::new(),
        };
        self.call(operation, &[]) + "\n    "
    }

    /// A call whose result, if there is one, is kept.
    fn with_result(&mut self, import: &Import, call: String) -> String {
        self.opened |= import.operation == Operation::CreateChannel;
        self.bound |= import.operation == Operation::BindPort;
        match (import.returns, produced(import)) {
            (Returns::Nothing, _) => call,
            (_, Some(kind)) => {
                let number = self.chance.below(REGISTERS);
                let register = self.register(kind, number);
                // What may well be -1 is seldom relied on.
                let may_miss = [
                    Operation::GetPort,
                    Operation::UnbindPort,
                    Operation::LoadMessage,
                ];
                let bound = self.bound && import.operation != Operation::LoadMessage;
                if !may_miss.contains(&import.operation) || bound || self.chance.one_in(4) {
                    self.held.entry(kind).or_default().insert(number);
                }
                format!("(global.set {register} {call})")
            }
            (_, None) => {
                let turn = self.turn();
                format!("(global.set $turn (i32.xor {turn} {call}))")
            }
        }
    }

    /// Where the binary of a child stands, if there is one: as offset and length.
    pub fn child(&self) -> Option<[String; 2]> {
        let child = self.child?;
        let length = format!("(i32.const {{{{module-size:{child}}}}})");
        Some([format!("(i32.const {CHILD_AT})"), length])
    }

    /// The message being handled, while the function still has it.
    pub fn own_message(&self) -> Option<String> {
        let own = self.own.iter().find(|(_, kind)| *kind == Kind::Message)?;
        Some(format!("(local.get ${})", own.0))
    }

    /// What the text calls an import; a name of several forms has numbers.
    fn name(&mut self, index: ImportIndex) -> &str {
        let forms: Vec<ImportIndex> = self
            .dialect
            .named(IMPORTS[index].name)
            .map(|(at, _)| at)
            .collect();
        let name = IMPORTS[index].name;
        let name = match forms.iter().position(|form| *form == index) {
            Some(form) if forms.len() > 1 => format!("${name}{}", form + 1),
            _ => format!("${name}"),
        };
        self.imports.entry(index).or_insert(name)
    }
}

/// What registers of a kind are called.
const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "message",
        Kind::Port => "port",
        Kind::Capability => "cap",
        Kind::Store => "store",
    }
}

/// The kind of reference that an import gives.
fn produced(import: &Import) -> Option<Kind> {
    use Operation::*;
    match import.operation {
        CreateMessage | LoadMessage => Some(Kind::Message),
        MintCapability | LoadCapability => Some(Kind::Capability),
        GetPort | UnbindPort | LoadPort => Some(Kind::Port),
        _ => None,
    }
}
