//! The programs that the benches measure are guests, and compute here what they compute natively.
//!
//! Enters: `benches/kernels`. Leaves: one trial a kernel. Refuses to know: how fast they are.
//!
//! Rules tested here: MOD-1, RUN-3.

use libtest_mimic::{Failed, Trial};
use primea::{
    activation::engine::{Engine, Guest, Host, Vm},
    fault::Fault,
    interface::table::{Dialect, ImportIndex},
    module::{Entry, Pass, accept, meter, schedule::PLAIN},
};
use std::path::Path;

/// Kernel, what `onMessage` gives, a size, what `run` gives for it: by the same source compiled
/// for another machine (x86-64, clang, with every sanitizer silent).
const EXPECTED: [(&str, u32, u64, u32); 16] = [
    ("base64", 2190335385, 3000, 1832058087),
    ("crc32", 0, 4, 4202536361),
    ("fib", 13, 17, 1597),
    ("hashtable", 634154428, 2000, 720025863),
    ("imports", 1, 500, 1),
    ("interpreter", 17, 60, 276),
    ("json", 878637492, 40, 338080542),
    ("levenshtein", 6, 60, 35),
    ("mandelbrot", 2475112504, 16, 2402325010),
    ("matmul", 4294967287, 17, 4294967286),
    ("nbody", 5750475, 50, 5760112),
    ("quicksort", 933730476, 2000, 3014106490),
    ("sha256", 165074120, 20, 1873877658),
    ("shapes", 584, 1000, 719530),
    ("sieve", 46, 20000, 2262),
    ("trees", 117443333, 8, 3147314953),
];

/// Answers `isValidRef` as in an activation that was handed its message and nothing else.
struct OneReference;

impl Host for OneReference {
    fn import(&mut self, _: ImportIndex, arguments: &[i32], _: Guest<'_>) -> Result<i32, Fault> {
        Ok(i32::from(arguments == [0]))
    }
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/kernels")
}

/// A trial a kernel, and one that none is forgotten.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("kernels::all_are_known", all_are_known)];
    for (name, small, size, large) in EXPECTED {
        trials.push(Trial::test(format!("kernels::{name}"), move || {
            computes(name, small, size, large)
        }));
    }
    trials
}

fn computes(name: &str, small: u32, size: u64, large: u32) -> Result<(), Failed> {
    let bytes = std::fs::read(folder().join(name).with_extension("wasm"))?;
    let module = accept(&bytes, Dialect::Capabilities).map_err(|refusal| refusal.to_string())?;
    let metered = meter(&module, &PLAIN, Pass::Exact);
    let prepared = Engine::new().prepare(&module, &metered);
    let mut vm = Vm::instantiate(&prepared, OneReference, 1 << 40)
        .map_err(|broken| broken.fault.to_string())?;
    let message = vm.call_entry(Entry::Message, 0);
    if message != Ok(Some(small.cast_signed())) {
        return Err(format!("onMessage: expected {small}, found {message:?}").into());
    }
    let result = vm.call_export("run", &[size]);
    if result != Ok(Some(u64::from(large))) {
        return Err(format!("run({size}): expected {large}, found {result:?}").into());
    }
    Ok(())
}

fn all_are_known() -> Result<(), Failed> {
    for entry in std::fs::read_dir(folder())? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let known = EXPECTED.iter().any(|row| row.0 == stem);
        if path.extension().is_some_and(|it| it == "wasm" || it == "c") && !known {
            return Err(
                format!("expected a checksum of every kernel, found none of {stem}").into(),
            );
        }
    }
    Ok(())
}
