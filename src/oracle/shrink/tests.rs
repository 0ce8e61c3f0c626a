//! Shrinking by wishes that need no target, and text that stays what it is.
//!
//! Enters: drafts of stories, wishes that a case keep something, and code in text. Leaves: tests that
//! what is left is small and keeps it, and that text comes out as it went in. Refuses to know: targets.

use super::{Shrinker, text::Node};
use crate::{
    interface::table::Dialect,
    oracle::{
        draft::{Code, Draft},
        fuzz::story::story,
    },
    scenario::problem::Source,
};
use std::collections::BTreeSet;

fn codes(draft: &Draft) -> impl Iterator<Item = &str> {
    draft.modules.iter().filter_map(|(_, code)| match code {
        Code::Wat(text) => Some(text.as_str()),
        Code::Binary(_) => None,
    })
}

#[test]
fn a_tree_is_written_as_it_was_read() {
    for dialect in Dialect::ALL {
        for seed in 0..4 {
            let draft = story(seed, *dialect).draft;
            for text in codes(&draft) {
                let tree = Node::read(text).expect("it is a list");
                let written = tree.text();
                assert_eq!(Node::read(&written), Some(tree), "{written}");
            }
        }
    }
    let text = r#"(module (; (; in ;) ;) ;; to the end
        (data (i32.const 0) "a \"(;\\"))"#;
    let tree = Node::read(text).expect("it is a list");
    assert_eq!(
        tree.text(),
        "(module\n  (data (i32.const 0) \"a \\\"(;\\\\\"))"
    );
    for wrong in ["", "(", ")", "()()", "word", "(\"", "(;"] {
        assert_eq!(Node::read(wrong), None, "{wrong}");
    }
}

#[test]
fn a_draft_is_read_as_it_was_written() {
    for dialect in Dialect::ALL {
        let mut draft = story(3, *dialect).draft;
        draft.expect_nothing();
        let read = Draft::read(&Source::new("x", draft.text()), None);
        assert_eq!(read, Ok(draft));
    }
}

/// What does not matter for the wish goes, whatever it is.
#[test]
fn what_is_not_needed_is_left_out() {
    let mut draft = story(1, Dialect::Capabilities).draft;
    draft.expect_nothing();
    let wanted = |draft: &Draft| {
        let in_code =
            codes(draft).any(|text| text.contains("(memory.grow") || text.contains("(call $"));
        let steps = draft
            .steps
            .iter()
            .filter(|step| step.contains_key("create"))
            .count();
        draft.scenario("x").is_ok() && in_code && steps >= 1
    };
    assert!(wanted(&draft));
    let mut shrinker = Shrinker {
        best: draft,
        left: 5_000,
        tried: BTreeSet::new(),
        fails: &mut |draft| wanted(draft),
    };
    shrinker.shrink();
    let (small, left) = (shrinker.best, shrinker.left);
    assert!(left > 0, "it comes to an end by itself");
    assert_eq!(small.steps.len(), 1);
    assert_eq!((small.modules.len(), small.probes.len()), (1, 0));
    assert!(small.text().lines().count() <= 16, "{}", small.text());
}
