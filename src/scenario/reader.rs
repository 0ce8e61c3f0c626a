//! Strict reading of TOML: every table says which keys it may have, every value which type.
//!
//! Enters: parsed TOML with its places. Leaves: checked values, or the first problem of a table.
//! Refuses to know: what scenarios are.

use super::problem::{At, Place, Problem, listing, nearest};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value, and the text of the file it stands in.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    text: &'a str,
    inner: &'a Spanned<DeValue<'a>>,
}

/// The result of reading.
pub type Read<T> = Result<T, Problem>;

impl<'a> Value<'a> {
    pub fn new(text: &'a str, inner: &'a Spanned<DeValue<'a>>) -> Value<'a> {
        Value { text, inner }
    }

    pub fn place(self) -> Place {
        self.inner.span().into()
    }

    /// The problem that this value is not what was expected.
    pub fn unexpected(self, expected: &str) -> Problem {
        let found = match self.inner.get_ref() {
            DeValue::String(text) => format!("the text {}", quoted(text)),
            DeValue::Integer(number) => format!("the number {}", shorten(&number.to_string())),
            DeValue::Float(number) => format!("the number {}", shorten(number.as_str())),
            DeValue::Boolean(truth) => format!("{truth}"),
            DeValue::Datetime(_) => "a date".to_owned(),
            DeValue::Array(list) => format!("a list of {}", list.len()),
            DeValue::Table(_) => "a table".to_owned(),
        };
        Problem::new(self.place(), format!("expected {expected}, found {found}"))
    }

    /// Text, with a way to find the place of a part of it.
    pub fn text(self, expected: &str) -> Read<Text<'a>> {
        match self.inner.get_ref() {
            DeValue::String(content) => Ok(Text::new(self.text, content, self.place())),
            _ => Err(self.unexpected(expected)),
        }
    }

    pub fn is_text(self) -> bool {
        self.inner.get_ref().is_str()
    }

    pub fn is_number(self) -> bool {
        self.inner.get_ref().is_integer()
    }

    pub fn truth(self) -> Read<bool> {
        self.inner
            .get_ref()
            .as_bool()
            .ok_or_else(|| self.unexpected("true or false"))
    }

    /// A whole number from 0 to `greatest`.
    pub fn number(self, greatest: u64) -> Read<u64> {
        let DeValue::Integer(number) = self.inner.get_ref() else {
            return Err(self.unexpected("a whole number"));
        };
        // TOML's own bound is that of an i64; what does not even fit an i128 is out of range too.
        i128::from_str_radix(number.as_str(), number.radix())
            .ok()
            .and_then(|number| u64::try_from(number).ok())
            .filter(|number| *number <= greatest)
            .ok_or_else(|| self.unexpected(&format!("a number from 0 to {greatest}")))
    }

