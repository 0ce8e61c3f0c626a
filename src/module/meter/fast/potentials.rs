//! Where to charge, and how much.
//!
//! Enters: stretches between places. Leaves: sites with an amount. Refuses to know: instructions.
//!
//! Wherever a stretch that charges nothing joins two places, their potentials differ by its cost. So
//! the stretches that charge nothing are a forest over the places, and the best forest is the one
//! with the busiest stretches: a maximum spanning forest, found greedily.

use super::stretches::{Flow, OPEN, Spot};

/// A charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    /// Where it is put.
    pub at: Spot,
    /// What it takes; where it is less than 0, what it gives back.
    pub amount: i64,
    /// Whether the engine charges 1 there anyway.
    pub charged_anyway: bool,
}

/// Chooses potentials, and gives the sites in the order of instructions.
pub fn settle(flow: &Flow) -> Vec<Site> {
    let mut forest = Forest::new(flow.places);
    for (a, b) in &flow.same {
        forest.join(*a, *b, 0);
    }
    let mut order: Vec<usize> = (0..flow.stretches.len()).collect();
    // The engine's own charges are made anyway: where one is, nothing is won by charging nothing.
    order.sort_by(|a, b| {
        let (a, b) = (&flow.stretches[*a], &flow.stretches[*b]);
        let by_cost = a.charged_anyway.cmp(&b.charged_anyway);
        by_cost
            .then(b.busy.total_cmp(&a.busy))
            .then(a.site.cmp(&b.site))
    });
    for index in order {
        let stretch = &flow.stretches[index];
        let amount = match stretch.charged_anyway {
            true => stretch.cost.max(1),
            false => 0,
        };
        forest.join(stretch.from, stretch.to, amount - stretch.cost);
    }
    let mut sites: Vec<Site> = flow
        .stretches
        .iter()
        .map(|stretch| Site {
            at: stretch.site,
            amount: stretch.cost + forest.potential(stretch.to) - forest.potential(stretch.from),
            charged_anyway: stretch.charged_anyway,
        })
        .filter(|site| site.charged_anyway || site.amount != 0)
        .collect();
    sites.sort_by_key(|site| site.at);
    sites
}

/// Places, some of which have known differences of potential.
struct Forest {
    /// For each place another one of its tree, and its own potential minus that one's; the root
    /// of a tree has itself.
    parents: Vec<(usize, i64)>,
}

impl Forest {
    fn new(places: usize) -> Forest {
        Forest {
            parents: (0..places).map(|place| (place, 0)).collect(),
        }
    }

    /// The root of the place's tree, and the place's potential minus the root's.
    fn root(&mut self, place: usize) -> (usize, i64) {
        let mut root = place;
        let mut difference = 0;
        while self.parents[root].0 != root {
            difference += self.parents[root].1;
            root = self.parents[root].0;
        }
        // The way is made short for those that come after.
        let (mut at, mut rest) = (place, difference);
        while at != root {
            let (next, step) = self.parents[at];
            self.parents[at] = (root, rest);
            rest -= step;
            at = next;
        }
        (root, difference)
    }

    /// Decides that the potential of `to` is that of `from` plus `difference`, unless it is
    /// decided already. The place where the host may look is always a root.
    fn join(&mut self, from: usize, to: usize, difference: i64) {
        let (from_root, from_difference) = self.root(from);
        let (to_root, to_difference) = self.root(to);
        if from_root == to_root {
            return;
        }
        // to_root + to_difference = from_root + from_difference + difference
        let between = from_difference + difference - to_difference;
        if to_root == OPEN {
            self.parents[from_root] = (to_root, -between);
        } else {
            self.parents[to_root] = (from_root, between);
        }
    }

    /// The potential of a place; 0 at the root of its tree.
    fn potential(&mut self, place: usize) -> i64 {
        self.root(place).1
    }
}

#[cfg(test)]
mod tests {
    use super::super::stretches::Stretch;
    use super::*;

    fn stretch(from: usize, to: usize, cost: i64, busy: f64, site: usize) -> Stretch {
        Stretch {
            from,
            to,
            cost,
            busy,
            site: Spot::before(site),
            charged_anyway: false,
        }
    }

    fn flow(places: usize, stretches: Vec<Stretch>) -> Flow {
        Flow {
            stretches,
            places,
            same: Vec::new(),
            fates: Vec::new(),
        }
    }

    #[test]
    fn straight_code_is_charged_once() {
        let flow = flow(1, vec![stretch(OPEN, OPEN, 7, 1.0, 0)]);
        let charge = Site {
            at: Spot::before(0),
            amount: 7,
            charged_anyway: false,
        };
        assert_eq!(settle(&flow), [charge]);
    }

    #[test]
    fn a_loop_that_is_left_in_its_middle_is_charged_once_a_turn() {
        // OPEN -(5)-> head -(3)-> middle, from where it goes back to the head (4) or out (2).
        let stretches = vec![
            stretch(OPEN, 1, 5, 1.0, 0),
            stretch(1, 2, 3, 8.0, 1),
            stretch(2, 1, 4, 4.0, 2),
            stretch(2, OPEN, 2, 0.5, 3),
        ];
        let sites = settle(&flow(3, stretches));
        let in_the_loop = sites.iter().filter(|site| [1, 2].contains(&site.at.before));
        assert_eq!(in_the_loop.map(|site| site.amount).collect::<Vec<_>>(), [7]);
        // Whichever way one goes, what is charged is what is due.
        let amount = |at| {
            let mut sites = sites.iter();
            sites
                .find(|site| site.at.before == at)
                .map_or(0, |site| site.amount)
        };
        assert_eq!(amount(0) + amount(1) + amount(3), 5 + 3 + 2);
        assert_eq!(
            amount(0) + 2 * amount(1) + amount(2) + amount(3),
            5 + 2 * 3 + 4 + 2
        );
    }
}
