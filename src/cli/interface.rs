//! `primea interface`: prints the import table and the tick schedule.
//!
//! Enters: dialects, a schedule, a form. Leaves: text. Refuses to know: what the imports do.

use super::{Outcome, print};
use clap::{Args, ValueEnum};
use primea::{
    interface::{
        print::{c, json, md, wat},
        table::Dialect,
    },
    module::schedule::{PUBLISHED, SCHEDULE_1, Schedule},
};
use std::process::ExitCode;

/// Prints the imports of the dialects, and the tick schedule
#[derive(Args)]
#[command(after_help = "Examples:
  primea interface
  primea interface --dialect capabilities --format c > primea.h
  primea interface --dialect ports-camel --format wat
  primea interface --schedule plain --format json")]
pub struct Interface {
    /// What to print it as
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
    /// Print this dialect alone: ports-camel, ports-snake, capabilities, legacy-ports or
    /// legacy-capabilities
    #[arg(long, value_parser = dialect, value_name = "NAME")]
    dialect: Option<Dialect>,
    /// Print this published schedule: reference or plain
    #[arg(long, value_parser = schedule, value_name = "NAME", default_value = &*SCHEDULE_1.name)]
    schedule: &'static Schedule,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// Documentation, with the schedule
    Md,
    /// A table for programs, with the schedule
    Json,
    /// A C header of one dialect
    C,
    /// Import lines in the text format of WebAssembly
    Wat,
}

impl Interface {
    pub fn run(&self) -> Outcome {
        print(&self.text()?)?;
        Ok(ExitCode::SUCCESS)
    }

    fn text(&self) -> Result<String, String> {
        let one = self.dialect.as_slice();
        let dialects = if one.is_empty() { Dialect::ALL } else { one };
        match (self.format, self.dialect) {
            (Format::Md, _) => Ok(md::print(dialects, self.schedule)),
            (Format::Json, _) => Ok(json::print(dialects, self.schedule)),
            (Format::Wat, _) => Ok(wat::print(dialects)),
            (Format::C, Some(dialect)) => Ok(c::print(dialect)),
            (Format::C, None) => Err(format!(
                "--format c: expected --dialect with one of {}, found none: \
                 the dialects share names, so a header holds one of them",
                names()
            )),
        }
    }
}

fn names() -> String {
    let names: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
    names.join(", ")
}

pub fn dialect(name: &str) -> Result<Dialect, String> {
    Dialect::from_name(name).ok_or_else(|| format!("expected one of {}", names()))
}

pub fn schedule(name: &str) -> Result<&'static Schedule, String> {
    let names: Vec<&str> = PUBLISHED.iter().map(|schedule| &*schedule.name).collect();
    Schedule::published(name).ok_or_else(|| format!("expected one of {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_prints_what_was_asked_for() {
        for format in [Format::Md, Format::Json, Format::C, Format::Wat] {
            for dialect in Dialect::ALL {
                let text = Interface {
                    format,
                    dialect: Some(*dialect),
                    schedule: &PUBLISHED[0],
                }
                .text()
                .expect("it prints");
                for import in dialect.imports() {
                    assert!(text.contains(import.name), "{format:?} {}", dialect.name());
                }
            }
        }
    }

    #[test]
    fn a_header_of_all_dialects_is_refused_in_words() {
        let error = Interface {
            format: Format::C,
            dialect: None,
            schedule: &PUBLISHED[0],
        }
        .text()
        .expect_err("refused");
        assert!(error.starts_with("--format c: expected --dialect with one of ports-camel, "));
    }

    #[test]
    fn schedules_go_by_their_names() {
        for known in PUBLISHED {
            let found = schedule(&known.name).expect("it is published");
            for format in [Format::Md, Format::Json] {
                let text = Interface {
                    format,
                    dialect: None,
                    schedule: found,
                }
                .text()
                .expect("it prints");
                assert!(text.contains(&known.hash().to_string()), "{}", known.name);
            }
        }
        let refused = schedule("first").expect_err("refused");
        assert_eq!(refused, "expected one of reference, plain");
    }

    #[test]
    fn dialects_go_by_their_names() {
        assert_eq!(dialect("ports-snake"), Ok(Dialect::PortsSnake));
        assert!(
            dialect("ports_snake")
                .expect_err("refused")
                .contains("legacy-capabilities")
        );
    }
}
