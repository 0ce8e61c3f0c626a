//! Which functions can't come to an import.
//!
//! Enters: an accepted module. Leaves: for each function, whether it is quiet. Refuses to know:
//! which function a call through a table will find.

use crate::module::accepted::AcceptedModule;

/// The quiet functions of a module: whatever they do, no import is called.
pub struct Quiet {
    /// For each function, imported ones first, whether it is quiet.
    functions: Vec<bool>,
    /// Whether every function that a table can hold is.
    tables: bool,
}

impl Quiet {
    /// A function is quiet unless it calls one that is not; imports are not. In a module that has
    /// imports a call through a table might find one.
    pub fn of(module: &AcceptedModule) -> Quiet {
        let facts = module.facts();
        let imports = facts.imports.len();
        let tables = imports == 0;
        let mut callers: Vec<Vec<u32>> = vec![Vec::new(); module.function_count()];
        let mut functions = vec![true; module.function_count()];
        let mut loud: Vec<u32> = (0..).take(imports).collect();
        for (function, body) in (0..).skip(imports).zip(&facts.bodies) {
            for callee in &body.callees {
                callers[*callee as usize].push(function);
            }
            if body.calls_through_tables && !tables {
                loud.push(function);
            }
        }
        while let Some(function) = loud.pop() {
            if std::mem::replace(&mut functions[function as usize], false) {
                loud.append(&mut callers[function as usize]);
            }
        }
        Quiet { functions, tables }
    }

    /// Whether the function is quiet.
    pub fn function(&self, index: u32) -> bool {
        self.functions[index as usize]
    }

    /// Whether every function that a table can hold is.
    pub fn tables(&self) -> bool {
        self.tables
    }
}
