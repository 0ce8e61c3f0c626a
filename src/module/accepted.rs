//! A module that has been found acceptable, with the facts that the rest of the VM asks about.
//!
//! Enters: what `accept` read. Leaves: the bytes, the facts, and what it costs that an activation
//! of the module begins. Refuses to know: how the facts were found, and any engine.

use super::schedule::Schedule;
use crate::deviation::{Deviation, deviates};
use crate::interface::table::{Dialect, IMPORTS, ImportIndex, Operation};
use std::ops::Range;
use std::sync::Arc;

/// The two exports that the VM calls (`RUN-3`).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize,
)]
pub enum Entry {
    /// `onCreation`: the first activation of an actor.
    Creation,
    /// `onMessage`: every other message.
    Message,
}

impl Entry {
    /// Both.
    pub const ALL: [Entry; 2] = [Entry::Creation, Entry::Message];

    /// The name under which a module exports it.
    pub const fn export_name(self) -> &'static str {
        match self {
            Entry::Creation => "onCreation",
            Entry::Message => "onMessage",
        }
    }
}

/// How an entry export is declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntryShape {
    /// Whether it takes the reference of the message.
    pub takes_message: bool,
    /// Whether it returns a number, which is recorded and ignored.
    pub returns: bool,
}

/// The types of values that an acceptable module has.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize,
)]
pub enum ValueType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A 32-bit float.
    F32,
    /// A 64-bit float.
    F64,
    /// A reference to a function, or null.
    FuncRef,
    /// A reference to something of the host's, or null.
    ExternRef,
}

impl ValueType {
    /// All of them.
    const ALL: [ValueType; 6] = [
        ValueType::I32,
        ValueType::I64,
        ValueType::F32,
        ValueType::F64,
        ValueType::FuncRef,
        ValueType::ExternRef,
    ];

    /// The type for which the binary format has this byte.
    pub fn from_binary_code(code: u8) -> Option<ValueType> {
        let mut all = ValueType::ALL.into_iter();
        all.find(|ty| ty.binary_code() == code)
    }

    /// The byte that the binary format has for it.
    pub const fn binary_code(self) -> u8 {
        match self {
            ValueType::I32 => 0x7f,
            ValueType::I64 => 0x7e,
            ValueType::F32 => 0x7d,
            ValueType::F64 => 0x7c,
            ValueType::FuncRef => 0x70,
            ValueType::ExternRef => 0x6f,
        }
    }
}

/// A table or a memory: how large it begins, and how large the module lets it become.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extent {
    /// What it begins with.
    pub minimum: u32,
    /// The declared bound, if any, which may lie beyond the VM's own.
    pub maximum: Option<u64>,
}

/// One table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableFacts {
    /// `FuncRef` or `ExternRef`.
    pub element: ValueType,
    /// In elements.
    pub extent: Extent,
}

/// One global.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GlobalFacts {
    /// What it holds.
    pub ty: ValueType,
    /// Whether it can be set.
    pub mutable: bool,
}

/// What a data or element segment is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentKind {
    /// Written, and dropped, when the module is instantiated.
    Active,
    /// There until it is dropped.
    Passive,
    /// Of no use at run time.
    Declared,
}

/// One function of the module's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BodyFacts {
    /// Where its body stands in the bytes, from the declarations of locals to the last `end`.
    pub range: Range<usize>,
    /// Its parameters and locals together.
    pub locals: u32,
    /// Its locals without its parameters.
    pub declared_locals: u32,
    /// The functions that it calls by their index, each once, in order.
    pub callees: Vec<u32>,
    /// Whether it calls functions through tables.
    pub calls_through_tables: bool,
}

/// One section of definitions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionFacts {
    /// The number that the binary format gives it.
    pub id: u8,
    /// Where its content stands in the bytes.
    pub content: Range<usize>,
    /// Where its first item stands, after the count; the start of the content if it has none.
    pub items: Range<usize>,
    /// How many items it has; 0 for the data count section.
    pub count: u32,
}

