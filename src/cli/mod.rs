//! The command line: one file a subcommand.
//!
//! Enters: arguments. Leaves: text on stdout, worded errors on stderr, an exit code: 0 agreement,
//! 1 a difference, 2 bad usage or input, 3 a target that failed. Refuses to know: what the commands do.

mod against;
mod conform;
mod diff;
mod fuzz;
mod help;
mod interface;
mod keep;
mod run;
mod shrink;
mod state;
mod target;
mod test;
mod ticks;
mod tracing;
mod vectors;
mod watchers;

use clap::{Parser, Subcommand};
use std::{
    error::Error,
    io::{ErrorKind, Write},
    process::ExitCode,
};

/// How a command ends: with its exit code, or with an error of the operator's.
type Outcome = Result<ExitCode, Box<dyn Error>>;

const DIFFERENCE: u8 = 1;
const BAD_INPUT: u8 = 2;
const TARGET_FAILED: u8 = 3;

/// A deterministic reference VM for the Primea WebAssembly system interface
#[derive(Parser)]
#[command(
    name = "primea",
    version,
    after_help = "Examples:
  primea run spec-tests/basics/echo.toml                      what an actor does, as a table
  primea run spec-tests/basics/echo.toml --report echo.html   the same as a page for a browser
  primea ticks guest.wasm --entry onMessage --data hello      where the ticks of a guest go
  primea conform --target 'my-vm --target' vectors            whether another VM keeps to the rules

Exit codes: 0 agreement, 1 a difference, 2 bad usage or input, 3 a target that failed."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Run),
    Test(test::Test),
    Ticks(Box<ticks::Ticks>),
    State(state::State),
    Interface(interface::Interface),
    Vectors(vectors::Vectors),
    Target(target::Target),
    Conform(Box<conform::Conform>),
    Fuzz(Box<fuzz::Fuzz>),
    Shrink(Box<shrink::Shrink>),
    Diff(diff::Diff),
    Completions(help::Completions),
    Man(help::Man),
}

impl Command {
    fn run(&self) -> Outcome {
        match self {
            Command::Run(run) => run.run(),
            Command::Test(test) => test.run(),
            Command::Ticks(ticks) => ticks.run(),
            Command::State(state) => state.run(),
            Command::Interface(interface) => interface.run(),
            Command::Vectors(vectors) => vectors.run(),
            Command::Target(target) => target.run(),
            Command::Conform(conform) => conform.run(),
            Command::Fuzz(fuzz) => fuzz.run(),
            Command::Shrink(shrink) => shrink.run(),
            Command::Diff(diff) => diff.run(),
            Command::Completions(completions) => completions.run(),
            Command::Man(man) => man.run(),
        }
    }
}

/// Does what the arguments ask for.
pub fn main() -> ExitCode {
    Arguments::parse().command.run().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(BAD_INPUT)
    })
}

/// Writes a file. Whatever happens, it is the old one or the new one.
fn replace(path: &std::path::Path, contents: impl AsRef<[u8]>) -> Result<(), std::io::Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, contents)?;
    std::fs::rename(&beside, path)
}

/// Writes to stdout. A reader who has seen enough (`| head`) is no error.
fn print(text: &str) -> Result<(), std::io::Error> {
    let mut stdout = std::io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
