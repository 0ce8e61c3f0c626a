//! Worlds with actors, messages, probes, and a run that waits.
//!
//! Enters: nothing. Leaves: trials that compare their roots with what the rules say. Refuses to know: the
//! codec, the trie and the objects of the VM.

use crate::{
    by_hand::{Bytes, derive, list_root, map_root, plain},
    expect_equal,
    objects::{
        NONE, OUTSIDE, Sums, capability, envelope, idle_actor, message, outside_child, probe, world,
    },
};
use libtest_mimic::Failed;
use primea::{
    interface::table::Dialect,
    module::schedule::PLAIN,
    state::{
        identity::{ActorId, Capability},
        message::{Data, Message},
    },
    world::{World, order::Order},
};

/// A world in which nothing was ever done.
pub fn empty_world() -> Result<(), Failed> {
    let sums = Sums {
        time: 0,
        outside: [0; 3],
        injected: 0,
        spent: 0,
        burned: 0,
    };
    for dialect in Dialect::ALL {
        let found = World::new(*dialect, PLAIN).root().0;
        let expected = world(dialect.name(), &sums, vec![], vec![], vec![]);
        expect_equal(dialect.name(), expected, found)?;
    }
    Ok(())
}

/// An actor without exports, a message to a probe, and one to an actor that never existed (`OUT-8`).
pub fn messages_and_probes() -> Result<(), Failed> {
    let module = b"\0asm\x01\0\0\0";
    let mut vm = World::new(Dialect::Capabilities, PLAIN);
    let out = vm.probe("out");
    let quiet = vm.create(Message::of_data(*module), 50);
    expect_equal("the actor's id", outside_child(0), quiet.0.0)?;
    let records = vm.settle(&mut Order::Canonical)?;
    assert_eq!(
        (records[0].start, records[0].spent, records[0].end),
        (0, 32, 32),
        "8 bytes at 4 ticks"
    );
    let data = Data::new(b"hello".as_slice());
    let given = Capability {
        actor: quiet,
        tag: 9,
    };
    vm.send(
        Capability { actor: out, tag: 7 },
        Message::new(data, vec![given], vec![], Some(given)),
        11,
    );
    let nobody = ActorId::OUTSIDE.child(99);
    vm.send(
        Capability {
            actor: nobody,
            tag: 0,
        },
        Message::of_data(*b"lost"),
        5,
    );
    assert!(vm.settle(&mut Order::Canonical)?.is_empty());

    let given = capability(&outside_child(0), 9);
    let received = envelope(
        32,
        &OUTSIDE,
        0,
        11,
        7,
        message(b"hello", &[given], Some(given)),
    );
    let sums = Sums {
        time: 32,
        outside: [1, 0, 2],
        injected: 66,
        spent: 32,
        burned: 18 + 5,
    };
    let expected = world(
        "capabilities",
        &sums,
        vec![(outside_child(0).to_vec(), idle_actor(plain(module), 32))],
        vec![],
        vec![probe("out", &[received])],
    );
    expect_equal("the root", expected, vm.root().0)
}

const WAITING_GUEST: &str = r#"(module
    (import "env" "storeMessage" (func $store (param i32 i32)))
    (import "env" "mintCap" (func $mint (param i32) (result i32)))
    (import "env" "deleteRef" (func $delete (param i32)))
    (import "env" "getNextMessage" (func $wait (param i32 i32)))
    (memory 2)
    (table $t (export "callbacks") 3 funcref)
    (global $unchanged i32 (i32.const 5))
    (global $long (mut i64) (i64.const -1))
    (global $float (mut f32) (f32.const 1))
    (global $function (mut funcref) (ref.func $late))
    (elem (i32.const 1) $late)
    (data (i32.const 0) "active")
    (data $kept "passive")
    (data $dropped "passive too")
    (func $late)
    (func (export "onCreation") (param $m i32)
        (call $store (i32.const 258) (local.get $m))
        (drop (call $mint (i32.const 6)))
        (call $delete (call $mint (i32.const 7)))
        (i32.store8 (i32.const 65536) (i32.const 1))
        (global.set $long (i64.const 3))
        (data.drop $dropped)
        (call $wait (i32.const 1000) (i32.const 1))))"#;

/// A run that waits, with something in every part of it (`STATE-8`).
pub fn waiting_run() -> Result<(), Failed> {
    let module = wat::parse_str(WAITING_GUEST)?;
    let mut vm = World::new(Dialect::Capabilities, PLAIN);
    vm.create(Message::of_data(module.clone()), 100_000);
    let record = vm.settle(&mut Order::Canonical)?.remove(0);
    assert_eq!(record.outcome, Ok(None));
    let kept = 100_000 - record.spent;

    let mut pages = [vec![0; 65_536], vec![0; 65_536]];
    pages[0][..6].copy_from_slice(b"active");
    pages[1][0] = 1;
    let stored = message(&module, &[], None);
    let mut run = Bytes::new();
    run.u32(2)
        .hash(&list_root(&[plain(&pages[0]), plain(&pages[1])]));
    // Three mutable globals: index, type, bits. $late is function 4, behind four imports.
    run.u64(3);
    run.u32(1).u8(0x7e).u64(3);
    run.u32(2).u8(0x7d).u64(0x3f80_0000);
    run.u32(3).u8(0x70).u64(5);
    // One table: null, function 4, null.
    run.u64(1).u64(3).u8(0).u8(1).u32(4).u8(0);
    // Three data segments: active, kept, dropped; one element segment: active.
    run.u64(3).u8(1).u8(0).u8(1).u64(1).u8(1);
    // Three references: the message, a capability, one deleted.
    run.u64(3);
    run.u32(1).hash(&stored).u32(0);
    run.u32(2).hash(&outside_child(0)).u32(6);
    run.u32(0);
    run.u64(record.end + 1000).u32(1).u64(kept);
    let run = derive("run", run.done());

    let mut actor = Bytes::new();
    actor
        .hash(&plain(&module))
        .u64(record.end)
        .u64(0)
        .u64(0)
        .u64(0);
    actor.hash(&map_root(&[(258u32.to_le_bytes().to_vec(), stored)]));
    actor.hash(&NONE).hash(&NONE).option(None).option(Some(run));
    let actor = derive("actor", actor.done());
    let sums = Sums {
        time: record.end,
        outside: [1, 0, 0],
        injected: 100_000,
        spent: record.spent,
        burned: 0,
    };
    let expected = world(
        "capabilities",
        &sums,
        vec![(outside_child(0).to_vec(), actor)],
        vec![],
        vec![],
    );
    expect_equal("the root", expected, vm.root().0)
}
