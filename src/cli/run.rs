//! `primea run`: carries out one scenario and shows what happened.

use super::{BAD_INPUT, DIFFERENCE, Outcome, print};
use clap::{Args, ValueEnum};
use primea::{
    scenario::{
        self, Scenario,
        plan::Plan,
        play::{Played, play, play_watched},
    },
    trace::{
        golden,
        lines::{Level, Writer},
        table,
    },
    world::{order::Order, watch::Watch},
};
use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex},
};

/// Runs a scenario: prints its activations, and the root of the state after every step
#[derive(Args)]
#[command(after_help = "Examples:
  primea run spec-tests/basics/echo.toml
  primea run spec-tests/basics/echo.toml --calls
  primea run spec-tests/basics/echo.toml --state
  primea run spec-tests/basics/echo.toml --trace - --level instruction

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
    /// How much the trace tells
    #[arg(long, value_enum, default_value_t = TraceLevel::Calls, requires = "trace")]
    level: TraceLevel,
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
        let played = match &self.trace {
            None => play(&plan, &mut Order::Canonical),
            Some(path) => traced(&plan, path, self.level.into())?,
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
}

/// Carries out a plan and writes its trace. A reader who has seen enough (`| head`) is no error.
fn traced(plan: &Plan, path: &Path, level: Level) -> Result<Played, String> {
    let failed = |error: io::Error| format!("{}: cannot be written: {error}", path.display());
    let output: Box<dyn Write + Send> = if path == Path::new("-") {
        Box::new(io::stdout())
    } else {
        Box::new(File::create(path).map_err(failed)?)
    };
    let writer = Writer::new(BufWriter::new(output), plan, level);
    let writer = Arc::new(Mutex::new(writer));
    let lock = || writer.lock().expect("nobody who was told panicked");
    let watch = Watch {
        onlooker: writer.clone(),
        marks: level == Level::Instruction,
    };
    let mut told = |step: &_| lock().step(step);
    let played = play_watched(plan, &mut Order::Canonical, watch, &mut told);
    match lock().finish() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(failed(error)),
        _ => Ok(played),
    }
}
