//! Putting simpler instructions in the place of others.
//!
//! Enters: the best draft so far. Leaves: attempts. Refuses to know: what instructions do, but for which of them give
//! a value.

use super::{
    Shrinker,
    code::{changed, tree},
    text::{Node, Way},
};
use crate::{interface::table::IMPORTS, oracle::draft::Draft};
use std::collections::{BTreeMap, BTreeSet};

/// What may stand for an expression.
const CONSTANTS: [[&str; 2]; 4] = [
    ["i32.const", "0"],
    ["i32.const", "1"],
    ["i64.const", "0"],
    ["f64.const", "0"],
];

/// Of the values that an argument had, so many are tried.
const VALUES: usize = 2;

/// By an import's name and an argument's place, the values that it had.
type Arguments = BTreeMap<(&'static str, usize), BTreeSet<i32>>;

impl Shrinker<'_> {
    /// Puts constants, or parts of their own, in the place of expressions.
    pub(super) fn replace_expressions(&mut self, name: &str) {
        self.at_instructions(name, &mut |shrinker, whole, way| {
            let node = whole.at(way).expect("its way was just found");
            for replacement in replacements(node) {
                let put = |place: &mut Node| *place = replacement;
                if shrinker.attempt(changed(&shrinker.best, name, way, put)) {
                    break;
                }
            }
        });
    }

    /// Puts what stands in blocks, and in functions that are called, in their place.
    pub(super) fn unwrap_blocks(&mut self, name: &str) {
        self.at_instructions(name, &mut |shrinker, whole, way| {
            let node = whole.at(way).expect("its way was just found");
            let (place, around) = way.split_last().expect("a function is around it");
            for inner in contents(whole, node) {
                let put = |list: &mut Node| {
                    if let Node::List(list) = list {
                        list.splice(place..=place, inner);
                    }
                };
                if shrinker.attempt(changed(&shrinker.best, name, &around.to_vec(), put)) {
                    break;
                }
            }
        });
    }

    /// Puts what the arguments of imports turned out to be in the place of what computes them.
    pub(super) fn write_out_arguments(&mut self, name: &str) {
        let seen = arguments(&self.best);
        self.at_instructions(name, &mut |shrinker, whole, way| {
            let node = whole.at(way).expect("its way was just found");
            let Some(import) = called(whole, node) else {
                return;
            };
            for at in 0..node.children().len().saturating_sub(2) {
                let values = seen.get(&(import, at));
                for value in values.into_iter().flatten().take(VALUES) {
                    let put = |node: &mut Node| {
                        if let Node::List(list) = node
                            && list[at + 2].head() != "i32.const"
                        {
                            list[at + 2] = list_of(["i32.const", &value.to_string()]);
                        }
                    };
                    if shrinker.attempt(changed(&shrinker.best, name, way, put)) {
                        break;
                    }
                }
            }
        });
    }

    /// Comes to every instruction of the functions of a module, as the module then is, the outer ones first.
    fn at_instructions(&mut self, name: &str, come: &mut dyn FnMut(&mut Self, &Node, &Way)) {
        let mut at = 0;
        while let Some(whole) = tree(&self.best, name)
            && let Some(way) = whole.lists().into_iter().nth(at)
        {
            at += 1;
            let function = way.get(..1).and_then(|way| whole.at(way));
            let in_function = way.len() > 1 && function.is_some_and(|node| node.head() == "func");
            let node = whole.at(&way).expect("its way was just found");
            if in_function && is_expression(node) {
                come(self, &whole, &way);
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
        "br_if",
    ];
    node.head().contains('.') || plain.contains(&node.head())
}

/// Whether it surely leaves no value, so that what it takes may have to be dropped.
fn leaves_nothing(node: &Node) -> bool {
    let head = node.head();
    head.contains(".store") || ["local.set", "global.set", "if", "br_if"].contains(&head)
}

/// What could stand for an expression, the simplest first.
fn replacements(node: &Node) -> Vec<Node> {
    let constants = CONSTANTS.map(list_of);
    if let Some(place) = constants.iter().position(|one| one == node) {
        // One that is simple already becomes at most simpler.
        let same = CONSTANTS[place][0];
        return constants[..place]
            .iter()
            .filter(|one| one.head() == same)
            .cloned()
            .collect();
    }
    let parts = node.children().iter().filter(|part| is_expression(part));
    let dropped = parts.clone().filter(|_| leaves_nothing(node));
    let dropped = dropped.cloned().map(dropping);
    let constants = constants.iter().cloned();
    constants.chain(parts.cloned()).chain(dropped).collect()
}

/// What could stand for a block: what is in it, or in its arms, without what it asks first, or behind it. What could
/// stand for a call: what the function does.
fn contents(module: &Node, node: &Node) -> Vec<Vec<Node>> {
    let within = |node: &Node| {
        let inner = node.children().iter().filter(|child| is_expression(child));
        inner.cloned().collect::<Vec<_>>()
    };
    match node.head() {
        "block" | "loop" => vec![within(node)],
        "call" => {
            let functions = module.children().iter().filter(|one| one.head() == "func");
            let target = node.children().get(1);
            let mut functions = functions.filter(|one| one.children().get(1) == target);
            let called = functions.find(|one| {
                let mut parts = one.children().iter();
                // One that somebody else needs, or that calls itself, would not go.
                let is_used_once = matches!(target, Some(Node::Word(id)) if module.count(id) == 2);
                is_used_once && parts.all(|part| !["param", "local"].contains(&part.head()))
            });
            called.map(within).into_iter().collect()
        }
        "if" => {
            let arms = node.children().iter();
            let arms = arms.filter(|arm| ["then", "else"].contains(&arm.head()));
            let asked: Vec<Node> = within(node).into_iter().map(dropping).collect();
            arms.map(within)
                .flat_map(|arm| [arm.clone(), [asked.clone(), arm].concat()])
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The name of the import that is called there, if it is one.
fn called<'n>(module: &'n Node, call: &Node) -> Option<&'n str> {
    let [Node::Word(head), target, ..] = call.children() else {
        return None;
    };
    if head != "call" {
        return None;
    }
    module
        .children()
        .iter()
        .find_map(|child| match child.children() {
            [Node::Word(head), _, Node::Word(name), function]
                if head == "import" && function.children().get(1) == Some(target) =>
            {
                Some(name.trim_matches('"'))
            }
            _ => None,
        })
}

/// What the arguments of imports are when the draft is carried out.
fn arguments(draft: &Draft) -> Arguments {
    let mut seen = Arguments::new();
    let Ok(prepared) = draft.clone().prepare("") else {
        return seen;
    };
    let records = prepared.played.steps.iter().flat_map(|step| &step.records);
    for call in records.flat_map(|record| &record.calls) {
        for (at, value) in call.arguments.iter().enumerate() {
            let values = seen.entry((IMPORTS[call.import].name, at)).or_default();
            values.insert(*value);
        }
    }
    seen
}

/// An expression whose value nobody takes.
fn dropping(expression: Node) -> Node {
    Node::List(vec![Node::Word("drop".to_owned()), expression])
}

fn list_of(words: [&str; 2]) -> Node {
    Node::List(words.map(|word| Node::Word(word.to_owned())).to_vec())
}
