//! The system interface: the import table, what is printed from it, and the cases that test it.

pub mod cases;
pub mod print;
pub mod table;
