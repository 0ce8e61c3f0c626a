//! One activation, from its opening charge to its last callback (`RUN-*`).
//!
//! Enters: a program, what to do, and the actor's state as values. Leaves: what was spent, and
//! either `Success` with everything to change or a `Fault` with nothing.
//! Refuses to know: other actors, scheduling, who gets what is left.

pub mod direct;
pub mod effects;
pub mod engine;
pub mod references;
pub mod session;
pub mod watch;

use crate::{
    fault::Fault,
    interface::table::Dialect,
    module::{AcceptedModule, Entry, Pass, Refusal, accept, meter, schedule::Schedule},
    state::{hash::Hash, message::Envelope},
};
use effects::Changes;
use engine::{CallbackShape, Engine, Prepared, Vm};
use session::{Beginning, Call, CallbackRequest, Owed, Session, Wait, charge};
use std::sync::Arc;
use watch::{Event, Phase};

/// A module that was accepted, metered and compiled.
pub struct Program {
    pub code: Hash,
    accepted: AcceptedModule,
    prepared: Prepared,
    opening_price: u64,
    callbacks: CallbackShape,
}

impl Program {
    /// Accepts a module, meters it in that way and compiles it.
    pub fn new(
        engine: &Engine,
        bytes: &[u8],
        dialect: Dialect,
        schedule: &Schedule,
        pass: Pass,
    ) -> Result<Program, Refusal> {
        let accepted = accept(bytes, dialect)?;
        let metered = meter(&accepted, schedule, pass);
        let prepared = engine.prepare(&accepted, &metered);
        let opening_price = accepted.opening_cost(schedule);
        let callbacks = if dialect.is_legacy() {
            CallbackShape::AsDeclared
        } else {
            CallbackShape::Strict
        };
        Ok(Program {
            code: Hash::plain(bytes),
            accepted,
            prepared,
            opening_price,
            callbacks,
        })
    }

    /// The dialect that it was accepted for.
    pub fn dialect(&self) -> Dialect {
        self.accepted.dialect()
    }

    fn event(&self) -> Event<'_> {
        Event::Program {
            code: self.code,
            module: &self.accepted,
        }
    }
}

/// What an activation is to do.
pub enum Task {
    /// Call an entry export with this message in a fresh VM.
    Fresh(Entry, Envelope),
    /// Call `onMessage` with this message in a kept VM.
    Resume(Box<Vm<Session>>, Envelope),
    /// Call this callback in a kept VM whose wait timed out.
    TimeOut(Box<Vm<Session>>, u32),
}

/// What an activation that did not fault leaves.
pub struct Success {
    pub changes: Changes,
    /// Effects with a claim on what is left, by their place in `changes.effects`.
    pub claims: Vec<usize>,
    pub owed: Option<Owed>,
    /// The VM, if the run waits.
    pub waiting: Option<(Box<Vm<Session>>, Wait)>,
    /// What the entry export returned, if it ran and returns something.
    pub returned: Option<i32>,
    /// What is left in the tank, to be divided among the claims (`TICK-11`).
    pub left: u64,
}

/// What came of an activation.
pub struct Report {
    pub spent: u64,
    pub outcome: Result<Success, Fault>,
    pub calls: Vec<Call>,
    /// Calls beyond those that could be recorded.
    pub unrecorded_calls: u64,
}

/// Where an activation stands when its guest code is through, well or not.
struct Through {
    vm: Box<Vm<Session>>,
    result: Result<Option<i32>, Fault>,
}

