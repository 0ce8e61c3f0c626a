//! The oracle: vectors as they are exported, the protocol as it is documented, and targets of every
//! kind, good and bad.
//!
//! Enters: the scenarios, the documents, shell commands. Leaves: verdicts. Refuses to know: what is
//! right, beyond what the scenarios say.

mod instructions;
mod schema;
mod targets;
mod vectors;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The folder of the crate.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program.
const PRIMEA: &str = env!("CARGO_BIN_EXE_primea");

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("oracle")
        .join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("it is this test's own");
    }
    std::fs::create_dir_all(&folder).expect("the parent is there");
    folder
}

fn primea(arguments: &[&str]) -> Output {
    let mut command = Command::new(PRIMEA);
    command.current_dir(root()).args(arguments);
    command.output().expect("it starts")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("it is text")
}
