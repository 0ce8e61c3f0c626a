//! A scenario that a program writes, or changes.
//!
//! Enters: the parts of a scenario, or its text. Leaves: its text, in the order in which people write it;
//! and what it comes to. Refuses to know: why it is written.

use crate::{
    interface::table::{Dialect, IMPORTS, Operation},
    limits,
    oracle::{
        conform::case::Case,
        fuzz::coverage::Coverage,
        level::Levels,
        vector::{
            carry::{Carried, CarriedStep},
            resolve::resolve,
            result::{Form, result},
        },
    },
    scenario::{
        Scenario, modules, parse,
        play::{Played, play_within},
        problem::Source,
        raw::RawCode,
        render,
    },
    state::hex::hex,
    world::order::Order,
};
use std::path::Path;
use toml::{Table, Value};

/// A scenario in parts.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// What it says that it is about.
    pub about: String,
    /// The dialect that its world runs.
    pub dialect: Dialect,
    /// The rules that it says it exercises.
    pub rules: Vec<String>,
    /// The name of one, or what differs.
    pub schedule: Option<Value>,
    /// The modules, by name.
    pub modules: Vec<(String, Code)>,
    /// The names of the probes.
    pub probes: Vec<String>,
    /// The channels of the outside: each name, and those of its two ends.
    pub channels: Vec<(String, [String; 2])>,
    /// The steps as tables of the file.
    pub steps: Vec<Table>,
}

/// What a module is given as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// WebAssembly text.
    Wat(String),
    /// The binary.
    Binary(Vec<u8>),
}

/// A draft that can be carried out, and what comes of it.
pub struct Prepared {
    /// With the outcomes that it has to expect, so that its text holds, and the rules behind what it does.
    pub draft: Draft,
    /// What its text was read as.
    pub scenario: Scenario,
    /// What came of it.
    pub played: Played,
}

/// The keys of a step, as people order them.
const KEYS: [&str; 18] = [
    "create",
    "send",
    "send_on",
    "destroy",
    "advance",
    "advance_to",
    "expect",
    "module",
    "data",
    "hex",
    "u32",
    "caps",
    "ports",
    "response",
    "ticks",
    "run",
    "outcome",
    "outcomes",
];

/// What people expect of the activations of a step.
const EXPECTATIONS: [&str; 5] = [
    "outcome",
    "outcomes",
    "spent",
    "passed_assertions",
    "failed_assertions",
];

impl Draft {
    /// Takes a text apart. What it expects is left out. Paths are relative to `folder`.
    pub fn read(source: &Source, folder: Option<&Path>) -> Result<Draft, String> {
        let raw = parse::parse(&source.text).map_err(|problems| render(source, &problems))?;
        let mut table: Table = source.text.parse().expect("it was parsed before");
        let code = |code: RawCode| match code {
            RawCode::Wat { text, .. } => Ok(Code::Wat(text.value.trim_matches('\n').to_owned())),
            RawCode::Hex(bytes) => Ok(Code::Binary(bytes)),
            RawCode::File(path) => {
                let folder =
                    folder.ok_or("a scenario that is not a file cannot name other files")?;
                let bytes = modules::read_file(&folder.join(&path.value))?;
                match path.value.ends_with(".wat") {
                    true => String::from_utf8(bytes).map(Code::Wat).map_err(|_| {
                        format!("{}: expected UTF-8, found something else", path.value)
                    }),
                    false => Ok(Code::Binary(bytes)),
                }
            }
        };
        let modules = raw.modules.into_iter();
        let modules = modules.map(|module| Ok((module.name.value, code(module.code)?)));
        let steps = match table.remove("steps") {
            Some(Value::Array(steps)) => steps,
            _ => unreachable!("a scenario that could be read has steps"),
        };
        let steps = steps.into_iter().map(|step| match step {
            Value::Table(step) => step,
            _ => unreachable!("a step that could be read is a table"),
        });
        let mut draft = Draft {
            about: raw.about.split_whitespace().collect::<Vec<_>>().join(" "),
            dialect: raw.dialect,
            rules: raw.rules.into_iter().map(|rule| rule.value).collect(),
            schedule: table.remove("schedule"),
            modules: modules.collect::<Result<_, String>>()?,
            probes: raw.probes.into_iter().map(|probe| probe.value).collect(),
            channels: raw
                .channels
                .into_iter()
                .map(|channel| (channel.name.value, channel.ends.map(|end| end.value)))
                .collect(),
            steps: steps.collect(),
        };
        draft.expect_nothing();
        Ok(draft)
    }

    pub(super) fn expect_nothing(&mut self) {
        self.steps.retain(|step| !step.contains_key("expect"));
        for step in &mut self.steps {
            for key in EXPECTATIONS {
                step.remove(key);
            }
        }
    }

