//! Tests as an author of actors has them: each tries a guest in a world, and holds what it did to a
//! golden file. `PRIMEA_BLESS=1 cargo test --test examples` writes the files anew.
//!
//! Enters: guests, golden files. Leaves: tests. Refuses to know: everything but `primea::testing`.

mod golden;
mod readme;
mod tutorial;
