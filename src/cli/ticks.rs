//! `primea ticks`: where ticks go, and what moved between two builds.
//!
//! Enters: scenarios, modules, stored results. Leaves: tables, JSON, stacks, pictures.
//! Refuses to know: how ticks are counted.

use super::{DIFFERENCE, Outcome, print};
use clap::{Args, Subcommand, ValueEnum};
use primea::{
    interface::table::Dialect,
    limits,
    module::schedule::{SCHEDULE_1, Schedule},
    report::ticks::{
        Account,
        diff::{Difference, Tolerance},
        flame,
        functions::folded,
        guest::{Ask, Finished},
        table,
    },
    scenario::{Scenario, modules},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Shows where ticks go: per actor, activation, function and instruction
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  primea ticks spec-tests/basics/echo.toml
  primea ticks spec-tests/basics/echo.toml --instructions
  primea ticks guest.wasm --entry onMessage --data hello --flamegraph out.svg
  primea ticks guest.wat --call fib 10 --format folded
  primea ticks guest.wasm --format json > before.json
  primea ticks diff before.json guest.wasm --tolerance 2%

A scenario is carried out to its end; what it expects is not looked at (see `primea test`).

Exit code: 0, or 2 if something cannot be read or carried out."
)]
pub struct Ticks {
    #[command(subcommand)]
    diff: Option<Compare>,
    /// A scenario (.toml) or a module (.wasm, .wat)
    #[arg(required = true)]
    file: Option<PathBuf>,
    #[command(flatten)]
    call: CallOptions,
    /// Also show every instruction that was executed
    #[arg(long)]
    instructions: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Also draw a flamegraph into this file
    #[arg(long, value_name = "FILE.svg")]
    flamegraph: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Compare {
    Diff(Diff),
}

/// Shows what moved between two scenarios, modules or stored results
#[derive(Args)]
#[command(after_help = "Examples:
  primea ticks diff old.wasm new.wasm --call fib 10
  primea ticks diff stored.json guest.wasm --tolerance 2%
  primea ticks diff before.toml after.toml --per-function --tolerance 100

A stored result is what `primea ticks --format json` printed.

Exit code: 0 if nothing moved further than tolerated, 1 if something did, 2 if something cannot be
read, carried out or compared.")]
struct Diff {
    /// A scenario (.toml), a module (.wasm, .wat) or a stored result (.json)
    old: PathBuf,
    /// Another of the same kind
    new: PathBuf,
    #[command(flatten)]
    call: CallOptions,
    /// How far the total may move: ticks (100), or percent of what it was (2%, 0.5%)
    #[arg(long, default_value = "0")]
    tolerance: Tolerance,
    /// Hold every function to the tolerance, too
    #[arg(long)]
    per_function: bool,
}

/// What to call of a module. A scenario says so itself.
#[derive(Args)]
struct CallOptions {
    /// The dialect of a module
    #[arg(long, value_parser = super::interface::dialect, value_name = "NAME")]
    dialect: Option<Dialect>,
    /// The published schedule of a module: reference or plain
    #[arg(long, value_parser = super::interface::schedule, value_name = "NAME")]
    schedule: Option<&'static Schedule>,
    /// Call this export of a module, with these numbers
    #[arg(long, num_args = 1.., value_names = ["EXPORT", "ARGUMENT"], allow_negative_numbers = true,
          conflicts_with = "entry")]
    call: Vec<String>,
    /// Call this entry of a module, as an actor that gets one message
    #[arg(long, value_enum)]
    entry: Option<EntryName>,
    /// The data of the message, as text
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["call", "data_hex"])]
    data: Option<String>,
    /// The data of the message, in hexadecimal
    #[arg(long, value_name = "HEX", conflicts_with = "call", value_parser = hex)]
    data_hex: Option<Hex>,
    /// The ticks of the call or message
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=limits::INJECTED_TICKS))]
    ticks: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum EntryName {
    #[value(name = "onMessage")]
    Message,
    #[value(name = "onCreation")]
    Creation,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// Lists for people
    Table,
    /// One object for programs, as docs/ticks.md describes it
    Json,
    /// Folded stacks, for tools that draw flamegraphs
    Folded,
}

#[derive(Clone, Debug)]
struct Hex(Vec<u8>);

fn hex(text: &str) -> Result<Hex, String> {
    let wrong = || format!("expected an even number of hexadecimal digits, found `{text}`");
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits
        .filter(|digits| digits.len().is_multiple_of(2))
        .ok_or_else(wrong)?;
    let byte = |pair: &[u32]| u8::try_from(pair[0] * 16 + pair[1]).expect("two digits are a byte");
    Ok(Hex(digits.chunks(2).map(byte).collect()))
}

