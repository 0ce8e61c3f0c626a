//! The state of a kept VM, in terms of its module.
//!
//! Enters: a VM, or an image. Leaves: its memory, globals, tables and dropped segments, or a VM
//! that has them. Refuses to know: how any of it is encoded or hashed.

use super::{Host, Prepared, Vm};
use crate::limits::{self, PAGE_BYTES};
use crate::module::meter::{self, Segment};
use crate::module::{Extent, Pass, SegmentKind, ValueType};
use std::sync::{Arc, LazyLock};
use wasmi::{ExternRef, Func, Nullable, Ref, Table, Val};

/// The bytes of one page of memory.
pub type Page = Arc<[u8]>;

/// The page of which every memory begins with many.
static EMPTY_PAGE: LazyLock<Page> = LazyLock::new(|| Arc::from([0; PAGE_BYTES]));

/// All that a run keeps from one activation to the next, its references apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Image {
    /// The pages of the memory, exported or not; none where there is none.
    pub pages: Vec<Page>,
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

impl Image {
    /// Whether an instance of this module can be brought into such a state.
    pub fn fits(&self, prepared: &Prepared) -> Result<(), String> {
        let module = prepared.module();
        let facts = module.facts();
        let most = |maximum: Option<u64>, limit: u32| maximum.unwrap_or(u64::MAX).min(limit.into());
        let within = |count: usize, extent: &Extent, limit: u32| {
            let least = u64::from(extent.minimum);
            (least..=most(extent.maximum, limit)).contains(&(count as u64))
        };
        let is_function = |index: u64| index < module.function_count() as u64;
        let memory = match &facts.memory {
            Some(extent) => within(self.pages.len(), extent, limits::MEMORY_PAGES),
            None => self.pages.is_empty(),
        };
        let declared = (0..).zip(&facts.globals);
        let declared = declared.filter(|(_, global)| global.mutable);
        let globals = declared.map(|(index, global)| (index, global.ty));
        let globals = globals.eq(self.globals.iter().map(|image| (image.index, image.ty)))
            && self.globals.iter().all(|global| match global.ty {
                ValueType::FuncRef => global.bits == 0 || is_function(global.bits - 1),
                ValueType::ExternRef => global.bits == 0,
                _ => true,
            });
        let tables = self.tables.len() == facts.tables.len()
            && self
                .tables
                .iter()
                .zip(&facts.tables)
                .all(|(elements, table)| {
                    let functions = table.element == ValueType::FuncRef;
                    let mut present = elements.iter().flatten();
                    within(elements.len(), &table.extent, limits::TABLE_ELEMENTS)
                        && present.all(|index| functions && is_function(u64::from(*index)))
                });
        let droppable = prepared.inner.metered.droppable();
        let segments =
            dropped_as_declared(&self.dropped_data, &facts.data, |index| {
                droppable.binary_search(&Segment::Data(index)).is_ok()
            }) && dropped_as_declared(&self.dropped_elements, &facts.elements, |index| {
                droppable.binary_search(&Segment::Element(index)).is_ok()
            });
        let parts = [
            ("memory", memory),
            ("globals", globals),
            ("tables", tables),
            ("segments", segments),
        ];
        match parts.iter().find(|(_, fits)| !fits) {
            None => Ok(()),
            Some((part, _)) => Err(format!("the {part} are not those of a run of its module")),
        }
    }

    /// Whether a page is known to hold nothing but zeros.
    pub fn is_empty_page(page: &Page) -> bool {
        Arc::ptr_eq(page, &EMPTY_PAGE)
    }
}

impl<H: Host> Vm<H> {
    /// The state of the VM between two calls. Pages that are as they were in `last` are shared.
    pub fn image(&self, last: &Image) -> Image {
        let facts = self.prepared.module().facts();
        let memory = self.handles().memory;
        let globals = (0..).zip(&facts.globals);
        let tables = (0..).zip(&facts.tables);
        let data = (0..).map(Segment::Data).zip(&facts.data);
        let elements = (0..).map(Segment::Element).zip(&facts.elements);
        Image {
            pages: memory.map_or_else(Vec::new, |memory| {
                pages(memory.data(&self.store), &last.pages)
            }),
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
                droppable.binary_search(&segment).is_ok()
                    && self.global_bits(&meter::dropped_export(segment)) == 1
            }
        }
    }
}

/// Whether there is an entry for each segment, only passive ones are still there, and only those
/// that some instruction drops were dropped.
fn dropped_as_declared(
    dropped: &[bool],
    declared: &[SegmentKind],
    can_be_dropped: impl Fn(u32) -> bool,
) -> bool {
    let mut pairs = (0..).zip(dropped.iter().zip(declared));
    dropped.len() == declared.len()
        && pairs.all(|(index, (dropped, kind))| match kind {
            SegmentKind::Active | SegmentKind::Declared => *dropped,
            SegmentKind::Passive => !dropped || can_be_dropped(index),
        })
}

