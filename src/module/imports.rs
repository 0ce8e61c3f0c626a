//! Which row of the import table does an import mean?
//!
//! Enters: one import of a module, and the dialect. Leaves: the index of its row, or a refusal
//! with the expected and the found type. Refuses to know: what the row's operation does.

use super::refusal::Refusal;
use crate::deviation::{Deviation, deviates};
use crate::interface::table::{Dialect, Import, ImportIndex};
use wasmparser::{FuncType, TypeRef, ValType};

/// The row of that dialect, name and type (`MOD-4`).
pub fn row(
    dialect: Dialect,
    module: &str,
    name: &str,
    found: &FuncType,
    offset: u64,
) -> Result<ImportIndex, Refusal> {
    let dialects = match deviates(Deviation::DialectsShareImports) {
        true => Dialect::ALL.to_vec(),
        false => vec![dialect],
    };
    let forgotten = name == "loadMessagePort" && deviates(Deviation::OldNameForgotten);
    let known = dialects.into_iter().filter(|_| !forgotten);
    let named = || known.clone().flat_map(|dialect| dialect.named(name));
    if named().next().is_none() {
        return Err(Refusal::UnknownImport {
            dialect: dialect.name(),
            name: name.to_owned(),
            found: worded(found.params(), found.results()),
            offset,
        });
    }
    let mut expected = dialect.import_module();
    if deviates(Deviation::AnyImportModule) {
        expected = None;
    }
    if deviates(Deviation::LegacyWantsEnv) {
        expected = Some("env");
    }
    if let Some(expected) = expected
        && module != expected
    {
        return Err(Refusal::ImportModule {
            expected,
            found: module.to_owned(),
            name: name.to_owned(),
            offset,
        });
    }
    let known = match deviates(Deviation::OnlyTheFirstForm) {
        true => 1,
        false => usize::MAX,
    };
    let matching = named().take(known).find(|(_, row)| {
        found.params() == parameters(row).as_slice() && found.results() == results(row)
    });
    matching
        .map(|(index, _)| index)
        .ok_or_else(|| Refusal::ImportType {
            name: name.to_owned(),
            expected: named()
                .map(|(_, row)| worded(&parameters(row), results(row)))
                .collect::<Vec<_>>()
                .join(" or "),
            found: worded(found.params(), found.results()),
            offset,
        })
}

fn parameters(row: &Import) -> Vec<ValType> {
    vec![ValType::I32; row.params.len()]
}

fn results(row: &Import) -> &'static [ValType] {
    match row.has_result() {
        true => &[ValType::I32],
        false => &[],
    }
}

/// A function type as a reader sees it: `(i32, i32) -> i32`.
pub fn worded(parameters: &[ValType], results: &[ValType]) -> String {
    let list = |types: &[ValType]| {
        let names: Vec<String> = types.iter().map(ValType::to_string).collect();
        names.join(", ")
    };
    let parameters = match parameters {
        [] => "()".to_owned(),
        types => format!("({})", list(types)),
    };
    match results {
        [] => format!("{parameters} -> ()"),
        [one] => format!("{parameters} -> {one}"),
        several => format!("{parameters} -> ({})", list(several)),
    }
}

/// What is imported, where it is not a function.
pub fn kind(ty: &TypeRef) -> &'static str {
    match ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => "function",
        TypeRef::Table(_) => "table",
        TypeRef::Memory(_) => "memory",
        TypeRef::Global(_) => "global",
        TypeRef::Tag(_) => "tag",
    }
}
