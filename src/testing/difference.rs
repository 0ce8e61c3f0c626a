//! How a snapshot differs from its golden file, in words.
//!
//! Enters: two texts. Leaves: the first event that differs and what it belongs to, and where that is
//! only dearer or cheaper the first that does something else; the functions whose ticks moved; the
//! lines that differ. Refuses to know: which of the two is right.

use crate::trace::{
    changes::{Change, changes, first},
    redact,
};
use std::{collections::BTreeMap, fmt};

/// Lines shown around a change, and of all changes together.
const AROUND: usize = 2;
const SHOWN: usize = 60;

/// The title below which functions stand with their ticks.
const FUNCTIONS: &str = "ticks by function";

/// What differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The first line that differs in more than hashes, if there is one.
    first: Place,
    deeds: Deeds,
    functions: Vec<Moved>,
    changes: Vec<Change>,
}

/// A line in which two texts differ.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Place {
    /// Its number, from 1.
    line: usize,
    /// What the line is part of, outermost first.
    within: Vec<String>,
    expected: Option<String>,
    found: Option<String>,
}

/// Whether something else is done. A guest with a byte more is dearer from its creation on, and
/// every time after that is another.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Deeds {
    /// All that differs is ticks, times and hashes.
    Same,
    /// The first difference is one of deeds already.
    First,
    /// The first line that differs in more than ticks, times and hashes comes later.
    Later(Place),
}

/// A function whose ticks moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Its name and its module's.
    pub function: String,
    /// Its own ticks before and after; none if it was not called.
    pub own: [Option<u64>; 2],
}

impl Difference {
    /// How `found` differs from `golden`, if it does.
    pub fn between(golden: &str, found: &str) -> Option<Difference> {
        let old: Vec<&str> = golden.lines().collect();
        let new: Vec<&str> = found.lines().collect();
        let at = first(&old, &new)?;
        let [old_deeds, new_deeds] = [&old, &new].map(|lines| deeds(lines));
        let differs = |at: &usize| old_deeds.get(*at) != new_deeds.get(*at);
        let mut positions = 0..old_deeds.len().max(new_deeds.len());
        Some(Difference {
            first: Place::of(&old, &new, at),
            deeds: match positions.find(differs) {
                None => Deeds::Same,
                Some(deed) if deed == at => Deeds::First,
                Some(deed) => Deeds::Later(Place::of(&old, &new, deed)),
            },
            functions: moved(&functions(&old), &functions(&new)),
            changes: changes(&old, &new),
        })
    }

    /// The functions whose own ticks moved, in the order of their names.
    pub fn functions(&self) -> &[Moved] {
        &self.functions
    }
}

impl Place {
    /// The line at that position; up to there both do the same.
    fn of(old: &[&str], new: &[&str], at: usize) -> Place {
        let line = |lines: &[&str]| lines.get(at).map(|line| line.trim().to_owned());
        Place {
            line: at + 1,
            within: within(&old[..at], [old.get(at), new.get(at)]),
            expected: line(old),
            found: line(new),
        }
    }
}

/// The lines that say what is done, without ticks, times and hashes.
fn deeds(lines: &[&str]) -> Vec<String> {
    let told = lines.iter().take_while(|line| **line != FUNCTIONS);
    let deed = |line: &&str| match line.starts_with("  ticks: ") {
        true => String::new(),
        false => redact::ticks(&redact::hashes(line)),
    };
    told.map(deed).collect()
}

/// What the deeper of two lines is part of: a title at the margin, and an activation or actor below
/// it.
fn within(before: &[&str], lines: [Option<&&str>; 2]) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let depths = lines.into_iter().flatten().map(|line| indent(line));
    let mut depth = depths.max().unwrap_or(0);
    let mut around = Vec::new();
    for line in before.iter().rev().filter(|line| !line.is_empty()) {
        if indent(line) < depth {
            depth = indent(line);
            around.push(line.trim().to_owned());
        }
    }
    around.reverse();
    around
}

/// Functions' own ticks, by name.
fn functions<'l>(lines: &[&'l str]) -> BTreeMap<&'l str, u64> {
    let title = lines.iter().position(|line| *line == FUNCTIONS);
    let rows = title.map_or(&[][..], |at| &lines[at + 1..]);
    let row = |line: &&'l str| {
        let (name, numbers) = line.trim().rsplit_once(": ")?;
        let own = numbers.split(", ").find_map(|it| it.strip_prefix("self "));
        Some((name, own?.parse().ok()?))
    };
    rows.iter().filter_map(row).collect()
}

fn moved(old: &BTreeMap<&str, u64>, new: &BTreeMap<&str, u64>) -> Vec<Moved> {
    let names = old
        .keys()
        .chain(new.keys().filter(|name| !old.contains_key(*name)));
    let mut all: Vec<Moved> = names
        .map(|name| Moved {
            function: (*name).to_owned(),
            own: [old, new].map(|side| side.get(name).copied()),
        })
        .filter(|moved| moved.own[0] != moved.own[1])
        .collect();
    all.sort_by(|left, right| left.function.cmp(&right.function));
    all
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the first difference is in {}", self.first)?;
        match &self.deeds {
            Deeds::First => {}
            Deeds::Same => writeln!(f, "\nnothing differs but ticks, times and hashes")?,
            Deeds::Later(place) => write!(
                f,
                "\nthe first that differs in more than ticks, times and hashes is in {place}"
            )?,
        }
        if !self.functions.is_empty() {
            writeln!(f, "\n{FUNCTIONS}")?;
        }
        for moved in &self.functions {
            writeln!(f, "  {moved}")?;
        }
        writeln!(f, "\nchanges")?;
        self.write_changes(f)
    }
}

impl Difference {
    fn write_changes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_near = |at: usize| {
            let range = at.saturating_sub(AROUND)..(at + AROUND + 1).min(self.changes.len());
            let mut near = self.changes[range].iter();
            near.any(|change| !matches!(change, Change::Same(_)))
        };
        let near = (0..self.changes.len()).filter(|at| is_near(*at));
        let (mut next, mut shown) = (0, 0);
        let all = near.clone().count();
        for at in near {
            if shown == SHOWN {
                return writeln!(f, "  ... and {} more lines", all - shown);
            }
            if at > next && next > 0 {
                writeln!(f, "  ...")?;
            }
            match &self.changes[at] {
                Change::Same(line) => writeln!(f, "    {line}")?,
                Change::Gone(line) => writeln!(f, "  - {line}")?,
                Change::New(line) => writeln!(f, "  + {line}")?,
            }
            (next, shown) = (at + 1, shown + 1);
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = "the end";
        writeln!(f, "line {}", self.line)?;
        self.within
            .iter()
            .try_for_each(|title| writeln!(f, "  in {}", title.trim_end_matches(':')))?;
        writeln!(f, "  expected {}", self.expected.as_deref().unwrap_or(end))?;
        writeln!(f, "  found    {}", self.found.as_deref().unwrap_or(end))
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [old, new] = self
            .own
            .map(|own| own.map_or("none".to_owned(), |own| own.to_string()));
        let by = i128::from(self.own[1].unwrap_or(0)) - i128::from(self.own[0].unwrap_or(0));
        write!(f, "{}: {old} -> {new} ({by:+})", self.function)
    }
}
