//! A watched VM tells its host how far it has come.
//!
//! Enters: an instance whose module is watched. Leaves: the instance with the host's function in
//! its place. Refuses to know: what the host makes of it.

use super::{Host, Vm};
use crate::module::{Pass, meter::watch};
use wasmi::{AsContext, Caller, Func, Nullable, Ref};

impl<H: Host> Vm<H> {
    /// Whether there is a start function to be run.
    pub fn has_start(&self) -> bool {
        self.prepared.module().facts().start.is_some()
    }

    /// Puts the function in place that a watched module calls at its marks. It is made after all
    /// others of the store, so that no function changes its number (see `image`).
    pub(super) fn connect(&mut self) {
        let metered = &self.prepared.inner.metered;
        if metered.pass() != Pass::Watched {
            return;
        }
        let marks = metered.marks().clone();
        let told = Func::wrap(
            &mut self.store,
            move |mut caller: Caller<'_, super::State<H>>, number: i32| {
                let handles = caller.data().handles.expect("there is an instance");
                let left = handles.tank.left(caller.as_context());
                let left = left.expect("a guest that runs has paid");
                let mark = marks[number.cast_unsigned() as usize];
                caller.data_mut().host.watched(mark, left);
            },
        );
        let table = self.instance.get_table(&self.store, watch::TABLE);
        let table = table.expect("a watched module has the table");
        let put = table.set(&mut self.store, 0, Ref::Func(Nullable::Val(told)));
        put.expect("the table holds one function");
    }
}
