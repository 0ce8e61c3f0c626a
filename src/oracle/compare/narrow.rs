//! From an activation whose instructions differ to the first instruction that does.
//!
//! Enters: two results with digests of instructions, and where they first part; then the lines of one part
//! on both sides. Leaves: which part to ask for; the divergence, narrowed. Refuses to know: who is asked.

use super::divergence::{BEFORE, Divergence, number};
use crate::{
    oracle::{
        values::unhash,
        vector::instructions::{PART_INSTRUCTIONS, Place},
    },
    state::identity::ActorId,
};
use serde_json::Value;

/// The first part of the instructions that differs in the activation in which the results first part.
pub fn place(first: &Divergence, expected: &Value, found: &Value) -> Option<Place> {
    let actor = first.actor.as_deref()?;
    let (step, nth) = (first.step?, first.activation?);
    let digest = |result| &activation(result, step, actor, nth)["instructions"];
    let (one, other) = (digest(expected), digest(found));
    if !(one.is_object() && other.is_object()) || one == other {
        return None;
    }
    let part = |digest: &Value, at: usize| digest["blake3"].get(at).cloned();
    let mut parts = 0..;
    Some(Place {
        step,
        actor: ActorId(unhash(actor)?),
        activation: nth,
        part: parts.find(|at| {
            let (one, other) = (part(one, *at), part(other, *at));
            // Behind the last parts the numbers of instructions must differ.
            one != other || one.is_none()
        })?,
    })
}

/// An activation of a result; nothing if there is none.
fn activation<'v>(result: &'v Value, step: usize, actor: &str, nth: usize) -> &'v Value {
    let actors = result["steps"][step]["actors"].as_array();
    let of_actor = actors.and_then(|actors| actors.iter().find(|one| one["actor"] == actor));
    of_actor.map_or(&Value::Null, |one| &one["activations"][nth])
}

/// Says which instruction is the first that differs, unless something that was known before differs
/// earlier. `expected` and `found` are the lines of the part.
pub fn narrow(first: &mut Divergence, place: Place, result: &Value, lines: [&[Value]; 2]) {
    let [expected, found] = lines;
    let mut positions = 0..expected.len().max(found.len());
    let Some(at) = positions.find(|at| expected.get(*at) != found.get(*at)) else {
        first.what = format!(
            "{}; the hashes of its instructions differ, though their lines do not",
            first.what
        );
        return;
    };
    let sides = (expected.get(at), found.get(at));
    let left = |line: Option<&Value>| line.map_or(0, |line| number(&line[3]));
    let left = left(sides.0).max(left(sides.1));
    // What a call came to is told before the instruction behind it, with at least as much left.
    let call = [&first.expected, &first.found].map(|event| number(&event[3]));
    if first.event.is_some() && call.into_iter().max() >= Some(left) {
        return;
    }
    let actor = place.actor.0.to_string();
    let activation = activation(result, place.step, &actor, place.activation);
    let spent = number(&activation["tank"]).saturating_sub(left);
    first.time = number(&activation["start"]).saturating_add(spent);
    first.event = None;
    first.instruction = Some(place.part as u64 * PART_INSTRUCTIONS + at as u64);
    first.what = "the instruction".to_owned();
    first.expected = sides.0.cloned().unwrap_or_default();
    first.found = sides.1.cloned().unwrap_or_default();
    first.before =
        expected[at.saturating_sub(BEFORE).min(expected.len())..at.min(expected.len())].to_vec();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::compare::divergence;
    use serde_json::json;

    fn line(offset: u32, ticks: u64) -> Value {
        json!([4, offset, "nop", ticks.to_string()])
    }

    /// A result of one activation, with one call that leaves so many ticks.
    fn result(count: u64, parts: &[&str], call: [&str; 2]) -> Value {
        let parts: Vec<String> = parts.iter().map(|part| part.repeat(64)).collect();
        json!({ "steps": [{ "actors": [{ "actor": "a".repeat(64), "activations": [{
            "start": "7", "tank": "100",
            "events": [["mintCap", [], 1, call[0], call[1]]],
            "instructions": { "count": count.to_string(), "blake3": parts },
        }] }] }] })
    }

    fn narrowed(found: &Value, lines: [&[Value]; 2]) -> (Place, Divergence) {
        let expected = result(2, &["1", "2"], ["50", "40"]);
        let mut first = divergence::first(&expected, found).expect("they differ");
        let place = place(&first, &expected, found).expect("the digests differ");
        narrow(&mut first, place, &expected, lines);
        (place, first)
    }

    #[test]
    fn the_part_that_differs_is_asked_for() {
        let expected = result(2, &["1", "2"], ["50", "40"]);
        for (found, part) in [
            (result(2, &["1", "3"], ["50", "40"]), 1),
            (result(2, &["3", "2"], ["50", "40"]), 0),
            (result(2, &["1"], ["50", "40"]), 1),
            (result(2, &["1", "2", "3"], ["50", "40"]), 2),
            (result(3, &["1", "2"], ["50", "40"]), 2),
        ] {
            let first = divergence::first(&expected, &found).expect("they differ");
            assert_eq!(first.what, "its instructions");
            let place = place(&first, &expected, &found).expect("the digests differ");
            assert_eq!((place.part, place.step, place.activation), (part, 0, 0));
        }
        let other = result(2, &["1", "2"], ["50", "41"]);
        let first = divergence::first(&expected, &other).expect("they differ");
        assert_eq!(place(&first, &expected, &other), None, "the digests do not");
    }

    #[test]
    fn the_first_instruction_that_differs_is_told() {
        let expected: Vec<Value> = (0..9).map(|at| line(at, 90 - u64::from(at))).collect();
        let mut lines = expected.clone();
        lines[7] = line(70, 83);
        let found = result(2, &["1", "3"], ["50", "40"]);
        let (_, first) = narrowed(&found, [&expected, &lines]);
        assert_eq!(first.instruction, Some(PART_INSTRUCTIONS + 7));
        assert_eq!((&first.expected, &first.found), (&expected[7], &lines[7]));
        assert_eq!((first.time, first.before.len()), (7 + 17, BEFORE));
        let (_, first) = narrowed(&found, [&expected, &expected[..3]]);
        assert_eq!(
            (&first.expected, &first.found),
            (&expected[3], &Value::Null)
        );
        let (_, first) = narrowed(&found, [&expected, &expected]);
        assert!(
            first.what.ends_with("though their lines do not"),
            "{}",
            first.what
        );
    }

    #[test]
    fn what_happens_first_is_told() {
        let found = result(2, &["3", "2"], ["50", "41"]);
        let (before, behind) = ([line(0, 55)], [line(1, 55)]);
        let (_, first) = narrowed(&found, [&before, &behind]);
        assert_eq!((first.event, first.instruction), (None, Some(0)));
        let (before, behind) = ([line(0, 40)], [line(0, 41)]);
        let (_, first) = narrowed(&found, [&before, &behind]);
        assert_eq!((first.event, first.instruction), (Some(0), None));
    }
}
