//! Random worlds: some actors, some messages from outside, some waiting, in a given order.
//!
//! Enters: a seed, a dialect, an order of execution. Leaves: everything that must not depend on
//! the order. Refuses to know: how the order is chosen.

use super::{chance::Chance, guests::guest};
use primea::{
    activation::{Metering, Programs},
    interface::table::Dialect,
    module::schedule::PLAIN,
    state::{
        hash::Hash,
        identity::{ActorId, Capability, PortId},
        keep::InMemory,
        message::{Data, Message},
    },
    world::{World, channels::Place, order::Order, record::Record},
};
use std::collections::BTreeMap;

/// What a story must come to in every legal order.
#[derive(PartialEq, Debug)]
pub struct Upshot {
    /// The state root after each step.
    pub roots: Vec<Hash>,
    /// What each actor did, in the order in which it did it.
    pub records: BTreeMap<ActorId, Vec<Record>>,
}

/// The modules of a story: a leaf that creates nothing, and guests that may create leaves.
fn modules(chance: &mut Chance, dialect: Dialect) -> Vec<Vec<u8>> {
    let assemble = |wat: String| wat::parse_str(&wat).unwrap_or_else(|why| panic!("{why}\n{wat}"));
    let leaf = assemble(guest(chance, dialect, None));
    let mut modules = vec![leaf.clone()];
    for _ in 0..1 + chance.below(3) {
        let child = (!dialect.has_ports()).then_some(leaf.as_slice());
        modules.push(assemble(guest(chance, dialect, child)));
    }
    modules
}

/// Plays the story of a seed.
pub fn play(seed: u64, dialect: Dialect, order: &mut Order<'_>) -> Upshot {
    let chance = &mut Chance::new(seed);
    let modules = modules(chance, dialect);
    let mut story = Story {
        world: World::new(dialect, PLAIN),
        upshot: Upshot {
            roots: Vec::new(),
            records: BTreeMap::new(),
        },
        probe: ActorId::OUTSIDE,
        actors: Vec::new(),
        keep: InMemory::default(),
        library: Programs::default(),
    };
    story.probe = story.world.probe("probe");
    let steps = 6 + chance.below(8);
    for step in 0..steps {
        let before = story.world.clone();
        story.step(chance, &modules, step, order);
        story.reload();
        story.checked(&before);
        story.upshot.roots.push(story.world.root());
    }
    let until = story.world.time() + 50_000;
    let records = story
        .world
        .advance(until, order)
        .expect("far below the limit");
    story.note(records);
    story.upshot.roots.push(story.world.root());
    story.upshot
}

struct Story {
    world: World,
    upshot: Upshot,
    probe: ActorId,
    actors: Vec<ActorId>,
    keep: InMemory,
    library: Programs,
}

impl Story {
    /// Asserts what is true of every world.
    fn checked(&self, before: &World) {
        let checked = self.world.check();
        let checked = checked.and_then(|()| self.world.check_since(before));
        checked.unwrap_or_else(|violation| panic!("{violation}"));
    }

    /// Goes on with a world that was saved and loaded, as if nothing had happened.
    fn reload(&mut self) {
        let root = self.world.save(&mut self.keep);
        let root = root.expect("memory keeps everything");
        let loaded = World::load(&self.keep, root, Metering::default(), self.library.clone());
        self.world = loaded.expect("it was saved");
    }

    fn note(&mut self, records: Vec<Record>) {
        for record in records {
            self.upshot
                .records
                .entry(record.actor)
                .or_default()
                .push(record);
        }
    }

    fn step(
        &mut self,
        chance: &mut Chance,
        modules: &[Vec<u8>],
        step: usize,
        order: &mut Order<'_>,
    ) {
        let ticks = *chance.pick(&[500u64, 5_000, 60_000, 400_000, 2_000_000]);
        let has_ports = self.world.dialect().has_ports();
        if step < 3 || chance.one_in(6) {
            let module = chance.pick(modules).clone();
            let (capabilities, ports) = self.items(chance);
            let message = Message::new(
                Data::new(module),
                capabilities,
                ports,
                self.response(chance),
            );
            let id = self.world.create(message, 1_000_000 + ticks);
            self.actors.push(id);
        } else if chance.one_in(5) {
            let until = self.world.time() + chance.below(30_000) as u64;
            let records = self
                .world
                .advance(until, order)
                .expect("far below the limit");
            self.note(records);
        } else {
            let (capabilities, ports) = self.items(chance);
            let data = Data::new(b"from outside".as_slice());
            let message = Message::new(data, capabilities, ports, self.response(chance));
            if has_ports {
                if let Some(port) = self.free_port() {
                    self.world.send_on(port, message, ticks);
                }
            } else {
                let actor = *chance.pick(&self.actors);
                self.world.send(
                    Capability {
                        actor,
                        tag: chance.below(3) as u32,
                    },
                    message,
                    ticks,
                );
            }
        }
        // Every other step lets the next one's message come at the same time.
        if chance.one_in(2) {
            let records = self.world.settle(order).expect("far below the limit");
            self.note(records);
        }
    }

    fn response(&self, chance: &mut Chance) -> Option<Capability> {
        let wanted = !self.world.dialect().has_ports() && chance.one_in(2);
        wanted.then_some(Capability {
            actor: self.probe,
            tag: 77,
        })
    }

    /// What a message from outside carries.
    fn items(&mut self, chance: &mut Chance) -> (Vec<Capability>, Vec<PortId>) {
        if !self.world.dialect().has_ports() {
            let mut known = self.actors.clone();
            known.push(self.probe);
            let capability = |chance: &mut Chance| Capability {
                actor: *chance.pick(&known),
                tag: chance.below(3) as u32,
            };
            return ((0..3).map(|_| capability(chance)).collect(), Vec::new());
        }
        if chance.one_in(3) {
            return (Vec::new(), Vec::new());
        }
        let [given, _kept] = self.world.channel([self.probe, self.probe]);
        (Vec::new(), vec![given])
    }

    /// A port that the outside holds whose other end is elsewhere.
    fn free_port(&self) -> Option<PortId> {
        let mine = Place::Outside { probe: self.probe };
        self.world
            .channels()
            .ends()
            .map(|(port, _)| port)
            .filter(|port| *self.world.channels().place(*port) == mine)
            .filter(|port| *self.world.channels().place(port.opposite()) != mine)
            .last()
    }
}
