//! The profile: listens to a watched world, and puts every tick spent where it belongs.
//!
//! Enters: events, each with what was spent until then. Leaves: sums that come to what the world
//! says was spent. Refuses to know: how the sums are shown.
//!
//! Nothing is kept of single instructions: a run is counted, and taken apart at the end. What is
//! spent between two events belongs to the first.

use super::{
    account::Parts,
    names::FunctionNames,
    runs::Runs,
    stacks::{Frame, Stacks},
};
use crate::{
    activation::{
        session::Call,
        watch::{Account, Event, Observer, Phase},
    },
    fault::Fault,
    module::{AcceptedModule, meter::watch::Mark, schedule::Schedule},
    state::{hash::Hash, identity::ActorId},
    trace::names::Names,
    world::{
        actor::Deed,
        record::Record,
        watch::{Begun, Onlooker},
    },
};

/// A module that was run.
pub(super) struct Profiled {
    pub code: Hash,
    pub names: FunctionNames,
    pub runs: Runs,
    module: AcceptedModule,
}

/// What one activation came to.
pub(super) struct Activation {
    pub actor: ActorId,
    pub entry: &'static str,
    pub fault: Option<Fault>,
    pub spent: u64,
    pub parts: Parts,
}

/// What ticks are being spent on.
#[derive(Clone, Copy)]
enum On {
    Code,
    Opening,
    CallbackCharge,
    /// The locals of the current function, which was entered.
    Locals,
    /// A run of the current function, which began with so much left.
    Run {
        start: u32,
        left: u64,
    },
    /// Nothing that costs.
    Nothing,
}

/// An activation that goes on.
struct Current {
    actor: ActorId,
    entry: &'static str,
    program: Option<usize>,
    on: On,
    spent: u64,
    parts: Parts,
    /// The stack of the activation before any function is called, and the stack now.
    base: usize,
    stack: usize,
    /// The stacks of the calls that have not returned.
    calls: Vec<usize>,
    /// Where the last run began: it ends with the call of an import, when one is called.
    last_run: Option<u32>,
}

/// Listens, and adds up.
pub struct Profile {
    schedule: Schedule,
    pub(super) programs: Vec<Profiled>,
    pub(super) stacks: Stacks,
    pub(super) activations: Vec<Activation>,
    current: Option<Current>,
}

/// How things that only have ids are called.
pub trait Labels {
    /// The name of an actor.
    fn actor(&self, id: ActorId) -> String;
    /// The name of a module, by the hash of its code.
    fn module(&self, code: Hash) -> String;
}

impl Labels for Names {
    fn actor(&self, id: ActorId) -> String {
        Names::actor(self, id)
    }

    fn module(&self, code: Hash) -> String {
        let name = self.module_name(code).map(str::to_owned);
        name.unwrap_or_else(|| format!("code {}", code.short()))
    }
}

impl Profile {
    /// A profile that has heard nothing yet.
    pub fn new(schedule: Schedule) -> Profile {
        Profile {
            schedule,
            programs: Vec::new(),
            stacks: Stacks::new(),
            activations: Vec::new(),
            current: None,
        }
    }

    pub(super) fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// All ticks spent so far.
    pub fn spent(&self) -> u64 {
        self.activations.iter().map(|it| it.spent).sum()
    }

    /// Forgets what it was told so far.
    pub fn reset(&mut self) {
        assert!(self.current.is_none(), "between two activations");
        *self = Profile::new(self.schedule.clone());
    }

    /// An activation begins, for an actor and of a kind.
    pub fn open(&mut self, actor: ActorId, entry: &'static str, pays_for_code: bool) {
        assert!(self.current.is_none(), "activations do not overlap");
        let of_actor = self.stacks.below(Stacks::EMPTY, Frame::Actor(actor));
        let base = self.stacks.below(of_actor, Frame::Word(entry));
        self.current = Some(Current {
            actor,
            entry,
            program: None,
            on: if pays_for_code { On::Code } else { On::Nothing },
            spent: 0,
            parts: Parts::default(),
            base,
            stack: base,
            calls: Vec::new(),
            last_run: None,
        });
    }

    /// The activation has ended, having spent so much.
    pub fn close(&mut self, spent: u64, fault: Option<Fault>) {
        self.settle(spent);
        let current = self.current.take().expect("an activation goes on");
        assert_eq!(current.parts.sum(), spent, "every tick belongs somewhere");
        self.activations.push(Activation {
            actor: current.actor,
            entry: current.entry,
            fault,
            spent,
            parts: current.parts,
        });
    }

