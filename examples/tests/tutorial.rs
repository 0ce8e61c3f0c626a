//! What `docs/tutorial.md` shows, to the letter below this opening, but for where its files are.
//!
//! Enters: a guest, a golden file. Leaves: a test. Refuses to know: everything but
//! `primea::testing`.

use primea::testing::{Dialect, Guest, Mail, Mistake, Sandbox};

#[test]
fn a_name_is_greeted() -> Result<(), Mistake> {
    let greeter = Guest::file("examples/guests/greeter.wat")?;
    let mut sandbox = Sandbox::new(Dialect::Capabilities);
    let out = sandbox.probe("out")?;
    let alice = sandbox.create("alice", &greeter, Mail::new())?;
    sandbox.send(alice, Mail::of("Ada").ticks(20_000).response(out))?;
    assert_eq!(sandbox.received(out)[0].data, b"hello, Ada");
    assert_eq!(sandbox.stored(alice, &[0; 4]), Some(b"Ada".to_vec()));
    let golden = "examples/golden/greeter.txt";
    sandbox.snapshot().assert_golden(golden);
    Ok(())
}
