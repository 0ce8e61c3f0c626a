//! One activation as seen from the guest's side of the border: it takes import calls (`calls`), and
//! keeps what they come to.
//!
//! Enters: what the activation begins with, and import calls. Leaves: results for the guest, and
//! `Changes` for the world if all went well. Refuses to know: wasmi (it sees memory as bytes and ticks
//! as a number), and the world.

mod arguments;
mod calls;

pub use arguments::Arguments;
pub use calls::{Call, charge};

use super::{
    effects::{Changes, Effect, Overlay},
    references::{LocalMessage, References, Referent},
    watch::{Account, Event, Phase, Watcher, listening},
};
use crate::{
    deviation::{Deviation, deviates},
    fault::Fault,
    limits,
    module::schedule::Schedule,
    state::{
        identity::{ActorId, Capability, PortId},
        message::{Envelope, Message, Position},
        name::Name,
        objects::Counters,
        trie::Trie,
    },
};
use std::{collections::VecDeque, sync::Arc};

/// The message that an activation handles, as far as a response goes (`RESP-1`).
#[derive(Clone, Copy, Debug)]
pub struct Owed {
    /// The response capability of the message, if it has one.
    pub response: Option<Capability>,
    /// Whether a response was given.
    pub given: bool,
}

/// A callback that was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallbackRequest {
    /// Its index into the table of callbacks (`RUN-5`).
    pub index: u32,
    /// What it is called with, as signed numbers.
    pub arguments: Vec<i32>,
}

/// A `getNextMessage` that is pending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait {
    /// Ticks from the end of the activation to the deadline (`WAIT-3`).
    pub timeout: u32,
    /// The time-out callback's index into the table of callbacks.
    pub callback: u32,
}

/// An actor's storage: message values by key.
pub type Storage = Trie<Name, Arc<Message>>;

/// The ports that an actor has bound, by name.
pub type Bound = Trie<Name, PortId>;

/// What an activation begins with.
#[derive(Clone)]
pub struct Beginning {
    /// Whose activation it is.
    pub actor: ActorId,
    /// When it starts, in ticks (`TIME-2`).
    pub start: u64,
    /// The ticks in its tank (`TICK-10`).
    pub tank: u64,
    /// What the actor has made so far.
    pub counters: Counters,
    /// What the actor stores.
    pub storage: Storage,
    /// The ports that the actor has bound.
    pub bound: Bound,
    /// What it handles, unless it is a time-out.
    pub handled: Option<Envelope>,
    /// How many import calls may be recorded.
    pub records: usize,
    /// Who is told what happens.
    pub watcher: Option<Watcher>,
}

/// One activation under way, with the references of its run.
pub struct Session {
    pub(crate) references: References,
    pub(crate) actor: ActorId,
    pub(crate) counters: Counters,
    pub(crate) storage: Overlay<Arc<Message>>,
    pub(crate) bound: Overlay<PortId>,
    pub(crate) owed: Option<Owed>,
    pub(crate) wait: Option<Wait>,
    pub(crate) callbacks: VecDeque<CallbackRequest>,
    /// How many were asked for, those that have run included (`LIM-14`).
    callbacks_asked: usize,
    start: u64,
    tank: u64,
    /// What sends that name their ticks have taken from the tank.
    allotted: u64,
    effects: Vec<Effect>,
    /// The effects that have a claim on what is left, in the order made (`TICK-11`).
    claims: Vec<usize>,
    /// The calls recorded so far, how many more there were, and how many may be recorded.
    calls: Vec<Call>,
    unrecorded_calls: u64,
    records: usize,
    watcher: Option<Watcher>,
    schedule: Arc<Schedule>,
}

/// What a session leaves when its activation ended without fault.
pub struct Ending {
    /// What it wants changed.
    pub changes: Changes,
    /// Effects with a claim on what is left, by their place in `changes.effects`.
    pub claims: Vec<usize>,
    /// The response capability of what it handled, and whether it was used.
    pub owed: Option<Owed>,
    /// The wait that it asked for, if it did.
    pub wait: Option<Wait>,
}

impl Session {
    /// The first activation of a run.
    pub fn fresh(schedule: Arc<Schedule>, beginning: Beginning) -> Session {
        Session::resumed(schedule, References::default(), beginning)
    }

    /// A further activation of a run of which only these references are at hand.
    pub fn resumed(
        schedule: Arc<Schedule>,
        references: References,
        beginning: Beginning,
    ) -> Session {
        let mut session = Session {
            references,
            actor: beginning.actor,
            counters: Counters::default(),
            storage: Overlay::default(),
            bound: Overlay::default(),
            owed: None,
            wait: None,
            callbacks: VecDeque::new(),
            callbacks_asked: 0,
            start: 0,
            tank: 0,
            allotted: 0,
            effects: Vec::new(),
            claims: Vec::new(),
            calls: Vec::new(),
            unrecorded_calls: 0,
            records: 0,
            watcher: None,
            schedule,
        };
        session.begin(beginning);
        session
    }

