//! What is true of every world between activations.
//!
//! Enters: a world. Leaves: the first thing found that cannot be, if there is one.
//! Refuses to know: how it came about.

mod forms;
mod objects;
mod origins;
mod ports;
#[cfg(test)]
mod tests;

use super::{World, actor::Actor, agenda::Agenda};
use crate::{
    activation::references::Referent,
    state::{
        identity::ActorId,
        message::{Envelope, Message},
        trie::diff::Change,
    },
};

/// What must be true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Invariant {
    /// Injected = spent + burned + held, and what is held lies somewhere (`TICK-13`).
    Ticks,
    /// Each port is in exactly one place (`PORT-2`).
    Ports,
    /// Nothing lies in the future but deadlines, and clocks never go back (`TIME-4`, `TIME-8`).
    Clocks,
    /// An actor is created, or has code that is there.
    Actors,
    /// Everything can be in a world of its dialect (`STATE-18`).
    Forms,
    /// Everything was made by somebody who counted it (`STATE-19`).
    Origins,
    /// The agenda and the heads of inboxes follow from the state.
    Agenda,
    /// Every object decodes from its bytes to itself (`STATE-17`).
    Codec,
    /// The kept hashes are those that follow from the rules (`STATE-4`).
    Root,
    /// Every object that is referred to exists.
    Whole,
}

/// Something that cannot be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which invariant does not hold.
    pub invariant: Invariant,
    /// What was expected and found, and where.
    pub what: String,
}

impl Violation {
    fn new(invariant: Invariant, what: impl Into<String>) -> Violation {
        let what = what.into();
        Violation { invariant, what }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.what)
    }
}

impl std::error::Error for Violation {}

/// Whether something holds, and if not, what does not.
fn ensure(
    holds: bool,
    invariant: Invariant,
    what: impl FnOnce() -> String,
) -> Result<(), Violation> {
    match holds {
        true => Ok(()),
        false => Err(Violation::new(invariant, what())),
    }
}

impl World {
    /// Checks everything that can be seen of one world. It costs what exists.
    pub fn check(&self) -> Result<(), Violation> {
        self.check_consistency()?;
        self.check_agenda()?;
        self.check_codec()?;
        self.check_root()?;
        self.check_whole()
    }

    /// Whether checking everything takes no time worth mentioning.
    pub(super) fn is_small(&self) -> bool {
        const SMALL: u64 = 32;
        let of_actors = self.actors.values().take(SMALL as usize);
        let of_actors = of_actors.map(|actor| actor.storage.len() + actor.inbox.len());
        let channels = self.channels.map().values().take(SMALL as usize);
        let ends = channels.flat_map(|channel| channel.ends());
        let at_ports = ends.map(|end| end.waiting.len());
        let probes = self.probes.values().map(|probe| probe.received.len());
        let actors = self.actors.values().take(SMALL as usize);
        let counters = actors.map(|actor| &actor.counters).chain([&self.outside]);
        let mut made = counters.map(|made| made.created.saturating_add(made.channels));
        self.actors.len() <= SMALL
            && self.channels.len() <= SMALL
            && made.all(|made| made <= 1 << 10)
            && of_actors.chain(at_ports).chain(probes).sum::<u64>() <= SMALL
    }

    /// Checks what the parts of a state owe to each other, whatever is kept beside it.
    pub(super) fn check_consistency(&self) -> Result<(), Violation> {
        self.check_ticks()?;
        self.check_clocks()?;
        self.check_actors()?;
        self.check_ports()?;
        self.check_forms()?;
        self.check_origins()
    }

    /// Checks what can be seen of this world and an earlier one. It costs what differs.
    pub fn check_since(&self, before: &World) -> Result<(), Violation> {
        let back = |what: &str, from: u64, to: u64| {
            ensure(from <= to, Invariant::Clocks, || {
                format!("expected {what} of at least {from}, found {to}")
            })
        };
        back("a time", before.time, self.time)?;
        back(
            "a number of ticks injected",
            before.ledger.injected,
            self.ledger.injected,
        )?;
        back(
            "a number of ticks spent",
            before.ledger.spent,
            self.ledger.spent,
        )?;
        back(
            "a number of ticks burned",
            before.ledger.burned,
            self.ledger.burned,
        )?;
        for change in before.actors.diff(&self.actors) {
            if let Change::Changed { key, old, new } = change {
                let what = |what: &str| format!("a {what} of the actor {}", key.0);
                back(&what("clock"), old.clock, new.clock)?;
                back(
                    &what("count of actors"),
                    old.counters.created,
                    new.counters.created,
                )?;
                back(
                    &what("count of channels"),
                    old.counters.channels,
                    new.counters.channels,
                )?;
                back(
                    &what("count of sends"),
                    old.counters.sent,
                    new.counters.sent,
                )?;
            }
        }
        Ok(())
    }

