//! One activation, from its opening charge to its last callback (`RUN-*`).
//!
//! Enters: a program, what to do, and the actor's state as values. Leaves: what was spent, and
//! either `Success` with everything to change or a `Fault` with nothing.
//! Refuses to know: other actors, scheduling, who gets what is left.

pub mod direct;
pub mod effects;
pub mod engine;
pub mod kept;
pub mod programs;
pub mod references;
pub mod session;
pub mod watch;

use crate::{
    deviation::{Deviation, deviates},
    fault::Fault,
    module::{Entry, Pass, schedule::Schedule},
    state::message::Envelope,
};
use effects::Changes;
use engine::Vm;
use kept::{Kept, Sleeper};
pub use programs::{Program, Programs};
use session::{Beginning, Call, CallbackRequest, Owed, Session, Wait, charge};
use std::sync::Arc;
use watch::Phase;

/// How activations are run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Metering {
    /// Fast, and whatever fails again exactly.
    #[default]
    FastFirst,
    /// Exactly.
    ExactOnly,
    /// Exactly, telling whoever watches how far execution has come.
    Watched,
}

/// What an activation is to do.
pub enum Task {
    /// Call an entry export with this message in a fresh VM.
    Fresh(Entry, Envelope),
    /// Call `onMessage` with this message in a kept VM.
    Resume(Sleeper, Envelope),
    /// Call this callback in a kept VM whose wait timed out.
    TimeOut(Sleeper, u32),
}

/// What an activation that did not fault leaves.
pub struct Success {
    /// What it wants changed, to be applied now.
    pub changes: Changes,
    /// Effects with a claim on what is left, by their place in `changes.effects`.
    pub claims: Vec<usize>,
    /// The response still owed, if there is one (`RESP-3`).
    pub owed: Option<Owed>,
    /// The run, if it waits.
    pub waiting: Option<(Sleeper, Wait)>,
    /// What the entry export returned, if it ran and returns something.
    pub returned: Option<i32>,
    /// What is left in the tank, to be divided among the claims (`TICK-11`).
    pub left: u64,
}

/// What came of an activation.
pub struct Report {
    /// The ticks that it spent.
    pub spent: u64,
    /// What it leaves, or the first fault met (`FAULT-3`).
    pub outcome: Result<Success, Fault>,
    /// The import calls recorded, in order.
    pub calls: Vec<Call>,
    /// Calls beyond those that could be recorded.
    pub unrecorded_calls: u64,
    /// Whether it was run a second time, exactly, because it failed when it was run fast.
    pub replayed: bool,
}

/// Everything that an activation depends on, whichever way it is run.
struct Activation<'a> {
    program: &'a Program,
    schedule: &'a Arc<Schedule>,
    beginning: Beginning,
    /// The tank without what was spent already (`TICK-9`).
    left: u64,
}

/// Runs one activation. `prepaid` ticks of the tank have been spent already (`TICK-9`).
pub fn activate(
    program: &Program,
    schedule: &Arc<Schedule>,
    beginning: Beginning,
    prepaid: u64,
    mut task: Task,
    metering: Metering,
) -> Report {
    let left = beginning
        .tank
        .checked_sub(prepaid)
        .expect("what was paid was there");
    let activation = Activation {
        program,
        schedule,
        beginning,
        left,
    };
    let live = match &mut task {
        Task::Fresh(..) => None,
        Task::Resume(sleeper, _) | Task::TimeOut(sleeper, _) => sleeper.take_live(),
    };
    let mut replayed = false;
    let pass = match metering {
        Metering::FastFirst | Metering::ExactOnly => Pass::Exact,
        Metering::Watched => Pass::Watched,
    };
    if metering == Metering::FastFirst {
        if let Some(report) = activation.run(Pass::Fast, &task, live) {
            return report;
        }
        replayed = true;
    }
    let report = activation.run(pass, &task, None);
    let mut report = report.expect("the exact pass decides");
    report.replayed = replayed;
    report
}

