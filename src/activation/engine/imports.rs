//! From a row of the import table to a function that wasmi can call.
//!
//! Enters: a row. Leaves: a function which hands its arguments, the memory and the ticks to the
//! host. Refuses to know: what the row means.

use super::{Guest, Host, State, traps::HostFault};
use crate::fault::Fault;
use crate::interface::table::{IMPORTS, ImportIndex};
use crate::limits::PAGE_BYTES;
use wasmi::{Caller, Func, Store};

macro_rules! wrapped {
    ($store:expr, $row:expr, $returns:expr, $($argument:ident)*) => {
        if $returns {
            Func::wrap($store, move |caller: Caller<'_, State<H>>, $($argument: i32),*| {
                answer(caller, $row, &[$($argument),*])
            })
        } else {
            Func::wrap($store, move |caller: Caller<'_, State<H>>, $($argument: i32),*| {
                answer(caller, $row, &[$($argument),*]).map(|_: i32| ())
            })
        }
    };
}

/// The function that a row stands for.
pub fn function<H: Host>(store: &mut Store<State<H>>, row: ImportIndex) -> Func {
    let import = &IMPORTS[row];
    let returns = import.has_result();
    match import.params.len() {
        0 => wrapped!(store, row, returns,),
        1 => wrapped!(store, row, returns, a),
        2 => wrapped!(store, row, returns, a b),
        3 => wrapped!(store, row, returns, a b c),
        4 => wrapped!(store, row, returns, a b c d),
        5 => wrapped!(store, row, returns, a b c d e),
        6 => wrapped!(store, row, returns, a b c d e f),
        more => panic!("no row has {more} parameters"),
    }
}

fn answer<H: Host>(
    mut caller: Caller<'_, State<H>>,
    row: ImportIndex,
    arguments: &[i32],
) -> Result<i32, wasmi::Error> {
    let handles = caller.data().handles.expect("there is an instance");
    let Some(level) = handles.tank.level(&caller) else {
        // The fast pass may come here with more spent than there was.
        return Err(wasmi::Error::host(HostFault(Fault::OutOfTicks)));
    };
    let mut ticks = level.left;
    let (memory, state) = match handles.memory {
        Some(memory) => memory.data_and_store_mut(&mut caller),
        None => (&mut [][..], caller.data_mut()),
    };
    let guest = Guest {
        pages: pages(memory.len()),
        memory: if handles.memory_is_exported {
            memory
        } else {
            &mut []
        },
        ticks: &mut ticks,
    };
    let answer = state.host.import(row, arguments, guest);
    handles.tank.take(level, &mut caller, level.left - ticks);
    answer.map_err(|fault| wasmi::Error::host(HostFault(fault)))
}

fn pages(bytes: usize) -> u32 {
    u32::try_from(bytes / PAGE_BYTES).expect("a memory has a limited number of pages")
}
