//! The account of all ticks spent, as values: what `primea ticks --format json` prints.
//!
//! Enters: a profile, and what things are called. Leaves: rows, whose sums agree. Refuses to know:
//! how rows are laid out.

use super::{
    functions,
    profile::{Labels, Profile},
};
use crate::interface::table::Dialect;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the format.
pub const VERSION: u32 = 1;

/// What was run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A whole scenario.
    Scenario,
    /// One export of a module, called directly.
    Call,
    /// One entry of a module, as an actor in a world.
    Entry,
}

impl Subject {
    /// The word for it in files and tables.
    pub fn word(self) -> &'static str {
        match self {
            Subject::Scenario => "scenario",
            Subject::Call => "call",
            Subject::Entry => "entry",
        }
    }
}

/// What ticks were spent on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// The binaries of creations (`TICK-9`).
    pub code: u64,
    /// Beginning activations (`TICK-7`).
    pub opening: u64,
    /// Locals of functions that were entered (`TICK-17`).
    pub locals: u64,
    /// Instructions, with what they pay by their operands.
    pub instructions: u64,
    /// Import calls, apart from the instructions that made them.
    pub imports: u64,
    /// Callbacks, before they are looked up (`TICK-8`).
    pub callbacks: u64,
}

impl Parts {
    /// What the parts are called, in the order of the fields.
    pub const NAMES: [&str; 6] = [
        "code",
        "opening",
        "locals",
        "instructions",
        "imports",
        "callbacks",
    ];

    /// In the order of the fields.
    pub fn values(&self) -> [u64; 6] {
        let Parts {
            code,
            opening,
            locals,
            instructions,
            imports,
            callbacks,
        } = *self;
        [code, opening, locals, instructions, imports, callbacks]
    }

    /// All parts together.
    pub fn sum(&self) -> u64 {
        self.values().iter().sum()
    }

    /// Adds part by part.
    pub fn add(&mut self, other: &Parts) {
        self.code += other.code;
        self.opening += other.opening;
        self.locals += other.locals;
        self.instructions += other.instructions;
        self.imports += other.imports;
        self.callbacks += other.callbacks;
    }
}

/// All ticks that were spent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The version of this format.
    #[serde(rename = "primea-ticks")]
    pub version: u32,
    /// What was run.
    pub subject: Subject,
    /// The dialect's name.
    pub dialect: String,
    /// The hash of the schedule.
    pub schedule: String,
    /// All ticks spent.
    pub spent: u64,
    /// What they were spent on.
    pub parts: Parts,
    /// By actor.
    pub actors: Vec<ActorRow>,
    /// By activation.
    pub activations: Vec<ActivationRow>,
    /// By function and import.
    pub functions: Vec<FunctionRow>,
    /// Only if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<Vec<InstructionRow>>,
}

/// What the activations of one actor came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorRow {
    /// The actor's name.
    pub actor: String,
    /// How many activations it had.
    pub activations: u64,
    /// Ticks that they spent.
    pub spent: u64,
    /// What they were spent on.
    pub parts: Parts,
}

/// What one activation came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationRow {
    /// From 1, in the order in which they were carried out.
    pub number: u64,
    /// The actor's name.
    pub actor: String,
    /// What was run: an entry's name or a time-out.
    pub entry: String,
    /// `ok`, or the name of the fault.
    pub outcome: String,
    /// Ticks that it spent.
    pub spent: u64,
    /// What they were spent on.
    pub parts: Parts,
}

/// What one function, or one import, came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionRow {
    /// The module's name.
    pub module: String,
    /// The index of a function of the module's own; an import has none.
    pub index: Option<u32>,
    /// The function's or import's name.
    pub name: String,
    /// How often it was called.
    pub calls: u64,
    /// Ticks that it spent itself.
    #[serde(rename = "self")]
    pub own: u64,
    /// With all that it called, imports included.
    pub total: u64,
}

