//! Imports are rows of the dialect's table, of exactly their types.
//!
//! Enters: modules that import a row, or something that is nearly one. Leaves: tests that they are
//! accepted, or refused in these words. Refuses to know: what imports do.

use super::*;
use crate::interface::table::{IMPORTS, Import, Returns};

fn wat(module: &str, row: &Import) -> String {
    let parameters = " i32".repeat(row.params.len());
    let result = match row.returns {
        Returns::Nothing => "",
        _ => "(result i32)",
    };
    let name = row.name;
    format!(r#"(module (import "{module}" "{name}" (func (param{parameters}) {result})))"#)
}

#[test]
fn every_row_can_be_imported() {
    assert!(IMPORTS.len() > 43);
    for (index, row) in IMPORTS.iter().enumerate() {
        let module = row.dialect.import_module().unwrap_or("test");
        let accepted = accept(&bytes(&wat(module, row)), row.dialect).expect(row.name);
        assert_eq!(accepted.facts().imports, [index]);
    }
}

#[test]
fn only_legacy_imports_come_from_anywhere() {
    for row in IMPORTS {
        let accepted = accept(&bytes(&wat("elsewhere", row)), row.dialect);
        match accepted {
            Ok(_) => assert!(row.dialect.is_legacy()),
            Err(Refusal::ImportModule {
                expected: "env", ..
            }) => {
                assert!(!row.dialect.is_legacy());
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn rows_of_other_dialects_are_unknown() {
    for row in IMPORTS {
        for dialect in Dialect::ALL {
            let known = dialect.imports().any(|other| {
                let same_result =
                    (other.returns == Returns::Nothing) == (row.returns == Returns::Nothing);
                other.name == row.name && other.params.len() == row.params.len() && same_result
            });
            let found = accept(&bytes(&wat("env", row)), *dialect);
            assert_eq!(found.is_ok(), known, "{} in {}", row.name, dialect.name());
        }
    }
}

#[test]
fn refusals_show_both_types() {
    refused(
        r#"(module (import "env" "isValidRef" (func (param i64) (result i32))))"#,
        "expected the import `isValidRef` to be (i32) -> i32, found (i64) -> i32",
    );
    refused(
        r#"(module (import "env" "deleteRef" (func (param i32) (result i32 f32))))"#,
        "expected the import `deleteRef` to be (i32) -> (), found (i32) -> (i32, f32)",
    );
    refused(
        r#"(module (import "env" "nosuch" (func)))"#,
        "expected an import of the dialect capabilities, found `nosuch` () -> ()",
    );
    refused(
        r#"(module (import "other" "deleteRef" (func (param i32))))"#,
        "expected `deleteRef` to be imported from `env`, found `other`",
    );
    let several = accept_wat(r#"(module (import "env" "mintCap" (func)))"#);
    let words = several.expect_err("a refusal").to_string();
    assert!(words.contains(" or "), "{words}");
}

#[test]
fn only_functions_are_imported() {
    for (item, kind) in [
        ("(memory 1)", "memory"),
        ("(table 1 funcref)", "table"),
        ("(global i32)", "global"),
    ] {
        refused(
            &format!(r#"(module (import "env" "x" {item}))"#),
            &format!("expected only functions to be imported, found the {kind} `env` `x`"),
        );
    }
}
