//! Import lines in the text format of WebAssembly, for the head of a module.
//!
//! Enters: a dialect. Leaves: lines. Refuses to know: which of them a module needs.

use super::{ANY_MODULE_EXAMPLE, distinct_name};
use crate::interface::table::{Dialect, Import};

/// The lines of several dialects, each under its name. Dialects share names: a module takes one.
pub fn print(dialects: &[Dialect]) -> String {
    let parts: Vec<String> = dialects
        .iter()
        .map(|dialect| {
            let note = if dialect.import_module().is_none() {
                " (from any module)"
            } else {
                ""
            };
            format!(";; {}{note}\n{}", dialect.name(), imports(*dialect))
        })
        .collect();
    parts.join("\n")
}

/// The import lines of one dialect: they stand together in one module.
pub fn imports(dialect: Dialect) -> String {
    let module = dialect.import_module().unwrap_or(ANY_MODULE_EXAMPLE);
    dialect
        .rows()
        .map(|(index, import)| {
            let signature = signature(import);
            let id = distinct_name(index);
            format!(
                "(import \"{module}\" \"{}\" (func ${id}{signature}))\n",
                import.name
            )
        })
        .collect()
}

fn signature(import: &Import) -> String {
    let params = import
        .params
        .iter()
        .map(|param| format!(" (param ${} i32)", param.name));
    let result = import.has_result().then(|| " (result i32)".to_owned());
    params.chain(result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interface::table::IMPORTS;

    #[test]
    fn the_lines_of_a_dialect_are_the_head_of_a_module() {
        for dialect in Dialect::ALL {
            let module = format!("(module\n{}(memory 1))", imports(*dialect));
            let binary = wat::parse_str(&module).expect("import lines parse");
            wasmparser::Validator::new()
                .validate_all(&binary)
                .expect("and are valid");
            let mut found = Vec::new();
            for payload in wasmparser::Parser::new(0).parse_all(&binary) {
                if let wasmparser::Payload::ImportSection(section) = payload.expect("it parses") {
                    for import in section.into_imports() {
                        let import = import.expect("it parses");
                        found.push((import.module.to_owned(), import.name.to_owned()));
                    }
                }
            }
            let expected: Vec<_> = dialect
                .imports()
                .map(|import| ("env".to_owned(), import.name.to_owned()))
                .collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn every_row_is_a_line_under_its_dialect() {
        let text = print(Dialect::ALL);
        assert_eq!(
            text.lines()
                .filter(|line| line.starts_with("(import"))
                .count(),
            IMPORTS.len()
        );
        assert!(text.contains(";; legacy-ports (from any module)\n"));
        assert!(text.contains(
            "(import \"env\" \"bindPort\" (func $bindPort (param $offset i32) (param $len i32) (param $portRef i32)))"
        ));
    }
}
