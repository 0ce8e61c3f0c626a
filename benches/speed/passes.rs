//! The metering passes that are compared, and a host that costs next to nothing.
//!
//! Enters: an accepted module. Leaves: VMs. Refuses to know: what is measured in them.

use primea::{
    activation::engine::{Engine, Guest, Host, Prepared, Vm},
    fault::Fault,
    interface::table::{Dialect, ImportIndex},
    module::{AcceptedModule, Pass, accept, meter, schedule::SCHEDULE_1},
};

/// More ticks than anything here spends.
pub const PLENTY: u64 = 1 << 61;

/// Every pass that there is. The last is the one in which guests usually run.
pub const PASSES: [Pass; 2] = [Pass::Exact, Pass::Fast];

/// The pass in which guests usually run.
pub const USUAL: Pass = PASSES[PASSES.len() - 1];

/// What a pass is called in tables.
pub fn name(pass: Pass) -> String {
    format!("{pass:?}").to_lowercase()
}

/// A module that must be acceptable.
pub fn accepted(bytes: &[u8], dialect: Dialect) -> AcceptedModule {
    match accept(bytes, dialect) {
        Ok(module) => module,
        Err(refusal) => panic!("a module of the bench is refused: {refusal}"),
    }
}

/// A module ready to run under that pass.
pub fn prepared(module: &AcceptedModule, pass: Pass) -> Prepared {
    Engine::new().prepare(module, &meter(module, &SCHEDULE_1, pass))
}

/// Answers every import at once, without charging: 1 for reference 0, otherwise 0.
pub struct Idle;

impl Host for Idle {
    fn import(&mut self, _: ImportIndex, arguments: &[i32], _: Guest<'_>) -> Result<i32, Fault> {
        Ok(i32::from(arguments.first() == Some(&0)))
    }
}

/// An instance whose imports do nothing, and whose start function has run.
pub fn idle_vm(prepared: &Prepared) -> Vm<Idle> {
    match Vm::instantiate(prepared, Idle, PLENTY) {
        Ok(mut vm) => {
            vm.run_start().expect("the start function runs");
            vm
        }
        Err(broken) => panic!("a module of the bench is broken: {}", broken.fault),
    }
}

/// Calls `run` with a number: its result, and the ticks that it spent.
pub fn run(vm: &mut Vm<Idle>, argument: u32) -> (u64, u64) {
    vm.set_ticks(PLENTY);
    match vm.call_export("run", &[u64::from(argument)]) {
        Ok(result) => (result.unwrap_or_default(), PLENTY - vm.ticks()),
        Err(fault) => panic!("a program of the bench faults: {fault}"),
    }
}
