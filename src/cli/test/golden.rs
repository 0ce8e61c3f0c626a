//! `primea test --golden`: snapshots in a folder, one a scenario.
//!
//! Enters: a folder, the names of scenarios. Leaves: texts; written ones, where that is asked for.
//! Refuses to know: what stands in them.

use primea::scenario::files;
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The golden file of a scenario, and what stands in it.
pub struct Golden {
    path: PathBuf,
    /// What tools for snapshots write in front of the text.
    header: String,
    /// None if there is no file.
    pub text: Option<String>,
}

/// The rule between a header and the text.
const RULE: &str = "---\n";

impl Golden {
    /// That of a scenario: `a/b` below the folder of scenarios has the file `a__b.snap`.
    pub fn read(folder: &Path, file: &files::File, paths: &[PathBuf]) -> Result<Golden, String> {
        let name = match paths.contains(&file.path) {
            // A scenario that was named itself has no folder that it is below.
            true => file
                .path
                .with_extension("")
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            false => file.name.replace('/', "__"),
        };
        let path = folder.join(name + ".snap");
        let whole = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            read => {
                Some(read.map_err(|error| format!("{}: cannot be read: {error}", path.display()))?)
            }
        };
        let header = whole
            .as_deref()
            .and_then(header)
            .unwrap_or_default()
            .to_owned();
        let text = whole.map(|whole| whole[header.len()..].to_owned());
        Ok(Golden { path, header, text })
    }

    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Writes the text, below the header that there was.
    pub fn write(&self, text: &str) -> Result<(), String> {
        let failed = |error| format!("{}: cannot be written: {error}", self.shown());
        let folder = self.path.parent().expect("it is in the folder");
        fs::create_dir_all(folder).map_err(failed)?;
        fs::write(&self.path, format!("{}{text}", self.header)).map_err(failed)
    }
}

/// The lines from one rule to the next, if a file begins with one.
fn header(whole: &str) -> Option<&str> {
    let rest = whole.strip_prefix(RULE)?;
    let end = rest.find("\n---\n")?;
    Some(&whole[..RULE.len() + end + 1 + RULE.len()])
}
