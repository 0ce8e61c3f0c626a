//! The model of a target: this VM, answering the protocol.
//!
//! Enters: lines. Leaves: lines. Refuses to know: what was expected.

use super::{
    level::Level,
    protocol::{Answer, Introduction, Misunderstanding, Question, Run, read_line},
    vector::{
        carry::{Manner, Telling, carry},
        result,
    },
};
use crate::{activation::Programs, world::order::Order};
use std::io::{self, BufRead, Write};

/// Programs are kept from one vector to the next until there are so many.
const KEPT_PROGRAMS: usize = 4_096;

/// This VM as a target.
#[derive(Default)]
pub struct Target {
    manner: Manner,
    /// How many modules were seen since the programs were last given up.
    modules: usize,
}

impl Target {
    /// Answers questions until the last one.
    pub fn serve(&mut self, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
        while let Some(line) = read_line(from)? {
            let answer = match Question::read(&line) {
                Ok(Question::Bye) => return Ok(()),
                Ok(Question::Hello) => Answer::Hello(Introduction::ours()),
                Ok(Question::Run(run)) => self.run(&run),
                Ok(Question::Foreign { id, why }) => Answer::Skip { id, why },
                Err(Misunderstanding { id, why }) => Answer::Error { id, why },
            };
            to.write_all(answer.line().as_bytes())?;
            to.flush()?;
        }
        Ok(())
    }

    /// Answers the one question of a file.
    pub fn answer(&mut self, line: &str) -> Answer {
        match Question::read(line) {
            Ok(Question::Run(run)) => self.run(&run),
            Ok(Question::Foreign { id, why }) => Answer::Skip { id, why },
            Ok(Question::Hello | Question::Bye) => Answer::Error {
                id: None,
                why: "type: expected run".to_owned(),
            },
            Err(Misunderstanding { id, why }) => Answer::Error { id, why },
        }
    }

    fn run(&mut self, run: &Run) -> Answer {
        self.modules += run.vector.modules.len();
        if self.modules > KEPT_PROGRAMS {
            self.modules = 0;
            self.manner.programs = Programs::default();
        }
        self.manner.roots = run.levels.has(Level::Roots);
        self.manner.telling = match run.watch {
            Some(place) => Telling::Part(place),
            None if run.levels.has(Level::Instructions) => Telling::Digests,
            None => Telling::Nothing,
        };
        match carry(&run.vector, &self.manner, &mut Order::Canonical) {
            Ok(carried) => Answer::Result {
                id: run.id,
                levels: None,
                result: match run.watch {
                    Some(_) => result::part(&carried),
                    None => result::result(&run.vector, &carried, run.levels, run.form),
                },
            },
            Err(why) => Answer::Error {
                id: Some(run.id),
                why: format!("vector: {why}"),
            },
        }
    }
}
