//! Why bytes are not an acceptable module, worded for whoever wrote them.
//!
//! Enters: what `accept` found. Leaves: `Refusal`, which says what was expected, what was found
//! and at which byte. Refuses to know: what becomes of the refusal. To a guest that creates an
//! actor it is the fault `InvalidModule`, to an operator it is an error.

use std::fmt;

/// The first reason found (`MOD-1`). Which reason is first is wording, not a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The bytes do not begin as a module does.
    NotAModule {
        /// What they are instead, in words.
        found: &'static str,
    },
    /// The module needs a proposal beyond WebAssembly 2.0 without SIMD.
    Proposal {
        /// The proposal's name, as `MOD-2` has it.
        name: &'static str,
        /// Where in the binary, in bytes.
        offset: u64,
        /// What the validator said.
        message: String,
    },
    /// The module is malformed or does not validate, whatever proposals there are.
    Invalid {
        /// Where in the binary, in bytes.
        offset: u64,
        /// What the validator said.
        message: String,
    },
    /// One of the limits is crossed.
    Limit {
        /// What is limited, in words.
        what: &'static str,
        /// The most that there may be.
        limit: u64,
        /// How much there is.
        found: u64,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// Something other than a function is imported.
    ImportKind {
        /// The module that it is imported from.
        module: String,
        /// The import's name.
        name: String,
        /// What sort of thing it is, in words.
        found: &'static str,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// The import comes from another module than the dialect's imports do.
    ImportModule {
        /// The module that the dialect's imports come from.
        expected: &'static str,
        /// The module that this one comes from.
        found: String,
        /// The import's name.
        name: String,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// The dialect has no import of that name.
    UnknownImport {
        /// The dialect's name.
        dialect: &'static str,
        /// The import's name.
        name: String,
        /// The type that the guest gave it, in words.
        found: String,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// The dialect has imports of that name, but none of that type.
    ImportType {
        /// The import's name.
        name: String,
        /// The types that the dialect has for it, in words.
        expected: String,
        /// The type that the guest gave it, in words.
        found: String,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// An export takes a name that is kept for the VM.
    ReservedExport {
        /// The export's name.
        name: String,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// An entry export is not a function of the module's own.
    EntryKind {
        /// The export's name.
        name: &'static str,
        /// What sort of thing it is, in words.
        found: &'static str,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// An entry export is a function of another type.
    EntryType {
        /// The export's name.
        name: &'static str,
        /// Its type, in words.
        found: String,
        /// Where in the binary, in bytes.
        offset: u64,
    },
    /// The start function is an import.
    ImportedStart {
        /// Where in the binary, in bytes.
        offset: u64,
    },
}

impl Refusal {
    /// Where in the binary the reason stands, in bytes.
    fn offset(&self) -> u64 {
        match self {
            Refusal::NotAModule { .. } => 0,
            Refusal::Proposal { offset, .. }
            | Refusal::Invalid { offset, .. }
            | Refusal::Limit { offset, .. }
            | Refusal::ImportKind { offset, .. }
            | Refusal::ImportModule { offset, .. }
            | Refusal::UnknownImport { offset, .. }
            | Refusal::ImportType { offset, .. }
            | Refusal::ReservedExport { offset, .. }
            | Refusal::EntryKind { offset, .. }
            | Refusal::EntryType { offset, .. }
            | Refusal::ImportedStart { offset } => *offset,
        }
    }

    /// What was expected there, and what was found.
    fn words(&self) -> String {
        match self {
            Refusal::NotAModule { found } => format!("a WebAssembly module, found {found}"),
            Refusal::Proposal { name, message, .. } => {
                format!("WebAssembly 2.0 without SIMD, found the {name} proposal ({message})")
            }
            Refusal::Invalid { message, .. } => format!("a valid module, found: {message}"),
            Refusal::Limit {
                what, limit, found, ..
            } => format!("at most {limit} {what}, found {found}"),
            Refusal::ImportKind {
                module,
                name,
                found,
                ..
            } => format!("only functions to be imported, found the {found} `{module}` `{name}`"),
            Refusal::ImportModule {
                expected,
                found,
                name,
                ..
            } => format!("`{name}` to be imported from `{expected}`, found `{found}`"),
            Refusal::UnknownImport {
                dialect,
                name,
                found,
                ..
            } => format!("an import of the dialect {dialect}, found `{name}` {found}"),
            Refusal::ImportType {
                name,
                expected,
                found,
                ..
            } => format!("the import `{name}` to be {expected}, found {found}"),
            Refusal::ReservedExport { name, .. } => {
                format!("no export name to begin with `primea:`, found `{name}`")
            }
            Refusal::EntryKind { name, found, .. } => {
                format!("the export `{name}` to be a function of the module, found {found}")
            }
            Refusal::EntryType { name, found, .. } => format!(
                "the export `{name}` to be (i32) -> (), (i32) -> i32, () -> () or () -> i32, \
                 found {found}"
            ),
            Refusal::ImportedStart { .. } => {
                "the start function to be the module's own, found an import".to_owned()
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: expected {}", self.offset(), self.words())
    }
}

impl std::error::Error for Refusal {}
