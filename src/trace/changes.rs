//! What becomes of the lines of a text when it becomes another.
//!
//! Enters: the lines of two texts. Leaves: all of them in order, those in common once. Refuses to
//! know: what they say, but for hashes.

use super::redact;

/// How far two texts may be apart in the middle for the lines in common to be looked for.
const COMPARED: usize = 2_000;

/// The position at which two texts first differ in more than hashes, which follow from what happened
/// before they are told; if there is none, in hashes.
pub fn first(old: &[&str], new: &[&str]) -> Option<usize> {
    let told = |line: Option<&&str>| line.map(|line| redact::hashes(line));
    let mut positions = 0..old.len().max(new.len());
    let differs = |at: &usize| old.get(*at) != new.get(*at);
    let earliest = positions.clone().find(differs)?;
    let differing = positions.find(|at| differs(at) && told(old.get(*at)) != told(new.get(*at)));
    Some(differing.unwrap_or(earliest))
}

/// A line that stays, goes, or comes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// In both texts.
    Same(String),
    /// In the old text alone.
    Gone(String),
    /// In the new text alone.
    New(String),
}

/// The lines of both, those in common once.
pub fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let same = |line: &&str| Change::Same((*line).to_owned());
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let pairs = old_rest.iter().rev().zip(new_rest.iter().rev());
    let tail = pairs.take_while(|(a, b)| a == b).count();
    let mut all: Vec<Change> = old[..head].iter().map(same).collect();
    let middle = (
        &old_rest[..old_rest.len() - tail],
        &new_rest[..new_rest.len() - tail],
    );
    all.extend(middle_changes(middle.0, middle.1));
    all.extend(old[old.len() - tail..].iter().map(same));
    all
}

/// The same where neither the first line nor the last is in common: by the longest sequence of lines
/// in common, if it can be found in a moment.
fn middle_changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let gone = |line: &&str| Change::Gone((*line).to_owned());
    let come = |line: &&str| Change::New((*line).to_owned());
    if old.len().max(new.len()) > COMPARED {
        return old.iter().map(gone).chain(new.iter().map(come)).collect();
    }
    // The length of the longest sequence in common of what follows, for each pair of positions.
    let mut longest = vec![vec![0u32; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            longest[i][j] = match a == b {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut all = Vec::new();
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            all.push(Change::Same(old[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            all.push(gone(&old[i]));
            i += 1;
        } else {
            all.push(come(&new[j]));
            j += 1;
        }
    }
    all.extend(old[i..].iter().map(gone));
    all.extend(new[j..].iter().map(come));
    all
}
