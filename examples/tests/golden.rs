//! Guests in WebAssembly text, C and Rust, and some of the ways in which snapshots can be held.
//!
//! Enters: guests, messages, golden files. Leaves: tests. Refuses to know: everything but
//! `primea::testing`.

use primea::testing::{Dialect, Fault, Guest, Mail, Mistake, PLAIN, Sandbox};

/// A sandbox with an actor that was created from a guest.
fn with_actor(file: &str) -> Result<(Sandbox, primea::testing::Actor), Mistake> {
    let guest = Guest::file(file)?;
    let mut sandbox = Sandbox::new(Dialect::Capabilities);
    let actor = sandbox.create("alice", &guest, Mail::new())?;
    Ok((sandbox, actor))
}

/// A guest in WebAssembly text.
#[test]
fn echo_answers() -> Result<(), Mistake> {
    let (mut sandbox, alice) = with_actor("examples/guests/echo.wat")?;
    let out = sandbox.probe("out")?;
    sandbox.send(alice, Mail::of("hello").ticks(20_000).response(out.tag(7)))?;
    assert_eq!(sandbox.received(out)[0].data, b"hello");
    sandbox
        .snapshot()
        .assert_golden("examples/golden/echoes.txt");
    Ok(())
}

/// A guest in C, which keeps something between two messages.
#[test]
fn counter_counts() -> Result<(), Mistake> {
    let (mut sandbox, alice) = with_actor("examples/guests/counter.wasm")?;
    let out = sandbox.probe("out")?;
    for _ in 0..2 {
        sandbox.send(alice, Mail::new().ticks(50_000).response(out))?;
    }
    let answers = sandbox.received(out);
    let answers: Vec<&[u8]> = answers.iter().map(|it| it.data.as_slice()).collect();
    assert_eq!(answers, [[1, 0, 0, 0], [2, 0, 0, 0]]);
    assert_eq!(sandbox.stored(alice, &[0; 4]), Some(vec![2, 0, 0, 0]));
    sandbox
        .snapshot()
        .assert_golden("examples/golden/counter.txt");
    Ok(())
}

/// A guest in Rust. What it costs is not held: another compiler may do better.
#[test]
fn sum_adds_up() -> Result<(), Mistake> {
    let (mut sandbox, alice) = with_actor("examples/guests/sum.wasm")?;
    let out = sandbox.probe("out")?;
    let numbers = [3u32, 4, 5].map(u32::to_le_bytes).concat();
    sandbox.send(alice, Mail::of(numbers).response(out))?;
    assert_eq!(sandbox.received(out)[0].data, 12u32.to_le_bytes());
    let snapshot = sandbox.snapshot().without_ticks();
    snapshot.assert_golden("examples/golden/sum.txt");
    Ok(())
}

/// A guest that runs out of ticks, in a world whose prices are made to be counted by hand.
#[test]
fn a_loop_runs_out_of_ticks() -> Result<(), Mistake> {
    let forever = r#"(module (func (export "onMessage") (param i32) (loop (br 0))))"#;
    let forever = Guest::wat("forever", forever)?;
    let mut sandbox = Sandbox::with_schedule(Dialect::Capabilities, PLAIN);
    let alice = sandbox.create("alice", &forever, Mail::new())?;
    let activations = sandbox.send(alice, Mail::new().ticks(5_000))?;
    assert_eq!(activations[0].outcome, Err(Fault::OutOfTicks));
    assert_eq!(activations[0].spent, 5_000);
    let snapshot = sandbox.snapshot().without_hashes();
    snapshot.assert_golden("examples/golden/forever.txt");
    Ok(())
}

/// Snapshots are texts, so that other tools hold them too.
#[test]
fn insta_holds_a_snapshot() -> Result<(), Mistake> {
    let (mut sandbox, alice) = with_actor("examples/guests/echo.wat")?;
    sandbox.send(alice, Mail::of("hello").ticks(20_000))?;
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("echo-by-insta", sandbox.snapshot().without_state()));
    Ok(())
}
