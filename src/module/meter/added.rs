//! The definitions that metering appends to a module, section by section.
//!
//! Enters: an accepted module, and what its bodies turned out to need. Leaves: the contents of
//! sections. Refuses to know: what stands in the bodies.

use super::watch::{self, Watching};
use super::{
    Exports, FUNCTIONS, MEMORY, Pass, START, Segment, TICKS, charge, clamped, content, drop_export,
    dropped_export, encode_length, global_export, table_export,
};
use crate::interface::table::{IMPORTS, Operation};
use crate::limits;
use crate::module::accepted::{AcceptedModule, Entry, Facts, SectionFacts, SegmentKind, ValueType};
use std::collections::BTreeMap;
use std::ops::Range;
use wasm_encoder::{ConstExpr, Encode, ExportKind, Instruction, RefType, SectionId as Id, ValType};

/// The definitions that metering appends.
pub struct Added<'a> {
    facts: &'a Facts,
    /// The global that carries the ticks, once something needs it.
    ticks: Option<u32>,
    /// For each passive segment that some instruction drops, the global that tells.
    pub flags: BTreeMap<Segment, u32>,
    /// The marks so far, if the module is to be watched.
    pub watching: Option<Watching>,
    /// Whether an instance can be brought into the state of another.
    restorable: bool,
    /// Which of the module's own exports stay.
    exports: Exports,
    /// Whether anybody may ask for the state of an instance.
    readable: bool,
}

impl<'a> Added<'a> {
    pub fn new(module: &'a AcceptedModule, pass: Pass, exports: Exports) -> Added<'a> {
        let facts = module.facts();
        Added {
            facts,
            restorable: pass != Pass::Fast,
            exports,
            readable: pass != Pass::Fast || exports == Exports::All || can_wait(facts),
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
    pub fn counter(&mut self) -> u32 {
        *self.ticks.get_or_insert(next_global(self.facts))
    }

    /// Notes that the segment was dropped, where that changes anything.
    pub fn mark_dropped(&mut self, segment: Segment, output: &mut Vec<u8>) {
        if let Some(flag) = self.flag(segment) {
            charge::put(
                output,
                &[Instruction::I32Const(1), Instruction::GlobalSet(flag)],
            );
        }
    }

    /// The bodies of functions that drop a segment each, by no more than the instruction.
    pub fn droppers(&self) -> Vec<Vec<u8>> {
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
    pub fn types(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Option<Vec<u8>> {
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
    pub fn functions(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Option<Vec<u8>> {
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
    pub fn tables(&self) -> Option<Vec<u8>> {
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
    pub fn elements(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Option<Vec<u8>> {
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

    pub fn globals(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Vec<u8> {
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

    pub fn exports(&self, bytes: &[u8], section: Option<&SectionFacts>) -> Vec<u8> {
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
        for (index, _) in (0..).zip(&facts.tables) {
            if self.readable || facts.callbacks == Some(index) {
                exports.push((table_export(index), ExportKind::Table, index));
            }
        }
        if self.readable {
            for (index, global) in (0..).zip(&facts.globals) {
                if global.mutable {
                    exports.push((global_export(index), ExportKind::Global, index));
                }
            }
            for (segment, global) in &self.flags {
                exports.push((dropped_export(*segment), ExportKind::Global, *global));
            }
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
        let (count, items) = match self.exports {
            Exports::All => existing(section),
            Exports::Entries => (0, 0..0),
        };
        if self.exports == Exports::Entries {
            for entry in Entry::ALL {
                if let Some((function, _)) = facts.entries[entry as usize] {
                    let name = entry.export_name().to_owned();
                    exports.push((name, ExportKind::Func, function));
                }
            }
        }
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

/// Whether a run of the module can wait, and so be looked at between two activations.
fn can_wait(facts: &Facts) -> bool {
    let mut imports = facts.imports.iter();
    imports.any(|row| IMPORTS[*row].operation == Operation::GetNextMessage)
}

/// How many items the section has, and where they stand.
fn existing(section: Option<&SectionFacts>) -> (usize, Range<usize>) {
    section.map_or((0, 0..0), |section| {
        (section.count as usize, section.items.clone())
    })
}
