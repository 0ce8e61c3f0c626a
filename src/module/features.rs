//! The proposals: which are accepted, and what the others are called.
//!
//! Enters: bytes that did not validate, and the validator's error. Leaves: a refusal that names
//! the proposal which would have made them validate, where there is one. Refuses to know: limits,
//! imports and exports.

use super::refusal::Refusal;
use wasmparser::{Validator, WasmFeatures};

/// WebAssembly 2.0 without SIMD (`MOD-1`).
///
/// `GC_TYPES` is no proposal: without it the validator knows no `externref`.
pub const ACCEPTED: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES);

/// Every other proposal that the validator knows, by the name under which it is refused.
///
/// Where several are needed at once, the one that stands last here is named: so a proposal
/// stands after those on which it builds.
pub const REFUSED: &[(&str, WasmFeatures)] = &[
    ("extended-const", WasmFeatures::EXTENDED_CONST),
    ("function-references", WasmFeatures::FUNCTION_REFERENCES),
    ("gc", WasmFeatures::GC),
    ("custom-descriptors", WasmFeatures::CUSTOM_DESCRIPTORS),
    ("multi-memory", WasmFeatures::MULTI_MEMORY),
    ("memory64", WasmFeatures::MEMORY64),
    ("custom-page-sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("memory-control", WasmFeatures::MEMORY_CONTROL),
    ("simd", WasmFeatures::SIMD),
    ("relaxed-simd", WasmFeatures::RELAXED_SIMD),
    ("threads", WasmFeatures::THREADS),
    (
        "shared-everything-threads",
        WasmFeatures::SHARED_EVERYTHING_THREADS,
    ),
    (
        "acquire-release-atomics",
        WasmFeatures::ACQUIRE_RELEASE_ATOMICS,
    ),
    (
        "multibyte-array-access",
        WasmFeatures::MULTIBYTE_ARRAY_ACCESS,
    ),
    ("tail-call", WasmFeatures::TAIL_CALL),
    ("exceptions", WasmFeatures::EXCEPTIONS),
    ("legacy-exceptions", WasmFeatures::LEGACY_EXCEPTIONS),
    ("stack-switching", WasmFeatures::STACK_SWITCHING),
    ("wide-arithmetic", WasmFeatures::WIDE_ARITHMETIC),
    ("compact-imports", WasmFeatures::COMPACT_IMPORTS),
    ("component-model", WasmFeatures::COMPONENT_MODEL),
];

/// The refusal of bytes that did not validate with [`ACCEPTED`].
pub fn refusal(bytes: &[u8], error: &wasmparser::Error) -> Refusal {
    let offset = error.offset();
    let message = error.message().to_owned();
    let missing = error
        .missing_wasm_feature()
        .unwrap_or(WasmFeatures::empty());
    match last_named(missing).or_else(|| needed(bytes)) {
        Some(name) => Refusal::Proposal {
            name,
            offset,
            message,
        },
        None => Refusal::Invalid { offset, message },
    }
}

/// The last of the refused proposals among `features`.
fn last_named(features: WasmFeatures) -> Option<&'static str> {
    REFUSED
        .iter()
        .rev()
        .find(|(_, feature)| features.intersects(*feature))
        .map(|(name, _)| *name)
}

/// What the bytes need in order to validate, if anything makes them validate: proposals are
/// taken away one by one while the rest suffices.
fn needed(bytes: &[u8]) -> Option<&'static str> {
    let validates = |features| {
        Validator::new_with_features(features)
            .validate_all(bytes)
            .is_ok()
    };
    let everything = REFUSED
        .iter()
        .fold(ACCEPTED, |features, (_, feature)| features.union(*feature));
    if !validates(everything) {
        return None;
    }
    let enough = REFUSED.iter().fold(everything, |features, (_, feature)| {
        let fewer = features.difference(*feature);
        if validates(fewer) { fewer } else { features }
    });
    last_named(enough.difference(ACCEPTED))
}
