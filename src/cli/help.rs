//! `primea completions`, `primea man`: what shells and readers of manuals are told of the commands.
//!
//! Enters: the command line's own description. Leaves: scripts for shells, manual pages. Refuses to
//! know: what the commands do.

use super::{Arguments, Outcome, print};
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man as Page;
use std::{fs, path::PathBuf, process::ExitCode};

/// Prints the script with which a shell completes commands and options
#[derive(Args)]
#[command(after_help = "Examples:
  primea completions bash > ~/.local/share/bash-completion/completions/primea
  primea completions zsh > ~/.zfunc/_primea
  primea completions fish > ~/.config/fish/completions/primea.fish")]
pub struct Completions {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(&self) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "primea", &mut script);
        print(&String::from_utf8(script)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints a manual page, or writes all of them
#[derive(Args)]
#[command(after_help = "Examples:
  primea man | man -l -
  primea man state show | man -l -
  primea man --out ~/.local/share/man/man1")]
pub struct Man {
    /// The command that the page is about; primea itself, if none is given
    #[arg(conflicts_with = "out")]
    command: Vec<String>,
    /// Write the pages of all commands into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub fn run(&self) -> Outcome {
        let mut root = Arguments::command();
        // Until then subcommands do not know whose they are.
        root.build();
        let Some(folder) = &self.out else {
            let command = found(&root, &self.command)?;
            let (_, page) = page(command)?;
            print(&page)?;
            return Ok(ExitCode::SUCCESS);
        };
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for command in all(&root) {
            let (name, page) = page(command)?;
            let path = folder.join(name + ".1");
            let written = fs::write(&path, page);
            written.map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The command of that name, below the others.
fn found<'c>(root: &'c Command, names: &[String]) -> Result<&'c Command, String> {
    let mut command = root;
    for name in names {
        command = command.find_subcommand(name).ok_or_else(|| {
            let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            let (of, known) = (command.get_name(), known.join(", "));
            match known.is_empty() {
                true => format!("expected no command below {of}, found {name}"),
                false => format!("expected a command of {of} ({known}), found {name}"),
            }
        })?;
    }
    Ok(command)
}

/// A command, and all below it that are told of.
fn all(command: &Command) -> Vec<&Command> {
    let told = command
        .get_subcommands()
        .filter(|it| it.get_name() != "help");
    let below = told.flat_map(all);
    std::iter::once(command).chain(below).collect()
}

/// The name of a command's page, and the page.
fn page(command: &Command) -> Result<(String, String), Box<dyn std::error::Error>> {
    let name = command.get_display_name().unwrap_or("primea").to_owned();
    let mut page = Vec::new();
    let title = name.to_uppercase();
    // What the page's foot says: the program and its version, on the pages of its commands too.
    let source = format!("primea {}", env!("CARGO_PKG_VERSION"));
    let of_command = Page::new(command.clone()).title(title).source(source);
    of_command.render(&mut page)?;
    Ok((name, String::from_utf8(page)?))
}
