//! Deliberate faults, each in a case that a person reads in a minute.
//!
//! Enters: a deviation, the scenarios, their vectors. Leaves: how many lines the shrunk case has. Refuses to know: how a
//! case becomes small.

use crate::{SCENARIOS, VECTORS, blamed, target};
use libtest_mimic::Failed;
use primea::{
    deviation::Deviation,
    oracle::{
        conform::{case::Case, worker::Worker},
        draft::Draft,
        fuzz::opponent::{Opponent, kind},
        shrink::{ATTEMPTS, shrink},
    },
    scenario::problem::Source,
};
use std::{fs, sync::LazyLock};

/// More lines are too many.
const LINES: usize = 40;

/// How many cases may have to be shrunk before one is small.
const CASES: usize = 3;

/// The vectors, those first that are soon carried out: they shrink soon.
static LIGHTEST_FIRST: LazyLock<Vec<&Case>> = LazyLock::new(|| {
    let mut cases: Vec<&Case> = VECTORS.iter().collect();
    cases.sort_by_cached_key(|case| weight(case));
    cases
});

/// What it takes to tell it, and to carry it out.
fn weight(case: &Case) -> u64 {
    let spent = case.expected["state"]["spent"].as_str();
    let spent: Option<u64> = spent.and_then(|spent| spent.parse().ok());
    case.question.len() as u64 + spent.expect("a state tells what was spent")
}

/// Of the scenarios that name the rule and fail, one of the first few shrinks to few lines.
pub fn small(fault: Deviation, tells: bool) -> Result<(), Failed> {
    let settings = target(Some(fault));
    let mut opponent = Worker::new(&settings);
    let blamed = blamed(fault);
    let mut found = Vec::new();
    for (at, case) in LIGHTEST_FIRST.iter().enumerate() {
        let vector = &case.vector;
        if !vector.rules.iter().any(|rule| blamed.contains(&&**rule)) {
            continue;
        }
        let Some(kind) = kind(&opponent.carry(at, case)) else {
            continue;
        };
        let path = SCENARIOS.join(format!("{}.toml", vector.name));
        let source = Source::new(&vector.name, fs::read_to_string(&path)?);
        let draft = Draft::read(&source, path.parent())?;
        let mut worker = Opponent::Target(Box::new(opponent));
        let shrunk = shrink(draft, &vector.name, &kind, ATTEMPTS, &mut worker);
        let shrunk = shrunk.ok_or("expected the same failure again, found none")?;
        let lines = shrunk.draft.text().lines().count();
        if lines <= LINES {
            if tells {
                let (name, attempts) = (fault.name(), shrunk.attempts);
                println!(
                    "{name}: {lines} lines, from {} in {attempts} attempts",
                    vector.name
                );
            }
            return Ok(());
        }
        found.push(format!("{lines} from {}", vector.name));
        if found.len() == CASES {
            break;
        }
        opponent = Worker::new(&settings);
    }
    let found = found.join(", ");
    Err(format!("expected at most {LINES} lines, found {found}").into())
}
