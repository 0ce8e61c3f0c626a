//! Leaving out parts of modules: functions, instructions, arguments.
//!
//! Enters: the best draft so far. Leaves: attempts. Refuses to know: WebAssembly, nearly: what is no module any more
//! fails otherwise than before.

use super::{
    Shrinker,
    text::{Node, Way},
};
use crate::oracle::draft::{Code, Draft};

/// What may stand for an expression.
const CONSTANTS: [[&str; 2]; 4] = [
    ["i32.const", "0"],
    ["i32.const", "1"],
    ["i64.const", "0"],
    ["f64.const", "0"],
];

impl Shrinker<'_> {
    pub(super) fn leave_out_code(&mut self) {
        let names: Vec<String> = self
            .best
            .modules
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            self.leave_out_children(&name);
            self.replace_expressions(&name);
            self.shorten_strings(&name);
        }
    }

    /// Of every list, the outer ones first, leaves out children.
    fn leave_out_children(&mut self, name: &str) {
        let mut at = 0;
        while let Some(way) =
            tree(&self.best, name).and_then(|tree| tree.lists().into_iter().nth(at))
        {
            at += 1;
            // The first child says what the list is.
            let count = |draft: &Draft| {
                let tree = tree(draft, name);
                let node = tree.as_ref().and_then(|tree| tree.at(&way));
                node.map_or(0, |node| node.children().len().saturating_sub(1))
            };
            self.leave_out(&count, &|draft, start, end| {
                changed(draft, name, &way, |node| {
                    if let Node::List(list) = node {
                        list.drain(start + 1..end + 1);
                    }
                })
            });
        }
    }

    /// Puts constants, or one of their own arguments, in the place of expressions.
    fn replace_expressions(&mut self, name: &str) {
        let mut at = 0;
        while let Some(whole) = tree(&self.best, name)
            && let Some(way) = whole.lists().into_iter().nth(at)
        {
            at += 1;
            let in_function = way.len() > 1
                && whole
                    .at(&way[..1])
                    .is_some_and(|node| node.head() == "func");
            let node = whole.at(&way).expect("its way was just found");
            if !in_function || !is_expression(node) {
                continue;
            }
            for replacement in replacements(node) {
                if self.attempt(changed(&self.best, name, &way, |node| *node = replacement)) {
                    break;
                }
            }
        }
    }

    fn shorten_strings(&mut self, name: &str) {
        let Some(whole) = tree(&self.best, name) else {
            return;
        };
        for way in whole.lists() {
            let list = whole.at(&way).expect("its way was just found");
            if list.head() != "data" {
                continue;
            }
            for place in 1..list.children().len() {
                if let Node::Word(word) = &list.children()[place]
                    && word.len() > 2
                    && word.starts_with('"')
                {
                    let way = [way.as_slice(), &[place]].concat();
                    let empty = Node::Word("\"\"".to_owned());
                    self.attempt(changed(&self.best, name, &way, |node| *node = empty));
                }
            }
        }
    }
}

/// Whether it is an instruction, with all that it takes.
fn is_expression(node: &Node) -> bool {
    let plain = [
        "call",
        "call_indirect",
        "select",
        "drop",
        "if",
        "block",
        "loop",
    ];
    node.head().contains('.') || plain.contains(&node.head())
}

/// What could stand for an expression, the simplest first.
fn replacements(node: &Node) -> Vec<Node> {
    let constant =
        |words: [&str; 2]| Node::List(words.map(|word| Node::Word(word.to_owned())).to_vec());
    let constants = CONSTANTS.map(constant);
    if let Some(place) = constants.iter().position(|one| one == node) {
        // One that is simple already becomes at most simpler.
        let same = CONSTANTS[place][0];
        return constants[..place]
            .iter()
            .filter(|one| one.head() == same)
            .cloned()
            .collect();
    }
    // Of an `if`, what stands in its arms.
    let arms = node.children().iter().flat_map(|child| match child.head() {
        "then" | "else" => child.children(),
        _ => &[],
    });
    let parts = node
        .children()
        .iter()
        .chain(arms)
        .filter(|part| is_expression(part));
    constants.iter().chain(parts).cloned().collect()
}

/// The tree of a module.
fn tree(draft: &Draft, name: &str) -> Option<Node> {
    match draft.modules.iter().find(|(one, _)| one == name) {
        Some((_, Code::Wat(text))) => Node::read(text),
        _ => None,
    }
}

/// The draft with one node of a module changed.
fn changed(draft: &Draft, name: &str, way: &Way, change: impl FnOnce(&mut Node)) -> Draft {
    let mut draft = draft.clone();
    if let Some(mut tree) = tree(&draft, name)
        && let Some(node) = tree.at_mut(way)
    {
        change(node);
        for (one, code) in &mut draft.modules {
            if one == name {
                *code = Code::Wat(tree.text());
                break;
            }
        }
    }
    draft
}
