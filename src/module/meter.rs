//! From an accepted module to one that counts its own ticks, exactly (`TICK-1` to `TICK-5`).
//!
//! Enters: an accepted module and a schedule. Leaves: a module that does the same on any engine,
//! and keeps what is left of its ticks in a global. Refuses to know: who fills the tank, and the
//! engine (but for what a pinned engine needs, see `repair`).
//!
//! What is changed, beside the bodies (see `body`):
//!
//! - a mutable i64 global is appended and exported as `primea:ticks`. The VM sets it, each charge
//!   subtracts from it, and where it becomes negative `unreachable` is executed: a trap with a
//!   negative counter is `OutOfTicks`, and nothing else is;
//! - the start section is left out, and its function exported as `primea:start`, so that the VM
//!   can fill the tank before it runs;
//! - the maximum of memory and tables becomes the VM's own where there is none or a larger one, so
//!   that growing further gives -1 on every engine;
//! - memory, mutable globals and tables are exported as `primea:memory`, `primea:global:N` and
//!   `primea:table:N`, so that the state of a VM can be read;
//! - for each passive segment that some instruction drops, a mutable i32 global is appended which
//!   is 1 once it was dropped, exported as `primea:data:N` or `primea:element:N`;
//! - in the exact pass, which replays and resumes, all that an instance needs to be brought into
//!   the state of another: a table of all functions, exported as `primea:functions`, and for each
//!   passive segment that some instruction drops a function that drops it, exported as
//!   `primea:drop:data:N` or `primea:drop:element:N`;
//! - custom sections are left out;
//! - a module that is watched has all of that, and calls its host at every mark (see `watch`).
//!
//! No index of the module is shifted: everything new stands behind what was there.

mod body;
mod charge;
mod fast;
mod instruction;
pub mod listing;
mod signatures;
pub mod watch;

use super::accepted::{AcceptedModule, Extent, Facts, SectionFacts, SegmentKind, ValueType};
use super::schedule::Schedule;
use crate::limits;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use wasm_encoder::{
    ConstExpr, Encode, ExportKind, Instruction, RawSection, RefType, Section, ValType,
};
use watch::{Mark, Watching};

/// The export that carries the ticks.
pub const TICKS: &str = "primea:ticks";
/// The export of the function that runs at every instantiation.
pub const START: &str = "primea:start";
/// The export of the memory.
pub const MEMORY: &str = "primea:memory";

/// In the exact pass, the export of a table of all functions, by their index.
pub const FUNCTIONS: &str = "primea:functions";

/// The export of the mutable global of that index.
pub fn global_export(index: u32) -> String {
    format!("primea:global:{index}")
}

/// The export of the table of that index.
pub fn table_export(index: u32) -> String {
    format!("primea:table:{index}")
}

/// The export of the global that tells whether the passive segment was dropped.
pub fn dropped_export(segment: Segment) -> String {
    match segment {
        Segment::Data(index) => format!("primea:data:{index}"),
        Segment::Element(index) => format!("primea:element:{index}"),
    }
}

/// In the exact pass, the export of a function that drops the passive segment.
pub fn drop_export(segment: Segment) -> String {
    match segment {
        Segment::Data(index) => format!("primea:drop:data:{index}"),
        Segment::Element(index) => format!("primea:drop:element:{index}"),
    }
}

/// A segment, by its index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Segment {
    Data(u32),
    Element(u32),
}

/// The ways to meter a module. All follow the same schedule, and none differs in what it says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pass {
    /// Charges as seldom as possible. If nothing goes wrong, the count is exact wherever the host
    /// can look; if anything does, nothing that the module did or counted may be used.
    Fast,
    /// Observably a charge before each instruction: the definition.
    Exact,
    /// The exact pass, which also tells its host how far execution has come.
    Watched,
}

/// A module that counts its own ticks.
#[derive(Clone, Debug)]
pub struct MeteredModule {
    pass: Pass,
    bytes: Arc<[u8]>,
    droppable: Vec<Segment>,
    marks: Arc<[Mark]>,
}

impl MeteredModule {
    /// How it counts.
    pub fn pass(&self) -> Pass {
        self.pass
    }

    /// The module, valid wherever the accepted one is.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The passive segments that some instruction drops: those that have an export of
    /// [`dropped_export`].
    pub fn droppable(&self) -> &[Segment] {
        &self.droppable
    }

