//! Random changes of one thing in a state.
//!
//! Enters: chance, and which thing. Leaves: that thing with something of it changed.
//! Refuses to know: what becomes of the state.

use super::copy::{Changer, Copied, Pairs};
use primea::oracle::fuzz::chance::Chance;
use primea::state::{
    hash::Hash,
    identity::{ActorId, End},
    kinds::{Any, Kind},
    objects::{Counters, EndObject, GlobalObject, PlaceObject, ReferenceObject, RunObject},
    proof::What,
};

/// Changes the thing of a number; of things without end, none.
pub struct OneChange {
    pub chance: Chance,
    /// How many things are to pass by before.
    pub ahead: usize,
    /// How many were seen.
    pub seen: usize,
    /// What was changed, for a reader.
    pub told: String,
}

impl OneChange {
    pub fn new(chance: Chance, ahead: usize) -> OneChange {
        OneChange {
            chance,
            ahead,
            seen: 0,
            told: String::new(),
        }
    }

    fn is_due(&mut self) -> bool {
        let due = self.seen == self.ahead;
        self.seen += 1;
        due
    }

    /// Another number near by, or far away. Never one that lets a guest run for long.
    fn number(&mut self, number: &mut u64) {
        let far = [
            0,
            1,
            1 << 31,
            u32::MAX.into(),
            1 << 62,
            u64::MAX - 1,
            u64::MAX,
        ];
        *number = match self.chance.below(6) {
            0 => number.wrapping_add(1),
            1 => number.wrapping_sub(1),
            2 => number.wrapping_mul(2),
            3 => self.chance.below(1_000) as u64,
            _ => *self.chance.pick(&far),
        };
    }

    fn small(&mut self, number: &mut u32) {
        let mut wide = u64::from(*number);
        self.number(&mut wide);
        *number = wide as u32;
    }

    fn ticks(&mut self, ticks: &mut u64) {
        let others = [0, 1, *ticks / 2, *ticks * 2, u64::MAX - 1, (1 << 61) + 1];
        *ticks = *self.chance.pick(&others);
    }

    fn other(&mut self, id: &mut Hash, pool: &[Hash]) {
        *id = match self.chance.below(8) {
            0 => Hash::ZERO,
            1 => Hash::plain(b"nothing has this hash"),
            _ if pool.is_empty() => Hash::ZERO,
            _ => *self.chance.pick(pool),
        };
    }

    fn actor_id(&mut self, id: &mut ActorId, copied: &Copied) {
        let known: Vec<Hash> = copied
            .keys
            .iter()
            .filter_map(|key| key.as_slice().try_into().ok().map(Hash))
            .collect();
        *id = match self.chance.below(3) {
            0 => id.child(self.chance.below(3) as u64),
            1 => ActorId::OUTSIDE.child(self.chance.below(4) as u64),
            _ if known.is_empty() => ActorId::OUTSIDE,
            _ => ActorId(*self.chance.pick(&known)),
        };
    }

    fn counters(&mut self, counters: &mut Counters) {
        match self.chance.below(3) {
            0 => self.number(&mut counters.created),
            1 => self.number(&mut counters.channels),
            _ => self.number(&mut counters.sent),
        }
    }

    /// One thing more, one less, one twice, or two changed places.
    fn list<T: Clone>(&mut self, list: &mut Vec<T>, more: T) {
        let length = list.len();
        match self.chance.below(4) {
            0 if length > 0 => {
                list.remove(self.chance.below(length));
            }
            1 if length > 0 => {
                let again = list[self.chance.below(length)].clone();
                list.insert(self.chance.below(length + 1), again);
            }
            2 if length > 1 => {
                let (one, other) = (self.chance.below(length), self.chance.below(length));
                list.swap(one, other);
            }
            _ => list.insert(self.chance.below(length + 1), more),
        }
    }

