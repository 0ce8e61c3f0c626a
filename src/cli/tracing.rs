//! `primea run --trace`: writes down what happens while it happens.
//!
//! Enters: a player that is about to begin. Leaves: a file of JSON lines. Refuses to know: what
//! else is made of the run.

use clap::{Args, ValueEnum};
use primea::{
    scenario::{plan::Plan, play::Player},
    trace::lines::{Level, Writer},
    world::watch::Watch,
};
use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// Whether and how a trace is written.
#[derive(Args)]
pub struct Tracing {
    /// Write a trace into this file, one JSON object a line; with - on stdout, instead of all else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["store", "resume"])]
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

type Output = BufWriter<Box<dyn Write + Send>>;

impl Tracing {
    /// Whether there is no room on stdout for anything else.
    pub fn is_on_stdout(&self) -> bool {
        self.trace.as_deref() == Some(Path::new("-"))
    }

    /// Begins a trace of what the player is going to do, if one is wanted.
    pub fn tracer(&self, plan: &Plan, player: &mut Player<'_>) -> Result<Option<Tracer>, String> {
        let Some(path) = &self.trace else {
            return Ok(None);
        };
        let output: Box<dyn Write + Send> = match self.is_on_stdout() {
            true => Box::new(io::stdout()),
            false => Box::new(File::create(path).map_err(|error| failed(path, &error))?),
        };
        let level = self.level.into();
        let writer = Writer::new(BufWriter::new(output), plan, level);
        let writer = Arc::new(Mutex::new(writer));
        player.watch(Watch {
            onlooker: writer.clone(),
            marks: level == Level::Instruction,
        });
        Ok(Some(Tracer {
            path: path.clone(),
            writer,
            steps: 0,
        }))
    }
}

/// A trace under way.
pub struct Tracer {
    path: PathBuf,
    writer: Arc<Mutex<Writer<Output>>>,
    /// How many steps were written down.
    steps: usize,
}

impl Tracer {
    /// Writes down the steps that have ended.
    pub fn note(&mut self, player: &Player<'_>) {
        let mut writer = self.writer.lock().expect("nobody who was told panicked");
        for step in &player.played_steps()[self.steps..] {
            writer.step(step);
            self.steps += 1;
        }
    }

    /// Ends the trace. A reader who has seen enough (`| head`) is no error.
    pub fn finish(self) -> Result<(), String> {
        let mut writer = self.writer.lock().expect("nobody who was told panicked");
        match writer.finish() {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(failed(&self.path, &error)),
            _ => Ok(()),
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("{}: cannot be written: {error}", path.display())
}
