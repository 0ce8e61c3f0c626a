//! Where the ticks of a VM are while it runs.
//!
//! Enters: ticks to fill in or to take. Leaves: what is left. Refuses to know: what they are spent
//! on.

use super::fuel;
use crate::module::Pass;
use wasmi::{AsContext, AsContextMut, Global, Store, Val};

/// The ticks of one VM.
#[derive(Clone, Copy)]
pub enum Tank {
    /// What is left is in a counter that the module keeps: all but the fast pass.
    Counter(Global),
    /// It is what was filled in, without what was taken of the engine's fuel since, and of the
    /// counter that the module keeps beside it, if it needs one.
    Fuel {
        /// The ticks last filled in.
        filled: u64,
        /// The engine's fuel at that moment.
        fuel: u64,
        /// The counter beside the fuel, if the module needs one.
        beside: Option<Global>,
    },
}

/// How full a tank is at some moment.
#[derive(Clone, Copy)]
pub struct Level {
    /// The ticks that are left.
    pub left: u64,
    /// The engine's fuel, where the tank is made of it.
    fuel: u64,
}

/// Making an instance takes no ticks, but the engine must not refuse it for want of fuel.
pub fn allow_instantiation<T>(store: &mut Store<T>, pass: Pass) {
    if pass == Pass::Fast {
        store.set_fuel(u64::MAX).expect("the engine has fuel");
    }
}

impl Tank {
    /// An empty one of a module that has that counter.
    pub fn new(counter: Option<Global>, pass: Pass) -> Tank {
        match pass {
            Pass::Fast => Tank::Fuel {
                filled: 0,
                fuel: 0,
                beside: counter,
            },
            Pass::Exact | Pass::Watched => {
                Tank::Counter(counter.expect("the pass needs a counter"))
            }
        }
    }

    /// How full it is; nothing at all once more was taken than there was.
    pub fn level(&self, store: impl AsContext) -> Option<Level> {
        match *self {
            Tank::Counter(counter) => {
                let left = u64::try_from(get(counter, &store)).ok()?;
                Some(Level { left, fuel: 0 })
            }
            Tank::Fuel {
                filled,
                fuel,
                beside,
            } => {
                let now = fuel_of(&store);
                // The counter began with all that there was, and may have got more back.
                let rest = match beside {
                    None => filled,
                    Some(counter) => u64::try_from(get(counter, &store)).ok()?,
                };
                let left = rest.checked_sub(fuel - now)?;
                Some(Level { left, fuel: now })
            }
        }
    }

    /// What is left; nothing at all once more was taken than there was.
    pub fn left(&self, store: impl AsContext) -> Option<u64> {
        self.level(store).map(|level| level.left)
    }

    /// Fills it with fewer than 2^62 ticks, whatever was left.
    pub fn fill(&mut self, mut store: impl AsContextMut, ticks: u64) {
        match self {
            Tank::Counter(counter) => set(*counter, store, ticks),
            Tank::Fuel {
                filled,
                fuel,
                beside,
            } => {
                *filled = ticks;
                *fuel = fuel::for_tank(ticks);
                set_fuel(&mut store, *fuel);
                if let Some(counter) = beside {
                    set(*counter, store, ticks);
                }
            }
        }
    }

    /// Takes so many ticks, which are there. It is as full as `level` says.
    pub fn take(&self, level: Level, mut store: impl AsContextMut, ticks: u64) {
        let rest = level.left.checked_sub(ticks);
        let rest = rest.expect("what is taken is there");
        match *self {
            Tank::Counter(counter) => set(counter, store, rest),
            Tank::Fuel { beside, .. } => match (level.fuel.checked_sub(ticks), beside) {
                (Some(fuel), _) => set_fuel(&mut store, fuel),
                // What the fuel lacks was given back to the counter.
                (None, Some(counter)) => {
                    let rest = u64::try_from(get(counter, &store)).ok();
                    let rest = rest.and_then(|rest| rest.checked_sub(ticks));
                    set(counter, store, rest.expect("what is taken is there"));
                }
                (None, None) => unreachable!("what is left is no more than the fuel"),
            },
        }
    }
}

fn get(counter: Global, store: impl AsContext) -> i64 {
    match counter.get(store) {
        Val::I64(counter) => counter,
        other => panic!("the counter is an i64, not {other:?}"),
    }
}

fn set(counter: Global, store: impl AsContextMut, ticks: u64) {
    let value = i64::try_from(ticks).expect("ticks are fewer than 2^63");
    let set = counter.set(store, Val::I64(value));
    set.expect("the counter is a mutable i64");
}

fn fuel_of(store: impl AsContext) -> u64 {
    store.as_context().get_fuel().expect("the engine has fuel")
}

fn set_fuel(store: &mut impl AsContextMut, fuel: u64) {
    let set = store.as_context_mut().set_fuel(fuel);
    set.expect("the engine has fuel");
}
