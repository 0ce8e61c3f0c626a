//! The account as a table, for people.
//!
//! Enters: an account. Leaves: aligned lines, the dearest functions first, nothing cut. Refuses to
//! know: terminals.

use super::account::{Account, Parts};

/// All lists of the account, one below the other.
pub fn print(account: &Account) -> String {
    let mut out = format!(
        "{} ticks spent: {}\n",
        account.spent,
        worded(&account.parts)
    );
    out += &section("actors", &by_actor(account));
    out += &section("activations", &by_activation(account));
    if !account.functions.is_empty() {
        out += &section("functions", &by_function(account));
    }
    if account
        .instructions
        .as_ref()
        .is_some_and(|rows| !rows.is_empty())
    {
        out += &section("instructions", &by_instruction(account));
    }
    out
}

fn worded(parts: &Parts) -> String {
    let named = Parts::NAMES.iter().zip(parts.values());
    let words: Vec<String> = named
        .map(|(name, ticks)| format!("{name} {ticks}"))
        .collect();
    words.join(", ")
}

/// A row of names, one a column.
pub(crate) fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn with_parts(mut cells: Vec<String>, spent: u64, parts: &Parts) -> Vec<String> {
    cells.push(spent.to_string());
    cells.extend(parts.values().map(|ticks| ticks.to_string()));
    cells
}

fn by_actor(account: &Account) -> Vec<Vec<String>> {
    let names = ["actor", "activations", "spent"];
    let mut rows = vec![[head(&names), head(&Parts::NAMES)].concat()];
    rows.extend(account.actors.iter().map(|it| {
        let cells = vec![it.actor.clone(), it.activations.to_string()];
        with_parts(cells, it.spent, &it.parts)
    }));
    rows
}

fn by_activation(account: &Account) -> Vec<Vec<String>> {
    let names = ["#", "actor", "entry", "outcome", "spent"];
    let mut rows = vec![[head(&names), head(&Parts::NAMES)].concat()];
    rows.extend(account.activations.iter().map(|it| {
        let number = it.number.to_string();
        let cells = vec![
            number,
            it.actor.clone(),
            it.entry.clone(),
            it.outcome.clone(),
        ];
        with_parts(cells, it.spent, &it.parts)
    }));
    rows
}

fn by_function(account: &Account) -> Vec<Vec<String>> {
    let mut rows = vec![head(&[
        "function", "module", "index", "calls", "self", "total",
    ])];
    let mut functions: Vec<_> = account.functions.iter().collect();
    functions.sort_by_key(|it| std::cmp::Reverse((it.own, it.total)));
    rows.extend(functions.iter().map(|it| {
        let index = it.index.map_or("-".to_owned(), |index| index.to_string());
        vec![
            it.name.clone(),
            it.module.clone(),
            index,
            it.calls.to_string(),
            it.own.to_string(),
            it.total.to_string(),
        ]
    }));
    rows
}

fn by_instruction(account: &Account) -> Vec<Vec<String>> {
    let names = [
        "offset",
        "opcode",
        "function",
        "module",
        "executions",
        "ticks",
        "imports",
    ];
    let mut rows = vec![head(&names)];
    rows.extend(account.instructions.iter().flatten().map(|it| {
        vec![
            format!("{:#x}", it.offset),
            it.opcode.clone(),
            it.function.clone(),
            it.module.clone(),
            it.executions.to_string(),
            it.ticks.to_string(),
            it.imports.to_string(),
        ]
    }));
    rows
}

/// A title and rows, the first of which names the columns. Numbers stand to the right.
pub fn section(title: &str, rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let is_number = |cell: &String| {
        let digits = cell.trim_start_matches(['+', '-']);
        cell == "-" || !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let right: Vec<bool> = (0..columns)
        .map(|column| rows.len() > 1 && rows[1..].iter().all(|row| is_number(&row[column])))
        .collect();
    let mut out = format!("\n{title}\n");
    for row in rows {
        let padded = row
            .iter()
            .zip(&widths)
            .zip(&right)
            .map(|((cell, width), right)| {
                if *right {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:width$}")
                }
            });
        let line: Vec<String> = padded.collect();
        out += &format!("  {}\n", line.join("  ").trim_end());
    }
    out
}
