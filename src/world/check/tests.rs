//! Each check convicts a world that was broken on purpose, and no other check does so before it.
//!
//! Enters: worlds, and ways to break them. Leaves: tests of which check notices. Refuses to know:
//! how a world could come to be like that.
//!
//! Rules tested here: TICK-13, PORT-2, TIME-4, TIME-8, STATE-18, STATE-19.

use super::Invariant;
use crate::{
    activation::{
        engine::GlobalImage,
        references::{References, Referent},
    },
    interface::table::Dialect,
    module::{ValueType, schedule::PLAIN},
    state::{
        hash::Hash,
        identity::{ActorId, Capability, ChannelId, PortId},
        message::{Data, Message},
        name::Name,
        with_id::WithId,
    },
    world::{World, channels::Place, order::Order},
};
use std::sync::Arc;

/// An actor that does nothing, and one that keeps waiting.
const IDLE: &str = "(module)";
const WAITS: &str = r#"(module
    (import "env" "getNextMessage" (func $wait (param i32 i32)))
    (memory 1)
    (table (export "callbacks") 1 funcref)
    (func (export "onCreation") (call $wait (i32.const 1000) (i32.const 0))))"#;

fn created(world: &mut World, wat: &str, ports: Vec<PortId>) -> ActorId {
    let binary = wat::parse_str(wat).expect("it is well-formed");
    let message = Message::new(Data::new(binary), Vec::new(), ports, None);
    let id = world.create(message, 1_000_000);
    world.settle(&mut Order::Canonical).expect("one activation");
    id
}

/// A world in which an actor waits, another has a message and nobody goes on.
fn with_capabilities() -> (World, ActorId, ActorId) {
    let mut world = World::new(Dialect::Capabilities, PLAIN);
    world.probe("probe");
    let waits = created(&mut world, WAITS, Vec::new());
    let idle = created(&mut world, IDLE, Vec::new());
    let capability = Capability {
        actor: idle,
        tag: 1,
    };
    world.send(capability, Message::of_data(*b"hello"), 500);
    assert_eq!(world.check(), Ok(()));
    (world, waits, idle)
}

/// A world with a port in a message, and others with the outside.
fn with_ports() -> (World, [PortId; 2], [PortId; 2]) {
    let mut world = World::new(Dialect::PortsCamel, PLAIN);
    let probe = world.probe("probe");
    let [near, far] = world.channel([probe, probe]);
    let [sent, kept] = world.channel([probe, probe]);
    let message = Message::new(Data::default(), Vec::new(), vec![sent], None);
    world.send_on(near, message, 100);
    assert_eq!(world.check(), Ok(()));
    (world, [near, far], [sent, kept])
}

fn convicted(world: &World, invariant: Invariant) {
    let violation = world.check().expect_err("it was broken");
    assert_eq!(violation.invariant, invariant, "{violation}");
}

#[test]
fn ticks() {
    let (world, waits, idle) = with_capabilities();
    let breaks: [&dyn Fn(&mut World); 5] = [
        &|world| world.ledger.spent += 1,
        &|world| world.ledger.held -= 1,
        &|world| world.ledger.injected += 1,
        &|world| world.actor_mut(waits).run.as_mut().expect("it waits").ticks += 1,
        &|world| {
            let first = world.actor(idle).inbox.first().expect("it has a message");
            world.actor_mut(idle).inbox.remove(&first);
        },
    ];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Ticks);
        assert_eq!(world.check(), Ok(()), "a copy is another world");
    }
}

#[test]
fn ports() {
    let (world, [near, far], [sent, kept]) = with_ports();
    let actor = ActorId::OUTSIDE.child(0);
    let name = Name::from(*b"n");
    let breaks: [&dyn Fn(&mut World); 5] = [
        &|world| world.channels.put(near, Place::InMessage),
        &|world| world.channels.put(far, Place::Held),
        &|world| {
            let name = name.clone();
            world.channels.put(kept, Place::Bound { actor, name });
        },
        &|world| {
            let probe = ActorId::probe("probe");
            world.channels.put(sent, Place::Outside { probe });
        },
        &|world| {
            let binary = Data::new(wat::parse_str(IDLE).expect("it is well-formed"));
            let twice = Message::new(binary, Vec::new(), vec![sent], None);
            world.create(twice, 0);
        },
    ];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Ports);
    }
}

#[test]
fn clocks() {
    let (world, waits, idle) = with_capabilities();
    let late = world.time + 1;
    let breaks: [&dyn Fn(&mut World); 3] = [
        &|world| world.actor_mut(idle).clock = late,
        &|world| world.time -= 1,
        &|world| {
            world
                .actor_mut(waits)
                .run
                .as_mut()
                .expect("it waits")
                .deadline = 0
        },
    ];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Clocks);
    }
    let back: [&dyn Fn(&mut World); 5] = [
        &|world| world.time -= 1,
        &|world| world.actor_mut(idle).clock -= 1,
        &|world| world.ledger.spent -= 1,
        &|world| world.ledger.burned -= 1,
        &|world| world.ledger.injected -= 1,
    ];
    assert_eq!(world.check_since(&world), Ok(()));
    for break_it in back {
        let mut broken = world.clone();
        break_it(&mut broken);
        let violation = broken.check_since(&world).expect_err("it went back");
        assert_eq!(violation.invariant, Invariant::Clocks);
    }
}

