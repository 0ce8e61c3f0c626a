//! `primea state verify`: holds a proof to a root, or a whole store to itself.
//!
//! Enters: a root and a file; or a store. Leaves: what was shown, or what is wrong; exit code 1
//! if something is. Refuses to know: the store, when it verifies a proof.

use crate::cli::{DIFFERENCE, Outcome, print};
use clap::{ArgGroup, Args};
use primea::{
    look::{keys, prove::Claim, show::plain},
    state::hash::Hash,
    store::{Store, StoreError, Verified},
};
use serde_json::{Value, json};
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Checks a proof against a root, or everything in a store
#[derive(Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["root", "store"]),
    after_help = "Examples:
  primea state verify --root \"$ROOT\" proof.json      ROOT=99eaf4..., 64 hexadecimal digits
  primea state verify --store DIR

Exit code: 0 if it holds, 1 if it does not, 2 if there is no such proof or store."
)]
pub struct Verify {
    /// The root of the state that the proof is about
    #[arg(long, value_name = "HASH", value_parser = root, requires = "proof")]
    root: Option<Hash>,
    /// The proof, as `primea state prove` writes it; - reads it from stdin
    #[arg(requires = "root")]
    proof: Option<PathBuf>,
    /// The directory of the store
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn root(text: &str) -> Result<Hash, String> {
    keys::root(text).ok_or_else(|| "expected 64 hexadecimal digits".to_owned())
}

impl Verify {
    pub fn run(&self) -> Outcome {
        match (&self.root, &self.proof, &self.store) {
            (Some(root), Some(proof), None) => self.proof(*root, proof),
            (None, None, Some(store)) => self.store(store),
            _ => unreachable!("the command line asks for one of both"),
        }
    }

    fn proof(&self, root: Hash, file: &Path) -> Outcome {
        let at = |why: String| format!("{}: {why}", file.display());
        let text = read(file).map_err(|why| at(format!("cannot be read: {why}")))?;
        let claim = Claim::from_text(&text).map_err(at)?;
        let (code, result, words) = match claim.verify(root) {
            Ok(shown) => (
                ExitCode::SUCCESS,
                json!({ "holds": true, "path": shown.path, "value": shown.value }),
                format!("{}:{}", shown.path, words(&shown.value)),
            ),
            Err(why) => (
                ExitCode::from(DIFFERENCE),
                json!({ "holds": false, "why": why }),
                format!("it proves nothing: {why}"),
            ),
        };
        print(&if self.json {
            format!("{result:#}\n")
        } else {
            format!("root {root}\n{words}\n")
        })?;
        Ok(code)
    }

    fn store(&self, directory: &Path) -> Outcome {
        let store = Store::read(directory)?;
        match store.verify() {
            Ok(verified) => {
                print(&if self.json {
                    format!(
                        "{:#}\n",
                        json!({ "holds": true, "store": numbers(&verified) })
                    )
                } else {
                    counted(&verified)
                })?;
                Ok(ExitCode::SUCCESS)
            }
            Err(whys) => {
                let whys: Vec<String> = whys.iter().map(StoreError::to_string).collect();
                if self.json {
                    print(&format!("{:#}\n", json!({ "holds": false, "why": whys })))?;
                } else {
                    whys.iter().for_each(|why| eprintln!("error: {why}"));
                }
                Ok(ExitCode::from(DIFFERENCE))
            }
        }
    }
}

/// What a proof shows, in a line or more.
fn words(value: &Value) -> String {
    let Value::Object(parts) = value else {
        return " nothing".to_owned();
    };
    let lines = parts.iter().map(|(name, value)| match value {
        Value::Null => format!("\n  {name}: nothing"),
        value => format!("\n  {name}: {}", plain(value)),
    });
    lines.collect()
}

pub(super) fn numbers(verified: &Verified) -> Value {
    json!({
        "heads": verified.heads,
        "objects": verified.objects,
        "bytes": verified.bytes,
        "unreachable objects": verified.unreachable_objects,
        "unreachable bytes": verified.unreachable_bytes,
    })
}

fn counted(verified: &Verified) -> String {
    let Verified {
        heads,
        objects,
        bytes,
        unreachable_objects,
        unreachable_bytes,
    } = verified;
    format!(
        "heads: {heads}\nreached and right: {objects} objects, {bytes} bytes\n\
         not reached: {unreachable_objects} objects, {unreachable_bytes} bytes\n"
    )
}

fn read(file: &Path) -> std::io::Result<String> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
