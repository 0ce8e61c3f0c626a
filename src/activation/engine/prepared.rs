//! From a metered module to one that is ready to run, and how wasmi is set up for it.
//!
//! Enters: an accepted module and its metered form. Leaves: what instances are made of. Refuses to
//! know: hosts, ticks, and how an instance runs.

use super::{Guest, Host, Vm, fuel};
use crate::deviation::{Deviation, deviates};
use crate::fault::Fault;
use crate::interface::table::ImportIndex;
use crate::limits;
use crate::module::{AcceptedModule, MeteredModule, Pass};
use std::sync::Arc;

/// Makes modules ready to run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    exact: Arc<wasmi::Config>,
    fast: Arc<wasmi::Config>,
}

impl Default for Engine {
    fn default() -> Engine {
        Engine::new()
    }
}

impl Engine {
    /// An engine with every feature set explicitly, so that an upgrade opts us into nothing.
    pub fn new() -> Engine {
        Engine {
            exact: Arc::new(Engine::config(Pass::Exact)),
            fast: Arc::new(Engine::config(Pass::Fast)),
        }
    }

    /// How wasmi is set up. Public for the tests that prove this very setting right.
    #[doc(hidden)]
    pub fn config(pass: Pass) -> wasmi::Config {
        // Beside its parameters, locals and operands, a metered function has a scratch local and
        // a few operands of its charges; an import needs a place for its result. So the height of
        // the value stack is bounded by the call depth, and never the first bound to be met.
        let slots = limits::CALL_DEPTH * (limits::FRAME_SIZE + 64);
        let mut config = wasmi::Config::default();
        config
            .wasm_mutable_global(true)
            .wasm_sign_extension(true)
            .wasm_saturating_float_to_int(true)
            .wasm_multi_value(true)
            .wasm_bulk_memory(true)
            .wasm_reference_types(true)
            .floats(true)
            .wasm_multi_memory(false)
            .wasm_tail_call(false)
            .wasm_extended_const(false)
            .wasm_custom_page_sizes(false)
            .wasm_wide_arithmetic(false)
            .consume_fuel(pass == Pass::Fast)
            .operator_cost(fuel::operator_cost())
            .fuel_cost(fuel::no_other_cost())
            .ignore_custom_sections(true)
            .allow_start_fn(false)
            .compilation_mode(wasmi::CompilationMode::Eager)
            .enforced_limits(wasmi::EnforcedLimits::default())
            .set_min_stack_height(1 << 12)
            .set_max_stack_height(slots * size_of::<u64>())
            .set_max_recursion_depth(
                limits::CALL_DEPTH - usize::from(deviates(Deviation::CallDepthOneShort)),
            )
            .set_max_cached_stacks(1);
        config
    }

    /// Compiles a module. That an accepted module does not compile is our own bug.
    ///
    /// Each module gets an engine of wasmi's to itself: wasmi never gives back the code of a
    /// module before its engine is gone.
    pub fn prepare(&self, module: &AcceptedModule, metered: &MeteredModule) -> Prepared {
        let config = match metered.pass() {
            Pass::Fast => &self.fast,
            Pass::Exact | Pass::Watched => &self.exact,
        };
        let engine = wasmi::Engine::new(config);
        let code = match wasmi::Module::new(&engine, metered.bytes()) {
            Ok(code) => code,
            Err(error) => panic!("an accepted module does not compile: {error}"),
        };
        Prepared {
            inner: Arc::new(PreparedParts {
                engine,
                code,
                module: module.clone(),
                metered: metered.clone(),
            }),
        }
    }
}

/// A module that is ready to run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) inner: Arc<PreparedParts>,
}

#[derive(Debug)]
pub(super) struct PreparedParts {
    pub(super) engine: wasmi::Engine,
    pub(super) code: wasmi::Module,
    pub(super) module: AcceptedModule,
    pub(super) metered: MeteredModule,
}

impl Prepared {
    /// The module as it was accepted.
    pub fn module(&self) -> &AcceptedModule {
        &self.inner.module
    }

    /// How it counts its ticks. What a fast VM does counts only as long as nothing goes wrong.
    pub fn pass(&self) -> Pass {
        self.inner.metered.pass()
    }

    /// Whether an instance can be made (`RUN-1`): it depends on nothing but the module.
    pub fn try_instance(&self) -> Result<(), Fault> {
        let made = Vm::instantiate(self, Nobody, 0);
        made.map(|_| ()).map_err(|broken| broken.fault)
    }
}

/// Who answers imports where nothing of a guest runs.
struct Nobody;

impl Host for Nobody {
    fn import(&mut self, _: ImportIndex, _: &[i32], _: Guest<'_>) -> Result<i32, Fault> {
        unreachable!("nothing of the guest runs")
    }
}
