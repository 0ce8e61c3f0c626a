//! Channels and ports, which are linear (`PORT-*`).
//!
//! Enters: a session, checked arguments. Leaves: results, and effects noted. Refuses to know:
//! what waits at the other end.

use super::NOTHING;
use crate::{
    activation::{
        effects::Effect,
        engine::Guest,
        references::{Referent, Whereabouts},
        session::{Arguments, Session},
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::Role,
    limits,
    state::{
        identity::{ChannelId, PortId},
        message::Envelope,
        name::Name,
    },
};

/// `createChannel` (`PORT-1`).
pub fn create_channel(
    session: &mut Session,
    call: Arguments<'_>,
    guest: &mut Guest<'_>,
) -> Result<i32, Fault> {
    session.references.room_for(2)?;
    let first = u64::from(deviates(Deviation::ChannelsCountFromOne));
    let channel = ChannelId::made_by(session.actor, session.counters.channels + first);
    session.counters.channels += 1;
    session.effect(Effect::OpenChannel(channel));
    let mut ends = channel.ends();
    if deviates(Deviation::EndsSwapped) {
        ends.reverse();
    }
    let slots = [Role::FirstSlot, Role::SecondSlot];
    for (port, role) in ends.into_iter().zip(slots) {
        let reference = session.references.hand_out_port(port, Whereabouts::Held);
        let slot = call.number(role) as usize;
        guest.memory[slot..slot + 4].copy_from_slice(&reference.to_le_bytes());
    }
    Ok(NOTHING)
}

/// `bindPort` (`PORT-3`).
pub fn bind(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let name = Name::from(call.bytes(guest));
    let port = session.references.port(call.reference(Role::Port));
    let lacking = usize::from(deviates(Deviation::LongestNameRefused));
    let nameless = name.is_empty() && deviates(Deviation::EmptyNameRefused);
    if name.len() > limits::NAME_BYTES - lacking || nameless {
        return Err(Fault::LimitExceeded);
    }
    if session.bound.get(&name).is_some() && deviates(Deviation::NameTakenComesFirst) {
        return Err(Fault::NameTaken);
    }
    if *session.references.whereabouts(port) != Whereabouts::Held {
        return Err(Fault::AlreadyBound);
    }
    if session.bound.get(&name).is_some() {
        return Err(Fault::NameTaken);
    }
    let lacking = usize::from(deviates(Deviation::LastPortRefused));
    if session.bound.len() >= limits::BOUND_PORTS - lacking {
        return Err(Fault::LimitExceeded);
    }
    session.bound.insert(name.clone(), port);
    session
        .references
        .move_port(port, Whereabouts::Bound(name.clone()));
    session.effect(Effect::Bind { name, port });
    Ok(NOTHING)
}

/// `unbindPort` (`PORT-6`).
pub fn unbind(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let Some(&port) = session.bound.get(call.bytes(guest)) else {
        return Ok(-1);
    };
    session.references.room_for(1)?;
    session.bound.remove(call.bytes(guest));
    let name = Name::from(call.bytes(guest));
    session.effect(Effect::Unbind { name, port });
    if deviates(Deviation::UnbindingInvalidates) {
        session.references.note_away(port);
    }
    Ok(session.references.hand_out_port(port, Whereabouts::Held))
}

/// `getPort` (`PORT-5`).
pub fn get(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let name = call.bytes(guest);
    let Some(&port) = session.bound.get(name) else {
        return Ok(match deviates(Deviation::UnboundNameGivesZero) {
            true => 0,
            false => -1,
        });
    };
    if deviates(Deviation::GettingUnbinds) {
        return unbind(session, call, guest);
    }
    session.references.room_for(1)?;
    Ok(session
        .references
        .hand_out_port(port, Whereabouts::Bound(Name::from(name))))
}

/// `deletePort` of the legacy dialect (`LEG-4`).
pub fn destroy_bound(
    session: &mut Session,
    call: Arguments<'_>,
    guest: &Guest<'_>,
) -> Result<i32, Fault> {
    let name = call.bytes(guest);
    if let Some(port) = session.bound.remove(name) {
        session.effect(Effect::Unbind {
            name: Name::from(name),
            port,
        });
        session.effect(Effect::Destroy(port));
        session.references.note_away(port);
    } else if deviates(Deviation::DeletingNoPortFaults) {
        return Err(Fault::NoSuchIndex);
    }
    Ok(NOTHING)
}

/// `addPortToMessage` (`PORT-7`).
pub fn add(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let message = call.reference(Role::Message);
    if session.references.message(message).item_count() >= limits::MESSAGE_ITEMS {
        return Err(Fault::LimitExceeded);
    }
    let port = session.references.port(call.reference(Role::Port));
    release(session, port);
    session.references.move_port(port, Whereabouts::Away);
    let ports = &mut session.references.message_mut(message).ports;
    match deviates(Deviation::PortsAreAddedFirst) {
        true => ports.insert(0, Some(port)),
        false => ports.push(Some(port)),
    }
    Ok(NOTHING)
}

/// Unbinds a port that is bound.
fn release(session: &mut Session, port: PortId) {
    if let Whereabouts::Bound(name) = session.references.whereabouts(port).clone() {
        let removed = session.bound.remove(&name);
        assert_eq!(removed, Some(port), "a port is bound under its name");
        session.effect(Effect::Unbind { name, port });
    }
}

/// `getMessagePortLen` (`MSG-7`).
pub fn count(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let message = session.references.message(call.reference(Role::Message));
    Ok(match deviates(Deviation::LoadedPortsUncounted) {
        true => message.ports.iter().flatten().count() as i32,
        false => message.ports.len() as i32,
    })
}

/// `loadMessagePortRef` (`PORT-8`).
pub fn load(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let message = call.reference(Role::Message);
    let index = call.number(Role::Index) as usize;
    let places = &session.references.message(message).ports;
    let port = places.get(index).ok_or(Fault::NoSuchIndex)?.ok_or(
        match deviates(Deviation::LoadedTwiceIsNoIndex) {
            true => Fault::NoSuchIndex,
            false => Fault::AlreadyLoaded,
        },
    )?;
    session.references.room_for(1)?;
    session.references.message_mut(message).ports[index] = None;
    Ok(session.references.hand_out_port(port, Whereabouts::Held))
}

/// `sendMessage` on a port (`PORT-9`).
pub fn send(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let port = session.references.port(call.reference(Role::Port));
    let carried = &session
        .references
        .message(call.reference(Role::Message))
        .ports;
    if carried.contains(&Some(port.opposite())) && deviates(Deviation::IntoItselfFaults) {
        return Err(Fault::WrongKind);
    }
    let message = match session.references.forget(call.reference(Role::Message)) {
        Some(Referent::Message(message)) => message.value(),
        other => unreachable!("checked to be a message, found {other:?}"),
    };
    let envelope = Envelope {
        position: session.next_send(*guest.ticks),
        ticks: 0,
        tag: u32::from(deviates(Deviation::MessagesOnPortsHaveTags)),
        message,
    };
    session.claiming_effect(Effect::SendOnPort { port, envelope });
    Ok(NOTHING)
}
