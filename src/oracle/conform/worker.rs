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
    compare::{self, divergence},
    level::{Level, Levels},
    protocol::{self, Answer, Introduction, Run},
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
enum Attempt {
    Result { levels: Levels, result: Value },
    Skip(String),
    Failed(Verdict, String),
}

pub struct Worker<'s> {
    settings: &'s Settings,
    connection: Option<Connection>,
    next_id: u32,
    silent: u32,
    /// What is left has this verdict, if no target ever said hello.
    given_up: Option<(Verdict, String)>,
    /// Where questions are written in file mode.
    file: Option<PathBuf>,
    /// Whether the case that is to blame for the last failure is known.
    blamed: bool,
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
        let attempt = self.attempt_twice(at, case, self.settings.levels, Form::Short);
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
                    self.explain(at, case, levels, result, comparison, &mut report);
                }
            }
        }
        report
    }

    /// Asks for all that the target can tell, and says where it first goes wrong.
    fn explain(
        &mut self,
        at: usize,
        case: &Case,
        levels: Levels,
        result: Value,
        comparison: compare::Comparison,
        report: &mut CaseReport,
    ) {
        let offered = match self.settings.command.mode {
            Mode::Lines => self.connection.as_ref().map(|one| one.introduction.levels),
            Mode::File => None,
        };
        let more = offered.unwrap_or_default().both(Levels::OF_A_VECTOR);
        let mut told = (levels, result, comparison.differences);
        let full = case.expected_in_full();
        let expected = full.as_ref().unwrap_or(&case.expected);
        let more = if more.is_empty() { levels } else { more };
        let again = self.attempt_twice(at, case, more, Form::Full);
        if let Attempt::Result { levels, result } = again {
            let again = compare::compare(expected, &result, levels).differences;
            if again.is_empty() {
                report.why = "asked again for more, the target answered as expected".to_owned();
            } else {
                told = (levels, result, again);
            }
        }
        let (levels, result, differences) = told;
        let expected = compare::project(expected, levels);
        let found = compare::project(&result, levels);
        let names = case.vector.names.iter();
        let names = names
            .map(|(id, name)| (id.0.to_string(), name.clone()))
            .collect();
        if let Some(first) = divergence::first(&expected, &found) {
            report.first = first.text(&names);
            report.divergence = Some(first.to_json());
        }
        report.set_differences(&differences);
        report.expected = Some(expected);
        report.found = Some(found);
    }

    /// A target that fails when it has carried out other cases is given the case again in a fresh
    /// process: no case is blamed for what another left behind.
    fn attempt_twice(&mut self, at: usize, case: &Case, levels: Levels, form: Form) -> Attempt {
        if let Some((verdict, why)) = &self.given_up {
            return Attempt::Failed(*verdict, why.clone());
        }
        let used = self
            .connection
            .as_ref()
            .and_then(|connection| connection.last);
        let first = self.attempt(at, case, levels, form);
        let Attempt::Failed(verdict, why) = first else {
            return first;
        };
        self.connection = None;
        match (used, verdict) {
            (Some((_, before)), Verdict::Crash | Verdict::BrokenAnswer) => {
                let second = self.attempt(at, case, levels, form);
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

    fn attempt(&mut self, at: usize, case: &Case, levels: Levels, form: Form) -> Attempt {
        let attempt = match self.settings.command.mode {
            Mode::Lines => self.ask(at, case, levels, form),
            Mode::File => self.ask_by_file(at, case, levels, form),
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

    fn ask(
        &mut self,
        at: usize,
        case: &Case,
        levels: Levels,
        form: Form,
    ) -> Result<Attempt, Failure> {
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
        let levels = levels.both(connection.introduction.levels);
        if levels.is_empty() {
            return Ok(Attempt::Skip(
                "the target offers none of these levels".to_owned(),
            ));
        }
        connection
            .process
            .ask(Run::line(id, levels, form, &case.question));
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
        let attempt = judge(answer, id, levels, false)?;
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

    fn ask_by_file(
        &mut self,
        at: usize,
        case: &Case,
        levels: Levels,
        form: Form,
    ) -> Result<Attempt, Failure> {
        let id = self.new_id();
        let path = self.question_file(at);
        let written = fs::File::create(&path).and_then(|mut file| {
            file.write_all(Run::line(id, levels, form, &case.question).as_bytes())
        });
        written.map_err(|error| Failure::NotStarted(format!("{}: {error}", path.display())))?;
        let mut process = Process::start(&self.settings.command, Some(&path))?;
        process.ask_no_more();
        let answer = Answer::read(&process.line()?).map_err(Failure::Broken)?;
        let attempt = judge(answer, id, levels, true)?;
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
fn judge(answer: Answer, asked: u32, levels: Levels, may_lack: bool) -> Result<Attempt, Failure> {
    let broken = |why: String| Err(Failure::Broken(why));
    match answer {
        Answer::Result {
            id,
            levels: reported,
            mut result,
        } if id == asked => {
            let levels = match reported.filter(|_| may_lack) {
                None => levels,
                Some(reported) => levels.both(reported),
            };
            if levels.is_empty() {
                return broken("expected one of the levels asked for, found none".to_owned());
            }
            if let Err(why) = compare::check(&result, levels) {
                return broken(why);
            }
            if levels.has(Level::Outcomes) || levels.has(Level::State) {
                long::shorten_data(&mut result);
            }
            Ok(Attempt::Result { levels, result })
        }
        Answer::Skip { id, why } if id == asked => Ok(Attempt::Skip(why)),
        Answer::Error { id, why } if id == Some(asked) || id.is_none() => {
            broken(format!("the target says that the question is wrong: {why}"))
        }
        other => broken(format!(
            "expected the answer to question {asked}, found {}",
            other
                .id()
                .map_or("another message".to_owned(), |id| format!("that to {id}"))
        )),
    }
}
