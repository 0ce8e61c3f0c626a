//! `primea run`: carries out one scenario, or a part of it, and shows what happened.

use super::{BAD_INPUT, DIFFERENCE, Outcome, print};
use clap::{Args, ValueEnum};
use primea::{
    activation::Programs,
    scenario::{
        self, Scenario,
        plan::Plan,
        play::{Did, PlayedStep, Player, Settings},
    },
    state::{keep::InMemory, keep_file},
    trace::{
        golden,
        lines::{Level, Writer},
        table,
    },
    world::{order::Order, watch::Watch},
};
use std::{
    error::Error,
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
  primea run spec-tests/basics/echo.toml --until-activation 2 --save cut.objects
  primea run spec-tests/basics/echo.toml --resume cut.objects

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
    /// Assert after every activation what is true of every world
    #[arg(long)]
    check: bool,
    /// Stop as soon as the world's time is TICKS or more
    #[arg(long, value_name = "TICKS")]
    until: Option<u64>,
    /// Stop after so many activations, counted from the scenario's beginning
    #[arg(long, value_name = "N")]
    until_activation: Option<usize>,
    /// Write all that is needed to go on to this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Go on from where a run of the same scenario was saved
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Write a trace into this file, one JSON object a line; with - on stdout, instead of all else
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
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
        let scenario = Scenario::load(&self.scenario, &name)?;
        let mut player = self.player(&scenario)?;
        match &self.trace {
            None => self.play(&mut player, |_| {}),
            Some(path) => self.play_traced(&scenario.plan, &mut player, path)?,
        }
        if let Some(path) = &self.save {
            save(&scenario, &player, path)?;
        }
        let played = player.into_played();
        let Scenario { source, plan } = &scenario;
        if self.trace.as_deref() != Some(Path::new("-")) {
            print(&if self.state {
                golden::snapshot(plan, &played)
            } else {
                let root = played.world.root();
                let replays = table::replays(&played);
                let table = table::activations(plan, &played, self.calls);
                format!("{table}{replays}\nroot {root}\n")
            })?;
        }
        if !played.mismatches.is_empty() {
            eprintln!("{}", scenario::render(source, &played.mismatches));
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

    /// Goes on as far as is wanted, and tells of every step that ends.
    fn play(&self, player: &mut Player<'_>, mut told: impl FnMut(&PlayedStep)) {
        let mut before = player.steps().len();
        while !self.is_enough(player) && player.go_on(&mut Order::Canonical) != Did::Nothing {
            player.steps()[before..].iter().for_each(&mut told);
            before = player.steps().len();
        }
    }

    /// The same, while a trace is written. A reader who has seen enough (`| head`) is no error.
    fn play_traced(&self, plan: &Plan, player: &mut Player<'_>, path: &Path) -> Result<(), String> {
        let failed = |error: io::Error| format!("{}: cannot be written: {error}", path.display());
        let output: Box<dyn Write + Send> = if path == Path::new("-") {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).map_err(failed)?)
        };
        let level = self.level.into();
        let writer = Writer::new(BufWriter::new(output), plan, level);
        let writer = Arc::new(Mutex::new(writer));
        let lock = || writer.lock().expect("nobody who was told panicked");
        player.watch(Watch {
            onlooker: writer.clone(),
            marks: level == Level::Instruction,
        });
        self.play(player, |step| lock().step(step));
        match lock().finish() {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(failed(error)),
            _ => Ok(()),
        }
    }

    fn is_enough(&self, player: &Player<'_>) -> bool {
        let time = player.world().time();
        self.until.is_some_and(|until| time >= until)
            || self
                .until_activation
                .is_some_and(|until| player.activations() >= until)
    }

    /// A player at the beginning, or where another one was set aside.
    fn player<'s>(&self, scenario: &'s Scenario) -> Result<Player<'s>, Box<dyn Error>> {
        let settings = Settings {
            checks: self.check,
            ..Settings::default()
        };
        let Some(path) = &self.resume else {
            return Ok(Player::new(&scenario.plan, settings));
        };
        let named = |why: String| format!("{}: {why}", path.display());
        let file = std::fs::read(path).map_err(|why| named(why.to_string()))?;
        let (id, keep) = keep_file::read(&file).map_err(named)?;
        let player = scenario.resume(&keep, id, settings, Programs::default());
        Ok(player.map_err(|why| named(why.to_string()))?)
    }
}

/// Writes a player to a file. Whatever happens, the file is the old one or the new one.
fn save(scenario: &Scenario, player: &Player<'_>, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut keep = InMemory::default();
    let id = scenario.suspend(player, &mut keep)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = std::fs::write(&beside, keep_file::write(id, &keep));
    let named = |why: std::io::Error| format!("{}: {why}", path.display());
    written
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(named)?;
    Ok(())
}
