//! The JSON Schema of vectors, as far as `docs/vector.schema.json` uses that language.
//!
//! Enters: a schema, a value. Leaves: where the value does not follow it. Refuses to know: keywords
//! that the schema does not use; it fails when it meets one.

use serde_json::Value;

pub struct Schema(Value);

/// Keywords that say nothing about a value.
const SILENT: &[&str] = &["$schema", "title", "$defs"];

impl Schema {
    pub fn new(text: &str) -> Schema {
        Schema(serde_json::from_str(text).expect("the schema is JSON"))
    }

    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.follows(&self.0, value, "")
    }

    fn follows(&self, schema: &Value, value: &Value, way: &str) -> Result<(), String> {
        let rules = schema.as_object().expect("a schema is an object");
        for (keyword, rule) in rules {
            let right = match keyword.as_str() {
                "$ref" => {
                    let name = rule.as_str().and_then(|name| name.strip_prefix("#/$defs/"));
                    let target = &self.0["$defs"][name.expect("a definition of this file")];
                    self.follows(target, value, way)?;
                    true
                }
                "type" => has_type(rule.as_str().expect("one type"), value),
                "const" => value == rule,
                "enum" => list(rule).contains(value),
                "pattern" => matches(rule.as_str().expect("a text"), value),
                "minimum" => value.as_i64() >= rule.as_i64(),
                "maximum" => value.as_i64() <= rule.as_i64(),
                "minItems" => value.as_array().map(Vec::len) >= rule.as_u64().map(|n| n as usize),
                "maxItems" => value.as_array().map(Vec::len) <= rule.as_u64().map(|n| n as usize),
                "required" => {
                    let mut names = list(rule).iter().map(|name| name.as_str().expect("a name"));
                    names.all(|name| value.get(name).is_some())
                }
                "oneOf" => {
                    let choices = list(rule).iter();
                    choices
                        .filter(|choice| self.follows(choice, value, way).is_ok())
                        .count()
                        == 1
                }
                "properties" => {
                    let fields = rule.as_object().expect("an object");
                    for (name, field) in fields {
                        if let Some(value) = value.get(name) {
                            self.follows(field, value, &format!("{way}/{name}"))?;
                        }
                    }
                    true
                }
                "additionalProperties" => self.additional(rules, rule, value, way)?,
                "items" => {
                    for (at, element) in list(value).iter().enumerate() {
                        self.follows(rule, element, &format!("{way}/{at}"))?;
                    }
                    true
                }
                "prefixItems" => {
                    for (at, (rule, element)) in list(rule).iter().zip(list(value)).enumerate() {
                        self.follows(rule, element, &format!("{way}/{at}"))?;
                    }
                    true
                }
                silent => {
                    assert!(
                        SILENT.contains(&silent),
                        "{silent}: no keyword that is known here"
                    );
                    true
                }
            };
            if !right {
                return Err(format!("{way}: expected {keyword} {rule}, found {value}"));
            }
        }
        Ok(())
    }

    fn additional(
        &self,
        rules: &serde_json::Map<String, Value>,
        rule: &Value,
        value: &Value,
        way: &str,
    ) -> Result<bool, String> {
        let named = rules.get("properties").and_then(Value::as_object);
        for (name, value) in value.as_object().into_iter().flatten() {
            if named.is_some_and(|named| named.contains_key(name)) {
                continue;
            }
            match rule {
                Value::Bool(false) => return Err(format!("{way}: expected no {name}")),
                rule => self.follows(rule, value, &format!("{way}/{name}"))?,
            }
        }
        Ok(true)
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn has_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}: no type that is known here"),
    }
}

/// The three patterns that the schema has.
fn matches(pattern: &str, value: &Value) -> bool {
    let Some(text) = value.as_str() else {
        return false;
    };
    let digits = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match pattern {
        "^[0-9a-f]{64}$" => digits && text.len() == 64,
        "^([0-9a-f]{2})*$" => digits && text.len().is_multiple_of(2),
        "^(0|[1-9][0-9]*)$" => {
            let decimal = text.bytes().all(|byte| byte.is_ascii_digit());
            decimal && !text.is_empty() && (text == "0" || !text.starts_with('0'))
        }
        other => panic!("{other}: no pattern that is known here"),
    }
}
