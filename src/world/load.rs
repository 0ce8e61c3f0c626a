//! Reading a state from a place for objects.
//!
//! Enters: a state root, and a place. Leaves: the world that goes on exactly as the one that was
//! saved, or the first object that is missing or is not what its id says.
//! Refuses to know: how the place keeps anything.

mod run;

use super::{
    Probe, World,
    actor::{Actor, WaitingRun},
    agenda::Agenda,
    channels::{Channel, Channels, EndState, Place},
    ledger::Ledger,
    waiting::Waiting,
};
use crate::{
    activation::{Metering, Program, Programs, engine::Page},
    interface::table::Dialect,
    module::schedule::{PUBLISHED, Schedule},
    state::{
        hash::{Domain, Hash},
        identity::{ActorId, ChannelId},
        keep::{Keep, KeepError},
        kinds::Kind,
        message::{Data, Envelope, Message, Position},
        name::Name,
        objects::{
            ActorObject, ChannelObject, EndObject, EnvelopeObject, MessageObject, PlaceObject,
            ProbeObject, WorldObject,
        },
        stored,
        trie::{Ordered, Trie},
        with_id::WithId,
    },
};
use hashbrown::HashMap;
use std::sync::Arc;

/// Data of so many bytes is looked for among what was read already: it is worth sharing.
const SHARED_DATA: u64 = 256;

impl World {
    /// The world with this state root. Every hash is checked, and every object's form.
    pub fn load(
        keep: &impl Keep,
        root: Hash,
        metering: Metering,
        library: Programs,
    ) -> Result<World, KeepError> {
        let object: WorldObject = stored::object(keep, root)?;
        let wrong = |why: String| KeepError::damaged(Kind::World.name(), root, why);
        let Some(dialect) = Dialect::from_name(&object.dialect) else {
            let found = &object.dialect;
            return Err(wrong(format!("expected a dialect, found `{found}`")));
        };
        let mut gone = [object.spent, object.burned].into_iter();
        let held = gone.try_fold(object.injected, u64::checked_sub);
        let held =
            held.ok_or_else(|| wrong("more ticks are gone than were injected".to_owned()))?;
        let schedule = schedule(keep, object.schedule)?;
        let mut world = World::with(dialect, schedule, metering, library);
        world.time = object.time;
        world.outside = object.outside;
        world.ledger = Ledger {
            injected: object.injected,
            spent: object.spent,
            burned: object.burned,
            held,
        };
        let mut loader = Loader::new(keep, &world);
        world.channels = Channels::of(loader.channels(object.channels)?);
        let probes = Trie::load(keep, object.probes, &mut |key, id| loader.probe(key, id))?;
        let actors = Trie::load(keep, object.actors, &mut |key, id| {
            loader.actor(key, id, &world.channels)
        })?;
        world.programs = loader.programs;
        (world.actors, world.probes) = (actors, probes);
        let consistent = world.check_consistency();
        consistent.map_err(|violation| wrong(violation.to_string()))?;
        world.agenda = Agenda::of(&world.actors);
        Ok(world)
    }
}

fn schedule(keep: &impl Keep, hash: Hash) -> Result<Schedule, KeepError> {
    if let Some(published) = PUBLISHED.iter().find(|it| it.hash() == hash) {
        return Ok(published.clone());
    }
    let bytes = stored::schedule(keep, hash)?;
    Schedule::from_bytes(&bytes)
        .map_err(|why| KeepError::damaged(Domain::Schedule.name(), hash, why))
}

/// What reading needs to know beside the place.
pub struct Loader<'k, S> {
    keep: &'k S,
    dialect: Dialect,
    schedule: Arc<Schedule>,
    schedule_hash: Hash,
    library: Programs,
    programs: Ordered<Hash, Arc<Program>, 32>,
    /// What may be large, and is shared if several have it. Only ever looked up.
    data: HashMap<Hash, Data>,
    pages: HashMap<Hash, Page>,
}

