//! Messages and their data (`MSG-*`).
//!
//! Enters: a session, checked arguments. Leaves: results, and effects noted. Refuses to know:
//! where messages go.

use super::NOTHING;
use crate::{
    activation::{
        engine::Guest,
        references::{LocalMessage, Referent},
        session::{Arguments, Session},
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::Role,
    limits,
    state::message::Data,
};

/// `createMessage` (`MSG-2`).
pub fn create(session: &mut Session, call: Arguments<'_>, guest: &Guest<'_>) -> Result<i32, Fault> {
    let bytes = call.bytes(guest);
    let lacking = usize::from(deviates(Deviation::LargestDataRefused));
    if bytes.len() > limits::MESSAGE_DATA_BYTES - lacking {
        return Err(Fault::LimitExceeded);
    }
    session.references.room_for(1)?;
    let response = call
        .find(Role::Response)
        .map(|reference| reference as i32)
        .filter(|reference| *reference >= 0)
        .map(|reference| session.references.capability(reference));
    let message = LocalMessage {
        data: Data::new(bytes),
        response,
        ..LocalMessage::default()
    };
    Ok(session.references.hand_out(Referent::Message(message)))
}

/// `setResponseCap` of the legacy dialect (`LEG-6`).
pub fn set_response(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let capability = session
        .references
        .capability(call.reference(Role::Response));
    let message = session
        .references
        .message_mut(call.reference(Role::Message));
    if message.response.is_none() || !deviates(Deviation::ResponseSetOnce) {
        message.response = Some(capability);
    }
    Ok(NOTHING)
}

/// `getMessageDataLen` and `messageDataLen` (`MSG-4`).
pub fn data_length(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let message = session.references.message(call.reference(Role::Message));
    let most = match deviates(Deviation::LengthsAreBytes) {
        true => 255,
        false => usize::MAX,
    };
    Ok(message.data.len().min(most) as i32)
}

/// `loadMessageData` (`MSG-5`).
pub fn load_data(
    session: &mut Session,
    call: Arguments<'_>,
    guest: &mut Guest<'_>,
) -> Result<i32, Fault> {
    let data = &session
        .references
        .message(call.reference(Role::Message))
        .data;
    let [to, from, length] =
        [Role::Offset, Role::DataOffset, Role::Length].map(|role| call.number(role) as usize);
    let length = match deviates(Deviation::LoadsOneByteLess) {
        true => length.saturating_sub(1),
        false => length,
    };
    guest.memory[to..to + length].copy_from_slice(&data.bytes()[from..from + length]);
    Ok(NOTHING)
}

/// `getMessageTag` (`MSG-10`).
pub fn tag(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let tag = session
        .references
        .message(call.reference(Role::Message))
        .tag as i32;
    Ok(match deviates(Deviation::TagsAreSigned) {
        true => tag & i32::MAX,
        false => tag,
    })
}