    fn current(&mut self) -> &mut Current {
        self.current.as_mut().expect("an activation goes on")
    }

    /// Puts what was spent since the last event where it belongs.
    fn settle(&mut self, spent: u64) {
        let current = self.current.as_mut().expect("an activation goes on");
        let ticks = spent
            .checked_sub(current.spent)
            .expect("spending never goes back");
        current.spent = spent;
        let charged = |word| Frame::Word(word);
        let (part, frame) = match std::mem::replace(&mut current.on, On::Nothing) {
            On::Code => (&mut current.parts.code, charged("(code)")),
            On::Opening => (&mut current.parts.opening, charged("(opening)")),
            On::CallbackCharge => (&mut current.parts.callbacks, charged("(callback)")),
            On::Locals => {
                current.parts.locals += ticks;
                self.stacks.spend(current.stack, ticks);
                return;
            }
            On::Run { start, left } => {
                current.parts.instructions += ticks;
                self.stacks.spend(current.stack, ticks);
                let program = current.program.expect("a program runs");
                self.programs[program].runs.spent(start, left, ticks);
                return;
            }
            On::Nothing => {
                assert_eq!(ticks, 0, "ticks are spent on something");
                return;
            }
        };
        *part += ticks;
        let at = self.stacks.below(current.base, frame);
        self.stacks.call(at);
        self.stacks.spend(at, ticks);
    }

    fn program(&mut self, code: Hash, module: &AcceptedModule) -> usize {
        if let Some(known) = self.programs.iter().position(|known| known.code == code) {
            return known;
        }
        self.programs.push(Profiled {
            code,
            names: FunctionNames::of(module.bytes()),
            runs: Runs::default(),
            module: module.clone(),
        });
        self.programs.len() - 1
    }

    fn phase(&mut self, phase: Phase) {
        let current = self.current();
        current.on = match phase {
            Phase::Opening => On::Opening,
            Phase::CallbackCharge => On::CallbackCharge,
            Phase::Start | Phase::Entry | Phase::Callback(_) => On::Nothing,
        };
        current.stack = current.base;
        current.calls.clear();
    }

    fn mark(&mut self, mark: Mark, left: u64) {
        let current = self.current.as_mut().expect("an activation goes on");
        let program = current.program.expect("a program runs");
        match mark {
            Mark::Enter { function } => {
                let frame = Frame::Function { program, function };
                current.stack = self.stacks.below(current.stack, frame);
                self.stacks.call(current.stack);
                current.on = On::Locals;
            }
            Mark::Run {
                function,
                start,
                end,
            } => {
                current.on = On::Run { start, left };
                current.last_run = Some(start);
                let Profiled { runs, module, .. } = &mut self.programs[program];
                let run = (function, start..end);
                if runs.will_call(module, &self.schedule, run, left) {
                    current.calls.push(current.stack);
                }
            }
            Mark::Back { .. } => {
                current.stack = current.calls.pop().expect("a call is under way");
            }
        }
    }

    fn import(&mut self, call: &Call, spent: u64) {
        let current = self.current.as_mut().expect("an activation goes on");
        let ticks = spent - current.spent;
        current.spent = spent;
        current.parts.imports += ticks;
        let program = current.program.expect("a program runs");
        let frame = Frame::Import {
            program,
            import: call.import,
        };
        let at = self.stacks.below(current.stack, frame);
        self.stacks.call(at);
        self.stacks.spend(at, ticks);
        let start = current.last_run.expect("a call belongs to a run");
        self.programs[program].runs.import(start, ticks);
    }
}

impl Observer for Profile {
    fn event(&mut self, event: Event<'_>, account: Account) {
        let until = match event {
            Event::Import { spent_before, .. } => spent_before,
            _ => account.spent,
        };
        self.settle(until);
        match event {
            Event::Program { code, module } => {
                let program = self.program(code, module);
                self.current().program = Some(program);
            }
            Event::Phase(phase) => self.phase(phase),
            Event::Mark(mark) => self.mark(mark, account.left),
            Event::Import { call, .. } => self.import(call, account.spent),
        }
    }
}

impl Onlooker for Profile {
    fn begin(&mut self, begun: &Begun) {
        self.open(begun.actor, begun.deed.name(), begun.deed == Deed::Creation);
    }

    fn end(&mut self, record: &Record) {
        self.close(record.spent, record.outcome.err());
    }
}