impl<'k, S: Keep> Loader<'k, S> {
    /// One that has read nothing yet, for a world of this dialect, schedule and library.
    pub fn new(keep: &'k S, world: &World) -> Loader<'k, S> {
        Loader {
            keep,
            dialect: world.dialect,
            schedule: world.schedule.clone(),
            schedule_hash: world.schedule_hash,
            library: world.library.clone(),
            programs: Ordered::new(),
            data: HashMap::new(),
            pages: HashMap::new(),
        }
    }

    fn channels(&mut self, root: Hash) -> Result<super::channels::ChannelMap, KeepError> {
        let keep = self.keep;
        Trie::load(keep, root, &mut |key, id| {
            let channel = ChannelId(hash_of(Kind::Channel, id, key)?);
            let ChannelObject { first, second } = stored::object(keep, id)?;
            let ends = [self.end(first)?, self.end(second)?];
            Ok((channel, Arc::new(WithId::known(Channel::new(ends), id))))
        })
    }

    fn end(&mut self, object: EndObject) -> Result<EndState, KeepError> {
        Ok(EndState {
            place: match object.place {
                PlaceObject::Gone => Place::Gone,
                PlaceObject::InMessage => Place::InMessage,
                PlaceObject::Outside { probe } => Place::Outside { probe },
                PlaceObject::Bound { actor, name } => Place::Bound {
                    actor,
                    name: Name::from(&name[..]),
                },
            },
            waiting: self.waiting(object.waiting)?,
        })
    }

    fn probe(&mut self, key: &[u8], id: Hash) -> Result<(ActorId, Arc<WithId<Probe>>), KeepError> {
        let ProbeObject { name, received } = stored::object(self.keep, id)?;
        let probe = ActorId(hash_of(Kind::Probe, id, key)?);
        if probe != ActorId::probe(&name) {
            let why = "expected the probe's own id for its key, found another";
            return Err(KeepError::damaged(Kind::Probe.name(), id, why));
        }
        let received = self.waiting(received)?;
        Ok((probe, Arc::new(WithId::known(Probe { name, received }, id))))
    }

    fn actor(
        &mut self,
        key: &[u8],
        id: Hash,
        channels: &Channels,
    ) -> Result<(ActorId, Arc<WithId<Actor>>), KeepError> {
        let keep = self.keep;
        let object: ActorObject = stored::object(keep, id)?;
        let actor = ActorId(hash_of(Kind::Actor, id, key)?);
        let program = object.code.filled().map(|code| self.program(code));
        let program = program.transpose()?;
        let mut loaded = Actor {
            code: object.code.filled(),
            clock: object.clock,
            counters: object.counters,
            storage: Trie::load(keep, object.storage, &mut |key, id| {
                Ok((Name::from(key), self.message(id)?))
            })?,
            bound: Trie::load(keep, object.bound, &mut |key, id| {
                Ok((Name::from(key), stored::object(keep, id)?))
            })?,
            inbox: self.waiting(object.inbox)?,
            creation: match object.creation {
                None => None,
                Some(creation) => Some(Box::new(self.envelope(creation)?)),
            },
            run: match (object.run, program) {
                (None, _) => None,
                (Some(run), Some(program)) => Some(Box::new(self.run(run, &program)?)),
                (Some(_), None) => {
                    let why = "expected no run of an actor without code, found one";
                    return Err(KeepError::damaged(Kind::Actor.name(), id, why));
                }
            },
            ..Actor::default()
        };
        loaded.heads = channels.heads(loaded.bound.values());
        loaded.planned = loaded.next().map(|next| next.start);
        Ok((actor, Arc::new(WithId::known(loaded, id))))
    }

    fn program(&mut self, code: Hash) -> Result<Arc<Program>, KeepError> {
        if let Some(program) = self.programs.get(&code) {
            return Ok(program.clone());
        }
        let binary = stored::raw(self.keep, "code", code)?;
        let schedule = (&self.schedule, self.schedule_hash);
        let verdict = self.library.of(code, &binary, self.dialect, schedule);
        let program = verdict.map_err(|why| KeepError::damaged("code", code, &*why))?;
        self.programs.insert(code, program.clone());
        Ok(program)
    }

    fn waiting(&mut self, root: Hash) -> Result<Waiting, KeepError> {
        let map = Trie::load(self.keep, root, &mut |key, id| {
            let envelope = self.envelope(id)?;
            let position = envelope.position;
            if trie_key(&position).as_ref() != key {
                let why = "expected the envelope's own position for its key, found another";
                return Err(KeepError::damaged(Kind::Envelope.name(), id, why));
            }
            Ok((position, Arc::new(envelope)))
        })?;
        Ok(Waiting::of(map))
    }

    /// An envelope with its message.
    pub fn envelope(&mut self, id: Hash) -> Result<Envelope, KeepError> {
        let object: EnvelopeObject = stored::object(self.keep, id)?;
        Ok(Envelope::of(&object, self.message(object.message)?))
    }

    fn message(&mut self, id: Hash) -> Result<Arc<Message>, KeepError> {
        let keep = self.keep;
        let object: MessageObject = stored::object(keep, id)?;
        let data = self.data(object.data, object.length)?;
        if data.len() as u64 != object.length {
            let (length, found) = (object.length, data.len());
            let why = format!("expected {length} bytes of data, found {found}");
            return Err(KeepError::damaged(Kind::Message.name(), id, why));
        }
        Ok(Arc::new(stored::message(keep, &object, data)?))
    }

    fn data(&mut self, hash: Hash, length: u64) -> Result<Data, KeepError> {
        if let Some(data) = self.data.get(&hash) {
            return Ok(data.clone());
        }
        let data = Data::new(stored::raw(self.keep, stored::DATA, hash)?);
        if length >= SHARED_DATA {
            self.data.insert(hash, data.clone());
        }
        Ok(data)
    }
}

/// The hash that a key is.
fn hash_of(kind: Kind, id: Hash, key: &[u8]) -> Result<Hash, KeepError> {
    let hash = key.try_into().map(Hash);
    hash.map_err(|_| {
        KeepError::damaged(
            kind.name(),
            id,
            "expected an id for its key, found other bytes",
        )
    })
}

fn trie_key(position: &Position) -> impl AsRef<[u8]> {
    crate::state::trie::Key::bytes(position)
}
