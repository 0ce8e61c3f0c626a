//! `primea diff`: where two runs, or two files that tell of runs, first differ.
//!
//! Enters: two files; scenarios are carried out. Leaves: the first difference in words, and a page
//! with both sides. Refuses to know: which of them is right.

use super::{DIFFERENCE, Outcome, print};
use clap::Args;
use primea::{
    oracle::compare::files::{self, Finding},
    report::html::{
        self,
        sides::{self, Side},
    },
    scenario::{Scenario, play::Played},
    testing::{Difference, Snapshot},
    world::record::Record,
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Tells where two traces, states, results, vectors or runs of scenarios first differ
#[derive(Args)]
#[command(after_help = "Examples:
  primea diff trace-of-one.jsonl trace-of-another.jsonl
  primea diff before.toml after.toml
  primea diff before.toml after.toml --report difference.html

Two scenarios are carried out, and what happens is compared: which event differs first, in which
activation, and which functions' ticks moved. Of two traces, what each actor does is compared; if
only the order differs in which different actors were active, that is said, and is no difference
(TIME-7). All other files are compared as they are. The page shows both sides beside each other, and
the first difference; n and p go to the others.

Exit code: 0 if they say the same, 1 if they differ, 2 if one cannot be read.")]
pub struct Diff {
    /// A vector, a result, a state (JSON), a text with lines such as a trace, or a scenario
    one: PathBuf,
    /// Another
    other: PathBuf,
    /// Write a page for a browser into this file, with both sides beside each other
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
}

/// What one file comes to.
struct Told {
    name: String,
    text: String,
    /// If it is a scenario, what happened, and the page of it.
    run: Option<(Played, String)>,
}

impl Diff {
    pub fn run(&self) -> Outcome {
        let is_scenario = |path: &Path| path.extension().is_some_and(|it| it == "toml");
        let are_runs = is_scenario(&self.one) && is_scenario(&self.other);
        let told = |path| Told::of(path, are_runs, self.report.is_some());
        let (one, other) = (told(&self.one)?, told(&self.other)?);
        let finding = match are_runs {
            true => Difference::between(&one.text, &other.text)
                .map_or(Finding::Same, |it| Finding::Different(it.to_string())),
            false => files::compare(&one.text, &other.text),
        };
        if let Some(path) = &self.report {
            let said = finding.words().unwrap_or("There is none.\n");
            let differs = first_that_differs(&one, &other);
            let page = sides::page([one.side(differs), other.side(differs)], said);
            let written = fs::write(path, page);
            written.map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
        }
        print(finding.words().unwrap_or_default())?;
        Ok(match finding {
            Finding::Same | Finding::Alike(_) => ExitCode::SUCCESS,
            Finding::Different(_) => ExitCode::from(DIFFERENCE),
        })
    }
}

impl Told {
    fn of(path: &Path, is_run: bool, is_drawn: bool) -> Result<Told, Box<dyn Error>> {
        let name = path.display().to_string();
        if !is_run {
            let text = fs::read_to_string(path)
                .map_err(|error| format!("{name}: cannot be read: {error}"))?;
            return Ok(Told {
                name,
                text,
                run: None,
            });
        }
        let scenario = Scenario::load(path, &name)?;
        let (played, page) = html::carried_out(&name, &scenario)?;
        Ok(Told {
            name,
            text: Snapshot::of(&scenario).to_string(),
            run: is_drawn.then_some((played, page)),
        })
    }

    fn records(&self) -> Vec<&Record> {
        let runs = self.run.iter();
        let steps = runs.flat_map(|(played, _)| &played.steps);
        steps.flat_map(|step| &step.records).collect()
    }

    /// This side, with the activation that it is to begin with, if it has that many.
    fn side(&self, activation: Option<usize>) -> Side<'_> {
        let activation = activation.filter(|at| *at <= self.records().len());
        let run = self.run.as_ref();
        Side {
            name: &self.name,
            text: &self.text,
            run: run.map(|(_, page)| (page.as_str(), activation)),
        }
    }
}

/// The number of the first activation that is not the same, from 1.
fn first_that_differs(one: &Told, other: &Told) -> Option<usize> {
    let (one, other) = (one.records(), other.records());
    let mut positions = 0..one.len().max(other.len());
    let differs = positions.find(|at| one.get(*at) != other.get(*at));
    differs.map(|at| at + 1)
}