    /// The scenario file.
    pub fn text(&self) -> String {
        let text = |text: &str| Value::from(text).to_string();
        let texts = |texts: &[String]| {
            let all: Vec<String> = texts.iter().map(|one| text(one)).collect();
            all.join(", ")
        };
        let mut out = format!("about = {}\n", text(&self.about));
        out += &format!("dialect = {}\n", text(self.dialect.name()));
        out += &format!("rules = [{}]\n", texts(&self.rules));
        match &self.schedule {
            None => {}
            Some(Value::Table(schedule)) => {
                let schedule = Value::from(schedule.clone());
                let whole = Table::from_iter([("schedule".to_owned(), schedule)]);
                out += &format!("\n{whole}");
            }
            Some(name) => out += &format!("schedule = {name}\n"),
        }
        for (name, code) in &self.modules {
            out += &format!("\n[modules.{name}]\n");
            out += &match code {
                Code::Wat(wat) if wat.contains("'''") => format!("wat = {}\n", text(wat)),
                Code::Wat(wat) => format!("wat = '''\n{}\n'''\n", wat.trim_matches('\n')),
                Code::Binary(bytes) => format!("hex = \"{}\"\n", hex(bytes)),
            };
        }
        for name in &self.probes {
            out += &format!("\n[probes.{name}]\n");
        }
        for (name, ends) in &self.channels {
            out += &format!("\n[channels.{name}]\nends = [{}]\n", texts(ends));
        }
        for step in &self.steps {
            out += "\n[[steps]]\n";
            let known = KEYS.iter().filter_map(|key| step.get_key_value(*key));
            let others = step.iter().filter(|(key, _)| !KEYS.contains(&key.as_str()));
            for (key, value) in known.chain(others) {
                out += &format!("{key} = {value}\n");
            }
        }
        out
    }

    /// The scenario, if it is one.
    pub fn scenario(&self, name: &str) -> Result<Scenario, String> {
        let source = Source::new(name, self.text());
        Scenario::read(source, None).map_err(|rejection| rejection.to_string())
    }

    /// Carries the draft out. It fails if it is no scenario, or cannot be carried out to its end.
    pub fn prepare(mut self, name: &str) -> Result<Prepared, String> {
        self.expect_nothing();
        let scenario = self.scenario(name)?;
        self.carry_out(scenario, limits::STEP_ACTIVATIONS)
    }

    /// Carries out the scenario of this draft. It fails if that takes more activations than so many.
    pub fn carry_out(mut self, scenario: Scenario, activations: usize) -> Result<Prepared, String> {
        self.expect_nothing();
        let played = play_within(&scenario.plan, &mut Order::Canonical, activations);
        if let Some(problem) = &played.stopped {
            return Err(scenario.source.render(problem));
        }
        self.expect(&played);
        let rules = Coverage::of(&played).rules();
        if !rules.is_empty() {
            self.rules = rules.into_iter().map(str::to_owned).collect();
        }
        let mut prepared = Prepared {
            draft: self,
            scenario,
            played,
        };
        prepared.write_source();
        Ok(prepared)
    }

    /// Expects what a scenario has to expect, if it is not to fail: faults, and failed assertions.
    fn expect(&mut self, played: &Played) {
        for step in &played.steps {
            let table = &mut self.steps[step.index];
            let outcomes = step.records.iter();
            let outcomes = outcomes.map(|one| one.outcome.err().map_or("ok", |fault| fault.name()));
            if step.records.iter().any(|record| record.outcome.is_err()) {
                let outcomes = outcomes.map(Value::from).collect::<Vec<_>>();
                table.insert("outcomes".to_owned(), Value::from(outcomes));
            }
            let calls = step.records.iter().flat_map(|record| &record.calls);
            let failed = calls.filter(|call| {
                IMPORTS[call.import].operation == Operation::AssertEqual
                    && call.result.is_ok()
                    && call.arguments[0] != call.arguments[1]
            });
            match failed.count() {
                0 => {}
                failed => {
                    let failed = Value::from(i64::try_from(failed).expect("few calls"));
                    table.insert("failed_assertions".to_owned(), failed);
                }
            }
        }
    }
}

impl Prepared {
    /// The same, naming these rules.
    pub fn naming(mut self, rules: Vec<String>) -> Prepared {
        self.draft.rules = rules;
        self.write_source();
        self
    }

    /// The scenario is the one that its draft says.
    fn write_source(&mut self) {
        let name = self.scenario.source.name.clone();
        self.scenario.source = Source::new(name, self.draft.text());
    }

    /// What a target is held to.
    pub fn case(self) -> Case {
        let name = &self.scenario.source.name;
        let mut vector = resolve(name, &self.scenario.plan, &self.played);
        vector.rules = self.draft.rules;
        Case {
            question: vector.question().to_string(),
            expected: result(
                &vector,
                &carried(self.played),
                Levels::OF_A_VECTOR,
                Form::Short,
            ),
            vector,
        }
    }
}

/// The same, as coming from a vector.
pub fn carried(played: Played) -> Carried {
    let steps = played.steps.into_iter().map(|step| CarriedStep {
        records: step.records,
        digests: Vec::new(),
        time: step.time,
        root: Some(step.root),
    });
    Carried {
        steps: steps.collect(),
        stopped: None,
        world: played.world,
        arrivals: played.arrivals,
        part: None,
    }
}
