//! The state of a kept VM, in terms of its module.
//!
//! Enters: a VM. Leaves: its memory, globals, tables and dropped segments. Refuses to know: how
//! any of it is encoded or hashed.

use super::{Host, Vm};
use crate::module::meter::{self, Segment};
use crate::module::{SegmentKind, ValueType};
use wasmi::{ExternRef, Func, Nullable, Ref, Val};

/// All that a run keeps from one activation to the next, its references apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image<'a> {
    /// The memory, exported or not; empty where there is none.
    pub memory: &'a [u8],
    /// The mutable globals, in the order of their indices. The others follow from the module.
    pub globals: Vec<GlobalImage>,
    /// For each table its elements: function indices, or null.
    pub tables: Vec<Vec<Option<u32>>>,
    /// For each data segment whether it is dropped.
    pub dropped_data: Vec<bool>,
    /// For each element segment whether it is dropped.
    pub dropped_elements: Vec<bool>,
}

/// The value of a mutable global.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GlobalImage {
    /// Its index in the module.
    pub index: u32,
    /// Its type.
    pub ty: ValueType,
    /// Its bits, zero-extended. A null reference is 0, a function its index plus 1.
    pub bits: u64,
}

impl<H: Host> Vm<H> {
    /// The state of the VM between two calls.
    pub fn image(&self) -> Image<'_> {
        let facts = self.prepared.module().facts();
        let memory = self.handles().memory;
        let globals = (0..).zip(&facts.globals);
        let tables = (0..).zip(&facts.tables);
        let data = (0..).map(Segment::Data).zip(&facts.data);
        let elements = (0..).map(Segment::Element).zip(&facts.elements);
        Image {
            memory: memory.map_or(&[], |memory| memory.data(&self.store)),
            globals: globals
                .filter(|(_, global)| global.mutable)
                .map(|(index, global)| GlobalImage {
                    index,
                    ty: global.ty,
                    bits: self.global_bits(&meter::global_export(index)),
                })
                .collect(),
            tables: tables.map(|(index, _)| self.elements(index)).collect(),
            dropped_data: data.map(|it| self.is_dropped(it.0, *it.1)).collect(),
            dropped_elements: elements.map(|it| self.is_dropped(it.0, *it.1)).collect(),
        }
    }

    fn global_bits(&self, export: &str) -> u64 {
        let global = self.instance.get_global(&self.store, export);
        match global.expect("the global is exported").get(&self.store) {
            Val::I32(number) => u64::from(number.cast_unsigned()),
            Val::I64(number) => number.cast_unsigned(),
            Val::F32(number) => u64::from(number.to_bits()),
            Val::F64(number) => number.to_bits(),
            Val::FuncRef(function) => {
                let index = self.element(Ref::Func(function));
                index.map_or(0, |index| u64::from(index) + 1)
            }
            Val::ExternRef(reference) => self.element(Ref::Extern(reference)).map_or(0, u64::from),
            Val::V128(_) => unreachable!("no accepted module has vectors"),
        }
    }

    fn elements(&self, table: u32) -> Vec<Option<u32>> {
        let table = self.table(table);
        let element = |index| {
            let element = table.get(&self.store, index);
            self.element(element.expect("the index is inside the table"))
        };
        (0..table.size(&self.store)).map(element).collect()
    }

    fn element(&self, element: Ref) -> Option<u32> {
        match element {
            Ref::Func(Nullable::Val(function)) => {
                let index = function_index(&function);
                let functions = self.prepared.module().function_count();
                assert!((index as usize) < functions, "a function of the module");
                Some(index)
            }
            Ref::Func(Nullable::Null) | Ref::Extern(Nullable::Null) => None,
            Ref::Extern(Nullable::Val(ExternRef { .. })) => {
                unreachable!("no import makes an external reference")
            }
        }
    }

    fn is_dropped(&self, segment: Segment, kind: SegmentKind) -> bool {
        match kind {
            SegmentKind::Active | SegmentKind::Declared => true,
            SegmentKind::Passive => {
                let droppable = self.prepared.inner.metered.droppable();
                droppable.contains(&segment)
                    && self.global_bits(&meter::dropped_export(segment)) == 1
            }
        }
    }
}

/// The index in its module of a function of the VM.
///
/// wasmi tells nobody which function a handle means, but for its `Debug` form, which shows the
/// number that the store gave it: 1 for the first function made, and so on. A store here holds
/// one instance, whose functions are made in the order of their indices. Tests hold wasmi to it.
pub fn function_index(function: &Func) -> u32 {
    let shown = format!("{function:?}");
    let number = shown
        .split_once("key: ")
        .and_then(|(_, rest)| rest.split_once(|c: char| !c.is_ascii_digit()))
        .and_then(|(digits, _)| digits.parse::<u32>().ok());
    match number {
        Some(number) if number > 0 => number - 1,
        _ => panic!("the engine shows a function as {shown}"),
    }
}
