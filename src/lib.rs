//! `primea`: a deterministic reference VM for the Primea WebAssembly system interface.

pub mod activation;
pub mod fault;
pub mod interface;
pub mod limits;
pub mod module;

pub mod operations;
pub mod state;
pub mod world;
