//! `primea run`: carries out one scenario and shows what happened.

use super::{BAD_INPUT, DIFFERENCE, Outcome, keep, print};
use clap::Args;
use primea::{
    scenario::{self, Scenario, play::play},
    trace::{golden, table},
    world::order::Order,
};
use std::{path::PathBuf, process::ExitCode};

/// Runs a scenario: prints its activations, and the root of the state after every step
#[derive(Args)]
#[command(after_help = "Examples:
  primea run spec-tests/basics/echo.toml
  primea run spec-tests/basics/echo.toml --calls
  primea run spec-tests/basics/echo.toml --state
  primea run spec-tests/basics/echo.toml --store DIR

Exit code: 0 if every expectation holds, 1 if one does not, 2 if the scenario cannot be read or
carried out.")]
pub struct Run {
    /// The scenario file
    scenario: PathBuf,
    /// Print the snapshot: every step in brief, and the whole state at the end
    #[arg(long)]
    state: bool,
    /// List the import calls below each activation
    #[arg(long, conflicts_with = "state")]
    calls: bool,
    #[command(flatten)]
    keeping: keep::Keeping,
}

impl Run {
    pub fn run(&self) -> Outcome {
        let name = self.scenario.display().to_string();
        let scenario = Scenario::load(&self.scenario, &name)?;
        let played = match self.keeping.keeper(&scenario, &self.scenario)? {
            Some(keeper) => keeper.play()?,
            None => play(&scenario.plan, &mut Order::Canonical),
        };
        let Scenario { source, plan } = scenario;
        print(&if self.state {
            golden::snapshot(&plan, &played)
        } else {
            let root = played.world.root();
            table::activations(&plan, &played, self.calls) + &format!("root {root}\n")
        })?;
        if !played.mismatches.is_empty() {
            eprintln!("{}", scenario::render(&source, &played.mismatches));
        }
        if let Some(problem) = &played.stopped {
            eprintln!("error: {}", source.render(problem));
            return Ok(ExitCode::from(BAD_INPUT));
        }
        Ok(if played.mismatches.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(DIFFERENCE)
        })
    }
}
