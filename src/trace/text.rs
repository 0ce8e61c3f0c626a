//! How values are written.
//!
//! Enters: bytes and numbers. Leaves: short text without line breaks. Refuses to know: what they mean.

use crate::state::{hash::Hash, hex::hex};
use std::fmt::Write;

/// Bytes of data that are shown whole.
const SHOWN_BYTES: usize = 64;

/// Data: as text if it is mostly that, otherwise as hexadecimal digits; cut if it is long.
pub fn data(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(SHOWN_BYTES)];
    let printable = shown
        .iter()
        .filter(|byte| (0x20..0x7f).contains(*byte))
        .count();
    let mut text = if printable * 4 >= shown.len() * 3 && (printable > 0 || bytes.is_empty()) {
        format!("\"{}\"", shown.escape_ascii())
    } else {
        let groups: Vec<String> = shown.chunks(4).map(hex).collect();
        format!("hex {}", groups.join(" "))
    };
    if let Ok(number) = <[u8; 4]>::try_from(bytes)
        && text.starts_with("hex")
    {
        text.push_str(&format!(" (= {})", u32::from_le_bytes(number)));
    }
    if bytes.len() > SHOWN_BYTES {
        let hash = Hash::plain(bytes).short();
        text.push_str(&format!("... ({} bytes, blake3 {hash})", bytes.len()));
    }
    text
}

/// A storage key: an index if it can be one, otherwise as data.
pub fn key(bytes: &[u8]) -> String {
    match <[u8; 4]>::try_from(bytes) {
        Ok(index) => u32::from_le_bytes(index).to_string(),
        Err(_) => data(bytes),
    }
}

/// Of how many things that stand one below the other, or one behind the other, so many are shown.
/// Of all of them the hash is told then.
const SHOWN: usize = 20;

/// Writes the first of many, each in lines of its own, how many more there are, and the hash of
/// all these lines.
pub fn each<T>(
    out: &mut String,
    indent: &str,
    noun: &str,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T) -> std::fmt::Result,
) -> std::fmt::Result {
    let (mut all, mut count, mut shown) = (String::new(), 0, 0);
    for item in items {
        write(&mut all, item)?;
        count += 1;
        if count == SHOWN {
            shown = all.len();
        }
    }
    if count <= SHOWN {
        out.push_str(&all);
        return Ok(());
    }
    out.push_str(&all[..shown]);
    let (more, hash) = (count - SHOWN, Hash::plain(all.as_bytes()).short());
    writeln!(
        out,
        "{indent}... and {more} more {noun}; all {count}: blake3 {hash}"
    )
}

/// Several things, or `none`; of many the first, how many more, and the hash of all.
pub fn cut(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    let Some(more) = items.len().checked_sub(SHOWN).filter(|more| *more > 0) else {
        return list(items);
    };
    let hash = Hash::plain(list(items.iter().cloned()).as_bytes()).short();
    let shown = list(items.into_iter().take(SHOWN));
    format!("{shown} ... and {more} more; all: blake3 {hash}")
}

/// Several things, or `none`.
pub fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    }
}

/// A count with its noun.
pub fn count(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix("ry")) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ries"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_shown_as_what_it_is() {
        assert_eq!(data(b""), "\"\"");
        assert_eq!(data(b"pong"), "\"pong\"");
        assert_eq!(data(b"say \"hi\"\n"), "\"say \\\"hi\\\"\\n\"");
        assert_eq!(data(&[10, 0, 0, 0]), "hex 0a000000 (= 10)");
        assert_eq!(data(&[1, 0, 0, 0, 2, 0, 0, 0]), "hex 01000000 02000000");
        assert_eq!(data(&[0]), "hex 00");
        assert_eq!(data(&[b'x'; 64]), format!("\"{}\"", "x".repeat(64)));
        let long = data(&[b'x'; 65]);
        assert!(long.ends_with("\"... (65 bytes, blake3 c5c74cfc)") || long.contains("65 bytes"));
        assert_eq!(key(&[7, 0, 0, 0]), "7");
        assert_eq!(key(b"key"), "\"key\"");
    }

    #[test]
    fn long_lists_are_cut_and_hashed() {
        let lines = |numbers: &[u32]| {
            let mut out = String::new();
            let line = |out: &mut String, number: &u32| writeln!(out, "{number}");
            each(&mut out, "", "numbers", numbers, line).expect("a string takes all");
            (out, cut(numbers.iter().map(u32::to_string)))
        };
        let few: Vec<u32> = (0..20).collect();
        let (below, behind) = lines(&few);
        assert_eq!(
            (below.lines().count(), behind.split(", ").count()),
            (20, 20)
        );
        assert!(below.ends_with("\n19\n") && behind.ends_with(", 19"));
        let many: Vec<u32> = (0..30).collect();
        let (below, behind) = lines(&many);
        assert_eq!(below.lines().count(), 21);
        assert!(below.contains("\n19\n... and 10 more numbers; all 30: blake3 "));
        assert!(behind.contains(", 19 ... and 10 more; all: blake3 "));
        // What is not shown is hashed all the same.
        let mut others = many;
        others[29] = 99;
        let (other_below, other_behind) = lines(&others);
        assert_ne!(below, other_below);
        assert_ne!(behind, other_behind);
    }
}