    /// Everything on its way.
    fn envelopes(&self) -> impl Iterator<Item = &Envelope> {
        let creations = self.actors.values();
        let creations = creations.filter_map(|actor| actor.creation.as_deref());
        creations.chain(self.sent())
    }

    /// Everything that was sent and not yet taken, creations left out.
    fn sent(&self) -> impl Iterator<Item = &Envelope> {
        let of_actors = self.actors.values().flat_map(|actor| actor.inbox.iter());
        let channels = self.channels.map().values();
        let ends = channels.flat_map(|channel| channel.ends());
        let at_ports = ends.flat_map(|end| end.waiting.iter());
        let probes = self.probes.values().flat_map(|probe| probe.received.iter());
        of_actors.chain(at_ports).chain(probes)
    }

    /// Every message value that is on its way or stored.
    fn messages(&self) -> impl Iterator<Item = &Message> {
        let on_their_way = self.envelopes().map(|envelope| &*envelope.message);
        let actors = self.actors.values();
        let stored = actors
            .flat_map(|actor| actor.storage.values())
            .map(|message| &**message);
        on_their_way.chain(stored)
    }

    fn check_ticks(&self) -> Result<(), Violation> {
        let waiting = self.envelopes().map(|envelope| envelope.ticks);
        let runs = self.actors.values().filter_map(|actor| actor.run.as_ref());
        let mut all = waiting.chain(runs.map(|run| run.ticks));
        let held = all.try_fold(0u64, u64::checked_add);
        let ledger = &self.ledger;
        ensure(held == Some(ledger.held), Invariant::Ticks, || {
            format!("expected {} ticks to be held, found {held:?}", ledger.held)
        })?;
        ensure(ledger.is_conserved(), Invariant::Ticks, || {
            format!("expected injected = spent + burned + held, found {ledger:?}")
        })
    }

    fn check_clocks(&self) -> Result<(), Violation> {
        for envelope in self.envelopes() {
            let stamp = envelope.position.stamp;
            ensure(stamp <= self.time, Invariant::Clocks, || {
                format!(
                    "expected nothing stamped after {}, found {stamp}",
                    self.time
                )
            })?;
        }
        for (id, actor) in self.actors.iter() {
            ensure(actor.clock <= self.time, Invariant::Clocks, || {
                let (time, clock) = (self.time, actor.clock);
                format!(
                    "expected no clock beyond {time}, found {clock} of the actor {}",
                    id.0
                )
            })?;
            let Some(run) = &actor.run else { continue };
            let timeout = run.deadline.checked_sub(actor.clock);
            let possible = timeout.is_some_and(|timeout| timeout <= u32::MAX.into());
            ensure(possible, Invariant::Clocks, || {
                let (clock, deadline) = (actor.clock, run.deadline);
                let id = id.0;
                format!(
                    "expected a deadline that a time-out gives, from {clock} on, of the actor {id}, found {deadline}"
                )
            })?;
        }
        Ok(())
    }

    fn check_actors(&self) -> Result<(), Violation> {
        for (id, actor) in self.actors.iter() {
            let sound = match (&actor.creation, actor.code) {
                (Some(_), None) => actor.run.is_none(),
                (None, Some(code)) => self.programs.contains(&code),
                _ => false,
            };
            ensure(sound, Invariant::Actors, || {
                format!(
                    "expected a creation or code of the actor {}, found {:?}",
                    id.0, actor.code
                )
            })?;
        }
        Ok(())
    }

    fn check_agenda(&self) -> Result<(), Violation> {
        for (id, actor) in self.actors.iter() {
            let start = actor.next().map(|next| next.start);
            let as_planned = actor.planned == start;
            ensure(
                as_planned && self.has_its_heads(actor),
                Invariant::Agenda,
                || {
                    let planned = actor.planned;
                    format!(
                        "expected the plan {start:?} of the actor {}, found {planned:?}",
                        id.0
                    )
                },
            )?;
        }
        let agenda = Agenda::of(&self.actors);
        ensure(self.agenda.agrees(&agenda), Invariant::Agenda, || {
            "expected an agenda that follows from the actors, found another".to_owned()
        })
    }

    fn has_its_heads(&self, actor: &Actor) -> bool {
        let heads = self.channels.heads(actor.bound.values());
        heads.iter().eq(actor.heads.iter())
    }
}

/// What a run refers to.
fn referents(actor: &Actor) -> impl Iterator<Item = &Referent> {
    let run = actor.run.iter();
    run.flat_map(|run| run.sleeper.kept.references.referents())
}

/// Shows whose something is.
fn of(id: &ActorId) -> String {
    format!("of the actor {}", id.0)
}
