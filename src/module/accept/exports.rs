//! Which exports mean something here, and whether they are what they must be.
//!
//! Enters: the section of exports, and what was read before it. Leaves: facts about entries, the
//! callback table and the memory, or a refusal. Refuses to know: when an entry is called.

use super::{Failure, Reading, at_most};
use crate::deviation::{Deviation, deviates};
use crate::limits;
use crate::module::accepted::{Entry, EntryShape};
use crate::module::imports;
use crate::module::refusal::Refusal;
use wasmparser::{ExternalKind, SectionLimited, ValType};

impl Reading {
    pub(super) fn exports(
        &mut self,
        section: SectionLimited<'_, wasmparser::Export<'_>>,
    ) -> Result<(), Failure> {
        self.facts.exports = section.count();
        let mut indirect_functions = None;
        for export in section.into_iter_with_offsets() {
            let (offset, export) = export?;
            let accepts_all = deviates(Deviation::ReservedExportsAccepted);
            let needs_memory = deviates(Deviation::MemoryMustBeAMemory);
            let stray = export.name == "memory" && export.kind != ExternalKind::Memory;
            if export.name.starts_with("primea:") && !accepts_all || stray && needs_memory {
                let name = export.name.to_owned();
                return Err(Refusal::ReservedExport { name, offset }.into());
            }
            let length = export.name.len() as u64;
            at_most(
                "bytes in an export name",
                limits::NAME_BYTES as u64,
                length,
                offset,
            )?;
            let function_type = match export.kind {
                ExternalKind::Func => Some(self.functions[export.index as usize]),
                _ => None,
            };
            self.count_size(function_type, offset)?;
            match (export.name, export.kind) {
                ("memory", ExternalKind::Memory) => self.facts.memory_is_exported = true,
                ("callbacks", ExternalKind::Table) => self.facts.callbacks = Some(export.index),
                ("__indirect_function_table", ExternalKind::Table) => {
                    indirect_functions = Some(export.index);
                }
                _ => {}
            }
            for entry in Entry::ALL {
                if export.name == entry.export_name() {
                    let shape = self.entry_shape(entry, &export, offset)?;
                    self.facts.entries[entry as usize] = Some((export.index, shape));
                }
            }
        }
        let own = self.facts.callbacks;
        self.facts.callbacks = match deviates(Deviation::IndirectTableFirst) {
            true => indirect_functions.or(own),
            false => own.or(indirect_functions),
        };
        Ok(())
    }

    fn entry_shape(
        &self,
        entry: Entry,
        export: &wasmparser::Export<'_>,
        offset: u64,
    ) -> Result<EntryShape, Refusal> {
        let name = entry.export_name();
        let found = match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact if self.is_import(export.index) => {
                "an import"
            }
            ExternalKind::Func | ExternalKind::FuncExact => "",
            ExternalKind::Table => "a table",
            ExternalKind::Memory => "a memory",
            ExternalKind::Global => "a global",
            ExternalKind::Tag => "a tag",
        };
        if !found.is_empty() {
            return Err(Refusal::EntryKind {
                name,
                found,
                offset,
            });
        }
        let ty = &self.types[self.functions[export.index as usize] as usize];
        match (ty.params(), ty.results()) {
            ([] | [ValType::I32], [] | [ValType::I32])
                if ty.results().is_empty() || !deviates(Deviation::EntriesWithoutResult) =>
            {
                Ok(EntryShape {
                    takes_message: !ty.params().is_empty(),
                    returns: !ty.results().is_empty(),
                })
            }
            _ => Err(Refusal::EntryType {
                name,
                found: imports::worded(ty.params(), ty.results()),
                offset,
            }),
        }
    }
}
