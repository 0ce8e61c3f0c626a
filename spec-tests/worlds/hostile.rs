//! Modules that nobody meant to be run: random bytes, broken modules, random valid ones.
//!
//! Enters: seeds. Leaves: nothing, or a panic that says which seed. Refuses to know: what a right
//! result would be; it asks only that there is one, the same every time, with all ticks accounted for.

use super::smith_settings;
use libtest_mimic::Failed;
use primea::{
    fault::Fault,
    interface::table::Dialect,
    module::schedule::PLAIN,
    oracle::fuzz::chance::Chance,
    state::{
        hash::Hash,
        identity::Capability,
        message::{Data, Message},
    },
    world::{World, order::Order, record::Record},
};

/// Rules tested here: MOD-1, ACTOR-4, TICK-13.
const TICKS: u64 = 3_000_000;

/// Makes an actor of bytes, sends it a message, and says what happened.
fn use_module(dialect: Dialect, module: &[u8]) -> (Vec<Record>, Hash) {
    let mut world = World::new(dialect, PLAIN);
    let probe = world.probe("probe");
    let ports = if dialect.has_ports() {
        world.channel([probe, probe])[..1].to_vec()
    } else {
        vec![]
    };
    let response = (!dialect.has_ports()).then_some(Capability {
        actor: probe,
        tag: 1,
    });
    let actor = world.create(
        Message::new(Data::new(module), vec![], ports, response),
        TICKS,
    );
    let mut records = world
        .settle(&mut Order::Canonical)
        .expect("few activations");
    if !dialect.has_ports() {
        let message = Message::new(Data::new(b"hello".as_slice()), vec![], vec![], response);
        world.send(Capability { actor, tag: 3 }, message, TICKS);
        records.extend(
            world
                .settle(&mut Order::Canonical)
                .expect("few activations"),
        );
    }
    let until = world.time() + 100_000;
    records.extend(
        world
            .advance(until, &mut Order::Canonical)
            .expect("few activations"),
    );
    let checked = world.check();
    checked.unwrap_or_else(|violation| panic!("{violation}"));
    let root = world.root();
    (records, root)
}

fn small_module() -> Vec<u8> {
    wat::parse_str(
        r#"(module
            (memory (export "memory") 1)
            (table (export "callbacks") 2 funcref)
            (elem (i32.const 0) $f $f)
            (global (mut i64) (i64.const 7))
            (data (i32.const 8) "data")
            (func $f (result i32) (i32.div_u (i32.const 7) (i32.load (i32.const 8))))
            (func (export "onCreation") (param i32) (drop (call_indirect (result i32) (i32.const 1))))
            (func (export "onMessage") (param i32) (result i32)
                (if (result i32) (local.get 0) (then (unreachable)) (else (i32.const 3)))))"#,
    )
    .expect("a good module")
}

/// Random bytes, and a good module with some bytes changed, cut out or put in.
pub fn bytes(cases: u64) -> Result<(), Failed> {
    let good = small_module();
    let mut refused = 0;
    for seed in 0..cases {
        let chance = &mut Chance::new(seed);
        let dialect = *chance.pick(Dialect::ALL);
        let mut module: Vec<u8> = match chance.below(4) {
            0 => (0..chance.below(300))
                .map(|_| chance.number() as u8)
                .collect(),
            1 => [
                b"\0asm\x01\0\0\0".as_slice(),
                &chance.number().to_le_bytes(),
            ]
            .concat(),
            _ => good.clone(),
        };
        for _ in 0..1 + chance.below(4) {
            let at = chance.below(module.len().max(1));
            match chance.below(3) {
                0 => module.insert(at.min(module.len()), chance.number() as u8),
                1 if at < module.len() => drop(module.remove(at)),
                _ if at < module.len() => module[at] = chance.number() as u8,
                _ => {}
            }
        }
        let (records, root) = use_module(dialect, &module);
        refused += u64::from(records[0].outcome == Err(Fault::InvalidModule));
        if use_module(dialect, &module) != (records, root) {
            return Err(format!("seed {seed}: not the same twice").into());
        }
    }
    // A check that can fail: both kinds of module must have been met.
    if refused == 0 || refused == cases {
        return Err(format!("{refused} of {cases} modules were refused").into());
    }
    Ok(())
}

/// Random valid modules that import the dialect's functions.
pub fn valid_modules(cases: u64) -> Result<(), Failed> {
    let exports = wat::parse_str(
        r#"(module (memory 1) (func (param i32)) (table 1 funcref)
            (export "memory" (memory 0)) (export "onCreation" (func 0)) (export "onMessage" (func 0)))"#,
    )?;
    let mut ran = 0;
    for seed in 0..cases {
        let chance = &mut Chance::new(seed ^ 0x5eed);
        let dialect = *chance.pick(Dialect::ALL);
        let noise: Vec<u8> = (0..256 + chance.below(2048))
            .map(|_| chance.number() as u8)
            .collect();
        let config = wasm_smith::Config {
            available_imports: Some(smith_settings::available_imports(dialect)),
            exports: Some(exports.clone()),
            max_memory32_bytes: 4 << 20,
            max_table_elements: 1000,
            // The exports bring the one memory.
            max_memories: 0,
            max_tables: 0,
            ..smith_settings::accepted_proposals()
        };
        let unstructured = &mut arbitrary::Unstructured::new(&noise);
        let Ok(module) = wasm_smith::Module::new(config, unstructured) else {
            continue;
        };
        let module = module.to_bytes();
        let (records, root) = use_module(dialect, &module);
        if let (Err(Fault::InvalidModule), Some(why)) = (records[0].outcome, &records[0].refusal) {
            return Err(format!("seed {seed}: a valid module was refused: {why}").into());
        }
        ran += u64::from(records.iter().any(|record| record.spent > 0));
        if use_module(dialect, &module) != (records, root) {
            return Err(format!("seed {seed}: not the same twice").into());
        }
    }
    if ran * 2 < cases {
        return Err(format!("only {ran} of {cases} seeds gave a module that ran").into());
    }
    Ok(())
}
