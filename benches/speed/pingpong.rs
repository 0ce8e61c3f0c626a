//! Two actors that bounce a message, through the whole path, beside the bare cost of a fresh
//! wasmi instance a message.
//!
//! Enters: nothing. Leaves: messages per second. Refuses to know: where the time goes.

use crate::measure::{Way, least, timed};
use primea::{
    activation::engine::Engine,
    interface::table::Dialect,
    module::{Pass, schedule::PLAIN},
    state::{
        identity::{ActorId, Capability},
        message::{Data, Message},
    },
    world::{World, order::Order},
};
use std::time::Duration;

const ROUNDS: usize = 5;
/// Bounces in a measurement; and how many of them are between two steps of the outside.
const BOUNCES: u32 = 10_000;
const BOUNCES_OF_A_STEP: [u32; 3] = [1, 100, BOUNCES];
/// What a bounce costs at most, in ticks. A message says in its data how many ticks it takes on.
const PRICE: u32 = 4000;

/// Sends on what it gets, to the capability in it, with a capability to itself. What the memory
/// begins with lets it do the same where no import does anything.
const PLAYER: &str = r#"(module
    (import "env" "loadMessageData" (func $data (param i32 i32 i32 i32)))
    (import "env" "loadMessageCap" (func $cap (param i32 i32) (result i32)))
    (import "env" "createMessage" (func $create (param i32 i32 i32) (result i32)))
    (import "env" "mintCap" (func $mint (result i32)))
    (import "env" "addCapToMessage" (func $add (param i32 i32)))
    (import "env" "sendMessage" (func $send (param i32 i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\ff\ff\ff\7f")
    (func (export "onMessage") (param $m i32) (local $ticks i32) (local $next i32)
        (call $data (local.get $m) (i32.const 0) (i32.const 0) (i32.const 4))
        (local.set $ticks (i32.sub (i32.load (i32.const 0)) (i32.const 4000)))
        (if (i32.lt_s (local.get $ticks) (i32.const 0)) (then (return)))
        (i32.store (i32.const 0) (local.get $ticks))
        (local.set $next (call $create (i32.const 0) (i32.const 4) (i32.const -1)))
        (call $add (local.get $next) (call $mint))
        (call $send (call $cap (local.get $m) (i32.const 0)) (local.get $next) (local.get $ticks))))"#;

/// Binds the ports that it is created with, and answers whatever comes through the first.
const PORT_PLAYER: &str = r#"(module
    (import "env" "createMessage" (func $create (param i32 i32) (result i32)))
    (import "env" "getMessagePortLen" (func $ports (param i32) (result i32)))
    (import "env" "loadMessagePortRef" (func $load (param i32 i32) (result i32)))
    (import "env" "bindPort" (func $bind (param i32 i32 i32)))
    (import "env" "getPort" (func $get (param i32 i32) (result i32)))
    (import "env" "sendMessage" (func $send (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "onCreation") (param $m i32) (local $n i32)
        (loop $l
            (call $bind (i32.const 0) (local.get $n) (call $load (local.get $m) (local.get $n)))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $n) (call $ports (local.get $m))))))
    (func (export "onMessage") (param $m i32)
        (call $send (call $create (i32.const 0) (i32.const 4)) (call $get (i32.const 0) (i32.const 0)))))"#;

/// How the outside lets the players bounce so often.
type Serve = Box<dyn FnMut(&mut World, u32)>;

/// Two players, in a world of their own.
struct Table {
    world: World,
    serve: Serve,
}

impl Table {
    fn capabilities() -> Table {
        let mut world = World::new(Dialect::Capabilities, PLAIN);
        let binary = wat::parse_str(PLAYER).expect("the player is well-formed");
        let player = |world: &mut World| {
            let message = Message::of_data(binary.as_slice());
            world.create(message, 10_000_000)
        };
        let [first, second]: [ActorId; 2] = [player(&mut world), player(&mut world)];
        let [to_first, to_second] = [first, second].map(|actor| Capability { actor, tag: 0 });
        let serve = move |world: &mut World, bounces: u32| {
            let ticks = bounces * PRICE;
            let data = Data::new((ticks - 1).to_le_bytes());
            let message = Message::new(data, vec![to_second], Vec::new(), None);
            world.send(to_first, message, u64::from(ticks));
        };
        Table {
            world,
            serve: Box::new(serve),
        }
        .settled()
    }

