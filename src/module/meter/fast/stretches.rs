//! What a body is cut up into.
//!
//! Enters: nothing. Leaves: `Flow`: stretches, each with what it costs and the places where it begins
//! and ends, and what becomes of each instruction. Refuses to know: how a body is cut (see `flow`), and
//! what is made of it.
//!
//! A *place* is where stretches meet: a label that is branched to, the two ways on from a
//! condition (which have to agree, since nothing can be put on only one of them but behind it), a
//! call after which somebody may look.

/// Where the host may look: the beginning and the end of the function, and calls to imports.
pub const OPEN: usize = 0;

/// Code that is executed from its beginning to its end, unless it traps.
#[derive(Debug)]
pub struct Stretch {
    /// The place at which it begins.
    pub from: usize,
    /// The place at which it ends.
    pub to: usize,
    /// What its instructions cost.
    pub cost: i64,
    /// How often it is executed, as far as one can guess without running it.
    pub busy: f64,
    /// Where its charge belongs.
    pub site: Spot,
    /// Whether the engine charges 1 at that site anyway.
    pub charged_anyway: bool,
}

/// A spot between two instructions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Spot {
    /// The instruction before which it is.
    pub before: usize,
    /// Whether it is behind an `else` that is put there ([`Fate::GetsElse`]).
    pub behind_else: bool,
}

impl Spot {
    /// Directly before an instruction.
    pub fn before(before: usize) -> Spot {
        Spot {
            before,
            behind_else: false,
        }
    }

    /// Behind an `else` that is put before an instruction.
    pub fn behind_else(before: usize) -> Spot {
        Spot {
            before,
            behind_else: true,
        }
    }
}

/// A body, cut up.
pub struct Flow {
    /// The stretches of the body.
    pub stretches: Vec<Stretch>,
    /// How many places there are.
    pub places: usize,
    /// Pairs of places that are one.
    pub same: Vec<(usize, usize)>,
    /// For each instruction what becomes of it.
    pub fates: Vec<Fate>,
}

/// What becomes of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It can be reached.
    Live,
    /// The `end` of an `if` which gives something and has no `else`: it gets one. The engine makes
    /// one of its own, which charges; so it is better to have it in plain sight.
    GetsElse,
    /// It cannot be reached, but closes something that can.
    Closes,
    /// The same, and what follows cannot be reached either.
    ClosesForNothing,
    /// It cannot be reached, and is left out.
    Dead,
}
