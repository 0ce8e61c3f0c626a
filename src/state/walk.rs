//! Everything that a state is made of, each once.
//!
//! Enters: a place for objects, and where to begin: at state roots, most often. Leaves: the hash, the sort and the size of all that
//! can be reached from them, checked; or, in its place, what is wrong with it. Refuses to know: what
//! is done with it.

use super::{
    hash::Hash,
    keep::{Keep, KeepError},
    kinds::{Any, Kind},
    proof::{Place, What},
    stored::{self, Node, Spot},
};
use hashbrown::HashSet;

/// What a reachable thing is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// An object of this kind.
    Object(Kind),
    /// A node of a trie.
    Node,
    /// The canonical bytes of a schedule.
    Schedule,
    /// Data, code, a page or a key.
    Raw,
}

/// Something that is there and is what it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// The hash under which it is kept.
    pub id: Hash,
    /// What it was found to be.
    pub sort: Sort,
    /// Its length.
    pub bytes: u64,
}

/// What is to be visited.
enum Ahead {
    Thing { what: What, id: Hash },
    Node { of: What, spot: Spot },
    Key { path: Hash },
    Schedule { id: Hash },
}

/// What is reachable. A thing that is missing or damaged is told once, and leads nowhere.
pub struct Walk<'a, K> {
    keep: &'a K,
    ahead: Vec<Ahead>,
    /// What was visited; only ever asked, so that its order cannot show. No two kinds share a hash.
    seen: HashSet<Hash>,
}

/// What a state root is of.
pub const STATE: What = What::Object(Kind::World);

/// Walks over all that these things lead to, and themselves.
pub fn walk<K: Keep>(keep: &K, things: impl IntoIterator<Item = (What, Hash)>) -> Walk<'_, K> {
    let things = things.into_iter();
    Walk {
        keep,
        ahead: things.map(|(what, id)| Ahead::Thing { what, id }).collect(),
        seen: HashSet::new(),
    }
}

impl<K: Keep> Walk<'_, K> {
    /// Which hashes were met so far, those of things that are missing or damaged included.
    pub fn seen(&self) -> &HashSet<Hash> {
        &self.seen
    }

    fn visit(&mut self, ahead: Ahead) -> Result<Option<Found>, KeepError> {
        let id = match &ahead {
            Ahead::Thing { id, .. } => *id,
            Ahead::Node { spot, .. } => spot.id,
            Ahead::Key { path } => *path,
            Ahead::Schedule { id } => *id,
        };
        let empty = matches!(ahead, Ahead::Node { .. }) && id == Hash::ZERO;
        if empty || !self.seen.insert(id) {
            return Ok(None);
        }
        let (sort, bytes) = match ahead {
            Ahead::Thing { what, .. } => self.thing(what, id)?,
            Ahead::Node { of, spot } => self.node(of, spot)?,
            Ahead::Key { .. } => (
                Sort::Raw,
                stored::raw(self.keep, stored::KEY, id)?.len() as u64,
            ),
            Ahead::Schedule { .. } => (
                Sort::Schedule,
                stored::schedule(self.keep, id)?.len() as u64,
            ),
        };
        Ok(Some(Found { id, sort, bytes }))
    }

    fn thing(&mut self, what: What, id: Hash) -> Result<(Sort, u64), KeepError> {
        let kind = match what {
            What::Data => {
                let length = stored::raw(self.keep, stored::DATA, id)?.len();
                return Ok((Sort::Raw, length as u64));
            }
            What::Object(kind) => kind,
        };
        let object = stored::any(self.keep, kind, id)?;
        if let Any::World(world) = &object {
            // It is no field of a proof: whoever has the hash knows the schedule.
            let id = world.schedule;
            self.ahead.push(Ahead::Schedule { id });
        }
        self.ahead
            .extend(object.children().filter_map(|place| match place {
                Place::Thing { what, id } => Some(Ahead::Thing { what, id }),
                Place::Map { of, root } => {
                    let spot = Spot::top(root);
                    Some(Ahead::Node { of, spot })
                }
                Place::Nothing => None,
                Place::Object(_) => unreachable!("fields lead to hashes"),
            }));
        Ok((Sort::Object(kind), object.to_bytes().len() as u64))
    }

    fn node(&mut self, of: What, spot: Spot) -> Result<(Sort, u64), KeepError> {
        match spot.node(self.keep)? {
            Node::Empty => unreachable!("what is empty is not visited"),
            Node::Leaf { path, value } => {
                self.ahead.push(Ahead::Key { path });
                let (what, id) = (of, value);
                self.ahead.push(Ahead::Thing { what, id });
            }
            Node::Branch { sides } => {
                let sides = spot.sides(sides);
                self.ahead
                    .extend(sides.map(|spot| Ahead::Node { of, spot }));
            }
        }
        Ok((Sort::Node, 64))
    }
}

impl<K: Keep> Iterator for Walk<'_, K> {
    type Item = Result<Found, KeepError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let ahead = self.ahead.pop()?;
            if let Some(found) = self.visit(ahead).transpose() {
                return Some(found);
            }
        }
    }
}
