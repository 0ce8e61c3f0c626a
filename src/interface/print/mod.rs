//! The import table and the tick schedule, printed for people and for programs.
//!
//! Enters: the table and a schedule. Leaves: text, the same on every run. Refuses to know: where
//! the text goes (`cli`).

pub mod c;
pub mod json;
pub mod md;
pub mod wat;

use super::table::{IMPORTS, ImportIndex};

/// The module name that a legacy program may as well use, where any will do (`LEG-1`).
const ANY_MODULE_EXAMPLE: &str = "env";

/// The rows' name for a language that knows no overloading: the first form of a name keeps it, a
/// further one has its number of parameters behind it, or its result where the number is taken.
pub fn distinct_name(index: ImportIndex) -> String {
    let row = &IMPORTS[index];
    let earlier = || row.dialect.named(row.name).filter(|(at, _)| *at < index);
    let count = row.params.len();
    if earlier().next().is_none() {
        row.name.to_owned()
    } else if earlier().all(|(_, other)| other.params.len() != count) {
        format!("{}_{count}", row.name)
    } else {
        format!(
            "{}_{}",
            row.name,
            if row.has_result() { "i32" } else { "void" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interface::table::Dialect;
    use std::collections::BTreeSet;

    #[test]
    fn distinct_names_are_distinct_and_start_with_the_name() {
        for dialect in Dialect::ALL {
            let names: BTreeSet<_> = dialect
                .rows()
                .map(|(index, _)| distinct_name(index))
                .collect();
            assert_eq!(names.len(), dialect.rows().count(), "{}", dialect.name());
            for (index, row) in dialect.rows() {
                assert!(distinct_name(index).starts_with(row.name));
            }
        }
    }

    #[test]
    fn forms_are_told_apart_by_parameters_then_by_result() {
        let name = |dialect: Dialect, name, params, result| {
            distinct_name(dialect.find(name, params, result).expect("a row"))
        };
        assert_eq!(name(Dialect::Capabilities, "mintCap", 0, true), "mintCap");
        assert_eq!(name(Dialect::Capabilities, "mintCap", 1, true), "mintCap_1");
        assert_eq!(
            name(Dialect::Capabilities, "loadMessage", 2, true),
            "loadMessage"
        );
        assert_eq!(
            name(Dialect::Capabilities, "loadMessage", 2, false),
            "loadMessage_void"
        );
        assert_eq!(
            name(Dialect::LegacyCapabilities, "createActor", 1, true),
            "createActor_i32"
        );
    }
}
