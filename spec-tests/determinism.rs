//! The same scenario comes to the same end: twice in this process, once in another, and in any
//! order of activations that is legal.
//!
//! Enters: a scenario. Leaves: nothing, or the first thing that came otherwise. Refuses to know:
//! what is right.
//!
//! Rules tested here: TIME-6, TIME-7.

use crate::{load, program::primea};
use libtest_mimic::Failed;
use primea::{
    activation::Metering,
    scenario::{
        Scenario,
        files::File,
        play::{Played, Settings, play, play_with},
    },
    state::{hash::Hash, identity::ActorId},
    trace::golden,
    world::{order::Order, record::Record},
};
use std::collections::BTreeMap;

/// Legal orders that are tried of each scenario.
const SHUFFLES: u64 = 4;

/// Above so many activations a scenario is shuffled once: asking who may go next takes longer the
/// more actors there are.
const MANY_ACTIVATIONS: usize = 2_000;

pub fn check(file: &File) -> Result<(), Failed> {
    let scenario = load(file)?;
    let first = play(&scenario.plan, &mut Order::Canonical);
    let text = golden::snapshot(&scenario.plan, &first);
    let second = play(&scenario.plan, &mut Order::Canonical);
    same(
        &text,
        &golden::snapshot(&scenario.plan, &second),
        "a second run in this process",
    )?;
    same(&text, &elsewhere(file)?, "a run in another process")?;
    exactly(&scenario, &first, &text)?;
    let activations: usize = first.steps.iter().map(|step| step.records.len()).sum();
    let shuffles = if activations > MANY_ACTIVATIONS {
        1
    } else {
        SHUFFLES
    };
    (0..shuffles).try_for_each(|seed| shuffled(&scenario, &first, seed))
}

/// Run exactly from the beginning, everything is what it is when only failures are replayed, and
/// only failures are.
fn exactly(scenario: &Scenario, fast_first: &Played, text: &str) -> Result<(), Failed> {
    let plan = &scenario.plan;
    let settings = Settings {
        metering: Metering::ExactOnly,
        ..Settings::default()
    };
    let exact = play_with(plan, &mut Order::Canonical, settings);
    let found = golden::snapshot(plan, &exact);
    same(text, &found, "a run without the fast pass")?;
    let [expected, found] = [fast_first, &exact].map(|played| {
        let steps = played.steps.iter();
        let records = steps.flat_map(|step| &step.records);
        (roots(played), records.collect::<Vec<_>>())
    });
    if expected != found {
        return Err(format!("fast first:\n{expected:#?}\nexact only:\n{found:#?}").into());
    }
    let faults = found.1.iter().filter(|record| record.outcome.is_err());
    let (faults, replays) = (faults.count() as u64, fast_first.world.replays());
    if replays > faults {
        return Err(format!("{replays} activations were replayed, and {faults} failed").into());
    }
    Ok(())
}

/// What `primea run --state` prints.
fn elsewhere(file: &File) -> Result<String, Failed> {
    let path = file.path.to_str().ok_or("the path is text")?;
    Ok(String::from_utf8(
        primea(&["run", path, "--state"])?.stdout,
    )?)
}

/// Compares, and shows the first line that differs.
fn same(expected: &str, found: &str, whose: &str) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    let ended = "(the end)";
    let (mut left, mut right) = (expected.lines(), found.lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Err(format!("{whose} differs in its line breaks").into()),
            (a, b) if a != b => {
                let (a, b) = (a.unwrap_or(ended), b.unwrap_or(ended));
                return Err(format!("{whose} differs first where\n  {a}\nbecame\n  {b}").into());
            }
            _ => {}
        }
    }
}

/// Any legal order: the state, the root after every step, and what happened to every actor stay.
fn shuffled(scenario: &Scenario, canonical: &Played, seed: u64) -> Result<(), Failed> {
    let plan = &scenario.plan;
    let mut state = seed;
    let mut choose = |count: usize| (splitmix(&mut state) % count as u64) as usize;
    let played = play(plan, &mut Order::Any(&mut choose));
    let whose = format!("the legal order of seed {seed}");
    let [expected, found] = [canonical, &played].map(|played| golden::state_text(plan, played));
    same(&expected, &found, &whose)?;
    let [expected, found] = [canonical, &played].map(roots);
    if expected != found {
        return Err(format!("{whose} has other roots:\n{expected:?}\nbecame\n{found:?}").into());
    }
    let [expected, found] = [canonical, &played].map(by_actor);
    for (actor, expected) in &expected {
        let found = found.get(actor).map_or(&[][..], Vec::as_slice);
        if expected.as_slice() != found {
            return Err(
                format!("{whose} has other records:\n{expected:#?}\nbecame\n{found:#?}").into(),
            );
        }
    }
    if expected.len() != found.len() {
        return Err(format!("{whose} activates other actors").into());
    }
    Ok(())
}

fn roots(played: &Played) -> Vec<(u64, Hash)> {
    played
        .steps
        .iter()
        .map(|step| (step.time, step.root))
        .collect()
}

fn by_actor(played: &Played) -> BTreeMap<ActorId, Vec<&Record>> {
    let mut records: BTreeMap<ActorId, Vec<&Record>> = BTreeMap::new();
    for record in played.steps.iter().flat_map(|step| &step.records) {
        records.entry(record.actor).or_default().push(record);
    }
    records
}

/// The next number of a well-known small generator.
pub fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