    pub fn list(self, expected: &str) -> Read<Vec<Value<'a>>> {
        match self.inner.get_ref() {
            DeValue::Array(list) => Ok(list
                .iter()
                .map(|inner| Value {
                    text: self.text,
                    inner,
                })
                .collect()),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// A table with no other keys than these.
    pub fn table(self, what: &'static str, allowed: &'static [&'static str]) -> Read<Table<'a>> {
        let table = self.free_table(what)?;
        for (key, _) in &table.entries {
            if !allowed.contains(&key.value) {
                return Err(unknown_key(key, what, allowed));
            }
        }
        Ok(table)
    }

    /// A table with any keys, in the order of the file.
    pub fn free_table(self, what: &'static str) -> Read<Table<'a>> {
        match self.inner.get_ref() {
            DeValue::Table(table) => Ok(Table::new(self.text, table, what, self.place())),
            _ => Err(self.unexpected(&format!("a table: {what}"))),
        }
    }
}

/// A text value, or a part of one. `content` is what it means, `place` where the whole text stands
/// with its quotes.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    file: &'a str,
    whole: &'a str,
    offset: usize,
    /// What stands between the quotes, escapes resolved.
    pub content: &'a str,
    /// Where it stands in the file, quotes included.
    pub place: Place,
}

impl<'a> Text<'a> {
    /// A text that stands in no file.
    pub fn alone(content: &'a str) -> Text<'a> {
        Text::new(content, content, Place::new(0, content.len()))
    }

    fn new(file: &'a str, content: &'a str, place: Place) -> Text<'a> {
        Text {
            file,
            whole: content,
            offset: 0,
            content,
            place,
        }
    }

    /// A text whose parts cannot be placed more exactly.
    pub fn at(content: &'a str, place: Place) -> Text<'a> {
        Text::new("", content, place)
    }

    /// A part of the content.
    pub fn slice(self, start: usize, end: usize) -> Text<'a> {
        Text {
            offset: self.offset + start,
            content: &self.content[start..end],
            ..self
        }
    }

    /// Where the content begins in the file, if it stands there as it is (without escapes).
    pub fn content_start(&self) -> Option<usize> {
        let literal = self.file.get(self.place.start..self.place.end)?;
        if self.whole.is_empty() {
            return None;
        }
        literal
            .find(self.whole)
            .map(|found| self.place.start + found + self.offset)
    }

    /// The place of a part of the content; that of the whole text where it cannot be said.
    pub fn part(&self, start: usize, end: usize) -> Place {
        match self.content_start() {
            Some(base) => Place::new(base + start, base + end),
            None => self.place,
        }
    }

    pub fn owned(&self) -> At<String> {
        At::new(self.content.to_owned(), self.place)
    }
}

/// A table whose keys were checked.
pub struct Table<'a> {
    /// What the table describes, for problems.
    pub what: &'static str,
    /// Where it stands in the file.
    pub place: Place,
    /// Its keys with their places, and their values.
    pub entries: Vec<(At<&'a str>, Value<'a>)>,
}

impl<'a> Table<'a> {
    fn new(text: &'a str, table: &'a DeTable<'a>, what: &'static str, place: Place) -> Table<'a> {
        let mut entries: Vec<(At<&str>, Value<'_>)> = table
            .iter()
            .map(|(key, inner)| {
                (
                    At::new(key.get_ref().as_ref(), key.span().into()),
                    Value { text, inner },
                )
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.place.start);
        // A point at the table is better made at its first key than at all of its lines.
        let place = match entries.first() {
            Some((key, _)) if place.end - place.start > key.place.end - key.place.start => {
                if text[place.start..].starts_with('[') {
                    place
                } else {
                    key.place
                }
            }
            _ => place,
        };
        Table {
            what,
            place,
            entries,
        }
    }

    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.entries
            .iter()
            .find(|(found, _)| found.value == key)
            .map(|(_, value)| *value)
    }

    /// Where a key stands, if it is there.
    pub fn key_place(&self, key: &str) -> Option<Place> {
        self.entries
            .iter()
            .find(|(found, _)| found.value == key)
            .map(|(key, _)| key.place)
    }

    pub fn required(&self, key: &str) -> Read<Value<'a>> {
        self.get(key).ok_or_else(|| {
            Problem::new(
                self.place,
                format!("expected the key `{key}` in {}, found none", self.what),
            )
        })
    }

    /// Reads a value if it is there.
    pub fn read<T>(
        &self,
        key: &str,
        read: impl FnOnce(Value<'a>) -> Read<T>,
    ) -> Read<Option<At<T>>> {
        self.get(key)
            .map(|value| Ok(At::new(read(value)?, value.place())))
            .transpose()
    }

    /// The one of these keys that is there. Two of them are one too many.
    pub fn one_of(&self, keys: &[&'static str]) -> Read<Option<(&'static str, Value<'a>)>> {
        let mut found = keys
            .iter()
            .filter_map(|key| Some((*key, self.get(key)?, self.key_place(key)?)));
        let first = found.next();
        if let (Some((first, ..)), Some((second, _, place))) = (first, found.next()) {
            let message = format!("expected one of `{first}` and `{second}`, found both");
            return Err(Problem::new(place, message));
        }
        Ok(first.map(|(key, value, _)| (key, value)))
    }
}

fn unknown_key(key: &At<&str>, what: &str, allowed: &[&'static str]) -> Problem {
    let mut help = format!("{what} may have {}", listing(allowed, "and"));
    if let Some(near) = nearest(key.value, allowed.iter().copied()) {
        help.push_str(&format!("; did you mean `{near}`?"));
    }
    let message = format!("expected a key of {what}, found {}", quoted(key.value));
    Problem::new(key.place, message).help(help)
}

/// A word of the file in a message: quoted, escaped, and not too long.
pub fn quoted(text: &str) -> String {
    format!("`{}`", shorten(text).escape_debug())
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Bytes written as hexadecimal digits, with spaces anywhere between bytes.
pub fn hex(text: Text<'_>) -> Read<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.content.len() / 2);
    let mut high: Option<(usize, u32)> = None;
    for (at, c) in text.content.char_indices() {
        let here = text.part(at, at + c.len_utf8());
        match (c.to_digit(16), high) {
            (Some(digit), None) => high = Some((at, digit)),
            (Some(digit), Some((_, first))) => {
                bytes.push((first << 4 | digit) as u8);
                high = None;
            }
            (None, None) if c.is_ascii_whitespace() => {}
            (None, Some(_)) if c.is_ascii_whitespace() => {
                return Err(Problem::new(
                    here,
                    "expected the second hexadecimal digit of a byte, found a space",
                ));
            }
            (None, _) => {
                let message = format!(
                    "expected a hexadecimal digit, found {}",
                    quoted(&c.to_string())
                );
                return Err(Problem::new(here, message));
            }
        }
    }
    match high {
        Some((at, _)) => {
            let message = "expected two hexadecimal digits a byte, found one at the end";
            Err(Problem::new(text.part(at, at + 1), message))
        }
        None => Ok(bytes),
    }
}
