//! `primea test --changed`: which scenarios held when they were run last, and as what.
//!
//! Enters: scenarios, and whether they hold. Leaves: which of them need not be run again; a file in
//! which that is kept, in the folder of what is built. Refuses to know: what holding means.
//!
//! A scenario is unchanged if all of these are: its text; its modules, as they are assembled; its
//! golden file; the options that say what is held; and this program itself, byte for byte. What is
//! not a scenario that held is not kept.

use crate::cli::replace;
use primea::{scenario::Scenario, state::hash::Hash};
use std::{
    collections::BTreeMap,
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// What the first line of the file says.
const HEAD: &str = "primea-green 1";

/// Those that held.
pub struct Green {
    path: PathBuf,
    /// The hash of this program.
    program: Hash,
    /// By path, what was held.
    held: BTreeMap<String, String>,
}

impl Green {
    /// What is known from earlier runs.
    pub fn read() -> Result<Green, String> {
        let folder = env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
        let path = folder.join("primea").join("green");
        let program = env::current_exe().and_then(fs::read);
        let program = program.map_err(|error| format!("this program cannot be read: {error}"))?;
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| format!("{}: cannot be read: {error}", path.display()))?,
        };
        // What another version wrote tells nothing.
        let lines = text.strip_prefix(HEAD).unwrap_or_default().lines();
        let pairs = lines.filter_map(|line| line.split_once(' '));
        Ok(Green {
            path,
            program: Hash::plain(&program),
            held: pairs
                .map(|(what, path)| (path.to_owned(), what.to_owned()))
                .collect(),
        })
    }

    /// All that a scenario's verdict depends on, as a hash.
    pub fn fingerprint(&self, scenario: &Scenario, options: &str, golden: Option<&str>) -> String {
        let mut all = format!("{} {options}\n", self.program);
        let golden = golden.map(|text| Hash::plain(text.as_bytes()).to_string());
        all += &format!("golden {golden:?}\n");
        all += &Hash::plain(scenario.source.text.as_bytes()).to_string();
        for module in &scenario.plan.modules {
            all += &format!("\n{}", module.binary.hash());
        }
        Hash::plain(all.as_bytes()).to_string()
    }

    pub fn is_known(&self, path: &Path, fingerprint: &str) -> bool {
        key(path).is_some_and(|key| self.held.get(&key).is_some_and(|it| it == fingerprint))
    }

    /// Notes whether a scenario held.
    pub fn note(&mut self, path: &Path, fingerprint: &str, holds: bool) {
        if let Some(key) = key(path) {
            match holds {
                true => self.held.insert(key, fingerprint.to_owned()),
                false => self.held.remove(&key),
            };
        }
    }

    /// Writes all that is known. The folder is one that no repository takes in.
    pub fn write(&self) -> Result<(), String> {
        let failed = |error| format!("{}: cannot be written: {error}", self.path.display());
        let folder = self.path.parent().expect("it has a folder");
        fs::create_dir_all(folder).map_err(failed)?;
        fs::write(folder.join(".gitignore"), "*\n").map_err(failed)?;
        let lines = self.held.iter();
        let lines: Vec<String> = lines
            .map(|(path, what)| format!("{what} {path}\n"))
            .collect();
        replace(&self.path, format!("{HEAD}\n{}", lines.concat())).map_err(failed)
    }
}

/// What a scenario is kept under: its path, wherever it was called from. A path that lines of text
/// cannot hold is not kept.
fn key(path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let text = path.to_str()?;
    (!text.contains('\n')).then(|| text.to_owned())
}
