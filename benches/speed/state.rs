//! The state of small and large worlds: what a step costs, what memory it takes, and what saving
//! and loading cost beside plainly hashing and writing the same bytes.
//!
//! Enters: nothing. Leaves: figures. Refuses to know: how fast guests are.

use crate::measure::{Way, least, ratio, timed};
use primea::{
    activation::{Metering, Programs},
    interface::table::Dialect,
    module::schedule::PLAIN,
    state::{
        hash::Hash,
        identity::{ActorId, Capability},
        keep::{InMemory, Keep},
        message::Message,
    },
    world::{World, order::Order},
};
use std::time::Duration;

const SMALL: u64 = 1_000;
const LARGE: u64 = 1_000_000;
/// Actors of the world that is saved: all of it is in memory twice, and its objects as often. Those
/// of a large one would take 9 GiB, for the same ratios.
const SAVED: u64 = 200_000;
/// Actors that a step touches, and steps in a measurement.
const TOUCHED: u64 = 10;
const STEPS: u64 = 100;
const ROUNDS: usize = 5;
/// Actors that are made in one step.
const BATCH: u64 = 10_000;

/// Stores three messages for each that it gets: its 8 bytes, and 8 of which the first counts.
const ACTOR: &str = r#"(module
    (import "env" "loadMessageData" (func $data (param i32 i32 i32 i32)))
    (import "env" "createMessage" (func $create (param i32 i32 i32) (result i32)))
    (import "env" "storeMessage" (func $store (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "onMessage") (param $m i32) (local $n i32)
        (call $data (local.get $m) (i32.const 0) (i32.const 0) (i32.const 8))
        (loop $l
            (i32.store (i32.const 8) (local.get $n))
            (call $store (local.get $n) (call $create (i32.const 0) (i32.const 16) (i32.const -1)))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $n) (i32.const 3))))))"#;

const TICKS: u64 = 1_000_000;

fn settle(world: &mut World) -> u64 {
    let records = world.settle(&mut Order::Canonical);
    let records = records.expect("far below the limit");
    assert!(records.iter().all(|record| record.outcome.is_ok()));
    records.len() as u64
}

/// A world of so many actors with three messages each.
fn world(actors: u64) -> World {
    let mut world = World::new(Dialect::Capabilities, PLAIN);
    let binary = wat::parse_str(ACTOR).expect("the actor is well-formed");
    for first in (0..actors).step_by(BATCH as usize) {
        let batch = first..actors.min(first + BATCH);
        for _ in batch.clone() {
            world.create(Message::of_data(binary.as_slice()), TICKS);
        }
        settle(&mut world);
        for actor in batch {
            tell(&mut world, actor, actor);
        }
        settle(&mut world);
        world.root();
    }
    assert_eq!(world.actors().len(), actors);
    world
}

fn tell(world: &mut World, actor: u64, number: u64) {
    let actor = ActorId::OUTSIDE.child(actor);
    let message = Message::of_data(number.to_le_bytes());
    world.send(Capability { actor, tag: 0 }, message, TICKS);
}

/// Steps that touch some actors each, with a root after each.
fn steps(world: &mut World, round: &mut u64) -> Duration {
    let actors = world.actors().len();
    let (time, ()) = timed(|| {
        for _ in 0..STEPS {
            for _ in 0..TOUCHED {
                *round += 1;
                tell(world, *round * 7_919 % actors, *round << 32);
            }
            assert_eq!(settle(world), TOUCHED);
            std::hint::black_box(world.root());
        }
    });
    time
}

/// The memory of this process that is there, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes.map_or(0, |number| {
        1024 * number.trim().parse::<u64>().expect("a number")
    })
}

pub fn report() {
    println!("state: actors with 3 stored messages each");
    let before = resident();
    let mut large = world(LARGE);
    let mib = (resident() - before) as f64 / f64::from(1 << 20);
    println!("  memory of {LARGE} actors: {mib:.0} MiB (bound: at most 1024)");
    let mut small = world(SMALL);
    let (mut in_small, mut in_large) = (0, 0);
    let mut ways: [Way<'_>; 2] = [
        Box::new(|| steps(&mut small, &mut in_small)),
        Box::new(|| steps(&mut large, &mut in_large)),
    ];
    let times = least(ROUNDS, &mut ways);
    drop(ways);
    let [few, many] = [times[0], times[1]].map(|time| time / STEPS as u32);
    println!(
        "  a step that touches {TOUCHED} actors: {few:.1?} of {SMALL}, {many:.1?} of {LARGE}: {:.2} times as long (bound: at most 2.5)",
        ratio(many, few)
    );
    let (copying, copy) = timed(|| large.clone());
    println!("  a copy of {LARGE} actors: {copying:.1?}");
    drop((copy, large));
    saving(&mut world(SAVED));
}

fn saving(world: &mut World) {
    let mut keep = InMemory::default();
    let (saving, saved) = timed(|| world.save(&mut keep));
    let root = saved.expect("memory keeps everything");
    let objects = keep.in_order();
    let bytes: usize = objects.iter().map(|(_, bytes)| bytes.len()).sum();
    let (plainly, plain) = timed(|| {
        let mut plain = InMemory::default();
        for (_, bytes) in &objects {
            let put = plain.put(Hash::plain(bytes), bytes);
            put.expect("memory keeps everything");
        }
        plain
    });
    println!(
        "  of {SAVED} actors, {} objects, {bytes} bytes; hashed and written plainly: {plainly:.2?}",
        objects.len()
    );
    drop((plain, objects));
    let mut round = 1 << 20;
    steps(world, &mut round);
    let (again, saved) = timed(|| world.save(&mut keep));
    saved.expect("memory keeps everything");
    let (loading, loaded) =
        timed(|| World::load(&keep, root, Metering::default(), Programs::default()));
    let loaded = loaded.expect("it was saved");
    assert_eq!(loaded.root(), root);
    for (what, time) in [("saving", saving), ("loading", loading)] {
        println!(
            "  {what}: {time:.2?}, {:.2} of the plain speed (bound: at least 0.33)",
            ratio(plainly, time)
        );
    }
    println!("  saving what {STEPS} steps changed: {again:.2?}");
}
