//! What differs between two states.
//!
//! Enters: a place for objects, and two state roots. Leaves: the parts that differ, with their
//! paths. Refuses to know: what is the same: what has the same hash is not visited.

use super::{
    parts::parts,
    show::{Shower, plain},
    way,
};
use crate::state::{
    hash::Hash,
    keep::{Keep, KeepError},
    kinds::{Any, Kind},
    proof::{Field, Place, Turn, What},
    stored::{self, KEY, Node, Spot},
};

/// A part that is not the same in both, as a line for a reader. Nothing where it is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The way to it, as `state show` takes it.
    pub path: String,
    /// What was there.
    pub old: Option<String>,
    /// What is there now.
    pub new: Option<String>,
}

/// All that differs.
pub struct Differences {
    /// Each in the order in which it was come by.
    pub found: Vec<Difference>,
    /// How many objects and nodes had to be read to find it.
    pub read: u64,
}

/// The differences between the states with these roots.
pub fn diff(keep: &impl Keep, old: Hash, new: Hash) -> Result<Differences, KeepError> {
    let mut differ = Differ {
        keep,
        showers: [Shower::new(keep, old)?, Shower::new(keep, new)?],
        found: Vec::new(),
        read: 0,
    };
    let world = |id| Place::Thing {
        what: What::Object(Kind::World),
        id,
    };
    differ.places(&mut Vec::new(), &world(old), &world(new))?;
    let Differ { found, read, .. } = differ;
    Ok(Differences { found, read })
}

struct Differ<'k, K> {
    keep: &'k K,
    showers: [Shower<'k, K>; 2],
    found: Vec<Difference>,
    read: u64,
}

impl<K: Keep> Differ<'_, K> {
    fn add(&mut self, path: String, old: Option<String>, new: Option<String>) {
        self.found.push(Difference { path, old, new });
    }

    fn places(&mut self, turns: &mut Vec<Turn>, old: &Place, new: &Place) -> Result<(), KeepError> {
        match (old, new) {
            (old, new) if old == new => Ok(()),
            (
                Place::Thing {
                    what: What::Object(kind),
                    id: old,
                },
                Place::Thing { id: new, .. },
            ) if parted(*kind) => {
                self.read += 2;
                let old = stored::any(self.keep, *kind, *old)?;
                let new = stored::any(self.keep, *kind, *new)?;
                self.objects(turns, &old, &new)
            }
            (Place::Map { of, root: old }, Place::Map { root: new, .. }) => {
                self.nodes(turns, *of, [Spot::top(*old), Spot::top(*new)])
            }
            (old, new) => {
                let [old, new] = [(0, old), (1, new)].map(|(side, place)| match place {
                    Place::Nothing => Ok(None),
                    place => self.showers[side].line(place).map(Some),
                });
                self.add(way::write(turns), old?, new?);
                Ok(())
            }
        }
    }

    /// Two objects of one kind that are not the same.
    fn objects(&mut self, turns: &mut Vec<Turn>, old: &Any, new: &Any) -> Result<(), KeepError> {
        let here = way::write(turns);
        for ((name, old), (_, new)) in parts(old).into_iter().zip(parts(new)) {
            if old != new {
                let path = match here.as_str() {
                    "" => name.to_owned(),
                    here => format!("{here}/{name}"),
                };
                self.add(path, Some(plain(&old)), Some(plain(&new)));
            }
        }
        let [old_fields, new_fields] = [old, new].map(Any::fields);
        let added = new_fields
            .iter()
            .filter(|field| !old_fields.contains(field));
        for field in old_fields.iter().chain(added) {
            let [old, new] = [old, new].map(|object| followed(object, *field));
            turns.push(Turn::Field(*field));
            self.places(turns, &old, &new)?;
            turns.pop();
        }
        Ok(())
    }

    /// Two subtrees that stand at the same spot of two maps.
    fn nodes(
        &mut self,
        turns: &mut Vec<Turn>,
        of: What,
        spots: [Spot; 2],
    ) -> Result<(), KeepError> {
        let [old, new] = spots;
        if old.id == new.id {
            return Ok(());
        }
        self.read += 2;
        let nodes = [old.node(self.keep)?, new.node(self.keep)?];
        let leaf = |node: Node| match node {
            Node::Empty => Some(None),
            Node::Leaf { path, value } => Some(Some((path, value))),
            Node::Branch { .. } => None,
        };
        match nodes.map(leaf) {
            [Some(Some((path, old))), Some(Some((other, new)))] if path == other => {
                self.values(turns, of, path, [Some(old), Some(new)])
            }
            [Some(old), Some(new)] => {
                if let Some((path, value)) = old {
                    self.values(turns, of, path, [Some(value), None])?;
                }
                if let Some((path, value)) = new {
                    self.values(turns, of, path, [None, Some(value)])?;
                }
                Ok(())
            }
            _ => {
                let [old, new] = [old.below(nodes[0]), new.below(nodes[1])];
                for (old, new) in old.into_iter().zip(new) {
                    self.nodes(turns, of, [old, new])?;
                }
                Ok(())
            }
        }
    }

    /// What a key has in two maps.
    fn values(
        &mut self,
        turns: &mut Vec<Turn>,
        of: What,
        path: Hash,
        values: [Option<Hash>; 2],
    ) -> Result<(), KeepError> {
        let key = stored::raw(self.keep, KEY, path)?;
        turns.push(Turn::Key(key));
        let [old, new] = values.map(|value| match value {
            Some(id) => Place::Thing { what: of, id },
            None => Place::Nothing,
        });
        self.places(turns, &old, &new)?;
        turns.pop();
        Ok(())
    }
}

/// Whether objects of a kind are compared part by part, or as a line.
fn parted(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::World | Kind::Actor | Kind::Channel | Kind::Probe | Kind::Run
    )
}

/// Where a field of an object leads; one that the object does not have leads nowhere.
fn followed(object: &Any, field: Field) -> Place {
    object.follow(field).unwrap_or(Place::Nothing)
}
