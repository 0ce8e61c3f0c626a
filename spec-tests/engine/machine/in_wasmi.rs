//! What wasmi makes of a module, in the common words.
//!
//! Enters: a configuration, bytes, a plan. Leaves: an `Observation`. Refuses to know: wasmtime.

use super::{Ending, Fault, Observation, Plan, Value, meter};
use wasmi::errors::{ErrorKind, InstantiationError};
use wasmi::{Engine, Extern, Func, Instance, Linker, Module, Nullable, Ref, Store, TrapCode, Val};

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
    if let Some(table) = instance.get_table(&store, meter::watch::TABLE) {
        let told = Func::wrap(&mut store, |_mark: i32| ());
        let put = table.set(&mut store, 0, Ref::Func(Nullable::Val(told)));
        put.expect("the table holds one function");
    }
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
    note_exports(&mut seen, &instance, &store);
    seen
}

/// Notes what can be seen from outside when all calls were made.
fn note_exports(seen: &mut Observation, instance: &Instance, store: &Store<()>) {
    for export in instance.exports(store) {
        let name = export.name().to_string();
        match export.into_extern() {
            Extern::Global(global) => {
                seen.globals.insert(name, from_wasmi(&global.get(store)));
            }
            Extern::Memory(memory) => {
                let hash = blake3::hash(memory.data(store));
                seen.memories.insert(name, (memory.size(store), hash));
            }
            Extern::Table(_) if name == meter::watch::TABLE => {}
            Extern::Table(table) => {
                let nulls = (0..table.size(store))
                    .map(|index| table.get(store, index).expect("inside").is_null());
                seen.tables.insert(name, nulls.collect());
            }
            Extern::Func(_) => {}
        }
    }
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
    match fault_of(error) {
        Some(fault) => Ending::Faulted(fault),
        None => Ending::Broken(error.to_string()),
    }
}

/// The fault that wasmi's error is, if a guest can cause it.
pub fn fault_of(error: &wasmi::Error) -> Option<Fault> {
    // To wasmi this is no trap, though the standard says so.
    if let ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. }) =
        error.kind()
    {
        return Some(Fault::TableOutOfBounds);
    }
    error.as_trap_code().and_then(fault_of_trap)
}

fn fault_of_trap(trap: TrapCode) -> Option<Fault> {
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
