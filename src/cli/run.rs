//! `primea run`: carries out one scenario and shows what happened.

use super::{BAD_INPUT, DIFFERENCE, Outcome, print, watchers::Watchers};
use clap::{Args, ValueEnum};
use primea::{
    scenario::{
        self, Scenario,
        plan::Plan,
        play::{Played, play},
        problem::Source,
    },
    trace::{golden, lines::Level, table},
    world::order::Order,
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Runs a scenario: prints its activations, and the root of the state after every step
#[derive(Args)]
#[command(after_help = "Examples:
  primea run spec-tests/basics/echo.toml
  primea run spec-tests/basics/echo.toml --calls
  primea run spec-tests/basics/echo.toml --state
  primea run spec-tests/basics/echo.toml --trace - --level instruction
  primea run spec-tests/basics/echo.toml --trace echo.json --trace-format chrome
  primea run spec-tests/basics/echo.toml --report echo.html

The report is one page for a browser: a timeline of actors against ticks, what every activation was
asked, did and changed, and where the ticks went. It needs no network. A trace in the format chrome
can be opened in Perfetto.

Exit code: 0 if every expectation holds, 1 if one does not, 2 if the scenario cannot be read or
carried out.")]
pub struct Run {
    /// The scenario file
    scenario: PathBuf,
    /// Print the snapshot: every step in brief, and the whole state at the end
    #[arg(long)]
    state: bool,
    /// List the import calls below each activation
    #[arg(long, conflicts_with = "state")]
    calls: bool,
    /// Write a trace into this file, one JSON object a line; with - on stdout, instead of all else
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// How the trace is written
    #[arg(long, value_enum, default_value_t = TraceFormat::Lines, requires = "trace")]
    trace_format: TraceFormat,
    /// How much the trace tells
    #[arg(long, value_enum, default_value_t = TraceLevel::Calls, requires = "trace")]
    level: TraceLevel,
    /// Write a page for a browser into this file, which shows what happened
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum TraceFormat {
    /// One JSON object a line, as docs/trace.md describes it
    Lines,
    /// Trace events for Perfetto and Chrome: activations, import calls and messages
    Chrome,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum TraceLevel {
    /// Activations and import calls
    Calls,
    /// Every instruction, too
    Instruction,
}

impl From<TraceLevel> for Level {
    fn from(level: TraceLevel) -> Level {
        match level {
            TraceLevel::Calls => Level::Calls,
            TraceLevel::Instruction => Level::Instruction,
        }
    }
}

impl Run {
    pub fn run(&self) -> Outcome {
        let name = self.scenario.display().to_string();
        let Scenario { source, plan } = Scenario::load(&self.scenario, &name)?;
        if self.trace_format == TraceFormat::Chrome && self.level == TraceLevel::Instruction {
            return Err(
                "expected --level calls with --trace-format chrome, found instruction".into(),
            );
        }
        let played = if self.trace.is_none() && self.report.is_none() {
            play(&plan, &mut Order::Canonical)
        } else {
            self.watched(&name, &source, &plan)?
        };
        if self.trace.as_deref() != Some(Path::new("-")) {
            print(&if self.state {
                golden::snapshot(&plan, &played)
            } else {
                let root = played.world.root();
                let replays = table::replays(&played);
                let table = table::activations(&plan, &played, self.calls);
                format!("{table}{replays}\nroot {root}\n")
            })?;
        }
        if !played.mismatches.is_empty() {
            eprintln!("{}", scenario::render(&source, &played.mismatches));
        }
        if let Some(problem) = &played.stopped {
            eprintln!("error: {}", source.render(problem));
            return Ok(ExitCode::from(BAD_INPUT));
        }
        Ok(if played.mismatches.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(DIFFERENCE)
        })
    }

    /// Carries out a plan while all those watch who have something to write about it.
    fn watched(&self, name: &str, source: &Source, plan: &Plan) -> Result<Played, String> {
        let mut watchers = Watchers::default();
        match (&self.trace, self.trace_format) {
            (Some(path), TraceFormat::Lines) => {
                watchers.add_lines(path, plan, self.level.into())?;
            }
            (Some(path), TraceFormat::Chrome) => watchers.add_chrome(path),
            (None, _) => {}
        }
        if let Some(path) = &self.report {
            watchers.add_page(path, plan);
        }
        let played = watchers.watch(plan)?;
        let complaints = played.mismatches.iter().chain(&played.stopped);
        let complaints = complaints.map(|problem| source.render(problem)).collect();
        watchers.finish(name, (plan, &played), complaints)?;
        Ok(played)
    }
}
