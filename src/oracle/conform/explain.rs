//! Where a target first goes wrong.
//!
//! Enters: a case whose result differs. Leaves: the first point at which it does, as closely as the target
//! can tell. Refuses to know: how targets are started and end.

use super::{
    case::Case,
    process::Mode,
    report::CaseReport,
    worker::{Attempt, Worker},
};
use crate::oracle::{
    compare::{
        self, Comparison,
        divergence::{self, Divergence},
        narrow,
    },
    level::{Level, Levels},
    protocol::Asked,
    vector::result::Form,
};
use serde_json::Value;

/// What a target told about a case, and what was expected.
struct Told {
    levels: Levels,
    expected: Value,
    found: Value,
}

impl Told {
    /// Both sides, as far as these levels go.
    fn new(levels: Levels, expected: &Value, found: &Value) -> Told {
        Told {
            levels,
            expected: compare::project(expected, levels),
            found: compare::project(found, levels),
        }
    }

    fn compare(&self) -> Comparison {
        compare::compare(&self.expected, &self.found, self.levels)
    }
}

impl Worker<'_> {
    /// Asks for all that the target can tell, and says where it first goes wrong.
    pub(super) fn explain(
        &mut self,
        at: usize,
        case: &Case,
        (levels, result): (Levels, Value),
        report: &mut CaseReport,
    ) {
        let mut told = Told::new(levels, &case.expected, &result);
        let mut differences = told.compare().differences;
        if let Some(again) = self.tell_all(at, case, levels) {
            let further = again.compare().differences;
            if further.is_empty() {
                let asked_for = differences.iter().any(|one| again.levels.has(one.level));
                if asked_for {
                    report.why = "asked again for more, the target answered as expected".to_owned();
                }
            } else {
                (told, differences) = (again, further);
            }
        }
        if let Some(mut first) = divergence::first(&told.expected, &told.found) {
            self.narrow(at, case, &told, &mut first);
            let names = case.vector.names.iter();
            let names = names
                .map(|(id, name)| (id.0.to_string(), name.clone()))
                .collect();
            report.first = first.text(&names);
            report.divergence = Some(first.to_json());
        }
        report.set_differences(&differences);
        report.expected = Some(told.expected);
        report.found = Some(told.found);
    }

    /// The case once more, at all levels that the target offers and with all lists in full. If the
    /// instructions are too much for it, without them.
    fn tell_all(&mut self, at: usize, case: &Case, levels: Levels) -> Option<Told> {
        let offered = match self.settings.command.mode {
            Mode::Lines => self.offered().filter(|offered| !offered.is_empty()),
            Mode::File => None,
        };
        let offered = offered.unwrap_or(levels);
        let told = self.tell(at, case, offered);
        match offered.has(Level::Instructions) {
            true => told.or_else(|| self.tell(at, case, offered.without(Level::Instructions))),
            false => told,
        }
    }

    fn tell(&mut self, at: usize, case: &Case, levels: Levels) -> Option<Told> {
        // Of a vector that says otherwise than this VM, nothing more is known.
        let (levels, expected) = match case.expected_at(levels, Form::Full) {
            Some(expected) => (levels, expected),
            None => (levels.both(Levels::OF_A_VECTOR), case.expected.clone()),
        };
        match self.attempt_twice(at, case, Asked::whole(levels, Form::Full)) {
            Attempt::Result { levels, result } => Some(Told::new(levels, &expected, &result)),
            Attempt::Skip(_) | Attempt::Failed(..) => None,
        }
    }

    /// If the instructions of the activation differ in which the results first part, asks for the part
    /// of them that differs.
    fn narrow(&mut self, at: usize, case: &Case, told: &Told, first: &mut Divergence) {
        let Some(place) = narrow::place(first, &told.expected, &told.found) else {
            return;
        };
        let attempt = self.attempt_twice(at, case, Asked::part(place));
        let Attempt::Result { result, .. } = attempt else {
            return;
        };
        let expected = case.expected_part(place);
        let lines = [&expected, &result].map(|part| {
            let lines = part["instructions"].as_array();
            lines.map_or(&[][..], Vec::as_slice)
        });
        narrow::narrow(first, place, &told.expected, lines);
    }
}
