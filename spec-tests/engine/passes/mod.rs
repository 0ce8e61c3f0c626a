//! That ticks are counted right: every way of metering against the definition, and the
//! definition against a counter that shares no code with it.
//!
//! Enters: nothing. Leaves: named trials. Refuses to know: how metering works.
//!
//! Rules tested here: TICK-1, TICK-2, TICK-3, TICK-4, TICK-5, TICK-6, TICK-17, RUN-10, FAULT-2, FAULT-3.

mod by_hand;
mod compare;
mod host;
mod maze;
mod official;
mod sources;
mod story;

use crate::differential::Extent;
use compare::{Difference, Relation, Subject, Tally, compare};
use libtest_mimic::{Failed, Trial};
use primea::activation::engine::Engine;
use primea::module::Pass;
use primea::module::schedule::{PLAIN, PUBLISHED, Rate, Schedule};
use sources::Source;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use story::Way;

/// What is held against what.
#[derive(Clone, Copy)]
struct Pair {
    name: &'static str,
    ways: [Way; 2],
    relation: Relation,
    sources: &'static [Source],
}

const PAIRS: [Pair; 3] = [
    Pair {
        name: "exact_against_counter",
        ways: [Way::Metered(Pass::Exact), Way::Counter],
        relation: Relation::Same,
        sources: &sources::ALL,
    },
    Pair {
        name: "fast_against_exact",
        ways: [Way::Metered(Pass::Fast), Way::Metered(Pass::Exact)],
        relation: Relation::OrFalseAlarm,
        sources: &sources::ALL,
    },
    Pair {
        name: "restored_against_exact",
        ways: [Way::Restored, Way::Metered(Pass::Exact)],
        relation: Relation::OrFalseAlarm,
        sources: &[sources::BY_HAND, sources::MAZE],
    },
];

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for pair in PAIRS {
        for source in pair.sources {
            let name = format!("passes::{}::{}", pair.name, source.name);
            trials.push(Trial::test(name, move || campaign(pair, *source)));
        }
    }
    trials.push(Trial::test("passes::conviction", conviction));
    trials.push(Trial::test(
        "passes::counter_on_official_modules",
        official::trial,
    ));
    trials
}

/// Schedules that differ from `plain` in one price.
const WRONG: [fn(&mut Schedule); 7] = [
    |it| it.instructions = sources::costs(1, 1),
    |it| it.instructions = sources::costs(2, 0),
    |it| it.operands.memory_grow.ticks += 1,
    |it| it.operands.memory_bulk.unit = 32,
    |it| it.operands.table_grow.ticks += 1,
    |it| it.operands.table_bulk.unit = 2,
    |it| it.functions.locals = Rate::per(1, 1),
];

/// Programs among which each wrong price must show itself.
const CONVICTION_CASES: u64 = 600;

/// That the comparison finds a wrong price: what can't fail proves nothing.
fn conviction() -> Result<(), Failed> {
    let engine = Engine::new();
    let source = sources::MAZE;
    for (position, change) in WRONG.iter().enumerate() {
        let mut wrong = PLAIN;
        change(&mut wrong);
        let is_convicted = |seed: u64| {
            let subject = (source.subject)(seed).expect("every seed has a maze");
            let one = Way::Metered(Pass::Exact).ready(&engine, &subject.module, &PLAIN);
            let other = Way::Counter.ready(&engine, &subject.module, &wrong);
            let effort = source.effort(1, &PLAIN);
            let mut tally = Tally::default();
            let ready = [&one, &other];
            compare(ready, &subject.plans, Relation::Same, effort, &mut tally).is_err()
        };
        if !(0..CONVICTION_CASES).any(is_convicted) {
            let cases = CONVICTION_CASES;
            return Err(format!("{cases} programs do not find wrong price {position}").into());
        }
    }
    Ok(())
}

/// Compares as many modules of the source as are asked for, and fails at the first difference.
fn campaign(pair: Pair, source: Source) -> Result<(), Failed> {
    let extent = match source.is_finite {
        true => Extent {
            first_seed: 0,
            cases: source.cases,
        },
        false => Extent::from_environment(source.cases)?,
    };
    let engine = Engine::new();
    let mut tally = Tally::default();
    let mut seed = extent.first_seed;
    // Seeds that give no module do not count, but there can't be many of them.
    let last = extent.first_seed + 2 * extent.cases;
    while (tally.modules + tally.skipped) < extent.cases as usize && seed < last {
        match (source.subject)(seed) {
            Some(subject) => one(&engine, pair, source, &subject, seed, &mut tally)?,
            None => tally.without_module += 1,
        }
        seed += 1;
    }
    println!("{} {}: {tally}", pair.name, source.name);
    let compared = tally.modules as u64;
    let is_telling = tally.successes > 0 && tally.faults > 0 && tally.out_of_ticks > 0;
    if extent.cases > 100 && !is_telling {
        return Err(format!("expected every kind of ending: {tally}").into());
    }
    if tally.skipped > 0 || compared < extent.cases {
        let cases = extent.cases;
        return Err(format!("expected {cases} modules compared and none skipped: {tally}").into());
    }
    Ok(())
}

fn one(
    engine: &Engine,
    pair: Pair,
    source: Source,
    subject: &Subject,
    seed: u64,
    tally: &mut Tally,
) -> Result<(), Failed> {
    let effort = source.effort(seed, &subject.schedule);
    let compared = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let [one, other] =
            (pair.ways).map(|way| way.ready(engine, &subject.module, &subject.schedule));
        compare([&one, &other], &subject.plans, pair.relation, effort, tally)
    }));
    match compared {
        Ok(Ok(())) => Ok(()),
        Ok(Err(difference)) => Err(report(pair, source, subject, seed, &difference).into()),
        Err(_) => {
            let kept = keep(source, subject, seed);
            Err(format!("seed {seed}: one of {:?} panicked; {kept}", pair.ways).into())
        }
    }
}

fn report(
    pair: Pair,
    source: Source,
    subject: &Subject,
    seed: u64,
    difference: &Difference,
) -> String {
    let kept = keep(source, subject, seed);
    let (of, with) = (pair.name, source.name);
    format!(
        "seed {seed}: {:?} differ; {kept}\n{difference}  under schedule {}\n  again: \
         PRIMEA_FUZZ_SEED={seed} PRIMEA_FUZZ_CASES=1 cargo test --test engine passes::{of}::{with}",
        pair.ways,
        match PUBLISHED.contains(&subject.schedule) {
            true => &*subject.schedule.name,
            false => "other (see `sources`)",
        },
    )
}

fn keep(source: Source, subject: &Subject, seed: u64) -> String {
    let name = format!("passes-{}-{seed}.wasm", source.name);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    match std::fs::write(&path, subject.module.bytes()) {
        Ok(()) => format!("the module as it was given is kept in {}", path.display()),
        Err(error) => format!("the module could not be kept: {error}"),
    }
}
