//! The same program on two engines: whatever can be seen of it must be the same.
//!
//! Enters: programs and ways to rewrite them. Leaves: a verdict and how much was compared.
//! Refuses to know: how programs are made.

use crate::dense::{self, Program};
use crate::machine::{self, Ending, Observation, Plan};
use crate::random::Random;
use crate::rewrite::{self, Before};
use crate::smith;
use libtest_mimic::Failed;
use primea::fault::Fault;
use primea::interface::table::Dialect;
use primea::module::schedule::PLAIN;
use primea::module::{Pass, accept, meter, repair};
use std::path::PathBuf;

/// Where programs come from.
#[derive(Clone, Copy)]
pub struct Source {
    pub name: &'static str,
    /// The program of a seed, at most that large, if the seed has one.
    pub program: fn(seed: u64, size: usize) -> Option<Program>,
    pub size: usize,
}

pub const DENSE: Source = Source {
    name: "dense",
    program: |seed, size| Some(dense::program(seed, size)),
    size: 70,
};

pub const SMITH: Source = Source {
    name: "smith",
    program: |seed, _| smith::program(seed),
    size: 1,
};

/// What was compared, so that a run that compared nothing can't pass.
#[derive(Default, Debug)]
pub struct Compared {
    pub programs: usize,
    /// Instantiations and calls, of the repaired and of the metered module.
    pub endings: usize,
    pub faults: usize,
    pub out_of_ticks: usize,
    /// Programs that went too deep for one of the engines: these count depth differently.
    pub too_deep: usize,
    /// Seeds whose random bytes make no module.
    pub without_program: usize,
}

/// What two observations that ought to be the same are of.
pub struct Difference {
    program: Program,
    what: [&'static str; 2],
    seen: [Observation; 2],
}

/// More than any program spends, even one that asks for 2^32 pages.
const AMPLE: i64 = 1 << 60;
/// So few that most programs run out of them.
const SCARCE: usize = 3_000;

/// Two engines, ready to be compared.
pub struct Comparison {
    config: wasmi::Config,
    wasmtime: wasmtime::Engine,
}

impl Comparison {
    pub fn new() -> Comparison {
        Comparison {
            config: machine::wasmi_config(),
            wasmtime: machine::wasmtime_engine(),
        }
    }

    /// What each engine sees of the same bytes; none where one of them went too deep.
    fn observe(&self, wasm: &[u8], plan: Plan<'_>) -> Option<[Observation; 2]> {
        let wasmi = machine::under_wasmi(&self.config, wasm, plan);
        let wasmtime = machine::under_wasmtime(&self.wasmtime, wasm, plan);
        let is_comparable = !wasmi.is_too_deep() && !wasmtime.is_too_deep();
        is_comparable.then_some([wasmi, wasmtime])
    }

    /// Whether the engines agree on the program with nothing but `before` put into it.
    pub fn bare(&self, program: &Program, before: Before) -> Option<[Observation; 2]> {
        let wasm = rewrite::splice(&program.wasm, before);
        let plan = Plan {
            calls: &program.calls,
            tank: None,
        };
        self.observe(&wasm, plan)
    }

