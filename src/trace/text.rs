//! How values are written.
//!
//! Enters: bytes and numbers. Leaves: short text without line breaks. Refuses to know: what they mean.

use crate::state::hash::Hash;

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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
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
}