    /// What each number means that a watched module tells its host; none if it is not watched.
    pub fn marks(&self) -> &Arc<[Mark]> {
        &self.marks
    }
}

/// Rewrites the module so that it pays what the schedule says.
pub fn meter(module: &AcceptedModule, schedule: &Schedule, pass: Pass) -> MeteredModule {
    let facts = module.facts();
    let mut added = Added::new(facts, pass);
    let code = code_section(module, schedule, pass, &mut added);
    let mut output = wasm_encoder::Module::new();
    for id in SECTION_ORDER {
        let section = facts.sections.iter().find(|section| section.id == id as u8);
        match id {
            Id::Type => put(&mut output, id, added.types(module.bytes(), section)),
            Id::Function => put(&mut output, id, added.functions(module.bytes(), section)),
            Id::Element => put(&mut output, id, added.elements(module.bytes(), section)),
            Id::Table => put(&mut output, id, added.tables()),
            Id::Memory => put(&mut output, id, memory(facts)),
            Id::Global => put(
                &mut output,
                id,
                Some(added.globals(module.bytes(), section)),
            ),
            Id::Export => put(
                &mut output,
                id,
                Some(added.exports(module.bytes(), section)),
            ),
            Id::Code => put(&mut output, id, code.clone()),
            _ => {
                let content = section.map(|it| module.bytes()[it.content.clone()].to_vec());
                put(&mut output, id, content);
            }
        }
    }
    MeteredModule {
        pass,
        bytes: Arc::from(output.finish()),
        droppable: added.flags.keys().copied().collect(),
        marks: added
            .watching
            .map_or_else(Vec::new, Watching::into_marks)
            .into(),
    }
}

use wasm_encoder::SectionId as Id;

/// As the binary format orders sections. The start section is left out.
const SECTION_ORDER: [Id; 11] = [
    Id::Type,
    Id::Import,
    Id::Function,
    Id::Table,
    Id::Memory,
    Id::Global,
    Id::Export,
    Id::Element,
    Id::DataCount,
    Id::Code,
    Id::Data,
];

fn put(output: &mut wasm_encoder::Module, id: Id, content: Option<Vec<u8>>) {
    if let Some(data) = content {
        output.section(&RawSection {
            id: id as u8,
            data: &data,
        });
    }
}

fn code_section(
    module: &AcceptedModule,
    schedule: &Schedule,
    pass: Pass,
    added: &mut Added<'_>,
) -> Option<Vec<u8>> {
    let bodies = &module.facts().bodies;
    if bodies.is_empty() {
        return None;
    }
    let mut code = Vec::with_capacity(2 * module.bytes().len());
    let around = (pass == Pass::Fast).then(|| fast::Surroundings {
        module,
        schedule,
        signatures: signatures::Signatures::of(module),
        quiet: fast::Quiet::of(module),
    });
    let own = (module.facts().imports.len() as u32)..;
    for (function, body) in own.zip(bodies) {
        let bytes = match &around {
            Some(around) => fast::metered(around, body, added),
            None => body::metered(module.bytes(), function, body, schedule, added),
        };
        assert!(bytes.len() <= body::LARGEST, "any engine takes the body");
        bytes.encode(&mut code);
    }
    let droppers = added.droppers();
    let mut content = Vec::with_capacity(code.len() + 8);
    encode_length(bodies.len() + droppers.len(), &mut content);
    content.append(&mut code);
    for dropper in droppers {
        dropper.encode(&mut content);
    }
    Some(content)
}