    /// The difference that this program makes, if it makes one: between the engines when it is
    /// only repaired, between them when it is metered, or between the two forms of it.
    fn of(&self, program: Program, seed: u64, compared: &mut Compared) -> Option<Difference> {
        let accepted = match accept(&program.wasm, Dialect::Capabilities) {
            Ok(accepted) => accepted,
            Err(refusal) => panic!("seed {seed}: a program that we refuse: {refusal}"),
        };
        let metered = meter(&accepted, &PLAIN, Pass::Exact);
        let is_ample = seed.is_multiple_of(2);
        let tank = match is_ample {
            true => AMPLE,
            false => Random::new(seed).below(SCARCE) as i64,
        };
        let plan = Plan {
            calls: &program.calls,
            tank: Some(tank),
        };
        let watched = meter(&accepted, &PLAIN, Pass::Watched);
        let watched = machine::under_wasmi(&self.config, watched.bytes(), plan);
        let bare = self.bare(&program, repair::before);
        let metered = self.observe(metered.bytes(), plan);
        let (Some([wasmi, wasmtime]), Some([wasmi_metered, wasmtime_metered])) = (bare, metered)
        else {
            compared.too_deep += 1;
            return None;
        };
        compared.add(&wasmtime);
        compared.add(&wasmtime_metered);
        compared.programs += 1;
        let exact = wasmi_metered.clone();
        let restricted = restricted_to(&wasmtime_metered, &wasmtime);
        let pairs = [
            (["wasmi", "wasmtime"], [wasmi, wasmtime.clone()]),
            (
                ["wasmi, metered", "wasmtime, metered"],
                [wasmi_metered, wasmtime_metered],
            ),
            (["wasmi, metered", "wasmi, watched"], [exact, watched]),
            (["metered", "not metered"], [restricted, wasmtime]),
        ];
        let considered = if is_ample { 4 } else { 3 };
        let mut pairs = pairs.into_iter().take(considered);
        let (what, seen) = pairs.find(|(_, [one, other])| one != other)?;
        Some(Difference {
            program,
            what,
            seen,
        })
    }
}

/// What is seen of a metered module, without what metering added to it.
fn restricted_to(metered: &Observation, bare: &Observation) -> Observation {
    let mut seen = metered.clone();
    seen.ticks.clear();
    seen.globals
        .retain(|name, _| bare.globals.contains_key(name));
    seen.tables.retain(|name, _| bare.tables.contains_key(name));
    seen.memories
        .retain(|name, _| bare.memories.contains_key(name));
    // A start function is part of the instantiation, or called after it.
    if seen.endings.len() > bare.endings.len() {
        seen.endings.remove(0);
    }
    seen
}

impl Compared {
    fn add(&mut self, seen: &Observation) {
        self.endings += seen.endings.len();
        for ending in &seen.endings {
            match ending {
                Ending::Faulted(Fault::OutOfTicks) => self.out_of_ticks += 1,
                Ending::Faulted(_) => self.faults += 1,
                _ => {}
            }
        }
    }
}

/// How many programs to compare, and from which seed on.
pub struct Extent {
    pub first_seed: u64,
    pub cases: u64,
}

impl Extent {
    /// `cases` from seed 0 on, unless the environment says otherwise.
    pub fn from_environment(cases: u64) -> Result<Extent, Failed> {
        let number = |name: &str, otherwise: u64| match std::env::var(name) {
            Err(_) => Ok(otherwise),
            Ok(text) => text.parse::<u64>().map_err(|_| {
                Failed::from(format!("{name}: expected a whole number, found {text:?}"))
            }),
        };
        Ok(Extent {
            first_seed: number("PRIMEA_FUZZ_SEED", 0)?,
            cases: number("PRIMEA_FUZZ_CASES", cases)?,
        })
    }

    fn seeds(&self) -> std::ops::Range<u64> {
        self.first_seed..self.first_seed + self.cases
    }
}

/// Compares all programs of the extent, and fails at the first that differs.
pub fn campaign(source: Source, extent: &Extent) -> Result<Compared, Failed> {
    let comparison = Comparison::new();
    let mut compared = Compared::default();
    for seed in extent.seeds() {
        let Some(program) = (source.program)(seed, source.size) else {
            compared.without_program += 1;
            continue;
        };
        if let Some(difference) = comparison.of(program, seed, &mut compared) {
            let smallest = smaller(source, seed, &comparison).unwrap_or(difference);
            return Err(report(source, seed, &smallest).into());
        }
    }
    Ok(compared)
}

/// The first dense program of the extent that differs with nothing but `before` put into it.
pub fn first_difference(before: Before, extent: &Extent) -> Option<u64> {
    let comparison = Comparison::new();
    extent.seeds().find(|seed| {
        let program = dense::program(*seed, DENSE.size);
        let seen = comparison.bare(&program, before);
        seen.is_some_and(|[wasmi, wasmtime]| wasmi != wasmtime)
    })
}

/// The same seed at lesser sizes: the first that still differs.
fn smaller(source: Source, seed: u64, comparison: &Comparison) -> Option<Difference> {
    let mut compared = Compared::default();
    (1..source.size).find_map(|size| {
        let program = (source.program)(seed, size)?;
        comparison.of(program, seed, &mut compared)
    })
}

fn report(source: Source, seed: u64, difference: &Difference) -> String {
    let name = source.name;
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("engine-{name}-{seed}.wasm"));
    let kept = match std::fs::write(&path, &difference.program.wasm) {
        Ok(()) => format!("kept in {}", path.display()),
        Err(error) => format!("not kept, {}: {error}", path.display()),
    };
    let calls = difference.program.calls.iter();
    let calls: Vec<String> = calls.map(|call| call.to_string()).collect();
    let [one, other] = difference.what;
    let [seen, seen_otherwise] = &difference.seen;
    format!(
        "seed {seed}: {one} and {other} differ; the module, before rewriting, is {kept}\n  \
         calls:\n    {}\n  {one}:\n{seen}  {other}:\n{seen_otherwise}  again: \
         PRIMEA_FUZZ_SEED={seed} PRIMEA_FUZZ_CASES=1 cargo test --test engine fuzz::{name}",
        calls.join("\n    "),
    )
}
