//! Properties of random worlds: the order of execution does not show (confluence), nor does the
//! process; nothing that guests do makes the VM panic or lose a tick.
//!
//! `PRIMEA_WORLDS` says how many seeds a dialect gets, `PRIMEA_SEED` runs one seed alone,
//! `PRIMEA_MODULES` how many hostile modules there are.
//!
//! Rules tested here: TIME-6, TIME-7, TICK-13, RUN-8, STATE-11.

mod bounds;
mod chance;
mod guests;
mod hostile;
#[path = "../smith_settings.rs"]
mod smith_settings;
mod story;

use chance::Chance;
use libtest_mimic::{Arguments, Failed, Trial};
use primea::{interface::table::Dialect, world::order::Order};
use story::{Upshot, play};

/// The dialects whose imports come from `env` under any circumstances.
const DIALECTS: [Dialect; 5] = [
    Dialect::PortsCamel,
    Dialect::PortsSnake,
    Dialect::Capabilities,
    Dialect::LegacyPorts,
    Dialect::LegacyCapabilities,
];

/// Seeds that found something once, with what they found.
/// 16 (legacy-capabilities): a record held the actor's inbox, which depends on how far others are.
const KEPT_SEEDS: [u64; 1] = [16];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn seeds() -> Vec<u64> {
    match number("PRIMEA_SEED") {
        Some(seed) => vec![seed],
        None => KEPT_SEEDS
            .into_iter()
            .chain(0..number("PRIMEA_WORLDS").unwrap_or(60))
            .collect(),
    }
}

fn canonical(seed: u64, dialect: Dialect) -> Upshot {
    play(seed, dialect, &mut Order::Canonical)
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
        let expected = canonical(seed, dialect);
        for shuffle in 0..4 {
            let mut chance = Chance::new(seed.wrapping_mul(31).wrapping_add(shuffle));
            let mut choose = |count: usize| chance.below(count);
            let found = play(seed, dialect, &mut Order::Any(&mut choose));
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

/// The stories are worth telling: they reach most operations, with and without faults.
fn coverage(dialect: Dialect) -> Result<(), Failed> {
    let mut outcomes = std::collections::BTreeSet::new();
    let mut done = std::collections::BTreeSet::new();
    for seed in 0..150 {
        for record in canonical(seed, dialect).records.values().flatten() {
            outcomes.insert(record.outcome.err());
            done.extend(
                record
                    .calls
                    .iter()
                    .filter(|call| call.result.is_ok())
                    .map(|call| call.import),
            );
        }
    }
    let missing: Vec<&str> = primea::interface::table::IMPORTS
        .iter()
        .enumerate()
        .filter(|(at, import)| import.dialect == dialect && !done.contains(at))
        .map(|(_, import)| import.name)
        .collect();
    if !missing.is_empty() || outcomes.len() < 6 {
        return Err(format!("never done well: {missing:?}; outcomes seen: {outcomes:?}").into());
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
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for dialect in DIALECTS {
        let name = dialect.name();
        trials.push(Trial::test(
            format!("worlds::confluence::{name}"),
            move || confluence(dialect),
        ));
        trials.push(Trial::test(
            format!("worlds::repetition::{name}"),
            move || repetition(dialect),
        ));
        trials.push(Trial::test(
            format!("worlds::coverage::{name}"),
            move || coverage(dialect),
        ));
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
