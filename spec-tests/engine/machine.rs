//! Two engines behind one door: what a module does, told in words that both share.
//!
//! Enters: a module's bytes and the calls to make. Leaves: an `Observation`.
//! Refuses to know: how the module was made, and which engine is right.

use primea::fault::Fault;
use primea::module::meter;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::AssertUnwindSafe;

/// A value, told by its bits: floats have no order and no equality that we want here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    I32(u32),
    I64(u64),
    F32(u32),
    F64(u64),
    /// A reference, of which only this can be compared between engines.
    Reference {
        null: bool,
    },
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::I32(bits) => write!(f, "i32 {bits:#x}"),
            Value::I64(bits) => write!(f, "i64 {bits:#x}"),
            Value::F32(bits) => write!(f, "f32 {bits:#x} ({:e})", f32::from_bits(bits)),
            Value::F64(bits) => write!(f, "f64 {bits:#x} ({:e})", f64::from_bits(bits)),
            Value::Reference { null } => write!(f, "ref {}", if null { "null" } else { "some" }),
        }
    }
}

/// How a call, or an instantiation, ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    Returned(Vec<Value>),
    Faulted(Fault),
    /// The engine refused the module, panicked, or failed in a way that no guest can cause.
    Broken(String),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Returned(values) => {
                f.write_str("returned")?;
                values.iter().try_for_each(|value| write!(f, " {value}"))
            }
            Ending::Faulted(fault) => write!(f, "faulted {fault}"),
            Ending::Broken(why) => write!(f, "broke: {why}"),
        }
    }
}

/// One call to make: an export's name and its arguments.
#[derive(Clone, Debug)]
pub struct Call {
    pub export: String,
    pub arguments: Vec<Value>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.export)?;
        let mut arguments = self.arguments.iter();
        arguments.try_for_each(|argument| write!(f, " ({argument})"))
    }
}

/// What to do with a module.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// What to call, in this order.
    pub calls: &'a [Call],
    /// What to fill the tank with before each call; none for a module that has no tank.
    pub tank: Option<i64>,
}

/// All that can be seen of a module after it was made and called.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Observation {
    /// The ending of the instantiation, of the start function where the VM calls it, then of each
    /// call.
    pub endings: Vec<Ending>,
    /// What was left in the tank after each of them but the instantiation.
    pub ticks: Vec<i64>,
    /// Every exported global's value at the end.
    pub globals: BTreeMap<String, Value>,
    /// Which entries of every exported table are null at the end.
    pub tables: BTreeMap<String, Vec<bool>>,
    /// Every exported memory's pages and contents at the end.
    pub memories: BTreeMap<String, (u64, blake3::Hash)>,
}

impl Observation {
    fn of_ending(ending: Ending) -> Observation {
        Observation {
            endings: vec![ending],
            ..Observation::default()
        }
    }

    /// Whether the start function faulted: then nothing is called.
    fn is_over(&self, has_start: bool) -> bool {
        has_start && matches!(self.endings[..], [_, Ending::Faulted(_)])
    }

    fn note(&mut self, ending: Ending, left: Option<i64>) {
        // A charge that can't be paid executes `unreachable` with a negative counter.
        let ran_out = left.is_some_and(|left| left < 0);
        self.endings.push(match ending {
            Ending::Faulted(Fault::Unreachable) if ran_out => Ending::Faulted(Fault::OutOfTicks),
            other => other,
        });
        self.ticks.extend(left);
    }

    /// Whether a call went deeper than an engine allows: engines count depth differently.
    pub fn is_too_deep(&self) -> bool {
        self.endings.contains(&Ending::Faulted(Fault::CallDepth))
    }
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, ending) in self.endings.iter().enumerate() {
            writeln!(f, "    {position}: {ending}")?;
        }
        if !self.ticks.is_empty() {
            writeln!(f, "    ticks left: {:?}", self.ticks)?;
        }
        for (name, value) in &self.globals {
            writeln!(f, "    global {name}: {value}")?;
        }
        for (name, nulls) in &self.tables {
            writeln!(f, "    table {name}: null {nulls:?}")?;
        }
        for (name, (pages, hash)) in &self.memories {
            writeln!(
                f,
                "    memory {name}: {pages} pages, {}",
                &hash.to_hex()[..16]
            )?;
        }
        Ok(())
    }
}

