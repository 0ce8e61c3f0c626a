//! Two engines behind one door: what a module does, told in words that both share.
//!
//! Enters: a module's bytes and the calls to make. Leaves: an `Observation`.
//! Refuses to know: how the module was made, and which engine is right.

mod in_wasmi;
mod in_wasmtime;

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
    let attempt = AssertUnwindSafe(|| in_wasmi::observe(config, wasm, plan));
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
    in_wasmtime::observe(engine, wasm, plan)
}

/// The pinned wasmi, set up as the VM has it, but for start functions: what is not metered has
/// them run by the engine.
pub fn wasmi_config() -> wasmi::Config {
    let mut config = primea::activation::engine::Engine::config(primea::module::Pass::Exact);
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

/// The fault that wasmi's error is, if a guest can cause it.
pub fn fault_of_wasmi(error: &wasmi::Error) -> Option<Fault> {
    in_wasmi::fault_of(error)
}
