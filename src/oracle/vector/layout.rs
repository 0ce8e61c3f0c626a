//! JSON that can be read, and is not long.
//!
//! Enters: a value. Leaves: text: what fits stands in one line, all else is broken up, with one
//! space a level. The same value gives the same text. Refuses to know: what the value is.

use serde_json::Value;

/// Characters of a line, unless one value alone is longer.
const WIDTH: usize = 160;

/// The text of a value. The keys of the outermost object come in this order, those that are not in
/// it behind.
pub fn text(value: &Value, order: &[&str]) -> String {
    let mut out = String::new();
    match value {
        Value::Object(object) => {
            let place = |key: &str| order.iter().position(|one| *one == key);
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort_by_key(|key| (place(key).unwrap_or(order.len()), *key));
            out.push_str("{\n");
            for (at, key) in keys.iter().enumerate() {
                let comma = if at + 1 < keys.len() { "," } else { "" };
                out.push_str(&format!(" {}: ", Value::from(key.as_str())));
                write(&mut out, &object[*key], 1);
                out.push_str(&format!("{comma}\n"));
            }
            out.push('}');
        }
        _ => write(&mut out, value, 0),
    }
    out.push('\n');
    out
}

fn write(out: &mut String, value: &Value, depth: usize) {
    let line = value.to_string();
    if depth + line.len() <= WIDTH {
        out.push_str(&line);
        return;
    }
    let indent = " ".repeat(depth + 1);
    match value {
        Value::Array(list) if !list.is_empty() => {
            out.push_str("[\n");
            for (at, element) in list.iter().enumerate() {
                out.push_str(&indent);
                write(out, element, depth + 1);
                out.push_str(if at + 1 < list.len() { ",\n" } else { "\n" });
            }
            out.push_str(&" ".repeat(depth));
            out.push(']');
        }
        Value::Object(object) if !object.is_empty() => {
            out.push_str("{\n");
            for (at, (key, entry)) in object.iter().enumerate() {
                out.push_str(&format!("{indent}{}: ", Value::from(key.as_str())));
                write(out, entry, depth + 1);
                out.push_str(if at + 1 < object.len() { ",\n" } else { "\n" });
            }
            out.push_str(&" ".repeat(depth));
            out.push('}');
        }
        _ => out.push_str(&line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_the_value() {
        let long = "x".repeat(100);
        let value = json!({ "b": [long, { "c": long, "d": [] }], "a": 1, "z": [[]], "é": "\"" });
        let text = text(&value, &["z", "b"]);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
        let first: Vec<&str> = text.lines().take(3).collect();
        assert_eq!(first, ["{", " \"z\": [[]],", " \"b\": ["]);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
    }
}
