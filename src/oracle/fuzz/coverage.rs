//! What cases reach: imports with their outcomes, activations with theirs, and the rules that stand behind them.
//!
//! Enters: records of activations. Leaves: features, and a text of what was reached and what was not. Refuses to
//! know: where the cases come from.

use crate::{
    fault::Fault,
    interface::table::{Dialect, IMPORTS, ImportIndex},
    scenario::play::Played,
    world::{actor::Deed, record::Record},
};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a case reached.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Feature {
    /// An import, and what came of it.
    Call(ImportIndex, Came),
    /// An activation of a dialect: what it was, how it ended, whether the run waits then.
    Activation(Dialect, Deed, Result<(), Fault>, bool),
    /// A division of what was left among so many claims; all beyond 3 count as 3.
    Shares(Dialect, usize),
}

/// What came of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Came {
    Null,
    Zero,
    Other,
    Fault(Fault),
}

/// How often each feature was reached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    counts: BTreeMap<Feature, u64>,
    /// Activations.
    pub activations: u64,
    /// Import calls.
    pub calls: u64,
}

fn features(record: &Record, dialect: Dialect) -> impl Iterator<Item = Feature> {
    let calls = record.calls.iter().map(|call| {
        let came = match call.result {
            Err(fault) => Came::Fault(fault),
            Ok(0) => Came::Zero,
            Ok(-1) => Came::Null,
            Ok(_) => Came::Other,
        };
        Feature::Call(call.import, came)
    });
    let waits = record.waits_until.is_some();
    let whole = Feature::Activation(dialect, record.deed, record.outcome.map(|_| ()), waits);
    calls.chain([whole, Feature::Shares(dialect, record.shares.len().min(3))])
}

impl Coverage {
    /// What a scenario reached when it was played.
    pub fn of(played: &Played) -> Coverage {
        let mut coverage = Coverage::default();
        let dialect = played.world.dialect();
        for record in played.steps.iter().flat_map(|step| &step.records) {
            coverage.activations += 1;
            coverage.calls += record.calls.len() as u64;
            for feature in features(record, dialect) {
                *coverage.counts.entry(feature).or_default() += 1;
            }
        }
        coverage
    }

    /// Adds another; whether it reached something new.
    pub fn add(&mut self, other: &Coverage) -> bool {
        let before = self.counts.len();
        for (feature, count) in &other.counts {
            *self.counts.entry(*feature).or_default() += count;
        }
        self.activations += other.activations;
        self.calls += other.calls;
        self.counts.len() > before
    }

    /// The imports that were done without a fault.
    pub fn done(&self) -> BTreeSet<ImportIndex> {
        let calls = self.counts.keys().filter_map(|feature| match feature {
            Feature::Call(import, came) if !matches!(came, Came::Fault(_)) => Some(*import),
            _ => None,
        });
        calls.collect()
    }

    /// The faults with which activations ended.
    pub fn faults(&self) -> BTreeSet<Fault> {
        let ends = self.counts.keys().filter_map(|feature| match feature {
            Feature::Activation(_, _, outcome, _) => outcome.err(),
            _ => None,
        });
        ends.collect()
    }

    /// The rules that stand behind what was reached: those that the import table names, and those of outcomes.
    pub fn rules(&self) -> BTreeSet<&'static str> {
        let mut rules = BTreeSet::new();
        for feature in self.counts.keys() {
            match feature {
                Feature::Call(_, Came::Fault(fault)) => rules.extend(behind(*fault)),
                Feature::Call(import, _) => rules.extend(IMPORTS[*import].rules()),
                Feature::Activation(_, deed, outcome, waits) => {
                    rules.extend(outcome.err().iter().flat_map(|fault| behind(*fault)));
                    if *deed == Deed::TimeOut || *waits {
                        rules.insert("WAIT-3");
                    }
                }
                Feature::Shares(_, 0) => {}
                Feature::Shares(..) => {
                    rules.insert("TICK-11");
                }
            }
        }
        rules
    }

    /// For a reader: what was reached in these dialects, and which imports and faults were not.
    pub fn text(&self, dialects: &[Dialect]) -> String {
        let mut text = String::new();
        let done = self.done();
        for dialect in dialects {
            text += &format!("{}\n", dialect.name());
            for (index, import) in dialect.rows() {
                let came = self
                    .counts
                    .iter()
                    .filter_map(|(feature, count)| match feature {
                        Feature::Call(one, came) if *one == index => {
                            Some(format!("{} {count}", came.name()))
                        }
                        _ => None,
                    });
                let came: Vec<String> = came.collect();
                let result = if import.has_result() {
                    " with a result"
                } else {
                    ""
                };
                let form = format!("{}/{}{result}", import.name, import.params.len());
                let came = if came.is_empty() {
                    "never called".to_owned()
                } else {
                    came.join(", ")
                };
                text += &format!("  {form:<34} {came}\n");
            }
            text += &format!("  {:<34} {}\n", "activations", self.outcomes(*dialect));
        }
        let rows: usize = dialects.iter().map(|dialect| dialect.rows().count()).sum();
        let faults = self.faults();
        let missing = Fault::ALL.iter().filter(|fault| !faults.contains(fault));
        let missing: Vec<&str> = missing.map(|fault| fault.name()).collect();
        text += &format!(
            "{} of {rows} imports done well, {} outcomes of imports, {} of {} faults{}, {} rules, \
             {} activations, {} import calls\n",
            done.len(),
            self.counts
                .keys()
                .filter(|feature| matches!(feature, Feature::Call(..)))
                .count(),
            faults.len(),
            Fault::ALL.len(),
            match missing.is_empty() {
                true => String::new(),
                false => format!(" (not {})", missing.join(", ")),
            },
            self.rules().len(),
            self.activations,
            self.calls,
        );
        text
    }

    fn outcomes(&self, dialect: Dialect) -> String {
        let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
        for (feature, count) in &self.counts {
            if let Feature::Activation(one, _, outcome, _) = feature
                && *one == dialect
            {
                *outcomes
                    .entry(outcome.map_or_else(Fault::name, |()| "ok"))
                    .or_default() += count;
            }
        }
        let each = outcomes
            .iter()
            .map(|(name, count)| format!("{name} {count}"));
        each.collect::<Vec<_>>().join(", ")
    }
}

impl Came {
    const fn name(self) -> &'static str {
        match self {
            Came::Null => "-1",
            Came::Zero => "0",
            Came::Other => "ok",
            Came::Fault(fault) => fault.name(),
        }
    }
}

/// The rules by which a fault comes about.
const fn behind(fault: Fault) -> &'static [&'static str] {
    match fault {
        Fault::OutOfTicks => &["TICK-2", "TICK-3"],
        Fault::InvalidReference | Fault::WrongKind => &["ARG-4"],
        Fault::OutOfBounds => &["ARG-3", "ARG-6"],
        Fault::NoSuchIndex => &["MSG-8", "PORT-8"],
        Fault::AlreadyLoaded => &["PORT-8"],
        Fault::NameTaken | Fault::AlreadyBound => &["PORT-3"],
        Fault::AlreadyWaiting => &["WAIT-2"],
        Fault::NoResponseOwed => &["RESP-2"],
        Fault::BadCallback => &["RUN-5"],
        Fault::LimitExceeded => &["REF-8"],
        Fault::InvalidModule => &["ACTOR-4"],
        Fault::CallDepth => &["RUN-10"],
        _ => &["FAULT-2"],
    }
}
