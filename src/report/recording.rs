//! What pictures of a run need beyond its records: what was sent, what changed, and when.
//!
//! Enters: what a watched world tells. Leaves: the first so many activations and messages, and how
//! many more there were. Refuses to know: names, and how anything is drawn.

use crate::{
    activation::{
        effects::Changes,
        watch::{Account, Event, Observer, Phase, listening},
    },
    state::{
        hash::Hash,
        identity::PortId,
        message::{Envelope, Message},
        name::Name,
        objects::Counters,
    },
    world::{
        parts::Changed,
        record::Record,
        watch::{Aim, Begun, Onlooker, SharedOnlooker},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// How much is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// The most activations.
    pub activations: usize,
    /// The most messages.
    pub messages: usize,
    /// In all, not of each activation.
    pub calls: usize,
}

/// Something that was sent.
pub struct Sent {
    /// Where it was sent.
    pub aim: Aim,
    /// What was sent.
    pub envelope: Envelope,
    /// The activation that sent it; none if the outside did.
    pub by: Option<usize>,
    /// How many steps had been carried out.
    pub step: usize,
}

/// Ticks spent when an import call was made, and when it had returned.
pub type Interval = [u64; 2];

/// What an activation told.
#[derive(Default)]
pub struct Told {
    /// The ticks at which its import calls were made and had returned.
    pub calls: Vec<Interval>,
    /// What was begun, and after how many ticks spent.
    pub phases: Vec<(Phase, u64)>,
    /// The actor's counters after it, if it changed anything.
    pub counters: Option<Counters>,
    /// Changed storage by key; none where the value was removed.
    pub storage: BTreeMap<Name, Option<Arc<Message>>>,
    /// Changed bound ports by name; none where the name became free.
    pub bound: BTreeMap<Name, Option<PortId>>,
}

/// Listens, and keeps.
pub struct Recording {
    bounds: Bounds,
    /// What the activations told that are kept.
    pub activations: Vec<Told>,
    /// The messages that are kept.
    pub messages: Vec<Sent>,
    /// All that there were, kept or not.
    pub all_activations: usize,
    /// All messages that there were, kept or not.
    pub all_messages: usize,
    steps: usize,
    is_inside: bool,
    calls: usize,
}

impl Recording {
    /// A recording that has heard nothing yet.
    pub fn new(bounds: Bounds) -> Recording {
        Recording {
            bounds,
            activations: Vec::new(),
            messages: Vec::new(),
            all_activations: 0,
            all_messages: 0,
            steps: 0,
            is_inside: false,
            calls: 0,
        }
    }

    /// Forgets what was told of a step that could not be carried out to its end.
    pub fn forget_after(&mut self, steps: usize, activations: usize) {
        self.activations.truncate(activations);
        self.all_activations = activations;
        let is_kept = |sent: &Sent| sent.step < steps && sent.by.is_none_or(|by| by < activations);
        let before = self.messages.len();
        self.messages.retain(is_kept);
        self.all_messages -= before - self.messages.len();
    }

    /// A step of the scenario was carried out.
    pub fn step(&mut self) {
        self.steps += 1;
    }

    /// The activation that goes on, if it is kept.
    fn current(&mut self) -> Option<&mut Told> {
        let is_kept = self.all_activations <= self.bounds.activations;
        is_kept.then(|| self.activations.last_mut().expect("it was begun"))
    }
}

impl Observer for Recording {
    fn event(&mut self, event: Event<'_>, account: Account) {
        let has_room = self.calls < self.bounds.calls;
        let Some(told) = self.current() else {
            return;
        };
        match event {
            Event::Phase(phase) => told.phases.push((phase, account.spent)),
            Event::Import { spent_before, .. } if has_room => {
                told.calls.push([spent_before, account.spent]);
                self.calls += 1;
            }
            Event::Import { .. } | Event::Program { .. } | Event::Mark(_) => {}
        }
    }
}

impl Onlooker for Recording {
    fn begin(&mut self, _: &Begun) {
        self.is_inside = true;
        self.all_activations += 1;
        if self.all_activations <= self.bounds.activations {
            self.activations.push(Told::default());
        }
    }

    fn changes(&mut self, changes: &Changes) {
        if let Some(told) = self.current() {
            told.counters = Some(changes.counters);
            told.storage = changes.storage.clone();
            told.bound = changes.bound.clone();
        }
    }

    fn sent(&mut self, aim: Aim, envelope: &Envelope) {
        self.all_messages += 1;
        let is_kept = self.all_activations <= self.bounds.activations;
        if is_kept && self.messages.len() < self.bounds.messages {
            self.messages.push(Sent {
                aim,
                envelope: envelope.clone(),
                by: self.is_inside.then(|| self.all_activations - 1),
                step: self.steps,
            });
        }
    }

    fn end(&mut self, _: &Record) {
        self.is_inside = false;
    }
}

/// Several onlookers in the place of one. Those that do not want marks are told of none.
#[derive(Default)]
pub struct Audience {
    seats: Vec<(SharedOnlooker, bool)>,
}

impl Audience {
    /// Adds an onlooker, who wants marks or does not.
    pub fn seat(&mut self, onlooker: SharedOnlooker, marks: bool) {
        self.seats.push((onlooker, marks));
    }

    /// Whether nobody listens.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Whether somebody wants to be told of marks.
    pub fn wants_marks(&self) -> bool {
        self.seats.iter().any(|(_, marks)| *marks)
    }

    fn tell(&mut self, mut what: impl FnMut(&mut dyn Onlooker)) {
        for (onlooker, _) in &self.seats {
            what(&mut *listening(onlooker));
        }
    }
}

impl Observer for Audience {
    fn event(&mut self, event: Event<'_>, account: Account) {
        let is_mark = matches!(event, Event::Mark(_));
        for (onlooker, marks) in &self.seats {
            if *marks || !is_mark {
                listening(onlooker).event(event, account);
            }
        }
    }
}

impl Onlooker for Audience {
    fn begin(&mut self, begun: &Begun) {
        self.tell(|onlooker| onlooker.begin(begun));
    }

    fn changes(&mut self, changes: &Changes) {
        self.tell(|onlooker| onlooker.changes(changes));
    }

    fn sent(&mut self, aim: Aim, envelope: &Envelope) {
        self.tell(|onlooker| onlooker.sent(aim, envelope));
    }

    fn wants_state(&self) -> bool {
        let mut seats = self.seats.iter();
        seats.any(|(onlooker, _)| listening(onlooker).wants_state())
    }

    fn state(&mut self, root: Hash, changed: &[Changed]) {
        self.tell(|onlooker| onlooker.state(root, changed));
    }

    fn end(&mut self, record: &Record) {
        self.tell(|onlooker| onlooker.end(record));
    }
}
