//! A part of a state as JSON.
//!
//! Enters: a place for objects, and what is to be shown. Leaves: JSON, the same for the same state.
//! Refuses to know: files.

use super::{keys, parts::parts};
use crate::state::{
    hash::Hash,
    hex::hex,
    keep::{Keep, KeepError},
    kinds::Any,
    proof::{Field, Place, What},
    stored,
};
use serde_json::{Map, Value, json};

/// What is there, with all that it leads to. `field` is the one that led there.
pub fn value(keep: &impl Keep, place: &Place, field: Option<Field>) -> Result<Value, KeepError> {
    match place {
        Place::Nothing => Ok(Value::Null),
        Place::Object(object) => of_object(keep, object),
        Place::Thing {
            what: What::Object(kind),
            id,
        } => of_object(keep, &stored::any(keep, *kind, *id)?),
        Place::Thing {
            what: What::Data,
            id,
        } => data(keep, *id, field),
        Place::Map { of, root } => {
            let map = field.expect("fields lead to maps");
            let mut entries = Map::new();
            for pair in stored::pairs(keep, *root) {
                let (key, id) = pair?;
                let place = Place::Thing { what: *of, id };
                entries.insert(keys::write(map, &key), value(keep, &place, Some(map))?);
            }
            Ok(Value::Object(entries))
        }
    }
}

fn of_object(keep: &impl Keep, object: &Any) -> Result<Value, KeepError> {
    let mut shown = own(object);
    for field in object.fields() {
        let place = object.follow(field).expect("the object has it");
        shown.insert(field.segment(), value(keep, &place, Some(field))?);
    }
    Ok(Value::Object(shown))
}

/// What an object has of its own, without what it leads to.
pub fn own(object: &Any) -> Map<String, Value> {
    let id = Hash::derive(object.kind().domain(), &object.to_bytes());
    let named = parts(object)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let mut shown: Map<String, Value> = named.collect();
    shown.insert("kind".to_owned(), json!(object.kind().name()));
    shown.insert("id".to_owned(), json!(id.to_string()));
    shown
}

/// Raw bytes: those of messages whole, of programs and pages only their hash and length.
fn data(keep: &impl Keep, id: Hash, field: Option<Field>) -> Result<Value, KeepError> {
    let bytes = stored::raw(keep, stored::DATA, id)?;
    let mut shown = json!({ "hash": id.to_string(), "length": bytes.len() });
    if field == Some(Field::MessageData) {
        shown["hex"] = json!(hex(&bytes));
    }
    Ok(shown)
}
