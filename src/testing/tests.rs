//! Sandboxes, their snapshots, and what cannot be asked for.
//!
//! Enters: guests in text that do more, less or something else than before. Leaves: tests of
//! snapshots, of the words in which they differ, and of mistakes. Refuses to know: how a world
//! carries anything out.

use super::*;

const MINT: &str = r#"(module
  (import "env" "mintCap" (func $mint (result i32)))
  (func (export "onMessage") (param i32) (call $work) (drop (call $mint)))
  (func $work (drop (i32.const 1))))"#;

/// A sandbox in which a guest has handled a message.
fn handled(text: &str) -> Sandbox {
    let mut sandbox = Sandbox::with_schedule(Dialect::Capabilities, PLAIN);
    let guest = Guest::wat("guest", text).expect("it is right");
    let alice = sandbox.create("alice", &guest, Mail::new());
    let alice = alice.expect("it can be created");
    sandbox.send(alice, Mail::new()).expect("it can be sent");
    sandbox
}

fn difference(old: &Sandbox, new: &Sandbox) -> Option<Difference> {
    new.snapshot().difference(&old.snapshot().to_string())
}

#[test]
fn the_first_event_and_the_functions_that_differ_are_told() {
    let dearer = MINT.replace("(i32.const 1)", "(i32.add (i32.const 1) (i32.const 2))");
    let (old, new) = (handled(MINT), handled(&dearer));
    assert_eq!(difference(&old, &handled(MINT)), None);
    let difference = difference(&old, &new).expect("ticks moved");
    let moved = Moved {
        function: "work in guest".to_owned(),
        own: [Some(2), Some(4)],
    };
    assert!(difference.functions().contains(&moved), "{difference}");
    let told = difference.to_string();
    for part in [
        "  in step 1: create alice from guest",
        "\nnothing differs but ticks, times and hashes\n",
        "  work in guest: 2 -> 4 (+2)\n",
    ] {
        assert!(told.contains(part), "expected {part:?} in:\n{told}");
    }
}

#[test]
fn a_call_that_differs_is_told_with_its_activation() {
    let once = handled(MINT).snapshot().without_ticks().to_string();
    let twice = MINT.replace(
        "(drop (call $mint))",
        "(drop (call $mint)) (drop (call $mint))",
    );
    let twice = handled(&twice).snapshot().without_ticks();
    let told = twice
        .difference(&once)
        .expect("a call was added")
        .to_string();
    let part = "  in alice message, _ -> _: tank _, spent _, ok, left _ burned\n";
    assert!(told.contains(part), "{told}");
    assert!(told.contains("  found    mintCap() -> 2\n"), "{told}");
}

/// A longer guest is dearer from its creation on. What it does otherwise is told all the same.
#[test]
fn a_deed_that_differs_behind_ticks_is_told_too() {
    let twice = MINT.replace(
        "(drop (call $mint))",
        "(drop (call $mint)) (drop (call $mint))",
    );
    let told = difference(&handled(MINT), &handled(&twice)).expect("a call was added");
    let told = told.to_string();
    let dearer = "the first difference is in line 5\n  in step 1: create alice from guest";
    assert!(told.starts_with(dearer), "{told}");
    let (_, deed) = told
        .split_once("\nthe first that differs in more than ticks, times and hashes is in line ")
        .expect("there is one");
    let (deed, _) = deed.split_once("\n\n").expect("more follows");
    assert!(
        deed.contains("\n  in step 2: send \"\" to alice#0"),
        "{deed}"
    );
    assert!(deed.contains("\n  found    mintCap() -> 2  ["), "{deed}");
}

/// The code is another one, and so are all roots since the creation. What is told is what happened.
#[test]
fn hashes_that_follow_are_not_told_first() {
    let delete = |index: u32| {
        handled(&format!(
            r#"(module (import "env" "deleteMessage" (func $delete (param i32)))
                 (func (export "onMessage") (param i32) (call $delete (i32.const {index}))))"#
        ))
    };
    let told = difference(&delete(1), &delete(2)).expect("another index");
    let told = told.to_string();
    assert!(told.contains("  in alice message, "), "{told}");
    assert!(told.contains("\n  found    deleteMessage(2)  ["), "{told}");
    let idle = r#"(module (func (export "onMessage") (param i32) (drop (i32.const 1))))"#;
    let other = handled(&idle.replace("const 1", "const 2"));
    let told = difference(&handled(idle), &other).expect("the code is another");
    assert!(told.to_string().contains("\n  found    time "), "{told}");
}

