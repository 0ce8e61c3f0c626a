//! Vectors that are wrong, and say so; schedules of one's own.
//!
//! Enters: vectors, some with a field changed. Leaves: tests of what comes of them, or of the words
//! in which they are refused. Refuses to know: results that differ.

use super::{
    Step, Vector,
    carry::{Carried, Manner, carry},
    folder,
    resolve::resolve,
    result::Form,
};
use crate::{
    scenario::{Scenario, files, play::play, problem::Source},
    trace::golden,
    world::order::Order,
};
use serde_json::{Value, json};
use std::path::Path;

fn vector(scenario: &str) -> Vector {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("spec-tests")
        .join(scenario);
    let found = files::below(&path).expect("it is there");
    folder::vector(&found[0], &Manner::default(), Form::Short).expect("it holds")
}

#[test]
fn a_vector_is_read_as_it_is_written() {
    for scenario in [
        "basics/echo.toml",
        "basics/a-received-port-is-used.toml",
        "ticks/own-schedule-import-base-and-bytes.toml",
    ] {
        let written = vector(scenario).text();
        let read = Vector::read(&written).expect("it is right");
        assert_eq!(read.text(), written);
    }
}

#[test]
fn a_schedule_of_ones_own_comes_back() {
    let vector = vector("ticks/own-schedule-import-base-and-bytes.toml");
    let text = vector.text();
    let read = Vector::read(&text).expect("it is right");
    assert_eq!(read.schedule, vector.schedule);
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    value["schedule"]["instructions"]["nop"] = json!(77);
    let error = Vector::from_value(value).expect_err("another hash");
    assert!(
        error.contains("schedule: hash: expected that of these prices"),
        "{error}"
    );
}

#[test]
fn what_does_not_go_together_is_refused() {
    let right = serde_json::to_value(vector("basics/echo.toml")).expect("JSON");
    let cases = [
        ("/primea-vector", json!(2), "expected version 1, found 2"),
        ("/probes/0/name", json!("in"), "probes: expected in once"),
        (
            "/channels",
            json!([{ "id": "0".repeat(64), "ends": ["0".repeat(64), "0".repeat(64)] }]),
            "channels: expected none",
        ),
        (
            "/steps/0/actor",
            json!("0".repeat(64)),
            "steps[0]: expected the actor 5f918f90",
        ),
        (
            "/steps/0/module",
            json!("0".repeat(64)),
            "steps[0]: expected a module of modules",
        ),
        (
            "/steps/0/message/ticks",
            json!("4294967296"),
            "expected at most 4294967295 ticks",
        ),
        (
            "/steps/1",
            json!({ "do": "destroy", "port": { "channel": "0".repeat(64), "end": "first" } }),
            "expected another deed",
        ),
        (
            "/steps/1",
            json!({ "do": "advance", "to": "4611686018427387905" }),
            "expected a time",
        ),
        ("/steps/1/message/ticks", json!(5), "expected"),
        ("/steps/1/do", json!("wish"), "unknown variant"),
    ];
    for (pointer, wrong, words) in cases {
        let mut changed = right.clone();
        *changed.pointer_mut(pointer).expect("it is there") = wrong;
        let error = Vector::from_value(changed).expect_err(words);
        assert!(error.contains(words), "{pointer}: {error}");
    }
    let mut changed = right.clone();
    let modules = changed["modules"].as_object_mut().expect("an object");
    let hash = modules.keys().next().expect("a module").clone();
    modules.insert(hash, json!("AGFzbQEAAAA="));
    let error = Vector::from_value(changed).expect_err("other bytes");
    assert!(
        error.contains("modules: expected bytes with the hash"),
        "{error}"
    );
}

fn carried(vector: &Vector) -> Carried {
    carry(vector, &Manner::default(), &mut Order::Canonical).expect("it has its modules")
}

/// Rules tested here: OUT-11.
#[test]
fn a_step_that_cannot_be_carried_out_changes_nothing() {
    let mut vector = vector("basics/a-received-port-is-used.toml");
    let received = |step: &Step| match step {
        Step::SendOn { on, .. } => Some(*on),
        _ => None,
    };
    // The first port that is sent on is in a message until then; the bound one is nobody's outside.
    let at = vector
        .steps
        .iter()
        .position(|step| received(step).is_some());
    let at = at.expect("somebody sends on a port");
    let whole = carried(&vector);
    assert_eq!(
        (whole.steps.len(), &whole.stopped),
        (vector.steps.len(), &None)
    );
    let mut before = vector.clone();
    before.steps.truncate(at);
    let root = carried(&before).world.root();
    let nowhere = crate::oracle::values::PortValue {
        channel: crate::oracle::values::Id(crate::state::hash::Hash::plain(b"nowhere")),
        end: crate::oracle::values::EndName::Second,
    };
    let Step::SendOn { message, .. } = &mut vector.steps[at] else {
        unreachable!("it was found as such");
    };
    message.ports.push(nowhere);
    let stopped = carried(&vector);
    assert_eq!(stopped.steps.len(), at, "no later step is carried out");
    assert_eq!(stopped.world.root(), root, "no port has left its message");
    let why = stopped.stopped.expect("it is told");
    let expected =
        format!("steps[{at}]: expected a port that the outside can use, found the second end of");
    assert!(why.starts_with(&expected), "{why}");
}

