//! Folders of the trials' own, below the one that cargo has for tests.
//!
//! Enters: the name of a trial. Leaves: a place for its folder. Refuses to know: what is put there.

use std::{fs, io, path::PathBuf};

/// A folder of a trial's own, which is not there yet, whatever an earlier run left.
pub fn folder(trial: &str) -> io::Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(trial);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(folder)
}
