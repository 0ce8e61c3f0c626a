//! Where the ticks of a VM are while it runs.
//!
//! Enters: ticks to fill in or to take. Leaves: what is left. Refuses to know: what they are spent
//! on.

use super::fuel;
use crate::module::Pass;
use wasmi::{AsContext, AsContextMut, Global, Store, Val};

/// The ticks of one VM.
#[derive(Clone, Copy)]
pub struct Tank {
    /// The counter that the module keeps. In the exact pass, what is left; in the fast one, a
    /// second account beside the engine's fuel.
    counter: Global,
    /// In the fast pass, the fuel that was given at the last filling.
    fuel_given: Option<u64>,
}

/// Making an instance takes no ticks, but the engine must not refuse it for want of fuel.
pub fn allow_instantiation<T>(store: &mut Store<T>, pass: Pass) {
    if pass == Pass::Fast {
        store.set_fuel(u64::MAX).expect("the engine has fuel");
    }
}

impl Tank {
    /// An empty one.
    pub fn new(counter: Global, pass: Pass) -> Tank {
        Tank {
            counter,
            fuel_given: (pass == Pass::Fast).then_some(0),
        }
    }

    /// What is left; nothing at all once more was taken than there was.
    pub fn left(self, store: impl AsContext) -> Option<u64> {
        let counter = self.counter(&store);
        let left = match self.fuel_given {
            None => i128::from(counter),
            Some(given) => {
                // Every charge took its part of the fuel given or of the counter, which began
                // with all that there was.
                i128::from(counter) + i128::from(self.fuel(&store)) - i128::from(given)
            }
        };
        u64::try_from(left).ok()
    }

    /// Fills it with fewer than 2^62 ticks, whatever was left.
    pub fn fill(&mut self, mut store: impl AsContextMut, ticks: u64) {
        self.set_counter(&mut store, ticks);
        if let Some(given) = &mut self.fuel_given {
            *given = fuel::for_tank(ticks);
            let set = store.as_context_mut().set_fuel(*given);
            set.expect("the engine has fuel");
        }
    }

    /// Takes so many ticks, which are there.
    pub fn take(self, mut store: impl AsContextMut, ticks: u64) {
        if ticks == 0 {
            return;
        }
        if self.fuel_given.is_some()
            && let Some(rest) = self.fuel(&store).checked_sub(ticks)
        {
            let set = store.as_context_mut().set_fuel(rest);
            set.expect("the engine has fuel");
            return;
        }
        let counter = u64::try_from(self.counter(&store)).ok();
        let rest = counter.and_then(|counter| counter.checked_sub(ticks));
        self.set_counter(&mut store, rest.expect("what is taken is there"));
    }

    fn counter(self, store: impl AsContext) -> i64 {
        match self.counter.get(store) {
            Val::I64(counter) => counter,
            other => panic!("the counter is an i64, not {other:?}"),
        }
    }

    fn set_counter(self, store: impl AsContextMut, ticks: u64) {
        let counter = i64::try_from(ticks).expect("ticks are fewer than 2^63");
        let set = self.counter.set(store, Val::I64(counter));
        set.expect("the counter is a mutable i64");
    }

    fn fuel(self, store: impl AsContext) -> u64 {
        store.as_context().get_fuel().expect("the engine has fuel")
    }
}
