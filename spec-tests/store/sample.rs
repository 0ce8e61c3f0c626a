//! States made by hand, of which the number says all: the next one shares most with the last.
//!
//! Enters: a number, and a place for objects. Leaves: the root of the state, all of which was put.
//! Refuses to know: worlds, and the library's own tries.

use primea::state::{
    hash::{Domain, Hash},
    identity::{ActorId, Capability, ChannelId},
    keep::{Keep, KeepError},
    kinds::Object,
    objects::{
        ActorObject, ChannelObject, Counters, EndObject, EnvelopeObject, GlobalObject,
        MemoryObject, MessageObject, PlaceObject, ProbeObject, ReferenceObject, RunObject,
        WorldObject,
    },
};

/// Actors of every state.
pub const ACTORS: u64 = 20;

/// Bytes of the code that all actors have.
const CODE: &[u8] = &[0x5a; 70_000];

fn raw(keep: &mut impl Keep, bytes: &[u8]) -> Result<Hash, KeepError> {
    let id = Hash::plain(bytes);
    keep.put(id, bytes).map(|()| id)
}

fn object(keep: &mut impl Keep, object: &impl Object) -> Result<Hash, KeepError> {
    let id = object.id();
    keep.put(id, &object.to_bytes()).map(|()| id)
}

/// Puts a map, as `STATE-4` has it, with its keys and without its values.
pub fn map(keep: &mut impl Keep, pairs: &[(Vec<u8>, Hash)]) -> Result<Hash, KeepError> {
    let mut leaves = Vec::new();
    for (key, value) in pairs {
        leaves.push((raw(keep, key)?, *value));
    }
    leaves.sort_unstable();
    subtree(keep, &leaves, 0)
}

fn subtree(keep: &mut impl Keep, leaves: &[(Hash, Hash)], depth: usize) -> Result<Hash, KeepError> {
    let (domain, left, right) = match leaves {
        [] => return Ok(Hash::ZERO),
        [(path, value)] => (Domain::Leaf, *path, *value),
        _ => {
            let is_left = |(path, _): &(Hash, Hash)| path.0[depth / 8] >> (7 - depth % 8) & 1 == 0;
            let (left, right) = leaves.split_at(leaves.partition_point(is_left));
            let left = subtree(keep, left, depth + 1)?;
            (Domain::Branch, left, subtree(keep, right, depth + 1)?)
        }
    };
    let bytes = [left.0, right.0].concat();
    let id = Hash::derive(domain, &bytes);
    keep.put(id, &bytes).map(|()| id)
}

fn message(keep: &mut impl Keep, text: &str) -> Result<Hash, KeepError> {
    let capability = Capability {
        actor: ActorId::OUTSIDE.child(0),
        tag: 7,
    };
    let capability = object(keep, &capability)?;
    let message = MessageObject {
        data: raw(keep, text.as_bytes())?,
        length: text.len() as u64,
        capabilities: vec![capability],
        ports: Vec::new(),
        response: Some(capability),
    };
    object(keep, &message)
}

fn waiting(keep: &mut impl Keep, number: u64) -> Result<Hash, KeepError> {
    let envelope = EnvelopeObject {
        stamp: 5,
        sender: ActorId::OUTSIDE,
        number,
        ticks: 100,
        tag: 0,
        message: message(keep, "on its way")?,
    };
    let mut key = 5u64.to_be_bytes().to_vec();
    key.extend(ActorId::OUTSIDE.0.0);
    key.extend(number.to_be_bytes());
    let id = object(keep, &envelope)?;
    map(keep, &[(key, id)])
}

fn run(keep: &mut impl Keep, number: u64) -> Result<Hash, KeepError> {
    let mut page = vec![0; 65_536];
    let empty = raw(keep, &page)?;
    page[..8].copy_from_slice(&number.to_le_bytes());
    let written = raw(keep, &page)?;
    let pages = [empty, written].into_iter().enumerate();
    let pages: Vec<_> = pages
        .map(|(at, page)| ((at as u64).to_be_bytes().to_vec(), page))
        .collect();
    let run = RunObject {
        memory: MemoryObject {
            pages: 2,
            root: map(keep, &pages)?,
        },
        globals: vec![GlobalObject {
            index: 1,
            ty: 0x7f,
            bits: 12,
        }],
        tables: vec![vec![None, Some(3)]],
        dropped_data: vec![true],
        dropped_elements: Vec::new(),
        references: vec![
            ReferenceObject::Message {
                message: message(keep, "being handled")?,
                tag: 3,
            },
            ReferenceObject::Deleted,
            ReferenceObject::Store(b"key".to_vec()),
        ],
        deadline: 2_000,
        callback: 1,
        ticks: 77,
    };
    object(keep, &run)
}

fn actor(keep: &mut impl Keep, at: u64, number: u64) -> Result<Hash, KeepError> {
    // In each state, one actor differs from what it was in the one before.
    let changes = (number + ACTORS - 1 - at) / ACTORS;
    let mut stored = Vec::new();
    for index in 0..=changes.min(3) as u32 {
        let text = format!("{index} of {at}, changed {changes} times");
        stored.push((index.to_le_bytes().to_vec(), message(keep, &text)?));
    }
    let actor = ActorObject {
        code: raw(keep, CODE)?,
        clock: changes,
        counters: Counters::default(),
        storage: map(keep, &stored)?,
        bound: Hash::ZERO,
        inbox: waiting(keep, changes)?,
        creation: None,
        run: (at == 0).then(|| run(keep, changes)).transpose()?,
    };
    object(keep, &actor)
}

/// Puts the state of that number, and gives its root.
pub fn state(keep: &mut impl Keep, number: u64) -> Result<Hash, KeepError> {
    let mut actors = Vec::new();
    for at in 0..ACTORS {
        let id = ActorId::OUTSIDE.child(at);
        actors.push((id.0.0.to_vec(), actor(keep, at, number)?));
    }
    let probe_id = ActorId::probe("out");
    let channel = ChannelObject {
        first: EndObject {
            place: PlaceObject::Outside { probe: probe_id },
            waiting: waiting(keep, number)?,
        },
        second: EndObject {
            place: PlaceObject::Gone,
            waiting: Hash::ZERO,
        },
    };
    let channel = object(keep, &channel)?;
    let probe = ProbeObject {
        name: "out".to_owned(),
        received: waiting(keep, number + 1)?,
    };
    let probe = object(keep, &probe)?;
    let schedule = Hash::derive(Domain::Schedule, b"a schedule");
    keep.put(schedule, b"a schedule")?;
    let channel_id = ChannelId::made_by(ActorId::OUTSIDE, 0);
    let world = WorldObject {
        dialect: "capabilities".to_owned(),
        schedule,
        time: number,
        outside: Counters {
            created: ACTORS,
            channels: 1,
            sent: number,
        },
        injected: 1_000,
        spent: 1_000,
        burned: 0,
        actors: map(keep, &actors)?,
        channels: map(keep, &[(channel_id.0.0.to_vec(), channel)])?,
        probes: map(keep, &[(probe_id.0.0.to_vec(), probe)])?,
    };
    object(keep, &world)
}
