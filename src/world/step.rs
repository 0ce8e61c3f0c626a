//! One activation after another: take what is next, run it, have it applied.
//!
//! Enters: the agenda. Leaves: records, and a world that has moved on.
//! Refuses to know: what guests compute, and who asked for the step.

use super::{
    World,
    actor::{Deed, Next},
    order::{Order, legal},
    record::Record,
    watch::{Begun, Watch},
};
use crate::{
    activation::{Report, Task, activate, session::Beginning, watch::Watcher},
    deviation::{Deviation, deviates, is_faithful},
    fault::Fault,
    limits,
    module::Entry,
    state::{
        identity::{ActorId, Capability},
        message::{Data, Envelope, Message},
    },
};
use std::sync::Arc;

/// A step that an operator's limit cut off (`LIM-17`).
#[derive(Debug, PartialEq, Eq)]
pub struct Overrun {
    /// The activations carried out before it was cut off.
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

/// How much of what one step may do it has done (`LIM-17`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Activations carried out.
    pub activations: usize,
    /// Import calls recorded.
    pub events: usize,
}

/// The VM and what a waiting run had kept, taken from the actor for an activation.
struct Taken {
    task: Task,
    handled: Option<Envelope>,
    kept_ticks: u64,
}

/// What is needed to close the account of an activation.
pub(super) struct Account {
    pub actor: ActorId,
    pub tank: u64,
    pub start: u64,
    /// Whom an error response goes to (`RESP-4`).
    pub response: Option<Capability>,
}

impl Account {
    fn of(actor: ActorId, start: u64, kept_ticks: u64, handled: Option<&Envelope>) -> Account {
        Account {
            actor,
            tank: kept_ticks + handled.map_or(0, |envelope| envelope.ticks),
            start,
            response: handled.and_then(|envelope| envelope.message.response()),
        }
    }

    /// The clock after so much was spent (`TIME-4`).
    pub fn end(&self, spent: u64) -> u64 {
        let least = u64::from(!deviates(Deviation::NothingTakesNoTime));
        self.start + spent.max(least)
    }
}

impl World {
    /// Goes on until nothing waits to be handled and no deadline has come (`OUT-6`).
    pub fn settle(&mut self, order: &mut Order<'_>) -> Result<Vec<Record>, Overrun> {
        let mut progress = Progress::default();
        let mut records = Vec::new();
        while let Some(record) = self.proceed(order, &mut progress)? {
            records.push(record);
        }
        Ok(records)
    }

    /// Lets who goes next in a step do what it has to do, if anybody does.
    pub fn proceed(
        &mut self,
        order: &mut Order<'_>,
        progress: &mut Progress,
    ) -> Result<Option<Record>, Overrun> {
        let Some(id) = self.choose(order) else {
            if cfg!(debug_assertions) && is_faithful() && self.is_small() {
                let checked = self.check();
                checked.unwrap_or_else(|violation| panic!("{violation}"));
            }
            return Ok(None);
        };
        if progress.activations == limits::STEP_ACTIVATIONS {
            return Err(Overrun {
                activations: progress.activations,
            });
        }
        let record = self.activate(id, limits::STEP_EVENTS - progress.events);
        progress.activations += 1;
        progress.events += record.calls.len();
        Ok(Some(record))
    }

    /// Makes the world's time `time`, if it was less, and settles (`OUT-7`).
    pub fn advance(&mut self, time: u64, order: &mut Order<'_>) -> Result<Vec<Record>, Overrun> {
        self.set_time(time);
        self.settle(order)
    }

    /// Makes the world's time `time`, if it was less.
    pub fn set_time(&mut self, time: u64) {
        assert!(
            time <= limits::LATEST_TIME,
            "the operator's wish was checked"
        );
        self.time = self.time.max(time);
    }

    /// The least deadline, while runs wait.
    pub fn next_deadline(&self) -> Option<u64> {
        self.agenda.next_deadline()
    }

    /// Who goes next in this step, if anybody does.
    fn choose(&self, order: &mut Order<'_>) -> Option<ActorId> {
        match order {
            Order::Canonical => {
                let (start, id) = self.agenda.first()?;
                let early = u64::from(deviates(Deviation::DeadlineOfNowWaits));
                let has_come = start + early <= self.time;
                (self.agenda.is_anybody_addressed() || has_come).then_some(id)
            }
            Order::Any(choice) => {
                let next = |id| self.actor(id).next().expect("it is on the agenda");
                let actors = self.agenda.actors();
                let plans: Vec<(ActorId, Next)> = actors.map(|id| (id, next(id))).collect();
                let addressed = self.agenda.addressed();
                let heads = addressed.filter_map(|id| self.actor(id).head());
                let addressed_until = heads.map(|head| head.stamp).max().unwrap_or(0);
                let candidates = legal(&plans, addressed_until, self.time);
                (!candidates.is_empty()).then(|| candidates[choice(candidates.len())])
            }
        }
    }

