//! An activation whose entry is any export: for those who ask what one function costs.
//!
//! Enters: a program, the name of an export and its arguments. Leaves: a report, as of any
//! activation. Refuses to know: worlds. No rule of the interface has such an activation.

use super::{
    Activation, Program, Report, charge,
    engine::{Number, Vm},
    faulted,
    kept::Kept,
    run_start,
    session::{Beginning, Session},
    watch::Phase,
};
use crate::module::{Pass, schedule::Schedule};
use std::sync::Arc;

/// A call that was found possible.
pub struct DirectCall<'a> {
    program: &'a Program,
    export: &'a str,
    arguments: Vec<Number>,
}

impl<'a> DirectCall<'a> {
    /// Looks for the export, and reads the arguments as it declares them.
    pub fn new(
        program: &'a Program,
        export: &'a str,
        arguments: &[String],
    ) -> Result<DirectCall<'a>, String> {
        let Some(types) = program.prepared(Pass::Watched).parameters(export) else {
            let there = program.prepared(Pass::Watched).exported_functions();
            let there = if there.is_empty() {
                "the module exports none".to_owned()
            } else {
                format!("found {}", there.join(", "))
            };
            return Err(format!("expected an exported function `{export}`, {there}"));
        };
        if types.len() != arguments.len() {
            let (expected, found) = (types.len(), arguments.len());
            return Err(format!(
                "expected {expected} arguments for `{export}`, found {found}"
            ));
        }
        let read = |(at, (text, ty)): (usize, (&String, _))| {
            Number::parse(text, ty)
                .map_err(|why| format!("argument {} of `{export}`: {why}", at + 1))
        };
        let given = arguments.iter().zip(types).enumerate();
        Ok(DirectCall {
            program,
            export,
            arguments: given.map(read).collect::<Result<_, _>>()?,
        })
    }

    /// Makes the call, between the opening charge and the start function before, and the
    /// callbacks asked for after it.
    pub fn make(&self, schedule: &Arc<Schedule>, beginning: Beginning) -> Result<Report, String> {
        let (program, tank) = (self.program, beginning.tank);
        let activation = Activation {
            program,
            schedule,
            beginning,
            left: tank,
        };
        let session = Session::fresh(schedule.clone(), activation.beginning.clone());
        session.tell(program.event(), tank);
        session.phase(Phase::Opening, tank);
        let mut left = tank;
        if let Err(fault) = charge(&mut left, program.opening_price()) {
            return Ok(faulted(session, left, fault));
        }
        let mut vm = match Vm::instantiate(program.prepared(Pass::Watched), session, left) {
            Ok(vm) => Box::new(vm),
            Err(broken) => return Ok(faulted(broken.host, left, broken.fault)),
        };
        if vm.exports_import(self.export) {
            let export = self.export;
            return Err(format!(
                "expected `{export}` to be a function of the module's own, found an import"
            ));
        }
        let result = run_start(&mut vm).and_then(|()| {
            vm.host().phase(Phase::Entry, vm.ticks());
            vm.call_with(self.export, &self.arguments)
        });
        let report = activation.conclude(vm, result.map(|()| None), &Kept::default());
        Ok(report.expect("the watched pass decides"))
    }
}
