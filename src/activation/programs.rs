//! Modules that are ready to run, each made once.
//!
//! Enters: binaries. Leaves: programs, or why there is none. Refuses to know: who runs them.

use super::{
    engine::{CallbackShape, Engine, Prepared},
    watch::Event,
};
use crate::{
    fault::Fault,
    interface::table::Dialect,
    module::{AcceptedModule, Exports, Pass, accept, meter_with, schedule::Schedule},
    state::hash::Hash,
};
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A module that was accepted, and is metered and compiled for a pass when that pass first runs.
pub struct Program {
    code: Hash,
    engine: Engine,
    schedule: Arc<Schedule>,
    accepted: AcceptedModule,
    opening_price: u64,
    fast: OnceLock<Prepared>,
    exact: OnceLock<Prepared>,
    watched: OnceLock<Prepared>,
    instance: OnceLock<Result<(), Fault>>,
}

impl Program {
    /// The module as it was accepted.
    pub fn accepted(&self) -> &AcceptedModule {
        &self.accepted
    }

    /// What is told of it to whoever watches.
    pub fn event(&self) -> Event<'_> {
        Event::Program {
            code: self.code,
            module: &self.accepted,
        }
    }

    /// What it costs that an activation in a fresh VM begins (`TICK-7`).
    pub fn opening_price(&self) -> u64 {
        self.opening_price
    }

    /// What a callback must be declared as.
    pub fn callbacks(&self) -> CallbackShape {
        match self.accepted.dialect().is_legacy() {
            true => CallbackShape::AsDeclared,
            false => CallbackShape::Strict,
        }
    }

    /// Whether a run of it can begin (`RUN-1`): if not, no run of it can be waiting.
    pub fn try_instance(&self) -> Result<(), Fault> {
        let tried = || self.prepared(Pass::Exact).try_instance();
        *self.instance.get_or_init(tried)
    }

    /// The module, metered in that way and compiled.
    pub fn prepared(&self, pass: Pass) -> &Prepared {
        let made = match pass {
            Pass::Fast => &self.fast,
            Pass::Exact => &self.exact,
            Pass::Watched => &self.watched,
        };
        made.get_or_init(|| {
            // Whoever watches may call any export.
            let exports = match pass {
                Pass::Fast | Pass::Exact => Exports::Entries,
                Pass::Watched => Exports::All,
            };
            let metered = meter_with(&self.accepted, &self.schedule, pass, exports);
            self.engine.prepare(&self.accepted, &metered)
        })
    }
}

/// A program, or why the binary is refused.
pub type Verdict = Result<Arc<Program>, Arc<str>>;

/// What a program follows from; each of its passes is made from it once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    code: Hash,
    dialect: Dialect,
    schedule: Hash,
}

/// The programs that were asked for. Cheap to clone; the clones share them, also between worlds.
#[derive(Clone, Default)]
pub struct Programs {
    engine: Engine,
    /// Only ever looked up, so that its order cannot show.
    known: Arc<Mutex<HashMap<Key, Verdict>>>,
}

impl Programs {
    /// The program of a binary whose plain hash is `code`. The schedule comes with its hash.
    pub fn of(
        &self,
        code: Hash,
        binary: &[u8],
        dialect: Dialect,
        schedule: (&Arc<Schedule>, Hash),
    ) -> Verdict {
        let (schedule, hash) = schedule;
        let key = Key {
            code,
            dialect,
            schedule: hash,
        };
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verdict) = known().get(&key) {
            return verdict.clone();
        }
        let verdict = self.make(code, binary, dialect, schedule);
        known().insert(key, verdict.clone());
        verdict
    }

    fn make(
        &self,
        code: Hash,
        binary: &[u8],
        dialect: Dialect,
        schedule: &Arc<Schedule>,
    ) -> Verdict {
        let accepted = accept(binary, dialect).map_err(|refusal| Arc::from(refusal.to_string()))?;
        Ok(Arc::new(Program {
            code,
            engine: self.engine.clone(),
            schedule: schedule.clone(),
            opening_price: accepted.opening_cost(schedule),
            accepted,
            fast: OnceLock::new(),
            exact: OnceLock::new(),
            watched: OnceLock::new(),
            instance: OnceLock::new(),
        }))
    }
}
