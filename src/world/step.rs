//! One activation after another: take what is next, run it, apply what it changes, divide what is left.
//!
//! Enters: the agenda. Leaves: records, and a world that has moved on.
//! Refuses to know: what guests compute, and who asked for the step.

use super::{
    World,
    actor::{Actor, Deed, Next, WaitingRun},
    channels::{Place, Sent},
    ledger::divide,
    order::{Order, legal},
    record::Record,
    watch::{Aim, Begun},
};
use crate::{
    activation::{
        Report, Success, Task, activate,
        effects::{Changes, Effect},
        session::{Beginning, Owed},
        watch::Watcher,
    },
    fault::Fault,
    limits,
    module::Entry,
    state::{
        hash::Hash,
        identity::{ActorId, Capability, PortId},
        message::{Envelope, Message, Position},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// A step that an operator's limit cut off (`LIM-17`).
#[derive(Debug, PartialEq, Eq)]
pub struct Overrun {
    pub activations: usize,
}

impl std::fmt::Display for Overrun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "expected at most {} activations in one step, found more",
            limits::STEP_ACTIVATIONS
        )
    }
}

impl std::error::Error for Overrun {}

/// The VM and what a waiting run had kept, taken from the actor for an activation.
struct Taken {
    task: Task,
    handled: Option<Envelope>,
    kept_ticks: u64,
}

/// What is needed to close the account of an activation.
struct Account {
    actor: ActorId,
    tank: u64,
    start: u64,
    /// Whom an error response goes to (`RESP-4`).
    response: Option<Capability>,
}

impl Account {
    /// The clock after so much was spent (`TIME-4`).
    fn end(&self, spent: u64) -> u64 {
        self.start + spent.max(1)
    }
}

impl World {
    /// Goes on until nothing waits to be handled and no deadline has come (`OUT-6`).
    pub fn settle(&mut self, order: &mut Order<'_>) -> Result<Vec<Record>, Overrun> {
        let mut records = Vec::new();
        let mut events = 0;
        while let Some(id) = self.choose(order) {
            if records.len() == limits::STEP_ACTIVATIONS {
                return Err(Overrun {
                    activations: records.len(),
                });
            }
            let record = self.activate(id, limits::STEP_EVENTS - events);
            events += record.calls.len();
            records.push(record);
        }
        self.assert_conserved();
        Ok(records)
    }

    /// Makes the world's time `time`, if it was less, and settles (`OUT-7`).
    pub fn advance(&mut self, time: u64, order: &mut Order<'_>) -> Result<Vec<Record>, Overrun> {
        assert!(
            time <= limits::LATEST_TIME,
            "the operator's wish was checked"
        );
        self.time = self.time.max(time);
        self.settle(order)
    }

    /// The least deadline, while runs wait.
    pub fn next_deadline(&self) -> Option<u64> {
        self.actors
            .values()
            .filter_map(|actor| actor.run.as_ref())
            .map(|run| run.deadline)
            .min()
    }

    /// Who goes next in this step, if anybody does.
    fn choose(&self, order: &mut Order<'_>) -> Option<ActorId> {
        match order {
            Order::Canonical => {
                let &(start, id) = self.agenda.first()?;
                (!self.addressed.is_empty() || start <= self.time).then_some(id)
            }
            Order::Any(choice) => {
                let plans: Vec<(ActorId, Next)> = self
                    .agenda
                    .iter()
                    .map(|&(_, id)| (id, self.next_of(id).expect("it is on the agenda")))
                    .collect();
                let heads = self.addressed.iter().filter_map(|id| self.head_of(*id));
                let addressed_until = heads.map(|head| head.stamp).max().unwrap_or(0);
                let candidates = legal(&plans, addressed_until, self.time);
                (!candidates.is_empty()).then(|| candidates[choice(candidates.len())])
            }
        }
    }

