//! Generated cases: every import, called with good arguments and in every way that is wrong.
//!
//! Enters: the import table. Leaves: guests in the text format, each with the fault that its call
//! must lead to. Refuses to know: how guests are run.

mod callbacks;
mod guest;
mod ranges;
mod references;
mod wrongs;

use super::{
    print::distinct_name,
    table::{Dialect, IMPORTS, ImportIndex},
};
use crate::fault::Fault;
use guest::Guest;

/// One call of one import, as a whole guest. An actor is created from it, with `ticks`, and all that
/// follows is let happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadCase {
    /// The dialect that the import belongs to.
    pub dialect: Dialect,
    /// The import that is called.
    pub import: ImportIndex,
    /// The parameter that the case is about; none for a call with good arguments.
    pub argument: Option<usize>,
    /// What it is given.
    pub what: &'static str,
    /// The guest.
    pub module_wat: String,
    /// The one fault among all activations of the actor; none if all must succeed.
    pub expected: Option<Fault>,
    /// What the creation carries.
    pub ticks: u64,
}

impl BadCase {
    /// A name of its own, with the dialect, the import and the parameter.
    pub fn name(&self) -> String {
        let import = &IMPORTS[self.import];
        let parameter = match self.argument {
            Some(at) => format!("{}: ", import.params[at].name),
            None => String::new(),
        };
        let (dialect, form) = (self.dialect.name(), distinct_name(self.import));
        format!("{dialect}/{form}/{parameter}{}", self.what)
    }
}

/// Every case of every import, in the order of the table.
pub fn all() -> impl Iterator<Item = BadCase> {
    (0..IMPORTS.len()).flat_map(of_import)
}

/// Every case of one import.
pub fn of_import(index: ImportIndex) -> Vec<BadCase> {
    let import = &IMPORTS[index];
    let good: Vec<_> = import.params.iter().map(wrongs::good).collect();
    wrongs::variations(import)
        .into_iter()
        .map(|variation| {
            let mut arguments = good.clone();
            for (at, value) in variation.values {
                arguments[at] = value;
            }
            let (memory, table) = (variation.memory, variation.table);
            let guest = Guest {
                row: index,
                arguments,
                memory,
                table,
            };
            BadCase {
                dialect: import.dialect,
                import: index,
                argument: variation.argument,
                what: variation.what,
                module_wat: guest.wat(),
                expected: variation.expected,
                ticks: variation.ticks,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
