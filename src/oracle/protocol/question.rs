//! What the oracle asks.
//!
//! Enters: questions, or lines. Leaves: the other; of a line that is no question, why it is none.
//! Refuses to know: what is answered.

use super::{VERSION, levels, number};
use crate::{
    interface::table::Dialect,
    oracle::{
        level::{Level, Levels},
        values::{Id, unhash},
        vector::{Vector, instructions::Place, result::Form},
    },
};
use serde_json::{Value, json};

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
                let actor = watch["actor"].as_str().and_then(unhash);
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
