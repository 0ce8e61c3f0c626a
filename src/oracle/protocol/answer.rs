//! What a target answers.
//!
//! Enters: answers, or lines. Leaves: the other; of a line that is no answer, why it is none. Refuses to
//! know: whether an answer is right, and to what question.

use super::{VERSION, levels, number, text};
use crate::{interface::table::Dialect, oracle::level::Levels};
use serde_json::{Value, json};

/// What a target says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Introduction {
    /// What it calls itself.
    pub name: String,
    /// By name: a target may know others.
    pub dialects: Vec<String>,
    /// What it can tell.
    pub levels: Levels,
}

/// What a target answers.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// Who it is, and what it can tell.
    Hello(Introduction),
    /// What came of a vector.
    Result {
        /// The number of the question.
        id: u32,
        /// What was reported, if the target says so.
        levels: Option<Levels>,
        /// As far as the levels go (`docs/protocol.md`).
        result: Value,
    },
    /// It does not carry out this vector, and says so; that is no failure.
    Skip {
        /// The number of the question.
        id: u32,
        /// What it lacks, in words.
        why: String,
    },
    /// It did not understand a question.
    Error {
        /// The number of the question, if it could read that.
        id: Option<u32>,
        /// What is wrong with the question, in words.
        why: String,
    },
}

impl Answer {
    /// Reads a line.
    pub fn read(line: &str) -> Result<Answer, String> {
        let mut value: Value = serde_json::from_str(line).map_err(|error| {
            format!(
                "expected a line of JSON, found {}: {error}",
                beginning(line)
            )
        })?;
        let id = number(&value["id"]);
        let needed = id.ok_or_else(|| "id: expected a u32".to_owned());
        match value["type"].as_str() {
            Some("hello") => Introduction::read(&value).map(Answer::Hello),
            Some("result") => Ok(Answer::Result {
                id: needed?,
                levels: match &value["levels"] {
                    Value::Null => None,
                    names => Some(levels(names)?),
                },
                result: value["result"].take(),
            }),
            Some("skip") => Ok(Answer::Skip {
                id: needed?,
                why: text(&value, "why")?,
            }),
            Some("error") => Ok(Answer::Error {
                id,
                why: text(&value, "why")?,
            }),
            _ => Err("type: expected hello, result, skip or error".to_owned()),
        }
    }

    /// The question that this answers, if it names one.
    pub fn id(&self) -> Option<u32> {
        match self {
            Answer::Hello(_) => None,
            Answer::Result { id, .. } | Answer::Skip { id, .. } => Some(*id),
            Answer::Error { id, .. } => *id,
        }
    }

    /// The line that says this.
    pub fn line(&self) -> String {
        let value = match self {
            Answer::Hello(introduction) => json!({
                "type": "hello",
                "protocol": VERSION,
                "name": introduction.name,
                "dialects": introduction.dialects,
                "levels": introduction.levels.names(),
            }),
            Answer::Result { id, levels, result } => {
                let levels = levels.map(|levels| format!(r#""levels":{},"#, json!(levels.names())));
                let levels = levels.unwrap_or_default();
                return format!(r#"{{"type":"result","id":{id},{levels}"result":{result}}}"#)
                    + "\n";
            }
            Answer::Skip { id, why } => json!({ "type": "skip", "id": id, "why": why }),
            Answer::Error { id, why } => json!({ "type": "error", "id": id, "why": why }),
        };
        value.to_string() + "\n"
    }
}

impl Introduction {
    /// What `primea target` says.
    pub fn ours() -> Introduction {
        Introduction {
            name: concat!("primea ", env!("CARGO_PKG_VERSION")).to_owned(),
            dialects: Dialect::ALL
                .iter()
                .map(|one| one.name().to_owned())
                .collect(),
            levels: Levels::ALL,
        }
    }

    fn read(value: &Value) -> Result<Introduction, String> {
        if value["protocol"] != VERSION {
            let found = &value["protocol"];
            return Err(format!("protocol: expected {VERSION}, found {found}"));
        }
        let dialects = value["dialects"].as_array().filter(|list| !list.is_empty());
        let dialects = dialects.ok_or("dialects: expected a list that is not empty")?;
        let dialects = dialects.iter().map(|one| one.as_str().map(str::to_owned));
        Ok(Introduction {
            name: text(value, "name")?,
            dialects: dialects
                .collect::<Option<_>>()
                .ok_or("dialects: expected texts")?,
            levels: levels(&value["levels"])?,
        })
    }
}

/// A line in few characters.
fn beginning(line: &str) -> String {
    const SHOWN: usize = 80;
    match line.char_indices().nth(SHOWN) {
        None => format!("{line:?}"),
        Some((end, _)) => format!("{:?}...", &line[..end]),
    }
}
