//! `primea state prove`: writes a proof of a part of a state.
//!
//! Enters: a store, a state and a path. Leaves: a file. Refuses to know: who will believe it.

use super::{Chosen, located};
use crate::cli::{Outcome, print};
use clap::Args;
use primea::look::prove::prove;
use std::{path::PathBuf, process::ExitCode};

/// Writes a proof of what a path leads to, or that nothing is there
#[derive(Args)]
#[command(after_help = "Examples:
  primea state prove --store DIR actors/0/storage/7 --out proof.json
  primea state prove --store DIR actors/0/inbox/0/message")]
pub struct Prove {
    #[command(flatten)]
    chosen: Chosen,
    /// The path
    path: String,
    /// The file to write; without one, it is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Prove {
    pub fn run(&self) -> Outcome {
        let (view, root) = self.chosen.open()?;
        let claim = prove(&view, root, &self.path).map_err(|error| located(&view, error))?;
        match &self.out {
            None => print(&claim.to_text())?,
            Some(file) => {
                std::fs::write(file, claim.to_text())
                    .map_err(|why| format!("{}: cannot be written: {why}", file.display()))?;
                print(&format!(
                    "root {root}\nproof of {} in {}\n",
                    claim.path,
                    file.display()
                ))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