    /// A further activation of the same run.
    pub fn begin(&mut self, beginning: Beginning) {
        assert_eq!(self.actor, beginning.actor, "a run belongs to one actor");
        assert!(
            self.effects.is_empty() && self.calls.is_empty(),
            "the last activation has ended"
        );
        if deviates(Deviation::KeptReferencesAreForgotten) {
            self.references = References::default();
        }
        self.start = beginning.start;
        self.tank = beginning.tank;
        self.allotted = 0;
        self.counters = beginning.counters;
        self.storage = Overlay::new(beginning.storage);
        self.bound = Overlay::new(beginning.bound);
        self.wait = None;
        self.callbacks_asked = 0;
        self.records = beginning.records;
        self.watcher = beginning.watcher;
        self.owed = beginning.handled.as_ref().map(|envelope| Owed {
            response: envelope.message.response(),
            given: false,
        });
    }

    /// Hands the message over to the run, and gives its reference (`REF-3`).
    pub fn receive(&mut self, envelope: &Envelope) -> Result<i32, Fault> {
        self.references.room_for(1)?;
        Ok(self
            .references
            .hand_out(Referent::Message(LocalMessage::received(envelope))))
    }

    /// What was spent so far, with so many ticks left.
    pub fn spent(&self, left: u64) -> u64 {
        (self.tank - self.allotted)
            .checked_sub(left)
            .expect("ticks are only ever taken")
    }

    /// Tells whoever watches.
    pub fn tell(&self, event: Event<'_>, left: u64) {
        if let Some(watcher) = &self.watcher {
            let spent = self.spent(left);
            listening(watcher).event(event, Account { left, spent });
        }
    }

    /// Tells whoever watches what ticks are spent on from now on.
    pub fn phase(&self, phase: Phase, left: u64) {
        self.tell(Event::Phase(phase), left);
    }

    /// The stamp of what is sent now (`TIME-3`).
    pub(crate) fn stamp(&self, left: u64) -> u64 {
        let late = u64::from(deviates(Deviation::StampsOneLate));
        self.start + self.spent(left).max(1) + late
    }

    /// The position of this actor's next send.
    pub(crate) fn next_send(&mut self, left: u64) -> Position {
        let number = self.counters.sent;
        self.counters.sent += 1;
        Position {
            stamp: self.stamp(left),
            sender: self.actor,
            number,
        }
    }

    /// Notes an effect.
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Puts one message in the place of another, wherever that was sent.
    pub(crate) fn replace_sent(&mut self, before: &Message, after: &Arc<Message>) {
        let before = before.object_id();
        let envelopes = self.effects.iter_mut().filter_map(Effect::envelope_mut);
        for envelope in envelopes.filter(|envelope| envelope.message.object_id() == before) {
            envelope.message = after.clone();
        }
    }

    /// Notes an effect that claims a share of what will be left.
    pub(crate) fn claiming_effect(&mut self, effect: Effect) {
        self.claims.push(self.effects.len());
        self.effects.push(effect);
    }

    /// Gives ticks of the tank to a send that names them (`CAP-3`).
    pub(crate) fn allot(&mut self, left: &mut u64, ticks: u64) -> Result<(), Fault> {
        charge(left, ticks)?;
        self.allotted += ticks;
        Ok(())
    }

    /// Asks for a callback (`RUN-4`).
    pub(crate) fn ask_for_callback(&mut self, request: CallbackRequest) {
        self.callbacks_asked += 1;
        self.callbacks.push_back(request);
    }

    /// Whether a further callback may be asked for.
    pub(crate) fn room_for_callback(&self) -> Result<(), Fault> {
        let more = usize::from(deviates(Deviation::OneCallbackTooMany));
        if self.callbacks_asked < limits::ACTIVATION_CALLBACKS + more {
            Ok(())
        } else {
            Err(Fault::LimitExceeded)
        }
    }

    /// The calls made, and how many more were made than could be recorded.
    pub fn take_calls(&mut self) -> (Vec<Call>, u64) {
        (
            std::mem::take(&mut self.calls),
            std::mem::take(&mut self.unrecorded_calls),
        )
    }

    /// Ends an activation that did not fault. If the run does not wait, what it holds is lost.
    pub fn end(&mut self) -> Ending {
        assert!(self.callbacks.is_empty(), "all callbacks have run");
        if self.wait.is_none() {
            for port in self.references.ports_left_behind() {
                self.effects.push(Effect::Destroy(port));
            }
        }
        Ending {
            changes: Changes {
                counters: self.counters,
                storage: std::mem::take(&mut self.storage).into_changes(),
                bound: std::mem::take(&mut self.bound).into_changes(),
                effects: std::mem::take(&mut self.effects),
            },
            claims: std::mem::take(&mut self.claims),
            owed: self.owed.take(),
            wait: self.wait.take(),
        }
    }

    /// The table of references, for the hash of a waiting run.
    pub fn references(&self) -> &References {
        &self.references
    }
}
