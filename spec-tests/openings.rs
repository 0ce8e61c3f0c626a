//! Every file in Rust opens by saying what enters, what leaves, and what it refuses to know.
//!
//! Enters: the files of the repository. Leaves: trials, which name the files that do not. Refuses to
//! know: whether what they say is true.

use crate::{
    house::{rust_files, settle},
    root,
};
use libtest_mimic::{Failed, Trial};
use std::fs;

/// Where there are files in Rust: tests, benches and examples have the same opening as all others.
const FOLDERS: [&str; 4] = ["src", "spec-tests", "benches", "examples"];

/// What an opening says, in this order; something must follow each.
const PARTS: [&str; 3] = [" Enters: ", " Leaves: ", " Refuses to know: "];

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("house::files_have_openings", everywhere),
        Trial::test("house::an_opening_that_lacks_something_is_told", told),
    ]
}

/// What the opening of a file lacks, if it lacks something.
fn lacking(text: &str) -> Option<&'static str> {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let opening = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let mut rest = opening.as_str();
    for part in PARTS {
        match rest.split_once(part) {
            Some((before, after)) if !before.trim().is_empty() => rest = after,
            _ => return Some(part.trim()),
        }
    }
    rest.trim().is_empty().then_some("an end")
}

fn everywhere() -> Result<(), Failed> {
    let mut complaints = Vec::new();
    for path in rust_files(&FOLDERS)? {
        if let Some(part) = lacking(&fs::read_to_string(&path)?) {
            let shown = path.strip_prefix(root())?.display();
            complaints.push(format!(
                "{shown}: expected `//!` at the top, with {part}, found none"
            ));
        }
    }
    settle(complaints)
}

/// Each part is missed where it is not there, not in its place, or empty.
fn told() -> Result<(), Failed> {
    for (text, expected) in [
        (
            "//! What.\n//!\n//! Enters: a. Leaves: b. Refuses\n//! to know: c.\n\nuse d;",
            None,
        ),
        (
            "//! What.\n//!\n//! Enters: a.\n//! Leaves: b.\n//! Refuses to know: c.",
            None,
        ),
        (
            "use d;\n//! What. Enters: a. Leaves: b. Refuses to know: c.",
            Some("Enters:"),
        ),
        (
            "//! Enters: a. Leaves: b. Refuses to know: c.",
            Some("Enters:"),
        ),
        (
            "//! What. Leaves: b. Enters: a. Refuses to know: c.",
            Some("Leaves:"),
        ),
        ("//! What. Enters: a. Refuses to know: c.", Some("Leaves:")),
        (
            "//! What. Enters: a. Leaves: b.\n\n//! Refuses to know: c.",
            Some("Refuses to know:"),
        ),
        (
            "//! What. Enters: a. Leaves: b. Refuses to know: ",
            Some("Refuses to know:"),
        ),
    ] {
        assert_eq!(lacking(text), expected, "{text}");
    }
    Ok(())
}
