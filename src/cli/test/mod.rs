//! `primea test`: holds scenarios to their own expectations, and to golden files if there are some,
//! like a test runner.
//!
//! Enters: scenario files. Leaves: a verdict for each, reports, an exit code. Refuses to know: what
//! is right, beyond what the files say.

mod golden;
mod green;

use super::{BAD_INPUT, DIFFERENCE, Outcome, print};
use clap::Args;
use golden::Golden;
use green::Green;
use primea::{
    report::review::{self, Differing},
    scenario::{
        self, Scenario, files,
        play::{Settings, play_with},
    },
    trace,
    world::order::Order,
};
use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

/// Runs scenarios and compares what happens with what they expect
#[derive(Args)]
#[command(after_help = "Examples:
  primea test
  primea test spec-tests/basics --filter echo
  primea test my-actor.toml
  primea test --golden snapshots
  primea test --golden snapshots --bless
  primea test --changed --golden snapshots

A golden file holds the snapshot of one scenario, as primea run --state prints it: the scenario a/b
below the folder has the file a__b.snap, a scenario that is named itself the file of its own name.
What differs is told in groups: which part, under which rules, and the ticks before and after.

With --changed, a scenario that held when it was last run with --changed is left out if nothing has
changed since: its text, its modules, its golden file, the options, and primea itself. What held is
kept in target/primea (or $CARGO_TARGET_DIR/primea).

Exit code: 0 if every scenario holds, 1 if one does not, 2 if one cannot be read or carried out, or
if there is none.")]
pub struct Test {
    /// Scenario files, and folders in which every .toml file is one
    #[arg(default_value = "spec-tests")]
    paths: Vec<PathBuf>,
    /// Only those whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Assert after every activation what is true of every world
    #[arg(long)]
    check: bool,
    /// Compare snapshots with the golden files in this folder
    #[arg(long, value_name = "DIR")]
    golden: Option<PathBuf>,
    /// Write the golden files that are missing or differ
    #[arg(long, requires = "golden")]
    bless: bool,
    /// Only those that changed since they held
    #[arg(long)]
    changed: bool,
}

/// What came of one scenario.
enum Verdict {
    Holds,
    /// It holds, and its golden file was written.
    Blessed,
    /// It held, and nothing has changed.
    Unchanged,
    Differs(String),
    /// It holds, and its snapshot is another one.
    Golden(Differing),
    Unusable(String),
}

impl Verdict {
    fn word(&self) -> &'static str {
        match self {
            Verdict::Holds => "ok",
            Verdict::Blessed => "ok, written",
            Verdict::Unchanged => "unchanged",
            Verdict::Differs(_) | Verdict::Golden(_) => "FAILED",
            Verdict::Unusable(_) => "UNUSABLE",
        }
    }
}

/// All verdicts so far.
#[derive(Default)]
struct Tally {
    passed: usize,
    written: usize,
    unchanged: usize,
    failed: usize,
    unusable: usize,
    reports: String,
    differing: Vec<Differing>,
}

impl Tally {
    fn add(&mut self, name: &str, verdict: Verdict) {
        match verdict {
            Verdict::Holds => self.passed += 1,
            Verdict::Blessed => {
                self.passed += 1;
                self.written += 1;
            }
            Verdict::Unchanged => self.unchanged += 1,
            Verdict::Differs(report) => {
                self.failed += 1;
                self.report(name, &report);
            }
            Verdict::Golden(differing) => {
                self.failed += 1;
                self.differing.push(differing);
            }
            Verdict::Unusable(report) => {
                self.unusable += 1;
                self.report(name, &report);
            }
        }
    }

    fn report(&mut self, name: &str, report: &str) {
        self.reports
            .push_str(&format!("---- {name} ----\n{report}\n\n"));
    }

    fn text(&self) -> String {
        let Tally {
            passed,
            written,
            unchanged,
            failed,
            unusable,
            reports,
            differing,
        } = self;
        let mut text = format!("\n{reports}{}", review::page(differing));
        text += &format!("{passed} passed, {failed} failed, {unusable} unusable");
        for (count, what) in [(written, "golden files written"), (unchanged, "unchanged")] {
            if *count > 0 {
                text += &format!(", {count} {what}");
            }
        }
        text + "\n"
    }

    fn code(&self) -> ExitCode {
        match (self.failed, self.unusable) {
            (0, 0) => ExitCode::SUCCESS,
            (_, 0) => ExitCode::from(DIFFERENCE),
            _ => ExitCode::from(BAD_INPUT),
        }
    }
}

