//! `primea state diff`: prints what differs between two states.
//!
//! Enters: a store and two states in it. Leaves: lines or JSON; exit code 1 if they differ.
//! Refuses to know: how the states came about.

use super::{located_object, root};
use crate::cli::{DIFFERENCE, Outcome, print};
use clap::Args;
use primea::{
    look::diff::{Difference, diff},
    store::Store,
};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode};

/// Prints what differs between two states of a store, part by part
#[derive(Args)]
#[command(after_help = "Examples:
  primea state diff --store DIR before after
  primea state diff --store DIR \"$ROOT\" echo           ROOT=49e81f..., 64 hexadecimal digits

Exit code: 0 if nothing differs, 1 if anything does, 2 if that cannot be told.")]
pub struct Diff {
    /// The directory of the store
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// One state: a head, or the 64 hexadecimal digits of a root
    #[arg(value_name = "OLD")]
    old: String,
    /// The other one
    #[arg(value_name = "NEW")]
    new: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub fn run(&self) -> Outcome {
        let view = Store::read(&self.store)?.view()?;
        let [old, new] = [root(&view, Some(&self.old))?, root(&view, Some(&self.new))?];
        let differences = diff(&view, old, new).map_err(|error| located_object(&view, error))?;
        print(&if self.json {
            let differences: Vec<_> = differences.found.iter().map(as_json).collect();
            let result = json!({
                "old": old.to_string(),
                "new": new.to_string(),
                "differences": differences,
            });
            format!("{result:#}\n")
        } else {
            differences.found.iter().map(lines).collect()
        })?;
        Ok(match differences.found.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(DIFFERENCE),
        })
    }
}

fn as_json(difference: &Difference) -> serde_json::Value {
    let Difference { path, old, new } = difference;
    json!({ "path": path, "old": old, "new": new })
}

fn lines(difference: &Difference) -> String {
    let Difference { path, old, new } = difference;
    let side = |sign, text: &Option<String>| {
        let line = text.as_ref().map(|text| format!("  {sign} {text}\n"));
        line.unwrap_or_default()
    };
    format!("{path}\n{}{}", side('-', old), side('+', new))
}
