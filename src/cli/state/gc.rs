//! `primea state gc`: removes from a store what no head needs.
//!
//! Enters: a store, and heads to be forgotten. Leaves: a store without what nothing needs, and
//! what that came to. Refuses to know: what objects mean.

use super::verify::numbers;
use crate::cli::{DIFFERENCE, Outcome, print};
use clap::Args;
use primea::store::{Collected, Store, StoreError};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode};

/// Removes what no head of a store reaches, and gives the space back
#[derive(Args)]
#[command(after_help = "Examples:
  primea state gc --store DIR
  primea state gc --store DIR --forget old

A store that is damaged is left as it is: what leads on from the damage would be lost.

Exit code: 0 if it was done, 1 if the store is damaged, 2 if there is no such store or head.")]
pub struct Gc {
    /// The directory of the store
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// Remove this head first; can be given several times
    #[arg(long, value_name = "HEAD")]
    forget: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Gc {
    pub fn run(&self) -> Outcome {
        let mut store = Store::open(&self.store)?;
        if !self.forget.is_empty() {
            store.write(|batch| {
                let mut names = self.forget.iter();
                names.try_for_each(|name| match batch.remove_head(name)? {
                    true => Ok(()),
                    false => {
                        let place = store.file().to_owned();
                        let why = format!("expected a head, found none named {name}");
                        Err(StoreError { place, why })
                    }
                })
            })?;
        }
        match store.collect() {
            Ok(collected) => {
                print(&self.text(&collected))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(whys) => {
                whys.iter().for_each(|why| eprintln!("error: {why}"));
                Ok(ExitCode::from(DIFFERENCE))
            }
        }
    }

    fn text(&self, collected: &Collected) -> String {
        let Collected {
            kept,
            file_before,
            file_after,
        } = collected;
        if self.json {
            let result = json!({
                "found": numbers(kept),
                "file before": file_before,
                "file after": file_after,
            });
            return format!("{result:#}\n");
        }
        format!(
            "kept: {} objects, {} bytes\nfreed: {} objects, {} bytes\n\
             file: {file_before} bytes before, {file_after} bytes after\n",
            kept.objects, kept.bytes, kept.unreachable_objects, kept.unreachable_bytes
        )
    }
}
