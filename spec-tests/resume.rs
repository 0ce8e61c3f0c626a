//! A scenario that was cut comes to the same end: cut between any two activations, saved, loaded in
//! its place, and gone on with. And of every state on the way is true what must be.
//!
//! Enters: a scenario. Leaves: nothing, or where the cut shows. Refuses to know: how a state is
//! kept.
//!
//! Rules tested here: STATE-11, OUT-6, TICK-13.

use crate::{determinism::splitmix, load};
use libtest_mimic::Failed;
use primea::{
    activation::Programs,
    scenario::{
        Scenario,
        files::File,
        play::{Did, Played, PlayedStep, Player, Settings, play_with},
        problem::Problem,
    },
    state::{hash::Hash, identity::ActorId, keep::InMemory},
    world::order::Order,
};
use std::collections::BTreeSet;

/// Up to so many activations, a scenario is cut between any two.
const EVERYWHERE: usize = 200;

/// Where a longer one is cut, beside the beginning and the end: at so many points.
const SOMEWHERE: usize = 6;

const SETTINGS: Settings = Settings {
    metering: primea::activation::Metering::FastFirst,
    roots: true,
    checks: false,
};

/// What must be the same.
#[derive(PartialEq, Debug)]
struct Upshot {
    steps: Vec<PlayedStep>,
    arrivals: Vec<(ActorId, Vec<Hash>)>,
    mismatches: Vec<Problem>,
    stopped: Option<Problem>,
    root: Hash,
}

impl Upshot {
    fn of(played: Played) -> Upshot {
        let arrivals = played.arrivals.iter();
        Upshot {
            arrivals: arrivals
                .map(|(probe, all)| (probe, all.iter().map(|one| one.object_id()).collect()))
                .collect(),
            root: played.world.root(),
            steps: played.steps,
            mismatches: played.mismatches,
            stopped: played.stopped,
        }
    }
}

pub fn check(file: &File) -> Result<(), Failed> {
    let scenario = load(file)?;
    let plan = &scenario.plan;
    let expected = play_with(plan, &mut Order::Canonical, SETTINGS);
    let activations = expected.steps.iter().map(|step| step.records.len()).sum();
    let expected = Upshot::of(expected);
    let library = Programs::default();
    let mut keep = InMemory::default();
    let mut player = Player::new(plan, SETTINGS);
    let cuts = cuts(activations);
    let mut points = 0;
    loop {
        let did = player.go_on(&mut Order::Canonical);
        let last = did == Did::Nothing;
        if last || points == 0 || did == Did::Activation && cuts.contains(&points) {
            cut(&scenario, &player, &mut keep, &library, &expected)
                .map_err(|why| format!("cut after {} activations: {why}", player.activations()))?;
        }
        if did == Did::Step {
            let checked = player.world().check();
            checked.map_err(|violation| violation.to_string())?;
        }
        points += usize::from(did == Did::Activation);
        if last {
            return Ok(());
        }
    }
}

/// The activations, from 0, after which a scenario of so many is cut.
fn cuts(activations: usize) -> BTreeSet<usize> {
    if activations <= EVERYWHERE {
        return (0..activations).collect();
    }
    let mut state = activations as u64;
    let points = (0..SOMEWHERE).map(|_| splitmix(&mut state) % activations as u64);
    points.map(|at| at as usize).collect()
}

/// Sets a player aside, and lets another go on from what was saved.
fn cut(
    scenario: &Scenario,
    player: &Player<'_>,
    keep: &mut InMemory,
    library: &Programs,
    expected: &Upshot,
) -> Result<(), String> {
    let id = scenario
        .suspend(player, keep)
        .map_err(|why| why.to_string())?;
    let mut other = scenario
        .resume(keep, id, SETTINGS, library.clone())
        .map_err(|why| why.to_string())?;
    let world = other.world();
    world.check().map_err(|violation| violation.to_string())?;
    if world.root() != player.world().root() {
        return Err("loading gives another root".to_owned());
    }
    other.play(&mut Order::Canonical);
    let found = Upshot::of(other.into_played());
    if found == *expected {
        return Ok(());
    }
    Err(difference(expected, &found))
}

fn difference(expected: &Upshot, found: &Upshot) -> String {
    let mut pairs = expected.steps.iter().zip(&found.steps);
    match pairs.find(|(expected, found)| expected != found) {
        Some((expected, found)) => format!("expected the step\n{expected:#?}\nfound\n{found:#?}"),
        None => format!("expected\n{expected:#?}\nfound\n{found:#?}"),
    }
}
