//! Canonical bytes (`STATE-1`): little-endian, fixed width, no choices.
//!
//! Enters: values that serde can walk. Leaves: bytes, and values back from exactly those bytes.
//! Refuses to know: what is encoded.

use crate::limits;
use bincode::config::{Fixint, LittleEndian};
use serde::{Serialize, de::DeserializeOwned};

/// Why bytes are not the canonical encoding of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They end early, or hold a variant, a flag or a length that cannot be.
    Malformed(String),
    /// They go on behind the value.
    TrailingBytes {
        /// How many bytes the value has.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// They decode, but the value's own encoding differs.
    NotCanonical,
    /// They are those of a value that the rules do not allow.
    Forbidden(&'static str),
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DecodeError::Malformed(why) => write!(f, "malformed bytes: {why}"),
            DecodeError::TrailingBytes { expected, found } => {
                write!(f, "expected {expected} bytes, found {found}")
            }
            DecodeError::NotCanonical => write!(f, "the bytes are not the canonical encoding"),
            DecodeError::Forbidden(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for DecodeError {}

type Configuration = bincode::config::Configuration<LittleEndian, Fixint>;

fn configuration() -> Configuration {
    bincode::config::standard()
        .with_little_endian()
        .with_fixed_int_encoding()
}

/// The canonical bytes of a value.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    // Only a map or sequence of unknown length, or an error of the value's own, can fail here,
    // and no canonical object has either.
    bincode::serde::encode_to_vec(value, configuration()).expect("canonical objects always encode")
}

/// The value that has exactly these canonical bytes.
pub fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    // A length is believed before the bytes are seen to be there: without a limit, eight bytes
    // could ask for all memory.
    let configuration = configuration().with_limit::<{ limits::DECODED_BYTES }>();
    let (value, length) = bincode::serde::decode_from_slice::<T, _>(bytes, configuration)
        .map_err(|why| DecodeError::Malformed(why.to_string()))?;
    if length != bytes.len() {
        return Err(DecodeError::TrailingBytes {
            expected: length as u64,
            found: bytes.len() as u64,
        });
    }
    if encode(&value) != bytes {
        return Err(DecodeError::NotCanonical);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_the_documented_ones() {
        assert_eq!(encode(&7u32), [7, 0, 0, 0]);
        assert_eq!(encode(&7u64), [7, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode(&Some(1u8)), [1, 1]);
        assert_eq!(encode(&None::<u8>), [0]);
        assert_eq!(encode(&vec![1u8, 2]), [2, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(encode("ab"), [2, 0, 0, 0, 0, 0, 0, 0, b'a', b'b']);
        assert_eq!(encode(&super::super::hash::Hash::ZERO), [0; 32]);
    }

    #[test]
    fn only_canonical_bytes_decode() {
        assert_eq!(decode::<u32>(&[7, 0, 0, 0]), Ok(7));
        assert_eq!(
            decode::<u32>(&[7, 0, 0, 0, 0]),
            Err(DecodeError::TrailingBytes {
                expected: 4,
                found: 5
            })
        );
        assert!(matches!(
            decode::<u32>(&[7, 0, 0]),
            Err(DecodeError::Malformed(_))
        ));
        assert!(matches!(
            decode::<Option<u8>>(&[2, 0]),
            Err(DecodeError::Malformed(_))
        ));
        assert!(matches!(
            decode::<bool>(&[2]),
            Err(DecodeError::Malformed(_))
        ));
        for length in [u64::MAX, 1 << 60, limits::DECODED_BYTES as u64 + 1] {
            let bytes = length.to_le_bytes();
            assert!(matches!(
                decode::<String>(&bytes),
                Err(DecodeError::Malformed(_))
            ));
            assert!(matches!(
                decode::<Vec<u8>>(&bytes),
                Err(DecodeError::Malformed(_))
            ));
        }
    }
}
