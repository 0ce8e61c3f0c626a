//! The lines between the oracle and a target (`docs/protocol.md`).
//!
//! Enters: questions and answers, or lines. Leaves: the other. Refuses to know: processes, and
//! what is right.

use super::{
    level::{Level, Levels},
    values::Id,
    vector::{Vector, instructions::Place, result::Form},
};
use crate::interface::table::Dialect;
use serde_json::{Value, json};
use std::io::{self, BufRead, Read};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// Bytes of one line, its line feed included.
pub const LINE_BYTES: usize = 64 << 20;

/// What the oracle asks.
#[derive(Debug)]
pub enum Question {
    /// Who the target is, and what it can tell.
    Hello,
    /// Carry out a vector, and tell what came of it.
    Run(Box<Run>),
    /// Right, but about something that is not known here.
    Foreign {
        /// The number that the answer must repeat.
        id: u32,
        /// What is not known, in words.
        why: String,
    },
    /// There is nothing more to come.
    Bye,
}

/// A vector to carry out.
#[derive(Debug)]
pub struct Run {
    /// The number that the answer must repeat.
    pub id: u32,
    /// What is wanted back.
    pub levels: Levels,
    /// The vector, without what is expected of it.
    pub vector: Vector,
    /// How long lists may stand.
    pub form: Form,
    /// The part of the instructions that is asked for, instead of all else.
    pub watch: Option<Place>,
}

/// Why a line is no question; with the id of the question, if it could be read so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misunderstanding {
    /// The question's number, if it could be read.
    pub id: Option<u32>,
    /// What is wrong with the line, in words.
    pub why: String,
}

impl Question {
    /// Reads a line.
    pub fn read(line: &str) -> Result<Question, Misunderstanding> {
        let wrong = |id, why: String| Misunderstanding { id, why };
        let mut value: Value =
            serde_json::from_str(line).map_err(|error| wrong(None, error.to_string()))?;
        match value["type"].as_str() {
            Some("hello") if value["protocol"] == VERSION => Ok(Question::Hello),
            Some("hello") => {
                let why = format!("protocol: expected {VERSION}, found {}", value["protocol"]);
                Err(wrong(None, why))
            }
            Some("run") => {
                let id = number(&value["id"])
                    .ok_or_else(|| wrong(None, "id: expected a u32".to_owned()))?;
                if let Some(name) = value["vector"]["dialect"].as_str()
                    && Dialect::from_name(name).is_none()
                {
                    let why = format!("dialect: \"{name}\" is not known here");
                    return Ok(Question::Foreign { id, why });
                }
                let run = Run::read(id, &mut value).map_err(|why| wrong(Some(id), why))?;
                Ok(Question::Run(Box::new(run)))
            }
            Some("bye") => Ok(Question::Bye),
            _ => {
                let why = "type: expected hello, run or bye".to_owned();
                Err(wrong(number(&value["id"]), why))
            }
        }
    }
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}

/// Names that must be known.
fn levels(value: &Value) -> Result<Levels, String> {
    let names = value.as_array().ok_or("levels: expected a list")?;
    let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
    Levels::from_names(names.ok_or("levels: expected texts")?)
        .map_err(|why| format!("levels: {why}"))
}

impl Run {
    fn read(id: u32, value: &mut Value) -> Result<Run, String> {
        let levels = levels(&value["levels"])?;
        let watch = match &value["watch"] {
            Value::Null => None,
            _ if !levels.has(Level::Instructions) => {
                return Err("watch: expected instructions among the levels".to_owned());
            }
            watch => {
                let place = |key: &str| {
                    let number = number(&watch[key]);
                    number.ok_or_else(|| format!("watch.{key}: expected a u32"))
                };
                let actor = watch["actor"].as_str().and_then(super::values::unhash);
                Some(Place {
                    step: place("step")? as usize,
                    actor: Id(actor.ok_or("watch.actor: expected an id")?).into(),
                    activation: place("activation")? as usize,
                    part: place("part")? as usize,
                })
            }
        };
        let form = match &value["full"] {
            Value::Null | Value::Bool(false) => Form::Short,
            Value::Bool(true) => Form::Full,
            _ => return Err("full: expected a truth value".to_owned()),
        };
        let vector =
            Vector::from_value(value["vector"].take()).map_err(|why| format!("vector: {why}"))?;
        Ok(Run {
            id,
            levels,
            vector,
            form,
            watch,
        })
    }

    /// The line that asks for this; the vector is given as JSON.
    pub fn line(id: u32, asked: &Asked, question: &str) -> String {
        let levels = json!(asked.levels.names());
        let full = asked.form == Form::Full;
        let watch = asked.watch.map(|place| {
            let watch = json!({
                "step": place.step,
                "actor": place.actor.0.to_string(),
                "activation": place.activation,
                "part": place.part,
            });
            format!(r#""watch":{watch},"#)
        });
        let watch = watch.unwrap_or_default();
        format!(
            r#"{{"type":"run","id":{id},"levels":{levels},"full":{full},{watch}"vector":{question}}}"#
        ) + "\n"
    }
}

/// What is asked about a vector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// What is wanted back.
    pub levels: Levels,
    /// How long lists may stand.
    pub form: Form,
    /// The part of the instructions that is wanted, instead of all else.
    pub watch: Option<Place>,
}