/// What one instruction came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstructionRow {
    /// The module's name.
    pub module: String,
    /// The name of the function that it stands in.
    pub function: String,
    /// That function's index.
    pub index: u32,
    /// In the module as it was given.
    pub offset: u32,
    /// Its name in the text format.
    pub opcode: String,
    /// How often it was come to, at last perhaps without being executed.
    pub executions: u64,
    /// Ticks charged for it, by its operands too.
    pub ticks: u64,
    /// What was charged by the imports that it called.
    pub imports: u64,
}

impl Account {
    /// The account of a profile. With `instructions`, of every instruction, too.
    pub fn of(
        profile: &Profile,
        subject: Subject,
        dialect: Dialect,
        labels: &dyn Labels,
        instructions: bool,
    ) -> Result<Account, String> {
        functions::check(profile)?;
        let mut parts = Parts::default();
        let mut actors: BTreeMap<String, ActorRow> = BTreeMap::new();
        let mut activations = Vec::new();
        for (number, activation) in (1..).zip(&profile.activations) {
            let actor = labels.actor(activation.actor);
            parts.add(&activation.parts);
            let row = actors.entry(actor.clone()).or_insert_with(|| ActorRow {
                actor: actor.clone(),
                activations: 0,
                spent: 0,
                parts: Parts::default(),
            });
            row.activations += 1;
            row.spent += activation.spent;
            row.parts.add(&activation.parts);
            activations.push(ActivationRow {
                number,
                actor,
                entry: activation.entry.to_owned(),
                outcome: activation
                    .fault
                    .map_or("ok", |fault| fault.name())
                    .to_owned(),
                spent: activation.spent,
                parts: activation.parts,
            });
        }
        let account = Account {
            version: VERSION,
            subject,
            dialect: dialect.name().to_owned(),
            schedule: profile.schedule().hash().to_string(),
            spent: parts.sum(),
            parts,
            actors: actors.into_values().collect(),
            activations,
            functions: functions::functions(profile, labels),
            instructions: instructions.then(|| functions::instructions(profile, labels)),
        };
        account.assert_sums();
        Ok(account)
    }

    /// Asserts that every list adds up to the whole.
    fn assert_sums(&self) {
        let guest = self.parts.locals + self.parts.instructions + self.parts.imports;
        let sums = [
            (self.actors.iter().map(|row| row.spent).sum(), self.spent),
            (
                self.activations.iter().map(|row| row.spent).sum(),
                self.spent,
            ),
            (self.functions.iter().map(|row| row.own).sum::<u64>(), guest),
        ];
        for (sum, whole) in sums {
            assert_eq!(sum, whole, "every tick is in every list");
        }
        if let Some(instructions) = &self.instructions {
            let sum =
                |ticks: fn(&InstructionRow) -> u64| instructions.iter().map(ticks).sum::<u64>();
            assert_eq!(self.parts.instructions, sum(|row| row.ticks));
            assert_eq!(self.parts.imports, sum(|row| row.imports));
        }
    }

    /// As JSON, indented, with a line end.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names and numbers always print") + "\n"
    }

    /// What `to_json` printed.
    pub fn from_json(text: &str) -> Result<Account, String> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(rename = "primea-ticks")]
            version: u32,
        }
        let wrong = |error| format!("expected a result of `primea ticks --format json`: {error}");
        let head: Head = serde_json::from_str(text).map_err(wrong)?;
        if head.version != VERSION {
            let found = head.version;
            return Err(format!(
                "expected \"primea-ticks\": {VERSION}, found {found}"
            ));
        }
        let account: Account = serde_json::from_str(text).map_err(wrong)?;
        let sum: u64 = account.actors.iter().map(|row| row.spent).sum();
        if account.parts.sum() != account.spent || sum != account.spent {
            let spent = account.spent;
            return Err(format!(
                "expected parts and actors that add up to {spent} ticks, found other sums"
            ));
        }
        Ok(account)
    }
}