/// A vector whose steps make so many import calls.
fn calls(counts: &[usize]) -> Vector {
    let mut text = r#"
about = "Makes as many calls as it is told."
dialect = "capabilities"
schedule = "plain"
rules = ["LIM-18"]
[modules.caller]
wat = '''
(module
  (import "env" "messageDataLen" (func $len (param i32) (result i32)))
  (import "env" "loadMessageData" (func $load (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "onMessage") (local $left i32)
    (call $load (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 4))
    (local.set $left (i32.sub (i32.load (i32.const 0)) (i32.const 1)))
    (block $done (loop $again
      (br_if $done (i32.eqz (local.get $left)))
      (drop (call $len (i32.const 0)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $again)))))
'''
[[steps]]
create = "alice"
module = "caller"
"#
    .to_owned();
    for count in counts {
        text += &format!("[[steps]]\nsend = \"alice\"\nu32 = [{count}]\nticks = 4000000000\n");
    }
    let scenario = Scenario::read(Source::new("calls", text), None).expect("it is right");
    let played = play(&scenario.plan, &mut Order::Canonical);
    resolve("calls", &scenario.plan, &played)
}

/// Rules tested here: LIM-17, LIM-18.
#[test]
fn a_vector_records_all_import_calls_and_no_more_than_a_million() {
    let most = crate::limits::STEP_EVENTS;
    let recorded = |carried: &Carried| {
        let records = carried.steps.iter().flat_map(|step| &step.records);
        records.fold((0, 0), |(kept, beyond), record| {
            (kept + record.calls.len(), beyond + record.unrecorded_calls)
        })
    };
    let full = calls(&[most - 500_000, 500_000]);
    assert_eq!(recorded(&carried(&full)), (most, 0));
    assert!(folder::expectation(&full, &Manner::default(), Form::Short).is_ok());
    let beyond = calls(&[most - 500_000, 500_001]);
    assert_eq!(recorded(&carried(&beyond)), (most, 1));
    let refusal = folder::expectation(&beyond, &Manner::default(), Form::Short);
    let refusal = refusal.expect_err("one too many");
    assert_eq!(
        refusal,
        "expected at most 1000000 import calls in all, found more"
    );
}

/// At a time shortly before the latest, bob is sent what makes him wait, and then wait for too long.
const TOO_LATE: &str = r#"
about = "Waits until it is too late."
dialect = "capabilities"
rules = ["OUT-13"]
[modules.waiter]
wat = '''
(module
  (import "env" "getNextMessage" (func $wait (param i32 i32)))
  (table (export "callbacks") 1 funcref)
  (elem (i32.const 0) $late)
  (func (export "onMessage") (call $wait (i32.const 10) (i32.const 0)))
  (func $late (call $wait (i32.const -1) (i32.const 0))))
'''
[[steps]]
create = "bob"
module = "waiter"
[[steps]]
advance_to = 4611686018427287904
[[steps]]
send = "bob"
run = false
[[steps]]
advance = "idle"
"#;

/// Whoever carries out a scenario or its vector comes to the same, also where a step goes too far.
///
/// Rules tested here: OUT-13, LIM-16.
#[test]
fn a_step_that_goes_too_far_is_undone() {
    let read = |text: &str| Scenario::read(Source::new("x", text), None).expect("it is right");
    let before = TOO_LATE.rfind("[[steps]]").expect("it has steps");
    let (whole, shorter) = (read(TOO_LATE), read(&TOO_LATE[..before]));
    let mut seen = Vec::new();
    let order = &mut Order::Any(&mut |count| {
        seen.push(count);
        count - 1
    });
    let [played, shuffled] = [&mut Order::Canonical, order].map(|order| play(&whole.plan, order));
    assert!(!seen.is_empty(), "bob was handed the message");
    let problem = played.stopped.as_ref().expect("it waits for too long");
    assert!(problem.message.contains("at the latest"), "{problem:?}");
    let expected = play(&shorter.plan, &mut Order::Canonical);
    assert_eq!(expected.stopped, None);
    for played in [&played, &shuffled] {
        assert_eq!(played.steps, expected.steps);
        assert_eq!(
            golden::snapshot(&whole.plan, played),
            golden::snapshot(&shorter.plan, &expected)
        );
    }
    let mut vector = resolve("x", &shorter.plan, &expected);
    vector.steps.push(Step::Idle);
    let carried = carried(&vector);
    let why = carried.stopped.as_ref().expect("it waits for too long");
    assert!(why.starts_with("steps[3]: expected a time of"), "{why}");
    assert_eq!(carried.steps.len(), expected.steps.len());
    assert_eq!(carried.world.root(), expected.world.root());
    assert_eq!(played.world.root(), expected.world.root());
}
