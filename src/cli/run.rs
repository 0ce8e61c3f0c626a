//! `primea run`: carries out one scenario, or a part of it, and shows what happened.
//!
//! Enters: a scenario, where to begin and to stop, who watches. Leaves: a table or a snapshot,
//! what does not hold, an exit code. Refuses to know: how the scenario is carried out.

use super::{BAD_INPUT, DIFFERENCE, Outcome, keep, print, replace, tracing::Tracing};
use clap::Args;
use primea::{
    activation::Programs,
    scenario::{
        self, Scenario,
        plan::Plan,
        play::{Did, Played, Player, Settings},
    },
    state::{keep::InMemory, keep_file},
    trace::{golden, table},
    world::order::Order,
};
use std::{
    error::Error,
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
  primea run spec-tests/basics/echo.toml --store DIR
  primea run spec-tests/basics/echo.toml --until-activation 2 --save cut.objects
  primea run spec-tests/basics/echo.toml --resume cut.objects

The report is one page for a browser: a timeline of actors against ticks, what every activation was
asked, did and changed, and where the ticks went. It needs no network. A trace in the format chrome
can be opened in Perfetto. Both tell of a whole run: with --store and --resume there is none.

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
    #[command(flatten)]
    tracing: Tracing,
    #[command(flatten)]
    keeping: keep::Keeping,
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
    #[arg(long, value_name = "FILE", conflicts_with = "store")]
    resume: Option<PathBuf>,
}

impl Run {
    pub fn run(&self) -> Outcome {
        let name = self.scenario.display().to_string();
        let scenario = Scenario::load(&self.scenario, &name)?;
        let played = self.carry_out(&name, &scenario)?;
        let Scenario { source, plan } = &scenario;
        if !self.tracing.is_on_stdout() {
            print(&self.shown(plan, &played))?;
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

    fn carry_out(&self, name: &str, scenario: &Scenario) -> Result<Played, Box<dyn Error>> {
        let mut keeper = self.keeping.keeper(scenario, &self.scenario)?;
        let mut player = match &mut keeper {
            Some(keeper) => keeper.player(self.settings())?,
            None => self.player(scenario)?,
        };
        let mut watchers = self.tracing.watchers(&scenario.plan, &mut player)?;
        while !self.is_enough(&player) && player.go_on(&mut Order::Canonical) != Did::Nothing {
            watchers.note(&player);
            if let Some(keeper) = &mut keeper {
                keeper.note(&player)?;
            }
        }
        if let Some(keeper) = &keeper {
            keeper.keep(&player)?;
        }
        if let Some(path) = &self.save {
            save(scenario, &player, path)?;
        }
        let played = player.into_played();
        watchers.finish(name, scenario, &played)?;
        Ok(played)
    }

    fn shown(&self, plan: &Plan, played: &Played) -> String {
        if self.state {
            return golden::snapshot(plan, played);
        }
        let table = table::activations(plan, played, self.calls);
        let replays = table::replays(played);
        format!("{table}{replays}\nroot {}\n", played.world.root())
    }

    fn is_enough(&self, player: &Player<'_>) -> bool {
        let time = player.world().time();
        self.until.is_some_and(|until| time >= until)
            || self
                .until_activation
                .is_some_and(|until| player.activations() >= until)
    }

    fn settings(&self) -> Settings {
        Settings {
            checks: self.check,
            ..Settings::default()
        }
    }

    /// A player at the beginning, or where another one was set aside.
    fn player<'s>(&self, scenario: &'s Scenario) -> Result<Player<'s>, Box<dyn Error>> {
        let settings = self.settings();
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
    let written = replace(path, keep_file::write(id, &keep));
    written.map_err(|why| format!("{}: {why}", path.display()))?;
    Ok(())
}
