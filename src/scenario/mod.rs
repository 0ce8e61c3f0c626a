//! Scenarios: what a person writes to say what the outside does, and what should come of it.
//!
//! Enters: TOML files. Leaves: plans, and worlds that carried them out, with every expectation that
//! did not hold. Refuses to know: how results are printed. The format is in `docs/scenarios.md`.

mod check;
pub mod files;
pub mod modules;
pub mod parse;
pub mod paused;
pub mod plan;
pub mod play;
pub mod problem;
pub mod raw;
mod reader;
pub mod resolve;
mod sources;
pub mod suspend;
pub(crate) mod target;
#[cfg(test)]
mod tests;

use plan::Plan;
use problem::{Problem, Source};
use std::path::Path;

/// A scenario that could be read.
#[derive(Debug)]
pub struct Scenario {
    /// Its text.
    pub source: Source,
    /// What it does.
    pub plan: Plan,
}

/// Why a scenario could not be read.
#[derive(Debug)]
pub enum Rejection {
    /// The file itself.
    Unreadable {
        /// What reports call it.
        name: String,
        /// In words.
        why: String,
    },
    /// What stands in it: at least one problem.
    Wrong {
        /// The text.
        source: Source,
        /// All that is wrong.
        problems: Vec<Problem>,
    },
}

impl Scenario {
    /// Reads a file. `name` is what reports call it.
    pub fn load(path: &Path, name: &str) -> Result<Scenario, Rejection> {
        let unreadable = |why: String| Rejection::Unreadable {
            name: name.to_owned(),
            why,
        };
        let bytes = modules::read_file(path).map_err(unreadable)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            unreadable(format!("expected UTF-8, found something else at byte {at}"))
        })?;
        Scenario::read(Source::new(name, text), path.parent())
    }

    /// Reads a text. Without a folder it cannot name other files.
    pub fn read(source: Source, folder: Option<&Path>) -> Result<Scenario, Rejection> {
        match parse::parse(&source.text).and_then(|raw| resolve::resolve(raw, folder)) {
            Ok(plan) => Ok(Scenario { source, plan }),
            Err(problems) => {
                assert!(!problems.is_empty(), "a rejection says why");
                Err(Rejection::Wrong { source, problems })
            }
        }
    }
}

/// Problems shown of one file.
const SHOWN_PROBLEMS: usize = 20;

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Rejection::Unreadable { name, why } => write!(f, "{name}: {why}"),
            Rejection::Wrong { source, problems } => f.write_str(&render(source, problems)),
        }
    }
}

impl std::error::Error for Rejection {}

/// Problems as a person reads them, one below the other.
pub fn render(source: &Source, problems: &[Problem]) -> String {
    let mut reports: Vec<String> = problems
        .iter()
        .take(SHOWN_PROBLEMS)
        .map(|problem| source.render(problem))
        .collect();
    if problems.len() > SHOWN_PROBLEMS {
        reports.push(format!(
            "{}: {} more problems",
            source.name,
            problems.len() - SHOWN_PROBLEMS
        ));
    }
    reports.join("\n\n")
}
