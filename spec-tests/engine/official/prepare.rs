//! A module of the official tests, made ready as a guest is, as far as it can be one.
//!
//! Enters: bytes. Leaves: bytes to run and the form that they have, or the refusal.
//! Refuses to know: what the module is linked with.
//!
//! The official tests import from a host of their own and from each other, which no dialect
//! allows, and some are larger than our limits. Such a module is validated under the same
//! features and gets the repairs, but no meter.

use crate::rewrite;
use primea::interface::table::Dialect;
use primea::module::features::ACCEPTED;
use primea::module::schedule::PLAIN;
use primea::module::{Pass, Refusal, accept, meter, repair};
use wasmparser::Validator;

/// A module that can be run.
pub struct Prepared {
    pub wasm: Vec<u8>,
    /// What was done to it, and why not more.
    pub form: &'static str,
}

/// Makes the module ready, or says why it is refused.
pub fn prepare(wasm: &[u8]) -> Result<Prepared, String> {
    let form = match accept(wasm, Dialect::Capabilities) {
        Ok(accepted) => {
            return Ok(Prepared {
                wasm: meter(&accepted, &PLAIN, Pass::Exact).bytes().to_vec(),
                form: "modules metered",
            });
        }
        Err(
            refusal @ (Refusal::Invalid { .. }
            | Refusal::NotAModule { .. }
            | Refusal::Proposal { .. }),
        ) => return Err(refusal.to_string()),
        Err(Refusal::Limit { .. }) => "modules only repaired, for a limit",
        Err(_) => "modules only repaired, for an import or export",
    };
    // A rule about imports or limits may have been broken before the module turned out invalid.
    let mut validator = Validator::new_with_features(ACCEPTED);
    validator
        .validate_all(wasm)
        .map_err(|error| error.to_string())?;
    Ok(Prepared {
        wasm: rewrite::splice(wasm, repair::before),
        form,
    })
}