#[test]
fn actors() {
    let (world, _, idle) = with_capabilities();
    let breaks: [&dyn Fn(&mut World); 2] = [&|world| world.actor_mut(idle).code = None, &|world| {
        world.actor_mut(idle).code = Some(Hash::plain(b"code that is nowhere"))
    }];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Actors);
    }
}

#[test]
fn forms() {
    let (world, waits, idle) = with_capabilities();
    let stored = |key: Name, message: Message| {
        move |world: &mut World| {
            let storage = &mut world.actor_mut(idle).storage;
            storage.insert(key.clone(), message.clone().into());
        }
    };
    let items = |count| {
        let capability = Capability {
            actor: waits,
            tag: 0,
        };
        Message::new(Data::default(), vec![capability; count], Vec::new(), None)
    };
    stored(Name::from(*b"0000"), items(256))(&mut world.clone());
    let port = ChannelId::made_by(idle, 0).ends()[0];
    let with_port = Message::new(Data::default(), Vec::new(), vec![port], None);
    let breaks: [&dyn Fn(&mut World); 6] = [
        &stored(Name::from(*b"a key"), Message::default()),
        &stored(Name::from(*b"0000"), items(257)),
        &stored(
            Name::from(*b"0000"),
            Message::of_data(vec![0; (8 << 20) + 1]),
        ),
        &|world| world.actor_mut(idle).counters.sent = u64::MAX,
        &|world| world.time = u64::MAX,
        &|world| {
            let run = world.actor_mut(waits).run.as_mut().expect("it waits");
            let kept = Arc::make_mut(&mut run.sleeper.kept);
            kept.references = References::of(vec![Some(Referent::Store(Name::from(*b"key")))]);
        },
    ];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Forms);
    }
    let mut broken = world.clone();
    stored(Name::from(*b"0000"), with_port)(&mut broken);
    convicted(&broken, Invariant::Ports);
}

#[test]
fn origins() {
    let (world, _, idle) = with_capabilities();
    let breaks: [&dyn Fn(&mut World); 5] = [
        &|world| world.outside.created = 1,
        &|world| world.outside.sent = 0,
        &|world| world.outside.channels = 1 << 25,
        &|world| {
            let stranger = world.actor(idle).clone();
            let id = ActorId(Hash::plain(b"nobody made it"));
            world.actors.insert(id, WithId::new(stranger).into());
            let twice = world.actor(idle).inbox.ticks();
            world.ledger.hold(twice);
            world.ledger.injected += twice;
        },
        &|world| {
            let inbox = &mut world.actor_mut(idle).inbox;
            let first = inbox.first().expect("it has a message");
            let mut other = inbox.remove(&first).expect("it is there");
            other.position.sender = idle;
            inbox.insert(other);
        },
    ];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Origins);
    }
}

#[test]
fn codec() {
    let (world, waits, _) = with_capabilities();
    let mut broken = world.clone();
    let run = broken.actor_mut(waits).run.as_mut().expect("it waits");
    let kept = Arc::make_mut(&mut run.sleeper.kept);
    let global = |index| GlobalImage {
        index,
        ty: ValueType::I32,
        bits: 0,
    };
    kept.image.globals = vec![global(1), global(0)];
    convicted(&broken, Invariant::Codec);
}

/// Every debug run asserts it at the end of each step.
#[test]
#[should_panic(expected = "Ticks: expected")]
fn a_debug_run_tells_of_it() {
    let (mut world, ..) = with_capabilities();
    world.ledger.held -= 1;
    world.ledger.injected -= 1;
    let _ = world.settle(&mut Order::Canonical);
}

#[test]
fn agenda() {
    let (world, waits, idle) = with_capabilities();
    let breaks: [&dyn Fn(&mut World); 4] = [
        &|world| world.actor_mut(idle).planned = None,
        &|world| world.agenda.address(idle, false),
        &|world| world.agenda.move_start(waits, None, Some(0)),
        &|world| world.agenda.move_deadline(waits, None, Some(0)),
    ];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Agenda);
    }
}

#[test]
fn what_is_referred_to_exists() {
    let (world, waits, idle) = with_capabilities();
    let [code, other] = [idle, waits].map(|id| world.actor(id).code.expect("it was created"));
    let mut broken = world.clone();
    let program = world.programs.get(&other).expect("it was accepted").clone();
    broken.programs.insert(code, program);
    convicted(&broken, Invariant::Whole);
}

#[test]
fn kept_hashes() {
    let (world, waits, idle) = with_capabilities();
    let breaks: [&dyn Fn(&mut World); 2] = [
        &|world| {
            let run = &mut world.actor_mut(waits).run;
            run.as_mut().expect("it waits").object_id = Hash::ZERO;
        },
        &|world| {
            let actor = world.actor(idle).clone();
            let wrong = WithId::known(actor, Hash::plain(b"another id"));
            world.actors.insert(idle, wrong.into());
        },
    ];
    for break_it in breaks {
        let mut broken = world.clone();
        break_it(&mut broken);
        convicted(&broken, Invariant::Root);
    }
}