impl Asked {
    /// All of these levels.
    pub fn whole(levels: Levels, form: Form) -> Asked {
        Asked {
            levels,
            form,
            watch: None,
        }
    }

    /// One part of the instructions, and nothing else.
    pub fn part(place: Place) -> Asked {
        Asked {
            levels: Levels::default().with(Level::Instructions).closed(),
            form: Form::Short,
            watch: Some(place),
        }
    }
}

/// The line that asks who is there.
pub fn hello() -> String {
    json!({ "type": "hello", "protocol": VERSION }).to_string() + "\n"
}

/// The last line.
pub fn bye() -> String {
    json!({ "type": "bye" }).to_string() + "\n"
}

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
        let mut value: Value = serde_json::from_str(line)
            .map_err(|error| format!("expected a line of JSON, found otherwise: {error}"))?;
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

fn text(value: &Value, key: &str) -> Result<String, String> {
    let text = value[key].as_str();
    Ok(text
        .ok_or_else(|| format!("{key}: expected a text"))?
        .to_owned())
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

/// One line, without its line feed; `None` at the end. A line that is too long, is not UTF-8, or
/// ends without a line feed, is an error.
pub fn read_line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let most = LINE_BYTES as u64 + 1;
    from.by_ref().take(most).read_until(b'\n', &mut line)?;
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() > LINE_BYTES {
        return Err(wrong(format!(
            "expected a line of at most {LINE_BYTES} bytes, found a longer one"
        )));
    }
    if line.pop() != Some(b'\n') {
        return Err(wrong(
            "expected a whole line, found the end of the stream in it".to_owned(),
        ));
    }
    let text = String::from_utf8(line);
    text.map(Some)
        .map_err(|_| wrong("expected UTF-8, found something else".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_and_not_too_long() {
        let mut stream: &[u8] = b"one\n\ntwo";
        assert_eq!(
            read_line(&mut stream).expect("whole").as_deref(),
            Some("one")
        );
        assert_eq!(read_line(&mut stream).expect("whole").as_deref(), Some(""));
        assert!(read_line(&mut stream).is_err(), "half a line");
        assert_eq!(read_line(&mut stream).expect("the end"), None);
        let mut longest = vec![b'x'; LINE_BYTES - 1];
        longest.push(b'\n');
        assert!(read_line(&mut longest.as_slice()).is_ok());
        longest.insert(0, b'x');
        assert!(read_line(&mut longest.as_slice()).is_err());
        assert!(read_line(&mut &b"\xff\n"[..]).is_err());
    }

    #[test]
    fn questions_are_read_as_they_are_written() {
        let vector = json!({
            "primea-vector": 1, "name": "n", "about": "", "rules": [], "dialect": "capabilities",
            "schedule": { "name": "plain", "number": 2, "hash": crate::module::schedule::PLAIN.hash().to_string() },
            "modules": {}, "probes": [], "channels": [], "names": {}, "steps": [],
        });
        let place = Place {
            step: 3,
            actor: crate::state::identity::ActorId::OUTSIDE.child(1),
            activation: 1,
            part: 70_000,
        };
        for asked in [
            Asked::whole(Levels::OF_A_VECTOR, Form::Full),
            Asked::whole(Levels::ALL, Form::Short),
            Asked::part(place),
        ] {
            let line = Run::line(9, &asked, &vector.to_string());
            let Ok(Question::Run(run)) = Question::read(&line) else {
                panic!("{line}");
            };
            let found = Asked {
                levels: run.levels,
                form: run.form,
                watch: run.watch,
            };
            assert_eq!((run.id, found), (9, asked));
        }
        let line = Run::line(9, &Asked::part(place), &vector.to_string());
        let without = line.replace(r#","instructions"]"#, "]");
        let refusal = Question::read(&without).expect_err("a watch without the level");
        assert_eq!(refusal.why, "watch: expected instructions among the levels");
        let foreign = Question::read(&line.replace("capabilities", "esperanto"));
        assert!(matches!(foreign, Ok(Question::Foreign { id: 9, .. })));
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        let answers = [
            Answer::Hello(Introduction::ours()),
            Answer::Result {
                id: 1,
                levels: None,
                result: json!({ "steps": [] }),
            },
            Answer::Result {
                id: u32::MAX,
                levels: Some(Levels::OF_A_VECTOR),
                result: Value::Null,
            },
            Answer::Skip {
                id: 0,
                why: "no \"ports\"".to_owned(),
            },
            Answer::Error {
                id: None,
                why: String::new(),
            },
        ];
        for answer in answers {
            assert_eq!(Answer::read(answer.line().trim_end()), Ok(answer));
        }
        for wrong in [
            "",
            "{}",
            "[]",
            "7",
            r#"{"type":"result"}"#,
            r#"{"type":"skip","id":1}"#,
        ] {
            assert!(Answer::read(wrong).is_err(), "{wrong}");
        }
        let later = hello().replace('1', "2");
        let refusal = Question::read(&later).expect_err("another version");
        assert_eq!(refusal.why, "protocol: expected 1, found 2");
    }
}