    /// Lets an actor do what it has to do next.
    fn activate(&mut self, id: ActorId, records: usize) -> Record {
        let next = self.actor(id).next();
        let next = next.expect("only who has something to do is chosen");
        let is_wanted = |watch: &&Watch| watch.tell().wants_state();
        let before = self.watch.as_ref().filter(is_wanted).map(|_| self.clone());
        let Taken {
            task,
            handled,
            kept_ticks,
        } = self.take(id, next);
        let kept_ticks = match deviates(Deviation::KeptTicksBurn) {
            true => {
                self.ledger.burn_held(kept_ticks);
                0
            }
            false => kept_ticks,
        };
        let goes_on = next.start >= self.actor(id).clock || deviates(Deviation::ClocksGoBack);
        assert!(goes_on, "clocks never go back");
        let account = Account::of(id, next.start, kept_ticks, handled.as_ref());
        let beginning = self.beginning(&account, handled.clone(), records);
        if let Some(watch) = &self.watch {
            let times = [next.start, account.tank];
            watch
                .tell()
                .begin(&Begun::new(id, next.deed, handled.as_ref(), times));
        }
        self.ledger.release(account.tank);
        let (report, refusal) = self.run(next.deed, beginning, task);
        self.ledger.spent += report.spent;
        if !deviates(Deviation::TimeStandsStill) {
            self.time = self.time.max(account.end(report.spent));
        }
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
            root: None,
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
        self.ledger.assert_conserved();
        record.parts = self.actors.get(&id).map(|actor| actor.parts());
        record.root = self.roots_recorded.then(|| self.root());
        self.tell_end(before.as_ref(), &record);
        record
    }

    fn beginning(&self, of: &Account, handled: Option<Envelope>, records: usize) -> Beginning {
        let actor = self.actor(of.actor);
        let watcher = |watch: &Watch| watch.onlooker.clone() as Watcher;
        Beginning {
            actor: of.actor,
            start: of.start,
            tank: of.tank,
            counters: actor.counters,
            storage: actor.storage.clone(),
            bound: actor.bound.clone(),
            handled,
            records,
            watcher: self.watch.as_ref().map(watcher),
        }
    }

    /// Tells whoever watches what came of an activation; of the state too, if `before` is what it was.
    fn tell_end(&self, before: Option<&World>, record: &Record) {
        let Some(watch) = &self.watch else {
            return;
        };
        if let Some(before) = before {
            let changed = self.changed_since(before);
            watch.tell().state(self.root(), &changed);
        }
        watch.tell().end(record);
    }

    /// Takes from the actor what it is to handle, and its VM if a run waits.
    fn take(&mut self, id: ActorId, next: Next) -> Taken {
        match next.deed {
            Deed::Creation => {
                let creation = self.actor_mut(id).creation.take();
                let envelope = *creation.expect("it is to be created");
                Taken {
                    task: Task::Fresh(
                        Entry::Creation,
                        match deviates(Deviation::CreationsAreGivenNoCode) {
                            true => without_data(&envelope),
                            false => envelope.clone(),
                        },
                    ),
                    handled: Some(envelope),
                    kept_ticks: 0,
                }
            }
            Deed::Message => {
                let envelope = self.take_message(id);
                match self.exchange_run(id, None) {
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
                let run = self.exchange_run(id, None).expect("a run waits");
                Taken {
                    task: Task::TimeOut(run.sleeper, run.callback),
                    handled: None,
                    kept_ticks: run.ticks,
                }
            }
        }
    }

    /// Takes the first message of an actor's inbox.
    fn take_message(&mut self, id: ActorId) -> Envelope {
        let actor = self.actor(id);
        let taken = match actor.head_at_ports() {
            Some((position, port)) => {
                let taken = self.channels.take(port, position);
                self.move_head(id, port, Some(position));
                taken
            }
            None => {
                let position = actor.inbox.first().expect("it has a message");
                self.actor_mut(id).inbox.remove(&position)
            }
        };
        taken.expect("its first message is there")
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
            if deviates(Deviation::CreationsAreFree) {
                prepaid = 0;
            }
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
                    if deviates(Deviation::RefusedModulesAreFree) {
                        prepaid = 0;
                    }
                    return (fault(prepaid, Fault::InvalidModule), Some(refusal));
                }
            };
            self.actor_mut(id).code = Some(binary.hash());
        }
        let code = self.actor(id).code;
        let code = code.expect("an actor has code once it was created");
        let program = self.programs.get(&code).expect("it was accepted").clone();
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
}

fn without_data(envelope: &Envelope) -> Envelope {
    let message = &envelope.message;
    let (capabilities, ports) = (message.capabilities().to_vec(), message.ports().to_vec());
    let message = Message::new(Data::new([]), capabilities, ports, message.response());
    Envelope {
        message: Arc::new(message),
        ..envelope.clone()
    }
}