impl Test {
    pub fn run(&self) -> Outcome {
        let files = self.files()?;
        let mut green = match self.changed {
            true => Some(Green::read()?),
            false => None,
        };
        let watched = std::io::stderr().is_terminal();
        let began = Instant::now();
        let mut tally = Tally::default();
        for (at, file) in files.iter().enumerate() {
            if watched {
                eprint!("\r\x1b[K{}/{} {}", at + 1, files.len(), file.name);
                std::io::stderr().flush()?;
            }
            let verdict = self.verdict(file, &mut green)?;
            if watched {
                eprint!("\r\x1b[K");
            }
            if !matches!(verdict, Verdict::Unchanged) {
                print(&format!("test {} ... {}\n", file.name, verdict.word()))?;
            }
            tally.add(&file.name, verdict);
        }
        if let Some(green) = green {
            green.write()?;
        }
        print(&tally.text())?;
        if watched {
            eprintln!("in {:.2} s", began.elapsed().as_secs_f64());
        }
        Ok(tally.code())
    }

    /// The scenarios asked for: at least one.
    fn files(&self) -> Result<Vec<files::File>, String> {
        let mut files = Vec::new();
        for path in &self.paths {
            files.extend(files::below(path)?);
        }
        let found = files.len();
        files.retain(|file| file.name.contains(&self.filter));
        if files.is_empty() {
            let paths = self.paths.iter().map(|path| path.display().to_string());
            let paths: Vec<String> = paths.collect();
            let below = paths.join(" and ");
            return Err(match found {
                0 => format!("expected scenarios (.toml) below {below}, found none"),
                _ => format!(
                    "expected scenarios whose name contains \"{}\" below {below}, found none of {found}",
                    self.filter
                ),
            });
        }
        Ok(files)
    }

    /// What becomes of a scenario, unless it is known to hold.
    fn verdict(&self, file: &files::File, green: &mut Option<Green>) -> Result<Verdict, String> {
        let scenario = match Scenario::load(&file.path, &file.shown) {
            Ok(scenario) => scenario,
            Err(rejection) => return Ok(Verdict::Unusable(rejection.to_string())),
        };
        let golden = self.golden.as_ref();
        let golden = golden.map(|folder| Golden::read(folder, file, &self.paths));
        let golden = golden.transpose()?;
        let Some(green) = green else {
            return self.carried_out(&file.name, &scenario, golden.as_ref());
        };
        let options = format!("check {} golden {}", self.check, self.golden.is_some());
        let held = |text: Option<&str>| green.fingerprint(&scenario, &options, text);
        let before = golden.as_ref().and_then(|golden| golden.text.as_deref());
        let fingerprint = held(before);
        if green.is_known(&file.path, &fingerprint) {
            return Ok(Verdict::Unchanged);
        }
        let verdict = self.carried_out(&file.name, &scenario, golden.as_ref())?;
        // What was only just written is held next time.
        let holds = matches!(verdict, Verdict::Holds);
        green.note(&file.path, &fingerprint, holds);
        Ok(verdict)
    }

    fn carried_out(
        &self,
        name: &str,
        Scenario { source, plan }: &Scenario,
        golden: Option<&Golden>,
    ) -> Result<Verdict, String> {
        let settings = Settings {
            checks: self.check,
            ..Settings::default()
        };
        let played = play_with(plan, &mut Order::Canonical, settings);
        let report = scenario::render(source, &played.mismatches);
        if let Some(problem) = &played.stopped {
            let stopped = source.render(problem);
            let reports = [report, stopped];
            let said = reports.iter().filter(|report| !report.is_empty());
            let said: Vec<&str> = said.map(String::as_str).collect();
            return Ok(Verdict::Unusable(said.join("\n\n")));
        }
        if !report.is_empty() {
            return Ok(Verdict::Differs(report));
        }
        let Some(golden) = golden else {
            return Ok(Verdict::Holds);
        };
        let found = trace::golden::snapshot(plan, &played);
        match &golden.text {
            Some(text) if text.trim_end() == found.trim_end() => Ok(Verdict::Holds),
            _ if self.bless => golden.write(&found).map(|()| Verdict::Blessed),
            None => Ok(Verdict::Differs(format!(
                "{}: expected a golden file, found none; with --bless it is written",
                golden.shown()
            ))),
            Some(text) => Ok(Verdict::Golden(Differing {
                name: name.to_owned(),
                rules: plan.rules.iter().map(|rule| rule.value.clone()).collect(),
                golden: text.clone(),
                found,
            })),
        }
    }
}
