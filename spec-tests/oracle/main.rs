//! The oracle: vectors as they are exported, the protocol as it is documented, and targets of every
//! kind, good and bad.
//!
//! Enters: the scenarios, the documents, shell commands. Leaves: verdicts. Refuses to know: what is
//! right, beyond what the scenarios say.

mod conforming;
#[path = "../folder.rs"]
mod empty;
mod instructions;
#[path = "../program.rs"]
mod program;
mod replays;
mod reports;
mod schema;
mod targets;
mod vectors;

use std::{
    path::{Path, PathBuf},
    process::Output,
};

/// The folder of the crate.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = empty::folder(&format!("oracle/{name}")).expect("it is this test's own");
    std::fs::create_dir_all(&folder).expect("the parent is there");
    folder
}

fn primea(arguments: &[&str]) -> Output {
    program::primea(arguments).expect("it starts")
}

fn printed(code: i32, arguments: &[&str]) -> String {
    program::printed(code, arguments).expect("it prints text")
}
