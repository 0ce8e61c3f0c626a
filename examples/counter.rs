//! An actor that counts, in C: `cargo run --example counter` shows all that it does.
//!
//! Enters: a guest in WebAssembly. Leaves: its snapshot on stdout. Refuses to know: everything but
//! `primea::testing`.

use primea::testing::{Dialect, Guest, Mail, Mistake, Sandbox};

fn main() -> Result<(), Mistake> {
    let counter = Guest::file("examples/guests/counter.wasm")?;
    let mut sandbox = Sandbox::new(Dialect::Capabilities);
    let out = sandbox.probe("out")?;
    let alice = sandbox.create("alice", &counter, Mail::new())?;
    for tag in 0..3 {
        sandbox.send(alice, Mail::new().ticks(50_000).response(out.tag(tag)))?;
    }
    println!("{}", sandbox.snapshot());
    Ok(())
}
