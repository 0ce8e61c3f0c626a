//! Changes made by hand, and the words in which each is refused.
//!
//! Enters: two states. Leaves: trials. Refuses to know: scenarios' own expectations.

use super::copy::{Changer, Copied, Copier, Pairs};
use libtest_mimic::{Failed, Trial};
use primea::{
    activation::{Metering, Programs},
    scenario::{Scenario, play::play},
    state::{
        hash::Hash,
        keep::{InMemory, Keep, KeepError},
        kinds::{Any, Kind},
        objects::{
            ActorObject, ChannelObject, EnvelopeObject, ReferenceObject, RunObject, WorldObject,
        },
        proof::What,
    },
    world::{World, order::Order},
};
use std::path::Path;

/// A run that waits, with something of everything in it.
const WAITING: &str = "spec-tests/capabilities/getNextMessage/the-whole-of-a-waiting-run.toml";
const PORTS: &str = "spec-tests/basics/ports-echo.toml";
const STORES: &str = "spec-tests/legacy-capabilities/a-waiting-run-holds-a-store.toml";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("crafted::runs_that_cannot_be", runs),
        Trial::test("crafted::actors_that_cannot_be", actors),
        Trial::test("crafted::channels_that_cannot_be", channels),
        Trial::test("crafted::worlds_that_cannot_be", worlds),
    ]
}

/// Changes every object of a sort.
struct Each<F>(F);

impl<F: FnMut(&mut Any)> Changer for Each<F> {
    fn object(&mut self, object: &mut Any, _: &Copied) {
        (self.0)(object);
    }

    fn pairs(&mut self, _: What, _: &mut Pairs, _: &Copied) {}

    fn raw(&mut self, _: &mut Vec<u8>, _: &Copied) {}
}

/// The state at the end of a scenario.
fn end(file: &str) -> Result<(InMemory, Hash), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let scenario = Scenario::load(&path, file)?;
    let mut keep = InMemory::default();
    let root = play(&scenario.plan, &mut Order::Canonical)
        .world
        .save(&mut keep)?;
    Ok((keep, root))
}

fn changed(file: &str, codes: &[&str], change: impl FnMut(&mut Any)) -> Result<Refusal, Failed> {
    let (mut keep, root) = end(file)?;
    for wat in codes {
        let code = wat::parse_str(wat)?;
        keep.put(Hash::plain(&code), &code)?;
    }
    let mut change = Each(change);
    let mut copier = Copier::new(keep, &mut change);
    let changed = copier.object(Kind::World, root)?;
    let loaded = World::load(
        &copier.keep,
        changed,
        Metering::default(),
        Programs::default(),
    );
    Ok(match loaded {
        Ok(world) => {
            assert_eq!(world.check(), Ok(()));
            Refusal(None)
        }
        Err(why) => {
            assert!(matches!(
                why,
                KeepError::Damaged { .. } | KeepError::Missing { .. }
            ));
            Refusal(Some(why.to_string()))
        }
    })
}

/// Why a state is refused, if it is.
struct Refusal(Option<String>);

impl Refusal {
    fn says(self, words: &str) {
        let said = self
            .0
            .unwrap_or_else(|| panic!("expected {words:?}, found that it loads"));
        assert!(said.contains(words), "expected {words:?}, found {said:?}");
    }
}

fn of_runs(mut change: impl FnMut(&mut RunObject)) -> impl FnMut(&mut Any) {
    move |object| {
        if let Any::Run(run) = object {
            change(run);
        }
    }
}

fn of_actors(mut change: impl FnMut(&mut ActorObject)) -> impl FnMut(&mut Any) {
    move |object| {
        if let Any::Actor(actor) = object {
            change(actor);
        }
    }
}

fn of_envelopes(mut change: impl FnMut(&mut EnvelopeObject)) -> impl FnMut(&mut Any) {
    move |object| {
        if let Any::Envelope(envelope) = object {
            change(envelope);
        }
    }
}

fn of_channels(mut change: impl FnMut(&mut ChannelObject)) -> impl FnMut(&mut Any) {
    move |object| {
        if let Any::Channel(channel) = object {
            change(channel);
        }
    }
}

fn of_worlds(mut change: impl FnMut(&mut WorldObject)) -> impl FnMut(&mut Any) {
    move |object| {
        if let Any::World(world) = object {
            change(world);
        }
    }
}