    /// Lets an actor do what it has to do next.
    fn activate(&mut self, id: ActorId, records: usize) -> Record {
        let next = self
            .next_of(id)
            .expect("only who has something to do is chosen");
        let Taken {
            task,
            handled,
            kept_ticks,
        } = self.take(id, next);
        let actor = &self.actors[&id];
        assert!(next.start >= actor.clock, "clocks never go back");
        let account = Account {
            actor: id,
            tank: kept_ticks + handled.as_ref().map_or(0, |envelope| envelope.ticks),
            start: next.start,
            response: handled
                .as_ref()
                .and_then(|envelope| envelope.message.response),
        };
        let beginning = Beginning {
            actor: id,
            start: next.start,
            tank: account.tank,
            counters: actor.counters,
            storage: actor.storage.clone(),
            bound: actor.bound.clone(),
            handled: handled.clone(),
            records,
            watcher: self
                .watch
                .as_ref()
                .map(|watch| watch.onlooker.clone() as Watcher),
        };
        if let Some(watch) = &self.watch {
            let times = [next.start, account.tank];
            watch
                .tell()
                .begin(&Begun::new(id, next.deed, handled.as_ref(), times));
        }
        let (report, refusal) = self.run(next.deed, beginning, task);
        self.ledger.spent += report.spent;
        self.time = self.time.max(account.end(report.spent));
        let mut record = Record {
            actor: id,
            deed: next.deed,
            handled: handled.as_ref().map(|envelope| envelope.position),
            start: next.start,
            end: account.end(report.spent),
            tank: account.tank,
            spent: report.spent,
            outcome: Err(Fault::Unreachable),
            refusal,
            calls: report.calls,
            unrecorded_calls: report.unrecorded_calls,
            left: 0,
            shares: Vec::new(),
            waits_until: None,
            parts: None,
        };
        match report.outcome {
            Ok(success) => {
                record.outcome = Ok(success.returned);
                record.left = success.left;
                self.succeed(&account, success, &mut record);
            }
            Err(fault) => {
                record.outcome = Err(fault);
                // What sends had taken is back (`TICK-12`).
                record.left = account.tank - report.spent;
                self.fail(&account, fault, handled.as_ref(), next.deed, &mut record);
            }
        }
        self.replan(id);
        if cfg!(debug_assertions) && self.is_small() {
            self.assert_conserved();
        }
        record.parts = self.actors.get(&id).map(Actor::parts);
        if let Some(watch) = &self.watch {
            watch.tell().end(&record);
        }
        record
    }

    /// Whether counting everything after every activation takes no time worth mentioning.
    fn is_small(&self) -> bool {
        const SMALL: usize = 64;
        let messages = self.addressed.iter().map(|id| self.actors[id].inbox.len());
        self.actors.len() <= SMALL
            && self.channels.iter().count() <= SMALL
            && messages.sum::<usize>() <= SMALL
    }

    /// Takes from the actor what it is to handle, and its VM if a run waits.
    fn take(&mut self, id: ActorId, next: Next) -> Taken {
        let head = self.head_of(id);
        let has_ports = self.dialect.has_ports();
        let actor = self.actors.get_mut(&id).expect("it was chosen");
        match next.deed {
            Deed::Creation => {
                let envelope = actor.creation.take().expect("it is to be created");
                let task = Task::Fresh(Entry::Creation, envelope.clone());
                Taken {
                    task,
                    handled: Some(envelope),
                    kept_ticks: 0,
                }
            }
            Deed::Message => {
                let position = head.expect("it has a message");
                let envelope = if has_ports {
                    self.channels.take(actor.bound.values().copied(), position)
                } else {
                    actor.inbox.remove(&position)
                };
                let envelope = envelope.expect("its first message is there");
                match actor.run.take() {
                    None => Taken {
                        task: Task::Fresh(Entry::Message, envelope.clone()),
                        handled: Some(envelope),
                        kept_ticks: 0,
                    },
                    Some(run) => Taken {
                        task: Task::Resume(run.sleeper, envelope.clone()),
                        handled: Some(envelope),
                        kept_ticks: run.ticks,
                    },
                }
            }
            Deed::TimeOut => {
                let run = actor.run.take().expect("a run waits");
                let task = Task::TimeOut(run.sleeper, run.callback);
                Taken {
                    task,
                    handled: None,
                    kept_ticks: run.ticks,
                }
            }
        }
    }

