//! THE import table: every import of every dialect, declared once.
//!
//! Enters: nothing. Leaves: rows, from which come the linking, the argument checks, the
//! generated bad-argument tests and `primea interface`. Refuses to know: wasmi, and what an
//! operation does.

mod capabilities;
mod dialect;
mod legacy;
mod operation;
mod params;
mod ports;
mod types;

pub use dialect::Dialect;
pub use operation::Operation;
pub use types::{Kind, Param, ParamType, Returns, Role};

/// One row: an import of one dialect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Import {
    /// The dialect that has it.
    pub dialect: Dialect,
    /// As the document spells it.
    pub name: &'static str,
    /// In the order of the document.
    pub params: &'static [Param],
    /// What the guest gets back.
    pub returns: Returns,
    /// What it means.
    pub operation: Operation,
    /// The rules of this row alone; [`Import::rules`] has them all.
    pub own_rules: &'static [&'static str],
    /// One line for a reader.
    pub doc: &'static str,
}

/// The position of a row in [`IMPORTS`].
pub type ImportIndex = usize;

impl Import {
    /// Whether the guest gets an i32 back.
    pub const fn has_result(&self) -> bool {
        !matches!(self.returns, Returns::Nothing)
    }

    /// The position of the parameter of that role, if the row has one.
    pub fn position(&self, role: Role) -> Option<usize> {
        self.params.iter().position(|param| param.role == role)
    }

    /// Every rule that it obeys: its operation's, its own, those of its parameters and its result,
    /// and those of every import; each once.
    pub fn rules(&self) -> Vec<&'static str> {
        let of_params = self.params.iter().flat_map(|param| param.ty.rules());
        let of_import: &[&str] = if self.dialect.is_legacy() {
            &["ARG-1", "TICK-6", "DIAL-5", "LEG-1"]
        } else {
            &["ARG-1", "TICK-6", "DIAL-2"]
        };
        let mut rules = Vec::new();
        for rule in (self.operation.rules().iter())
            .chain(self.own_rules)
            .chain(of_params)
            .chain(self.returns.rules())
            .chain(of_import)
        {
            if !rules.contains(rule) {
                rules.push(*rule);
            }
        }
        rules
    }
}

impl Dialect {
    /// The rows of this dialect, with their positions.
    pub fn rows(self) -> impl Iterator<Item = (ImportIndex, &'static Import)> {
        IMPORTS
            .iter()
            .enumerate()
            .filter(move |(_, import)| import.dialect == self)
    }

    /// The rows of this dialect.
    pub fn imports(self) -> impl Iterator<Item = &'static Import> {
        self.rows().map(|(_, import)| import)
    }

    /// The rows of that name; several where a name has several forms (`DIAL-5`).
    pub fn named(self, name: &str) -> impl Iterator<Item = (ImportIndex, &'static Import)> {
        self.rows().filter(move |(_, import)| import.name == name)
    }

    /// The row of that name and type. All parameters, and a result if there is one, are i32.
    pub fn find(self, name: &str, params: usize, has_result: bool) -> Option<ImportIndex> {
        self.named(name)
            .find(|(_, import)| import.params.len() == params && import.has_result() == has_result)
            .map(|(index, _)| index)
    }
}

/// Every import of every dialect, dialect by dialect.
pub static IMPORTS: &[Import] = &{
    let mut all = [ports::CAMEL[0]; LENGTH];
    let mut filled = 0;
    let mut part = 0;
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            all[filled] = PARTS[part][row];
            filled += 1;
            row += 1;
        }
        part += 1;
    }
    all
};

const PARTS: [&[Import]; 5] = [
    &ports::CAMEL,
    &ports::SNAKE,
    &capabilities::ROWS,
    &legacy::PORTS,
    &legacy::CAPABILITIES,
];

const LENGTH: usize = ports::CAMEL.len()
    + ports::SNAKE.len()
    + capabilities::ROWS.len()
    + legacy::PORTS.len()
    + legacy::CAPABILITIES.len();

#[cfg(test)]
mod tests;
