//! Import calls: each is charged, checked, done and recorded.
//!
//! Enters: what a guest calls an import with, its memory, and its tank. Leaves: the result, or the fault;
//! what was charged; the call, told and recorded. Refuses to know: what operations mean, and wasmi.

use super::{Session, arguments, arguments::Arguments};
use crate::{
    activation::{
        engine::{Guest, Host},
        watch::Event,
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::{IMPORTS, Import, ImportIndex, Role},
    limits,
    module::meter::watch::Mark,
    operations,
};

/// Takes ticks from what is left, before what they pay for happens (`TICK-2`).
pub fn charge(left: &mut u64, price: u64) -> Result<(), Fault> {
    let rest = left.checked_sub(price);
    match rest.filter(|rest| *rest > 0 || price == 0 || !deviates(Deviation::LastTickRefused)) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => {
            *left = 0;
            Err(Fault::OutOfTicks)
        }
    }
}

/// An import call as it crossed the border.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Call {
    /// Its row in the table.
    pub import: ImportIndex,
    /// What the guest gave, as signed numbers.
    pub arguments: Vec<i32>,
    /// What the operation gave; what the guest saw if the import has a result.
    pub result: Result<i32, Fault>,
    /// What was left in the tank when the call was made.
    pub ticks_before: u64,
    /// What was left in the tank when it returned, or faulted.
    pub ticks_after: u64,
}

impl Session {
    /// `ARG-1`: one charge, the arguments in order, the items' price, then the operation.
    fn perform(
        &mut self,
        import: &'static Import,
        arguments: &[i32],
        guest: &mut Guest<'_>,
    ) -> Result<i32, Fault> {
        let cost = self.schedule.cost(import.operation);
        let call = Arguments {
            import,
            values: arguments,
        };
        let bytes = match deviates(Deviation::BytesAreFree) {
            true => 0,
            false => call.find(Role::Length).map_or(0, u64::from),
        };
        let pages = match deviates(Deviation::OnlyExportedMemoryIsPriced) {
            true => guest.memory.len() / limits::PAGE_BYTES,
            false => guest.pages as usize,
        };
        let price = u64::from(cost.base) + cost.bytes.of(bytes) + cost.pages.of(pages as u64);
        let checks_first = deviates(Deviation::ChargedAfterChecks);
        if !checks_first {
            charge(guest.ticks, price)?;
        }
        for (param, &value) in import.params.iter().zip(arguments) {
            arguments::check(
                &self.references,
                &param.ty,
                value,
                arguments,
                guest.memory.len(),
            )?;
        }
        if checks_first {
            charge(guest.ticks, price)?;
        }
        if cost.items.ticks > 0 {
            let message = self.references.message(call.reference(Role::Message));
            let items = match deviates(Deviation::LoadedItemsAreFree) {
                true => message.capabilities.len() + message.ports.iter().flatten().count(),
                false => message.item_count(),
            };
            charge(guest.ticks, cost.items.of(items as u64))?;
        }
        operations::perform(self, call, guest)
    }
}

impl Host for Session {
    fn import(
        &mut self,
        import: ImportIndex,
        arguments: &[i32],
        mut guest: Guest<'_>,
    ) -> Result<i32, Fault> {
        let ticks_before = *guest.ticks;
        let spent_before = self.spent(ticks_before);
        let result = self.perform(&IMPORTS[import], arguments, &mut guest);
        let is_recorded = self.calls.len() < self.records;
        self.unrecorded_calls += u64::from(!is_recorded);
        if is_recorded || self.watcher.is_some() {
            let call = Call {
                import,
                arguments: arguments.to_vec(),
                result,
                ticks_before,
                ticks_after: *guest.ticks,
            };
            let event = Event::Import {
                call: &call,
                spent_before,
            };
            self.tell(event, *guest.ticks);
            if is_recorded {
                self.calls.push(call);
            }
        }
        result
    }

    fn watched(&mut self, mark: Mark, left: u64) {
        self.tell(Event::Mark(mark), left);
    }
}
