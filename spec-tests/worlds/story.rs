//! What a random world comes to, in a given order of execution.
//!
//! Enters: a seed, a dialect, an order of execution. Leaves: everything that must not depend on
//! the order. Refuses to know: how the order is chosen, and how worlds are made up.

use primea::{
    interface::table::Dialect,
    oracle::fuzz::story::story,
    scenario::{
        plan::Plan,
        play::{Played, Settings, play_with},
    },
    state::{hash::Hash, identity::ActorId},
    world::{order::Order, record::Record},
};
use std::collections::BTreeMap;

/// What a story must come to in every legal order.
#[derive(PartialEq, Debug)]
pub struct Upshot {
    /// The state root after each step.
    pub roots: Vec<Hash>,
    /// What each actor did, in the order in which it did it.
    pub records: BTreeMap<ActorId, Vec<Record>>,
}

/// What the outside does in the story of a seed.
pub fn plan(seed: u64, dialect: Dialect) -> Plan {
    story(seed, dialect).scenario.plan
}

/// Plays a story, asserting after every activation what is true of every world.
pub fn upshot(plan: &Plan, order: &mut Order<'_>) -> Upshot {
    let settings = Settings {
        checks: true,
        ..Settings::default()
    };
    let Played { steps, .. } = play_with(plan, order, settings);
    let mut upshot = Upshot {
        roots: steps.iter().map(|step| step.root).collect(),
        records: BTreeMap::new(),
    };
    for record in steps.into_iter().flat_map(|step| step.records) {
        upshot.records.entry(record.actor).or_default().push(record);
    }
    upshot
}
