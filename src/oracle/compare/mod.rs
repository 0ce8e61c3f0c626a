//! Holding one result to another.
//!
//! Enters: two results, and the levels to compare. Leaves: whether the second is one at all, how
//! many values were compared, and which differ. Refuses to know: who made them.

pub mod divergence;
pub mod files;
pub mod narrow;
mod shape;
#[cfg(test)]
mod tests;
mod traces;

use super::{
    level::{Level, Levels},
    values::{undecimal, unhash, unhex},
    vector::{instructions::PART_INSTRUCTIONS, long},
};
use serde_json::{Map, Value};
use shape::{PART, RESULT, Shape};
use std::{collections::BTreeMap, fmt};

/// A step on the way to a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// The field of that name.
    Field(&'static str),
    /// The element at that position, from 0.
    Position(usize),
    /// The element whose key has this value.
    Named(String),
}

/// The way to a value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Way(pub Vec<Part>);

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            match part {
                Part::Field(name) if at == 0 => f.write_str(name)?,
                Part::Field(name) => write!(f, ".{name}")?,
                Part::Position(position) => write!(f, "[{position}]")?,
                Part::Named(name) => write!(f, "[{name}]")?,
            }
        }
        Ok(())
    }
}

/// Two values that should be the same. One of them may not be there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Where they are in the results.
    pub way: Way,
    /// The level that they belong to.
    pub level: Level,
    /// What is right; none where nothing should be.
    pub expected: Option<Value>,
    /// What the other side has; none where it has nothing.
    pub found: Option<Value>,
}

/// What comparing two results came to.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// How many values were compared, level by level.
    pub compared: BTreeMap<&'static str, u64>,
    /// The differences that are kept, in the order in which they were met.
    pub differences: Vec<Difference>,
}

/// Differences that are kept. There may be millions, and nobody reads them.
const KEPT_DIFFERENCES: usize = 1_000;

/// Whether this is a result that has all that these levels call for. If not, what is wrong.
pub fn check(result: &Value, levels: Levels) -> Result<(), String> {
    Checker {
        levels,
        way: Way::default(),
    }
    .check(&RESULT, result)
}

/// Whether this answers a question about one part of the instructions.
pub fn check_part(result: &Value) -> Result<(), String> {
    let mut checker = Checker {
        levels: Levels::ALL,
        way: Way::default(),
    };
    checker.check(&PART, result)?;
    let lines = &result["instructions"];
    let count = lines.as_array().map_or(0, Vec::len) as u64;
    if !(lines.is_null() || lines.is_array()) || count > PART_INSTRUCTIONS {
        return Err(format!(
            "instructions: expected a list of at most {PART_INSTRUCTIONS}, found {}",
            brief(lines)
        ));
    }
    Ok(())
}

/// Compares results that were checked.
pub fn compare(expected: &Value, found: &Value, levels: Levels) -> Comparison {
    let mut comparer = Comparer {
        levels,
        way: Way::default(),
        level: Level::Outcomes,
        counts: [0; Level::ALL.len()],
        differences: Vec::new(),
    };
    comparer.compare(&RESULT, expected, found);
    let counts = comparer.levels.iter();
    let compared = counts.map(|level| (level.name(), comparer.counts[level as usize]));
    Comparison {
        compared: compared.collect(),
        differences: comparer.differences,
    }
}

/// The fields of a result that belong to these levels, and no others.
pub fn project(result: &Value, levels: Levels) -> Value {
    project_as(&RESULT, result, levels)
}

fn project_as(shape: &Shape, value: &Value, levels: Levels) -> Value {
    match (shape, value) {
        (Shape::Maybe(shape), value) if !value.is_null() => project_as(shape, value, levels),
        (Shape::List(shape, _), Value::Array(list)) => {
            let elements = list.iter();
            elements
                .map(|element| project_as(shape, element, levels))
                .collect()
        }
        (Shape::Object(fields), Value::Object(object)) => {
            let wanted = fields.iter().filter(|field| levels.has(field.level));
            let pairs = wanted.filter_map(|field| {
                let value = object.get(field.name)?;
                Some((
                    field.name.to_owned(),
                    project_as(&field.shape, value, levels),
                ))
            });
            Value::Object(pairs.collect())
        }
        (_, value) => value.clone(),
    }
}

