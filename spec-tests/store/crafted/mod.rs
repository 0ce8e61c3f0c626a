//! States that were changed by somebody who made all hashes right again: they are refused with a
//! word that names what is wrong, or they run.
//!
//! Enters: scenarios, set aside somewhere. Leaves: trials. Refuses to know: which changes are
//! possible states; it asks only that nothing panics, and that what loads is what every world is.
//!
//! Rules tested here: STATE-18, STATE-19, STATE-20, LIM-25.

mod by_hand;
mod changes;
mod copy;

use changes::OneChange;
use copy::Copier;
use libtest_mimic::{Failed, Trial};
use primea::oracle::fuzz::chance::Chance;
use primea::{
    activation::Programs,
    scenario::{
        Scenario,
        files::{self, File},
        play::{Did, Player, Settings},
    },
    state::{
        hash::Hash,
        keep::{InMemory, Keep, KeepError},
        kinds::Kind,
    },
    trace::{golden, table},
    world::order::Order,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

/// Of the scenarios, every so manieth, and all of some folders.
const APART: usize = 9;
const FOLDERS: [&str; 3] = [
    "capabilities/getNextMessage/",
    "legacy-capabilities/",
    "ports-camel/bindPort/",
];

/// Where the hash of the world stands in a suspended player: behind a version and a hash.
const WORLD: std::ops::Range<usize> = 36..68;

pub fn trials() -> Vec<Trial> {
    let mut trials = by_hand::trials();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec-tests");
    let found = files::below(&folder).unwrap_or_else(|why| panic!("{why}"));
    for (at, file) in found.into_iter().enumerate() {
        let wanted = FOLDERS.iter().any(|folder| file.name.starts_with(folder));
        if wanted || at % APART == 0 {
            let name = format!("crafted::{}", file.name);
            trials.push(Trial::test(name, move || every_thing(&file, at as u64)));
        }
    }
    trials
}

/// How many changes of each scenario are tried.
fn changes() -> usize {
    let wanted = std::env::var("PRIMEA_CHANGES").ok();
    wanted.and_then(|count| count.parse().ok()).unwrap_or(60)
}

fn every_thing(file: &File, seed: u64) -> Result<(), Failed> {
    let scenario = Scenario::load(&file.path, &file.name)?;
    let library = Programs::default();
    let mut chance = Chance::new(seed);
    let mut whole = Player::new(&scenario.plan, Settings::default());
    whole.play(&mut Order::Canonical);
    let activations = whole.activations();
    for at in 0..changes() {
        let mut player = Player::new(&scenario.plan, Settings::default());
        let until = chance.below(activations + 1);
        while player.activations() < until && player.go_on(&mut Order::Canonical) != Did::Nothing {}
        let mut keep = InMemory::default();
        let id = scenario.suspend(&player, &mut keep)?;
        let case = format!("{}, change {at}", file.name);
        if chance.one_in(8) {
            let told = changed_player(&mut keep, id, &mut chance)?;
            goes_on(&scenario, &keep, told, &library).map_err(|why| format!("{case}: {why}"))?;
            continue;
        }
        let world = player.world().root();
        let mut count = OneChange::new(Chance::new(0), usize::MAX);
        Copier::new(keep.clone(), &mut count).object(Kind::World, world)?;
        let ahead = chance.below(count.seen);
        let mut change = OneChange::new(Chance::new(chance.number()), ahead);
        let mut copier = Copier::new(keep, &mut change);
        let root = copier.object(Kind::World, world)?;
        let mut keep = copier.keep;
        let id = with_world(&mut keep, id, root)?;
        goes_on(&scenario, &keep, id, &library)
            .map_err(|why| format!("{case}: {why}\n{}", change.told))?;
    }
    Ok(())
}

/// The player under that hash, in another world.
fn with_world(keep: &mut InMemory, player: Hash, world: Hash) -> Result<Hash, KeepError> {
    let mut bytes = keep.get(player)?.expect("it was put");
    bytes[WORLD].copy_from_slice(&world.0);
    let id = Hash::plain(&bytes);
    keep.put(id, &bytes).map(|()| id)
}

/// A player with some number of it changed.
fn changed_player(
    keep: &mut InMemory,
    player: Hash,
    chance: &mut Chance,
) -> Result<Hash, KeepError> {
    let mut bytes = keep.get(player)?.expect("it was put");
    let at = WORLD.end + chance.below(bytes.len() - WORLD.end);
    bytes[at] = *chance.pick(&[0, 1, 2, 255, bytes[at].wrapping_add(1), bytes[at] ^ 0x80]);
    let id = Hash::plain(&bytes);
    keep.put(id, &bytes).map(|()| id)
}

/// Resumes a player, if that is not refused in words, and lets it go on. It must not panic.
fn goes_on(
    scenario: &Scenario,
    keep: &InMemory,
    id: Hash,
    library: &Programs,
) -> Result<(), String> {
    let settings = Settings::default();
    let went = catch_unwind(AssertUnwindSafe(|| {
        let mut player = match scenario.resume(keep, id, settings, library.clone()) {
            Ok(player) => player,
            Err(refusal) => return named(&refusal),
        };
        let world = player.world();
        let expected = Hash(
            keep.get(id).expect("memory").expect("it is there")[WORLD]
                .try_into()
                .expect("32 bytes"),
        );
        if world.root() != expected {
            return Err("what was loaded has another root".to_owned());
        }
        world
            .check()
            .map_err(|why| format!("it loads, but: {why}"))?;
        player.play(&mut Order::Canonical);
        let played = player.into_played();
        let checked = played.world.check();
        checked.map_err(|why| format!("it ran, but: {why}"))?;
        golden::snapshot(&scenario.plan, &played);
        table::activations(&scenario.plan, &played, true);
        primea::scenario::render(&scenario.source, &played.problems());
        Ok(())
    }));
    went.unwrap_or_else(|why| {
        let why = why.downcast_ref::<String>().cloned();
        Err(format!("a panic: {}", why.unwrap_or_default()))
    })
}

/// A refusal names the object.
fn named(refusal: &KeepError) -> Result<(), String> {
    match refusal {
        KeepError::Missing { .. } | KeepError::Damaged { .. } => Ok(()),
        KeepError::Unusable(why) => Err(format!("expected an object to be named, found {why}")),
    }
}
