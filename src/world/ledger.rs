//! The account of all ticks (`TICK-13`), and the division of what is left (`TICK-11`).
//!
//! Enters: amounts. Leaves: sums that must agree. Refuses to know: who holds what.

use crate::deviation::{Deviation, deviates};

/// Where ticks went. What is held is noted whenever something is put somewhere or taken away, and
/// so is a sum of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ledger {
    /// Ticks put in from outside.
    pub injected: u64,
    /// Ticks spent by activations.
    pub spent: u64,
    /// Ticks that nobody got.
    pub burned: u64,
    /// Ticks with messages, creations and waiting runs.
    pub held: u64,
}

impl Ledger {
    /// So many ticks lie somewhere now.
    pub fn hold(&mut self, ticks: u64) {
        self.held += ticks;
    }

    /// So many ticks were taken from where they lay.
    pub fn release(&mut self, ticks: u64) {
        let rest = self.held.checked_sub(ticks);
        self.held = rest.expect("only what is held can be taken");
    }

    /// So many ticks burned where they lay.
    pub fn burn_held(&mut self, ticks: u64) {
        if deviates(Deviation::BurningLosesTicks) {
            return;
        }
        self.release(ticks);
        self.burned += ticks;
    }

    /// Whether no tick was made or lost.
    pub fn is_conserved(&self) -> bool {
        self.injected == self.spent + self.burned + self.held
    }

    /// Asserts that no tick was made or lost.
    pub fn assert_conserved(&self) {
        assert!(self.is_conserved(), "ticks are conserved: {self:?}");
    }
}

/// The equal shares of `amount`; the remainder of the division goes to the first.
pub fn divide(amount: u64, claims: usize) -> Vec<u64> {
    if claims == 0 {
        return Vec::new();
    }
    let count = claims as u64;
    let mut shares = vec![amount / count; claims];
    let lucky = match deviates(Deviation::RemainderToTheLast) {
        true => claims - 1,
        false => 0,
    };
    shares[lucky] += amount % count;
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remainder_goes_to_the_first() {
        assert_eq!(divide(10, 0), Vec::<u64>::new());
        assert_eq!(divide(10, 1), [10]);
        assert_eq!(divide(11, 3), [5, 3, 3]);
        assert_eq!(divide(2, 3), [2, 0, 0]);
        assert_eq!(divide(0, 2), [0, 0]);
    }

    #[test]
    #[should_panic(expected = "ticks are conserved")]
    fn a_lost_tick_is_noticed() {
        Ledger {
            injected: 10,
            spent: 4,
            burned: 3,
            held: 2,
        }
        .assert_conserved();
    }
}
