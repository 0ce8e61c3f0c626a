//! `primea`: a deterministic reference VM for the Primea WebAssembly system interface.

pub mod fault;
pub mod interface;
pub mod limits;
pub mod module;
pub mod state;
