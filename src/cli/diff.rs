//! `primea diff`: where two traces, states, results or vectors first differ.

use super::{DIFFERENCE, Outcome, print};
use clap::Args;
use primea::oracle::compare::files;
use std::{fs, path::PathBuf, process::ExitCode};

/// Tells where two traces, states, results or vectors first differ
#[derive(Args)]
#[command(
    after_help = "Exit code: 0 if they say the same, 1 if they differ, 2 if one cannot be read."
)]
pub struct Diff {
    /// A vector, a result, a state (JSON), or a text with lines
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
        match files::difference(&one, &other) {
            None => Ok(ExitCode::SUCCESS),
            Some(difference) => {
                print(&difference)?;
                Ok(ExitCode::from(DIFFERENCE))
            }
        }
    }
}
