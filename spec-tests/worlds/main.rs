//! Properties of random worlds: the order of execution does not show (confluence), nor does the
//! process; nothing that guests do makes the VM panic or lose a tick.
//!
//! Enters: seeds. Leaves: trials; a failure names its seed. Refuses to know: what a world should
//! come to.
//!
//! `PRIMEA_WORLDS` says how many seeds a dialect gets, `PRIMEA_SEED` runs one seed alone,
//! `PRIMEA_MODULES` how many hostile modules there are.
//!
//! Rules tested here: TIME-6, TIME-7, TICK-13, RUN-8, STATE-11.

mod bounds;
mod hostile;
#[path = "../smith_settings.rs"]
mod smith_settings;
mod story;
mod wrong;

use libtest_mimic::{Arguments, Failed, Trial};
use primea::{
    interface::table::Dialect,
    oracle::fuzz::{
        Plan, chance::Chance, coverage::Coverage, fuzz, opponent::Against, story as generated,
        ways::Way,
    },
    scenario::{Scenario, play::play, problem::Source, render},
    world::order::Order,
};
use std::num::NonZeroUsize;
use story::{Upshot, plan, upshot};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn seeds() -> Vec<u64> {
    match number("PRIMEA_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("PRIMEA_WORLDS").unwrap_or(60)).collect(),
    }
}

fn canonical(seed: u64, dialect: Dialect) -> Upshot {
    upshot(&plan(seed, dialect), &mut Order::Canonical)
}

fn differs(what: &str, seed: u64, dialect: Dialect, left: &Upshot, right: &Upshot) -> Failed {
    let step = left
        .roots
        .iter()
        .zip(&right.roots)
        .position(|(left, right)| left != right);
    let actor = left
        .records
        .keys()
        .find(|id| left.records.get(id) != right.records.get(id));
    let first = actor.map(|id| {
        let [left, right] =
            [left, right].map(|side| side.records.get(id).map_or(&[][..], Vec::as_slice));
        let at = left
            .iter()
            .zip(right)
            .position(|(l, r)| l != r)
            .unwrap_or(left.len().min(right.len()));
        format!(
            "actor {}, activation {at}:\n{:#?}\n{:#?}",
            id.0.short(),
            left.get(at),
            right.get(at)
        )
    });
    let name = dialect.name();
    format!(
        "{what}: seed {seed}, {name}: roots differ first at step {step:?}\n{}",
        first.unwrap_or_default()
    )
    .into()
}

/// Random legal orders of execution come to the same.
fn confluence(dialect: Dialect) -> Result<(), Failed> {
    for seed in seeds() {
        let plan = plan(seed, dialect);
        let expected = upshot(&plan, &mut Order::Canonical);
        for shuffle in 0..4 {
            let mut chance = Chance::new(seed.wrapping_mul(31).wrapping_add(shuffle));
            let mut choose = |count: usize| chance.below(count);
            let found = upshot(&plan, &mut Order::Any(&mut choose));
            if found != expected {
                return Err(differs(
                    "another legal order",
                    seed,
                    dialect,
                    &expected,
                    &found,
                ));
            }
        }
    }
    Ok(())
}

/// The same twice in this process and once in another.
fn repetition(dialect: Dialect) -> Result<(), Failed> {
    for seed in seeds().into_iter().take(12) {
        let first = canonical(seed, dialect);
        let second = canonical(seed, dialect);
        if first != second {
            return Err(differs("a second time", seed, dialect, &first, &second));
        }
        let other = std::process::Command::new(std::env::current_exe()?)
            .env("PRIMEA_TELL", format!("{seed} {}", dialect.name()))
            .output()?;
        let told = String::from_utf8(other.stdout)?;
        if told != format!("{first:#?}\n") {
            return Err(
                format!("another process: seed {seed}, {}: differs", dialect.name()).into(),
            );
        }
    }
    Ok(())
}