    fn hashes(&mut self, list: &mut Vec<Hash>, pool: &[Hash]) {
        let mut more = Hash::ZERO;
        self.other(&mut more, pool);
        match self.chance.below(8) {
            0 => *list = vec![more; 257],
            _ => self.list(list, more),
        }
    }

    fn end(&mut self, end: &mut EndObject, copied: &Copied) {
        let mut actor = ActorId::OUTSIDE;
        self.actor_id(&mut actor, copied);
        let places = [
            PlaceObject::Gone,
            PlaceObject::InMessage,
            PlaceObject::Outside { probe: actor },
            PlaceObject::Bound {
                actor,
                name: b"in".to_vec(),
            },
        ];
        match self.chance.below(2) {
            0 => end.place = self.chance.pick(&places).clone(),
            _ => self.other(&mut end.waiting, &copied.maps),
        }
    }

    fn optional(&mut self, id: &mut Option<Hash>, pool: &[Hash]) {
        let mut other = Hash::ZERO;
        self.other(&mut other, pool);
        *id = (id.is_none() || self.chance.one_in(2)).then_some(other);
    }

    fn run(&mut self, run: &mut RunObject, copied: &Copied) {
        match self.chance.below(12) {
            0 => self.small(&mut run.memory.pages),
            1 => self.other(&mut run.memory.root, &copied.maps),
            2 => {
                let global = GlobalObject {
                    index: self.chance.below(3) as u32,
                    ty: *self.chance.pick(&[0x7f, 0x7e, 0x7d, 0x7c, 0x70, 0x6f]),
                    bits: 1,
                };
                self.list(&mut run.globals, global);
            }
            3 if !run.globals.is_empty() => {
                let at = self.chance.below(run.globals.len());
                let mut bits = run.globals[at].bits;
                self.number(&mut bits);
                run.globals[at].bits = bits;
            }
            4 => self.list(&mut run.tables, vec![None; 3]),
            5 if !run.tables.is_empty() => {
                let at = self.chance.below(run.tables.len());
                let element = Some(self.chance.below(12) as u32);
                self.list(&mut run.tables[at], element);
            }
            6 => self.flags(&mut run.dropped_data),
            7 => self.flags(&mut run.dropped_elements),
            8 => {
                let mut message = Hash::ZERO;
                self.other(&mut message, &copied.messages);
                let length = 1 << self.chance.below(12);
                let others = [
                    ReferenceObject::Deleted,
                    ReferenceObject::Message { message, tag: 4 },
                    ReferenceObject::Store(vec![7; length]),
                ];
                let more = self.chance.pick(&others).clone();
                match self.chance.below(12) {
                    0 => run.references = vec![more; 65_535 + self.chance.below(3)],
                    _ => self.list(&mut run.references, more),
                }
            }
            9 => self.number(&mut run.deadline),
            10 => self.small(&mut run.callback),
            _ => self.ticks(&mut run.ticks),
        }
    }

    fn flags(&mut self, flags: &mut Vec<bool>) {
        if flags.is_empty() || self.chance.one_in(4) {
            return self.list(flags, true);
        }
        let at = self.chance.below(flags.len());
        flags[at] = !flags[at];
    }
}

