//! Where two results first part.
//!
//! Enters: two results of the same steps. Leaves: of all that differs what happened first, both
//! sides of it, and what came before. Refuses to know: why.

use super::brief;
use crate::oracle::values::undecimal;
use serde_json::{Value, json};
use std::{cmp::Ordering, collections::BTreeMap};

/// The first point at which results differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The time at which it happened, as far as times are told.
    pub time: u64,
    /// The step, from 0. Of this and the next four: what is not there is not more closely known.
    pub step: Option<usize>,
    /// The id of the actor.
    pub actor: Option<String>,
    /// The number of its activation in the step, from 0.
    pub activation: Option<usize>,
    /// The number of the import call in the activation, from 0.
    pub event: Option<usize>,
    /// The number of the instruction that the activation was about to execute.
    pub instruction: Option<u64>,
    /// What it is, in words.
    pub what: String,
    /// What is right.
    pub expected: Value,
    /// What the other side has instead.
    pub found: Value,
    /// What came before it, on both sides.
    pub before: Vec<Value>,
}

/// Events, instructions and activations shown of what came before.
pub(super) const BEFORE: usize = 5;

/// The first point, if they differ.
pub fn first(expected: &Value, found: &Value) -> Option<Divergence> {
    let (steps, others) = (list(expected, "steps"), list(found, "steps"));
    for (at, (one, other)) in steps.iter().zip(others).enumerate() {
        if let Some(divergence) = in_step(at, one, other) {
            return Some(divergence);
        }
    }
    if steps.len() != others.len() {
        let at = steps.len().min(others.len());
        let what = "a step that only one side carried out";
        let sides = (steps.get(at), others.get(at));
        return Some(Divergence::plain(Some(at), what, sides));
    }
    for (key, what) in [
        ("arrivals", "what reached the probes"),
        ("state", "the state at the end"),
    ] {
        let sides = (expected.get(key), found.get(key));
        if let (Some(one), Some(other)) = sides
            && one != other
        {
            return Some(Divergence::plain(None, what, sides));
        }
    }
    None
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn number(value: &Value) -> u64 {
    value.as_str().and_then(undecimal).unwrap_or(0)
}

impl Divergence {
    fn plain(
        step: Option<usize>,
        what: &str,
        sides: (Option<&Value>, Option<&Value>),
    ) -> Divergence {
        Divergence {
            time: 0,
            step,
            actor: None,
            activation: None,
            event: None,
            instruction: None,
            what: what.to_owned(),
            expected: sides.0.cloned().unwrap_or_default(),
            found: sides.1.cloned().unwrap_or_default(),
            before: Vec::new(),
        }
    }

    /// As part of a report.
    pub fn to_json(&self) -> Value {
        json!({
            "time": self.time.to_string(),
            "step": self.step,
            "actor": self.actor,
            "activation": self.activation,
            "event": self.event,
            "instruction": self.instruction,
            "what": self.what,
            "expected": self.expected,
            "found": self.found,
            "before": self.before,
        })
    }

    /// For a reader. Actors are called by the names of the vector.
    pub fn text(&self, names: &BTreeMap<String, String>) -> String {
        let mut place: Vec<String> = Vec::new();
        if let Some(step) = self.step {
            place.push(format!("step {}", step + 1));
        }
        if let Some(actor) = &self.actor {
            let short = actor.get(..8).unwrap_or(actor);
            place.push(match names.get(actor) {
                Some(name) => format!("{name} ({short})"),
                None => format!("actor {short}"),
            });
        }
        if let Some(activation) = self.activation {
            place.push(format!("its activation {} in that step", activation + 1));
        }
        if let Some(event) = self.event {
            place.push(format!("import call {}", event + 1));
        }
        if let Some(instruction) = self.instruction {
            place.push(format!("instruction {}", instruction + 1));
        }
        place.push(self.what.clone());
        let mut text = format!("first difference: {}\n", place.join(", "));
        let mut side = |name: &str, value: &Value| {
            text.push_str(&format!("  {name} {}\n", shown(value)));
        };
        side("expected", &self.expected);
        side("found   ", &self.found);
        for value in &self.before {
            side("before  ", value);
        }
        text
    }
}

/// An event as a call, an instruction with its place, all else as JSON.
fn shown(value: &Value) -> String {
    if let Some([function, offset, opcode, left]) = value.as_array().map(Vec::as_slice)
        && let (Some(function), Some(opcode)) = (function.as_u64(), opcode.as_str())
    {
        let left = number(left);
        return format!("{opcode}  in function {function}, at byte {offset}  [{left} left]");
    }
    let [name, arguments, result, before, after] = value.as_array().map_or(&[][..], Vec::as_slice)
    else {
        return brief(value);
    };
    let (Some(name), Some(arguments)) = (name.as_str(), arguments.as_array()) else {
        return brief(value);
    };
    let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
    let result = match result {
        Value::Null => String::new(),
        Value::Object(fault) => format!(" ! fault {}", fault.get("fault").unwrap_or(&Value::Null)),
        result => format!(" -> {result}"),
    };
    let (before, after) = (number(before), number(after));
    format!(
        "{name}({}){result}  [{before} -> {after}]",
        arguments.join(", ")
    )
}

fn in_step(step: usize, expected: &Value, found: &Value) -> Option<Divergence> {
    let by_actor = |value: &Value| -> BTreeMap<String, Value> {
        let actors = list(value, "actors").iter();
        let pair = |one: &Value| {
            let id = one["actor"].as_str().unwrap_or_default().to_owned();
            (id, one["activations"].clone())
        };
        actors.map(pair).collect()
    };
    let (mut one, mut other) = (by_actor(expected), by_actor(found));
    let ids: Vec<String> = one.keys().chain(other.keys()).cloned().collect();
    let mut earliest: Option<Divergence> = None;
    for id in ids {
        let sides = (one.remove(&id), other.remove(&id));
        let side = |value: Option<Value>| match value {
            Some(Value::Array(activations)) => activations,
            _ => Vec::new(),
        };
        let candidate = in_actor(step, &id, &side(sides.0), &side(sides.1));
        earliest = match (earliest, candidate) {
            (Some(first), Some(candidate)) => Some(match candidate.time.cmp(&first.time) {
                Ordering::Less => candidate,
                _ => first,
            }),
            (first, candidate) => candidate.or(first),
        };
    }
    if earliest.is_some() {
        return earliest;
    }
    let whole = [
        (
            "time",
            "the world's time after the step, though no activation differs",
        ),
        (
            "root",
            "the state root after the step, though no activation differs",
        ),
    ];
    whole.into_iter().find_map(|(key, what)| {
        let sides = (expected.get(key), found.get(key));
        let differ = sides.0.is_some() && sides.1.is_some() && sides.0 != sides.1;
        differ.then(|| Divergence::plain(Some(step), what, sides))
    })
}

/// The first activation of an actor's that differs.
fn in_actor(step: usize, actor: &str, expected: &[Value], found: &[Value]) -> Option<Divergence> {
    let at = (0..expected.len().max(found.len())).find(|at| expected.get(*at) != found.get(*at))?;
    let mut divergence = match (expected.get(at), found.get(at)) {
        (Some(one), Some(other)) => in_activation(one, other),
        (one, other) => {
            let what = match one {
                Some(_) => "an activation that was not found",
                None => "an activation that was not expected",
            };
            let mut divergence = Divergence::plain(None, what, (one, other));
            divergence.time = number(&one.or(other).unwrap_or(&Value::Null)["start"]);
            divergence
        }
    };
    if divergence.before.is_empty() {
        let from = at.saturating_sub(BEFORE);
        divergence.before = expected[from.min(expected.len())..at.min(expected.len())].to_vec();
    }
    divergence.step = Some(step);
    divergence.actor = Some(actor.to_owned());
    divergence.activation = Some(at);
    Some(divergence)
}

/// What is known when an activation begins.
const BEGINNING: &[&str] = &["deed", "handled", "start", "tank"];

fn in_activation(expected: &Value, found: &Value) -> Divergence {
    let start = number(&expected["start"]);
    let fields = |keys: &mut dyn Iterator<Item = &str>| {
        let mut sides = (json!({}), json!({}));
        for key in keys {
            if let (Some(one), Some(other)) = (expected.get(key), found.get(key))
                && one != other
            {
                sides.0[key] = one.clone();
                sides.1[key] = other.clone();
            }
        }
        sides
    };
    let (one, other) = fields(&mut BEGINNING.iter().copied());
    if one != other {
        let mut divergence = Divergence::plain(None, "how it begins", (Some(&one), Some(&other)));
        divergence.time = start.min(number(&found["start"]));
        return divergence;
    }
    let (events, others) = (list(expected, "events"), list(found, "events"));
    let both_told = expected.get("events").is_some() && found.get("events").is_some();
    let differing =
        (0..events.len().max(others.len())).find(|at| events.get(*at) != others.get(*at));
    if let Some(at) = differing.filter(|_| both_told) {
        let sides = (events.get(at), others.get(at));
        let mut divergence = Divergence::plain(None, "the call", sides);
        let left = [sides.0, sides.1]
            .into_iter()
            .flatten()
            .map(|event| number(&event[3]));
        let spent = number(&expected["tank"]).saturating_sub(left.max().unwrap_or(0));
        divergence.time = start.saturating_add(spent);
        divergence.event = Some(at);
        divergence.before = events[at.saturating_sub(BEFORE)..at].to_vec();
        return divergence;
    }
    let told_apart = ["events", "instructions"];
    let keys: Vec<&str> = expected.as_object().map_or(Vec::new(), |object| {
        let keys = object.keys().map(String::as_str);
        keys.filter(|key| !told_apart.contains(key)).collect()
    });
    let (one, other) = fields(&mut keys.iter().copied());
    if one == other {
        let sides = (expected.get("instructions"), found.get("instructions"));
        let mut divergence = Divergence::plain(None, "its instructions", sides);
        divergence.time = start;
        return divergence;
    }
    let mut divergence = Divergence::plain(None, "how it ends", (Some(&one), Some(&other)));
    divergence.time = number(&expected["end"]).min(number(&found["end"]));
    divergence.before = events[events.len().saturating_sub(BEFORE)..].to_vec();
    divergence
}