/// The pages of a memory, each shared with what is the same already.
fn pages(memory: &[u8], last: &[Page]) -> Vec<Page> {
    let page = |(index, bytes): (usize, &[u8])| {
        let known = [last.get(index), Some(&EMPTY_PAGE)].into_iter().flatten();
        let mut same = known.filter(|known| ***known == *bytes);
        same.next().map_or_else(|| Arc::from(bytes), Arc::clone)
    };
    memory.chunks(PAGE_BYTES).enumerate().map(page).collect()
}

impl<H: Host> Vm<H> {
    /// A VM with the state of an image, which was taken of a VM of the same module, counting its
    /// ticks in whatever way. Only exact and watched VMs can be restored.
    pub fn restore(prepared: &Prepared, host: H, image: &Image) -> Vm<H> {
        assert_ne!(prepared.pass(), Pass::Fast, "the others have what it needs");
        let mut vm = match Vm::instantiate(prepared, host, 0) {
            Ok(vm) => vm,
            Err(broken) => panic!("an instance was made before: {}", broken.fault),
        };
        vm.restore_memory(&image.pages);
        let functions = vm.instance.get_table(&vm.store, meter::FUNCTIONS);
        let functions = functions.expect("every exact module has a table of its functions");
        for global in &image.globals {
            vm.restore_global(functions, global);
        }
        for (index, elements) in (0..).zip(&image.tables) {
            vm.restore_table(functions, index, elements);
        }
        let data = (0..).map(Segment::Data).zip(&image.dropped_data);
        let elements = (0..).map(Segment::Element).zip(&image.dropped_elements);
        let dropped = data.chain(elements).filter(|(_, dropped)| **dropped);
        for (segment, _) in dropped {
            vm.restore_drop(segment);
        }
        debug_assert_eq!(vm.image(image), *image);
        vm
    }

    fn restore_memory(&mut self, pages: &[Page]) {
        let Some(memory) = self.handles().memory else {
            assert!(pages.is_empty(), "there is no memory");
            return;
        };
        let more = pages.len() as u64 - memory.size(&self.store);
        let grown = memory.grow(&mut self.store, more);
        grown.expect("it was this large before");
        let bytes = memory.data_mut(&mut self.store);
        for (page, bytes) in pages.iter().zip(bytes.chunks_mut(PAGE_BYTES)) {
            bytes.copy_from_slice(page);
        }
    }

    fn restore_global(&mut self, functions: Table, image: &GlobalImage) {
        let value = match image.ty {
            ValueType::I32 => Val::I32(image.bits as u32 as i32),
            ValueType::I64 => Val::I64(image.bits.cast_signed()),
            ValueType::F32 => Val::F32(wasmi::F32::from_bits(image.bits as u32)),
            ValueType::F64 => Val::F64(wasmi::F64::from_bits(image.bits)),
            ValueType::FuncRef => match image.bits.checked_sub(1) {
                Some(index) => Val::FuncRef(self.function(functions, index)),
                None => Val::FuncRef(Nullable::Null),
            },
            ValueType::ExternRef => Val::ExternRef(Nullable::Null),
        };
        let export = meter::global_export(image.index);
        let global = self.instance.get_global(&self.store, &export);
        let set = global
            .expect("mutable globals are exported")
            .set(&mut self.store, value);
        set.expect("it has this type");
    }

    fn restore_table(&mut self, functions: Table, index: u32, elements: &[Option<u32>]) {
        let table = self.table(index);
        let null = match self.prepared.module().facts().tables[index as usize].element {
            ValueType::FuncRef => Ref::Func(Nullable::Null),
            _ => Ref::Extern(Nullable::Null),
        };
        let more = elements.len() as u64 - table.size(&self.store);
        let grown = table.grow(&mut self.store, more, null);
        grown.expect("it was this large before");
        for (at, element) in (0..).zip(elements) {
            let value = match element {
                Some(index) => Ref::Func(self.function(functions, u64::from(*index))),
                None => null,
            };
            table.set(&mut self.store, at, value).expect("it is inside");
        }
    }

    fn function(&self, functions: Table, index: u64) -> Nullable<Func> {
        match functions.get(&self.store, index) {
            Some(Ref::Func(function)) => function,
            other => panic!("function {index} is not in the table but {other:?}"),
        }
    }

    fn restore_drop(&mut self, segment: Segment) {
        let export = meter::drop_export(segment);
        if let Some(function) = self.instance.get_func(&self.store, &export) {
            let dropped = function.call(&mut self.store, &[], &mut []);
            dropped.expect("dropping cannot fail");
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
