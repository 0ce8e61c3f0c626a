//! Bytes as hexadecimal digits.
//!
//! Enters: bytes, or digits. Leaves: the other. Refuses to know: what they are.

use crate::state::hash::Hash;

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
pub(super) fn hash(digits: &str) -> Option<Hash> {
    Some(Hash(unhex(digits)?.try_into().ok()?))
}
