//! `primea vectors`: writes scenarios as vectors, and holds a folder of vectors to the VM.
//!
//! Enters: scenarios, or vectors. Leaves: files, or what does not hold. Refuses to know: how a
//! vector stands in its file.

use super::{DIFFERENCE, Outcome, print};
use clap::{Args, Subcommand};
use primea::{
    oracle::{
        compare,
        level::Levels,
        vector::{Vector, carry::Manner, folder, long, result::Form},
    },
    scenario::files,
};
use serde_json::Value;
use std::{path::PathBuf, process::ExitCode};

/// Writes vectors (scenarios and all that must come of them, as JSON), or checks them
#[derive(Args)]
#[command(after_help = "Examples:
  primea vectors export vectors
  primea vectors export echo.json spec-tests/basics/echo.toml
  primea vectors check vectors

Exit code: 0 if all is well, 1 if a vector does not say what comes of it, 2 if something cannot be
read, written or carried out.")]
pub struct Vectors {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Export(Export),
    Check(Check),
}

/// Writes scenarios as vectors
#[derive(Args)]
struct Export {
    /// The folder to write; or a file that ends in .json, for one scenario with its modules inside
    to: PathBuf,
    /// Scenario files, and folders in which every .toml file is one
    #[arg(default_value = "spec-tests")]
    paths: Vec<PathBuf>,
    /// Write all lists in full, however long
    #[arg(long)]
    full: bool,
}

/// Carries out the vectors of a folder again, and compares every byte
#[derive(Args)]
struct Check {
    /// A folder that `primea vectors export` wrote
    folder: PathBuf,
}

impl Vectors {
    pub fn run(&self) -> Outcome {
        match &self.command {
            Command::Export(export) => export.run(),
            Command::Check(check) => check.run(),
        }
    }
}

impl Export {
    fn run(&self) -> Outcome {
        let mut found = Vec::new();
        for path in &self.paths {
            found.extend(files::below(path)?);
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        if let Some([one, _]) = found
            .array_windows()
            .find(|[one, other]| one.name == other.name)
        {
            return Err(format!("expected one scenario called {}, found two", one.name).into());
        }
        let manner = Manner::default();
        let vectors = found
            .iter()
            .map(|file| folder::vector(file, &manner, Form::Full));
        let vectors: Vec<Vector> = vectors.collect::<Result<_, _>>()?;
        if self
            .to
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            return self.write_one(vectors);
        }
        let count = vectors.len();
        let files = folder::files(vectors, self.full);
        folder::write(&self.to, &files)?;
        let bytes: usize = files.values().map(Vec::len).sum();
        let manifest: Value = serde_json::from_slice(&files[folder::MANIFEST])?;
        let root = manifest["root"].as_str().expect("a manifest has a root");
        print(&format!(
            "{count} vectors, {} files, {bytes} bytes, root {root}\n",
            files.len()
        ))?;
        Ok(ExitCode::SUCCESS)
    }

    fn write_one(&self, mut vectors: Vec<Vector>) -> Outcome {
        if vectors.len() != 1 {
            let (to, found) = (self.to.display(), vectors.len());
            return Err(format!("{to}: expected one scenario for one file, found {found}").into());
        }
        let mut vector = vectors.remove(0);
        if let Some(expect) = vector.expect.as_mut().filter(|_| !self.full) {
            long::shorten_lists(expect);
        }
        std::fs::write(&self.to, vector.text())
            .map_err(|error| format!("{}: {error}", self.to.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Check {
    fn run(&self) -> Outcome {
        let files = folder::read(&self.folder)?;
        let vectors = folder::vectors(&files)?;
        if vectors.is_empty() {
            return Err(format!("{}: expected vectors, found none", self.folder.display()).into());
        }
        let manner = Manner::default();
        let mut wrong = 0;
        for vector in &vectors {
            if let Err(why) = check(vector, &manner) {
                wrong += 1;
                print(&format!("vectors/{}.json: {why}\n", vector.name))?;
            }
        }
        let held = vectors.len() - wrong;
        print(&format!("{held} vectors hold, {wrong} do not\n"))?;
        Ok(match wrong {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::from(DIFFERENCE),
        })
    }
}

/// Whether a vector says what comes of it, to the last byte; if not, where it first does not.
fn check(vector: &Vector, manner: &Manner) -> Result<(), String> {
    let full = folder::expectation(vector, manner, Form::Full)?;
    let said = vector
        .expect
        .as_ref()
        .ok_or("expected `expect`, found none")?;
    let mut short = full.clone();
    long::shorten_lists(&mut short);
    if *said == short || *said == full {
        return Ok(());
    }
    let comparison = compare::compare(&short, said, Levels::OF_A_VECTOR);
    let first = comparison
        .differences
        .first()
        .ok_or("expected nothing beside, found more")?;
    let side = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), compare::brief);
    let (is, says) = (side(&first.expected), side(&first.found));
    Err(format!("{}: comes to {is}, but it says {says}", first.way))
}
