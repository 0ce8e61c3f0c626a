//! What is wrong with a scenario file, and where.
//!
//! Enters: a file's text, places in it, words. Leaves: a report for a person: file, line, column,
//! what was expected and found, and the line itself. Refuses to know: what scenarios mean.

use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A range of bytes of a scenario file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The first byte of it.
    pub start: usize,
    /// The first byte behind it.
    pub end: usize,
}

impl Place {
    /// From `start` to just before `end`.
    pub const fn new(start: usize, end: usize) -> Place {
        Place { start, end }
    }
}

impl From<std::ops::Range<usize>> for Place {
    fn from(range: std::ops::Range<usize>) -> Place {
        Place {
            start: range.start,
            end: range.end,
        }
    }
}

/// A value, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct At<T> {
    /// What was read.
    pub value: T,
    /// Where it was read.
    pub place: Place,
}

impl<T> At<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, place: Place) -> At<T> {
        At { value, place }
    }
}

/// Something wrong at a place: in what the file says, or in what came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// Where it is wrong.
    pub place: Place,
    /// Lower case: what was expected, what was found.
    pub message: String,
    /// What else helps: the names that exist, the nearest one.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without advice.
    pub fn new(place: Place, message: impl Into<String>) -> Problem {
        Problem {
            place,
            message: message.into(),
            help: None,
        }
    }

    /// Adds what the operator might do about it.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

/// Bytes of a line that a report shows; a longer line is cut around the place.
const SHOWN_LINE_BYTES: usize = 160;

/// A file that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// As the operator named it.
    pub name: String,
    /// The whole of the file.
    pub text: String,
}

impl Source {
    /// A file's text under the operator's name for it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        Source {
            name: name.into(),
            text: text.into(),
        }
    }

    /// The line and column, both from 1, of a byte. Columns count characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.floor(offset);
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }

    /// The nearest boundary between characters at or before `offset`.
    fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset.min(self.text.len()))
    }

    /// A problem as a person reads it, without a newline at the end.
    pub fn render(&self, problem: &Problem) -> String {
        let start = self.floor(problem.place.start);
        let (line, column) = self.position(start);
        let mut report = format!("{}:{line}:{column}: {}", self.name, problem.message);
        let line_start = self.text[..start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let line_end = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |newline| start + newline);
        let from = self.floor(line_start.max(start.saturating_sub(SHOWN_LINE_BYTES / 2)));
        let to = self.floor(line_end.min(from + SHOWN_LINE_BYTES)).max(start);
        let shown = printable(&self.text[from..to]);
        if !shown.trim().is_empty() {
            let indent = printable(&self.text[from..start]).chars().count();
            let end = self.floor(problem.place.end).clamp(start, to);
            let width = printable(&self.text[start..end]).chars().count().max(1);
            let number = line.to_string();
            let gutter = " ".repeat(number.len());
            let carets = "^".repeat(width);
            let shown = shown.trim_end();
            write!(
                report,
                "\n{number} | {shown}\n{gutter} | {:indent$}{carets}",
                ""
            )
            .expect("writing to a string works");
        }
        if let Some(help) = &problem.help {
            write!(report, "\n  {help}").expect("writing to a string works");
        }
        report
    }
}

/// A line as it can be shown: every character takes one column.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if c.is_control() {
                '?'
            } else {
                c
            }
        })
        .collect()
}

/// A list of words for a reader: `a`, `b` or `c`.
pub fn listing<S: AsRef<str>>(words: impl IntoIterator<Item = S>, last: &str) -> String {
    let quoted: Vec<String> = words
        .into_iter()
        .map(|word| format!("`{}`", word.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// The word nearest to `found`, if one is near enough to have been meant.
pub fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    const LONGEST: usize = 64;
    if found.len() > LONGEST {
        return None;
    }
    words
        .into_iter()
        .filter(|word| word.len() <= LONGEST)
        .map(|word| (distance(found, word), word))
        .filter(|(distance, word)| *distance <= (word.len().max(found.len()) / 3).max(1))
        .min()
        .map(|(_, word)| word)
}

/// How many insertions, deletions and replacements lie between two words.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

/// A problem with a name that does not exist, listing those that do.
pub fn unknown<'w>(
    place: Place,
    what: &str,
    found: &str,
    known: impl IntoIterator<Item = &'w str> + Clone,
) -> Problem {
    const LISTED: usize = 24;
    let count = known.clone().into_iter().count();
    let mut help = match count {
        0 => format!("there is no {what} here"),
        _ => {
            let some = known.clone().into_iter().take(LISTED);
            let more = if count > LISTED {
                format!(" and {} more", count - LISTED)
            } else {
                String::new()
            };
            format!("there is {}{more}", listing(some, "and"))
        }
    };
    if let Some(near) = nearest(found, known) {
        help.push_str(&format!("; did you mean `{near}`?"));
    }
    let found = found.escape_debug();
    Problem::new(
        place,
        format!("expected the name of {}, found `{found}`", article(what)),
    )
    .help(help)
}

fn article(noun: &str) -> String {
    let an = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if an { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_points_at_the_column() {
        let source = Source::new("x.toml", "a = 1\n\tbé = [2, three]\n");
        let start = source.text.find("three").unwrap();
        let problem = Problem::new(Place::new(start, start + 5), "expected a number").help("say 3");
        let expected = "x.toml:2:11: expected a number\n\
                        2 |  bé = [2, three]\n  |           ^^^^^\n  say 3";
        assert_eq!(source.render(&problem), expected);
    }

    #[test]
    fn no_place_is_too_odd_to_report() {
        let long = "é".repeat(5000);
        for text in ["", "\n", "é", "\u{0}\u{202e}\n\n", long.as_str()] {
            let source = Source::new("x", text);
            for start in 0..text.len().min(300) + 3 {
                for end in [start, start + 1, usize::MAX] {
                    let report = source.render(&Problem::new(Place::new(start, end), "bad"));
                    assert!(report.starts_with("x:"), "{report}");
                    assert!(report.len() < 2000, "{}", report.len());
                }
            }
        }
    }

    #[test]
    fn near_words_are_suggested() {
        assert_eq!(nearest("tick", ["ticks", "data", "caps"]), Some("ticks"));
        assert_eq!(nearest("respones", ["response"]), Some("response"));
        assert_eq!(nearest("zebra", ["ticks", "data"]), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
