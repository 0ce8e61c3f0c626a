//! The system interface: the import table and what is printed from it, and the operations.

pub mod table;
