//! Creating actors, and waiting for the next message (`ACTOR-*`, `WAIT-*`).
//!
//! Enters: a session, checked arguments. Leaves: results, and effects noted. Refuses to know:
//! when the actor is created, and what the next message is.

use super::NOTHING;
use crate::{
    activation::{
        effects::Effect,
        engine::Guest,
        session::{Arguments, Session, Wait},
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::Role,
    state::message::{Envelope, Position},
};

/// `createActor` (`ACTOR-*`).
pub fn create(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let number = session.counters.created;
    session.counters.created += 1;
    let envelope = Envelope {
        position: Position {
            stamp: session.stamp(*guest.ticks),
            sender: session.actor,
            number,
        },
        ticks: 0,
        tag: 0,
        message: session
            .references
            .message(call.reference(Role::Message))
            .value(),
    };
    let first = u64::from(deviates(Deviation::ChildrenCountFromOne));
    let child = session.actor.child(number + first);
    session.claiming_effect(Effect::Create { child, envelope });
    Ok(NOTHING)
}

/// `getNextMessage` (`WAIT-1`, `WAIT-2`).
pub fn get_next_message(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    if session.wait.is_some() && !deviates(Deviation::SecondWaitReplaces) {
        return Err(Fault::AlreadyWaiting);
    }
    let timeout = call.number(Role::Timeout);
    session.wait = Some(Wait {
        timeout,
        callback: call.number(Role::Callback),
    });
    Ok(NOTHING)
}