impl CallOptions {
    /// The options that were given, which mean nothing for a scenario or a stored result.
    fn given(&self) -> Option<&'static str> {
        [
            (self.dialect.is_some(), "--dialect"),
            (self.schedule.is_some(), "--schedule"),
            (!self.call.is_empty(), "--call"),
            (self.entry.is_some(), "--entry"),
            (self.data.is_some(), "--data"),
            (self.data_hex.is_some(), "--data-hex"),
            (self.ticks.is_some(), "--ticks"),
        ]
        .into_iter()
        .find_map(|(is_given, name)| is_given.then_some(name))
    }

    fn ask(&self) -> Result<Ask, String> {
        let data = match (&self.data, &self.data_hex) {
            (Some(text), _) => Some(text.clone().into_bytes()),
            (None, Some(Hex(bytes))) => Some(bytes.clone()),
            (None, None) => None,
        };
        if let [export, arguments @ ..] = self.call.as_slice() {
            return Ok(Ask::Call {
                export: export.clone(),
                arguments: arguments.to_vec(),
            });
        }
        match (self.entry, data) {
            (Some(EntryName::Creation), Some(_)) => Err(
                "--entry onCreation: expected no data, found some: the data of a creation are \
                 the binary"
                    .to_owned(),
            ),
            (Some(EntryName::Creation), None) => Ok(Ask::Creation),
            (_, data) => Ok(Ask::Message(data.unwrap_or_default())),
        }
    }
}

/// What a file is, by how its name ends.
enum Kind {
    Scenario,
    Module,
    Stored,
}

fn kind(path: &Path) -> Result<Kind, String> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Ok(Kind::Scenario),
        Some("wasm" | "wat") => Ok(Kind::Module),
        Some("json") => Ok(Kind::Stored),
        _ => Err(format!(
            "{}: expected a name that ends in .toml, .wasm, .wat or .json, found another",
            path.display()
        )),
    }
}

/// Carries out what the file says, or what the options ask of it.
fn finished(path: &Path, kind: &Kind, options: &CallOptions) -> Result<Finished, String> {
    let name = path.display().to_string();
    if let (Kind::Scenario, Some(option)) = (kind, options.given()) {
        return Err(format!(
            "{name}: expected a module for {option}, found a scenario"
        ));
    }
    match kind {
        Kind::Scenario => {
            let Scenario { source, plan } =
                Scenario::load(path, &name).map_err(|rejection| rejection.to_string())?;
            Finished::of_scenario(&plan).map_err(|problem| source.render(&problem))
        }
        Kind::Module => {
            let placed = |why: String| format!("{name}: {why}");
            let bytes = modules::read_file(path).map_err(placed)?;
            let bytes = match path.extension().is_some_and(|extension| extension == "wat") {
                false => bytes,
                true => wat::parse_bytes(&bytes)
                    .map(|bytes| bytes.into_owned())
                    .map_err(|error| {
                        placed(format!(
                            "expected WebAssembly text, found an error: {error}"
                        ))
                    })?,
            };
            let dialect = options.dialect.unwrap_or(Dialect::Capabilities);
            let schedule = options.schedule.cloned().unwrap_or(SCHEDULE_1);
            let ticks = options.ticks.unwrap_or(limits::INJECTED_TICKS);
            Finished::of_module(bytes, dialect, schedule, &options.ask()?, ticks).map_err(placed)
        }
        Kind::Stored => Err(format!(
            "{name}: expected a scenario or a module, found a stored result"
        )),
    }
}

impl Ticks {
    pub fn run(&self) -> Outcome {
        if let Some(Compare::Diff(diff)) = &self.diff {
            return diff.run();
        }
        let path = self.file.as_ref().expect("it is required");
        let finished = finished(path, &kind(path)?, &self.call)?;
        let account = finished.account(self.instructions)?;
        if let Some(picture) = &self.flamegraph {
            let title = format!("{}: {} ticks", path.display(), account.spent);
            let svg = flame::graph(&title, &finished.stacks());
            std::fs::write(picture, svg)
                .map_err(|error| format!("{}: cannot be written: {error}", picture.display()))?;
        }
        print(&match self.format {
            Format::Table => table::print(&account),
            Format::Json => account.to_json(),
            Format::Folded => folded(&finished.stacks()),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Diff {
    fn run(&self) -> Outcome {
        let [old, new] = [self.account(&self.old)?, self.account(&self.new)?];
        let difference = Difference::between(&old, &new)?;
        print(&difference.print())?;
        Ok(
            if difference.is_allowed(self.tolerance, self.per_function) {
                ExitCode::SUCCESS
            } else {
                eprintln!("moved by more than {}", self.tolerance);
                ExitCode::from(DIFFERENCE)
            },
        )
    }

    fn account(&self, path: &Path) -> Result<Account, String> {
        let kind = kind(path)?;
        if !matches!(kind, Kind::Stored) {
            return finished(path, &kind, &self.call)?.account(false);
        }
        let placed = |why: String| format!("{}: {why}", path.display());
        let bytes =
            std::fs::read(path).map_err(|error| placed(format!("cannot be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|_| placed("expected UTF-8".to_owned()))?;
        Account::from_json(&text).map_err(placed)
    }
}
