//! `primea shrink`: makes a scenario that fails small.
//!
//! Enters: a scenario, an opponent. Leaves: a smaller scenario, an exit code. Refuses to know:
//! what is left out, and why the scenario fails.

use super::{
    Outcome,
    against::{Against, Asking, exit_code},
    print,
};
use clap::Args;
use primea::{
    oracle::{
        conform::text,
        draft::Draft,
        fuzz::opponent::kind,
        shrink::{ATTEMPTS, shrink},
    },
    scenario::{modules::read_file, problem::Source},
};
use std::{fs, path::PathBuf, process::ExitCode};

/// Reduces a scenario while it still fails in the same way
///
/// Steps, messages, modules, functions and instructions are left out, as long as the first difference stays of the
/// same kind. What a scenario expects is no part of that: its outcomes are written anew.
#[derive(Args)]
#[command(after_help = "Examples:
  primea shrink case.toml --target 'node my-vm.js'
  primea shrink case.toml --target ./my-vm --to small.toml
  primea shrink case.toml --self shuffled

Exit code: 0 if the scenario does not fail, 1 if it does, 2 if it cannot be read or carried out,
3 if the failure is that the target fails (crash, time-out, broken answer).")]
pub struct Shrink {
    /// The scenario file
    scenario: PathBuf,
    #[command(flatten)]
    against: Against,
    #[command(flatten)]
    asking: Asking,
    /// Write the small scenario here, rather than to stdout
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// How many smaller scenarios are tried at most
    #[arg(long, value_name = "N", default_value_t = ATTEMPTS)]
    attempts: usize,
}

impl Shrink {
    pub fn run(&self) -> Outcome {
        let shown = self.scenario.display().to_string();
        let bytes = read_file(&self.scenario).map_err(|why| format!("{shown}: {why}"))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{shown}: expected UTF-8"))?;
        let draft = Draft::read(&Source::new(&shown, text), self.scenario.parent())?;
        let stem = self.scenario.file_stem().unwrap_or_default();
        let name = stem.to_string_lossy().into_owned();
        let against = self.against.of(&self.asking);
        let mut opponent = against.opponent();
        let (_, report) = opponent.hold(0, draft.clone().prepare(&name)?);
        let Some(kind) = kind(&report) else {
            eprintln!(
                "{shown}: {}; there is nothing to shrink",
                report.verdict.name()
            );
            return Ok(ExitCode::SUCCESS);
        };
        let small = shrink(draft, &name, &kind, self.attempts, &mut opponent);
        let small =
            small.ok_or_else(|| format!("{shown}: expected {kind}, as before, found otherwise"))?;
        let text = small.draft.text();
        eprintln!(
            "{} lines after {} attempts",
            text.lines().count(),
            small.attempts
        );
        eprintln!("{}", text::case_lines(&small.report, false).join("\n"));
        match &self.to {
            Some(path) => {
                fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?
            }
            None => print(&text)?,
        }
        Ok(exit_code(&small.report))
    }
}
