//! What wasmi reports, as faults (`FAULT-*`).
//!
//! Enters: wasmi's errors. Leaves: the fault that each is; what can be none is our own bug. Refuses to
//! know: what becomes of a fault.

use crate::deviation::{Deviation, deviates};
use crate::fault::Fault;
use crate::module::Pass;
use std::fmt;
use wasmi::TrapCode;
use wasmi::errors::{ErrorKind, HostError, InstantiationError};

/// What the guest did wrong, which may have spent more than it had.
pub(super) fn fault(error: &wasmi::Error, is_overdrawn: bool, pass: Pass) -> Fault {
    if let Some(HostFault(fault)) = error.downcast_ref() {
        return *fault;
    }
    let code = match error.as_trap_code() {
        Some(code) => code,
        None => panic!("the engine failed: {error}"),
    };
    match code {
        TrapCode::UnreachableCodeReached if is_overdrawn => Fault::OutOfTicks,
        TrapCode::UnreachableCodeReached => Fault::Unreachable,
        TrapCode::MemoryOutOfBounds => Fault::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds => Fault::TableOutOfBounds,
        TrapCode::IndirectCallToNull if deviates(Deviation::NullIsAnotherType) => {
            Fault::SignatureMismatch
        }
        TrapCode::IndirectCallToNull => Fault::NullElement,
        TrapCode::BadSignature => Fault::SignatureMismatch,
        TrapCode::IntegerOverflow => Fault::IntegerOverflow,
        TrapCode::IntegerDivisionByZero if deviates(Deviation::DivisionByZeroIsOverflow) => {
            Fault::IntegerOverflow
        }
        TrapCode::IntegerDivisionByZero => Fault::DivisionByZero,
        TrapCode::BadConversionToInteger => Fault::InvalidConversion,
        TrapCode::StackOverflow => Fault::CallDepth,
        TrapCode::OutOfFuel if pass == Pass::Fast => Fault::OutOfTicks,
        TrapCode::OutOfFuel | TrapCode::GrowthOperationLimited | TrapCode::OutOfSystemMemory => {
            panic!("the engine failed: {error}")
        }
    }
}

/// Which active segment did not fit.
pub(super) fn of_segment(error: &wasmi::Error) -> Fault {
    match (error.kind(), error.as_trap_code()) {
        (ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. }), _) => {
            match deviates(Deviation::ElementsOutOfMemory) {
                true => Fault::MemoryOutOfBounds,
                false => Fault::TableOutOfBounds,
            }
        }
        (_, Some(TrapCode::MemoryOutOfBounds)) => Fault::MemoryOutOfBounds,
        _ => panic!("an accepted module cannot be instantiated: {error}"),
    }
}

/// A host's fault on its way through wasmi.
#[derive(Debug)]
pub(super) struct HostFault(pub Fault);

impl fmt::Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl HostError for HostFault {}
