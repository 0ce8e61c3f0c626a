//! The definitions that metering appends to a module, section by section.
//!
//! Enters: an accepted module, and what its bodies turned out to need. Leaves: the contents of
//! sections. Refuses to know: what stands in the bodies.

use super::watch::{self, Watching};
use super::{
    Exports, FUNCTIONS, MEMORY, Pass, START, Segment, TICKS, charge, clamped, content, drop_export,
    dropped_export, encode_length, global_export, table_export,
};
use crate::limits;
use crate::module::accepted::{AcceptedModule, Entry, Facts, SegmentKind, ValueType};
use std::collections::BTreeMap;
use wasm_encoder::{ConstExpr, Encode, ExportKind, Instruction, RefType, SectionId as Id, ValType};

/// The definitions that metering appends.
pub struct Added<'a> {
    module: &'a AcceptedModule,
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
            module,
            facts,
            restorable: pass != Pass::Fast,
            exports,
            readable: pass != Pass::Fast || exports == Exports::All || module.can_wait(),
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
            charge::put(output, &note(flag));
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
            charge::put(&mut body, &[drop]);
            charge::put(&mut body, &note(*flag));
            charge::put(&mut body, &[Instruction::End]);
            body
        };
        self.flags.iter().map(dropper).collect()
    }

    /// How many functions are appended.
    fn dropper_count(&self) -> usize {
        if self.restorable { self.flags.len() } else { 0 }
    }

    /// The beginning of a section that has `more` items behind its own.
    fn extended(&self, id: Id, more: usize) -> Vec<u8> {
        let mut content = Vec::new();
        let (count, items) = self.facts.section(id as u8).map_or((0, 0..0), |section| {
            (section.count as usize, section.items.clone())
        });
        encode_length(count + more, &mut content);
        content.extend_from_slice(&self.module.bytes()[items]);
        content
    }

    /// The same; nothing where there is nothing to have a section for.
    fn extended_if_any(&self, id: Id, more: usize) -> Option<Vec<u8>> {
        let any = more > 0 || self.facts.section(id as u8).is_some();
        any.then(|| self.extended(id, more))
    }

    /// The types, that of the function which a watched module tells, and that of the droppers.
    pub fn types(&self) -> Option<Vec<u8>> {
        let watching = usize::from(self.watching.is_some());
        let more = watching + usize::from(self.dropper_count() > 0);
        let mut content = self.extended_if_any(Id::Type, more)?;
        if self.watching.is_some() {
            watch::encode_type(&mut content);
        }
        if self.dropper_count() > 0 {
            content.extend([0x60, 0, 0]);
        }
        Some(content)
    }

    /// The types of the functions, and of the droppers: the last type.
    pub fn functions(&self) -> Option<Vec<u8>> {
        let more = self.dropper_count();
        let mut content = self.extended_if_any(Id::Function, more)?;
        let last = self.facts.types() as usize + usize::from(self.watching.is_some());
        for _ in 0..more {
            encode_length(last, &mut content);
        }
        Some(content)
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
            let functions = self.module.function_count() as u64;
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
    pub fn elements(&self) -> Option<Vec<u8>> {
        let more = usize::from(self.restorable);
        let mut content = self.extended_if_any(Id::Element, more)?;
        if self.restorable {
            // Active, with a table index; from element 0 on; of functions.
            content.push(2);
            encode_length(self.facts.tables.len(), &mut content);
            ConstExpr::i32_const(0).encode(&mut content);
            content.push(0);
            encode_length(self.module.function_count(), &mut content);
            for function in 0..self.module.function_count() {
                encode_length(function, &mut content);
            }
        }
        Some(content)
    }

    /// The globals, the counter, and those that tell what was dropped.
    pub fn globals(&self) -> Vec<u8> {
        let mut content = self.extended(Id::Global, 1 + self.flags.len());
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

    /// The exports that stay, and those by which the VM finds what it needs.
    pub fn exports(&self) -> Vec<u8> {
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
            let first = u32::try_from(self.module.function_count()).expect("functions are limited");
            for (function, segment) in (first..).zip(self.flags.keys()) {
                exports.push((drop_export(*segment), ExportKind::Func, function));
            }
        }
        if let Some(watching) = &self.watching {
            exports.push((watch::TABLE.to_owned(), ExportKind::Table, watching.table()));
        }
        let mut content = match self.exports {
            Exports::All => self.extended(Id::Export, exports.len()),
            Exports::Entries => {
                for entry in Entry::ALL {
                    if let Some((function, _)) = facts.entries[entry as usize] {
                        let name = entry.export_name().to_owned();
                        exports.push((name, ExportKind::Func, function));
                    }
                }
                let mut content = Vec::new();
                encode_length(exports.len(), &mut content);
                content
            }
        };
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

/// Notes that a segment was dropped.
fn note(flag: u32) -> [Instruction<'static>; 2] {
    [Instruction::I32Const(1), Instruction::GlobalSet(flag)]
}