thread_local! {
    /// Whether a panic of this thread is an observation, and no news.
    static PANICS_ARE_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the panics that `under_wasmi` catches from being printed.
pub fn keep_quiet_about_expected_panics() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !PANICS_ARE_EXPECTED.get() {
            loud(panic);
        }
    }));
}

/// What wasmi, configured as `config`, makes of it.
pub fn under_wasmi(config: &wasmi::Config, wasm: &[u8], plan: Plan<'_>) -> Observation {
    let attempt = AssertUnwindSafe(|| wasmi_side::observe(config, wasm, plan));
    PANICS_ARE_EXPECTED.set(true);
    let outcome = std::panic::catch_unwind(attempt);
    PANICS_ARE_EXPECTED.set(false);
    outcome.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| panic.downcast_ref::<&str>().map(|word| word.to_string()));
        let words = words.unwrap_or_else(|| "without a word".to_string());
        Observation::of_ending(Ending::Broken(format!("panic: {words}")))
    })
}

/// What wasmtime makes of it.
pub fn under_wasmtime(engine: &wasmtime::Engine, wasm: &[u8], plan: Plan<'_>) -> Observation {
    wasmtime_side::observe(engine, wasm, plan)
}

/// The pinned wasmi, set up as the VM has it, but for start functions: what is not metered has
/// them run by the engine.
pub fn wasmi_config() -> wasmi::Config {
    let mut config = primea::activation::engine::Engine::config();
    config.allow_start_fn(true);
    config
}

/// A wasmtime that agrees with our rules about NaNs, and compiles quickly.
pub fn wasmtime_engine() -> wasmtime::Engine {
    let mut config = wasmtime::Config::new();
    config.cranelift_nan_canonicalization(true);
    config.cranelift_opt_level(wasmtime::OptLevel::None);
    config.memory_reservation(0);
    config.memory_guard_size(0);
    config.signals_based_traps(false);
    wasmtime::Engine::new(&config).expect("wasmtime takes its own options")
}

mod wasmi_side {
    use super::{Ending, Fault, Observation, Plan, Value, meter};
    use wasmi::{Engine, Extern, Func, Linker, Module, Store, TrapCode, Val};

    pub fn observe(config: &wasmi::Config, wasm: &[u8], plan: Plan<'_>) -> Observation {
        let engine = Engine::new(config);
        let module = match Module::new(&engine, wasm) {
            Ok(module) => module,
            Err(error) => return Observation::of_ending(Ending::Broken(error.to_string())),
        };
        let mut store = Store::new(&engine, ());
        let made = Linker::<()>::new(&engine).instantiate_and_start(&mut store, &module);
        let instance = match made {
            Ok(instance) => instance,
            Err(error) => return Observation::of_ending(ending_of(&error)),
        };
        let mut seen = Observation::of_ending(Ending::Returned(Vec::new()));
        let tank = instance.get_global(&store, meter::TICKS);
        let start = instance.get_func(&store, meter::START);
        let has_start = start.is_some();
        let start = start.map(|start| (start, &[] as &[Value]));
        let calls = plan.calls.iter().map(|call| {
            let function = instance.get_func(&store, &call.export);
            let function = function.expect("the generator names only exports that exist");
            (function, call.arguments.as_slice())
        });
        let calls: Vec<(Func, &[Value])> = start.into_iter().chain(calls).collect();
        for (function, arguments) in calls {
            if let (Some(tank), Some(ticks)) = (tank, plan.tank) {
                let set = tank.set(&mut store, Val::I64(ticks));
                set.expect("the counter is a mutable i64");
            }
            let arguments: Vec<Val> = arguments.iter().map(to_wasmi).collect();
            let ty = function.ty(&store);
            let results = ty.results().iter();
            let mut results: Vec<Val> = results.map(|ty| Val::default_for_ty(*ty)).collect();
            let ending = match function.call(&mut store, &arguments, &mut results) {
                Ok(()) => Ending::Returned(results.iter().map(from_wasmi).collect()),
                Err(error) => ending_of(&error),
            };
            let left = tank.map(|tank| match tank.get(&store) {
                Val::I64(left) => left,
                other => unreachable!("the counter is an i64, not {other:?}"),
            });
            seen.note(ending, left);
            if seen.is_over(has_start) {
                break;
            }
        }
        for export in instance.exports(&store) {
            let name = export.name().to_string();
            match export.into_extern() {
                Extern::Global(global) => {
                    seen.globals.insert(name, from_wasmi(&global.get(&store)));
                }
                Extern::Memory(memory) => {
                    let hash = blake3::hash(memory.data(&store));
                    seen.memories.insert(name, (memory.size(&store), hash));
                }
                Extern::Table(table) => {
                    let nulls = (0..table.size(&store))
                        .map(|index| table.get(&store, index).expect("inside").is_null());
                    seen.tables.insert(name, nulls.collect());
                }
                Extern::Func(_) => {}
            }
        }
        seen
    }