impl Changer for OneChange {
    fn object(&mut self, object: &mut Any, copied: &Copied) {
        if !self.is_due() {
            return;
        }
        let before = format!("{object:?}");
        match object {
            Any::Capability(capability) => match self.chance.below(2) {
                0 => self.actor_id(&mut capability.actor, copied),
                _ => self.small(&mut capability.tag),
            },
            Any::Port(port) => {
                port.end = match port.end {
                    End::First => End::Second,
                    End::Second => End::First,
                };
            }
            Any::Message(message) => match self.chance.below(5) {
                0 => self.other(&mut message.data, &copied.raw),
                1 => self.number(&mut message.length),
                2 => self.hashes(&mut message.capabilities, &copied.capabilities),
                3 => self.hashes(&mut message.ports, &copied.ports),
                _ => self.optional(&mut message.response, &copied.capabilities),
            },
            Any::Envelope(envelope) => match self.chance.below(6) {
                0 => self.number(&mut envelope.stamp),
                1 => self.actor_id(&mut envelope.sender, copied),
                2 => self.number(&mut envelope.number),
                3 => self.ticks(&mut envelope.ticks),
                4 => self.small(&mut envelope.tag),
                _ => self.other(&mut envelope.message, &copied.messages),
            },
            Any::Actor(actor) => match self.chance.below(8) {
                0 => self.other(&mut actor.code, &copied.raw),
                1 => self.number(&mut actor.clock),
                2 => self.counters(&mut actor.counters),
                3 => self.other(&mut actor.storage, &copied.maps),
                4 => self.other(&mut actor.bound, &copied.maps),
                5 => self.other(&mut actor.inbox, &copied.maps),
                6 => self.optional(&mut actor.creation, &copied.envelopes),
                _ => self.optional(&mut actor.run, &copied.runs),
            },
            Any::Run(run) => self.run(run, copied),
            Any::Channel(channel) => match self.chance.below(2) {
                0 => self.end(&mut channel.first, copied),
                _ => self.end(&mut channel.second, copied),
            },
            Any::Probe(probe) => match self.chance.below(2) {
                0 => probe.name.push('x'),
                _ => self.other(&mut probe.received, &copied.maps),
            },
            Any::World(world) => match self.chance.below(9) {
                0 => {
                    let others = ["ports-camel", "legacy-capabilities", "capabilities", ""];
                    world.dialect = (*self.chance.pick(&others)).to_owned();
                }
                1 => self.other(&mut world.schedule, &copied.raw),
                2 => self.number(&mut world.time),
                3 => self.counters(&mut world.outside),
                4 => self.number(&mut world.injected),
                5 => self.number(&mut world.spent),
                6 => self.other(&mut world.actors, &copied.maps),
                7 => self.other(&mut world.channels, &copied.maps),
                _ => self.other(&mut world.probes, &copied.maps),
            },
        }
        self.told = format!("{before} became {object:?}");
    }

    fn pairs(&mut self, of: What, pairs: &mut Pairs, copied: &Copied) {
        if !self.is_due() {
            return;
        }
        let before = pairs.clone();
        let pool = match of {
            What::Data => &copied.raw,
            What::Object(Kind::Message) => &copied.messages,
            What::Object(Kind::Port) => &copied.ports,
            What::Object(_) => &copied.envelopes,
        };
        let mut value = Hash::ZERO;
        self.other(&mut value, pool);
        let mut key = match copied.keys.as_slice() {
            [] => Vec::new(),
            keys => self.chance.pick(keys).clone(),
        };
        match (self.chance.below(4), pairs.len()) {
            (0, 1..) => {
                pairs.remove(self.chance.below(pairs.len()));
            }
            (1, 1..) => {
                let at = self.chance.below(pairs.len());
                pairs[at].1 = value;
            }
            (2, 1..) => {
                let at = self.chance.below(pairs.len());
                pairs[at].0 = key;
            }
            _ => {
                key.resize(*self.chance.pick(&[4, key.len(), 1_100]), 3);
                pairs.push((key, value));
            }
        }
        self.told = format!("{before:?} became {pairs:?}");
    }

    fn raw(&mut self, bytes: &mut Vec<u8>, _: &Copied) {
        if !self.is_due() {
            return;
        }
        let length = bytes.len();
        match self.chance.below(3) {
            0 => bytes.push(1),
            1 if length > 0 => bytes.truncate(length - 1),
            _ if length > 0 => bytes[self.chance.below(length)] ^= 1 << self.chance.below(8),
            _ => bytes.push(0),
        }
        self.told = format!("raw bytes, {length} before and {} now", bytes.len());
    }
}
