//! The lines between the oracle and a target (`docs/protocol.md`).
//!
//! Enters: questions and answers, or lines. Leaves: the other. Refuses to know: processes, and
//! what is right.

mod answer;
mod question;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Introduction};
pub use question::{Asked, Misunderstanding, Question, Run, bye, hello};

use super::level::Levels;
use serde_json::Value;
use std::io::{self, BufRead, Read};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// Bytes of one line, its line feed included.
pub const LINE_BYTES: usize = 64 << 20;

/// A number that is no more than a u32.
fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}

/// Names that must be known.
fn levels(value: &Value) -> Result<Levels, String> {
    let names = value.as_array().ok_or("levels: expected a list")?;
    let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
    Levels::from_names(names.ok_or("levels: expected texts")?)
        .map_err(|why| format!("levels: {why}"))
}

fn text(value: &Value, key: &str) -> Result<String, String> {
    let text = value[key].as_str();
    Ok(text
        .ok_or_else(|| format!("{key}: expected a text"))?
        .to_owned())
}

/// One line, without its line feed; `None` at the end. A line that is too long, is not UTF-8, or
/// ends without a line feed, is an error.
pub fn read_line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let most = LINE_BYTES as u64 + 1;
    from.by_ref().take(most).read_until(b'\n', &mut line)?;
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() > LINE_BYTES {
        return Err(wrong(format!(
            "expected a line of at most {LINE_BYTES} bytes, found a longer one"
        )));
    }
    if line.pop() != Some(b'\n') {
        return Err(wrong(
            "expected a whole line, found the end of the stream in it".to_owned(),
        ));
    }
    let text = String::from_utf8(line);
    text.map(Some)
        .map_err(|_| wrong("expected UTF-8, found something else".to_owned()))
}
