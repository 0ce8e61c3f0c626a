//! Storage by index, and the later store by key (`STORE-*`, `LEG-8`, `LEG-9`).
//!
//! Enters: a session, checked arguments. Leaves: results, and effects noted. Refuses to know:
//! what was stored by other actors.

use super::NOTHING;
use crate::{
    activation::{
        engine::Guest,
        references::{LocalMessage, Referent},
        session::{Arguments, CallbackRequest, Session},
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::{Returns, Role},
    limits,
    state::name::Name,
};

/// The key that an index means (`STORE-1`).
fn key(call: Arguments<'_>) -> Name {
    let index = call.number(Role::Index);
    Name::from(match deviates(Deviation::IndexIsBigEndian) {
        true => index.to_be_bytes(),
        false => index.to_le_bytes(),
    })
}

/// `storeMessage` (`STORE-2`).
pub fn store(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let value = session
        .references
        .message(call.reference(Role::Message))
        .value();
    let keeps = deviates(Deviation::FirstValueStays);
    if !keeps || session.storage.get(&key(call)).is_none() {
        session.storage.insert(key(call), value);
    }
    Ok(NOTHING)
}

/// `loadMessage` (`STORE-3`).
pub fn load(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    session.room_for_callback()?;
    let value = match deviates(Deviation::LoadsSeeOldStores) {
        true => session.storage.before(&key(call)),
        false => session.storage.get(&key(call)),
    };
    let result = match value {
        None => -1,
        Some(value) => {
            let mut message = LocalMessage::of(value, 0);
            if deviates(Deviation::StoredResponseForgotten) {
                message.response = None;
            }
            session.references.room_for(1)?;
            session.references.hand_out(Referent::Message(message))
        }
    };
    let index = call.number(Role::Callback);
    if call.import.returns == Returns::Nothing && deviates(Deviation::NoResultNoCallback) {
        return Ok(result);
    }
    session.ask_for_callback(CallbackRequest {
        index,
        arguments: vec![match deviates(Deviation::LoadCallbackGetsZero) {
            true => 0,
            false => result,
        }],
    });
    Ok(result)
}

pub fn delete(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let removed = session.storage.remove(&key(call));
    if removed.is_none() && deviates(Deviation::DeletingNothingFaults) {
        return Err(Fault::NoSuchIndex);
    }
    Ok(NOTHING)
}

pub fn open(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let key = Name::from(call.bytes(guest));
    if key.len() > limits::NAME_BYTES {
        return Err(Fault::LimitExceeded);
    }
    session.room_for_callback()?;
    session.references.room_for(2)?;
    let (message, error) = match session.storage.get(&key) {
        Some(value) => (LocalMessage::of(value, 0), 0),
        None if deviates(Deviation::MissingKeyIsNoError) => (LocalMessage::default(), 0),
        None => (LocalMessage::default(), -1),
    };
    let store = session.references.hand_out(Referent::Store(key));
    let message = session.references.hand_out(Referent::Message(message));
    let index = call.number(Role::Callback);
    session.ask_for_callback(CallbackRequest {
        index,
        arguments: vec![store, message, error],
    });
    Ok(NOTHING)
}

/// `updateStore` of the legacy dialect (`LEG-9`).
pub fn update(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let key = session.references.store(call.reference(Role::Store));
    let value = session
        .references
        .message(call.reference(Role::Message))
        .value();
    session.storage.insert(key, value);
    Ok(NOTHING)
}

/// `deleteStore` of the legacy dialect (`LEG-9`).
pub fn delete_opened(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let key = session.references.store(call.reference(Role::Store));
    session.storage.remove(&key);
    if deviates(Deviation::DeletedStoresAreGone) {
        session.references.forget(call.reference(Role::Store));
    }
    Ok(NOTHING)
}
