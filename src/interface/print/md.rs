//! The table and the schedule as Markdown, for people.
//!
//! Enters: dialects and a schedule. Leaves: one text with tables, aligned in the source too.
//! Refuses to know: what the rules say (`docs/spec.md`).

use crate::{
    interface::table::{Dialect, Import, Operation},
    module::schedule::{ActivationCosts, ImportCost, OperandCosts, Rate, Schedule},
};

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
                price(schedule.cost(import.operation)),
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
        table(&["import", "ticks", "what it does", "rules"], &rows),
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

/// `100 + 1 per 8 bytes`
fn price(cost: &ImportCost) -> String {
    let ImportCost {
        base,
        bytes,
        items,
        pages,
    } = cost;
    let mut text = base.to_string();
    for (amount, unit) in [(bytes, "byte"), (items, "item"), (pages, "page")] {
        if *amount != Rate::FREE {
            text += &format!(" + {}", rate(*amount, unit));
        }
    }
    text
}

/// `1 per 8 bytes`, for each 8 bytes begun (`TICK-4`).
fn rate(rate: Rate, unit: &str) -> String {
    match rate.unit {
        1 => format!("{} per {unit}", rate.ticks),
        many => format!("{} per {many} {unit}s", rate.ticks),
    }
}

fn prices(schedule: &Schedule) -> String {
    let hash = schedule.hash();
    let Schedule {
        version,
        instruction,
        structural,
        operands,
        activation,
        imports,
    } = schedule;
    let mut general = vec![
        vec!["an instruction".to_owned(), instruction.to_string()],
        vec![
            "`block`, `loop`, `else`, `end`".to_owned(),
            structural.to_string(),
        ],
    ];
    general.extend(operand_prices(operands));
    general.extend(activation_prices(activation));
    let operations: Vec<Vec<String>> = Operation::ALL
        .iter()
        .zip(imports)
        .map(|(operation, cost)| vec![operation.name().to_owned(), price(cost)])
        .collect();
    format!(
        "## Schedule {version}\n\nIts hash is `{hash}`. A price per unit is paid for each unit begun.\n\n{}\n{}",
        table(&["what", "ticks"], &general),
        table(&["operation", "ticks"], &operations),
    )
}

fn operand_prices(costs: &OperandCosts) -> Vec<Vec<String>> {
    let OperandCosts {
        memory_grow,
        memory_bulk,
        table_grow,
        table_bulk,
    } = *costs;
    [
        ("`memory.grow`, beside the instruction", memory_grow, "page"),
        (
            "`memory.copy`, `memory.fill`, `memory.init`, beside the instruction",
            memory_bulk,
            "byte",
        ),
        (
            "`table.grow`, beside the instruction",
            table_grow,
            "element",
        ),
        (
            "`table.copy`, `table.fill`, `table.init`, beside the instruction",
            table_bulk,
            "element",
        ),
    ]
    .map(|(what, amount, unit)| vec![what.to_owned(), rate(amount, unit)])
    .to_vec()
}

fn activation_prices(costs: &ActivationCosts) -> Vec<Vec<String>> {
    let ActivationCosts {
        fresh,
        kept,
        definitions,
        pages,
        elements,
        segments,
        callback,
        code,
    } = *costs;
    [
        ("an activation in a fresh VM", fresh.to_string()),
        (
            "its functions, tables, globals, exports and segments",
            rate(definitions, "definition"),
        ),
        ("its declared memory", rate(pages, "page")),
        ("its declared tables", rate(elements, "element")),
        (
            "its segments, an element counting 4 bytes",
            rate(segments, "byte"),
        ),
        ("an activation in a kept VM", kept.to_string()),
        ("a callback", callback.to_string()),
        ("the binary of a creation", rate(code, "byte")),
    ]
    .map(|(what, ticks)| vec![what.to_owned(), ticks])
    .to_vec()
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
    use crate::{interface::table::IMPORTS, module::schedule::SCHEDULE_1};

    #[test]
    fn every_row_and_every_operation_has_a_line() {
        let text = print(Dialect::ALL, &SCHEDULE_1);
        let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        let signatures = IMPORTS
            .iter()
            .map(|import| format!("| `{}` ", signature(import)));
        for signature in signatures {
            assert!(lines(&signature) >= 1, "{signature}");
        }
        for operation in Operation::ALL {
            assert_eq!(lines(&format!("| {} ", operation.name())), 1);
        }
        assert_eq!(lines("## `"), Dialect::ALL.len());
        assert!(text.contains(&SCHEDULE_1.hash().to_string()));
    }

    #[test]
    fn tables_are_tables() {
        let text = print(Dialect::ALL, &SCHEDULE_1);
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
        let cost = SCHEDULE_1.cost(Operation::CreateMessage);
        assert_eq!(price(cost), "100 + 1 per 8 bytes");
        assert_eq!(price(SCHEDULE_1.cost(Operation::AssertEqual)), "10");
        let row = Dialect::Capabilities
            .find("createMessage", 3, true)
            .expect("a row");
        assert_eq!(
            signature(&IMPORTS[row]),
            "createMessage(offset: i32ptr, len: i32, responseCap: i32ref) -> i32ref"
        );
    }
}
