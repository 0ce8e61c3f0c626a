//! The instructions of watched activations, one by one.
//!
//! Enters: programs and marks, as whoever watches is told of them. Leaves: each instruction that is about to
//! be charged: its place, its name and the ticks then left (`TRACE-4`, `TRACE-5`). Refuses to know: what is
//! made of them.

use crate::{
    module::{
        AcceptedModule,
        meter::{listing::Listing, watch::Mark},
        schedule::Schedule,
    },
    state::hash::Hash,
};
use std::collections::BTreeMap;

/// An instruction that is about to be charged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// The function that it stands in, by its index in the module as it was given.
    pub function: u32,
    /// Where it begins in the binary as it was given.
    pub offset: u32,
    /// What the text format calls it.
    pub opcode: &'static str,
    /// What is left in the tank before it is charged.
    pub ticks: u64,
}

/// The functions of a module that were listed so far.
struct Listed {
    module: AcceptedModule,
    functions: BTreeMap<u32, Listing>,
}

/// Knows what stands where in the programs of a world.
pub struct Reader {
    schedule: Schedule,
    programs: BTreeMap<Hash, Listed>,
    /// The program of the activation that goes on.
    current: Option<Hash>,
}

impl Reader {
    /// One that knows no program yet, of a world with this schedule.
    pub fn new(schedule: Schedule) -> Reader {
        Reader {
            schedule,
            programs: BTreeMap::new(),
            current: None,
        }
    }

    /// An activation begins, whose program is not known yet.
    pub fn begin(&mut self) {
        self.current = None;
    }

    /// The activation runs this program.
    pub fn program(&mut self, code: Hash, module: &AcceptedModule) {
        self.current = Some(code);
        self.programs.entry(code).or_insert_with(|| Listed {
            module: module.clone(),
            functions: BTreeMap::new(),
        });
    }

    /// Tells the instructions that a mark announces, to the first that is too dear.
    pub fn mark(&mut self, mark: Mark, mut left: u64, mut tell: impl FnMut(Instruction)) {
        let Mark::Run {
            function,
            start,
            end,
        } = mark
        else {
            return;
        };
        let code = self.current.expect("a program runs");
        let Listed { module, functions } = self.programs.get_mut(&code).expect("it was told of");
        let listing = functions
            .entry(function)
            .or_insert_with(|| Listing::of(module, function, &self.schedule));
        for it in listing.within(start..end) {
            tell(Instruction {
                function,
                offset: it.offset,
                opcode: it.opcode,
                ticks: left,
            });
            match left.checked_sub(it.cost) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    }
}