impl Activation<'_> {
    /// Runs it, in a kept VM that is at hand or in a new one. What comes of it counts unless a
    /// fast VM failed: then there is nothing.
    fn run(&self, pass: Pass, task: &Task, live: Option<Box<Vm<Session>>>) -> Option<Report> {
        let none = Kept::default();
        match task {
            Task::Fresh(entry, envelope) => {
                let session = Session::fresh(self.schedule.clone(), self.beginning.clone());
                session.tell(self.program.event(), self.left);
                if self.program.accepted().entry(*entry).is_none() {
                    let is_creation = *entry == Entry::Creation;
                    if is_creation && deviates(Deviation::ChildrenNeedOnCreation) {
                        return Some(faulted(session, self.left, Fault::InvalidModule));
                    }
                    let price = match deviates(Deviation::NothingIsOpenedForAPrice) {
                        true => self.program.opening_price(),
                        false => 0,
                    };
                    let left = self.left.saturating_sub(price);
                    return Some(nothing_to_run(session, left, Some(envelope)));
                }
                let (mut vm, reference) = match self.open(pass, session, envelope) {
                    Ok(opened) => opened,
                    Err(not_opened) => {
                        let (session, left, fault) = *not_opened;
                        return Some(faulted(session, left, fault));
                    }
                };
                let result =
                    run_start(&mut vm).and_then(|()| call_entry(&mut vm, *entry, reference));
                self.conclude(vm, result, &none)
            }
            Task::Resume(sleeper, envelope) => {
                if self.program.accepted().entry(Entry::Message).is_none() {
                    let session = self.resumed(&sleeper.kept);
                    session.tell(self.program.event(), self.left);
                    return Some(nothing_to_run(session, self.left, None));
                }
                let mut vm = self.wake(pass, sleeper, live);
                let result = self
                    .reopen(&mut vm, &sleeper.kept)
                    .and_then(|()| vm.host_mut().receive(envelope))
                    .map(
                        |reference| match deviates(Deviation::KeptRunsAreGivenZero) {
                            true => 0,
                            false => reference,
                        },
                    )
                    .and_then(|reference| call_entry(&mut vm, Entry::Message, reference));
                self.conclude(vm, result, &sleeper.kept)
            }
            Task::TimeOut(sleeper, callback) => {
                let mut vm = self.wake(pass, sleeper, live);
                let callbacks = self.program.callbacks();
                let result = self.reopen(&mut vm, &sleeper.kept).and_then(|()| {
                    vm.host().phase(Phase::Entry, vm.ticks());
                    vm.call_back(*callback, &[], callbacks)
                });
                self.conclude(vm, result, &sleeper.kept)
            }
        }
    }

    fn resumed(&self, kept: &Kept) -> Session {
        let references = kept.references.clone();
        Session::resumed(self.schedule.clone(), references, self.beginning.clone())
    }

    /// The kept VM that is at hand, or another one in its state.
    fn wake(
        &self,
        pass: Pass,
        sleeper: &Sleeper,
        live: Option<Box<Vm<Session>>>,
    ) -> Box<Vm<Session>> {
        let vm = match live {
            Some(mut vm) => {
                vm.host_mut().begin(self.beginning.clone());
                vm
            }
            None => {
                let session = self.resumed(&sleeper.kept);
                // A fast VM cannot be brought into another's state.
                let pass = match pass {
                    Pass::Fast | Pass::Exact => Pass::Exact,
                    Pass::Watched => Pass::Watched,
                };
                let prepared = self.program.prepared(pass);
                Box::new(Vm::restore(prepared, session, &sleeper.kept.image))
            }
        };
        vm.host().tell(self.program.event(), self.left);
        vm
    }

    /// The opening charge, the message's reference, the instance (`TICK-7`, `REF-3`, `RUN-1`).
    fn open(
        &self,
        pass: Pass,
        mut session: Session,
        envelope: &Envelope,
    ) -> Result<(Box<Vm<Session>>, i32), NotOpened> {
        let mut left = self.left;
        session.phase(Phase::Opening, left);
        if let Err(fault) = charge(&mut left, self.program.opening_price()) {
            return Err(Box::new((session, left, fault)));
        }
        let reference = session.receive(envelope).expect("a fresh table has room");
        match Vm::instantiate(self.program.prepared(pass), session, left) {
            Ok(vm) => Ok((Box::new(vm), reference)),
            Err(broken) => Err(Box::new((broken.host, left, broken.fault))),
        }
    }

    /// The opening charge of an activation in a kept VM (`TICK-7`).
    fn reopen(&self, vm: &mut Vm<Session>, kept: &Kept) -> Result<(), Fault> {
        let mut left = self.left;
        vm.host().phase(Phase::Opening, left);
        let costs = &self.schedule.activation;
        let entries = kept.entries() + self.program.accepted().passive_segments();
        let price = u64::from(costs.kept) + costs.kept_entries.of(entries);
        let charged = charge(&mut left, price);
        vm.set_ticks(left);
        charged
    }

    /// The callbacks, and what comes of it all. `last` is what the VM last kept.
    fn conclude(
        &self,
        mut vm: Box<Vm<Session>>,
        result: Result<Option<i32>, Fault>,
        last: &Kept,
    ) -> Option<Report> {
        let result = result.and_then(|returned| {
            let called = self.run_callbacks(&mut vm);
            if called.is_err() && vm.pass() != Pass::Fast && deviates(Deviation::LateFaultsPass) {
                vm.host_mut().callbacks.clear();
                return Ok(returned);
            }
            called.map(|()| returned)
        });
        if vm.pass() == Pass::Fast && (result.is_err() || vm.is_overdrawn()) {
            return None;
        }
        let left = vm.ticks();
        Some(match result {
            Ok(returned) => finished(vm, left, returned, last),
            Err(fault) => {
                let is_free = fault < Fault::CallDepth && deviates(Deviation::TrapsAreFree);
                faulted(vm.into_host(), left + u64::from(is_free), fault)
            }
        })
    }

    /// Runs what was asked for, in order, and what that asks for (`RUN-4`).
    fn run_callbacks(&self, vm: &mut Vm<Session>) -> Result<(), Fault> {
        let next = |vm: &mut Vm<Session>| match deviates(Deviation::CallbacksLastFirst) {
            true => vm.host_mut().callbacks.pop_back(),
            false => vm.host_mut().callbacks.pop_front(),
        };
        while let Some(CallbackRequest { index, arguments }) = next(vm) {
            let mut left = vm.ticks();
            vm.host().phase(Phase::CallbackCharge, left);
            let price = match deviates(Deviation::CallbacksAreFree) {
                true => 0,
                false => u64::from(self.schedule.activation.callback),
            };
            let charged = charge(&mut left, price);
            vm.set_ticks(left);
            charged?;
            vm.host().phase(Phase::Callback(index), left);
            vm.call_back(index, &arguments, self.program.callbacks())?;
        }
        Ok(())
    }
}

