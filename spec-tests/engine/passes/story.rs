//! What can be told of a module that was run, and the ways to run it.
//!
//! Enters: an accepted module, calls and a tank. Leaves: a `Story`, in the same words whoever ran
//! it. Refuses to know: which way is right.

use super::host::{Event, Seeded};
use crate::counter::{Counter, Decoded, Stop, decode};
use primea::activation::engine::{CallbackShape, Engine, Image, Prepared, Vm};
use primea::fault::Fault;
use primea::module::schedule::Schedule;
use primea::module::{AcceptedModule, Entry, Pass, meter};
use std::fmt;
use wasmparser::ExternalKind;

/// One call into the guest.
#[derive(Clone, Debug)]
pub enum Call {
    Entry(Entry, i32),
    /// A function of the callback table.
    Callback(u32, Vec<i32>),
}

/// What happens to one instance: its start function, then these, until one faults.
#[derive(Clone, Debug)]
pub struct Plan {
    pub calls: Vec<Call>,
    /// Of the host's answers.
    pub host: u64,
}

/// Who runs a module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// The interpreter of these tests, with the module as it was given.
    Counter,
    /// The VM, with the module metered so.
    Metered(Pass),
    /// The first call in a fast VM, and each further one in an exact VM that is made of the image
    /// of the one before: so a kept run is replayed.
    Restored,
}

/// A module ready to be run one way.
pub enum Ready<'a> {
    Counted(Box<Decoded<'a>>, &'a Schedule),
    Prepared(Prepared),
    /// In what the first call is made, and in what the others.
    Restored([Prepared; 2]),
}

/// All that can be seen of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Story {
    /// The results of all calls, or the first fault.
    pub ending: Result<Vec<Option<i32>>, Fault>,
    /// What was left in the tank.
    pub ticks: u64,
    pub events: Vec<Event>,
    /// What a kept VM would keep; a fault leaves nothing (RUN-8).
    pub state: Option<State>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct State {
    pub memory: Vec<u8>,
    /// The mutable ones, with their indices.
    pub globals: Vec<(u32, u64)>,
    pub tables: Vec<Vec<Option<u32>>>,
    pub dropped_data: Vec<bool>,
    pub dropped_elements: Vec<bool>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = blake3::hash(&self.memory).to_hex();
        write!(f, "memory {} bytes {}", self.memory.len(), &hash[..16])?;
        write!(f, ", globals {:x?}, tables {:?}", self.globals, self.tables)?;
        let dropped = (&self.dropped_data, &self.dropped_elements);
        write!(f, ", dropped {dropped:?}")
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    {:?}, {} ticks left", self.ending, self.ticks)?;
        for event in &self.events {
            writeln!(f, "    {event:?}")?;
        }
        if let Some(state) = &self.state {
            writeln!(f, "    {state:?}")?;
        }
        Ok(())
    }
}

impl Way {
    pub fn ready<'a>(
        self,
        engine: &Engine,
        module: &'a AcceptedModule,
        schedule: &'a Schedule,
    ) -> Ready<'a> {
        let prepare = |pass| engine.prepare(module, &meter(module, schedule, pass));
        match self {
            Way::Counter => {
                let decoded = decode(module.bytes(), module.dialect());
                Ready::Counted(Box::new(decoded), schedule)
            }
            Way::Metered(pass) => Ready::Prepared(prepare(pass)),
            Way::Restored => Ready::Restored([Pass::Fast, Pass::Exact].map(prepare)),
        }
    }
}

impl Ready<'_> {
    /// Runs the plan in a fresh instance; `Err` says which instruction is not known.
    pub fn run(&self, plan: &Plan, ticks: u64) -> Result<Story, String> {
        let host = Seeded::new(plan.host);
        match self {
            Ready::Counted(module, schedule) => {
                let (mut counter, made) = Counter::new(module, schedule, host, ticks);
                let ending = made.and_then(|()| counted(&mut counter, module, plan));
                told_of(counter, module, ending)
            }
            Ready::Prepared(prepared) => Ok(by_vm([prepared, prepared], plan, host, ticks)),
            Ready::Restored([first, others]) => Ok(by_vm([first, others], plan, host, ticks)),
        }
    }
}

fn by_vm([first, others]: [&Prepared; 2], plan: &Plan, host: Seeded, ticks: u64) -> Story {
    let mut vm = match Vm::instantiate(first, host, ticks) {
        Ok(vm) => vm,
        Err(broken) => {
            return Story {
                ending: Err(broken.fault),
                ticks,
                events: broken.host.events,
                state: None,
            };
        }
    };
    let restored = (first.pass() != others.pass()).then_some(others);
    let ending = called(&mut vm, restored, plan);
    let state = ending.is_ok().then(|| {
        let image = vm.image(&Image::default());
        let globals = image.globals.iter();
        State {
            memory: image.pages.concat(),
            globals: globals.map(|it| (it.index, it.bits)).collect(),
            tables: image.tables,
            dropped_data: image.dropped_data,
            dropped_elements: image.dropped_elements,
        }
    });
    Story {
        ending,
        ticks: vm.ticks(),
        events: vm.into_host().events,
        state,
    }
}