/// Of the passive segments, an instruction drops the data segment 2, and no other.
fn runs() -> Result<(), Failed> {
    let run = |change: fn(&mut RunObject)| changed(WAITING, &[], of_runs(change));
    // What is not changed loads.
    assert_eq!(run(|_| {})?.0, None);
    assert_eq!(run(|run| run.dropped_data[2] = false)?.0, None);
    assert_eq!(run(|run| run.callback = u32::MAX)?.0, None);
    let segments = "the segments are not those of a run of its module";
    run(|run| run.dropped_data[1] = true)?.says(segments);
    run(|run| run.dropped_data[0] = false)?.says(segments);
    run(|run| run.dropped_elements[2] = false)?.says(segments);
    run(|run| run.dropped_elements[1] = true)?.says(segments);
    run(|run| run.dropped_data.truncate(2))?.says(segments);
    let tables = "the tables are not those of a run of its module";
    run(|run| run.tables[0][0] = Some(6))?.says(tables);
    run(|run| run.tables[1][0] = Some(0))?.says(tables);
    run(|run| run.tables[0].push(None))?.says(tables);
    let globals = "the globals are not those of a run of its module";
    run(|run| run.globals[4].bits = 7)?.says(globals);
    run(|run| run.globals[5].bits = 1)?.says(globals);
    run(|run| run.globals.truncate(5))?.says(globals);
    run(|run| run.memory.pages = 2)?.says("expected the pages from 0 to 2");
    run(|run| run.deadline = 1)?.says("expected a deadline that a time-out gives");
    run(|run| run.deadline += 1 << 32)?.says("expected a deadline that a time-out gives");
    run(|run| run.ticks = (1 << 61) + 1)?.says("expected a ticks injected of at most");
    let store = ReferenceObject::Store(b"key".to_vec());
    let change = of_runs(|run| run.references.push(store.clone()));
    changed(WAITING, &[], change)?.says("expected no such store of the run");
    let long = ReferenceObject::Store(vec![0; 1_025]);
    let change = of_runs(|run| run.references.push(long.clone()));
    changed(STORES, &[], change)?.says("expected no such store of the run");
    let change = of_runs(|run| run.references = vec![ReferenceObject::Deleted; 65_537]);
    changed(WAITING, &[], change)?.says("expected fewer references");
    Ok(())
}

const CANNOT_WAIT: &str = "(module)";
const CANNOT_BEGIN: &str = r#"(module
    (import "env" "getNextMessage" (func (param i32 i32)))
    (memory 1) (data (i32.const 65536) "x"))"#;

fn actors() -> Result<(), Failed> {
    let code = |wat: &str| -> Result<Refusal, Failed> {
        let code = Hash::plain(&wat::parse_str(wat)?);
        let change = of_actors(move |actor| actor.code = code);
        changed(WAITING, &[wat], change)
    };
    code(CANNOT_WAIT)?.says("expected code that can wait");
    let simple = |object: &mut Any| match object {
        Any::Actor(actor) => {
            let code = wat::parse_str(CANNOT_BEGIN).expect("it is well-formed");
            actor.code = Hash::plain(&code);
        }
        Any::Run(run) => {
            run.globals.clear();
            run.tables.clear();
            run.dropped_data = vec![true];
            run.dropped_elements.clear();
        }
        _ => {}
    };
    let refusal = changed(WAITING, &[CANNOT_BEGIN], simple)?;
    refusal.says("expected code of which there can be an instance, found MemoryOutOfBounds");
    let actor = |change: fn(&mut ActorObject)| changed(WAITING, &[], of_actors(change));
    actor(|actor| actor.code = Hash::ZERO)?.says("expected no run of an actor without code");
    actor(|actor| actor.clock = u64::MAX)?.says("expected no clock beyond");
    actor(|actor| actor.counters.sent = u64::MAX)?.says("expected a count of the actor");
    actor(|actor| actor.counters.created = 1 << 40)?.says("creations and channels to be counted");
    Ok(())
}

fn channels() -> Result<(), Failed> {
    let channel = |change: fn(&mut ChannelObject)| changed(PORTS, &[], of_channels(change));
    assert_eq!(channel(|_| {})?.0, None);
    channel(|it| std::mem::swap(&mut it.first, &mut it.second))?.says("expected the port");
    channel(|it| it.first.place = it.second.place.clone())?.says("expected");
    let envelope = |change: fn(&mut EnvelopeObject)| changed(PORTS, &[], of_envelopes(change));
    envelope(|it| it.stamp = 1 << 40)?.says("expected nothing stamped after");
    envelope(|it| it.number = 77)?.says("to be one that its sender has sent");
    envelope(|it| (it.sender, it.number) = (it.sender.child(5), 1))?
        .says("to be one that its sender has sent");
    envelope(|it| (it.sender, it.number) = (it.sender.child(5), 0))?
        .says("expected somebody who made the actor");
    envelope(|it| it.tag = 1)?.says("expected no tag of the envelope");
    let nobody = of_worlds(|world| world.outside.channels = 0);
    changed(PORTS, &[], nobody)?.says("expected somebody who made the channel");
    Ok(())
}

fn worlds() -> Result<(), Failed> {
    let world = |change: fn(&mut WorldObject)| changed(WAITING, &[], of_worlds(change));
    assert_eq!(world(|world| world.time = 1 << 63)?.0, None);
    world(|world| world.time += 1 << 63)?.says("expected a time of at most");
    world(|world| world.time = 0)?.says("expected nothing stamped after");
    world(|world| world.outside.created = 0)?.says("expected somebody who made the actor");
    world(|world| world.dialect = "ports-camel".to_owned())?.says("the code");
    world(|world| world.dialect = "port".to_owned())?.says("expected a dialect, found `port`");
    world(|world| world.spent -= 1)?.says("Ticks: expected");
    world(|world| world.spent = world.injected + 1)?.says("more ticks are gone than were injected");
    Ok(())
}