/// What `accept` found out. Everything in it follows from the bytes and the dialect.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// For each imported function, in the order of function indices, the row that it means.
    pub imports: Vec<ImportIndex>,
    /// The functions of the module's own, in order.
    pub bodies: Vec<BodyFacts>,
    /// The entry exports that there are: the function and how it is declared.
    pub entries: [Option<(u32, EntryShape)>; 2],
    /// The function to run at every instantiation.
    pub start: Option<u32>,
    /// The memory, exported or not.
    pub memory: Option<Extent>,
    /// Whether the memory is exported as `memory`.
    pub memory_is_exported: bool,
    /// All tables.
    pub tables: Vec<TableFacts>,
    /// The table in which callbacks are looked up.
    pub callbacks: Option<u32>,
    /// All globals.
    pub globals: Vec<GlobalFacts>,
    /// How many exports there are.
    pub exports: u32,
    /// All data segments.
    pub data: Vec<SegmentKind>,
    /// All element segments.
    pub elements: Vec<SegmentKind>,
    /// The bytes of active data segments.
    pub active_bytes: u64,
    /// The elements of active and passive element segments.
    pub segment_elements: u64,
    /// The sections, in the order of the bytes: all but custom sections, start and code.
    pub sections: Vec<SectionFacts>,
}

impl Facts {
    /// The section of that number, if there is one.
    pub fn section(&self, id: u8) -> Option<&SectionFacts> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// How many types there are.
    pub fn types(&self) -> u32 {
        const TYPES: u8 = 1;
        self.section(TYPES).map_or(0, |section| section.count)
    }
}

/// A module that may run in worlds of one dialect.
#[derive(Clone, Debug)]
pub struct AcceptedModule {
    bytes: Arc<[u8]>,
    dialect: Dialect,
    facts: Arc<Facts>,
}

impl AcceptedModule {
    /// Joins what belongs together. Only `accept` calls this.
    pub(super) fn new(bytes: &[u8], dialect: Dialect, facts: Facts) -> AcceptedModule {
        let definitions = facts.imports.len() + facts.bodies.len();
        assert!(definitions <= crate::limits::FUNCTIONS);
        assert!(facts.globals.len() <= crate::limits::GLOBALS);
        AcceptedModule {
            bytes: Arc::from(bytes),
            dialect,
            facts: Arc::new(facts),
        }
    }

    /// The bytes as they were given.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The dialect whose imports it may use.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Everything that was found out.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Functions, imported ones included.
    pub fn function_count(&self) -> usize {
        self.facts.imports.len() + self.facts.bodies.len()
    }

    /// How the entry is declared, if the module exports it.
    pub fn entry(&self, entry: Entry) -> Option<EntryShape> {
        self.facts.entries[entry as usize].map(|(_, shape)| shape)
    }

    /// Whether a run of it can wait, and so be looked at between two activations.
    pub fn can_wait(&self) -> bool {
        let mut imports = self.facts.imports.iter();
        imports.any(|row| IMPORTS[*row].operation == Operation::GetNextMessage)
    }

    /// The pages with which the memory begins, 0 without one.
    pub fn initial_pages(&self) -> u32 {
        self.facts.memory.map_or(0, |memory| memory.minimum)
    }

    /// The elements with which all tables together begin.
    pub fn initial_elements(&self) -> u64 {
        let minimums = self.facts.tables.iter().map(|table| table.extent.minimum);
        minimums.map(u64::from).sum()
    }

    /// What an engine has to make for every instance: functions, tables, globals, exports and
    /// segments.
    pub fn definitions(&self) -> u64 {
        let facts = &self.facts;
        let counts = [
            self.function_count(),
            facts.tables.len(),
            facts.globals.len(),
            facts.exports as usize,
            facts.data.len(),
            facts.elements.len(),
        ];
        counts.iter().map(|count| *count as u64).sum()
    }

    /// The globals that can be set.
    pub fn mutable_globals(&self) -> u64 {
        let globals = self.facts.globals.iter();
        globals.filter(|global| global.mutable).count() as u64
    }

    /// The segments that are there until they are dropped.
    pub fn passive_segments(&self) -> u64 {
        let segments = self.facts.data.iter().chain(&self.facts.elements);
        segments
            .filter(|kind| **kind == SegmentKind::Passive)
            .count() as u64
    }

    /// What it costs that an activation begins in a fresh VM of this module (`TICK-7`).
    pub fn opening_cost(&self, schedule: &Schedule) -> u64 {
        let costs = &schedule.activation;
        let segment_elements = self.facts.segment_elements;
        let imports = match deviates(Deviation::ImportsOpenForFree) {
            true => 0,
            false => self.facts.imports.len(),
        };
        u64::from(costs.fresh)
            + costs.definitions.of(self.definitions())
            + costs.mutable_globals.of(self.mutable_globals())
            + costs.imports.of(imports as u64)
            + costs.pages.of(u64::from(self.initial_pages()))
            + costs.elements.of(self.initial_elements())
            + costs
                .segments
                .of(self.facts.active_bytes + 4 * segment_elements)
            + costs.segment_elements.of(segment_elements)
    }
}