fn called(
    vm: &mut Vm<Seeded>,
    restored: Option<&Prepared>,
    plan: &Plan,
) -> Result<Vec<Option<i32>>, Fault> {
    vm.run_start()?;
    let mut results = Vec::new();
    for call in &plan.calls {
        covered(vm)?;
        let left = vm.ticks();
        if let (Some(prepared), false) = (restored, results.is_empty()) {
            let host = std::mem::replace(vm.host_mut(), Seeded::new(0));
            *vm = Vm::restore(prepared, host, &vm.image(&Image::default()));
        }
        // The VM does this before each activation of a kept one: it must change nothing.
        vm.set_ticks(left);
        results.push(match call {
            Call::Entry(entry, argument) => vm.call_entry(*entry, *argument)?,
            Call::Callback(index, arguments) => {
                vm.call_back(*index, arguments, CallbackShape::AsDeclared)?
            }
        });
    }
    covered(vm)?;
    Ok(results)
}

/// A fast VM may notice only at the end that more was spent than there was.
fn covered(vm: &Vm<Seeded>) -> Result<(), Fault> {
    match vm.is_overdrawn() {
        true => Err(Fault::OutOfTicks),
        false => Ok(()),
    }
}

fn counted(
    counter: &mut Counter<'_, Seeded>,
    module: &Decoded<'_>,
    plan: &Plan,
) -> Result<Vec<Option<i32>>, Stop> {
    if let Some(start) = module.start {
        counter.call(start, &[])?;
    }
    let mut results = Vec::new();
    for call in &plan.calls {
        let (function, arguments) = match call {
            Call::Entry(entry, argument) => {
                let Some(function) = module.export(entry.export_name(), ExternalKind::Func) else {
                    results.push(None);
                    continue;
                };
                (function, std::slice::from_ref(argument))
            }
            Call::Callback(index, arguments) => {
                (callback(counter, module, *index)?, arguments.as_slice())
            }
        };
        let ty = &module.types[module.functions[function as usize] as usize];
        let given = arguments.iter().map(|it| u64::from(*it as u32));
        let given = given.chain(std::iter::repeat(0)).take(ty.params().len());
        let given: Vec<u64> = given.collect();
        let result = counter.call(function, &given)?;
        results.push(result.first().map(|it| *it as u32 as i32));
    }
    Ok(results)
}

/// The function that a callback means (RUN-5, LEG-7).
fn callback(counter: &Counter<'_, Seeded>, module: &Decoded<'_>, index: u32) -> Result<u32, Fault> {
    use wasmparser::ValType::I32;
    let table = module
        .export("callbacks", ExternalKind::Table)
        .or_else(|| module.export("__indirect_function_table", ExternalKind::Table))
        .ok_or(Fault::BadCallback)?;
    let element = counter.tables[table as usize].get(index as usize);
    let function = element.and_then(|it| it.checked_sub(1));
    let function = function.ok_or(Fault::BadCallback)? as u32;
    let ty = &module.types[module.functions[function as usize] as usize];
    let fits = ty.params().iter().all(|it| *it == I32) && matches!(ty.results(), [] | [I32]);
    match fits && function as usize >= module.imports.len() {
        true => Ok(function),
        false => Err(Fault::BadCallback),
    }
}

fn told_of(
    counter: Counter<'_, Seeded>,
    module: &Decoded<'_>,
    ending: Result<Vec<Option<i32>>, Stop>,
) -> Result<Story, String> {
    let ending = match ending {
        Ok(results) => Ok(results),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(Stop::Unknown(instruction)) => return Err(instruction),
    };
    let element = |it: &u64| it.checked_sub(1).map(|function| function as u32);
    let globals = (0..).zip(&module.globals).zip(&counter.globals);
    let state = ending.is_ok().then(|| State {
        memory: counter.memory,
        globals: globals
            .filter(|((_, global), _)| global.is_mutable)
            .map(|((index, _), bits)| (index, *bits))
            .collect(),
        tables: (counter.tables.iter())
            .map(|table| table.iter().map(element).collect())
            .collect(),
        dropped_data: counter.dropped_data,
        dropped_elements: counter.dropped_elements,
    });
    Ok(Story {
        ending,
        ticks: counter.ticks,
        events: counter.host.events,
        state,
    })
}
