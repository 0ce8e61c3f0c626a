//! A snapshot: what happened in a world and what it came to, as a text, held to a file.
//!
//! Enters: the text of what happened, and ticks by function. Leaves: the text with or without some
//! parts, and whether a file says the same. Refuses to know: how differences are worded.

use super::difference::Difference;
use crate::{
    activation::watch::listening,
    report::ticks::{
        Account, Profile,
        account::{FunctionRow, Subject},
    },
    scenario::{
        Scenario,
        plan::Plan,
        play::{Played, play_watched},
    },
    trace::{golden, names::Names, redact, text},
    world::{order::Order, watch::Watch},
};
use std::{
    fmt,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// With this variable set, golden files are written instead of compared.
const BLESS: &str = "PRIMEA_BLESS";

/// What happened in a sandbox: every step with its activations and their import calls, then the
/// state, then ticks by function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    lines: Vec<String>,
}

impl Snapshot {
    fn new(happened: String, functions: Option<Vec<FunctionRow>>) -> Snapshot {
        let mut lines: Vec<String> = happened.lines().map(str::to_owned).collect();
        lines.extend([String::new(), "ticks by function".to_owned()]);
        match functions {
            Some(rows) => lines.extend(rows.iter().map(function)),
            None => lines.push("  more call stacks than can be told apart".to_owned()),
        }
        Snapshot { lines }
    }

    /// What happens in a scenario that stands in a file.
    pub fn of(scenario: &Scenario) -> Snapshot {
        let plan = &scenario.plan;
        let profile = Arc::new(Mutex::new(Profile::new(plan.schedule.clone())));
        let watch = Watch {
            onlooker: profile.clone(),
            marks: true,
        };
        let played = play_watched(plan, &mut Order::Canonical, watch, &mut |_| {});
        let profile = listening(&profile);
        Snapshot::told(plan, &played, &profile)
    }

    /// What happened, while a profile watched.
    pub(super) fn told(plan: &Plan, played: &Played, profile: &Profile) -> Snapshot {
        let names = Names::of(plan, &played.world);
        let account = Account::of(profile, Subject::Scenario, plan.dialect, &names, false);
        let functions = account.map(|account| account.functions);
        Snapshot::new(golden::snapshot(plan, played), functions.ok())
    }

    /// Roots and other hashes are left out: they change with whatever changes.
    pub fn without_hashes(self) -> Snapshot {
        self.each(|line| Some(redact::hashes(line)))
    }

    /// Ticks, times and what is counted in them are left out, so that only behaviour is held.
    pub fn without_ticks(self) -> Snapshot {
        let without = self.until("ticks by function");
        // What things cost is part of every root.
        without.without_hashes().each(|line| {
            let told = !line.starts_with("  ticks: ");
            told.then(|| redact::ticks(line))
        })
    }

    /// Only what happened, not the state that it came to, nor ticks by function.
    pub fn without_state(self) -> Snapshot {
        self.until("state")
    }

    fn until(self, title: &str) -> Snapshot {
        let mut lines = self.lines;
        if let Some(at) = lines.iter().position(|line| line == title) {
            lines.truncate(at);
        }
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        Snapshot { lines }
    }

    fn each(self, change: impl Fn(&str) -> Option<String>) -> Snapshot {
        let lines = self.lines.iter().filter_map(|line| change(line));
        Snapshot {
            lines: lines.collect(),
        }
    }

    /// Compares this with what stands in a file. `None`: they are the same.
    pub fn difference(&self, golden: &str) -> Option<Difference> {
        Difference::between(golden, &self.to_string())
    }

    /// Fails if a file does not say the same. With `PRIMEA_BLESS=1` in the environment the file is
    /// written instead. A relative path begins at the working directory, which in tests is the
    /// folder of the crate.
    ///
    /// # Panics
    /// If the file does not exist, cannot be read or written, or says something else.
    #[track_caller]
    pub fn assert_golden(&self, path: impl AsRef<Path>) {
        let path = path.as_ref();
        let is_wanted = std::env::var_os(BLESS).is_some_and(|value| !value.is_empty());
        let done = match is_wanted {
            true => self.bless(path),
            false => self.hold(path),
        };
        // Not in a closure, so that the place told is the test's own.
        if let Err(why) = done {
            panic!("{why}");
        }
    }

    /// Whether a file says the same; in words, where it does not.
    pub fn hold(&self, path: &Path) -> Result<(), String> {
        let shown = path.display();
        let accept = format!("to accept what was found, read it and run again with {BLESS}=1");
        let golden = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                format!("{shown}: expected a golden file, found none\n\n{self}\n{accept}")
            }
            _ => format!("{shown}: cannot be read: {error}"),
        })?;
        match self.difference(&golden) {
            None => Ok(()),
            Some(difference) => Err(format!("{shown}: {difference}\n{accept}")),
        }
    }

    /// Writes the file, and the folders that it is in.
    pub fn bless(&self, path: &Path) -> Result<(), String> {
        let failed = |error| format!("{}: cannot be written: {error}", path.display());
        let folder = path.parent().map(PathBuf::from).unwrap_or_default();
        std::fs::create_dir_all(folder).map_err(failed)?;
        std::fs::write(path, self.to_string()).map_err(failed)
    }
}

/// The text, as it stands in a golden file.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A function in one line.
fn function(row: &FunctionRow) -> String {
    let calls = text::count(row.calls, "call");
    let FunctionRow {
        name,
        module,
        own,
        total,
        ..
    } = row;
    format!("  {name} in {module}: {calls}, self {own}, total {total}")
}
