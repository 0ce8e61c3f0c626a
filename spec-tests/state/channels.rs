//! A world with channels, whose ends are everywhere that an end can be.
//!
//! Enters: nothing. Leaves: a trial that compares its root with what the rules say. Refuses to know: the
//! codec, the trie and the objects of the VM.

use crate::{
    by_hand::{Bytes, derive, map_root, plain},
    expect_equal,
    objects::{Hash, NONE, OUTSIDE, Pair, Sums, envelope, outside_child, probe, world},
};
use libtest_mimic::Failed;
use primea::{
    interface::table::Dialect,
    module::schedule::PLAIN,
    state::message::{Data, Message},
    world::{World, order::Order, record::Record},
};

const BINDING_GUEST: &str = r#"(module
    (import "env" "loadMessagePortRef" (func $load (param i32 i32) (result i32)))
    (import "env" "bindPort" (func $bind (param i32 i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "door")
    (func (export "onCreation") (param $m i32)
        (call $bind (i32.const 0) (i32.const 4) (call $load (local.get $m) (i32.const 0)))))"#;

/// A world with three channels, and the activation in which an actor bound an end of the first.
fn carried_out(module: &[u8]) -> Result<(World, Record), Failed> {
    let mut vm = World::new(Dialect::PortsCamel, PLAIN);
    let out = vm.probe("out");
    let [first, _] = vm.channel([out, out]);
    let [carried, other] = vm.channel([out, out]);
    let creation = Message::new(Data::new(module.to_vec()), vec![], vec![first], None);
    vm.create(creation, 1_000_000);
    let record = vm.settle(&mut Order::Canonical)?.remove(0);
    assert_eq!(record.outcome, Ok(None));
    // A third channel, over which the outside sends itself an end of the second; then it destroys the other.
    let [third, _] = vm.channel([out, out]);
    let letter = Message::new(Data::default(), vec![], vec![carried], None);
    vm.send_on(third, letter, 77);
    vm.destroy(other);
    Ok((vm, record))
}

fn channel(count: u64) -> Hash {
    derive("channel id", Bytes::new().hash(&OUTSIDE).u64(count).done())
}

/// `STATE-3`.
fn port(count: u64, end: u32) -> Hash {
    derive("port", Bytes::new().hash(&channel(count)).u32(end).done())
}

/// `STATE-9`: the places of both ends, with what waits at each.
fn pair(count: u64, ends: [(&[u8], &[Pair]); 2]) -> Pair {
    let mut bytes = Bytes::new();
    for (place, waiting) in ends {
        bytes.raw(place).hash(&map_root(waiting));
    }
    (channel(count).to_vec(), derive("channel", bytes.done()))
}

/// The channels, when the outside sent its message at that time.
fn pairs(sent: u64) -> Vec<Pair> {
    let with_probe = [&3u32.to_le_bytes()[..], &derive("probe id", b"out")].concat();
    let bound = [
        &1u32.to_le_bytes()[..],
        &outside_child(0),
        &4u64.to_le_bytes(),
        b"door",
    ]
    .concat();
    let (gone, in_message) = (0u32.to_le_bytes(), 2u32.to_le_bytes());
    let mut letter = Bytes::new();
    letter.hash(&plain(b"")).u64(0).u64(0);
    letter.u64(1).hash(&port(1, 0)).option(None);
    let letter = derive("message", letter.done());
    let letter = envelope(sent, &OUTSIDE, 0, 77, 0, letter);
    vec![
        pair(0, [(&bound, &[]), (&with_probe, &[])]),
        pair(1, [(&in_message, &[]), (&gone, &[])]),
        pair(2, [(&with_probe, &[]), (&with_probe, &[letter])]),
    ]
}

/// Two channels: one end bound by an actor, one in a message that waits with the outside, one gone.
/// And the channel on which that message waits.
pub fn channels() -> Result<(), Failed> {
    let module = wat::parse_str(BINDING_GUEST)?;
    let (vm, record) = carried_out(&module)?;
    let mut actor = Bytes::new();
    actor.hash(&plain(&module)).u64(record.end);
    actor.u64(0).u64(0).u64(0).hash(&NONE);
    actor.hash(&map_root(&[(b"door".to_vec(), port(0, 0))]));
    actor.hash(&NONE).option(None).option(None);
    let actor = derive("actor", actor.done());
    let sums = Sums {
        time: record.end,
        outside: [1, 3, 1],
        injected: 1_000_077,
        spent: record.spent,
        burned: 1_000_000 - record.spent,
    };
    let expected = world(
        "ports-camel",
        &sums,
        vec![(outside_child(0).to_vec(), actor)],
        pairs(record.end),
        vec![probe("out", &[])],
    );
    expect_equal("the root", expected, vm.root().0)
}
