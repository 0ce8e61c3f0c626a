//! Results that differ in one place, and what is said of them.
//!
//! Enters: the result of a vector, and the same with one thing changed. Leaves: tests of what is
//! found and where, at each level. Refuses to know: which VM would give such a result.

use super::{check, compare, divergence, project};
use crate::oracle::{
    level::{Level, Levels},
    vector::{carry::Manner, folder, long, result::Form},
};
use crate::scenario::files;
use serde_json::{Value, json};
use std::path::Path;

/// A result with everything that results have.
fn result(form: Form) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec-tests/programs/ping-pong.toml");
    let found = files::below(&path).expect("it is there");
    let vector = folder::vector(&found[0], &Manner::default(), form).expect("it holds");
    assert_eq!(vector.name, "ping-pong");
    vector.expect.expect("it was carried out")
}

#[test]
fn a_result_agrees_with_itself_at_every_level() {
    let result = result(Form::Full);
    for level in Levels::OF_A_VECTOR.iter() {
        let levels = Levels::default().with(level).closed();
        let projected = project(&result, levels);
        assert_eq!(check(&projected, levels), Ok(()));
        let comparison = compare(&result, &projected, levels);
        assert_eq!(comparison.differences, []);
        assert!(comparison.compared[level.name()] > 0, "{}", level.name());
        if level != Level::State {
            assert!(check(&projected, levels.with(Level::State)).is_err());
        }
    }
    assert_eq!(check(&result, Levels::OF_A_VECTOR), Ok(()));
    assert_eq!(divergence::first(&result, &result), None);
}

/// Changes every leaf, one at a time.
fn each_leaf(value: &Value, change: &mut dyn FnMut(Value)) {
    fn go(whole: &mut Value, way: &mut Vec<String>, change: &mut dyn FnMut(Value)) {
        let pointer: String = way.iter().map(|part| format!("/{part}")).collect();
        let here = whole.pointer(&pointer).expect("it is there").clone();
        let keys: Vec<String> = match &here {
            Value::Object(object) => object.keys().cloned().collect(),
            Value::Array(list) => (0..list.len()).map(|at| at.to_string()).collect(),
            _ => {
                *whole.pointer_mut(&pointer).expect("it is there") = other(&here);
                change(whole.clone());
                *whole.pointer_mut(&pointer).expect("it is there") = here;
                return;
            }
        };
        for key in keys {
            way.push(key);
            go(whole, way, change);
            way.pop();
        }
    }
    go(&mut value.clone(), &mut Vec::new(), change);
}

/// Another value of the same form.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() == 64 => Value::from("f".repeat(64)),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Value::from(format!("1{text}"))
        }
        Value::String(text) => Value::from(format!("{text}00")),
        Value::Number(number) => Value::from(number.as_i64().expect("it is small") + 1),
        Value::Bool(truth) => Value::from(!truth),
        _ => json!(1),
    }
}

#[test]
fn every_change_is_found_and_has_a_place() {
    let result = result(Form::Full);
    let mut changes = 0;
    each_leaf(&result, &mut |changed| {
        changes += 1;
        let comparison = compare(&result, &changed, Levels::OF_A_VECTOR);
        assert!(!comparison.differences.is_empty(), "{changed}");
        assert!(comparison.differences[0].way.0.len() > 1);
        assert!(divergence::first(&result, &changed).is_some());
    });
    assert!(changes > 400, "{changes}");
}

#[test]
fn the_earliest_event_is_the_first_divergence() {
    let result = result(Form::Full);
    let mut changed = result.clone();
    // A later step differs as well.
    let steps = changed["steps"].as_array().expect("a list").len();
    changed["steps"][steps - 1]["time"] = json!("1");
    let (mut event, mut before) = (None, Vec::new());
    for (at, step) in result["steps"]
        .as_array()
        .expect("a list")
        .iter()
        .enumerate()
    {
        let events = &step["actors"][0]["activations"][0]["events"];
        if events.as_array().is_some_and(|events| events.len() > 1) && event.is_none() {
            event = Some(at);
            before = vec![events[0].clone()];
            changed["steps"][at]["actors"][0]["activations"][0]["events"][1][4] = json!("0");
        }
    }
    let step = event.expect("somebody makes two calls");
    let first = divergence::first(&result, &changed).expect("they differ");
    assert_eq!(
        (first.step, first.activation, first.event),
        (Some(step), Some(0), Some(1))
    );
    assert_eq!(first.before, before);
    assert_eq!(first.found[4], "0");
    let text = first.text(&Default::default());
    assert!(
        text.contains("import call 2, the call\n  expected "),
        "{text}"
    );
}

#[test]
fn what_is_missing_or_shapeless_is_no_answer() {
    let result = result(Form::Full);
    let outcomes = Levels::from_names(["outcomes"]).expect("a level");
    for (pointer, wrong, words) in [
        ("/steps", json!({}), "steps: expected a list, found {}"),
        (
            "/steps/0/actors/0/actor",
            json!("00"),
            "steps[0].actors[0].actor: expected 64",
        ),
        (
            "/steps/0/actors/0/activations/0/fault",
            json!("0"),
            "fault: expected an i32",
        ),
        ("/arrivals", Value::Null, "arrivals: expected a list"),
    ] {
        let mut changed = result.clone();
        *changed.pointer_mut(pointer).expect("it is there") = wrong;
        let error = check(&changed, outcomes).expect_err(words);
        assert!(error.contains(words), "{error}");
    }
    let error = check(&json!({ "steps": [] }), outcomes).expect_err("no arrivals");
    assert!(
        error == "the result: expected arrivals, found none",
        "{error}"
    );
}

#[test]
fn shortened_lists_are_compared_with_full_ones() {
    let full = json!(
        (0..100)
            .map(|at| json!(["isValidRef", [at], 1, "9", "8"]))
            .collect::<Value>()
    );
    let of = |events: &Value| {
        let mut result = result(Form::Full);
        result["steps"][0]["actors"][0]["activations"][0]["events"] = events.clone();
        result
    };
    let mut short = full.clone();
    long::shorten_lists(&mut short);
    let mut wrong = full.clone();
    wrong[99][2] = json!(0);
    for (one, other, differ) in [
        (&full, &short, false),
        (&short, &full, false),
        (&short, &short, false),
        (&wrong, &short, true),
        (&short, &wrong, true),
    ] {
        assert_eq!(check(&of(other), Levels::OF_A_VECTOR), Ok(()));
        let differences = compare(&of(one), &of(other), Levels::OF_A_VECTOR).differences;
        assert_eq!(!differences.is_empty(), differ);
    }
    // Lists whose elements have several levels stand in full.
    let mut result = result(Form::Full);
    result["steps"] = short;
    assert!(check(&result, Levels::OF_A_VECTOR).is_err());
}
