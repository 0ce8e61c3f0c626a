//! The first difference between two files: vectors, results, states, traces.
//!
//! Enters: two texts. Leaves: where they first differ, both sides, and what stands around. Refuses to
//! know: which of them is right.

use super::{brief, divergence, traces};
use crate::oracle::vector::KEYS;
use serde_json::Value;
use std::collections::BTreeMap;

/// Lines shown before the first that differs.
const LINES_BEFORE: usize = 3;

/// What two texts come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// They say the same.
    Same,
    /// They say the same of every actor; in words, what is not the same.
    Alike(String),
    /// In words, where they first differ.
    Different(String),
}

impl Finding {
    /// What there is to be said.
    pub fn words(&self) -> Option<&str> {
        match self {
            Finding::Same => None,
            Finding::Alike(words) | Finding::Different(words) => Some(words),
        }
    }
}

/// Compares two texts: traces actor by actor, values field by field, all else line by line.
pub fn compare(one: &str, other: &str) -> Finding {
    traces::compare(one, other)
        .unwrap_or_else(|| difference(one, other).map_or(Finding::Same, Finding::Different))
}

/// In words, where two texts first differ, if they do. Texts that say the same in JSON do not differ.
fn difference(one: &str, other: &str) -> Option<String> {
    let values = (
        serde_json::from_str::<Value>(one),
        serde_json::from_str::<Value>(other),
    );
    match values {
        (Ok(one), Ok(other)) if one.is_object() && other.is_object() => of_values(&one, &other),
        _ => of_lines(one, other),
    }
}

fn of_values(one: &Value, other: &Value) -> Option<String> {
    if one == other {
        return None;
    }
    let is_vector = |value: &Value| value.get("primea-vector").is_some();
    if !(is_vector(one) && is_vector(other)) {
        return Some(of_results(one, other, &BTreeMap::new()));
    }
    // What goes in is compared before what comes out.
    let input = KEYS
        .iter()
        .filter(|key| **key != "expect" && **key != "names");
    for key in input {
        let differing = at(&one[*key], &other[*key], (*key).to_owned());
        if let Some(place) = differing {
            return Some(format!("the vectors are not the same: {}\n", place.text()));
        }
    }
    let names = one["names"].as_object().into_iter().flatten();
    let names = names.filter_map(|(id, name)| Some((id.clone(), name.as_str()?.to_owned())));
    match one["expect"] == other["expect"] {
        true => at(one, other, String::new()).map(|place| place.text() + "\n"),
        false => Some(of_results(
            &one["expect"],
            &other["expect"],
            &names.collect(),
        )),
    }
}

/// Results, or parts of them.
fn of_results(one: &Value, other: &Value, names: &BTreeMap<String, String>) -> String {
    let mut text = match divergence::first(one, other) {
        Some(first) => first.text(names),
        None => String::new(),
    };
    if let Some(place) = at(one, other, String::new()) {
        text.push_str(&format!("{}\n", place.text()));
    }
    text
}

/// Two values that differ, and where they are.
struct Place<'v> {
    way: String,
    one: Option<&'v Value>,
    other: Option<&'v Value>,
}

impl Place<'_> {
    fn text(&self) -> String {
        let side = |value: Option<&Value>| value.map_or("nothing".to_owned(), brief);
        let way = self.way.trim_start_matches('.');
        format!(
            "{way}: first {}, second {}",
            side(self.one),
            side(self.other)
        )
    }
}

/// The first difference, in the order of keys and positions.
fn at<'v>(one: &'v Value, other: &'v Value, way: String) -> Option<Place<'v>> {
    match (one, other) {
        (Value::Object(fields), Value::Object(others)) => {
            let missing = others.keys().filter(|key| !fields.contains_key(*key));
            fields.keys().chain(missing).find_map(|key| {
                let way = format!("{way}.{key}");
                sides(fields.get(key), others.get(key), way)
            })
        }
        (Value::Array(list), Value::Array(others)) => {
            let mut positions = 0..list.len().max(others.len());
            positions.find_map(|at| sides(list.get(at), others.get(at), format!("{way}[{at}]")))
        }
        _ => (one != other).then_some(Place {
            way,
            one: Some(one),
            other: Some(other),
        }),
    }
}

fn sides<'v>(one: Option<&'v Value>, other: Option<&'v Value>, way: String) -> Option<Place<'v>> {
    match (one, other) {
        (Some(one), Some(other)) => at(one, other, way),
        (one, other) => Some(Place { way, one, other }),
    }
}

/// Snapshots, and all else that has lines.
fn of_lines(one: &str, other: &str) -> Option<String> {
    let (lines, others): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let mut positions = 0..lines.len().max(others.len());
    let at = positions.find(|at| lines.get(*at) != others.get(*at))?;
    let mut text = format!("first difference: line {}\n", at + 1);
    for line in &lines[at.saturating_sub(LINES_BEFORE)..at] {
        text.push_str(&format!("  {line}\n"));
    }
    let end = "the end";
    let (first, second) = (
        lines.get(at).unwrap_or(&end),
        others.get(at).unwrap_or(&end),
    );
    text.push_str(&format!("- {first}\n+ {second}\n"));
    let parsed = (
        serde_json::from_str::<Value>(first),
        serde_json::from_str::<Value>(second),
    );
    if let (Ok(one), Ok(other)) = parsed
        && let Some(place) = self::at(&one, &other, String::new())
    {
        text.push_str(&format!("  {}\n", place.text()));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_is_no_difference() {
        assert_eq!(
            difference(r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1 }"#),
            None
        );
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn the_first_difference_is_told_with_both_sides() {
        let told = difference(r#"{"a":[1,{"b":2}]}"#, r#"{"a":[1,{"b":3}]}"#);
        assert_eq!(told.as_deref(), Some("a[1].b: first 2, second 3\n"));
        let told = difference(r#"{"a":[1]}"#, r#"{"a":[1,2]}"#);
        assert_eq!(told.as_deref(), Some("a[1]: first nothing, second 2\n"));
        let told = difference("1\n2\n3\n4\n5\n", "1\n2\n3\n4\n");
        assert_eq!(
            told.as_deref(),
            Some("first difference: line 5\n  2\n  3\n  4\n- 5\n+ the end\n")
        );
        let told = difference("{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":3}\n").expect("told");
        assert!(
            told.ends_with("- {\"a\":2}\n+ {\"a\":3}\n  a: first 2, second 3\n"),
            "{told}"
        );
    }
}
