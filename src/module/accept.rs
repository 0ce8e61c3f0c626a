//! Is this a module that may run here?
//!
//! Enters: any bytes whatever, and a dialect. Leaves: an `AcceptedModule`, or the refusal that
//! says why not. Refuses to know: ticks, engines, and what imports do.
//!
//! One pass: each section is checked against the limits before it is validated, so that nothing
//! is allocated for what a limit refuses.

mod exports;

use super::accepted::{
    AcceptedModule, Extent, Facts, GlobalFacts, SectionFacts, SegmentKind, TableFacts, ValueType,
};
use super::bodies;
use super::features;
use super::imports;
use super::refusal::Refusal;
use crate::deviation::{Deviation, deviates};
use crate::interface::table::Dialect;
use crate::limits;
use std::ops::Range;
use wasmparser::{
    DataKind, ElementItems, ElementKind, FuncType, FuncValidatorAllocations, Parser, Payload,
    RefType, SectionLimited, TypeRef, ValType, ValidPayload, Validator,
};

/// Decides whether the bytes are a module that may run in worlds of that dialect (`MOD-1`).
pub fn accept(bytes: &[u8], dialect: Dialect) -> Result<AcceptedModule, Refusal> {
    let limit = limits::MODULE_BYTES;
    at_most("bytes in a module", limit as u64, bytes.len() as u64, 0)?;
    if !Parser::is_core_wasm(bytes) {
        return Err(not_a_module(bytes));
    }
    let mut reading = Reading::new(dialect);
    match reading.read(bytes) {
        Ok(()) => Ok(AcceptedModule::new(bytes, dialect, reading.facts)),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(Failure::Unreadable(error)) => Err(features::refusal(bytes, &error)),
    }
}

fn not_a_module(bytes: &[u8]) -> Refusal {
    if Parser::is_component(bytes) {
        return Refusal::Proposal {
            name: "component-model",
            offset: 0,
            message: "the bytes are a component".to_owned(),
        };
    }
    let found = match bytes {
        [] => "nothing",
        [0, b'a', b's', b'm', ..] => "another version of the format, or none",
        _ => "something else",
    };
    Refusal::NotAModule { found }
}

