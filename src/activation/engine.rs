//! The engine: the only file, with those below it, that knows wasmi.
//!
//! Enters: an accepted module, its metered form, and a host that answers imports. Leaves: VMs
//! that run it, whose ticks are exact and whose traps are `Fault`s. Refuses to know: what imports
//! do, where ticks come from, and what becomes of a fault.

mod direct;
mod fuel;
mod image;
mod imports;
mod prepared;
mod tank;
#[cfg(test)]
mod tests;
mod traps;
mod watch;

pub use crate::module::Entry;
pub use direct::Number;
pub use image::{GlobalImage, Image, Page};
pub use prepared::{Engine, Prepared};

use crate::deviation::{Deviation, deviates};
use crate::fault::Fault;
use crate::interface::table::ImportIndex;
use crate::module::{Pass, meter, meter::watch::Mark};
use tank::Tank;
use wasmi::{Func, Instance, Memory, Ref, Store, Table, Val, ValType};

/// What an import sees of the guest that calls it.
pub struct Guest<'a> {
    /// The memory exported as `memory`; empty where there is none.
    pub memory: &'a mut [u8],
    /// What is left in the tank. The call instruction is paid for.
    pub ticks: &'a mut u64,
    /// The pages of the memory, exported or not.
    pub pages: u32,
}

/// Answers imports.
pub trait Host: 'static {
    /// The call of an import. What it returns is dropped where the row returns nothing; a fault
    /// stops the guest, and is what its activation ends with.
    fn import(
        &mut self,
        import: ImportIndex,
        arguments: &[i32],
        guest: Guest<'_>,
    ) -> Result<i32, Fault>;

    /// A watched guest has come by a mark, with so much left.
    fn watched(&mut self, _mark: Mark, _left: u64) {}
}

/// What a callback must be declared as (`RUN-5`, `LEG-7`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallbackShape {
    /// With i32 parameters, at most as many as there are arguments.
    Strict,
    /// With any number of i32 parameters: surplus arguments are left out, missing ones are 0.
    AsDeclared,
}

/// A VM that could not be made, because an active segment is out of bounds.
#[derive(Debug)]
pub struct Broken<H> {
    /// The host, as it was given.
    pub host: H,
    /// `TableOutOfBounds` or `MemoryOutOfBounds`.
    pub fault: Fault,
}

/// One instance of a module, with its host.
pub struct Vm<H: Host> {
    store: Store<State<H>>,
    instance: Instance,
    prepared: Prepared,
}

/// What wasmi keeps for us.
struct State<H> {
    host: H,
    /// Set as soon as there is an instance. No guest code runs before.
    handles: Option<Handles>,
}

/// What an import needs at hand.
#[derive(Clone, Copy)]
struct Handles {
    tank: Tank,
    memory: Option<Memory>,
    memory_is_exported: bool,
}

impl<H: Host> Vm<H> {
    /// Makes an instance and fills its tank. Runs nothing of the guest's, not even its start
    /// function. `ticks` are fewer than 2^62.
    pub fn instantiate(prepared: &Prepared, host: H, ticks: u64) -> Result<Vm<H>, Broken<H>> {
        let parts = &prepared.inner;
        let state = State {
            host,
            handles: None,
        };
        let mut store = Store::new(&parts.engine, state);
        tank::allow_instantiation(&mut store, prepared.pass());
        let rows = &parts.module.facts().imports;
        // Functions are numbered by the store in the order in which they are made, imports
        // first: `image` relies on it.
        let imports: Vec<_> = rows
            .iter()
            .map(|row| imports::function(&mut store, *row).into())
            .collect();
        let instance = match Instance::new(&mut store, &parts.code, &imports) {
            Ok(instance) => instance,
            Err(error) => {
                let fault = traps::of_segment(&error);
                let host = store.into_data().host;
                return Err(Broken { host, fault });
            }
        };
        let counter = instance.get_global(&store, meter::TICKS);
        let handles = Handles {
            tank: Tank::new(counter, prepared.pass()),
            memory: instance.get_memory(&store, meter::MEMORY),
            memory_is_exported: parts.module.facts().memory_is_exported,
        };
        store.data_mut().handles = Some(handles);
        let mut vm = Vm {
            store,
            instance,
            prepared: prepared.clone(),
        };
        vm.set_ticks(ticks);
        vm.connect();
        Ok(vm)
    }

