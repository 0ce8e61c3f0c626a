//! A failure in a folder of its own, to be repeated alone.
//!
//! Enters: a failed case, or one that fails no longer. Leaves: files without paths and clocks, or none. Refuses to
//! know: other cases, and files that stand there for another reason.

use super::{case::Case, report::CaseReport, text};
use crate::oracle::{compare, level::Levels, vector::layout};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// By which a folder is known as one of these: it is written first and removed last.
const MARK: &str = "command.txt";

/// The command in it is one of this program's.
const MARKED: &str = "primea ";

/// What may stand in such a folder beside its mark.
const FILES: [&str; 7] = [
    "vector.json",
    "difference.txt",
    "difference.json",
    "expected.json",
    "found.json",
    "scenario.toml",
    "original.toml",
];

/// Writes the folder of a failure below `folder`, in place of an earlier one, and says where.
pub fn write(folder: &Path, case: &Case, report: &CaseReport) -> Result<PathBuf, String> {
    write_asked(folder, case, report, "")
}

/// The same of a case that was asked about in another way than the usual one, by these arguments.
pub fn write_asked(
    folder: &Path,
    case: &Case,
    report: &CaseReport,
    arguments: &str,
) -> Result<PathBuf, String> {
    let name = &report.name;
    let folder = place(folder, name).ok_or_else(|| {
        format!("expected the name of a vector that a folder can have, found {name:?}")
    })?;
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    if !remove_files(&folder).map_err(failed)?
        && let Some(file) = FILES
            .iter()
            .chain([&MARK])
            .find(|file| folder.join(file).exists())
    {
        return Err(format!(
            "{}: expected no {file} but beside a {MARK} that begins with {MARKED:?}",
            folder.display()
        ));
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    for (name, text) in files(case, report, arguments) {
        fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(folder)
}

/// Removes the folder that an earlier failure of a case left below `folder`, if there is one. What somebody else has
/// put into it stays, and the folder with it.
pub fn clear(folder: &Path, name: &str) -> Result<(), String> {
    let Some(folder) = place(folder, name) else {
        return Ok(());
    };
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    if !remove_files(&folder).map_err(failed)? {
        return Ok(());
    }
    match fs::remove_dir(&folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Where the folder of a case is.
fn place(folder: &Path, name: &str) -> Option<PathBuf> {
    let name = name.replace('/', "__");
    let is_one = !["", ".", ".."].contains(&name.as_str()) && !name.contains(['\\', '\0']);
    is_one.then(|| folder.join(name))
}

/// Removes what an earlier failure left in its folder; whether there was such a failure.
fn remove_files(folder: &Path) -> io::Result<bool> {
    let mark = folder.join(MARK);
    if !fs::read(&mark).is_ok_and(|text| text.starts_with(MARKED.as_bytes())) {
        return Ok(false);
    }
    for file in FILES {
        match fs::remove_file(folder.join(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::remove_file(mark)?;
    Ok(true)
}

fn files(case: &Case, report: &CaseReport, arguments: &str) -> Vec<(&'static str, String)> {
    let mut vector = case.vector.clone();
    // Instructions follow from a vector, and are no part of it.
    vector.expect = Some(compare::project(&case.expected, Levels::OF_A_VECTOR));
    let mut files = vec![
        (
            MARK,
            format!("{MARKED}conform --target \"$TARGET\"{arguments} vector.json\n"),
        ),
        ("vector.json", vector.text()),
        (
            "difference.txt",
            text::case_lines(report, false).join("\n") + "\n",
        ),
    ];
    if let Some(divergence) = &report.divergence {
        files.push(("difference.json", layout::text(divergence, &[])));
    }
    let results = [
        ("expected.json", &report.expected),
        ("found.json", &report.found),
    ];
    for (name, result) in results {
        if let Some(result) = result {
            files.push((name, layout::text(result, &["steps", "arrivals", "state"])));
        }
    }
    files
}