/// Why reading stopped: a rule of ours, or the validator.
pub(super) enum Failure {
    Refused(Refusal),
    Unreadable(wasmparser::Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<wasmparser::Error> for Failure {
    fn from(error: wasmparser::Error) -> Failure {
        Failure::Unreadable(error)
    }
}

pub(super) fn at_most(
    what: &'static str,
    limit: u64,
    found: u64,
    offset: u64,
) -> Result<(), Refusal> {
    let more = u64::from(deviates(Deviation::LimitsAllowOneMore));
    let excluded = deviates(Deviation::LimitsExcludeTheirBound) && found == limit;
    if found <= limit + more && !excluded {
        return Ok(());
    }
    Err(Refusal::Limit {
        what,
        limit,
        found,
        offset,
    })
}

/// The state of one pass over a module.
struct Reading {
    dialect: Dialect,
    facts: Facts,
    /// The function types, by type index.
    types: Vec<FuncType>,
    /// The type index of each function, imported ones included.
    functions: Vec<u32>,
    /// The sizes of imports and exports so far (`LIM-21`).
    sizes: u64,
    /// The locals that functions declare so far (`LIM-24`).
    locals: u64,
    validator: Validator,
    allocations: FuncValidatorAllocations,
}

impl Reading {
    fn new(dialect: Dialect) -> Reading {
        Reading {
            dialect,
            facts: Facts::default(),
            types: Vec::new(),
            functions: Vec::new(),
            sizes: 0,
            locals: 0,
            validator: Validator::new_with_features(features::accepted()),
            allocations: FuncValidatorAllocations::default(),
        }
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let mut parser = Parser::new(0);
        parser.set_features(features::accepted());
        let most_locals = (limits::LOCALS + limits::LOCALS_PER_BYTE * bytes.len()) as u64;
        for payload in parser.parse_all(bytes) {
            let payload = payload?;
            self.check_counts(&payload)?;
            if let ValidPayload::Func(function, body) = self.validator.payload(&payload)? {
                let body = bodies::check(function, &body, &self.types, &mut self.allocations)?;
                self.locals += u64::from(body.declared_locals);
                let offset = body.range.start as u64;
                if !deviates(Deviation::LocalsAreNotCounted) {
                    at_most("locals in a module", most_locals, self.locals, offset)?;
                }
                self.facts.bodies.push(body);
            }
            self.note_section(&payload);
            self.section(payload)?;
        }
        Ok(())
    }

    /// The limits on how many there may be of something, before anything is made for them.
    fn check_counts(&self, payload: &Payload<'_>) -> Result<(), Refusal> {
        let (what, limit, (found, offset)) = match payload {
            Payload::TypeSection(section) => ("types", limits::TYPES, size(section)),
            Payload::ImportSection(section) => ("functions", limits::FUNCTIONS, size(section)),
            Payload::FunctionSection(section) => {
                let (own, offset) = size(section);
                let all = own + self.functions.len() as u64;
                ("functions", limits::FUNCTIONS, (all, offset))
            }
            Payload::TableSection(section) => ("tables", limits::TABLES, size(section)),
            Payload::GlobalSection(section) => ("globals", limits::GLOBALS, size(section)),
            Payload::ExportSection(section) => ("exports", limits::EXPORTS, size(section)),
            Payload::ElementSection(section) => {
                ("element segments", limits::SEGMENTS, size(section))
            }
            Payload::DataSection(section) => ("data segments", limits::SEGMENTS, size(section)),
            _ => return Ok(()),
        };
        at_most(what, limit as u64, found, offset)
    }

    fn note_section(&mut self, payload: &Payload<'_>) {
        let (count, items) = match payload {
            Payload::TypeSection(section) => counted(section),
            Payload::ImportSection(section) => counted(section),
            Payload::FunctionSection(section) => counted(section),
            Payload::TableSection(section) => counted(section),
            Payload::MemorySection(section) => counted(section),
            Payload::GlobalSection(section) => counted(section),
            Payload::ExportSection(section) => counted(section),
            Payload::ElementSection(section) => counted(section),
            Payload::DataSection(section) => counted(section),
            Payload::DataCountSection { range, .. } => (0, to_usize(range.clone())),
            _ => return,
        };
        let (id, content) = payload.as_section().expect("a section is a section");
        self.facts.sections.push(SectionFacts {
            id,
            content: to_usize(content),
            items,
            count,
        });
    }

    fn section(&mut self, payload: Payload<'_>) -> Result<(), Failure> {
        match payload {
            Payload::TypeSection(section) => {
                let offset = section.range().start;
                for ty in section.into_iter_err_on_gc_types() {
                    let ty = ty?;
                    bodies::carried("results in a function type", ty.results().len(), offset)?;
                    self.types.push(ty);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports_with_offsets() {
                    let (offset, import) = import?;
                    self.import(&import, offset)?;
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(section) => {
                for table in section.into_iter_with_offsets() {
                    let (offset, table) = table?;
                    self.table(&table.ty, offset)?;
                }
            }
            Payload::MemorySection(section) => {
                for memory in section.into_iter_with_offsets() {
                    let (offset, memory) = memory?;
                    let limit = u64::from(limits::MEMORY_PAGES);
                    at_most("initial pages in a memory", limit, memory.initial, offset)?;
                    self.facts.memory = Some(extent(memory.initial, memory.maximum));
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let ty = global?.ty;
                    self.facts.globals.push(GlobalFacts {
                        ty: value_type(ty.content_type),
                        mutable: ty.mutable,
                    });
                }
            }
            Payload::ExportSection(section) => self.exports(section)?,
            Payload::StartSection { func, range } => {
                if self.is_import(func) {
                    let offset = range.start;
                    return Err(Refusal::ImportedStart { offset }.into());
                }
                self.facts.start = Some(func);
            }
            Payload::ElementSection(section) => {
                for element in section {
                    self.element(element?);
                }
            }
            Payload::DataSection(section) => {
                for data in section {
                    self.data(&data?);
                }
            }
            Payload::CustomSection(_) if deviates(Deviation::CustomSectionsRefused) => {
                let found = "a custom section";
                return Err(Refusal::NotAModule { found }.into());
            }
            _ => {}
        }
        Ok(())
    }

    fn data(&mut self, data: &wasmparser::Data<'_>) {
        let kind = match data.kind {
            DataKind::Active { .. } => {
                self.facts.active_bytes += data.data.len() as u64;
                SegmentKind::Active
            }
            DataKind::Passive => SegmentKind::Passive,
        };
        self.facts.data.push(kind);
    }

    fn is_import(&self, function: u32) -> bool {
        (function as usize) < self.facts.imports.len()
    }

    fn import(&mut self, import: &wasmparser::Import<'_>, offset: u64) -> Result<(), Failure> {
        let TypeRef::Func(ty) = import.ty else {
            let refusal = Refusal::ImportKind {
                module: import.module.to_owned(),
                name: import.name.to_owned(),
                found: imports::kind(&import.ty),
                offset,
            };
            return Err(refusal.into());
        };
        let found = &self.types[ty as usize];
        let row = imports::row(self.dialect, import.module, import.name, found, offset)?;
        self.facts.imports.push(row);
        self.functions.push(ty);
        self.count_size(Some(ty), offset)?;
        Ok(())
    }

    /// Counts an import or export: a function by its type, or anything else (`LIM-21`).
    fn count_size(&mut self, function_type: Option<u32>, offset: u64) -> Result<(), Refusal> {
        let size = function_type.map_or(1, |ty| {
            let ty = &self.types[ty as usize];
            2 + ty.params().len() + ty.results().len()
        });
        self.sizes += size as u64;
        let limit = limits::IMPORT_AND_EXPORT_SIZES as u64;
        at_most(
            "the sizes of imports and exports",
            limit,
            self.sizes,
            offset,
        )
    }

    fn table(&mut self, ty: &wasmparser::TableType, offset: u64) -> Result<(), Refusal> {
        let limit = u64::from(limits::TABLE_ELEMENTS);
        at_most("initial elements in a table", limit, ty.initial, offset)?;
        self.facts.tables.push(TableFacts {
            element: value_type(ValType::Ref(ty.element_type)),
            extent: extent(ty.initial, ty.maximum),
        });
        Ok(())
    }

    fn element(&mut self, element: wasmparser::Element<'_>) {
        let kind = match element.kind {
            ElementKind::Active { .. } => SegmentKind::Active,
            ElementKind::Passive => SegmentKind::Passive,
            ElementKind::Declared => SegmentKind::Declared,
        };
        let count = match element.items {
            ElementItems::Functions(items) => items.count(),
            ElementItems::Expressions(_, items) => items.count(),
        };
        if kind != SegmentKind::Declared {
            self.facts.segment_elements += u64::from(count);
        }
        self.facts.elements.push(kind);
    }
}

/// How many items a section says that it has, and where it stands.
fn size<T>(section: &SectionLimited<'_, T>) -> (u64, u64) {
    (section.count().into(), section.range().start)
}

fn counted<T>(section: &SectionLimited<'_, T>) -> (u32, Range<usize>) {
    let range = section.range();
    (
        section.count(),
        to_usize(section.original_position()..range.end),
    )
}

pub(super) fn to_usize(range: Range<u64>) -> Range<usize> {
    let place = |offset: u64| usize::try_from(offset).expect("offsets lie inside the bytes");
    place(range.start)..place(range.end)
}

fn extent(minimum: u64, maximum: Option<u64>) -> Extent {
    Extent {
        minimum: u32::try_from(minimum).expect("the minimum is within a limit"),
        maximum,
    }
}

fn value_type(ty: ValType) -> ValueType {
    match ty {
        ValType::I32 => ValueType::I32,
        ValType::I64 => ValueType::I64,
        ValType::F32 => ValueType::F32,
        ValType::F64 => ValueType::F64,
        ValType::Ref(RefType::FUNCREF) => ValueType::FuncRef,
        ValType::Ref(RefType::EXTERNREF) => ValueType::ExternRef,
        other => unreachable!("no accepted proposal has the type {other}"),
    }
}
