//! What is too long to stand in full (`docs/vectors.md`, "Long data", "Long lists").
//!
//! Enters: bytes, results. Leaves: their length, their beginning and a hash. Refuses to know: what
//! they mean.

use crate::{
    oracle::values::unhex,
    state::{hash::Hash, hex::hex},
};
use serde_json::{Value, json};

/// Bytes of data that stand in full.
pub const FULL_BYTES: usize = 1_024;
/// Elements of a list that stand in full, and how many of a longer one are shown.
pub const FULL_ELEMENTS: usize = 64;
/// How many elements of a longer list are shown.
pub const SHOWN_ELEMENTS: usize = 16;

/// Data, or their length and hash.
pub fn data(bytes: &[u8], hash: impl FnOnce() -> Hash) -> Value {
    if bytes.len() <= FULL_BYTES {
        return hex(bytes).into();
    }
    json!({ "length": bytes.len().to_string(), "blake3": hash().to_string() })
}

/// Shortens the data that a target gave in full.
pub fn shorten_data(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(shorten_data),
        Value::Object(object) => {
            for (key, entry) in object.iter_mut() {
                if key == "data" {
                    shorten_digits(entry);
                } else {
                    shorten_data(entry);
                }
            }
        }
        _ => {}
    }
}

/// Leaves alone what is no data: that is found when it is compared.
fn shorten_digits(entry: &mut Value) {
    let digits = entry.as_str().filter(|text| text.len() > 2 * FULL_BYTES);
    if let Some(bytes) = digits.and_then(unhex) {
        *entry = data(&bytes, || Hash::plain(&bytes));
    }
}

/// A list's count, first elements and hash, if it is long.
pub fn list(elements: &[Value]) -> Option<Value> {
    if elements.len() <= FULL_ELEMENTS {
        return None;
    }
    let mut text = Vec::new();
    for element in elements {
        serde_json::to_writer(&mut text, element).expect("JSON prints");
        text.push(b'\n');
    }
    let first = elements[..SHOWN_ELEMENTS].to_vec();
    Some(short(elements.len(), first, Hash::plain(&text)))
}

/// What stands for a long list.
pub fn short(count: usize, first: Vec<Value>, texts: Hash) -> Value {
    json!({ "count": count.to_string(), "first": first, "blake3": texts.to_string() })
}

/// Whether this stands for a long list.
pub fn is_short(value: &Value) -> bool {
    value.get("first").is_some_and(Value::is_array)
        && value["count"].is_string()
        && value["blake3"].is_string()
}

/// Shortens every long list in a result. The hash of one is over elements in which all lists still
/// are in full.
pub fn shorten_lists(value: &mut Value) {
    match value {
        Value::Array(elements) => match list(elements) {
            Some(mut short) => {
                short["first"]
                    .as_array_mut()
                    .expect("it is a list")
                    .iter_mut()
                    .for_each(shorten_lists);
                *value = short;
            }
            None => elements.iter_mut().for_each(shorten_lists),
        },
        Value::Object(object) => object.values_mut().for_each(shorten_lists),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn just_below_and_above() {
        let full = vec![7; FULL_BYTES];
        assert!(data(&full, || unreachable!("it is short")).is_string());
        let long = vec![7; FULL_BYTES + 1];
        let short = data(&long, || Hash::plain(&long));
        assert_eq!(short["length"], "1025");
        let mut given = json!({ "messages": [{ "data": hex(&long) }, { "data": "00" }] });
        shorten_data(&mut given);
        assert_eq!(
            given["messages"],
            json!([{ "data": short }, { "data": "00" }])
        );
        let numbers: Vec<Value> = (0..FULL_ELEMENTS).map(Value::from).collect();
        assert_eq!(list(&numbers), None);
        let more: Vec<Value> = (0..=FULL_ELEMENTS).map(Value::from).collect();
        let short = list(&more).expect("it is long");
        assert_eq!(short["count"], "65");
        let lines: String = (0..=FULL_ELEMENTS).map(|at| format!("{at}\n")).collect();
        assert_eq!(short["blake3"], Hash::plain(lines.as_bytes()).to_string());
    }

    #[test]
    fn lists_in_lists_are_hashed_in_full() {
        let inner: Vec<Value> = (0..70).map(Value::from).collect();
        let mut outer = Value::Array(vec![Value::Array(inner.clone()); 65]);
        let line = serde_json::to_string(&inner).expect("it prints") + "\n";
        shorten_lists(&mut outer);
        let expected = Hash::plain(line.repeat(65).as_bytes()).to_string();
        assert_eq!(outer["blake3"], expected);
        assert_eq!(outer["first"][15]["count"], "70");
    }
}
