//! Guests in text, run under the engine, against counts worked out by hand.
//!
//! Enters: guests, what they are called with, how many ticks they have. Leaves: tests of results,
//! faults and ticks. Refuses to know: actors.

mod callbacks;
mod counted;
mod depth;
mod exact;
mod hosts;
mod images;
mod structure;
mod traps;

use super::*;
use crate::interface::table::{Dialect, IMPORTS};
use crate::module::schedule::{PLAIN, Schedule};
use crate::module::{AcceptedModule, Pass, accept};

/// More ticks than any test spends.
pub const PLENTY: u64 = 1 << 50;

/// Notes what it is asked, and answers with the first argument plus 1.
#[derive(Default, Debug)]
pub struct Recorder {
    /// Name, arguments, ticks left, pages, bytes of memory.
    pub calls: Vec<(&'static str, Vec<i32>, u64, u32, usize)>,
    /// What each call spends.
    pub price: u64,
    /// What to fail with.
    pub fault: Option<Fault>,
}

impl Host for Recorder {
    fn import(
        &mut self,
        import: ImportIndex,
        arguments: &[i32],
        guest: Guest<'_>,
    ) -> Result<i32, Fault> {
        let Guest {
            memory,
            ticks,
            pages,
        } = guest;
        let name = IMPORTS[import].name;
        let arguments = arguments.to_vec();
        let answer = arguments.first().map_or(0, |first| first + 1);
        self.calls
            .push((name, arguments, *ticks, pages, memory.len()));
        *ticks -= self.price;
        if let Some(byte) = memory.first_mut() {
            *byte = 0xee;
        }
        self.fault.map_or(Ok(answer), Err)
    }
}

pub fn accepted(wat: &str) -> AcceptedModule {
    let bytes = wat::parse_str(wat).expect("the test's text is well-formed");
    match accept(&bytes, Dialect::Capabilities) {
        Ok(module) => module,
        Err(refusal) => panic!("{refusal}"),
    }
}

pub fn prepared_under(schedule: &Schedule, wat: &str) -> Prepared {
    let module = accepted(wat);
    let metered = meter::meter(&module, schedule, Pass::Exact);
    Engine::new().prepare(&module, &metered)
}

pub fn prepared(wat: &str) -> Prepared {
    prepared_under(&PLAIN, wat)
}

pub fn vm(wat: &str, ticks: u64) -> Vm<Recorder> {
    match Vm::instantiate(&prepared(wat), Recorder::default(), ticks) {
        Ok(vm) => vm,
        Err(broken) => panic!("{broken:?}"),
    }
}

/// A module whose `onMessage` has that body, beside whatever else is given.
pub fn on_message(rest: &str, body: &str) -> String {
    format!(r#"(module {rest} (func $main (export "onMessage") (param i32) (result i32) {body}))"#)
}

/// What a run of `onMessage(argument)` comes to: the result or fault, and the ticks spent.
pub fn run(prepared: &Prepared, argument: i32, ticks: u64) -> (Result<Option<i32>, Fault>, u64) {
    let mut vm = match Vm::instantiate(prepared, Recorder::default(), ticks) {
        Ok(vm) => vm,
        Err(broken) => panic!("{broken:?}"),
    };
    let outcome = vm.call_entry(Entry::Message, argument);
    (outcome, ticks - vm.ticks())
}

/// That a run costs exactly `cost`, comes to `outcome`, and runs out of ticks with any fewer.
#[track_caller]
pub fn costs(wat: &str, argument: i32, cost: u64, outcome: Result<i32, Fault>) {
    let prepared = prepared(wat);
    let outcome = outcome.map(Some);
    assert_eq!(run(&prepared, argument, PLENTY), (outcome, cost));
    let metered = meter::meter(prepared.module(), &PLAIN, Pass::Fast);
    let fast = Engine::new().prepare(prepared.module(), &metered);
    for budget in [PLENTY, cost + 1, cost] {
        // It may fail where there is just enough, but never come to anything else.
        let (found, spent) = run(&fast, argument, budget);
        match outcome {
            Ok(_) if budget == PLENTY => assert_eq!((found, spent), (outcome, cost)),
            Ok(_) if found.is_ok() => assert_eq!((found, spent), (outcome, cost)),
            Ok(_) => assert_eq!(found, Err(Fault::OutOfTicks)),
            Err(_) => assert!(found.is_err()),
        }
    }
    for less in (0..cost).rev().take(200) {
        let mut vm = match Vm::instantiate(&fast, Recorder::default(), less) {
            Ok(vm) => vm,
            Err(broken) => panic!("{broken:?}"),
        };
        let found = vm.call_entry(Entry::Message, argument);
        assert!(found.is_err() || vm.is_overdrawn(), "{less} of {cost}");
    }
    assert_eq!(run(&prepared, argument, cost + 1), (outcome, cost));
    assert_eq!(run(&prepared, argument, cost), (outcome, cost));
    for less in (0..cost).rev().take(200) {
        let starved = (Err(Fault::OutOfTicks), less);
        assert_eq!(run(&prepared, argument, less), starved, "of {cost}");
    }
}
