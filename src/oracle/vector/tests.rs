//! Vectors that are wrong, and say so; schedules of one's own.

use super::{Vector, carry::Manner, folder, result::Form};
use crate::scenario::files;
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
