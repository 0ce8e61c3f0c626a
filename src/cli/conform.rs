//! `primea conform`: holds another implementation to vectors.
//!
//! Enters: vectors, a command. Leaves: a report, printed and in files, and an exit code. Refuses
//! to know: how results are compared.

use super::{DIFFERENCE, Outcome, TARGET_FAILED, print};
use clap::{Args, Subcommand};
use primea::oracle::{
    conform::{
        self, Settings,
        case::{self, Case},
        junit, known,
        process::{Command, Mode},
        replay,
        report::{Conclusion, Report, Verdict},
        text,
    },
    level::{Level, Levels},
};
use std::{
    collections::BTreeSet,
    fs,
    io::{IsTerminal, Write},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// Holds another implementation to vectors, and says where it first goes wrong
///
/// The target speaks the protocol of docs/protocol.md; `primea target` is the model.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  primea conform --target 'primea target'
  primea conform --target 'node my-vm.js' vectors --rule TICK-4 --replays failures
  primea conform --target ./my-vm --level ticks --shard 1/4 --json 1.json
  primea conform merge 1.json 2.json 3.json 4.json --junit all.xml

Exit code: 0 if the target agrees, 1 if it differs, or if nothing was compared, or if the list of
known failures is not true, 2 if the input is not usable, 3 if the target failed (crash, time-out,
broken answer)."
)]
pub struct Conform {
    #[command(subcommand)]
    merge: Option<Further>,
    /// Exports of vectors, single vectors (.json), scenarios (.toml), folders of scenarios
    #[arg(default_value = "spec-tests")]
    paths: Vec<PathBuf>,
    /// The command that starts the target, for the shell
    #[arg(long, value_name = "COMMAND", required = true)]
    target: Option<String>,
    /// How the target is given its questions
    #[arg(long, value_enum, default_value_t = TargetMode::Lines, value_name = "MODE")]
    target_mode: TargetMode,
    /// Seconds in which an answer has to come
    #[arg(long, default_value = "10", value_parser = seconds, value_name = "SECONDS")]
    timeout: Duration,
    /// Targets at once [default: as many as there are processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Compare at this level, and those that it needs: outcomes, ticks, roots, events, state,
    /// instructions; may be given several times [default: all but instructions, which take their time]
    #[arg(long = "level", value_parser = any_level, value_name = "LEVEL")]
    levels: Vec<Level>,
    /// Only vectors that exercise this rule; may be given several times
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// Only vectors whose name contains this
    #[arg(long, default_value = "", value_name = "TEXT")]
    filter: String,
    /// Only the K-th of N parts of the vectors
    #[arg(long, value_parser = shard, value_name = "K/N")]
    shard: Option<(usize, usize)>,
    /// A file with the names of vectors that are known to fail, one a line
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Write a folder for each failure below this one
    #[arg(long, value_name = "DIR")]
    replays: Option<PathBuf>,
    #[command(flatten)]
    reports: Reports,
}

#[derive(Subcommand)]
enum Further {
    Merge(Merge),
}

/// Makes one report of those of several shards
#[derive(Args)]
struct Merge {
    /// Reports that --json wrote
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reports: Reports,
}

/// Where reports go beside stdout.
#[derive(Args)]
struct Reports {
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(super) enum TargetMode {
    /// As lines on stdin
    Lines,
    /// As a file, whose name is the last argument; one process each
    File,
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected seconds, more than 0".to_owned())
}

pub(super) fn level(text: &str) -> Result<Level, String> {
    let known = Levels::OF_A_VECTOR;
    let level = Level::from_name(text).filter(|level| known.has(*level));
    level.ok_or_else(|| format!("expected one of {}", known.names().join(", ")))
}

fn any_level(text: &str) -> Result<Level, String> {
    let known = Levels::ALL.names().join(", ");
    Level::from_name(text).ok_or_else(|| format!("expected one of {known}"))
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/');
    let parts = parts.and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    parts
        .filter(|(part, of)| (1..=*of).contains(part))
        .ok_or_else(|| "expected K/N with K from 1 to N".to_owned())
}

impl Conform {
    pub fn run(&self) -> Outcome {
        if let Some(Further::Merge(merge)) = &self.merge {
            return merge.run();
        }
        let listed = match &self.known {
            Some(path) => Some(known::read(&read(path)?).map_err(|why| place(path, why))?),
            None => None,
        };
        let settings = self.settings();
        let mut cases = case::load(&self.paths, settings.jobs)?;
        let all: BTreeSet<String> = cases.iter().map(|case| case.vector.name.clone()).collect();
        self.select(&mut cases)?;
        if settings.levels.has(Level::Instructions) {
            case::expect_instructions(&mut cases, settings.jobs)?;
        }
        let began = Instant::now();
        let watched = std::io::stderr().is_terminal();
        let done = AtomicUsize::new(0);
        let mut report = conform::conform(&cases, &settings, &|case| {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if watched {
                // Whether the line can be shown is nobody's business.
                let _ = write!(
                    std::io::stderr(),
                    "\r\x1b[K{done}/{} {}",
                    cases.len(),
                    case.name
                );
            }
        });
        if watched {
            eprintln!("\r\x1b[Kin {:.2} s", began.elapsed().as_secs_f64());
        }
        report.known = listed.map(|listed| known::compare(&report, &listed, &all));
        self.write_replays(&cases, &report, &settings)?;
        self.reports.give(&report)
    }

