//! The table and the schedule as Markdown, for people.
//!
//! Enters: dialects and a schedule. Leaves: one text with tables, aligned in the source too.
//! Refuses to know: what the rules say (`docs/spec.md`).

use crate::{
    interface::table::{Dialect, Import, Operation},
    module::schedule::{Entry, Node, Schedule},
};
use std::collections::BTreeMap;

const INTRODUCTION: &str = "\
# The Primea system interface

All parameters and results are `i32` in WebAssembly: `i32ptr` is a place in memory or in the callback
table, `i32ref` a reference, plain `i32` an unsigned number. A reference that is -1 is the null reference.
The rules are those of `docs/spec.md`.
";

/// The whole text.
pub fn print(dialects: &[Dialect], schedule: &Schedule) -> String {
    let mut parts = vec![INTRODUCTION.to_owned()];
    parts.extend(dialects.iter().map(|dialect| imports(*dialect, schedule)));
    parts.push(prices(schedule));
    parts.join("\n")
}

fn imports(dialect: Dialect, schedule: &Schedule) -> String {
    let rows: Vec<Vec<String>> = dialect
        .imports()
        .map(|import| {
            vec![
                format!("`{}`", signature(import)),
                import.operation.name().to_owned(),
                operation_price(schedule, import.operation),
                import.doc.to_owned(),
                import.rules().join(" "),
            ]
        })
        .collect();
    let module = match dialect.import_module() {
        Some(module) => format!("from module `{module}`"),
        None => "from a module of any name".to_owned(),
    };
    format!(
        "## `{}`\n\n{} imports, {module}.\n\n{}",
        dialect.name(),
        rows.len(),
        table(
            &["import", "operation", "ticks", "what it does", "rules"],
            &rows
        ),
    )
}

/// `createMessage(offset: i32ptr, len: i32) -> i32ref`
fn signature(import: &Import) -> String {
    let params: Vec<String> = import
        .params
        .iter()
        .map(|param| format!("{}: {}", param.name, param.ty.document_name()))
        .collect();
    let result = import
        .returns
        .document_name()
        .map(|name| format!(" -> {name}"));
    format!(
        "{}({}){}",
        import.name,
        params.join(", "),
        result.unwrap_or_default()
    )
}

/// What a call that means `operation` costs.
fn operation_price(schedule: &Schedule, operation: Operation) -> String {
    let mut cost = *schedule.cost(operation);
    price(&cost.prices(operation))
}

/// `100 + 1 per 8 bytes`, for each 8 bytes begun (`TICK-4`). Of several prices, those that are
/// nothing are left out.
fn price(node: &Node<'_>) -> String {
    match node {
        Node::Ticks { ticks, .. } => ticks.to_string(),
        Node::Rate { rate, counted, .. } => match (rate.ticks, rate.unit) {
            (0, _) => "0".to_owned(),
            (ticks, 1) => format!("{ticks} per {counted}"),
            (ticks, many) => format!("{ticks} per {many} {counted}s"),
        },
        Node::Table { entries, .. } => {
            let prices: Vec<String> = entries
                .iter()
                .map(|entry| price(&entry.node))
                .filter(|price| price != "0")
                .collect();
            if prices.is_empty() {
                "0".to_owned()
            } else {
                prices.join(" + ")
            }
        }
    }
}

fn prices(schedule: &Schedule) -> String {
    let (name, number, hash) = (&schedule.name, schedule.number, schedule.hash());
    let head = format!(
        "## Schedule {number}: {name}\n\n\
         Its hash is `{hash}`. A price per unit is paid for each unit begun. The names are those \
         of `--format json`, and of the table `[schedule]` of a scenario.\n"
    );
    let mut copy = schedule.clone();
    let sections = copy.prices().into_entries().into_iter();
    let sections = sections.map(|Entry { name, what, node }| {
        let entries = node.into_entries();
        let text = match name {
            "instructions" => instructions(&entries),
            "imports" => rows(&["operation", "ticks"], &entries),
            _ => rows(&["name", "ticks", "what is paid for"], &entries),
        };
        format!("### `{name}`: {what}\n\n{text}")
    });
    let parts: Vec<String> = [head].into_iter().chain(sections).collect();
    parts.join("\n")
}

/// A table with a row for each price, and as many columns as the head has.
fn rows(head: &[&str], entries: &[Entry<'_>]) -> String {
    let cells = |entry: &Entry<'_>| {
        let all = [
            format!("`{}`", entry.name),
            price(&entry.node),
            entry.what.to_owned(),
        ];
        all.into_iter().take(head.len()).collect()
    };
    let rows: Vec<Vec<String>> = entries.iter().map(cells).collect();
    table(head, &rows)
}

