//! What `README.md` shows, to the letter below this opening, but for where its files are.
//!
//! Enters: a guest, a golden file. Leaves: a test. Refuses to know: everything but
//! `primea::testing`.

use primea::testing::{Dialect, Guest, Mail, Mistake, Sandbox};

#[test]
fn echo_answers() -> Result<(), Mistake> {
    let echo = Guest::file("examples/guests/echo.wat")?;
    let mut sandbox = Sandbox::new(Dialect::Capabilities);
    let out = sandbox.probe("out")?;
    let alice = sandbox.create("alice", &echo, Mail::new())?;
    sandbox.send(alice, Mail::of("hello").ticks(20_000).response(out.tag(7)))?;
    assert_eq!(sandbox.received(out)[0].data, b"hello");
    let golden = "examples/golden/echo.txt";
    sandbox.snapshot().assert_golden(golden);
    Ok(())
}
