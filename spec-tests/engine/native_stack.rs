//! That no guest can exhaust the native stack, however long it runs.
//!
//! Enters: dense programs, repeated. Leaves: one trial. Refuses to know: results.
//!
//! wasmi's fast dispatch is a chain of calls of which the compiler is expected to make jumps.
//! Nothing guarantees that it does: with debug assertions it does not, and then every instruction
//! that a guest executes takes native stack, until the whole process dies. So this is tried in a
//! process of its own.

use crate::dense::{self, AGAIN};
use crate::machine::{self, Call, Plan, Value};
use crate::rewrite;
use libtest_mimic::{Failed, Trial};
use primea::module::repair;
use std::process::Command;

const NAME: &str = "native_stack::is_not_the_guests";
/// Set in the process that may die.
const CHILD: &str = "PRIMEA_ENGINE_NATIVE_STACK";
/// Native stack for the whole trial.
const STACK_BYTES: usize = 256 << 10;
const PROGRAMS: u64 = 150;
/// How often each program runs: with a few bytes for each instruction, far more than there is.
const TIMES: u32 = 2_000;

pub fn trial() -> Trial {
    Trial::test(NAME, || match std::env::var_os(CHILD) {
        Some(_) => run_all(),
        None => run_child(),
    })
}

fn run_child() -> Result<(), Failed> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--exact", NAME])
        .env(CHILD, "1")
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{}: a guest can exhaust the native stack; wasmi must be built with opt-level 2 or 3 and \
         without debug assertions, or with its feature `portable-dispatch`\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr),
    )
    .into())
}

fn run_all() -> Result<(), Failed> {
    let config = machine::wasmi_config();
    let run = move || {
        for seed in 0..PROGRAMS {
            let program = dense::program(seed, 60);
            let wasm = rewrite::splice(&program.wasm, repair::before);
            let call = Call {
                export: AGAIN.to_string(),
                arguments: vec![Value::I32(TIMES)],
            };
            let plan = Plan {
                calls: &[call],
                tank: None,
            };
            machine::under_wasmi(&config, &wasm, plan);
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let joined = thread.spawn(run)?.join();
    joined.map_err(|_| Failed::from("the engine panicked"))
}
