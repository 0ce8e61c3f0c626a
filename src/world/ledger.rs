//! The account of all ticks (`TICK-13`), and the division of what is left (`TICK-11`).
//!
//! Enters: amounts. Leaves: sums that must agree. Refuses to know: who holds what.

/// Where ticks went. What is held is counted where it is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ledger {
    pub injected: u64,
    pub spent: u64,
    pub burned: u64,
}

impl Ledger {
    /// Asserts that no tick was made or lost.
    pub fn assert_conserved(&self, held: u64) {
        assert_eq!(
            self.injected,
            self.spent + self.burned + held,
            "ticks are conserved: injected = spent {} + burned {} + held {held}",
            self.spent,
            self.burned,
        );
    }
}

/// The equal shares of `amount`; the remainder of the division goes to the first.
pub fn divide(amount: u64, claims: usize) -> Vec<u64> {
    if claims == 0 {
        return Vec::new();
    }
    let count = claims as u64;
    let mut shares = vec![amount / count; claims];
    shares[0] += amount % count;
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
        }
        .assert_conserved(2);
    }
}
