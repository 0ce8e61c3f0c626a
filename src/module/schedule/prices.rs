//! The name of every price of a schedule, in the one order in which they are printed, hashed and read
//! (`TICK-15`).
//!
//! Enters: a schedule. Leaves: the tree of its prices. Refuses to know: what is done with the tree.

use super::{
    ActivationCosts, FunctionCosts, ImportCost, InstructionCosts, Opcode, OperandCosts, Schedule,
    walk::{Entry, Node},
};
use crate::interface::table::{IMPORTS, Operation, Role};

/// What can be part of a repetition without end: every cycle of execution goes through one.
const REPEATING: &[Opcode] = &[
    Opcode::Br,
    Opcode::BrIf,
    Opcode::BrTable,
    Opcode::Call,
    Opcode::CallIndirect,
];

fn table<'s>(
    of: &'static str,
    entries: impl IntoIterator<Item = (&'static str, &'static str, Node<'s>)>,
) -> Node<'s> {
    let entries = entries.into_iter();
    Node::Table {
        of,
        entries: entries
            .map(|(name, what, node)| Entry { name, what, node })
            .collect(),
    }
}

impl Schedule {
    /// All prices by name.
    pub fn prices(&mut self) -> Node<'_> {
        let operations = Operation::ALL.into_iter().zip(&mut self.imports);
        let imports = operations
            .map(|(operation, cost)| (operation.name(), operation.name(), cost.prices(operation)));
        table(
            "part of a schedule",
            [
                (
                    "instructions",
                    "each instruction",
                    self.instructions.prices(),
                ),
                (
                    "operands",
                    "operands of instructions",
                    self.operands.prices(),
                ),
                (
                    "functions",
                    "the entering of functions",
                    self.functions.prices(),
                ),
                (
                    "activation",
                    "the beginning of an activation",
                    self.activation.prices(),
                ),
                ("imports", "calls of imports", table("operation", imports)),
            ],
        )
    }
}

impl InstructionCosts {
    fn prices(&mut self) -> Node<'_> {
        let costs = Opcode::ALL.into_iter().zip(&mut self.0);
        table(
            "instruction",
            costs.map(|(opcode, ticks)| {
                let least = u32::from(REPEATING.contains(&opcode));
                (opcode.name(), opcode.name(), Node::ticks(ticks, least))
            }),
        )
    }
}

impl OperandCosts {
    fn prices(&mut self) -> Node<'_> {
        let OperandCosts {
            memory_grow,
            memory_bulk,
            table_grow,
            table_bulk,
        } = self;
        table(
            "price by operand",
            [
                (
                    "memory_grow",
                    "`memory.grow`, beside the instruction",
                    Node::rate(memory_grow, "page"),
                ),
                (
                    "memory_bulk",
                    "`memory.copy`, `memory.fill`, `memory.init`, beside the instruction",
                    Node::rate(memory_bulk, "byte"),
                ),
                (
                    "table_grow",
                    "`table.grow`, beside the instruction",
                    Node::rate(table_grow, "element"),
                ),
                (
                    "table_bulk",
                    "`table.copy`, `table.fill`, `table.init`, beside the instruction",
                    Node::rate(table_bulk, "element"),
                ),
            ],
        )
    }
}

impl FunctionCosts {
    fn prices(&mut self) -> Node<'_> {
        let FunctionCosts { locals } = self;
        table(
            "price of a function",
            [(
                "locals",
                "its locals, without its parameters",
                Node::rate(locals, "local"),
            )],
        )
    }
}

impl ActivationCosts {
    fn prices(&mut self) -> Node<'_> {
        let ActivationCosts {
            fresh,
            kept,
            definitions,
            mutable_globals,
            imports,
            pages,
            elements,
            segments,
            segment_elements,
            kept_entries,
            callback,
            code,
        } = self;
        table(
            "price of an activation",
            [
                (
                    "fresh",
                    "an activation in a fresh VM",
                    Node::ticks(fresh, 0),
                ),
                ("kept", "an activation in a kept VM", Node::ticks(kept, 0)),
                (
                    "definitions",
                    "in a fresh VM: functions, tables, globals, exports and segments",
                    Node::rate(definitions, "definition"),
                ),
                (
                    "mutable_globals",
                    "in a fresh VM: mutable globals, beside `definitions`",
                    Node::rate(mutable_globals, "global"),
                ),
                (
                    "imports",
                    "in a fresh VM: imported functions, beside `definitions`",
                    Node::rate(imports, "import"),
                ),
                (
                    "pages",
                    "in a fresh VM: the declared memory",
                    Node::rate(pages, "page"),
                ),
                (
                    "elements",
                    "in a fresh VM: the declared tables",
                    Node::rate(elements, "element"),
                ),
                (
                    "segments",
                    "in a fresh VM: segments, an element counting 4 bytes",
                    Node::rate(segments, "byte"),
                ),
                (
                    "segment_elements",
                    "in a fresh VM: elements of segments, beside `segments`",
                    Node::rate(segment_elements, "element"),
                ),
                (
                    "kept_entries",
                    "in a kept VM: references, elements of tables, mutable globals and passive \
                     segments",
                    Node::rate(kept_entries, "entry"),
                ),
                ("callback", "a callback", Node::ticks(callback, 0)),
                ("code", "the binary of a creation", Node::rate(code, "byte")),
            ],
        )
    }
}

impl ImportCost {
    /// The prices of a call that means `operation`.
    pub fn prices(&mut self, operation: Operation) -> Node<'_> {
        let rate = |rate, counted, role| {
            let mut forms = IMPORTS.iter().filter(|row| row.operation == operation);
            Node::Rate {
                rate,
                counted,
                occurs: forms.any(|row| row.position(role).is_some()),
            }
        };
        let ImportCost {
            base,
            bytes,
            items,
            pages,
        } = self;
        table(
            "price of an operation",
            [
                ("base", "a call", Node::ticks(base, 0)),
                (
                    "bytes",
                    "its length argument",
                    rate(bytes, "byte", Role::Length),
                ),
                (
                    "items",
                    "its message's items",
                    rate(items, "item", Role::Message),
                ),
                ("pages", "the guest's memory", Node::rate(pages, "page")),
            ],
        )
    }
}
