//! What is accepted, what is refused and how that is worded, and what metering writes.
//!
//! Enters: modules in text or bytes. Leaves: tests of verdicts, wording and metered modules.
//! Refuses to know: engines.

mod imports;
mod limits;
mod metering;
mod proposals;
mod refusals;

use super::*;
use crate::interface::table::Dialect;

pub fn bytes(wat: &str) -> Vec<u8> {
    match wat::parse_str(wat) {
        Ok(bytes) => bytes,
        Err(error) => panic!("{error}"),
    }
}

pub fn accept_wat(wat: &str) -> Result<AcceptedModule, Refusal> {
    accept(&bytes(wat), Dialect::Capabilities)
}

/// The module is accepted, and what metering makes of it is valid.
#[track_caller]
pub fn accepted(bytes: &[u8]) -> AcceptedModule {
    let module = match accept(bytes, Dialect::Capabilities) {
        Ok(module) => module,
        Err(refusal) => panic!("{refusal}"),
    };
    let metered = meter(&module, &schedule::PLAIN, Pass::Exact);
    validate(metered.bytes());
    module
}

#[track_caller]
pub fn validate(bytes: &[u8]) {
    let mut validator = wasmparser::Validator::new_with_features(features::ACCEPTED);
    if let Err(error) = validator.validate_all(bytes) {
        panic!("{error}");
    }
}

/// The module is refused, in these words (after the offset).
#[track_caller]
pub fn refused(wat: &str, words: &str) {
    let refusal = accept_wat(wat).expect_err("a refusal").to_string();
    let (place, rest) = refusal.split_once(": ").expect("the offset comes first");
    let offset = place.strip_prefix("byte ").expect("a place");
    assert!(offset.parse::<usize>().expect("a number") <= bytes(wat).len());
    assert_eq!(rest, words);
}
