//! Calling any export of a module's own, with numbers.
//!
//! Enters: an export's name and numbers. Leaves: whether it returned. Refuses to know: entries,
//! and what the numbers mean.

use super::{Host, Prepared, Vm, image};
use crate::fault::Fault;
use crate::module::ValueType;
use wasmi::{ExternType, F32, F64, Val, ValType};

/// An argument. Floats are told by their bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// An `i32`.
    I32(i32),
    /// An `i64`.
    I64(i64),
    /// The bits of an `f32`.
    F32(u32),
    /// The bits of an `f64`.
    F64(u64),
}

impl Number {
    /// A number of that type: decimal, or of an integer type hexadecimal behind `0x`.
    pub fn parse(text: &str, ty: ValueType) -> Result<Number, String> {
        let integer = |bits: u32| {
            let wrong = || format!("expected an i{bits}, found `{text}`");
            let parsed = match text.strip_prefix("0x") {
                Some(digits) => i128::from_str_radix(digits, 16),
                None => text.parse::<i128>(),
            };
            let number = parsed.map_err(|_| wrong())?;
            let range = -(1i128 << (bits - 1))..1i128 << bits;
            if range.contains(&number) {
                Ok(number)
            } else {
                Err(wrong())
            }
        };
        match ty {
            ValueType::I32 => Ok(Number::I32(integer(32)? as i32)),
            ValueType::I64 => Ok(Number::I64(integer(64)? as i64)),
            ValueType::F32 => match text.parse::<f32>() {
                Ok(number) => Ok(Number::F32(number.to_bits())),
                Err(_) => Err(format!("expected an f32, found `{text}`")),
            },
            ValueType::F64 => match text.parse::<f64>() {
                Ok(number) => Ok(Number::F64(number.to_bits())),
                Err(_) => Err(format!("expected an f64, found `{text}`")),
            },
            ValueType::FuncRef | ValueType::ExternRef => {
                Err("expected an export that takes numbers alone, found a reference".to_owned())
            }
        }
    }

    fn value(self) -> Val {
        match self {
            Number::I32(number) => Val::I32(number),
            Number::I64(number) => Val::I64(number),
            Number::F32(bits) => Val::F32(F32::from_bits(bits)),
            Number::F64(bits) => Val::F64(F64::from_bits(bits)),
        }
    }
}

impl Prepared {
    /// What an exported function takes, if there is one of that name.
    pub fn parameters(&self, export: &str) -> Option<Vec<ValueType>> {
        match self.inner.code.get_export(export)? {
            ExternType::Func(ty) => Some(ty.params().iter().map(value_type).collect()),
            _ => None,
        }
    }

    /// The functions that the module exports, without those that metering added.
    pub fn exported_functions(&self) -> Vec<String> {
        let exports = self.inner.code.exports();
        let functions = exports.filter(|export| matches!(export.ty(), ExternType::Func(_)));
        let names = functions.map(|export| export.name().to_owned());
        names.filter(|name| !name.starts_with("primea:")).collect()
    }
}

fn value_type(ty: &ValType) -> ValueType {
    match ty {
        ValType::I32 => ValueType::I32,
        ValType::I64 => ValueType::I64,
        ValType::F32 => ValueType::F32,
        ValType::F64 => ValueType::F64,
        ValType::FuncRef => ValueType::FuncRef,
        ValType::ExternRef => ValueType::ExternRef,
        ValType::V128 => unreachable!("no accepted module has vectors"),
    }
}

impl<H: Host> Vm<H> {
    /// Whether the exported function is an import.
    pub fn exports_import(&self, export: &str) -> bool {
        let function = self.instance.get_func(&self.store, export);
        let index = function.map(|function| image::function_index(&function));
        let imports = self.prepared.module().facts().imports.len();
        index.is_some_and(|index| (index as usize) < imports)
    }

    /// Calls an exported function with as many numbers as it takes, and drops what it returns.
    pub fn call_with(&mut self, export: &str, arguments: &[Number]) -> Result<(), Fault> {
        let function = self.instance.get_func(&self.store, export);
        let function = function.expect("there is such a function");
        let arguments: Vec<Val> = arguments.iter().map(|number| number.value()).collect();
        let ty = function.ty(&self.store);
        let results = ty.results().iter();
        let mut results: Vec<Val> = results.map(|ty| Val::default_for_ty(*ty)).collect();
        match function.call(&mut self.store, &arguments, &mut results) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fault(&error)),
        }
    }
}