struct Checker {
    levels: Levels,
    way: Way,
}

impl Checker {
    fn below(&mut self, part: Part, shape: &Shape, value: &Value) -> Result<(), String> {
        self.way.0.push(part);
        let checked = self.check(shape, value);
        self.way.0.pop();
        checked
    }

    fn check(&mut self, shape: &Shape, value: &Value) -> Result<(), String> {
        let text = || value.as_str().unwrap_or_default();
        let (right, expected) = match shape {
            Shape::Text => (value.is_string(), "a text"),
            Shape::Number => (is_number(value), "an i32 or a u32"),
            Shape::Decimal => (
                undecimal(text()).is_some(),
                "a u64 as decimal digits in a string",
            ),
            Shape::Id => (
                unhash(text()).is_some(),
                "64 small hexadecimal digits in a string",
            ),
            Shape::Data => (
                is_data(value),
                "small hexadecimal digits, or length and blake3",
            ),
            Shape::Any => (true, ""),
            Shape::Maybe(_) if value.is_null() => (true, ""),
            Shape::Maybe(shape) => return self.check(shape, value),
            Shape::List(shape, _) => match value.as_array() {
                Some(list) => {
                    let mut elements = list.iter().enumerate();
                    return elements.try_for_each(|(at, element)| {
                        self.below(Part::Position(at), shape, element)
                    });
                }
                // The elements of such a list are of one level, so that it can be compared by hash.
                None => (is_plain(shape) && long::is_short(value), "a list"),
            },
            Shape::Tuple(shapes) => match value.as_array() {
                Some(list) if list.len() == shapes.len() => {
                    let mut pairs = shapes.iter().zip(list).enumerate();
                    return pairs.try_for_each(|(at, (shape, element))| {
                        self.below(Part::Position(at), shape, element)
                    });
                }
                _ => (false, "a list of a fixed number of elements"),
            },
            Shape::Object(fields) => match value.as_object() {
                Some(object) => return self.check_fields(fields, object),
                None => (false, "an object"),
            },
        };
        if right {
            return Ok(());
        }
        Err(format!(
            "{}: expected {expected}, found {}",
            self.way,
            brief(value)
        ))
    }

    fn check_fields(
        &mut self,
        fields: &[shape::Field],
        object: &Map<String, Value>,
    ) -> Result<(), String> {
        let levels = self.levels;
        for field in fields.iter().filter(|field| levels.has(field.level)) {
            let Some(value) = object.get(field.name) else {
                let place = match self.way.0.is_empty() {
                    true => "the result".to_owned(),
                    false => self.way.to_string(),
                };
                return Err(format!("{place}: expected {}, found none", field.name));
            };
            self.below(Part::Field(field.name), &field.shape, value)?;
        }
        Ok(())
    }
}

/// Whether a list of such elements can be shortened in an answer: all in it is of one level.
fn is_plain(element: &Shape) -> bool {
    match element {
        Shape::Object(fields) => fields.iter().all(|field| field.level == Level::State),
        _ => true,
    }
}

fn is_number(value: &Value) -> bool {
    let range = i64::from(i32::MIN)..=i64::from(u32::MAX);
    value.as_i64().is_some_and(|number| range.contains(&number))
}

fn is_data(value: &Value) -> bool {
    match value {
        Value::String(digits) => unhex(digits).is_some(),
        _ => {
            let length = value["length"].as_str().and_then(undecimal);
            length.is_some() && value["blake3"].as_str().and_then(unhash).is_some()
        }
    }
}

