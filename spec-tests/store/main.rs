//! The store, in order and under bad luck: commits, commands that look into it, proofs; processes
//! killed while they commit, files that were damaged, states that somebody made up.
//!
//! Enters: states made by hand, and those of scenarios. Leaves: trials. Refuses to
//! know: how the store lies in its file, beyond what redb's own interface shows.
//!
//! Started with `commit DIR`, this program is the process that gets killed.

mod commands;
mod crafted;
mod crash;
mod damage;
#[path = "../folder.rs"]
mod empty;
mod orderly;
#[path = "../program.rs"]
mod program;
mod proofs;
mod sample;
mod whole;

use libtest_mimic::Arguments;
use std::path::PathBuf;

/// A folder of a trial's own, without anything in it.
fn folder(trial: &str) -> PathBuf {
    empty::folder(trial).expect("an old folder can be removed")
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let [_, command, directory] = words.as_slice()
        && command == "commit"
    {
        return crash::commit(directory.as_ref());
    }
    let arguments = Arguments::from_args();
    let mut trials = orderly::trials();
    trials.extend(commands::trials());
    trials.extend(whole::trials());
    trials.extend(proofs::trials());
    trials.extend(crafted::trials());
    trials.extend(crash::trials());
    trials.extend(damage::trials());
    libtest_mimic::run(&arguments, trials).exit();
}
