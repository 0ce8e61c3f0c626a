//! Capabilities, sends to them, and responses (`CAP-*`, `RESP-2`).
//!
//! Enters: a session, checked arguments. Leaves: results, and effects noted. Refuses to know: who
//! receives what is sent, and when.

use super::NOTHING;
use crate::{
    activation::{
        effects::Effect,
        engine::Guest,
        references::{LocalMessage, Referent},
        session::{Arguments, Session},
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::Role,
    limits,
    state::{
        identity::Capability,
        message::{Envelope, Message},
    },
};
use std::sync::Arc;

/// `addCapToMessage` (`MSG-6`).
pub fn add(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let capability = session
        .references
        .capability(call.reference(Role::Capability));
    let reference = call.reference(Role::Message);
    let message = session.references.message_mut(reference);
    let before = deviates(Deviation::SentMessagesFollow).then(|| message.value());
    if deviates(Deviation::ChangedMessagesLoseTheirTag) {
        message.tag = 0;
    }
    let more = usize::from(deviates(Deviation::OneItemTooMany));
    if message.item_count() >= limits::MESSAGE_ITEMS + more {
        return Err(Fault::LimitExceeded);
    }
    match deviates(Deviation::CapabilitiesAreAddedFirst) {
        true => message.capabilities.insert(0, capability),
        false => message.capabilities.push(capability),
    }
    if let Some(before) = before {
        let after = message.value();
        session.replace_sent(&before, &after);
    }
    Ok(NOTHING)
}

/// `messageCapLen` (`MSG-7`).
pub fn count(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    Ok(session
        .references
        .message(call.reference(Role::Message))
        .capabilities
        .len() as i32)
}

/// `loadMessageCap` (`MSG-8`).
pub fn load(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let message = session.references.message(call.reference(Role::Message));
    let index = call.number(Role::Index) as usize;
    if index >= message.capabilities.len() && deviates(Deviation::MissingCapabilityIsNull) {
        return Ok(-1);
    }
    let capability = *message.capabilities.get(index).ok_or(Fault::NoSuchIndex)?;
    session.references.room_for(1)?;
    if deviates(Deviation::LoadedCapabilitiesLeave) {
        let message = call.reference(Role::Message);
        let message = session.references.message_mut(message);
        message.capabilities.remove(index);
    }
    Ok(session
        .references
        .hand_out(Referent::Capability(capability)))
}

/// `mintCap` (`CAP-2`).
pub fn mint(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    session.references.room_for(1)?;
    let tag = call.find(Role::Tag);
    let tag = tag.filter(|_| !deviates(Deviation::MintIgnoresTags));
    let capability = Capability {
        actor: session.actor,
        tag: tag.unwrap_or(0),
    };
    Ok(session
        .references
        .hand_out(Referent::Capability(capability)))
}

/// `sendMessage` by a capability (`CAP-3`, `CAP-4`).
pub fn send(
    session: &mut Session,
    call: Arguments<'_>,
    guest: &mut Guest<'_>,
) -> Result<i32, Fault> {
    let capability = session
        .references
        .capability(call.reference(Role::Capability));
    let message = call.reference(Role::Message);
    let mut ticks = call.find(Role::Ticks).map(u64::from);
    if deviates(Deviation::ZeroTicksAreNone) {
        ticks = ticks.filter(|ticks| *ticks > 0);
    }
    if deviates(Deviation::TooFewTicksWillDo) {
        ticks = ticks.map(|ticks| ticks.min(*guest.ticks));
    }
    if let Some(ticks) = ticks {
        session.allot(guest.ticks, ticks)?;
    }
    let envelope = Envelope {
        position: session.next_send(*guest.ticks),
        ticks: ticks.unwrap_or(0),
        tag: match deviates(Deviation::SentTagsAreZero) {
            true => 0,
            false => capability.tag,
        },
        message: match deviates(Deviation::SentResponseForgotten) {
            true => without_response(session.references.message(message)),
            false => session.references.message(message).value(),
        },
    };
    let effect = Effect::SendToCapability {
        capability,
        envelope,
    };
    if deviates(Deviation::SendingConsumes) {
        session.references.forget(message);
    }
    match ticks {
        Some(_) => session.effect(effect),
        None => session.claiming_effect(effect),
    }
    Ok(NOTHING)
}

fn without_response(message: &LocalMessage) -> Arc<Message> {
    let mut message = message.clone();
    message.response = None;
    message.value()
}

/// `respond` (`RESP-2`).
pub fn respond(
    session: &mut Session,
    call: Arguments<'_>,
    guest: &Guest<'_>,
) -> Result<i32, Fault> {
    let owed = session
        .owed
        .as_mut()
        .filter(|owed| !owed.given || deviates(Deviation::RespondsAgain))
        .ok_or(Fault::NoResponseOwed)?;
    let capability = owed.response.ok_or(Fault::NoResponseOwed)?;
    owed.given = true;
    let envelope = Envelope {
        position: session.next_send(*guest.ticks),
        ticks: 0,
        tag: capability.tag,
        message: session
            .references
            .message(call.reference(Role::Message))
            .value(),
    };
    session.claiming_effect(Effect::SendToCapability {
        capability,
        envelope,
    });
    Ok(NOTHING)
}
