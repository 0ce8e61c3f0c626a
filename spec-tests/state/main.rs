//! State roots, computed a second time from the rules alone.
//!
//! Enters: small worlds. Leaves: trials that compare their roots, and ids, with what section 18 of
//! the rules says, byte by byte. Refuses to know: the codec, the trie and the objects of the VM,
//! which only the examples are held to as well.
//!
//! Rules tested here: STATE-1, STATE-2, STATE-3, STATE-4, STATE-5, STATE-6, STATE-7, STATE-8, STATE-9,
//! STATE-10, STATE-11, STATE-12, STATE-13, STATE-14, STATE-15, STATE-16, STATE-17, OUT-1, OUT-2, OUT-3, OUT-8,
//! CAP-5, TIME-1, ACTOR-2.

mod by_hand;
mod examples;

use by_hand::{Bytes, derive, list_root, map_root, plain};
use libtest_mimic::{Arguments, Failed, Trial};
use primea::{
    interface::table::Dialect,
    module::schedule::PLAIN,
    state::{
        identity::{ActorId, Capability},
        message::{Data, Message},
    },
    world::{World, order::Order},
};

type Hash = [u8; 32];
/// A key, and the object under it.
type Pair = (Vec<u8>, Hash);

const OUTSIDE: Hash = [0; 32];
const NONE: Hash = [0; 32];

fn expect_equal(what: &str, expected: Hash, found: Hash) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    Err(format!(
        "{what}: expected {}, found {}",
        by_hand::hex(&expected),
        by_hand::hex(&found)
    )
    .into())
}

/// `STATE-5`, for a message with capabilities.
fn message(data: &[u8], capabilities: &[Hash], response: Option<Hash>) -> Hash {
    let mut bytes = Bytes::new();
    bytes
        .hash(&plain(data))
        .u64(data.len() as u64)
        .u64(capabilities.len() as u64);
    for capability in capabilities {
        bytes.hash(capability);
    }
    bytes.u64(0).option(response);
    derive("message", bytes.done())
}

/// `STATE-3`.
fn capability(actor: &Hash, tag: u32) -> Hash {
    derive("capability", Bytes::new().hash(actor).u32(tag).done())
}

/// `STATE-6`: the object, and its place in the map of what waits.
fn envelope(stamp: u64, sender: &Hash, number: u64, ticks: u64, tag: u32, message: Hash) -> Pair {
    let mut bytes = Bytes::new();
    bytes
        .u64(stamp)
        .hash(sender)
        .u64(number)
        .u64(ticks)
        .u32(tag)
        .hash(&message);
    let key = [&stamp.to_be_bytes()[..], sender, &number.to_be_bytes()].concat();
    (key, derive("envelope", bytes.done()))
}

/// `STATE-10`.
fn probe(name: &str, received: &[Pair]) -> Pair {
    let mut bytes = Bytes::new();
    bytes.text(name).hash(&map_root(received));
    let id = derive("probe id", name.as_bytes());
    (id.to_vec(), derive("probe", bytes.done()))
}

/// What `STATE-11` needs beside the three maps.
struct Sums {
    time: u64,
    outside: [u64; 3],
    injected: u64,
    spent: u64,
    burned: u64,
}

type Pairs = Vec<Pair>;

fn world(dialect: &str, sums: &Sums, actors: Pairs, channels: Pairs, probes: Pairs) -> Hash {
    let mut bytes = Bytes::new();
    bytes
        .text(dialect)
        .hash(&by_hand::schedule(&PLAIN))
        .u64(sums.time);
    for counter in sums.outside {
        bytes.u64(counter);
    }
    bytes.u64(sums.injected).u64(sums.spent).u64(sums.burned);
    for map in [actors, channels, probes] {
        bytes.hash(&map_root(&map));
    }
    derive("world", bytes.done())
}

fn outside_child(count: u64) -> Hash {
    derive("actor id", Bytes::new().hash(&OUTSIDE).u64(count).done())
}

