//! Random worlds: some guests, some messages from outside, some waiting, some tight budgets.
//!
//! Enters: a seed, a dialect. Leaves: a scenario that can be carried out, the same for the same seed on every
//! machine. Refuses to know: who is held to it.
//!
//! A story is written act by act. Each act is played, so that the next one can use what reached the outside, and
//! give activations just the ticks that they need, or one too few.

use super::{chance::Chance, guest::guest};
use crate::{
    interface::table::Dialect,
    oracle::draft::{Code, Draft, Prepared},
    state::identity::ActorId,
};
use toml::{Table, Value};

/// The names of actors, in the order of their creation.
const ACTORS: [&str; 12] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim",
    "leo",
];
/// The names of modules. The first creates nothing.
const MODULES: [&str; 4] = ["leaf", "one", "two", "three"];
const CHANNELS: usize = 6;
const PROBES: [&str; 2] = ["out", "other"];
/// Bytes that are no module.
const BROKEN: &str = "broken";

/// The story of a seed.
pub fn story(seed: u64, dialect: Dialect) -> Prepared {
    let place = Dialect::ALL.iter().position(|one| *one == dialect);
    let salt = place.expect("a dialect is one of all") as u64;
    let mut chance = Chance::new(seed.wrapping_mul(8).wrapping_add(salt));
    let name = format!("{}-{seed}", dialect.name());
    let draft = beginning(&mut chance, seed, dialect);
    let mut story = Story {
        chance,
        name,
        actors: 0,
        held: Vec::new(),
        used: Vec::new(),
    };
    for channel in &draft.channels {
        story.held.push(channel.1[0].clone());
    }
    let mut told = story.first_act(draft);
    for _ in 0..1 + story.chance.below(3) {
        told = story.act(told);
    }
    for _ in 0..story.chance.below(3) {
        told = story.tighten(told);
    }
    story.end(told)
}

/// The modules, and what the outside has.
fn beginning(chance: &mut Chance, seed: u64, dialect: Dialect) -> Draft {
    let ports = dialect.has_ports();
    let leaf = guest(chance, dialect, None);
    let mut modules = vec![(MODULES[0].to_owned(), Code::Wat(leaf))];
    for name in &MODULES[1..2 + chance.below(MODULES.len() - 1)] {
        let child = (!ports).then_some(MODULES[0]);
        let child = match chance.one_in(12) {
            true => child.map(|_| BROKEN),
            false => child,
        };
        modules.push(((*name).to_owned(), Code::Wat(guest(chance, dialect, child))));
    }
    modules.push((
        BROKEN.to_owned(),
        Code::Binary(b"\0asm\x01\0\0\0\x0c\x01".to_vec()),
    ));
    let channel = |at: usize| (format!("c{at}"), [format!("near{at}"), format!("far{at}")]);
    Draft {
        about: format!("Case {seed} of the fuzzer."),
        dialect,
        rules: vec!["DIAL-1".to_owned()],
        schedule: schedule(chance),
        modules,
        probes: if ports {
            Vec::new()
        } else {
            PROBES.map(str::to_owned).to_vec()
        },
        channels: if ports {
            (0..CHANNELS).map(channel).collect()
        } else {
            Vec::new()
        },
        steps: Vec::new(),
    }
}

/// A published schedule, or prices of its own.
fn schedule(chance: &mut Chance) -> Option<Value> {
    match chance.below(10) {
        0..5 => return None,
        5..9 => return Some(Value::from("plain")),
        _ => {}
    }
    let mut price = |choices: &[i64]| Value::from(*chance.pick(choices));
    let instructions = [
        ("call", price(&[1, 3])),
        ("i32.const", price(&[1, 2])),
        ("end", price(&[0, 1])),
    ];
    let instructions = instructions.map(|(name, price)| (name.to_owned(), price));
    let activation = Table::from_iter([("fresh".to_owned(), price(&[7, 500]))]);
    let schedule = [
        ("base", Value::from("plain")),
        ("number", Value::from(4_000)),
        ("instructions", Value::from(Table::from_iter(instructions))),
        ("activation", Value::from(activation)),
    ];
    let schedule = schedule.map(|(name, value)| (name.to_owned(), value));
    Some(Value::from(Table::from_iter(schedule)))
}