    /// The ticks of a message are what is left of those of the one before: the last bounce is the
    /// one that can't be paid for.
    fn ports() -> Table {
        let mut world = World::new(Dialect::PortsCamel, PLAIN);
        let binary = wat::parse_str(PORT_PLAYER).expect("the player is well-formed");
        let probe = world.probe("probe");
        let [left, right] = world.channel([probe, probe]);
        let [ours, theirs] = world.channel([probe, probe]);
        for ports in [vec![left, theirs], vec![right]] {
            let data = Data::new(binary.as_slice());
            world.create(Message::new(data, Vec::new(), ports, None), 10_000_000);
        }
        let serve = move |world: &mut World, bounces: u32| {
            let ticks = u64::from(bounces) * 2200;
            world.send_on(ours, Message::of_data([0; 4]), ticks);
        };
        Table {
            world,
            serve: Box::new(serve),
        }
        .settled()
    }

    fn settled(mut self) -> Table {
        let records = self
            .world
            .settle(&mut Order::Canonical)
            .expect("two creations");
        assert!(
            records.iter().all(|record| record.outcome.is_ok()),
            "{records:#?}"
        );
        self
    }

    /// Steps of the outside with a root after each, and the messages handled in them.
    fn play(&mut self, bounces_of_a_step: u32) -> (Duration, usize) {
        timed(|| {
            let mut handled = 0;
            for _ in 0..BOUNCES / bounces_of_a_step {
                (self.serve)(&mut self.world, bounces_of_a_step);
                let records = self.world.settle(&mut Order::Canonical);
                handled += records.expect("far below the limit").len();
                std::hint::black_box(self.world.root());
            }
            handled
        })
    }
}

/// A fresh store and instance of the module for each of the messages, nothing more.
fn bare(wat: &str, pass: Pass) -> Duration {
    let bytes = wat::parse_str(wat).expect("the player is well-formed");
    let engine = wasmi::Engine::new(&Engine::config(pass));
    let module = wasmi::Module::new(&engine, &bytes).expect("wasmi compiles the player");
    let rows: Vec<_> = module
        .imports()
        .map(|it| it.ty().func().expect("a function").clone())
        .collect();
    timed(|| {
        for _ in 0..BOUNCES {
            let mut store = wasmi::Store::new(&engine, ());
            if pass == Pass::Fast {
                store.set_fuel(u64::MAX).expect("the engine has fuel");
            }
            let imports: Vec<wasmi::Extern> = rows.iter().map(|ty| idle(&mut store, ty)).collect();
            let instance = wasmi::Instance::new(&mut store, &module, &imports);
            let instance = instance.expect("wasmi instantiates the player");
            let handle = instance.get_typed_func::<i32, ()>(&store, "onMessage");
            handle
                .expect("a player")
                .call(&mut store, 0)
                .expect("nothing goes wrong");
        }
    })
    .0
}

/// A function of that type which does nothing.
fn idle(store: &mut wasmi::Store<()>, ty: &wasmi::FuncType) -> wasmi::Extern {
    use wasmi::Func;
    let function = match (ty.params().len(), ty.results().len()) {
        (0, 1) => Func::wrap(store, || 0),
        (1, 1) => Func::wrap(store, |_: i32| 0),
        (2, 0) => Func::wrap(store, |_: i32, _: i32| ()),
        (2, 1) => Func::wrap(store, |_: i32, _: i32| 0),
        (3, 0) => Func::wrap(store, |_: i32, _: i32, _: i32| ()),
        (3, 1) => Func::wrap(store, |_: i32, _: i32, _: i32| 0),
        (4, 0) => Func::wrap(store, |_: i32, _: i32, _: i32, _: i32| ()),
        _ => panic!("no player imports a function of type {ty:?}"),
    };
    function.into()
}

/// Prints the table.
pub fn report() {
    println!("pingpong: messages per second in one thread");
    println!(
        "{:48} {:>12} {:>12} {:>9}",
        "", "whole path", "bare", "ratio"
    );
    type Setting = (&'static str, &'static str, fn() -> Table);
    let settings: [Setting; 2] = [
        ("capabilities", PLAYER, Table::capabilities),
        ("ports", PORT_PLAYER, Table::ports),
    ];
    for (dialect, wat, table) in settings {
        for bounces in BOUNCES_OF_A_STEP {
            let handled = std::cell::Cell::new(0);
            let mut ways: [Way<'_>; 2] = [
                Box::new(|| {
                    let (time, messages) = table().play(bounces);
                    handled.set(messages);
                    time
                }),
                Box::new(|| bare(wat, Pass::Fast)),
            ];
            let times = least(ROUNDS, &mut ways);
            drop(ways);
            let whole = handled.get() as f64 / times[0].as_secs_f64();
            let bare = f64::from(BOUNCES) / times[1].as_secs_f64();
            let name = format!("{dialect}, a root every {bounces} bounces");
            println!("{name:48} {whole:12.0} {bare:12.0} {:9.2}", bare / whole);
        }
    }
}