    fn settings(&self) -> Settings {
        let levels = self.levels.iter();
        let levels = levels.fold(Levels::default(), |levels, level| levels.with(*level));
        Settings {
            command: Command {
                line: self.target.clone().expect("clap asked for it"),
                mode: match self.target_mode {
                    TargetMode::Lines => Mode::Lines,
                    TargetMode::File => Mode::File,
                },
                timeout: self.timeout,
            },
            levels: match levels.is_empty() {
                true => Levels::OF_A_VECTOR,
                false => levels.closed(),
            },
            jobs: self.jobs.unwrap_or_else(|| {
                std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
            }),
        }
    }

    fn select(&self, cases: &mut Vec<Case>) -> Result<(), String> {
        let all = cases.len();
        let named = |rule: &String| cases.iter().any(|case| case.vector.rules.contains(rule));
        if let Some(rule) = self.rules.iter().find(|rule| !named(rule)) {
            return Err(format!(
                "--rule {rule}: expected a rule that one of the {all} vectors names, found none"
            ));
        }
        cases.retain(|case| {
            let rules = &case.vector.rules;
            let by_rule =
                self.rules.is_empty() || rules.iter().any(|rule| self.rules.contains(rule));
            by_rule && case.vector.name.contains(&self.filter)
        });
        if let Some((part, of)) = self.shard {
            let mut at = 0;
            cases.retain(|_| {
                at += 1;
                at % of == part % of
            });
        }
        if cases.is_empty() {
            let mut by: Vec<String> = self
                .rules
                .iter()
                .map(|rule| format!(" --rule {rule}"))
                .collect();
            if !self.filter.is_empty() {
                by.push(format!(" --filter {}", self.filter));
            }
            by.extend(self.shard.map(|(part, of)| format!(" --shard {part}/{of}")));
            let by = if by.is_empty() {
                String::new()
            } else {
                format!(" with{}", by.concat())
            };
            if all == 0 {
                return Err("expected vectors or scenarios to compare, found none".to_owned());
            }
            return Err(format!(
                "expected vectors to compare, found none of {all}{by}"
            ));
        }
        Ok(())
    }

    /// The arguments by which a replay asks as this run did, where they are not the usual ones.
    fn asking(&self, settings: &Settings) -> String {
        let mut arguments = String::new();
        if self.target_mode == TargetMode::File {
            arguments += " --target-mode file";
        }
        if settings.levels != Levels::OF_A_VECTOR {
            let levels = settings.levels.names();
            arguments.extend(levels.iter().map(|level| format!(" --level {level}")));
        }
        arguments
    }

    fn write_replays(
        &self,
        cases: &[Case],
        report: &Report,
        settings: &Settings,
    ) -> Result<(), String> {
        let Some(folder) = &self.replays else {
            return Ok(());
        };
        for (case, report) in cases.iter().zip(&report.cases) {
            match report.verdict {
                Verdict::Pass => replay::clear(folder, &report.name)?,
                Verdict::Skip => {}
                _ => {
                    replay::write_asked(folder, case, report, &self.asking(settings))?;
                }
            }
        }
        Ok(())
    }
}

fn place(path: &Path, why: impl std::fmt::Display) -> String {
    format!("{}: {why}", path.display())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| place(path, error))
}

impl Merge {
    fn run(&self) -> Outcome {
        let reports = self.files.iter().map(|path| {
            let report = Report::read(&read(path)?);
            report.map_err(|why| place(path, why))
        });
        let report = Report::merge(reports.collect::<Result<_, String>>()?)?;
        self.reports.give(&report)
    }
}

impl Reports {
    /// Writes what was asked for, prints the report, and concludes.
    fn give(&self, report: &Report) -> Outcome {
        let write = |path: &Option<PathBuf>, text: &dyn Fn() -> String| match path {
            Some(path) => fs::write(path, text()).map_err(|error| place(path, error)),
            None => Ok(()),
        };
        // What was found is told in any case.
        print(&text::text(report))?;
        write(&self.json, &|| report.json())?;
        write(&self.junit, &|| junit::xml(report))?;
        Ok(match report.conclusion() {
            Conclusion::Agreement => ExitCode::SUCCESS,
            Conclusion::Difference => ExitCode::from(DIFFERENCE),
            Conclusion::TargetFailed => ExitCode::from(TARGET_FAILED),
        })
    }
}