fn run_start(vm: &mut Vm<Session>) -> Result<(), Fault> {
    if deviates(Deviation::StartFunctionForgotten) {
        return Ok(());
    }
    if vm.has_start() {
        vm.host().phase(Phase::Start, vm.ticks());
    }
    vm.run_start()
}

fn call_entry(vm: &mut Vm<Session>, entry: Entry, reference: i32) -> Result<Option<i32>, Fault> {
    vm.host().phase(Phase::Entry, vm.ticks());
    vm.call_entry(entry, reference)
}

/// The session, what is left, and why: boxed, since it is seldom and large.
type NotOpened = Box<(Session, u64, Fault)>;

/// `RUN-6`. A message that begins a run is received all the same, so that its ports are lost with
/// the run (`PORT-14`).
fn nothing_to_run(mut session: Session, left: u64, received: Option<&Envelope>) -> Report {
    if let Some(envelope) = received {
        session.receive(envelope).expect("a fresh table has room");
    }
    let spent = session.spent(left);
    let ending = session.end();
    Report {
        spent,
        outcome: Ok(Success {
            changes: ending.changes,
            claims: ending.claims,
            owed: ending.owed,
            waiting: None,
            returned: None,
            left,
        }),
        calls: Vec::new(),
        unrecorded_calls: 0,
        replayed: false,
    }
}

fn faulted(mut session: Session, left: u64, fault: Fault) -> Report {
    assert!(
        fault != Fault::OutOfTicks || left == 0,
        "running short spends all that was left"
    );
    let (calls, unrecorded_calls) = session.take_calls();
    Report {
        spent: session.spent(left),
        outcome: Err(fault),
        calls,
        unrecorded_calls,
        replayed: false,
    }
}

fn finished(mut vm: Box<Vm<Session>>, left: u64, returned: Option<i32>, last: &Kept) -> Report {
    let session = vm.host_mut();
    let spent = session.spent(left);
    let was_kept = last.references.count() > 0;
    let is_time_out = session.owed.is_none();
    if was_kept && !is_time_out && deviates(Deviation::KeptRunsGoOn) {
        session.wait.get_or_insert(Wait {
            timeout: u32::MAX,
            callback: 0,
        });
    }
    if was_kept && deviates(Deviation::KeptRunsWaitOnce) {
        session.wait = None;
    }
    let (calls, unrecorded_calls) = session.take_calls();
    let ending = session.end();
    let waiting = ending.wait.map(|wait| (Sleeper::new(vm, last), wait));
    let success = Success {
        changes: ending.changes,
        claims: ending.claims,
        owed: ending.owed,
        waiting,
        returned: returned.filter(|_| !deviates(Deviation::ResultForgotten)),
        left,
    };
    Report {
        spent,
        outcome: Ok(success),
        calls,
        unrecorded_calls,
        replayed: false,
    }
}
