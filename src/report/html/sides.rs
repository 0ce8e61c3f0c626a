//! Two runs, or two files that tell of runs, side by side, as one page that needs nothing but itself.
//!
//! Enters: the names and texts of both, where they first differ in words, and pages of both runs if
//! there are some. Leaves: HTML, the same bytes on every machine. Refuses to know: what the texts
//! are, and which side is right.

use super::parts::{self, escaped, in_script};
use crate::trace::{
    changes::{Change, changes},
    redact,
};
use std::fmt::Write;

const PAGE: &str = include_str!("sides.html");
const STYLE: &str = include_str!("sides.css");
const SCRIPT: &str = include_str!("sides.js");

/// Rows that a page shows, so that browsers open it at once.
const SHOWN: usize = 20_000;

/// One of two sides.
pub struct Side<'s> {
    /// What stands above it.
    pub name: &'s str,
    /// The text that is compared.
    pub text: &'s str,
    /// The page of its run (`html::page`), and which activation is to be shown first, from 1.
    pub run: Option<(&'s str, Option<usize>)>,
}

/// A line on the left, a line on the right, or one of them.
struct Row<'c> {
    left: Option<&'c str>,
    right: Option<&'c str>,
}

/// The page. `first` says in words where they first differ.
pub fn page(sides: [Side<'_>; 2], first: &str) -> String {
    let [left, right] = [&sides[0], &sides[1]].map(|side| side.text.lines().collect::<Vec<_>>());
    let changes = changes(&left, &right);
    let rows = rows(&changes);
    let runs: Vec<_> = sides.iter().filter_map(|side| side.run).collect();
    let runs = serde_json::to_string(&runs).expect("texts and numbers print");
    let names = sides.map(|side| escaped(side.name));
    let places = [
        ("{{first}}", escaped(first)),
        ("{{left}}", names[0].clone()),
        ("{{right}}", names[1].clone()),
        ("{{rows}}", table(&rows, first_row(&rows))),
        ("{{runs}}", in_script(&runs)),
        ("{{script}}", SCRIPT.to_owned()),
    ];
    let title = format!("{} and {} - primea diff", names[0], names[1]);
    parts::page(title, STYLE, PAGE, &places)
}

/// Lines that go and lines that come in their place stand beside each other.
fn rows(changes: &[Change]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut rest = changes;
    while let Some(change) = rest.first() {
        if let Change::Same(line) = change {
            rows.push(Row {
                left: Some(line),
                right: Some(line),
            });
            rest = &rest[1..];
            continue;
        }
        let end = rest.iter().position(|it| matches!(it, Change::Same(_)));
        let (changed, after) = rest.split_at(end.unwrap_or(rest.len()));
        let gone = changed.iter().filter_map(|it| match it {
            Change::Gone(line) => Some(line.as_str()),
            _ => None,
        });
        let come = changed.iter().filter_map(|it| match it {
            Change::New(line) => Some(line.as_str()),
            _ => None,
        });
        let (gone, come): (Vec<_>, Vec<_>) = (gone.collect(), come.collect());
        rows.extend((0..gone.len().max(come.len())).map(|at| Row {
            left: gone.get(at).copied(),
            right: come.get(at).copied(),
        }));
        rest = after;
    }
    rows
}

/// The first row whose sides differ in more than hashes; if there is none, in hashes.
fn first_row(rows: &[Row<'_>]) -> Option<usize> {
    let told = |line: Option<&str>| line.map(redact::hashes);
    let differs = |row: &Row<'_>| row.left != row.right;
    let differing = |row: &Row<'_>| differs(row) && told(row.left) != told(row.right);
    let earliest = rows.iter().position(differs);
    rows.iter().position(differing).or(earliest)
}

/// The rows as those of a table. Each first row of a change can be gone to.
fn table(rows: &[Row<'_>], first: Option<usize>) -> String {
    let mut out = String::new();
    let mut numbers = [0, 0];
    let mut was_same = true;
    for (at, row) in rows.iter().enumerate().take(SHOWN) {
        let same = row.left == row.right;
        let class = match (same, was_same) {
            (true, _) => "",
            _ if first == Some(at) => " id=\"first\" class=\"differs starts\"",
            (false, true) => " class=\"differs starts\"",
            (false, false) => " class=\"differs\"",
        };
        was_same = same;
        write!(out, "<tr{class}>").expect("it is a string");
        for (number, line) in numbers.iter_mut().zip([row.left, row.right]) {
            match line {
                Some(line) => {
                    *number += 1;
                    let line = escaped(line);
                    write!(out, "<th>{number}</th><td>{line}</td>").expect("it is a string");
                }
                None => out.push_str("<th></th><td class=\"none\"></td>"),
            }
        }
        out.push_str("</tr>\n");
    }
    if rows.len() > SHOWN {
        let more = rows.len() - SHOWN;
        writeln!(out, "<tr><td colspan=\"4\">and {more} more rows</td></tr>")
            .expect("it is a string");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side<'s>(name: &'s str, text: &'s str) -> Side<'s> {
        let run = None;
        Side { name, text, run }
    }

    #[test]
    fn the_first_difference_is_marked_once() {
        let page = page(
            [side("a<b", "1\n2\n3\n4\n"), side("c", "1\nx\n3\ny\n4\n")],
            "line 2",
        );
        assert!(page.contains("<h2>a&lt;b</h2>"));
        let first = "<tr id=\"first\" class=\"differs starts\"><th>2</th><td>2</td><th>2</th><td>x</td></tr>";
        assert!(page.contains(first), "{page}");
        assert_eq!(page.matches("id=\"first\"").count(), 1);
        assert!(
            page.contains("<th></th><td class=\"none\"></td><th>4</th><td>y</td>"),
            "{page}"
        );
    }
}