/// A value in few characters, on one line.
pub fn brief(value: &Value) -> String {
    const SHOWN: usize = 200;
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    let shown: String = text.chars().take(SHOWN).collect();
    format!("{shown}... ({} bytes)", text.len())
}

struct Comparer {
    levels: Levels,
    way: Way,
    /// That of the field in which the comparison is.
    level: Level,
    counts: [u64; Level::ALL.len()],
    differences: Vec<Difference>,
}

impl Comparer {
    fn below(&mut self, part: Part, shape: &Shape, expected: &Value, found: &Value) {
        self.way.0.push(part);
        self.compare(shape, expected, found);
        self.way.0.pop();
    }

    fn compare(&mut self, shape: &Shape, expected: &Value, found: &Value) {
        match (shape, expected, found) {
            (Shape::Maybe(shape), _, _) if !expected.is_null() && !found.is_null() => {
                self.compare(shape, expected, found);
            }
            (Shape::Object(fields), Value::Object(one), Value::Object(other)) => {
                let (above, levels) = (self.level, self.levels);
                for field in fields.iter().filter(|field| levels.has(field.level)) {
                    self.level = field.level;
                    let (one, other) = (&one[field.name], &other[field.name]);
                    self.below(Part::Field(field.name), &field.shape, one, other);
                }
                self.level = above;
            }
            (Shape::List(..), Value::Array(one), Value::Object(_)) => {
                self.compare_whole(long::list(one).as_ref().unwrap_or(expected), found);
            }
            (Shape::List(..), Value::Object(_), Value::Array(other)) => {
                self.compare_whole(expected, long::list(other).as_ref().unwrap_or(found));
            }
            (Shape::List(..), Value::Object(_), Value::Object(_)) => {
                self.compare_whole(expected, found);
            }
            (Shape::List(shape, key), Value::Array(one), Value::Array(other)) => {
                self.counts[self.level as usize] += 1;
                match key {
                    Some(key) => self.compare_by_key(shape, key, one, other),
                    None => self.compare_by_position(shape, one, other),
                }
            }
            _ => self.compare_whole(expected, found),
        }
    }

    fn compare_whole(&mut self, expected: &Value, found: &Value) {
        self.counts[self.level as usize] += 1;
        if expected != found {
            self.differ(Some(expected), Some(found));
        }
    }

    fn compare_by_position(&mut self, shape: &Shape, expected: &[Value], found: &[Value]) {
        for at in 0..expected.len().max(found.len()) {
            match (expected.get(at), found.get(at)) {
                (Some(one), Some(other)) => self.below(Part::Position(at), shape, one, other),
                (one, other) => self.differ_below(Part::Position(at), one, other),
            }
        }
    }

    fn compare_by_key(&mut self, shape: &Shape, key: &str, expected: &[Value], found: &[Value]) {
        let name = |element: &Value| element[key].as_str().unwrap_or_default().to_owned();
        let mut others: BTreeMap<String, &Value> = BTreeMap::new();
        for element in found {
            if others.insert(name(element), element).is_some() {
                self.differ_below(Part::Named(name(element)), None, Some(element));
            }
        }
        for element in expected {
            let part = Part::Named(name(element));
            match others.remove(&name(element)) {
                Some(other) => self.below(part, shape, element, other),
                None => self.differ_below(part, Some(element), None),
            }
        }
        for (name, element) in others {
            self.differ_below(Part::Named(name), None, Some(element));
        }
    }

    fn differ_below(&mut self, part: Part, expected: Option<&Value>, found: Option<&Value>) {
        self.way.0.push(part);
        self.counts[self.level as usize] += 1;
        self.differ(expected, found);
        self.way.0.pop();
    }

    fn differ(&mut self, expected: Option<&Value>, found: Option<&Value>) {
        if self.differences.len() < KEPT_DIFFERENCES {
            self.differences.push(Difference {
                way: self.way.clone(),
                level: self.level,
                expected: expected.cloned(),
                found: found.cloned(),
            });
        }
    }
}
