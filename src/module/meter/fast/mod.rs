//! One function's body, charged as seldom as possible.
//!
//! Enters: a body, and who can reach imports. Leaves: the body with charges in it. Refuses to
//! know: the engine, but for how it is led to count (see below).
//!
//! Nobody can look at the ticks but the host, and the host is reached in four ways only: by a call
//! that may come to an import, by the end of the function that it called, by a trap, and by running
//! short. The last two are decided by the exact pass. So it is enough that the count is exact at
//! the first two; in between it may run ahead of what was executed or behind it.
//!
//! `flow` cuts the body into *stretches* of code that are executed as a whole unless something
//! traps, and tells where each begins and ends. By how much the count is ahead at such a place is
//! that place's *potential*: 0 where the host may look, and otherwise as we like, as long as it is
//! the same whichever way one comes. A stretch has to charge its own cost plus the potential at its
//! end minus that at its beginning, and `potentials` chooses them so that most stretches, the
//! busiest first, charge nothing at all.
//!
//! A charge is carried by the engine's own counter of fuel, the cheapest there is. The engine is
//! told that a `nop` costs 1 and anything else 0 (see `activation::engine`), and it charges 1 of its
//! own accord, and whatever follows, wherever a function, a loop or an arm of an `if` begins. So a
//! charge of `n` is an empty loop of `n - 1` nops; or just the nops where such a beginning is at
//! hand. What is more than a few hundred ticks, or less than none, or worked out by the guest goes
//! to the counter of the exact pass instead, and what is left is read off both.
//!
//! The engine works out constant conditions, divisors and addresses when it compiles, and drops the
//! code that is never reached then, but not its nops: `known` finds all such operands, and they are
//! passed through a local, of which the engine makes no assumptions.
//!
//! Code that nothing can reach is left out: exactly that which the engine takes to be unreachable.

mod emit;
mod flow;
mod known;
mod potentials;
mod quiet;
mod scan;
mod stretches;

use scan::Step;

pub use quiet::Quiet;

use super::Added;
use super::signatures::Signatures;
use crate::module::accepted::{AcceptedModule, BodyFacts};
use crate::module::features::ACCEPTED;
use crate::module::schedule::Schedule;
use wasmparser::{BinaryReader, FunctionBody};

/// What is known of the module that bodies stand in.
pub struct Surroundings<'a> {
    /// The module as it was accepted.
    pub module: &'a AcceptedModule,
    /// What its instructions cost.
    pub schedule: &'a Schedule,
    /// What its functions and blocks take and give.
    pub signatures: Signatures,
    /// Which of its functions cannot come to an import.
    pub quiet: Quiet,
}

/// The body, from the declarations of locals to the last `end`, with its charges.
pub fn metered(around: &Surroundings<'_>, facts: &BodyFacts, added: &mut Added<'_>) -> Vec<u8> {
    let bytes = &around.module.bytes()[facts.range.clone()];
    let body = FunctionBody::new(BinaryReader::new_features(bytes, 0, ACCEPTED));
    let reader = body.get_operators_reader().expect("validated");
    let begin = super::body::place(reader.original_position());
    let mut steps = Vec::with_capacity((bytes.len() - begin) / 2 + 1);
    scan::read(bytes, begin, &mut steps);
    let code = Code {
        bytes,
        begin,
        steps: &steps,
    };
    let flow = flow::read(around, facts, &code);
    let sites = potentials::settle(&flow);
    emit::body(around, facts, &code, &flow, &sites, added)
}

/// The code of one body.
struct Code<'a> {
    /// All of the body.
    bytes: &'a [u8],
    /// Where its first instruction begins.
    begin: usize,
    steps: &'a [Step],
}

impl Code<'_> {
    /// Where an instruction begins.
    fn begin_of(&self, at: usize) -> usize {
        match at {
            0 => self.begin,
            at => self.steps[at - 1].end as usize,
        }
    }

    /// The bytes of an instruction.
    fn raw(&self, at: usize) -> &[u8] {
        &self.bytes[self.begin_of(at)..self.steps[at].end as usize]
    }
}