struct Story {
    chance: Chance,
    name: String,
    /// How many actors there are.
    actors: usize,
    /// Ports that the outside holds, whose other ends it gives away.
    held: Vec<String>,
    /// Which received messages have been looked through, by probe.
    used: Vec<(String, usize)>,
}

impl Story {
    fn first_act(&mut self, mut draft: Draft) -> Prepared {
        for _ in 0..2 + self.chance.below(2) {
            let step = self.create(&draft);
            draft.steps.push(step);
        }
        let told = draft.prepare(&self.name);
        told.unwrap_or_else(|why| panic!("a story has a first act: {}: {why}", self.name))
    }

    /// Some more steps; none if they cannot be carried out.
    fn act(&mut self, told: Prepared) -> Prepared {
        let (actors, held) = (self.actors, self.held.clone());
        let mut draft = told.draft.clone();
        let [capabilities, ports] = self.received(&told);
        for _ in 0..2 + self.chance.below(5) {
            let mut step = match self.chance.below(12) {
                0 if self.actors < ACTORS.len() => self.create(&draft),
                1 | 2 => self.advance(),
                3 if draft.dialect.has_ports() && self.held.len() > 1 => {
                    let at = self.chance.below(self.held.len());
                    Table::from_iter([("destroy".to_owned(), Value::from(self.held.remove(at)))])
                }
                _ if draft.dialect.has_ports() && self.held.is_empty() && ports.is_empty() => {
                    self.advance()
                }
                _ => self.send(&draft, &capabilities, &ports),
            };
            if self.chance.one_in(4) && step.contains_key("ticks") {
                step.insert("run".to_owned(), Value::from(false));
            }
            draft.steps.push(step);
        }
        draft.prepare(&self.name).unwrap_or_else(|_| {
            (self.actors, self.held) = (actors, held);
            told
        })
    }

    /// Names of capabilities and ports that the outside has received since it last looked.
    fn received(&mut self, told: &Prepared) -> [Vec<String>; 2] {
        let mut found = [Vec::new(), Vec::new()];
        for probe in &told.scenario.plan.probes {
            let all = told.played.arrivals.at(ActorId::probe(probe));
            let seen = self
                .used
                .iter()
                .find(|(name, _)| name == probe)
                .map_or(0, |(_, seen)| *seen);
            for (at, envelope) in all.iter().enumerate().skip(seen) {
                let message = &envelope.message;
                let item = |word: &str, item: usize| format!("{probe}[{at}].{word}[{item}]");
                found[0].extend((0..message.capabilities().len()).map(|one| item("caps", one)));
                if message.response().is_some() {
                    found[0].push(format!("{probe}[{at}].response"));
                }
                found[1].extend((0..message.ports().len()).map(|one| item("ports", one)));
            }
            self.used.retain(|(name, _)| name != probe);
            self.used.push((probe.clone(), all.len()));
        }
        found
    }

    fn create(&mut self, draft: &Draft) -> Table {
        let mut modules: Vec<&String> = draft.modules.iter().map(|(name, _)| name).collect();
        if !self.chance.one_in(30) {
            modules.retain(|name| *name != BROKEN);
        }
        let mut step = Table::new();
        let mut put = |key: &str, value: Value| step.insert(key.to_owned(), value);
        put("create", Value::from(ACTORS[self.actors]));
        put("module", Value::from((*self.chance.pick(&modules)).clone()));
        put(
            "ticks",
            Value::from(*self.chance.pick(&[20_000, 400_000, 400_000, 1_000_000])),
        );
        if draft.dialect.has_ports() {
            // The far ends go to actors, in order; the near ones stay.
            if let Some(far) = draft.channels.get(self.actors) {
                put("ports", Value::from(vec![far.1[1].clone()]));
            }
        } else {
            put("caps", self.capabilities(&[]));
            if !self.chance.one_in(3) {
                put("response", Value::from("other#9"));
            }
        }
        self.actors += 1;
        step
    }

