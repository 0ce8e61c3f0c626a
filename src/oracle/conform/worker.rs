//! One target after another, for one case after another.
//!
//! Enters: cases. Leaves: their verdicts, and what went wrong between them. Refuses to know: other
//! workers.

use super::{
    Findings, Settings,
    case::Case,
    process::{Failure, Mode, Process},
    report::{CaseReport, Stray, Verdict},
};
use crate::oracle::{
    compare,
    level::{Level, Levels},
    protocol::{self, Answer, Asked, Introduction, Run},
    vector::{long, result::Form},
};
use serde_json::Value;
use std::{fs, io::Write, path::PathBuf};

/// Attempts to have a target say hello, before no more are made.
const GREETINGS: u32 = 3;

/// A target that said hello.
struct Connection {
    process: Process,
    introduction: Introduction,
    /// The question last answered, and the case that it was about.
    last: Option<(u32, usize)>,
}

/// What came of giving a case to a target.
pub(super) enum Attempt {
    Result { levels: Levels, result: Value },
    Skip(String),
    Failed(Verdict, String),
}

/// Gives cases to one target after the other, each for as long as it lives.
pub struct Worker<'s> {
    pub(super) settings: &'s Settings,
    connection: Option<Connection>,
    next_id: u32,
    silent: u32,
    /// What is left has this verdict, if no target ever said hello.
    given_up: Option<(Verdict, String)>,
    /// Where questions are written in file mode.
    file: Option<PathBuf>,
    /// Whether the case that is to blame for the last failure is known.
    blamed: bool,
    /// What it found so far.
    pub findings: Findings,
}

fn verdict_of(failure: Failure) -> (Verdict, String) {
    match failure {
        Failure::Ended(why) | Failure::NotStarted(why) => (Verdict::Crash, why),
        Failure::Late(why) => (Verdict::TimeOut, why),
        Failure::Broken(why) => (Verdict::BrokenAnswer, why),
    }
}

