//! `primea state`: looks into a store.
//!
//! Enters: arguments. Leaves: what the commands below print. Refuses to know: how states are kept.

mod diff;
mod gc;
mod prove;
mod show;
mod verify;

use super::Outcome;
use clap::{Args, Subcommand};
use primea::{
    look::{LookError, keys},
    state::{hash::Hash, keep::KeepError},
    store::{Store, StoreError, View},
};
use std::path::PathBuf;

/// Looks into the states of a store
#[derive(Args)]
#[command(after_help = "\
A path is the names of parts and the keys of maps, with / between them (docs/state.md):
  actors/ID                     ID: 64 hexadecimal digits, or 0 for the first actor that the
                                outside created, 0.2 for the third one that this one created
  actors/ID/storage/KEY         KEY: a decimal index, hex:DIGITS, text:TEXT, or other text
  actors/ID/bound/NAME          NAME: as a KEY
  actors/ID/inbox/POSITION      POSITION: STAMP-SENDER-NUMBER, or 0 for the first
  actors/ID/code, creation, run
  channels/ID/first, second     ID: 64 hexadecimal digits, or outside:0, or 0.2:1
  probes/NAME/received/POSITION
  .../message, .../data, .../capabilities/0, .../ports/0, .../response

Exit code: 0 if what is asked for holds, 1 if it does not, 2 if it cannot be answered.")]
pub struct State {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Show(show::Show),
    Prove(prove::Prove),
    Verify(verify::Verify),
    Diff(diff::Diff),
    Gc(gc::Gc),
}

impl State {
    pub fn run(&self) -> Outcome {
        match &self.command {
            Command::Show(show) => show.run(),
            Command::Prove(prove) => prove.run(),
            Command::Verify(verify) => verify.run(),
            Command::Diff(diff) => diff.run(),
            Command::Gc(gc) => gc.run(),
        }
    }
}

/// Which state of which store.
#[derive(Args)]
struct Chosen {
    /// The directory of the store
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The state: a head, or the 64 hexadecimal digits of a root; the only head if there is one
    #[arg(long, value_name = "HEAD|ROOT")]
    at: Option<String>,
}

impl Chosen {
    fn open(&self) -> Result<(View, Hash), StoreError> {
        let view = Store::read(&self.store)?.view()?;
        let root = root(&view, self.at.as_deref())?;
        Ok((view, root))
    }
}

/// The root that a head or its digits name; without either, that of the only head.
fn root(view: &View, at: Option<&str>) -> Result<Hash, StoreError> {
    let Some(at) = at else {
        return match view.heads()?.as_slice() {
            [(_, head)] => Ok(head.root),
            heads => Err(view.refused(format!(
                "expected --at with one of the heads, found none: {}",
                names(heads.iter().map(|(name, _)| name))
            ))),
        };
    };
    if let Some(root) = keys::root(at) {
        return Ok(root);
    }
    let head = view.head(at)?.map(|head| head.root);
    head.map_or_else(
        || {
            let heads = view.heads()?;
            let heads = names(heads.iter().map(|(name, _)| name));
            Err(view.refused(format!("expected one of the heads, found `{at}`: {heads}")))
        },
        Ok,
    )
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    match names.as_slice() {
        [] => "there are none".to_owned(),
        names => format!("there are {}", names.join(", ")),
    }
}

/// An error about the store, or about a path in it.
fn located(view: &View, error: LookError) -> Box<dyn std::error::Error> {
    match error {
        LookError::Keep(error) => view.located(error).into(),
        LookError::Path(why) => why.into(),
    }
}

fn located_object(view: &View, error: KeepError) -> Box<dyn std::error::Error> {
    view.located(error).into()
}
