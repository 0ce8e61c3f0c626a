//! The system interface: the import table, what is printed from it, and the cases that test it.
//!
//! Enters: nothing. Leaves: rows, text, guests. Refuses to know: how an import is carried out.

pub mod cases;
pub mod print;
pub mod table;