impl<'s> Worker<'s> {
    /// One that has started no target yet.
    pub fn new(settings: &'s Settings) -> Worker<'s> {
        Worker {
            settings,
            connection: None,
            next_id: 0,
            silent: 0,
            given_up: None,
            file: None,
            blamed: false,
            findings: Findings::default(),
        }
    }

    /// Gives a case to a target.
    pub fn carry(&mut self, at: usize, case: &Case) -> CaseReport {
        let asked = Asked::whole(self.settings.levels, Form::Short);
        let attempt = self.attempt_twice(at, case, asked);
        let mut report = CaseReport::new(&case.vector);
        match attempt {
            Attempt::Skip(why) => {
                report.verdict = Verdict::Skip;
                report.why = why;
            }
            Attempt::Failed(verdict, why) => {
                report.verdict = verdict;
                report.why = why;
            }
            Attempt::Result { levels, result } => {
                let comparison = compare::compare(&case.expected, &result, levels);
                report.compare_counts(&comparison);
                if comparison.differences.is_empty() {
                    report.verdict = Verdict::Pass;
                } else {
                    report.verdict = Verdict::Fail;
                    self.explain(at, case, (levels, result), &mut report);
                }
            }
        }
        report
    }

    /// A target that fails when it has carried out other cases is given the case again in a fresh
    /// process: no case is blamed for what another left behind.
    pub(super) fn attempt_twice(&mut self, at: usize, case: &Case, asked: Asked) -> Attempt {
        if let Some((verdict, why)) = &self.given_up {
            return Attempt::Failed(*verdict, why.clone());
        }
        let used = self
            .connection
            .as_ref()
            .and_then(|connection| connection.last);
        let first = self.attempt(at, case, asked);
        let Attempt::Failed(verdict, why) = first else {
            return first;
        };
        self.connection = None;
        match (used, verdict) {
            (Some((_, before)), Verdict::Crash | Verdict::BrokenAnswer) => {
                let second = self.attempt(at, case, asked);
                let blamed = std::mem::take(&mut self.blamed);
                if matches!(second, Attempt::Failed(..)) {
                    self.connection = None;
                } else if !blamed {
                    self.stray(before, &case.vector.name, verdict, why);
                }
                second
            }
            _ => Attempt::Failed(verdict, why),
        }
    }

    /// Notes a failure that no case is to blame for alone.
    fn stray(&mut self, before: usize, name: &str, verdict: Verdict, why: String) {
        let after = self.findings.cases.get(&before);
        self.findings.strays.push(Stray {
            after: after.map_or(name, |report| &report.name).to_owned(),
            before: name.to_owned(),
            verdict,
            why,
        });
    }

    fn attempt(&mut self, at: usize, case: &Case, asked: Asked) -> Attempt {
        let attempt = match self.settings.command.mode {
            Mode::Lines => self.ask(at, case, asked),
            Mode::File => self.ask_by_file(at, case, asked),
        };
        attempt.unwrap_or_else(|failure| {
            let (verdict, why) = verdict_of(failure);
            Attempt::Failed(verdict, why)
        })
    }

    fn new_id(&mut self) -> u32 {
        self.next_id = self.next_id.wrapping_add(1);
        self.next_id
    }

    /// What a target that said hello offers.
    pub(super) fn offered(&self) -> Option<Levels> {
        let connection = self.connection.as_ref();
        connection.map(|connection| connection.introduction.levels)
    }

    fn ask(&mut self, at: usize, case: &Case, asked: Asked) -> Result<Attempt, Failure> {
        let id = self.new_id();
        self.greet()?;
        let connection = self.connection.as_mut().expect("it was just greeted");
        let dialect = case.vector.dialect.0.name();
        if !connection
            .introduction
            .dialects
            .iter()
            .any(|one| one == dialect)
        {
            return Ok(Attempt::Skip(format!(
                "the target lacks the dialect {dialect}"
            )));
        }
        let levels = asked.levels.both(connection.introduction.levels);
        if levels.is_empty() {
            return Ok(Attempt::Skip(
                "the target offers none of these levels".to_owned(),
            ));
        }
        let asked = Asked { levels, ..asked };
        connection
            .process
            .ask(Run::line(id, &asked, &case.question));
        let line = connection.process.line()?;
        let answer = Answer::read(&line).map_err(Failure::Broken)?;
        let last = connection.last;
        if let (Some(named), Some((answered, earlier))) = (answer.id(), last)
            && named == answered
        {
            self.answered_twice(earlier);
            return Err(Failure::Broken(format!(
                "a second answer to question {named}"
            )));
        }
        let attempt = judge(answer, id, asked, false)?;
        connection.last = Some((id, at));
        Ok(attempt)
    }

    /// The case is known whose question was answered twice.
    fn answered_twice(&mut self, at: usize) {
        if let Some(report) = self.findings.cases.get_mut(&at) {
            report.break_off("expected one answer, found two");
            self.blamed = true;
        }
    }

    /// Sees to it that there is a target that said hello.
    fn greet(&mut self) -> Result<(), Failure> {
        if self.connection.is_some() {
            return Ok(());
        }
        let greeted = Process::start(&self.settings.command, None).and_then(|mut process| {
            process.ask(protocol::hello());
            let line = process.line()?;
            match Answer::read(&line).map_err(Failure::Broken)? {
                Answer::Hello(introduction) => Ok((process, introduction)),
                other => Err(Failure::Broken(format!("expected hello, found {other:?}"))),
            }
        });
        match greeted {
            Ok((process, introduction)) => {
                self.silent = 0;
                self.findings.target = Some(introduction.name.clone());
                self.connection = Some(Connection {
                    process,
                    introduction,
                    last: None,
                });
                Ok(())
            }
            Err(failure) => {
                self.silent += 1;
                let never = self.findings.target.is_none() && self.silent >= GREETINGS;
                if never || matches!(failure, Failure::NotStarted(_)) {
                    let (verdict, why) = verdict_of(failure.clone());
                    self.given_up = Some((verdict, format!("no hello: {why}")));
                }
                Err(failure)
            }
        }
    }

    fn ask_by_file(&mut self, at: usize, case: &Case, asked: Asked) -> Result<Attempt, Failure> {
        let id = self.new_id();
        let path = self.question_file(at);
        let written = fs::File::create(&path)
            .and_then(|mut file| file.write_all(Run::line(id, &asked, &case.question).as_bytes()));
        written.map_err(|error| Failure::NotStarted(format!("{}: {error}", path.display())))?;
        let mut process = Process::start(&self.settings.command, Some(&path))?;
        process.ask_no_more();
        let answer = Answer::read(&process.line()?).map_err(Failure::Broken)?;
        let attempt = judge(answer, id, asked, true)?;
        match process.line() {
            Err(Failure::Ended(_)) => {}
            Err(other) => return Err(other),
            Ok(_) => return Err(Failure::Broken("expected one line, found more".to_owned())),
        }
        match process.exit_code()? {
            0 => {
                self.findings.target = Some(self.settings.command.line.clone());
                Ok(attempt)
            }
            code => Err(Failure::Ended(format!(
                "expected exit code 0, found {code}"
            ))),
        }
    }

    /// A file of this worker's alone.
    fn question_file(&mut self, at: usize) -> PathBuf {
        let process = std::process::id();
        let name = format!("primea-{process}-{at}.json");
        self.file
            .get_or_insert_with(|| std::env::temp_dir().join(name))
            .clone()
    }

    /// Lets the target go, and hears what it still has to say.
    pub fn finish(mut self) -> Findings {
        if let Some(path) = &self.file {
            // It is in the way of nobody.
            let _ = fs::remove_file(path);
        }
        if let Some(mut connection) = self.connection.take()
            && let Some((answered, earlier)) = connection.last
        {
            connection.process.ask(protocol::bye());
            let mut heard = None;
            connection.process.dismiss(|further| heard = Some(further));
            match heard {
                None => {}
                Some(Ok(line)) => match Answer::read(&line).ok().and_then(|answer| answer.id()) {
                    Some(id) if id == answered => self.answered_twice(earlier),
                    _ => {
                        let why = "a line behind the last answer".to_owned();
                        self.stray(earlier, "bye", Verdict::BrokenAnswer, why);
                    }
                },
                Some(Err(failure)) => {
                    let (verdict, why) = verdict_of(failure);
                    self.stray(earlier, "bye", verdict, why);
                }
            }
        }
        self.findings
    }
}

/// What an answer says, if it is one to this question.
fn judge(answer: Answer, about: u32, asked: Asked, may_lack: bool) -> Result<Attempt, Failure> {
    let broken = |why: String| Err(Failure::Broken(why));
    match answer {
        Answer::Result {
            id,
            levels: reported,
            mut result,
        } if id == about => {
            let levels = match reported.filter(|_| may_lack) {
                None => asked.levels,
                Some(reported) => asked.levels.both(reported),
            };
            if levels.is_empty() {
                return broken("expected one of the levels asked for, found none".to_owned());
            }
            let checked = match asked.watch {
                Some(_) => compare::check_part(&result),
                None => compare::check(&result, levels),
            };
            if let Err(why) = checked {
                return broken(why);
            }
            if levels.has(Level::Outcomes) || levels.has(Level::State) {
                long::shorten_data(&mut result);
            }
            Ok(Attempt::Result { levels, result })
        }
        Answer::Skip { id, why } if id == about => Ok(Attempt::Skip(why)),
        Answer::Error { id, why } if id == Some(about) || id.is_none() => {
            broken(format!("the target says that the question is wrong: {why}"))
        }
        other => broken(format!(
            "expected the answer to question {about}, found {}",
            other
                .id()
                .map_or("another message".to_owned(), |id| format!("that to {id}"))
        )),
    }
}