    /// Runs the guest. A creation pays for its binary and has it accepted first (`ACTOR-4`).
    fn run(&mut self, deed: Deed, beginning: Beginning, task: Task) -> (Report, Option<String>) {
        let id = beginning.actor;
        let fault = |spent, fault| Report {
            spent,
            outcome: Err(fault),
            calls: Vec::new(),
            unrecorded_calls: 0,
            replayed: false,
        };
        let mut prepaid = 0;
        if deed == Deed::Creation {
            let binary = &beginning
                .handled
                .as_ref()
                .expect("a creation has a message")
                .message
                .data;
            prepaid = self.schedule.activation.code.of(binary.len() as u64);
            if prepaid > beginning.tank {
                return (fault(beginning.tank, Fault::OutOfTicks), None);
            }
            let binary = binary.clone();
            let schedule = (&self.schedule, self.schedule_hash);
            match self
                .library
                .of(binary.hash(), binary.bytes(), self.dialect, schedule)
            {
                Ok(program) => self.programs.insert(binary.hash(), program),
                Err(refusal) => {
                    let refusal = refusal.to_string();
                    return (fault(prepaid, Fault::InvalidModule), Some(refusal));
                }
            };
            self.actors.get_mut(&id).expect("it is being created").code = Some(binary.hash());
        }
        let actor = self.actors.get(&id).expect("it was chosen");
        let code = actor.code.expect("an actor has code once it was created");
        let program = self.programs[&code].clone();
        let report = activate(
            &program,
            &self.schedule,
            beginning,
            prepaid,
            task,
            self.metering,
        );
        self.replays += u64::from(report.replayed);
        (report, None)
    }

    /// Applies what an activation changes, and divides what is left (`TICK-11`).
    fn succeed(&mut self, account: &Account, success: Success, record: &mut Record) {
        let Success {
            mut changes,
            mut claims,
            owed,
            waiting,
            left,
            ..
        } = success;
        let clock = account.end(record.spent);
        if let Some(Owed {
            response: Some(capability),
            given: false,
        }) = owed
        {
            let number = changes.counters.sent;
            changes.counters.sent += 1;
            let position = Position {
                stamp: clock,
                sender: account.actor,
                number,
            };
            let envelope = response(position, capability, Message::of_data([]));
            claims.push(changes.effects.len());
            changes.effects.push(Effect::SendToCapability {
                capability,
                envelope,
            });
        }
        let allotted: u64 = changes
            .effects
            .iter_mut()
            .filter_map(|effect| effect.envelope_mut().map(|envelope| envelope.ticks))
            .sum();
        assert_eq!(
            account.tank,
            record.spent + allotted + left,
            "a tank is spent, allotted or left"
        );
        let shares = divide(left, claims.len() + usize::from(waiting.is_some()));
        assert!(shares.is_empty() || shares.iter().sum::<u64>() == left);
        for (claim, share) in claims.iter().zip(&shares) {
            let envelope = changes.effects[*claim]
                .envelope_mut()
                .expect("claims are sends");
            envelope.ticks += share;
        }
        if shares.is_empty() {
            self.ledger.burned += left;
        }
        self.apply(account.actor, clock, changes);
        if let Some((sleeper, wait)) = waiting {
            let deadline = clock + u64::from(wait.timeout);
            let ticks = *shares.last().expect("a wait is a claim");
            let mut run = WaitingRun {
                sleeper,
                deadline,
                callback: wait.callback,
                ticks,
                object_id: Hash::ZERO,
            };
            run.object_id = run.compute_object_id();
            self.actors
                .get_mut(&account.actor)
                .expect("it was activated")
                .run = Some(run);
            record.waits_until = Some(deadline);
        }
        record.shares = shares;
    }

    /// Leaves all as it was but clock, ticks and the error response (`RUN-8`, `RESP-4`).
    fn fail(
        &mut self,
        account: &Account,
        fault: Fault,
        handled: Option<&Envelope>,
        deed: Deed,
        record: &mut Record,
    ) {
        for port in handled.iter().flat_map(|envelope| &envelope.message.ports) {
            self.ledger.burned += self.channels.destroy(*port);
        }
        let clock = account.end(record.spent);
        let left = record.left;
        let number = if deed == Deed::Creation {
            let never_born = self.remove_actor(account.actor);
            self.ledger.burned += never_born
                .inbox
                .values()
                .map(|envelope| envelope.ticks)
                .sum::<u64>();
            0
        } else {
            let actor = self
                .actors
                .get_mut(&account.actor)
                .expect("it was activated");
            actor.clock = clock;
            let number = actor.counters.sent;
            actor.counters.sent += u64::from(account.response.is_some());
            number
        };
        match account.response {
            None => self.ledger.burned += left,
            Some(capability) => {
                let position = Position {
                    stamp: clock,
                    sender: account.actor,
                    number,
                };
                let data = Message::of_data(fault.code().to_le_bytes());
                let mut envelope = response(position, capability, data);
                envelope.ticks = left;
                record.shares = vec![left];
                self.deliver(capability.actor, envelope);
            }
        }
    }

