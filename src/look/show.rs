//! A part of a state as text for a reader.
//!
//! Enters: a place for objects, and what is to be shown. Leaves: lines, the same for the same state.
//! Refuses to know: files.

use super::{keys, parts::parts};
use crate::{
    state::{
        hash::Hash,
        keep::{Keep, KeepError},
        kinds::{Any, Kind},
        message::{Data, Envelope, Message},
        objects::{EnvelopeObject, MessageObject, ProbeObject, WorldObject},
        proof::{Field, Place, What},
        stored,
    },
    trace::{names::Names, state, text},
};
use serde_json::Value;
use std::sync::Arc;

/// Entries of one map that are shown; of more, only the number is told.
const SHOWN: usize = 100;

/// What shows a state: its place, and the names of its probes.
pub struct Shower<'k, K> {
    keep: &'k K,
    names: Names,
    out: String,
}

impl<'k, K: Keep> Shower<'k, K> {
    /// One for the state that has this root.
    pub fn new(keep: &'k K, root: Hash) -> Result<Self, KeepError> {
        let world: WorldObject = stored::object(keep, root)?;
        let mut probes = Vec::new();
        for pair in stored::pairs(keep, world.probes) {
            let probe: ProbeObject = stored::object(keep, pair?.1)?;
            probes.push(probe.name);
        }
        Ok(Shower {
            keep,
            names: Names::of_probes(probes),
            out: String::new(),
        })
    }

    /// What is there, under a title. `field` is the one that led there.
    pub fn show(
        mut self,
        title: &str,
        place: &Place,
        field: Option<Field>,
    ) -> Result<String, KeepError> {
        self.place(0, title, place, field)?;
        Ok(self.out)
    }

    /// What is there, in a line.
    pub fn line(&self, place: &Place) -> Result<String, KeepError> {
        Ok(match place {
            Place::Nothing => "nothing".to_owned(),
            Place::Object(object) => self.object_line(object)?,
            Place::Thing {
                what: What::Object(kind),
                id,
            } => self.object_line(&stored::any(self.keep, *kind, *id)?)?,
            Place::Thing {
                what: What::Data,
                id,
            } => text::data(&stored::raw(self.keep, stored::DATA, *id)?),
            Place::Map { root, .. } => {
                let pairs = stored::pairs(self.keep, *root);
                let count = pairs.collect::<Result<Vec<_>, _>>()?.len() as u64;
                text::count(count, "entry")
            }
        })
    }

    fn write(&mut self, indent: usize, line: &str) {
        let spaces = " ".repeat(indent * 2);
        self.out.push_str(&format!("{spaces}{line}\n"));
    }

    fn place(
        &mut self,
        indent: usize,
        title: &str,
        place: &Place,
        field: Option<Field>,
    ) -> Result<(), KeepError> {
        match place {
            Place::Map { of, root } => {
                let map = field.expect("fields lead to maps");
                self.map(indent, title, *of, *root, map)
            }
            Place::Thing {
                what: What::Data,
                id,
            } if field != Some(Field::MessageData) => {
                let length = stored::raw(self.keep, stored::DATA, *id)?.len() as u64;
                let length = text::count(length, "byte");
                self.write(indent, &format!("{title}: {id}, {length}"));
                Ok(())
            }
            Place::Thing {
                what:
                    What::Object(
                        kind
                        @ (Kind::World | Kind::Actor | Kind::Channel | Kind::Probe | Kind::Run),
                    ),
                id,
            } => {
                let object = stored::any(self.keep, *kind, *id)?;
                self.write(indent, &format!("{title}: {} {id}", kind.name()));
                self.parts(indent + 1, &object)
            }
            place => {
                let line = self.line(place)?;
                self.write(indent, &format!("{title}: {line}"));
                Ok(())
            }
        }
    }

    /// What an object has of its own, and what it leads to, as far as there is anything.
    fn parts(&mut self, indent: usize, object: &Any) -> Result<(), KeepError> {
        for (name, value) in parts(object) {
            self.write(indent, &format!("{name}: {}", plain(&value)));
        }
        for field in object.fields() {
            let place = object.follow(field).expect("the object has it");
            let empty = match place {
                Place::Nothing => true,
                Place::Map { root, .. } => root == Hash::ZERO,
                _ => false,
            };
            if !empty {
                self.place(indent, &field.segment(), &place, Some(field))?;
            }
        }
        Ok(())
    }

    fn map(
        &mut self,
        indent: usize,
        title: &str,
        of: What,
        root: Hash,
        map: Field,
    ) -> Result<(), KeepError> {
        let mut pairs = stored::pairs(self.keep, root).collect::<Result<Vec<_>, _>>()?;
        // The order of paths means nothing to a reader.
        pairs.sort_unstable();
        self.write(indent, &format!("{title}: {}", pairs.len()));
        for (key, id) in pairs.iter().take(SHOWN) {
            let place = Place::Thing { what: of, id: *id };
            self.place(indent + 1, &keys::write(map, key), &place, Some(map))?;
        }
        if pairs.len() > SHOWN {
            let more = pairs.len() - SHOWN;
            self.write(indent + 1, &format!("... and {more} more"));
        }
        Ok(())
    }

    fn object_line(&self, object: &Any) -> Result<String, KeepError> {
        Ok(match object {
            Any::Message(message) => state::message(&self.message(message)?, &self.names),
            Any::Envelope(envelope) => state::envelope(&self.envelope(envelope)?, &self.names),
            Any::Capability(capability) => self.names.capability(*capability),
            Any::Port(port) => self.names.port(*port),
            object => {
                let id = Hash::derive(object.kind().domain(), &object.to_bytes());
                format!("{} {id}", object.kind().name())
            }
        })
    }

    fn envelope(&self, envelope: &EnvelopeObject) -> Result<Envelope, KeepError> {
        let message: MessageObject = stored::object(self.keep, envelope.message)?;
        Ok(Envelope::of(envelope, Arc::new(self.message(&message)?)))
    }

    fn message(&self, message: &MessageObject) -> Result<Message, KeepError> {
        let data = stored::raw(self.keep, stored::DATA, message.data)?;
        stored::message(self.keep, message, Data::new(data))
    }
}

/// A value in a line: texts without quotes, objects without braces.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(parts) => {
            let parts = parts.iter();
            let parts = parts.map(|(name, value)| format!("{name} {}", plain(value)));
            parts.collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            format!("[{}]", items.join("; "))
        }
        value => value.to_string(),
    }
}