    fn advance(&mut self) -> Table {
        let ticks = *self.chance.pick(&[0, 1, 60, 1_500, 20_000, 100_000]);
        match self.chance.one_in(5) {
            true => Table::from_iter([("advance".to_owned(), Value::from("idle"))]),
            false => Table::from_iter([("advance".to_owned(), Value::from(ticks))]),
        }
    }

    fn send(&mut self, draft: &Draft, capabilities: &[String], ports: &[String]) -> Table {
        let mut step = Table::new();
        let mut put = |key: &str, value: Value| step.insert(key.to_owned(), value);
        match self.chance.below(3) {
            0 => put("data", Value::from("from outside")),
            1 => put("u32", Value::from(vec![self.chance.below(4) as i64, 7])),
            _ => None,
        };
        put(
            "ticks",
            Value::from(
                *self
                    .chance
                    .pick(&[0, 9_000, 60_000, 400_000, 400_000, 400_000]),
            ),
        );
        if draft.dialect.has_ports() {
            let mut all = self.held.clone();
            all.extend_from_slice(ports);
            let on = self.chance.below(all.len());
            put("send_on", Value::from(all.remove(on)));
            if self.chance.one_in(4) && !all.is_empty() {
                let item = self.chance.pick(&all).clone();
                self.held.retain(|one| *one != item);
                put("ports", Value::from(vec![item]));
            }
        } else {
            let to = self.capability(capabilities);
            put("send", Value::from(to));
            put("caps", self.capabilities(capabilities));
            if self.chance.one_in(2) {
                put(
                    "response",
                    Value::from(self.capability(&["out#77".to_owned()])),
                );
            }
        }
        step
    }

    /// A capability: to an actor, most of the time.
    fn capability(&mut self, received: &[String]) -> String {
        if !received.is_empty() && self.chance.one_in(3) {
            return self.chance.pick(received).clone();
        }
        let actor = ACTORS[self.chance.below(self.actors.max(1))];
        match self.chance.below(if self.actors == 0 { 1 } else { 8 }) {
            0 => "out#3".to_owned(),
            1 => format!("{actor}/0"),
            2 | 3 => format!("{actor}#{}", self.chance.below(3)),
            _ => actor.to_owned(),
        }
    }

    fn capabilities(&mut self, received: &[String]) -> Value {
        let count = self.chance.below(4);
        Value::from(
            (0..count)
                .map(|_| self.capability(received))
                .collect::<Vec<_>>(),
        )
    }

    /// Gives an activation what it spent, or a little more or less.
    fn tighten(&mut self, told: Prepared) -> Prepared {
        let mut budgets = Vec::new();
        for step in &told.played.steps {
            let given = told.draft.steps[step.index]
                .get("ticks")
                .and_then(Value::as_integer);
            let spent = step
                .records
                .iter()
                .find(|record| Some(record.tank as i64) == given);
            if let Some(spent) = spent
                .map(|record| record.spent as i64)
                .filter(|spent| *spent > 0)
            {
                budgets.push((step.index, spent));
            }
        }
        if budgets.is_empty() {
            return told;
        }
        let (index, spent) = *self.chance.pick(&budgets);
        let part = self.chance.below(spent as usize) as i64;
        let ticks = *self
            .chance
            .pick(&[spent - 1, spent - 1, spent, spent + 1, part]);
        let mut draft = told.draft.clone();
        draft.steps[index].insert("ticks".to_owned(), Value::from(ticks));
        draft.prepare(&self.name).unwrap_or(told)
    }

    /// Lets the last waits come to their ends.
    fn end(&mut self, told: Prepared) -> Prepared {
        let mut draft = told.draft.clone();
        draft.steps.push(Table::from_iter([(
            "advance".to_owned(),
            Value::from(50_000),
        )]));
        draft.prepare(&self.name).unwrap_or(told)
    }
}
