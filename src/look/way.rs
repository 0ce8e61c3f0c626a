//! Paths into a state.
//!
//! Enters: a place for objects, a state root, a path. Leaves: what is there, and the proof that it
//! is. Refuses to know: how it is shown.
//!
//! A path is the names of fields and the keys of maps, with `/` between them (`docs/state.md`).

use super::{
    LookError,
    keys::{self, Given},
};
use crate::state::{
    hash::Hash,
    keep::Keep,
    kinds::{Any, Kind},
    proof::{Field, Place, Step, Turn, What},
    stored,
};

/// Where a path led.
pub struct Arrival {
    /// What was followed, from the world on.
    pub turns: Vec<Turn>,
    /// What is there.
    pub place: Place,
    /// The proof of all of it.
    pub steps: Vec<Step>,
}

impl Arrival {
    /// The field that was followed last: the one that leads to what is here, or to the map that has it.
    pub fn last_field(&self) -> Option<Field> {
        let mut last_first = self.turns.iter().rev();
        last_first.find_map(|turn| match turn {
            Turn::Field(field) => Some(*field),
            Turn::Key(_) => None,
        })
    }
}

/// Goes along a path.
pub fn go(keep: &impl Keep, root: Hash, path: &str) -> Result<Arrival, LookError> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut arrival = Arrival {
        turns: Vec::new(),
        place: Place::Thing {
            what: What::Object(Kind::World),
            id: root,
        },
        steps: Vec::new(),
    };
    while let Some(segment) = segments.next() {
        let here = write(&arrival.turns);
        let lost = |expected: &str| {
            let here = if here.is_empty() { "the state" } else { &here };
            LookError::Path(format!(
                "{path}: expected {expected} in {here}, found {segment}"
            ))
        };
        match arrival.place.clone() {
            Place::Nothing => {
                return Err(LookError::Path(format!(
                    "{path}: there is nothing at {here}"
                )));
            }
            Place::Thing {
                what: What::Object(kind),
                id,
            } => {
                let object = stored::any(keep, kind, id)?;
                let field = field(&object, segment, &mut segments).map_err(|why| lost(&why))?;
                arrival.follow(&object, field);
            }
            Place::Map { root, of } => {
                let map = arrival.last_field().expect("fields lead to maps");
                let key = match keys::read(map, segment).map_err(&lost)? {
                    Given::Key(key) => key,
                    Given::Nth(nth) => nth_key(keep, root, nth)?
                        .ok_or_else(|| lost(&format!("more than {nth} messages")))?,
                };
                let (value, proof) = stored::prove(keep, root, &key)?;
                arrival.turns.push(Turn::Key(key.clone()));
                arrival.steps.push(Step::Entry { key, value, proof });
                arrival.place = match value {
                    Some(id) => Place::Thing { what: of, id },
                    None => Place::Nothing,
                };
            }
            Place::Thing {
                what: What::Data, ..
            } => return Err(lost("nothing")),
            Place::Object(_) => unreachable!("the way ends nowhere before its end"),
        }
    }
    Ok(arrival)
}

impl Arrival {
    fn follow(&mut self, object: &Any, field: Field) {
        let (bytes, follow) = (object.to_bytes(), Some(field));
        self.steps.push(Step::Object { bytes, follow });
        self.turns.push(Turn::Field(field));
        self.place = object.follow(field).expect("it was found among its own");
    }
}

/// The field that a segment names. A position in a list takes one segment more.
fn field<'p>(
    object: &Any,
    segment: &str,
    rest: &mut impl Iterator<Item = &'p str>,
) -> Result<Field, String> {
    let listed: Option<fn(u32) -> Field> = match (object, segment) {
        (Any::Message(_), "capabilities") => Some(|at| Field::MessageCapability { at }),
        (Any::Message(_), "ports") => Some(|at| Field::MessagePort { at }),
        (Any::Run(_), "references") => Some(|at| Field::RunReference { at }),
        _ => None,
    };
    if let Some(listed) = listed {
        let at = rest.next().and_then(|at| at.parse().ok());
        return at
            .map(listed)
            .ok_or_else(|| format!("{segment}/ and a position"));
    }
    let fields = object.fields();
    let found = fields.iter().find(|field| field.segment() == segment);
    found.copied().ok_or_else(|| match fields.as_slice() {
        [] => "nothing".to_owned(),
        fields => {
            let names: Vec<String> = fields.iter().map(|field| field.segment()).collect();
            format!("one of {}", names.join(", "))
        }
    })
}

/// The key of a map of messages that wait that stands at a position in their order.
fn nth_key(keep: &impl Keep, root: Hash, nth: usize) -> Result<Option<Vec<u8>>, LookError> {
    let keys = stored::pairs(keep, root).map(|pair| pair.map(|(key, _)| key));
    let mut keys = keys.collect::<Result<Vec<_>, _>>()?;
    keys.sort_unstable();
    Ok(keys.into_iter().nth(nth))
}

/// The path that takes these turns.
pub fn write(turns: &[Turn]) -> String {
    let mut map = Field::WorldActors;
    let segments = turns.iter().map(|turn| match turn {
        Turn::Field(field) => {
            map = *field;
            field.segment()
        }
        Turn::Key(key) => keys::write(map, key),
    });
    segments.collect::<Vec<_>>().join("/")
}
