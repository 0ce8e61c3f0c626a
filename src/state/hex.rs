//! Bytes as hexadecimal digits.
//!
//! Enters: bytes, or digits. Leaves: the other. Refuses to know: what they are.

use super::hash::Hash;

/// Two small digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// The bytes of digits, two a byte, of either case; nothing if they are none.
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| Some((value(pair[0])? << 4 | value(pair[1])?) as u8);
    rest.is_empty()
        .then(|| pairs.iter().map(byte).collect())
        .flatten()
}

/// The hash that has these 64 digits.
pub fn hash(digits: &str) -> Option<Hash> {
    Some(Hash(unhex(digits)?.try_into().ok()?))
}