/// Runs one activation. `prepaid` ticks of the tank have been spent already (`TICK-9`).
pub fn activate(
    program: &Program,
    schedule: &Arc<Schedule>,
    beginning: Beginning,
    prepaid: u64,
    task: Task,
) -> Report {
    let left = beginning
        .tank
        .checked_sub(prepaid)
        .expect("what was paid was there");
    match task {
        Task::Fresh(entry, envelope) => {
            let session = Session::fresh(schedule.clone(), beginning);
            session.tell(program.event(), left);
            if program.accepted.entry(entry).is_none() {
                return nothing_to_run(session, left, Some(&envelope));
            }
            match open(program, session, left, &envelope) {
                Ok((mut vm, reference)) => {
                    let result = run_start(&mut vm, program)
                        .and_then(|()| call_entry(&mut vm, entry, reference))
                        .and_then(|returned| {
                            run_callbacks(&mut vm, program, schedule).map(|()| returned)
                        });
                    finish(Through { vm, result })
                }
                Err(not_opened) => {
                    let (session, left, fault) = *not_opened;
                    faulted(session, left, fault)
                }
            }
        }
        Task::Resume(mut vm, envelope) => {
            if program.accepted.entry(Entry::Message).is_none() {
                let mut session = vm.into_host();
                session.begin(beginning);
                session.tell(program.event(), left);
                return nothing_to_run(session, left, None);
            }
            vm.host_mut().begin(beginning);
            vm.host().tell(program.event(), left);
            let result = reopen(&mut vm, schedule, left)
                .and_then(|()| vm.host_mut().receive(&envelope))
                .and_then(|reference| call_entry(&mut vm, Entry::Message, reference))
                .and_then(|returned| run_callbacks(&mut vm, program, schedule).map(|()| returned));
            finish(Through { vm, result })
        }
        Task::TimeOut(mut vm, callback) => {
            vm.host_mut().begin(beginning);
            vm.host().tell(program.event(), left);
            let request = CallbackRequest {
                index: callback,
                arguments: Vec::new(),
            };
            let result = reopen(&mut vm, schedule, left)
                .and_then(|()| {
                    vm.host().phase(Phase::Entry, vm.ticks());
                    vm.call_back(request.index, &request.arguments, program.callbacks)
                })
                .and_then(|returned| run_callbacks(&mut vm, program, schedule).map(|()| returned));
            finish(Through { vm, result })
        }
    }
}

/// The session, what is left, and why: boxed, since it is seldom and large.
type NotOpened = Box<(Session, u64, Fault)>;

/// The opening charge, the message's reference, the instance (`TICK-7`, `REF-3`, `RUN-1`).
fn open(
    program: &Program,
    mut session: Session,
    mut left: u64,
    envelope: &Envelope,
) -> Result<(Box<Vm<Session>>, i32), NotOpened> {
    session.phase(Phase::Opening, left);
    if let Err(fault) = charge(&mut left, program.opening_price) {
        return Err(Box::new((session, left, fault)));
    }
    let reference = session.receive(envelope).expect("a fresh table has room");
    match Vm::instantiate(&program.prepared, session, left) {
        Ok(vm) => Ok((Box::new(vm), reference)),
        Err(broken) => Err(Box::new((broken.host, left, broken.fault))),
    }
}

/// The opening charge of an activation in a kept VM (`TICK-7`).
fn reopen(vm: &mut Vm<Session>, schedule: &Schedule, mut left: u64) -> Result<(), Fault> {
    vm.host().phase(Phase::Opening, left);
    let charged = charge(&mut left, u64::from(schedule.activation.kept));
    vm.set_ticks(left);
    charged
}

fn run_start(vm: &mut Vm<Session>, program: &Program) -> Result<(), Fault> {
    if program.accepted.facts().start.is_some() {
        vm.host().phase(Phase::Start, vm.ticks());
    }
    vm.run_start()
}

fn call_entry(vm: &mut Vm<Session>, entry: Entry, reference: i32) -> Result<Option<i32>, Fault> {
    vm.host().phase(Phase::Entry, vm.ticks());
    vm.call_entry(entry, reference)
}

/// Runs what was asked for, in order, and what that asks for (`RUN-4`).
fn run_callbacks(
    vm: &mut Vm<Session>,
    program: &Program,
    schedule: &Schedule,
) -> Result<(), Fault> {
    while let Some(request) = vm.host_mut().callbacks.pop_front() {
        let mut left = vm.ticks();
        vm.host().phase(Phase::CallbackCharge, left);
        let charged = charge(&mut left, u64::from(schedule.activation.callback));
        vm.set_ticks(left);
        charged?;
        vm.host().phase(Phase::Callback(request.index), left);
        vm.call_back(request.index, &request.arguments, program.callbacks)?;
    }
    Ok(())
}

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
    }
}

fn finish(through: Through) -> Report {
    let Through { mut vm, result } = through;
    let left = vm.ticks();
    let returned = match result {
        Ok(returned) => returned,
        Err(fault) => return faulted(vm.into_host(), left, fault),
    };
    let session = vm.host_mut();
    let spent = session.spent(left);
    let (calls, unrecorded_calls) = session.take_calls();
    let ending = session.end();
    let waiting = ending.wait.map(|wait| (vm, wait));
    let success = Success {
        changes: ending.changes,
        claims: ending.claims,
        owed: ending.owed,
        waiting,
        returned,
        left,
    };
    Report {
        spent,
        outcome: Ok(success),
        calls,
        unrecorded_calls,
    }
}