/// What is held against itself in every way comes to the same, and the cases are worth it: they do every import well,
/// and meet most faults.
fn ways(dialect: Dialect) -> Result<(), Failed> {
    let (first, count) = match number("PRIMEA_SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("PRIMEA_WORLDS").unwrap_or(120)),
    };
    let cases = Plan {
        seed: first,
        cases: Some(usize::try_from(count)?),
        dialects: vec![dialect],
        jobs: NonZeroUsize::MIN,
        first: Vec::new(),
        enough: 1,
    };
    let found = fuzz(&cases, &Against::Ways(Way::ALL.to_vec()), &mut |_, _, _| {
        true
    })?;
    if let Some(find) = found.finds.values().next() {
        let text = find.draft.text();
        return Err(format!("{}: {}\n{text}", find.report.why, find.report.first).into());
    }
    let done = found.coverage.done();
    let missing = dialect.rows().filter(|(row, _)| !done.contains(row));
    let missing: Vec<&str> = missing.map(|(_, import)| import.name).collect();
    let faults = found.coverage.faults();
    if count >= 120 && (!missing.is_empty() || faults.len() < 9) {
        return Err(format!("never done well: {missing:?}; faults met: {faults:?}").into());
    }
    Ok(())
}

/// A case is a scenario that a person can read and that holds; from the same seed comes the same text.
fn texts(dialect: Dialect) -> Result<(), Failed> {
    for seed in seeds().into_iter().take(20) {
        let first = generated::story(seed, dialect);
        let text = first.draft.text();
        if text != generated::story(seed, dialect).draft.text() {
            return Err(format!("seed {seed}: expected the same text, found another").into());
        }
        let scenario = Scenario::read(Source::new("case", text.clone()), None)?;
        let played = play(&scenario.plan, &mut Order::Canonical);
        let problems: Vec<_> = played
            .mismatches
            .iter()
            .chain(&played.stopped)
            .cloned()
            .collect();
        if !problems.is_empty() {
            return Err(format!(
                "seed {seed}: {}\n{text}",
                render(&scenario.source, &problems)
            )
            .into());
        }
        if Coverage::of(&played) != Coverage::of(&first.played) {
            return Err(format!("seed {seed}: expected that its text does the same").into());
        }
    }
    Ok(())
}

fn main() {
    if let Ok(wish) = std::env::var("PRIMEA_TELL") {
        let (seed, dialect) = wish.split_once(' ').expect("a seed and a dialect");
        let dialect = Dialect::from_name(dialect).expect("a dialect");
        println!("{:#?}", canonical(seed.parse().expect("a seed"), dialect));
        return;
    }
    if let Ok(lie) = std::env::var("PRIMEA_LIE") {
        wrong::serve(&lie).expect("stdin and stdout are pipes");
        return;
    }
    let arguments = Arguments::from_args();
    let mut trials = wrong::trials();
    for dialect in Dialect::ALL.iter().copied() {
        let name = dialect.name();
        trials.push(Trial::test(
            format!("worlds::confluence::{name}"),
            move || confluence(dialect),
        ));
        trials.push(Trial::test(
            format!("worlds::repetition::{name}"),
            move || repetition(dialect),
        ));
        trials.push(Trial::test(format!("worlds::ways::{name}"), move || {
            ways(dialect)
        }));
        trials.push(Trial::test(format!("worlds::texts::{name}"), move || {
            texts(dialect)
        }));
    }
    let cases = |usual: u64| number("PRIMEA_MODULES").unwrap_or(usual);
    trials.push(Trial::test("bounds::activations", bounds::activations));
    trials.push(Trial::test("bounds::events", bounds::events));
    trials.push(Trial::test("hostile::bytes", move || {
        hostile::bytes(cases(3_000))
    }));
    trials.push(Trial::test("hostile::valid_modules", move || {
        hostile::valid_modules(cases(400))
    }));
    libtest_mimic::run(&arguments, trials).exit();
}
