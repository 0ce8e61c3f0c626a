//! `primea diff`: where two traces, states, results or vectors first differ.

use super::{DIFFERENCE, Outcome, print};
use clap::Args;
use primea::oracle::compare::files::{self, Finding};
use std::{fs, path::PathBuf, process::ExitCode};

/// Tells where two traces, states, results or vectors first differ
#[derive(Args)]
#[command(
    after_help = "Of two traces, each actor's own activations are compared. If only the order differs in \
which different
actors were active, that is said, and is no difference.

Exit code: 0 if they say the same, 1 if they differ, 2 if one cannot be read."
)]
pub struct Diff {
    /// A trace, a vector, a result, a state (JSON), or a text with lines
    one: PathBuf,
    /// Another
    other: PathBuf,
}

impl Diff {
    pub fn run(&self) -> Outcome {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let (one, other) = (read(&self.one)?, read(&self.other)?);
        match files::compare(&one, &other) {
            Finding::Same => Ok(ExitCode::SUCCESS),
            Finding::Alike(words) => {
                print(&words)?;
                Ok(ExitCode::SUCCESS)
            }
            Finding::Different(words) => {
                print(&words)?;
                Ok(ExitCode::from(DIFFERENCE))
            }
        }
    }
}
