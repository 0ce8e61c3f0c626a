//! The built program, as every suite runs it: in the folder of the crate.
//!
//! Enters: arguments. Leaves: what it printed, and its exit code. Refuses to know: what of that is
//! right.

use libtest_mimic::Failed;
use std::{
    io,
    process::{Command, Output},
};

pub const PRIMEA: &str = env!("CARGO_BIN_EXE_primea");

pub fn primea(arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new(PRIMEA);
    let command = command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(arguments).output()
}

/// What is printed to stdout, where the exit code is this one, and nothing is said on stderr.
pub fn printed(code: i32, arguments: &[&str]) -> Result<String, Failed> {
    let output = primea(arguments)?;
    let errors = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert_eq!(errors, "", "{arguments:?}");
    Ok(String::from_utf8(output.stdout)?)
}