fn memory(facts: &Facts) -> Option<Vec<u8>> {
    let extent = facts.memory?;
    let mut section = wasm_encoder::MemorySection::new();
    section.memory(wasm_encoder::MemoryType {
        minimum: extent.minimum.into(),
        maximum: Some(clamped(extent, limits::MEMORY_PAGES)),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    Some(content(&section))
}

fn clamped(extent: Extent, limit: u32) -> u64 {
    let limit = u64::from(limit);
    extent.maximum.map_or(limit, |maximum| maximum.min(limit))
}

/// The content of a section, without its id and size.
fn content(section: &impl Section) -> Vec<u8> {
    let mut with_size = Vec::new();
    section.encode(&mut with_size);
    let size_bytes = with_size.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    with_size.split_off(size_bytes)
}

fn encode_length(length: usize, output: &mut Vec<u8>) {
    u32::try_from(length)
        .expect("a module has fewer than 2^32 of anything")
        .encode(output);
}

/// The definitions that metering appends.
struct Added<'a> {
    facts: &'a Facts,
    /// The global that carries the ticks, once something needs it.
    ticks: Option<u32>,
    /// For each passive segment that some instruction drops, the global that tells.
    flags: BTreeMap<Segment, u32>,
    /// The marks so far, if the module is to be watched.
    watching: Option<Watching>,
    /// Whether an instance can be brought into the state of another.
    restorable: bool,
}

impl<'a> Added<'a> {
    fn new(facts: &'a Facts, pass: Pass) -> Added<'a> {
        Added {
            facts,
            restorable: pass != Pass::Fast,
            // The exact pass sees to it that it is there even where nothing is ever charged.
            ticks: (pass != Pass::Fast).then(|| next_global(facts)),
            flags: BTreeMap::new(),
            watching: (pass == Pass::Watched).then(|| Watching::new(facts)),
        }
    }

    /// The global to set when that segment is dropped; none where dropping changes nothing.
    fn flag(&mut self, segment: Segment) -> Option<u32> {
        let kind = match segment {
            Segment::Data(index) => self.facts.data[index as usize],
            Segment::Element(index) => self.facts.elements[index as usize],
        };
        let next = next_global(self.facts) + 1;
        let next = next + u32::try_from(self.flags.len()).expect("few segments");
        (kind == SegmentKind::Passive).then(|| *self.flags.entry(segment).or_insert(next))
    }

    /// The global that carries the ticks.
    fn counter(&mut self) -> u32 {
        *self.ticks.get_or_insert(next_global(self.facts))
    }

    /// Notes that the segment was dropped, where that changes anything.
    fn mark_dropped(&mut self, segment: Segment, output: &mut Vec<u8>) {
        if let Some(flag) = self.flag(segment) {
            charge::put(
                output,
                &[Instruction::I32Const(1), Instruction::GlobalSet(flag)],
            );
        }
    }

    /// The bodies of functions that drop a segment each, by no more than the instruction.
    fn droppers(&self) -> Vec<Vec<u8>> {
        if !self.restorable {
            return Vec::new();
        }
        let dropper = |(segment, flag): (&Segment, &u32)| {
            let drop = match *segment {
                Segment::Data(index) => Instruction::DataDrop(index),
                Segment::Element(index) => Instruction::ElemDrop(index),
            };
            let mut body = vec![0];
            let note = [Instruction::I32Const(1), Instruction::GlobalSet(*flag)];
            charge::put(&mut body, &[drop]);
            charge::put(&mut body, &note);
            charge::put(&mut body, &[Instruction::End]);
            body
        };
        self.flags.iter().map(dropper).collect()
    }

    /// How many functions are appended.
    fn dropper_count(&self) -> usize {
        if self.restorable { self.flags.len() } else { 0 }
    }

    fn function_count(&self) -> usize {
        self.facts.imports.len() + self.facts.bodies.len()
    }

    /// The types, that of the function which a watched module tells, and that of the droppers.
    fn types(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Option<Vec<u8>> {
        let (count, items) = existing(section);
        let watching = usize::from(self.watching.is_some());
        let more = watching + usize::from(self.dropper_count() > 0);
        (section.is_some() || more > 0).then(|| {
            let mut content = Vec::new();
            encode_length(count + more, &mut content);
            content.extend_from_slice(&bytes[items]);
            if self.watching.is_some() {
                watch::encode_type(&mut content);
            }
            if self.dropper_count() > 0 {
                content.extend([0x60, 0, 0]);
            }
            content
        })
    }

    /// The types of the functions, and of the droppers: the last type.
    fn functions(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Option<Vec<u8>> {
        let (count, items) = existing(section);
        let more = self.dropper_count();
        (section.is_some() || more > 0).then(|| {
            let mut content = Vec::new();
            encode_length(count + more, &mut content);
            content.extend_from_slice(&bytes[items]);
            let types = self
                .facts
                .sections
                .iter()
                .find(|it| it.id == Id::Type as u8);
            let last = existing(types).0 + usize::from(self.watching.is_some());
            for _ in 0..more {
                encode_length(last, &mut content);
            }
            content
        })
    }

    /// The tables, and that of all functions.
    fn tables(&self) -> Option<Vec<u8>> {
        let mut section = wasm_encoder::TableSection::new();
        for table in &self.facts.tables {
            let element_type = match table.element {
                ValueType::FuncRef => RefType::FUNCREF,
                ValueType::ExternRef => RefType::EXTERNREF,
                other => unreachable!("no table has elements of type {other:?}"),
            };
            section.table(wasm_encoder::TableType {
                element_type,
                table64: false,
                minimum: table.extent.minimum.into(),
                maximum: Some(clamped(table.extent, limits::TABLE_ELEMENTS)),
                shared: false,
            });
        }
        if self.restorable {
            let functions = self.function_count() as u64;
            section.table(wasm_encoder::TableType {
                element_type: RefType::FUNCREF,
                table64: false,
                minimum: functions,
                maximum: Some(functions),
                shared: false,
            });
        }
        if self.watching.is_some() {
            section.table(watch::table());
        }
        (!section.is_empty()).then(|| content(&section))
    }

    /// The element segments, and that which fills the table of all functions.
    fn elements(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Option<Vec<u8>> {
        let (count, items) = existing(section);
        let more = usize::from(self.restorable);
        (section.is_some() || more > 0).then(|| {
            let mut content = Vec::new();
            encode_length(count + more, &mut content);
            content.extend_from_slice(&bytes[items]);
            if self.restorable {
                // Active, with a table index; from element 0 on; of functions.
                content.push(2);
                encode_length(self.facts.tables.len(), &mut content);
                ConstExpr::i32_const(0).encode(&mut content);
                content.push(0);
                encode_length(self.function_count(), &mut content);
                for function in 0..self.function_count() {
                    encode_length(function, &mut content);
                }
            }
            content
        })
    }

    fn globals(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Vec<u8> {
        let (count, items) = existing(section);
        let mut content = Vec::new();
        encode_length(count + 1 + self.flags.len(), &mut content);
        content.extend_from_slice(&bytes[items]);
        let mut global = |val_type, zero: ConstExpr| {
            let ty = wasm_encoder::GlobalType {
                val_type,
                mutable: true,
                shared: false,
            };
            ty.encode(&mut content);
            zero.encode(&mut content);
        };
        global(ValType::I64, ConstExpr::i64_const(0));
        for _ in &self.flags {
            global(ValType::I32, ConstExpr::i32_const(0));
        }
        content
    }

    fn exports(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Vec<u8> {
        let facts = self.facts;
        let ticks = self.ticks.iter();
        let mut exports: Vec<_> = ticks
            .map(|ticks| (TICKS.to_owned(), ExportKind::Global, *ticks))
            .collect();
        if let Some(start) = facts.start {
            exports.push((START.to_owned(), ExportKind::Func, start));
        }
        if facts.memory.is_some() {
            exports.push((MEMORY.to_owned(), ExportKind::Memory, 0));
        }
        for (index, global) in (0..).zip(&facts.globals) {
            if global.mutable {
                exports.push((global_export(index), ExportKind::Global, index));
            }
        }
        for (index, _) in (0..).zip(&facts.tables) {
            exports.push((table_export(index), ExportKind::Table, index));
        }
        for (segment, global) in &self.flags {
            exports.push((dropped_export(*segment), ExportKind::Global, *global));
        }
        if self.restorable {
            let table = u32::try_from(facts.tables.len()).expect("tables are limited");
            exports.push((FUNCTIONS.to_owned(), ExportKind::Table, table));
            let first = u32::try_from(self.function_count()).expect("functions are limited");
            for (function, segment) in (first..).zip(self.flags.keys()) {
                exports.push((drop_export(*segment), ExportKind::Func, function));
            }
        }
        if let Some(watching) = &self.watching {
            exports.push((watch::TABLE.to_owned(), ExportKind::Table, watching.table()));
        }
        let (count, items) = existing(section);
        let mut content = Vec::new();
        encode_length(count + exports.len(), &mut content);
        content.extend_from_slice(&bytes[items]);
        for (name, kind, index) in exports {
            name.encode(&mut content);
            kind.encode(&mut content);
            index.encode(&mut content);
        }
        content
    }
}

/// The index of the first global behind those of the module: that of the counter.
fn next_global(facts: &Facts) -> u32 {
    u32::try_from(facts.globals.len()).expect("globals are limited")
}

/// How many items the section has, and where they stand.
fn existing(section: Option<&SectionFacts>) -> (usize, Range<usize>) {
    section.map_or((0, 0..0), |section| {
        (section.count as usize, section.items.clone())
    })
}
