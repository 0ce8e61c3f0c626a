//! `primea run --trace`, `--report`: what is written about a run while it goes on, and when it is
//! over.
//!
//! Enters: a player that is about to begin. Leaves: those who watch it. Refuses to know: what they
//! write, and what else is made of the run.

use super::watchers::Watchers;
use clap::{Args, ValueEnum};
use primea::{
    scenario::{plan::Plan, play::Player},
    trace::lines::Level,
};
use std::path::{Path, PathBuf};

/// What is to be written about a run.
#[derive(Args)]
pub struct Tracing {
    /// Write a trace into this file; with - on stdout, instead of all else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["store", "resume"])]
    trace: Option<PathBuf>,
    /// How the trace is written
    #[arg(long, value_enum, default_value_t = TraceFormat::Lines, requires = "trace")]
    trace_format: TraceFormat,
    /// How much the trace tells
    #[arg(long, value_enum, default_value_t = TraceLevel::Calls, requires = "trace")]
    level: TraceLevel,
    /// Write a page for a browser into this file, which shows what happened
    #[arg(long, value_name = "FILE.html", conflicts_with_all = ["store", "resume"])]
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
    // What `conform` calls this level.
    #[value(alias = "instructions")]
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

impl Tracing {
    /// Whether there is no room on stdout for anything else.
    pub fn is_on_stdout(&self) -> bool {
        self.trace.as_deref() == Some(Path::new("-"))
    }

    /// Lets everybody watch a player who is to write about what it is going to do.
    pub fn watchers(&self, plan: &Plan, player: &mut Player<'_>) -> Result<Watchers, String> {
        let mut watchers = Watchers::default();
        match (&self.trace, self.trace_format, self.level) {
            (Some(path), TraceFormat::Lines, level) => {
                watchers.add_lines(path, plan, level.into())?;
            }
            (Some(path), TraceFormat::Chrome, TraceLevel::Calls) => watchers.add_chrome(path),
            (Some(_), TraceFormat::Chrome, TraceLevel::Instruction) => {
                return Err(
                    "expected --level calls with --trace-format chrome, found instruction".into(),
                );
            }
            (None, ..) => {}
        }
        if let Some(path) = &self.report {
            watchers.add_page(path, plan);
        }
        watchers.watch(player);
        Ok(watchers)
    }
}