    fn apply(&mut self, id: ActorId, clock: u64, changes: Changes) {
        if let Some(watch) = &self.watch {
            watch.tell().changes(&changes);
        }
        let actor = self.actors.get_mut(&id).expect("it was activated");
        actor.clock = clock;
        actor.counters = changes.counters;
        if !changes.storage.is_empty() {
            overwrite(Arc::make_mut(&mut actor.storage), changes.storage);
        }
        if !changes.bound.is_empty() {
            overwrite(Arc::make_mut(&mut actor.bound), changes.bound);
        }
        for effect in changes.effects {
            self.apply_effect(id, effect);
        }
    }

    fn apply_effect(&mut self, id: ActorId, effect: Effect) {
        match effect {
            Effect::OpenChannel(channel) => self.channels.open(channel),
            Effect::Bind { name, port } => {
                self.channels.put(port, Place::Bound { actor: id, name })
            }
            Effect::Unbind { port, .. } => self.channels.put(port, Place::Held),
            Effect::Destroy(port) => self.ledger.burned += self.channels.destroy(port),
            Effect::SendOnPort { port, envelope } => self.send_on_port(port, envelope),
            Effect::SendToCapability {
                capability,
                envelope,
            } => {
                self.deliver(capability.actor, envelope);
            }
            Effect::Create { child, envelope } => self.conceive(child, envelope),
        }
    }

    /// Lets a message wait at the other end of a channel.
    pub(super) fn send_on_port(&mut self, port: PortId, envelope: Envelope) {
        self.tell_sent(Aim::Through(port), &envelope);
        match self.channels.send(port, envelope) {
            Sent::Bound(actor) => self.replan(actor),
            Sent::Waiting => {}
            Sent::Lost(ticks) => self.ledger.burned += ticks,
        }
    }

    /// Puts a message into the inbox of an actor or probe (`CAP-4`, `CAP-5`, `OUT-3`).
    pub(super) fn deliver(&mut self, to: ActorId, envelope: Envelope) {
        self.tell_sent(Aim::Inbox(to), &envelope);
        if let Some(probe) = self.probes.get_mut(&to) {
            let previous = probe.received.insert(envelope.position, envelope);
            assert!(previous.is_none(), "no two messages have one position");
        } else if let Some(actor) = self.actors.get_mut(&to) {
            let previous = actor.inbox.insert(envelope.position, envelope);
            assert!(previous.is_none(), "no two messages have one position");
            self.replan(to);
        } else {
            self.ledger.burned += envelope.ticks;
        }
    }

    /// Lets a creation wait to begin (`ACTOR-3`).
    pub(super) fn conceive(&mut self, child: ActorId, envelope: Envelope) {
        self.tell_sent(Aim::Creation(child), &envelope);
        self.channels.enclose(&envelope.message);
        let actor = Actor {
            clock: envelope.position.stamp,
            creation: Some(envelope),
            ..Actor::default()
        };
        let previous = self.actors.insert(child, actor);
        assert!(previous.is_none(), "actor ids are unique");
        self.replan(child);
    }

    /// Asserts that no tick was made or lost (`TICK-13`).
    pub fn assert_conserved(&self) {
        self.ledger.assert_conserved(self.held_ticks());
    }

    /// All ticks that somebody holds.
    pub fn held_ticks(&self) -> u64 {
        let of_actor = |actor: &Actor| {
            let waiting = actor.run.as_ref().map_or(0, |run| run.ticks);
            let creation = actor.creation.as_ref().map_or(0, |envelope| envelope.ticks);
            let inbox: u64 = actor.inbox.values().map(|envelope| envelope.ticks).sum();
            waiting + creation + inbox
        };
        let actors: u64 = self.actors.values().map(of_actor).sum();
        let received = self
            .probes
            .values()
            .flat_map(|probe| probe.received.values());
        actors + received.map(|envelope| envelope.ticks).sum::<u64>() + self.channels.held_ticks()
    }
}

/// A response to a capability; its ticks are decided later.
fn response(position: Position, capability: Capability, message: Message) -> Envelope {
    Envelope {
        position,
        ticks: 0,
        tag: capability.tag,
        message: Arc::new(message),
    }
}

/// Applies an activation's changes to a map.
fn overwrite<K: Ord, V>(map: &mut BTreeMap<K, V>, changes: BTreeMap<K, Option<V>>) {
    for (key, change) in changes {
        match change {
            Some(value) => map.insert(key, value),
            None => map.remove(&key),
        };
    }
}