/// The instructions by price. Those of the commonest price are counted rather than listed.
fn instructions(entries: &[Entry<'_>]) -> String {
    let mut by_price: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for entry in entries {
        let Node::Ticks { ticks, .. } = &entry.node else {
            unreachable!("an instruction has one price");
        };
        let names = by_price.entry(**ticks).or_default();
        names.push(format!("`{}`", entry.name));
    }
    let commonest = by_price.values().map(Vec::len).max();
    let mut counted = false;
    let rows: Vec<Vec<String>> = by_price
        .iter()
        .map(|(ticks, names)| {
            let count = names.len();
            let listed = counted || Some(count) != commonest || count == 1;
            counted |= !listed;
            let names = match listed {
                true => names.join(", "),
                false => format!("each of the {count} that stand nowhere else here"),
            };
            vec![ticks.to_string(), names]
        })
        .collect();
    table(&["ticks", "instructions"], &rows)
}

/// Beyond this a last column is left ragged: nobody reads past it.
const LAST_WIDTH: usize = 32;

/// A table whose columns are aligned.
fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].len());
        let widest = cells
            .chain([head[column].len(), 3])
            .max()
            .expect("there is a head");
        let last = column + 1 == head.len();
        if last { widest.min(LAST_WIDTH) } else { widest }
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("| {} |\n", padded.join(" | "))
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut text = line(&mut head.iter().copied());
    text += &line(&mut rule.iter().map(String::as_str));
    for row in rows {
        text += &line(&mut row.iter().map(String::as_str));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        interface::table::IMPORTS,
        module::schedule::{InstructionCosts, Opcode, PLAIN},
    };

    #[test]
    fn every_row_and_every_operation_has_a_line() {
        let text = print(Dialect::ALL, &PLAIN);
        let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        let signatures = IMPORTS
            .iter()
            .map(|import| format!("| `{}` ", signature(import)));
        for signature in signatures {
            assert!(lines(&signature) >= 1, "{signature}");
        }
        for operation in Operation::ALL {
            assert_eq!(lines(&format!("| `{}` ", operation.name())), 1);
        }
        assert_eq!(lines("## `"), Dialect::ALL.len());
        assert!(text.contains(&PLAIN.hash().to_string()));
    }

    #[test]
    fn tables_are_tables() {
        let text = print(Dialect::ALL, &PLAIN);
        for block in text.split("\n\n").filter(|block| block.starts_with('|')) {
            let bars: Vec<usize> = block
                .lines()
                .map(|line| line.matches('|').count())
                .collect();
            assert!(bars.iter().all(|count| *count == bars[0]), "{block}");
        }
    }

    #[test]
    fn prices_read_as_a_person_would_say_them() {
        let said = |operation| operation_price(&PLAIN, operation);
        assert_eq!(said(Operation::CreateMessage), "100 + 1 per 8 bytes");
        assert_eq!(said(Operation::GetNextMessage), "200 + 1024 per page");
        assert_eq!(said(Operation::AssertEqual), "10");
        let mut free = PLAIN;
        free.imports[Operation::AssertEqual as usize].base = 0;
        assert_eq!(operation_price(&free, Operation::AssertEqual), "0");
        let row = Dialect::Capabilities
            .find("createMessage", 3, true)
            .expect("a row");
        assert_eq!(
            signature(&IMPORTS[row]),
            "createMessage(offset: i32ptr, len: i32, responseCap: i32ref) -> i32ref"
        );
    }

    #[test]
    fn instructions_stand_together_by_price() {
        let text = print(&[], &PLAIN);
        let has = |line: &str| {
            text.lines()
                .any(|found| found.trim_end_matches(['|', ' ']) == line)
        };
        assert!(has("| 0     | `block`, `loop`, `else`, `end`"), "{text}");
        assert!(
            has("| 1     | each of the 196 that stand nowhere else here"),
            "{text}"
        );
        assert!(has(
            "| `memory_grow` | 1024 per page    | `memory.grow`, beside the instruction"
        ));
        let schedule = Schedule {
            instructions: PLAIN
                .instructions
                .but(&[Opcode::I64DivS, Opcode::F32Sqrt], 9),
            ..PLAIN
        };
        assert!(print(&[], &schedule).contains("| 9     | `i64.div_s`, `f32.sqrt`"));
        let schedule = Schedule {
            instructions: InstructionCosts::all(1),
            ..PLAIN
        };
        assert!(print(&[], &schedule).contains("each of the 200 that"));
    }
}
