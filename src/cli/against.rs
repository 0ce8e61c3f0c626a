//! Against what `primea fuzz` and `primea shrink` hold scenarios.
//!
//! Enters: arguments. Leaves: an opponent. Refuses to know: scenarios.

use super::{
    TARGET_FAILED,
    conform::{TargetMode, level, seconds},
};
use clap::Args;
use primea::oracle::{
    conform::{
        Settings,
        process::{Command, Mode},
        report::{CaseReport, Verdict},
    },
    fuzz::{opponent, ways::Way},
    level::{Level, Levels},
};
use std::{num::NonZeroUsize, process::ExitCode, time::Duration};

/// Against what scenarios are held.
#[derive(Args)]
#[group(id = "opponent", required = true, multiple = true)]
pub struct Against {
    /// The command that starts the target, for the shell
    #[arg(long, value_name = "COMMAND", conflicts_with = "ways")]
    target: Option<String>,
    /// Hold this VM against itself, in all these ways: exact, watched, shuffled, resumed, vector
    #[arg(
        long = "self",
        value_name = "WAYS",
        value_delimiter = ',',
        num_args = 0..,
        default_missing_values = ["exact", "watched", "shuffled", "resumed", "vector"],
        value_parser = way
    )]
    ways: Vec<Way>,
}

/// How a target is asked.
#[derive(Args)]
pub struct Asking {
    /// How the target is given its questions
    #[arg(long, value_enum, default_value_t = TargetMode::Lines, value_name = "MODE")]
    target_mode: TargetMode,
    /// Seconds in which an answer has to come
    #[arg(long, default_value = "10", value_parser = seconds, value_name = "SECONDS")]
    timeout: Duration,
    /// Compare at this level, and those that it needs: outcomes, ticks, roots, events, state; may be
    /// given several times [default: all]
    #[arg(long = "level", value_parser = level, value_name = "LEVEL")]
    levels: Vec<Level>,
}

fn way(text: &str) -> Result<Way, String> {
    let known = Way::ALL.map(Way::name).join(", ");
    Way::from_name(text).ok_or_else(|| format!("expected one of {known}"))
}

impl Against {
    pub fn of(&self, asking: &Asking) -> opponent::Against {
        let Some(line) = &self.target else {
            return opponent::Against::Ways(self.ways.clone());
        };
        let levels = asking.levels.iter();
        let levels = levels.fold(Levels::default(), |levels, level| levels.with(*level));
        opponent::Against::Target(Settings {
            command: Command {
                line: line.clone(),
                mode: match asking.target_mode {
                    TargetMode::Lines => Mode::Lines,
                    TargetMode::File => Mode::File,
                },
                timeout: asking.timeout,
            },
            levels: match levels.is_empty() {
                true => Levels::OF_A_VECTOR,
                false => levels.closed(),
            },
            jobs: NonZeroUsize::MIN,
        })
    }

    /// The arguments that say the same; a target is called by a variable, because it may be elsewhere.
    pub fn arguments(&self) -> String {
        match &self.target {
            Some(_) => "--target \"$TARGET\"".to_owned(),
            None => {
                let ways = self.ways.iter().map(|way| way.name());
                format!("--self {}", ways.collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// How a command ends that met such a failure.
pub fn exit_code(report: &CaseReport) -> ExitCode {
    ExitCode::from(match report.verdict {
        Verdict::Crash | Verdict::TimeOut | Verdict::BrokenAnswer => TARGET_FAILED,
        Verdict::Pass | Verdict::Fail | Verdict::Skip => super::DIFFERENCE,
    })
}
