//! Channels and ports, which are linear (`PORT-*`).

use super::NOTHING;
use crate::{
    activation::{
        effects::Effect,
        engine::Guest,
        references::{Name, Referent, Whereabouts},
        session::{Arguments, Session},
    },
    fault::Fault,
    interface::table::Role,
    limits,
    state::{
        identity::{ChannelId, PortId},
        message::Envelope,
    },
};

pub fn create_channel(
    session: &mut Session,
    call: Arguments<'_>,
    guest: &mut Guest<'_>,
) -> Result<i32, Fault> {
    session.references.room_for(2)?;
    let channel = ChannelId::made_by(session.actor, session.counters.channels);
    session.counters.channels += 1;
    session.effect(Effect::OpenChannel(channel));
    for (port, role) in channel
        .ends()
        .into_iter()
        .zip([Role::FirstSlot, Role::SecondSlot])
    {
        let reference = session.references.hand_out_port(port, Whereabouts::Held);
        let slot = call.number(role) as usize;
        guest.memory[slot..slot + 4].copy_from_slice(&reference.to_le_bytes());
    }
    Ok(NOTHING)
}

pub fn bind(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let name = Name::from(call.bytes(guest));
    let port = session.references.port(call.reference(Role::Port));
    if name.len() > limits::NAME_BYTES {
        return Err(Fault::LimitExceeded);
    }
    if *session.references.whereabouts(port) != Whereabouts::Held {
        return Err(Fault::AlreadyBound);
    }
    if session.bound.get(&name).is_some() {
        return Err(Fault::NameTaken);
    }
    if session.bound.len() >= limits::BOUND_PORTS {
        return Err(Fault::LimitExceeded);
    }
    session.bound.insert(name.clone(), port);
    session
        .references
        .move_port(port, Whereabouts::Bound(name.clone()));
    session.effect(Effect::Bind { name, port });
    Ok(NOTHING)
}

pub fn unbind(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let Some(&port) = session.bound.get(call.bytes(guest)) else {
        return Ok(-1);
    };
    session.references.room_for(1)?;
    session.bound.remove(call.bytes(guest));
    let name = Name::from(call.bytes(guest));
    session.effect(Effect::Unbind { name, port });
    Ok(session.references.hand_out_port(port, Whereabouts::Held))
}

pub fn get(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let name = call.bytes(guest);
    let Some(&port) = session.bound.get(name) else {
        return Ok(-1);
    };
    session.references.room_for(1)?;
    Ok(session
        .references
        .hand_out_port(port, Whereabouts::Bound(Name::from(name))))
}

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
    }
    Ok(NOTHING)
}

pub fn add(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let message = call.reference(Role::Message);
    if session.references.message(message).item_count() >= limits::MESSAGE_ITEMS {
        return Err(Fault::LimitExceeded);
    }
    let port = session.references.port(call.reference(Role::Port));
    release(session, port);
    session.references.move_port(port, Whereabouts::Away);
    session
        .references
        .message_mut(message)
        .ports
        .push(Some(port));
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

pub fn count(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    Ok(session
        .references
        .message(call.reference(Role::Message))
        .ports
        .len() as i32)
}

pub fn load(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let message = call.reference(Role::Message);
    let index = call.number(Role::Index) as usize;
    let places = &session.references.message(message).ports;
    let port = places
        .get(index)
        .ok_or(Fault::NoSuchIndex)?
        .ok_or(Fault::AlreadyLoaded)?;
    session.references.room_for(1)?;
    session.references.message_mut(message).ports[index] = None;
    Ok(session.references.hand_out_port(port, Whereabouts::Held))
}

pub fn send(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let port = session.references.port(call.reference(Role::Port));
    let message = match session.references.forget(call.reference(Role::Message)) {
        Some(Referent::Message(message)) => message.value(),
        other => unreachable!("checked to be a message, found {other:?}"),
    };
    let envelope = Envelope {
        position: session.next_send(*guest.ticks),
        ticks: 0,
        tag: 0,
        message,
    };
    session.claiming_effect(Effect::SendOnPort { port, envelope });
    Ok(NOTHING)
}
