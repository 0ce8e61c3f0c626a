//! The bounds of one step, which only an operator can reach.
//!
//! Enters: nothing. Leaves: trials at the limit and beyond. Refuses to know: scenarios.
//!
//! Rules tested here: LIM-17, RUN-6.

use libtest_mimic::Failed;
use primea::{
    interface::table::Dialect,
    limits,
    module::schedule::PLAIN,
    state::{identity::Capability, message::Message},
    world::{World, order::Order},
};

/// An actor without entry exports handles as many messages as a step may, and one more.
pub fn activations() -> Result<(), Failed> {
    let mut world = World::new(Dialect::Capabilities, PLAIN);
    let actor = world.create(Message::of_data(*b"\0asm\x01\0\0\0"), 100);
    world.settle(&mut Order::Canonical)?;
    let send = |world: &mut World, count: usize| {
        for _ in 0..count {
            world.send(Capability { actor, tag: 0 }, Message::default(), 0);
        }
    };
    send(&mut world, limits::STEP_ACTIVATIONS);
    let records = world.settle(&mut Order::Canonical)?;
    if records.len() != limits::STEP_ACTIVATIONS {
        return Err(format!(
            "expected as many activations as allowed, found {}",
            records.len()
        )
        .into());
    }
    drop(records);
    send(&mut world, limits::STEP_ACTIVATIONS + 1);
    match world.settle(&mut Order::Canonical) {
        Err(overrun) if overrun.activations == limits::STEP_ACTIVATIONS => Ok(()),
        other => Err(format!(
            "expected an overrun, found {:?}",
            other.map(|records| records.len())
        )
        .into()),
    }
}

/// A guest that makes more import calls than are recorded: the others are counted.
pub fn events() -> Result<(), Failed> {
    let more = 5;
    let module = wat::parse_str(format!(
        r#"(module
            (import "env" "isValidRef" (func $valid (param i32) (result i32)))
            (func (export "onCreation") (local $n i32)
                (loop $again
                    (drop (call $valid (i32.const 0)))
                    (br_if $again (i32.lt_u
                        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                        (i32.const {}))))))"#,
        limits::STEP_EVENTS + more
    ))?;
    let mut world = World::new(Dialect::Capabilities, PLAIN);
    world.create(Message::of_data(module), 1_000_000_000);
    let record = world.settle(&mut Order::Canonical)?.remove(0);
    let found = (record.outcome, record.calls.len(), record.unrecorded_calls);
    if found != (Ok(None), limits::STEP_EVENTS, more as u64) {
        return Err(format!("expected {more} calls beyond the limit, found {found:?}").into());
    }
    Ok(())
}
