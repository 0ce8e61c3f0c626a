//! What is recorded of an activation.
//!
//! Enters: nothing. Leaves: `Record`. Refuses to know: how it is printed.

use super::actor::Deed;
use crate::{
    activation::session::Call,
    fault::Fault,
    state::{hash::Hash, identity::ActorId, message::Position, objects::Counters},
};
use serde::{Deserialize, Serialize};

/// One activation, as it happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Whose it is.
    pub actor: ActorId,
    /// What it was called for.
    pub deed: Deed,
    /// The message or creation handled.
    pub handled: Option<Position>,
    /// The time at which it began.
    pub start: u64,
    /// The actor's clock afterwards.
    pub end: u64,
    /// The ticks that it could spend.
    pub tank: u64,
    /// The ticks that it spent.
    pub spent: u64,
    /// What the entry export returned, or the fault.
    pub outcome: Result<Option<i32>, Fault>,
    /// Why a module was refused.
    pub refusal: Option<String>,
    /// Its import calls, in order.
    pub calls: Vec<Call>,
    /// How many more import calls there were (`LIM-17`).
    pub unrecorded_calls: u64,
    /// What was left when the activation ended.
    pub left: u64,
    /// How that was divided among the claims.
    pub shares: Vec<u64>,
    /// Until when the run waits, if it does.
    pub waits_until: Option<u64>,
    /// The parts of the actor's state that its activations alone decide, afterwards; none if it
    /// does not exist. What waits in its inbox depends on how far others have come.
    pub parts: Option<Parts>,
    /// The root of the whole state afterwards, if it was asked for (`World::record_roots`).
    pub root: Option<Hash>,
}

/// The hashed parts of an actor's state that only its own activations change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Parts {
    /// What it has created, made and sent.
    pub counters: Counters,
    /// The root of its storage.
    pub storage: Hash,
    /// The root of the ports that it has bound.
    pub bound: Hash,
    /// Its run, if one waits.
    pub run: Option<Hash>,
}