/// A world in which nothing was ever done.
fn empty_world() -> Result<(), Failed> {
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

/// What an actor without exports is after its creation (`STATE-7`).
fn idle_actor(code: Hash, clock: u64) -> Hash {
    let mut bytes = Bytes::new();
    bytes.hash(&code).u64(clock).u64(0).u64(0).u64(0);
    bytes
        .hash(&NONE)
        .hash(&NONE)
        .hash(&NONE)
        .option(None)
        .option(None);
    derive("actor", bytes.done())
}

/// An actor without exports, a message to a probe, and one to an actor that never existed (`OUT-8`).
fn messages_and_probes() -> Result<(), Failed> {
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
fn waiting_run() -> Result<(), Failed> {
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

const BINDING_GUEST: &str = r#"(module
    (import "env" "loadMessagePortRef" (func $load (param i32 i32) (result i32)))
    (import "env" "bindPort" (func $bind (param i32 i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "door")
    (func (export "onCreation") (param $m i32)
        (call $bind (i32.const 0) (i32.const 4) (call $load (local.get $m) (i32.const 0)))))"#;

/// `STATE-9`: one end, with what waits at it.
fn end(bytes: &mut Bytes, place: &[u8], waiting: &[Pair]) {
    bytes.raw(place).hash(&map_root(waiting));
}

/// Two channels: one end bound by an actor, one in a message that waits with the outside, one gone.
fn channels() -> Result<(), Failed> {
    let module = wat::parse_str(BINDING_GUEST)?;
    let mut vm = World::new(Dialect::PortsCamel, PLAIN);
    let out = vm.probe("out");
    let [first, _] = vm.channel([out, out]);
    let [carried, other] = vm.channel([out, out]);
    let creation = Message::new(Data::new(module.clone()), vec![], vec![first], None);
    vm.create(creation, 1_000_000);
    let record = vm.settle(&mut Order::Canonical)?.remove(0);
    assert_eq!(record.outcome, Ok(None));
    // A third channel, over which the outside sends itself an end of the second; then it destroys the other.
    let [third, _] = vm.channel([out, out]);
    vm.send_on(
        third,
        Message::new(Data::default(), vec![], vec![carried], None),
        77,
    );
    vm.destroy(other);

    let channel = |count: u64| derive("channel id", Bytes::new().hash(&OUTSIDE).u64(count).done());
    let port =
        |count: u64, end: u32| derive("port", Bytes::new().hash(&channel(count)).u32(end).done());
    let actor_id = outside_child(0);
    let with_probe = [&3u32.to_le_bytes()[..], &derive("probe id", b"out")].concat();
    let bound = [
        &1u32.to_le_bytes()[..],
        &actor_id,
        &4u64.to_le_bytes(),
        b"door",
    ]
    .concat();
    let (gone, in_message) = (0u32.to_le_bytes(), 2u32.to_le_bytes());
    let mut letter = Bytes::new();
    letter
        .hash(&plain(b""))
        .u64(0)
        .u64(0)
        .u64(1)
        .hash(&port(1, 0))
        .option(None);
    let letter = envelope(
        record.end,
        &OUTSIDE,
        0,
        77,
        0,
        derive("message", letter.done()),
    );
    let object = |ends: [(&[u8], &[Pair]); 2]| {
        let mut bytes = Bytes::new();
        for (place, waiting) in ends {
            end(&mut bytes, place, waiting);
        }
        derive("channel", bytes.done())
    };
    let channels = vec![
        (
            channel(0).to_vec(),
            object([(&bound, &[]), (&with_probe, &[])]),
        ),
        (
            channel(1).to_vec(),
            object([(&in_message, &[]), (&gone, &[])]),
        ),
        (
            channel(2).to_vec(),
            object([(&with_probe, &[]), (&with_probe, &[letter])]),
        ),
    ];
    let mut actor = Bytes::new();
    actor
        .hash(&plain(&module))
        .u64(record.end)
        .u64(0)
        .u64(0)
        .u64(0)
        .hash(&NONE);
    actor
        .hash(&map_root(&[(b"door".to_vec(), port(0, 0))]))
        .hash(&NONE)
        .option(None)
        .option(None);
    let actor = derive("actor", actor.done());
    let sums = Sums {
        time: record.end,
        outside: [1, 3, 1],
        injected: 1_000_077,
        spent: record.spent,
        burned: 1_000_000 - record.spent,
    };
    let actors = vec![(actor_id.to_vec(), actor)];
    let expected = world(
        "ports-camel",
        &sums,
        actors,
        channels,
        vec![probe("out", &[])],
    );
    expect_equal("the root", expected, vm.root().0)
}

fn main() {
    let arguments = Arguments::from_args();
    let trials = vec![
        Trial::test("state::empty_world", empty_world),
        Trial::test("state::messages_and_probes", messages_and_probes),
        Trial::test("state::waiting_run", waiting_run),
        Trial::test("state::channels", channels),
        Trial::test("examples::known", examples::known),
        Trial::test("examples::ids", examples::ids),
        Trial::test("examples::objects", examples::objects),
        Trial::test("examples::maps", examples::maps),
        Trial::test("examples::map_proofs", examples::map_proofs),
        Trial::test("examples::proofs", examples::proofs),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}