#[test]
fn a_golden_file_is_written_and_held() {
    let folder = std::env::temp_dir().join(format!("primea-golden-{}", std::process::id()));
    let path = folder.join("deep/golden.txt");
    let snapshot = handled(MINT).snapshot();
    let missing = snapshot.hold(&path).expect_err("there is none");
    assert!(
        missing.contains("expected a golden file, found none"),
        "{missing}"
    );
    snapshot.bless(&path).expect("it can be written");
    assert_eq!(snapshot.hold(&path), Ok(()));
    let other = handled(&MINT.replace("mintCap\"", "mintCoin\"")).snapshot();
    let wrong = other.hold(&path).expect_err("it was refused");
    assert!(wrong.contains("! InvalidModule"), "{wrong}");
    assert!(wrong.contains("PRIMEA_BLESS=1"), "{wrong}");
    std::fs::remove_dir_all(folder).expect("it was made");
}

#[test]
fn what_cannot_be_had_is_said_in_words() {
    let mut sandbox = Sandbox::new(Dialect::Capabilities);
    let out = sandbox.probe("out").expect("it is new");
    let guest = Guest::wat("guest", MINT).expect("it is right");
    for (mistake, said) in [
        (
            sandbox.probe("out").err(),
            "expected a new name, found `out`",
        ),
        (sandbox.probe("9").err(), "expected a name: a letter"),
        (
            sandbox.channel("tube", ["a", "b"]).err(),
            "expected nothing that the dialect capabilities does not have, found a channel",
        ),
        (
            sandbox.create("alice", &guest, Mail::of("data")).err(),
            "expected no data in a creation's message",
        ),
        (
            sandbox.send(out, Mail::new().ticks(1 << 40)).err(),
            "expected at most 4294967295 ticks, found 1099511627776",
        ),
        (
            sandbox.advance(u64::MAX).err(),
            "expected to advance to 4611686018427387904 at the latest",
        ),
        (
            Guest::wat("bad", "(module").err(),
            "bad: expected WebAssembly text",
        ),
    ] {
        let mistake = mistake.expect("it cannot be had").to_string();
        assert!(mistake.contains(said), "expected {said:?} in {mistake:?}");
    }
    assert_eq!(sandbox.snapshot().to_string().matches("step ").count(), 0);
}

/// A guest that binds the port that it is given, and sends on it.
const PORTS: &str = r#"(module
  (import "env" "loadMessagePortRef" (func $port (param i32 i32) (result i32)))
  (import "env" "createMessage" (func $message (param i32 i32) (result i32)))
  (import "env" "sendMessage" (func $send (param i32 i32)))
  (memory (export "memory") 1) (data (i32.const 0) "hi")
  (func (export "onCreation") (param i32)
    (call $send
      (call $message (i32.const 0) (i32.const 2))
      (call $port (local.get 0) (i32.const 0)))))"#;

#[test]
fn ports_are_given_and_used() {
    let mut sandbox = Sandbox::new(Dialect::PortsCamel);
    let ends = sandbox.channel("tube", ["near", "far"]);
    let [near, far] = ends.expect("they are new");
    let guest = Guest::wat("guest", PORTS).expect("it is right");
    let created = sandbox.create("alice", &guest, Mail::new().port(far));
    created.expect("it can be created");
    assert_eq!(sandbox.last()[0].outcome, Ok(None));
    let received = sandbox.received_at("near");
    assert_eq!(
        (received.len(), received[0].data.as_slice()),
        (1, &b"hi"[..])
    );
    assert_eq!(received[0].from, "alice");
    let again = sandbox.send_on(far, Mail::new()).expect_err("it is gone");
    assert!(again.to_string().contains("it is gone"), "{again}");
    sandbox.destroy(near).expect("the sandbox has it");
}
