//! What was saved is needed, all of it, and nothing else will do.
//!
//! Enters: a small world with something of every kind. Leaves: nothing. Refuses to know: files.
//!
//! Rules tested here: STATE-2, STATE-17.

use super::{World, order::Order};
use crate::{
    activation::{Metering, Programs},
    interface::table::Dialect,
    module::schedule::{SCHEDULE_1, Schedule},
    state::{
        hash::Hash,
        identity::{ActorId, Capability},
        keep::{InMemory, Keep, KeepError},
        message::{Data, Message},
    },
};

/// Stores what it gets, and waits with a reference to it, and a page that is not empty.
const KEEPER: &str = r#"(module
    (import "env" "storeMessage" (func $store (param i32 i32)))
    (import "env" "getNextMessage" (func $wait (param i32 i32)))
    (memory 1)
    (global (mut i32) (i32.const 7))
    (table (export "callbacks") 1 funcref)
    (func (export "onMessage") (param i32)
        (i32.store (i32.const 8) (i32.const 9))
        (call $store (i32.const 5) (local.get 0))
        (call $wait (i32.const 100000) (i32.const 0))))"#;

fn own_schedule() -> Schedule {
    Schedule {
        number: 77,
        ..SCHEDULE_1
    }
}

/// An actor that waits, one to be created, messages in an inbox and with a probe.
fn with_capabilities() -> World {
    let mut world = World::new(Dialect::Capabilities, own_schedule());
    let probe = world.probe("probe");
    let binary = wat::parse_str(KEEPER).expect("it is well-formed");
    let actor = world.create(Message::of_data(binary.clone()), 1_000_000);
    let to = |actor: ActorId, tag| Capability { actor, tag };
    let message = |text: &[u8]| {
        let data = Data::new(text);
        Message::new(data, vec![to(probe, 3)], Vec::new(), Some(to(probe, 4)))
    };
    world.settle(&mut Order::Canonical).expect("one activation");
    world.send(to(actor, 1), message(b"first"), 1_000_000);
    world.settle(&mut Order::Canonical).expect("one activation");
    world.send(to(actor, 2), message(&[7; 100]), 10);
    world.create(Message::of_data(binary), 20);
    assert!(world.actor(actor).run.is_some());
    world
}

/// A port in a message, a bound one and some with the outside.
fn with_ports() -> World {
    let mut world = World::new(Dialect::PortsCamel, SCHEDULE_1);
    let probe = world.probe("probe");
    let [near, _] = world.channel([probe, probe]);
    let [sent, _] = world.channel([probe, probe]);
    let message = Message::new(Data::default(), Vec::new(), vec![sent], None);
    world.send_on(near, message, 100);
    world
}

fn load(keep: &InMemory, root: Hash) -> Result<World, KeepError> {
    World::load(keep, root, Metering::default(), Programs::default())
}

/// The same objects, but for one.
fn instead(objects: &[(Hash, &[u8])], other: Hash, bytes: Option<&[u8]>) -> InMemory {
    let mut keep = InMemory::default();
    for (id, own) in objects {
        let bytes = if *id == other { bytes } else { Some(*own) };
        if let Some(bytes) = bytes {
            keep.put(*id, bytes).expect("memory keeps everything");
        }
    }
    keep
}

#[test]
fn every_object_is_needed_and_none_can_be_another() {
    for world in [with_capabilities(), with_ports()] {
        assert_eq!(world.check(), Ok(()));
        let mut keep = InMemory::default();
        let root = world.save(&mut keep).expect("memory keeps everything");
        let loaded = load(&keep, root).expect("it was saved");
        assert_eq!(loaded.root(), root);
        assert_eq!(loaded.check(), Ok(()));
        assert_eq!(loaded.schedule().number, world.schedule().number);
        let objects = keep.in_order();
        assert!(objects.len() > 10);
        for (id, bytes) in &objects {
            match load(&instead(&objects, *id, None), root).err() {
                Some(KeepError::Missing { id: missing, .. }) => assert_eq!(missing, *id),
                // Schedule 1 is known to everybody.
                None => assert_eq!(*id, SCHEDULE_1.hash()),
                other => panic!("without {id}: {other:?}"),
            }
            let mut longer = bytes.to_vec();
            longer.push(0);
            match load(&instead(&objects, *id, Some(&longer)), root).err() {
                Some(KeepError::Damaged { id: damaged, .. }) => assert_eq!(damaged, *id),
                None => assert_eq!(*id, SCHEDULE_1.hash()),
                other => panic!("with another {id}: {other:?}"),
            }
        }
    }
}

/// What the place has is not put again.
#[test]
fn saving_again_costs_what_changed() {
    let mut world = with_capabilities();
    let mut keep = InMemory::default();
    world.save(&mut keep).expect("memory keeps everything");
    let before = keep.in_order().len();
    world.save(&mut keep).expect("memory keeps everything");
    assert_eq!(keep.in_order().len(), before);
    let at_first = world.clone();
    world.set_time(world.time() + 1);
    world.save(&mut keep).expect("memory keeps everything");
    assert_eq!(keep.in_order().len(), before + 1, "the world and no more");
    assert_ne!(at_first.root(), world.root());
    assert!(load(&keep, at_first.root()).is_ok());
}

/// A state whose hashes are right and whose parts contradict each other is refused as well.
#[test]
fn a_contradictory_state_is_refused() {
    let mut world = with_capabilities();
    world.ledger.burned += 1;
    let mut keep = InMemory::default();
    let root = world.save(&mut keep).expect("memory keeps everything");
    match load(&keep, root).err() {
        Some(KeepError::Damaged { what, id, .. }) => assert_eq!((what, id), ("world", root)),
        other => panic!("{other:?}"),
    }
}
