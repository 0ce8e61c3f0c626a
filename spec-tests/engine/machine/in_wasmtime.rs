//! What wasmtime makes of a module, in the common words.
//!
//! Enters: an engine, bytes, a plan. Leaves: an `Observation`. Refuses to know: wasmi.

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
