//! A C header of one dialect, for clang with a wasm32 target.
//!
//! Enters: a dialect. Leaves: one self-contained header. Refuses to know: the C library.

use super::{ANY_MODULE_EXAMPLE, distinct_name};
use crate::interface::table::{Dialect, Import, ImportIndex, Param};

/// The header of one dialect. (Those of two would clash: they share names.)
pub fn print(dialect: Dialect) -> String {
    let guard = format!(
        "PRIMEA_{}_H",
        dialect.name().to_uppercase().replace('-', "_")
    );
    let module = dialect.import_module().unwrap_or(ANY_MODULE_EXAMPLE);
    let functions: Vec<String> = dialect
        .rows()
        .map(|(index, import)| function(index, import))
        .collect();
    format!(
        "\
/* The Primea system interface, dialect {name}: for clang --target=wasm32. */
#ifndef {guard}
#define {guard}

#include <stdint.h>

/* A place in memory, or a callback's place in the table: cast a pointer to it. */
typedef uint32_t i32ptr;
/* A reference; -1 is the null reference. */
typedef int32_t i32ref;

#define PRIMEA_IMPORT(name) __attribute__((import_module(\"{module}\"), import_name(name)))

#ifdef __cplusplus
extern \"C\" {{
#endif

{functions}
#ifdef __cplusplus
}}
#endif

#undef PRIMEA_IMPORT

#endif /* {guard} */
",
        name = dialect.name(),
        functions = functions.join("\n"),
    )
}

fn function(index: ImportIndex, import: &Import) -> String {
    let name = distinct_name(index);
    let result = import.returns.document_name().map_or("void", c_type);
    let params: Vec<String> = import.params.iter().map(parameter).collect();
    let params = if params.is_empty() {
        "void".to_owned()
    } else {
        params.join(", ")
    };
    format!(
        "/* {}. */\nPRIMEA_IMPORT(\"{}\")\n{result} {name}({params});\n",
        import.doc, import.name,
    )
}

fn parameter(param: &Param) -> String {
    format!("{} {}", c_type(param.ty.document_name()), param.name)
}

/// The documents' types under their own names, but for plain numbers, which are unsigned (`ARG-2`).
fn c_type(document_name: &'static str) -> &'static str {
    if document_name == "i32" {
        "uint32_t"
    } else {
        document_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_declared_once() {
        for dialect in Dialect::ALL {
            let header = print(*dialect);
            for (index, import) in dialect.rows() {
                let declaration = format!(" {}(", distinct_name(index));
                let lines: Vec<_> = header
                    .lines()
                    .filter(|line| line.contains(&declaration))
                    .collect();
                let [line] = lines[..] else {
                    panic!("{declaration} is there once")
                };
                assert!(line.ends_with(");"));
                let commas = line.matches(',').count();
                assert_eq!(commas, import.params.len().saturating_sub(1));
                assert_eq!(line.starts_with("void "), !import.has_result());
                let attribute = format!("PRIMEA_IMPORT(\"{}\")\n{line}", import.name);
                assert!(header.contains(&attribute), "the import keeps its name");
            }
            assert_eq!(
                header.matches("\nPRIMEA_IMPORT(").count(),
                dialect.rows().count()
            );
        }
    }

    #[test]
    fn the_header_is_well_formed() {
        for dialect in Dialect::ALL {
            let header = print(*dialect);
            let count = |start: &str| {
                header
                    .lines()
                    .filter(|line| line.starts_with(start))
                    .count()
            };
            assert_eq!(count("#if"), count("#endif"));
            assert_eq!(header.matches("/*").count(), header.matches("*/").count());
            assert_eq!(header.matches('{').count(), header.matches('}').count());
            assert_eq!(header.matches('(').count(), header.matches(')').count());
            assert_eq!(count("typedef"), 2);
            assert!(header.ends_with("_H */\n"));
        }
    }

    #[test]
    fn a_declaration_looks_as_a_person_would_write_it() {
        let header = print(Dialect::Capabilities);
        assert!(
            header
                .contains("i32ref createMessage(i32ptr offset, uint32_t len, i32ref responseCap);")
        );
        assert!(header.contains("PRIMEA_IMPORT(\"mintCap\")\ni32ref mintCap(void);"));
        assert!(header.contains("PRIMEA_IMPORT(\"mintCap\")\ni32ref mintCap_1(uint32_t tag);"));
    }
}
