//! The proposals: which are accepted, and what the others are called.
//!
//! Enters: bytes that did not validate, and the validator's error. Leaves: a refusal that names
//! the proposal which would have made them validate, where there is one. Refuses to know: limits,
//! imports and exports.

use super::refusal::Refusal;
use crate::deviation::{Deviation, deviates};
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

/// What is accepted.
pub fn accepted() -> WasmFeatures {
    if deviates(Deviation::SignExtensionsRefused) {
        return ACCEPTED.difference(WasmFeatures::SIGN_EXTENSION);
    }
    match deviates(Deviation::ExtendedConstantsAccepted) {
        true => ACCEPTED.union(WasmFeatures::EXTENDED_CONST),
        false => ACCEPTED,
    }
}

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
    let name = asked_for(bytes)
        .or_else(|| needed(bytes))
        .or_else(|| missing(error).map(|(name, _)| name));
    match name {
        Some(name) => Refusal::Proposal {
            name,
            offset,
            message,
        },
        None => Refusal::Invalid { offset, message },
    }
}

/// The proposal that the validator itself says is missing.
fn missing(error: &wasmparser::Error) -> Option<(&'static str, WasmFeatures)> {
    let features = error.missing_wasm_feature()?;
    let mut refused = REFUSED.iter().copied();
    refused.find(|(_, feature)| features.intersects(*feature))
}

/// The last of the refused proposals among `features`.
fn last_named(features: WasmFeatures) -> Option<&'static str> {
    let mut refused = REFUSED.iter().rev();
    let last = refused.find(|(_, feature)| features.intersects(*feature));
    last.map(|(name, _)| *name)
}

fn validate(bytes: &[u8], features: WasmFeatures) -> Result<(), wasmparser::Error> {
    let mut validator = Validator::new_with_features(features);
    validator.validate_all(bytes).map(|_| ())
}

/// What the bytes need, if the validator asks for one proposal after the other until it is
/// content.
fn asked_for(bytes: &[u8]) -> Option<&'static str> {
    let mut features = ACCEPTED;
    for _ in REFUSED {
        match validate(bytes, features) {
            Ok(()) => return last_named(features),
            Err(error) => features |= missing(&error)?.1,
        }
    }
    None
}

/// What the bytes need, if anything makes them validate: proposals are taken away one by one
/// while the rest suffices. For errors that name no proposal.
fn needed(bytes: &[u8]) -> Option<&'static str> {
    let refused = REFUSED.iter().map(|(_, feature)| *feature);
    let everything = refused.clone().fold(ACCEPTED, WasmFeatures::union);
    validate(bytes, everything).ok()?;
    let enough = refused.fold(everything, |features, feature| {
        let fewer = features.difference(feature);
        match validate(bytes, fewer) {
            Ok(()) => fewer,
            Err(_) => features,
        }
    });
    last_named(enough)
}
