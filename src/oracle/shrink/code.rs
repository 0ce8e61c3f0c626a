//! Leaving out parts of modules: functions, instructions, arguments.
//!
//! Enters: the best draft so far. Leaves: attempts. Refuses to know: WebAssembly, nearly: what is no module any more
//! fails otherwise than before.

use super::{
    Shrinker,
    text::{Node, Way},
};
use crate::oracle::draft::{Code, Draft};

/// The entry exports, as they stand in a module's text.
const ON_CREATION: &str = "\"onCreation\"";
const ON_MESSAGE: &str = "\"onMessage\"";

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
            self.begin_at_creation(&name);
            self.join_entries(&name);
            self.unwrap_blocks(&name);
            self.replace_expressions(&name);
            self.write_out_arguments(&name);
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

    /// Does at the creation what is done for a message: one step may then be enough.
    fn begin_at_creation(&mut self, name: &str) {
        let Some(mut tree) = tree(&self.best, name) else {
            return;
        };
        if !tree.has(ON_MESSAGE) {
            return;
        }
        if let Node::List(list) = &mut tree {
            list.retain(|child| !child.has(ON_CREATION));
        }
        tree.rename(ON_MESSAGE, ON_CREATION);
        self.attempt(with_module(self.best.clone(), name, &tree));
    }

    /// Does at the creation also what is done for a message.
    fn join_entries(&mut self, name: &str) {
        let Some(whole) = tree(&self.best, name) else {
            return;
        };
        let entry = |export: &str| {
            let mut functions = whole.children().iter();
            functions.position(|child| child.head() == "func" && child.has(export))
        };
        let (Some(creation), Some(message)) = (entry(ON_CREATION), entry(ON_MESSAGE)) else {
            return;
        };
        let mut list = whole.children().to_vec();
        let word = |word: &str| Node::Word(word.to_owned());
        let export = Node::List(vec![word("export"), word(ON_CREATION)]);
        let mut joined = vec![word("func"), export];
        let parts = [creation, message].map(|at| list[at].declared_and_done());
        let [(first_locals, first), (second_locals, second)] = parts;
        joined.extend([first_locals, second_locals, first, second].concat());
        list[creation] = Node::List(joined);
        list.remove(message);
        self.attempt(with_module(self.best.clone(), name, &Node::List(list)));
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

/// The tree of a module.
pub(super) fn tree(draft: &Draft, name: &str) -> Option<Node> {
    match draft.modules.iter().find(|(one, _)| one == name) {
        Some((_, Code::Wat(text))) => Node::read(text),
        _ => None,
    }
}

/// The draft with one node of a module changed.
pub(super) fn changed(
    draft: &Draft,
    name: &str,
    way: &Way,
    change: impl FnOnce(&mut Node),
) -> Draft {
    let Some(mut tree) = tree(draft, name) else {
        return draft.clone();
    };
    if let Some(node) = tree.at_mut(way) {
        change(node);
    }
    with_module(draft.clone(), name, &tree)
}

/// The draft with this as the text of a module.
fn with_module(mut draft: Draft, name: &str, tree: &Node) -> Draft {
    for (one, code) in &mut draft.modules {
        if one == name {
            *code = Code::Wat(tree.text());
        }
    }
    draft
}
