//! Which hashed parts of a state an activation changed.
//!
//! Enters: a world, and what it was before. Leaves: the parts that differ, each with its hash now.
//! It costs what differs. Refuses to know: how a part is printed, beyond its path.

use super::{World, actor::Actor, channels::Channel};
use crate::state::{
    hash::Hash,
    identity::{ActorId, ChannelId, End},
    trie::{Value, diff::Change},
};
use std::fmt;

/// A hashed part of a state, named as paths name it (`docs/state.md`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// An actor, all of it.
    Actor(ActorId),
    /// One of its maps, its creation or its run.
    OfActor(ActorId, &'static str),
    /// A page of the memory of its run.
    Page(ActorId, u64),
    /// A channel, all of it.
    Channel(ChannelId),
    /// What waits at an end.
    AtEnd(ChannelId, &'static str),
    /// A probe with all that it received.
    Probe(ActorId),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Actor(id) => write!(f, "actors/{}", id.0),
            Part::OfActor(id, part) => write!(f, "actors/{}/{part}", id.0),
            Part::Page(id, page) => write!(f, "actors/{}/run/memory/{page}", id.0),
            Part::Channel(id) => write!(f, "channels/{}", id.0),
            Part::AtEnd(id, end) => write!(f, "channels/{}/{end}", id.0),
            Part::Probe(id) => write!(f, "probes/{}", id.0),
        }
    }
}

/// A part that differs, and its hash now; none where it is there no more, or is empty.
pub type Changed = (Part, Option<Hash>);

impl World {
    /// The parts that are not what they were, in order: the thing, then what of it.
    pub fn changed_since(&self, before: &World) -> Vec<Changed> {
        let mut changed = Vec::new();
        for change in before.actors.diff(&self.actors) {
            let (key, old, new) = sides(change);
            changed.push((Part::Actor(*key), new.map(|new| new.object_id())));
            let [old, new] = [old, new].map(|actor| actor.map_or(NO_PARTS, |it| parts(it)));
            for ((name, old), (_, new)) in old.into_iter().zip(new) {
                if old != new {
                    changed.push((Part::OfActor(*key, name), new));
                }
            }
            let [old, new] = [before, self].map(|world| pages(world, key));
            let was = |at: usize| old.get(at);
            let differs = |(at, page): &(usize, &Hash)| was(*at) != Some(*page);
            let pages = new.iter().enumerate().filter(differs);
            changed.extend(pages.map(|(at, page)| (Part::Page(*key, at as u64), Some(*page))));
        }
        for change in before.channels.map().diff(self.channels.map()) {
            let (key, old, new) = sides(change);
            changed.push((Part::Channel(*key), new.map(|new| new.object_id())));
            for end in End::ALL {
                let [old, new] = [old, new].map(|channel| waiting(channel.map(|it| &***it), end));
                if old != new {
                    changed.push((Part::AtEnd(*key, end.name()), new));
                }
            }
        }
        for change in before.probes.diff(&self.probes) {
            let (key, _, new) = sides(change);
            changed.push((Part::Probe(*key), new.map(|new| new.object_id())));
        }
        changed.sort_unstable();
        changed
    }
}

fn sides<'a, K, V>(change: Change<'a, K, V>) -> (&'a K, Option<&'a V>, Option<&'a V>) {
    match change {
        Change::Added { key, new } => (key, None, Some(new)),
        Change::Removed { key, old } => (key, Some(old), None),
        Change::Changed { key, old, new } => (key, Some(old), Some(new)),
    }
}

/// The parts of an actor that is not there.
const NO_PARTS: [(&str, Option<Hash>); 5] = [
    ("storage", None),
    ("bound", None),
    ("inbox", None),
    ("creation", None),
    ("run", None),
];

/// The hashed parts of an actor, as far as there is something.
pub fn parts(actor: &Actor) -> [(&'static str, Option<Hash>); 5] {
    let object = actor.object();
    [
        ("storage", object.storage.filled()),
        ("bound", object.bound.filled()),
        ("inbox", object.inbox.filled()),
        ("creation", object.creation),
        ("run", object.run),
    ]
}

/// The pages of an actor's run, if it waits.
fn pages<'w>(world: &'w World, id: &ActorId) -> &'w [Hash] {
    let run = world.actors.get(id).and_then(|actor| actor.run.as_ref());
    run.map_or(&[], |run| &run.sleeper.kept.page_hashes)
}

fn waiting(channel: Option<&Channel>, end: End) -> Option<Hash> {
    channel?.end(end).waiting.root().filled()
}
