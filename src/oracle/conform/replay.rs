//! A failure in a folder of its own, to be repeated alone.
//!
//! Enters: a failed case. Leaves: files without paths and clocks. Refuses to know: other cases.

use super::{case::Case, report::CaseReport, text};
use crate::oracle::{compare, level::Levels, vector::layout};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Writes the folder of a failure below `folder`, and says where.
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
    let folder = folder.join(report.name.replace('/', "__"));
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    // What an earlier failure of this case left must not stay.
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    for (name, text) in files(case, report, arguments) {
        fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(folder)
}

fn files(case: &Case, report: &CaseReport, arguments: &str) -> Vec<(&'static str, String)> {
    let mut vector = case.vector.clone();
    // Instructions follow from a vector, and are no part of it.
    vector.expect = Some(compare::project(&case.expected, Levels::OF_A_VECTOR));
    let mut files = vec![
        ("vector.json", vector.text()),
        (
            "difference.txt",
            text::case_lines(report, false).join("\n") + "\n",
        ),
        (
            "command.txt",
            format!("primea conform --target \"$TARGET\"{arguments} vector.json\n"),
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