    fn to_wasmi(value: &Value) -> Val {
        match *value {
            Value::I32(bits) => Val::I32(bits as i32),
            Value::I64(bits) => Val::I64(bits as i64),
            Value::F32(bits) => Val::F32(wasmi::F32::from_bits(bits)),
            Value::F64(bits) => Val::F64(wasmi::F64::from_bits(bits)),
            Value::Reference { .. } => unreachable!("no generator passes references"),
        }
    }

    fn from_wasmi(value: &Val) -> Value {
        match value {
            Val::I32(value) => Value::I32(*value as u32),
            Val::I64(value) => Value::I64(*value as u64),
            Val::F32(value) => Value::F32(value.to_bits()),
            Val::F64(value) => Value::F64(value.to_bits()),
            Val::FuncRef(reference) => Value::Reference {
                null: reference.is_null(),
            },
            Val::ExternRef(reference) => Value::Reference {
                null: reference.is_null(),
            },
            Val::V128(_) => unreachable!("vectors are refused"),
        }
    }

    fn ending_of(error: &wasmi::Error) -> Ending {
        match error.as_trap_code().and_then(fault_of) {
            Some(fault) => Ending::Faulted(fault),
            None => Ending::Broken(error.to_string()),
        }
    }

    pub(super) fn fault_of(trap: TrapCode) -> Option<Fault> {
        Some(match trap {
            TrapCode::UnreachableCodeReached => Fault::Unreachable,
            TrapCode::MemoryOutOfBounds => Fault::MemoryOutOfBounds,
            TrapCode::TableOutOfBounds => Fault::TableOutOfBounds,
            TrapCode::IndirectCallToNull => Fault::NullElement,
            TrapCode::IntegerDivisionByZero => Fault::DivisionByZero,
            TrapCode::IntegerOverflow => Fault::IntegerOverflow,
            TrapCode::BadConversionToInteger => Fault::InvalidConversion,
            TrapCode::StackOverflow => Fault::CallDepth,
            TrapCode::BadSignature => Fault::SignatureMismatch,
            _ => return None,
        })
    }
}

mod wasmtime_side {
    use super::{Ending, Fault, Observation, Plan, Value, meter};
    use wasmtime::{Engine, Extern, Func, Instance, Module, Store, Trap, Val};

