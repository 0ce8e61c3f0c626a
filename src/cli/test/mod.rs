//! `primea test`: holds scenarios to their own expectations, like a test runner.

use super::{BAD_INPUT, DIFFERENCE, Outcome, print};
use clap::Args;
use primea::{
    scenario::{
        self, Scenario, files,
        play::{Settings, play_with},
    },
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
}

/// What came of one scenario.
enum Verdict {
    Holds,
    Differs(String),
    Unusable(String),
}

impl Verdict {
    fn of(file: &files::File, checks: bool) -> Verdict {
        let Scenario { source, plan } = match Scenario::load(&file.path, &file.shown) {
            Ok(scenario) => scenario,
            Err(rejection) => return Verdict::Unusable(rejection.to_string()),
        };
        let settings = Settings {
            checks,
            ..Settings::default()
        };
        let played = play_with(&plan, &mut Order::Canonical, settings);
        let report = scenario::render(&source, &played.mismatches);
        match played.stopped {
            Some(problem) => {
                let stopped = source.render(&problem);
                Verdict::Unusable(if report.is_empty() {
                    stopped
                } else {
                    format!("{report}\n\n{stopped}")
                })
            }
            None if report.is_empty() => Verdict::Holds,
            None => Verdict::Differs(report),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Verdict::Holds => "ok",
            Verdict::Differs(_) => "FAILED",
            Verdict::Unusable(_) => "UNUSABLE",
        }
    }
}

impl Test {
    pub fn run(&self) -> Outcome {
        let mut files = Vec::new();
        for path in &self.paths {
            files.extend(files::below(path)?);
        }
        let found = files.len();
        files.retain(|file| file.name.contains(&self.filter));
        if files.is_empty() {
            let paths: Vec<String> = self
                .paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            let message = format!(
                "expected scenarios whose name contains \"{}\" below {}, found none of {found}",
                self.filter,
                paths.join(" and ")
            );
            return Err(message.into());
        }
        let watched = std::io::stderr().is_terminal();
        let began = Instant::now();
        let (mut reports, mut failed, mut unusable) = (String::new(), 0, 0);
        for (at, file) in files.iter().enumerate() {
            if watched {
                eprint!("\r\x1b[K{}/{} {}", at + 1, files.len(), file.name);
                std::io::stderr().flush()?;
            }
            let verdict = Verdict::of(file, self.check);
            if watched {
                eprint!("\r\x1b[K");
            }
            print(&format!("test {} ... {}\n", file.name, verdict.word()))?;
            match verdict {
                Verdict::Holds => {}
                Verdict::Differs(report) => {
                    failed += 1;
                    reports.push_str(&format!("---- {} ----\n{report}\n\n", file.name));
                }
                Verdict::Unusable(report) => {
                    unusable += 1;
                    reports.push_str(&format!("---- {} ----\n{report}\n\n", file.name));
                }
            }
        }
        let passed = files.len() - failed - unusable;
        print(&format!(
            "\n{reports}{passed} passed, {failed} failed, {unusable} unusable\n"
        ))?;
        if watched {
            eprintln!("in {:.2} s", began.elapsed().as_secs_f64());
        }
        Ok(match (failed, unusable) {
            (0, 0) => ExitCode::SUCCESS,
            (_, 0) => ExitCode::from(DIFFERENCE),
            _ => ExitCode::from(BAD_INPUT),
        })
    }
}
