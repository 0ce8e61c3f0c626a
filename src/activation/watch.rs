//! Watching an activation while it goes on.
//!
//! Enters: nothing. Leaves: what there is to be told, and who can be told. Refuses to know: what
//! is made of it. Whoever watches changes nothing (`TRACE-2`).

use super::session::Call;
use crate::{
    module::{AcceptedModule, meter::watch::Mark},
    state::hash::Hash,
};
use std::sync::{Arc, Mutex, MutexGuard};

/// What ticks are spent on from now on, until something else is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// The charge for the beginning of the activation (`TICK-7`).
    Opening,
    /// The start function.
    Start,
    /// The entry export, or the callback of a time-out.
    Entry,
    /// The charge for a callback (`TICK-8`).
    CallbackCharge,
    /// The callback at this index of its table.
    Callback(u32),
}

/// Something that happens in an activation.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// There is a module to be run, with this hash. Told at most once, before all others.
    Program {
        /// The plain hash of the binary as it was given.
        code: Hash,
        /// The module that is to be run.
        module: &'a AcceptedModule,
    },
    /// From now on ticks are spent on this.
    Phase(Phase),
    /// A watched guest has come by a mark. What it announces is not paid for yet.
    Mark(Mark),
    /// An import call has returned, and so much was spent when it was made.
    Import {
        /// The call, with its result.
        call: &'a Call,
        /// Ticks spent when it was made.
        spent_before: u64,
    },
}

/// How much is left in the tank, and how much of it was spent. What sends that name their ticks
/// have taken is neither.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Account {
    /// Ticks left in the tank.
    pub left: u64,
    /// Ticks of it that were spent.
    pub spent: u64,
}

/// Is told what happens in activations.
pub trait Observer: Send {
    /// Something happens, with so much left and spent.
    fn event(&mut self, event: Event<'_>, account: Account);
}

/// An observer that several activations tell, one after the other.
pub type Watcher = Arc<Mutex<dyn Observer>>;

/// Who listens, to be told something, or to be asked what came of it.
pub fn listening<T: ?Sized>(listener: &Mutex<T>) -> MutexGuard<'_, T> {
    listener.lock().expect("nobody who was told panicked")
}
