//! `primea target`: this VM as a target, the model for others.
//!
//! Enters: questions on stdin. Leaves: answers on stdout. Refuses to know: who asks.

use super::{Outcome, print};
use clap::Args;
#[cfg(feature = "faults")]
use primea::deviation::Deviation;
use primea::oracle::{protocol, target};
use std::{
    fs::File,
    io::{BufReader, BufWriter, stdin, stdout},
    path::PathBuf,
    process::ExitCode,
};

/// Carries out vectors for `primea conform`, and is the model for other targets
///
/// Speaks the protocol of docs/protocol.md on stdin and stdout; or answers the one question in a
/// file.
#[derive(Args)]
#[command(after_help = "Examples:
  primea target < questions.jsonl > answers.jsonl
  primea target question.json
  primea conform --target 'primea target' vectors")]
pub struct Target {
    /// A file with one question
    file: Option<PathBuf>,
    /// Break a rule on purpose
    #[cfg(feature = "faults")]
    #[arg(long, value_name = "NAME", value_parser = fault)]
    fault: Option<Deviation>,
    /// Print the faults that --fault knows: name, rule, what is wrong
    #[cfg(feature = "faults")]
    #[arg(long)]
    list_faults: bool,
}

#[cfg(feature = "faults")]
fn fault(name: &str) -> Result<Deviation, String> {
    Deviation::from_name(name).ok_or_else(|| "expected one that --list-faults prints".to_owned())
}

impl Target {
    pub fn run(&self) -> Outcome {
        #[cfg(feature = "faults")]
        {
            if self.list_faults {
                print(&list())?;
                return Ok(ExitCode::SUCCESS);
            }
            if let Some(fault) = self.fault {
                fault.choose();
            }
        }
        let mut target = target::Target::default();
        match &self.file {
            Some(path) => {
                let wrong = |error| format!("{}: {error}", path.display());
                let file = File::open(path).map_err(wrong)?;
                let line = protocol::read_line(&mut BufReader::new(file)).map_err(wrong)?;
                print(&target.answer(&line.unwrap_or_default()).line())?;
            }
            None => {
                let mut to = BufWriter::new(stdout().lock());
                target.serve(&mut stdin().lock(), &mut to)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(feature = "faults")]
fn list() -> String {
    let line = |fault: &Deviation| {
        let (name, rule) = (fault.name(), fault.rule());
        format!("{name}\t{rule}\t{}\n", fault.explanation())
    };
    Deviation::ALL.iter().map(line).collect()
}
