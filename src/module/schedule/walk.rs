//! A schedule's prices by name: the one order in which they are printed, hashed and read.
//!
//! Enters: a schedule. Leaves: a tree of names over its numbers, which can be read and set, and
//! which of them are acceptable. Refuses to know: JSON, TOML and Markdown.

use super::{
    ActivationCosts, FunctionCosts, ImportCost, InstructionCosts, Opcode, OperandCosts, Rate,
    Schedule,
};
use crate::interface::table::{IMPORTS, Operation, Role};
use serde::{Serialize, Serializer};

/// The most ticks that one number of a schedule may say: no sum of charges overflows an i64
/// (`TICK-16`).
pub const MOST_TICKS: u32 = (1 << 31) - 1;

/// What can be part of a repetition without end: every cycle of execution goes through one.
const REPEATING: &[Opcode] = &[
    Opcode::Br,
    Opcode::BrIf,
    Opcode::BrTable,
    Opcode::Call,
    Opcode::CallIndirect,
];

/// A price, or several by name.
pub enum Node<'s> {
    /// For each time.
    Ticks {
        /// The number itself, to be read or changed.
        ticks: &'s mut u32,
        /// What it must at least be.
        least: u32,
    },
    /// By an amount.
    Rate {
        /// The rate itself, to be read or changed.
        rate: &'s mut Rate,
        /// What the amount counts, one of it.
        counted: &'static str,
        /// Whether there ever is such an amount. Where there is none, there is no price.
        occurs: bool,
    },
    /// Several.
    Table {
        /// What a name in it is the name of.
        of: &'static str,
        /// What is in it, in the order of `TICK-15`.
        entries: Vec<Entry<'s>>,
    },
}

/// A number of a price.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The ticks for each unit begun.
    Ticks,
    /// How much one unit is.
    Unit,
}

/// A node with its name.
pub struct Entry<'s> {
    /// What it is called in the table.
    pub name: &'static str,
    /// What is paid for, in words for people.
    pub what: &'static str,
    /// The price or prices that have this name.
    pub node: Node<'s>,
}

/// A number that a schedule must not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unacceptable {
    /// The names on the way to it, each behind a dot.
    pub place: String,
    /// What it should be, in words.
    pub expected: String,
    /// The number that is there.
    pub found: u32,
}

impl std::fmt::Display for Unacceptable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Unacceptable {
            place,
            expected,
            found,
        } = self;
        write!(f, "schedule{place}: expected {expected}, found {found}")
    }
}

impl std::error::Error for Unacceptable {}

impl<'s> Node<'s> {
    fn ticks(ticks: &'s mut u32, least: u32) -> Node<'s> {
        Node::Ticks { ticks, least }
    }

    fn rate(rate: &'s mut Rate, counted: &'static str) -> Node<'s> {
        Node::Rate {
            rate,
            counted,
            occurs: true,
        }
    }

    /// All numbers, in order.
    pub fn numbers(&self, into: &mut Vec<u32>) {
        match self {
            Node::Ticks { ticks, .. } => into.push(**ticks),
            Node::Rate { rate, .. } => into.extend([rate.ticks, rate.unit]),
            Node::Table { entries, .. } => {
                entries.iter().for_each(|entry| entry.node.numbers(into));
            }
        }
    }

    /// Sets all numbers, in order, acceptable or not.
    pub fn set_numbers(&mut self, from: &mut impl Iterator<Item = u32>) {
        let mut next = || from.next().expect("as many as there are");
        match self {
            Node::Ticks { ticks, .. } => **ticks = next(),
            Node::Rate { rate, .. } => [rate.ticks, rate.unit] = [next(), next()],
            Node::Table { entries, .. } => {
                let entries = entries.iter_mut();
                entries.for_each(|entry| entry.node.set_numbers(from));
            }
        }
    }

    /// Whether every number is acceptable, and if not, which is the first that is not.
    pub fn check(&self) -> Result<(), Unacceptable> {
        let objection = |place: &str, part: Part, found: u32| match self.objection(part, found) {
            None => Ok(()),
            Some(expected) => Err(Unacceptable {
                place: place.to_owned(),
                expected,
                found,
            }),
        };
        match self {
            Node::Ticks { ticks, .. } => objection("", Part::Ticks, **ticks),
            Node::Rate { rate, .. } => objection(".ticks", Part::Ticks, rate.ticks)
                .and_then(|()| objection(".unit", Part::Unit, rate.unit)),
            Node::Table { entries, .. } => entries.iter().try_for_each(|entry| {
                entry.node.check().map_err(|wrong| Unacceptable {
                    place: format!(".{}{}", entry.name, wrong.place),
                    ..wrong
                })
            }),
        }
    }

    /// Sets a number of this price, unless it must not be that; then the words say what it should
    /// be.
    pub fn set(&mut self, part: Part, number: u32) -> Result<(), String> {
        if let Some(expected) = self.objection(part, number) {
            return Err(expected);
        }
        match (self, part) {
            (Node::Ticks { ticks, .. }, Part::Ticks) => **ticks = number,
            (Node::Rate { rate, .. }, Part::Ticks) => rate.ticks = number,
            (Node::Rate { rate, .. }, Part::Unit) => rate.unit = number,
            (Node::Ticks { .. }, Part::Unit) | (Node::Table { .. }, _) => {
                unreachable!("there is no such number")
            }
        }
        Ok(())
    }

    /// What `number` should be instead, if it must not be that (`TICK-16`).
    fn objection(&self, part: Part, number: u32) -> Option<String> {
        let range = |least: u32| {
            let acceptable = (least..=MOST_TICKS).contains(&number);
            (acceptable, format!("a number from {least} to {MOST_TICKS}"))
        };
        let (acceptable, expected) = match (self, part) {
            (_, Part::Unit) => (
                number.is_power_of_two(),
                format!("a power of two from 1 to {}", 1u32 << 31),
            ),
            (Node::Ticks { least, .. }, Part::Ticks) => range(*least),
            (
                Node::Rate {
                    occurs: false,
                    counted,
                    ..
                },
                Part::Ticks,
            ) => (
                number == 0,
                format!("0, since no call of it has {counted}s"),
            ),
            (_, Part::Ticks) => range(0),
        };
        (!acceptable).then_some(expected)
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Ticks { ticks, .. } => ticks.serialize(serializer),
            Node::Rate { rate, .. } => rate.serialize(serializer),
            Node::Table { entries, .. } => {
                serializer.collect_map(entries.iter().map(|entry| (entry.name, &entry.node)))
            }
        }
    }
}

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
