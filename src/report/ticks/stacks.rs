//! The tree of all call stacks that were met, with the ticks spent at each.
//!
//! Enters: frames, one below the other. Leaves: ticks by stack, and by frame with and without what
//! it called. Refuses to know: what a frame is called.

use crate::{interface::table::ImportIndex, limits, state::identity::ActorId};
use std::collections::BTreeMap;

/// What stands in a stack.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Frame {
    /// An actor, under which all else of it stands.
    Actor(ActorId),
    /// What the activation was for, or a charge of the VM's own.
    Word(&'static str),
    /// A function of the program of that number.
    Function {
        /// The program's number.
        program: usize,
        /// The function's index in it.
        function: u32,
    },
    /// An import called by the program of that number.
    Import {
        /// The program's number.
        program: usize,
        /// The import's row in the table.
        import: ImportIndex,
    },
}

/// One stack: a frame and what it stands below.
struct Node {
    parent: usize,
    frame: Frame,
    calls: u64,
    own: u64,
}

/// All stacks. The first node is the empty stack.
pub struct Stacks {
    nodes: Vec<Node>,
    children: BTreeMap<(usize, Frame), usize>,
    /// How many stacks can be told apart (`LIM-22`), and whether there were more.
    most: usize,
    overflowed: bool,
}

/// What one frame comes to, wherever it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FrameTicks {
    /// How often it was called.
    pub calls: u64,
    /// Ticks that it spent itself.
    pub own: u64,
    /// With all that it called; counted once where it stands in one stack several times.
    pub total: u64,
}

impl Stacks {
    /// The empty stack.
    pub const EMPTY: usize = 0;

    /// No stacks but the empty one.
    pub fn new() -> Stacks {
        Stacks::at_most(limits::PROFILE_STACKS)
    }

    fn at_most(most: usize) -> Stacks {
        let empty = Node {
            parent: 0,
            frame: Frame::Word(""),
            calls: 0,
            own: 0,
        };
        Stacks {
            nodes: vec![empty],
            children: BTreeMap::new(),
            most,
            overflowed: false,
        }
    }

    /// The stack with one more frame. Beyond the limit it is the same stack, which is remembered.
    pub fn below(&mut self, stack: usize, frame: Frame) -> usize {
        if let Some(known) = self.children.get(&(stack, frame)) {
            return *known;
        }
        // The empty stack is none of them.
        if self.nodes.len() > self.most {
            self.overflowed = true;
            return stack;
        }
        self.nodes.push(Node {
            parent: stack,
            frame,
            calls: 0,
            own: 0,
        });
        self.children.insert((stack, frame), self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// Counts a call that led to this stack.
    pub fn call(&mut self, stack: usize) {
        self.nodes[stack].calls += 1;
    }

    /// Adds ticks to what this stack spent itself.
    pub fn spend(&mut self, stack: usize, ticks: u64) {
        self.nodes[stack].own += ticks;
    }

    /// Whether there were more different stacks than can be told apart.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Every stack at which ticks were spent, outermost frame first.
    pub fn spent(&self) -> impl Iterator<Item = (Vec<Frame>, u64)> {
        let spending = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.own > 0);
        spending.map(|(at, node)| (self.frames(at), node.own))
    }

    fn frames(&self, mut at: usize) -> Vec<Frame> {
        let mut frames = Vec::new();
        while at != Stacks::EMPTY {
            frames.push(self.nodes[at].frame);
            at = self.nodes[at].parent;
        }
        frames.reverse();
        frames
    }

    /// What each frame comes to.
    pub fn by_frame(&self) -> BTreeMap<Frame, FrameTicks> {
        // A stack is always made after the one that it stands in.
        let mut totals: Vec<u64> = self.nodes.iter().map(|node| node.own).collect();
        for at in (1..self.nodes.len()).rev() {
            totals[self.nodes[at].parent] += totals[at];
        }
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for at in 1..self.nodes.len() {
            children[self.nodes[at].parent].push(at);
        }
        let mut frames: BTreeMap<Frame, FrameTicks> = BTreeMap::new();
        let mut active: BTreeMap<Frame, u32> = BTreeMap::new();
        // Each stack is met twice: when it is entered, and when it is left.
        let mut open: Vec<(usize, bool)> = vec![(Stacks::EMPTY, true)];
        while let Some((at, entered)) = open.pop() {
            let node = &self.nodes[at];
            let times = active.entry(node.frame).or_default();
            if !entered {
                *times -= 1;
                continue;
            }
            let sum = frames.entry(node.frame).or_default();
            sum.calls += node.calls;
            sum.own += node.own;
            sum.total += if *times == 0 { totals[at] } else { 0 };
            *times += 1;
            open.push((at, false));
            open.extend(children[at].iter().map(|child| (*child, true)));
        }
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recursive_function_counts_once() {
        let mut stacks = Stacks::new();
        let [f, g] = [0, 1].map(|function| Frame::Function {
            program: 0,
            function,
        });
        // f calls g, which calls f, which calls f.
        let mut at = Stacks::EMPTY;
        for (frame, ticks) in [(f, 1), (g, 10), (f, 100), (f, 1000)] {
            at = stacks.below(at, frame);
            stacks.call(at);
            stacks.spend(at, ticks);
        }
        let frames = stacks.by_frame();
        let ticks = |calls, own, total| FrameTicks { calls, own, total };
        assert_eq!(frames[&f], ticks(3, 1101, 1111));
        assert_eq!(frames[&g], ticks(1, 10, 1110));
        let spent: Vec<u64> = stacks.spent().map(|(_, ticks)| ticks).collect();
        assert_eq!(spent, [1, 10, 100, 1000]);
        assert_eq!(stacks.frames(at), [f, g, f, f]);
        assert!(!stacks.overflowed());
    }

    /// Rules tested here: LIM-22.
    #[test]
    fn stacks_beyond_the_limit_are_noticed() {
        let mut stacks = Stacks::at_most(2);
        let [first, second, third] = ["a", "b", "c"].map(Frame::Word);
        let stack = stacks.below(Stacks::EMPTY, first);
        stacks.below(stack, second);
        assert_eq!(stacks.below(Stacks::EMPTY, first), stack);
        assert!(!stacks.overflowed());
        stacks.below(stack, third);
        assert!(stacks.overflowed());
    }
}