    /// Runs the start function, if there is one.
    pub fn run_start(&mut self) -> Result<(), Fault> {
        match self.instance.get_func(&self.store, meter::START) {
            Some(start) => self.call(start, &[], false).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Calls an entry export, if there is one, and gives its result, if it has one.
    pub fn call_entry(&mut self, entry: Entry, message: i32) -> Result<Option<i32>, Fault> {
        let Some(shape) = self.prepared.module().entry(entry) else {
            return Ok(None);
        };
        let function = self
            .instance
            .get_func(&self.store, entry.export_name())
            .expect("the entry is an exported function");
        let arguments = &[Val::I32(message)][..usize::from(shape.takes_message)];
        self.call(function, arguments, shape.returns)
    }

    /// Calls a function of the callback table, and gives its result, if it has one.
    pub fn call_back(
        &mut self,
        index: u32,
        arguments: &[i32],
        shape: CallbackShape,
    ) -> Result<Option<i32>, Fault> {
        let function = self.callback(index).ok_or(Fault::BadCallback)?;
        let ty = function.ty(&self.store);
        let fits = match shape {
            CallbackShape::Strict => {
                ty.params().len() <= arguments.len()
                    || arguments.is_empty() && deviates(Deviation::TimeOutCallbackTakesAnything)
            }
            CallbackShape::AsDeclared => true,
        };
        let parameters_are_numbers = ty.params().iter().all(|ty| *ty == ValType::I32);
        let result_is_number = matches!(ty.results(), [] | [ValType::I32]);
        if !fits || !parameters_are_numbers || !result_is_number {
            return Err(Fault::BadCallback);
        }
        let given = arguments
            .iter()
            .copied()
            .chain(std::iter::repeat(i32::from(deviates(
                Deviation::MissingArgumentsAreOne,
            ))));
        let given: Vec<Val> = given.take(ty.params().len()).map(Val::I32).collect();
        self.call(function, &given, !ty.results().is_empty())
    }

    /// The function of the module's own at that index of the callback table.
    fn callback(&self, index: u32) -> Option<Func> {
        let table = self.prepared.module().facts().callbacks?;
        match self.table(table).get(&self.store, u64::from(index))? {
            Ref::Func(function) => {
                let function = *function.val()?;
                let imports = self.prepared.module().facts().imports.len();
                let is_own = image::function_index(&function) as usize >= imports;
                is_own.then_some(function)
            }
            Ref::Extern(_) => None,
        }
    }

    fn table(&self, index: u32) -> Table {
        self.instance
            .get_table(&self.store, &meter::table_export(index))
            .expect("every table is exported")
    }

    fn call(
        &mut self,
        function: Func,
        arguments: &[Val],
        returns: bool,
    ) -> Result<Option<i32>, Fault> {
        let mut results = [Val::I32(0)];
        let results = &mut results[..usize::from(returns)];
        match function.call(&mut self.store, arguments, results) {
            Ok(()) => Ok(results.first().map(|result| match result {
                Val::I32(number) => *number,
                other => panic!("the result was declared an i32, and is {other:?}"),
            })),
            Err(error) => Err(self.fault(&error)),
        }
    }

    /// What the guest did wrong.
    fn fault(&self, error: &wasmi::Error) -> Fault {
        traps::fault(error, self.is_overdrawn(), self.prepared.pass())
    }

    fn handles(&self) -> Handles {
        self.store.data().handles.expect("there is an instance")
    }

    fn left(&self) -> Option<u64> {
        self.handles().tank.left(&self.store)
    }

    /// What is left in the tank: 0 once a charge could not be paid.
    pub fn ticks(&self) -> u64 {
        self.left().unwrap_or(0)
    }

    /// Whether more was spent than there was: only the fast pass notices it late.
    pub fn is_overdrawn(&self) -> bool {
        self.left().is_none()
    }

    /// Fills the tank with fewer than 2^62 ticks.
    pub fn set_ticks(&mut self, ticks: u64) {
        let mut handles = self.handles();
        handles.tank.fill(&mut self.store, ticks);
        self.store.data_mut().handles = Some(handles);
    }

    /// How it counts its ticks.
    pub fn pass(&self) -> Pass {
        self.prepared.pass()
    }

    /// Who answers imports.
    pub fn host(&self) -> &H {
        &self.store.data().host
    }

    /// Who answers imports.
    pub fn host_mut(&mut self) -> &mut H {
        &mut self.store.data_mut().host
    }

    /// Ends the VM.
    pub fn into_host(self) -> H {
        self.store.into_data().host
    }

    /// Calls any exported function of numbers with as many bits as it takes, and gives the bits
    /// of its result. For benches and tests: an activation calls only what the rules name.
    #[doc(hidden)]
    pub fn call_export(&mut self, name: &str, arguments: &[u64]) -> Result<Option<u64>, Fault> {
        let function = self.instance.get_func(&self.store, name);
        let function = function.expect("the function is exported");
        let ty = function.ty(&self.store);
        let given = ty.params().iter().zip(arguments);
        let given: Vec<Val> = given
            .map(|(ty, bits)| match ty {
                ValType::I32 => Val::I32(*bits as i32),
                ValType::I64 => Val::I64(*bits as i64),
                other => panic!("{name} is called with integers, and takes {other:?}"),
            })
            .collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        match function.call(&mut self.store, &given, &mut results) {
            Ok(()) => Ok(results.first().map(|result| match result {
                Val::I32(number) => u64::from(number.cast_unsigned()),
                Val::I64(number) => number.cast_unsigned(),
                other => panic!("{name} gives an integer, not {other:?}"),
            })),
            Err(error) => Err(self.fault(&error)),
        }
    }
}
