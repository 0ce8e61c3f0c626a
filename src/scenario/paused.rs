//! A player whose plan is still being written.
//!
//! Enters: a player between two steps. Leaves: all that it knows but the plan, and later, with a
//! plan that has more steps, the player. Refuses to know: what was added.

use super::{
    plan::Plan,
    play::{Played, Player, Settings, UnderWay},
};
use crate::{state::identity::ActorId, world::allowance::Allowance};
use std::collections::BTreeMap;

/// A player without its plan.
pub struct Paused {
    settings: Settings,
    /// What came of the plan so far.
    pub played: Played,
    at: usize,
    under_way: Option<UnderWay>,
    expected: BTreeMap<ActorId, usize>,
    left: Allowance,
}

impl Paused {
    /// Lets go of the plan.
    pub fn of(player: Player<'_>) -> Paused {
        Paused {
            settings: player.settings,
            played: player.played,
            at: player.at,
            under_way: player.under_way,
            expected: player.expected,
            left: player.left,
        }
    }

    /// Goes on with the plan, which begins as it did.
    pub fn on(self, plan: &Plan) -> Player<'_> {
        Player {
            plan,
            settings: self.settings,
            played: self.played,
            at: self.at,
            under_way: self.under_way,
            expected: self.expected,
            left: self.left,
        }
    }
}
