//! Finding scenario files.
//!
//! Enters: a file or a folder. Leaves: every scenario in it, in the order of their names.
//! Refuses to know: what stands in them.

use std::path::{Path, PathBuf};

/// A scenario file that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What a test is called: the path below the folder without `.toml`, with `/` on every system.
    pub name: String,
    /// What a report calls the file.
    pub shown: String,
}

/// The scenario at a path: the file itself, or every `.toml` file below the folder.
pub fn below(path: &Path) -> Result<Vec<File>, String> {
    let failed =
        |path: &Path, error: std::io::Error| format!("{}: cannot be read: {error}", path.display());
    let metadata = std::fs::metadata(path).map_err(|error| failed(path, error))?;
    if !metadata.is_dir() {
        let name = path.with_extension("").display().to_string();
        return Ok(vec![File {
            path: path.to_owned(),
            name,
            shown: path.display().to_string(),
        }]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| failed(&folder, error))? {
            let entry = entry.map_err(|error| failed(&folder, error))?;
            // The type of the entry itself: a link to a folder above would never end.
            let kind = entry
                .file_type()
                .map_err(|error| failed(&entry.path(), error))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                found.push(file(path, entry.path()));
            }
        }
    }
    found.sort_unstable_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

fn file(folder: &Path, path: PathBuf) -> File {
    let below = path
        .strip_prefix(folder)
        .expect("it was found below the folder")
        .with_extension("");
    let parts = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    let name = parts.collect::<Vec<_>>().join("/");
    File {
        shown: path.display().to_string(),
        path,
        name,
    }
}
