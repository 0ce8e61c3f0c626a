//! `primea state show`: prints a state, or a part of one.
//!
//! Enters: a store, a state and a path. Leaves: text or JSON. Refuses to know: how a part is laid
//! out.

use super::{Chosen, located, located_object};
use crate::cli::{Outcome, print};
use clap::Args;
use primea::look::{json, show::Shower, way};
use std::process::ExitCode;

/// Prints a state, or what a path in it leads to
#[derive(Args)]
#[command(after_help = "Examples:
  primea state show --store DIR
  primea state show --store DIR actors/0/storage
  primea state show --store DIR --at echo probes/out/received/0/message --json")]
pub struct Show {
    #[command(flatten)]
    chosen: Chosen,
    /// The path; without one, the whole state
    #[arg(default_value = "")]
    path: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Show {
    pub fn run(&self) -> Outcome {
        let (view, root) = self.chosen.open()?;
        let arrival = way::go(&view, root, &self.path).map_err(|error| located(&view, error))?;
        let (place, field) = (&arrival.place, arrival.last_field());
        let text = if self.json {
            let value = json::value(&view, place, field);
            let value = value.map_err(|error| located_object(&view, error))?;
            format!("{value:#}\n")
        } else {
            let path = way::write(&arrival.turns);
            let title = if path.is_empty() { "state" } else { &path };
            let shower = Shower::new(&view, root);
            let shown = shower.and_then(|shower| shower.show(title, place, field));
            shown.map_err(|error| located_object(&view, error))?
        };
        print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
