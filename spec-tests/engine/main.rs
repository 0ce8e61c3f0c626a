//! That the engine is right: wasmi as it is pinned and set up, behind our own acceptance and
//! rewriting, against the official tests of WebAssembly and against another engine.
//!
//! Enters: nothing. Leaves: named trials, for `cargo test` and `cargo nextest run` alike.
//! Refuses to know: actors, imports, and everything else that is not the engine.
//!
//! `PRIMEA_FUZZ_CASES=50000 cargo test --test engine fuzz::` runs long; `PRIMEA_FUZZ_SEED` says
//! where to begin. A failure names the seed and the command that repeats it.

mod counter;
mod dense;
mod differential;
mod kernels;
mod known;
mod machine;
mod native_stack;
mod official;
mod passes;
mod random;
mod rewrite;
mod smith;
#[path = "../smith_settings.rs"]
mod smith_settings;

use differential::{DENSE, Extent, SMITH, Source, campaign, first_difference};
use libtest_mimic::{Arguments, Failed, Trial};
use primea::module::repair;
use wasm_encoder::Instruction;
use wasmparser::Operator;

/// Programs of each source that are compared when nobody asks for more.
const CASES: u64 = 400;
/// Dense programs among which each unrepaired fault must show itself.
const CONVICTION_CASES: u64 = 400;

fn main() {
    machine::keep_quiet_about_expected_panics();
    let mut trials = official::trials();
    trials.extend(kernels::trials());
    trials.extend(known::trials());
    trials.push(native_stack::trial());
    trials.extend([DENSE, SMITH].map(fuzz_trial));
    trials.extend([
        conviction_trial("select", |operator| match operator {
            Operator::Select | Operator::TypedSelect { .. } => &[],
            other => repair::before(other),
        }),
        conviction_trial("block_with_parameters", |operator| match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => &[],
            other => repair::before(other),
        }),
        conviction_trial("store", |operator| match operator {
            Operator::Select
            | Operator::TypedSelect { .. }
            | Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. } => repair::before(operator),
            _ => &[],
        }),
    ]);
    trials.extend(passes::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

/// The engines must agree on every program.
fn fuzz_trial(source: Source) -> Trial {
    Trial::test(format!("fuzz::{}", source.name), move || {
        let extent = Extent::from_environment(CASES)?;
        let compared = campaign(source, &extent)?;
        println!("{}: {compared:?}", source.name);
        match compared.programs {
            0 => Err(Failed::from("nothing was compared")),
            _ => Ok(()),
        }
    })
}

/// The dense programs must find the fault that one repair hides, once it is left out.
fn conviction_trial(
    name: &str,
    before: fn(&Operator<'_>) -> &'static [Instruction<'static>],
) -> Trial {
    Trial::test(format!("conviction::{name}"), move || {
        let extent = Extent {
            first_seed: 0,
            cases: CONVICTION_CASES,
        };
        match first_difference(before, &extent) {
            Some(_) => Ok(()),
            None => Err(format!("{CONVICTION_CASES} programs do not find the fault").into()),
        }
    })
}