    pub fn observe(engine: &Engine, wasm: &[u8], plan: Plan<'_>) -> Observation {
        let module = match Module::new(engine, wasm) {
            Ok(module) => module,
            Err(error) => return Observation::of_ending(Ending::Broken(format!("{error:?}"))),
        };
        let mut store = Store::new(engine, ());
        let instance = match Instance::new(&mut store, &module, &[]) {
            Ok(instance) => instance,
            Err(error) => return Observation::of_ending(ending_of(&error)),
        };
        let mut seen = Observation::of_ending(Ending::Returned(Vec::new()));
        let tank = instance.get_global(&mut store, meter::TICKS);
        let start = instance.get_func(&mut store, meter::START);
        let has_start = start.is_some();
        let start = start.map(|start| (start, &[] as &[Value]));
        let mut calls: Vec<(Func, &[Value])> = start.into_iter().collect();
        for call in plan.calls {
            let function = instance.get_func(&mut store, &call.export);
            let function = function.expect("the generator names only exports that exist");
            calls.push((function, &call.arguments));
        }
        for (function, arguments) in calls {
            if let (Some(tank), Some(ticks)) = (tank, plan.tank) {
                let set = tank.set(&mut store, Val::I64(ticks));
                set.expect("the counter is a mutable i64");
            }
            let arguments: Vec<Val> = arguments.iter().map(to_wasmtime).collect();
            let mut results = vec![Val::I32(0); function.ty(&store).results().len()];
            let ending = match function.call(&mut store, &arguments, &mut results) {
                Ok(()) => Ending::Returned(results.iter().map(from_wasmtime).collect()),
                Err(error) => ending_of(&error),
            };
            let left = tank.map(|tank| tank.get(&mut store).unwrap_i64());
            seen.note(ending, left);
            if seen.is_over(has_start) {
                break;
            }
        }
        let exports: Vec<(String, Extern)> = instance
            .exports(&mut store)
            .map(|export| (export.name().to_string(), export.into_extern()))
            .collect();
        for (name, export) in exports {
            match export {
                Extern::Global(global) => {
                    let value = from_wasmtime(&global.get(&mut store));
                    seen.globals.insert(name, value);
                }
                Extern::Memory(memory) => {
                    let hash = blake3::hash(memory.data(&store));
                    seen.memories.insert(name, (memory.size(&store), hash));
                }
                Extern::Table(table) => {
                    let nulls = (0..table.size(&store))
                        .map(|index| table.get(&mut store, index).expect("inside").is_null());
                    seen.tables.insert(name, nulls.collect());
                }
                _ => {}
            }
        }
        seen
    }

    fn to_wasmtime(value: &Value) -> Val {
        match *value {
            Value::I32(bits) => Val::I32(bits as i32),
            Value::I64(bits) => Val::I64(bits as i64),
            Value::F32(bits) => Val::F32(bits),
            Value::F64(bits) => Val::F64(bits),
            Value::Reference { .. } => unreachable!("no generator passes references"),
        }
    }

    fn from_wasmtime(value: &Val) -> Value {
        match value {
            Val::I32(value) => Value::I32(*value as u32),
            Val::I64(value) => Value::I64(*value as u64),
            Val::F32(bits) => Value::F32(*bits),
            Val::F64(bits) => Value::F64(*bits),
            Val::FuncRef(reference) => Value::Reference {
                null: reference.is_none(),
            },
            Val::ExternRef(reference) => Value::Reference {
                null: reference.is_none(),
            },
            other => unreachable!("{other:?} belongs to no proposal that we accept"),
        }
    }

    fn ending_of(error: &wasmtime::Error) -> Ending {
        match error.downcast_ref::<Trap>().copied().and_then(fault_of) {
            Some(fault) => Ending::Faulted(fault),
            None => Ending::Broken(format!("{error:?}")),
        }
    }

    fn fault_of(trap: Trap) -> Option<Fault> {
        Some(match trap {
            Trap::UnreachableCodeReached => Fault::Unreachable,
            Trap::MemoryOutOfBounds => Fault::MemoryOutOfBounds,
            Trap::TableOutOfBounds => Fault::TableOutOfBounds,
            Trap::IndirectCallToNull => Fault::NullElement,
            Trap::IntegerDivisionByZero => Fault::DivisionByZero,
            Trap::IntegerOverflow => Fault::IntegerOverflow,
            Trap::BadConversionToInteger => Fault::InvalidConversion,
            Trap::StackOverflow => Fault::CallDepth,
            Trap::BadSignature => Fault::SignatureMismatch,
            _ => return None,
        })
    }
}

/// The fault that wasmi's trap is, if a guest can cause it.
pub fn fault_of_wasmi(trap: wasmi::TrapCode) -> Option<Fault> {
    wasmi_side::fault_of(trap)
}
