//! What the imports mean: one function an operation, one file a family.
//!
//! Enters: checked arguments, the guest's memory and ticks. Leaves: a result, and effects noted in
//! the session. Refuses to know: scheduling, delivery, wasmi.

mod actors;
mod capabilities;
mod messages;
mod ports;
mod references;
mod storage;

use crate::{
    activation::{
        engine::Guest,
        session::{Arguments, Session},
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::{Operation, Returns},
};

/// What an operation without result gives; the guest never sees it.
const NOTHING: i32 = 0;

/// Does what the import means. The arguments have been checked and the price is paid.
pub fn perform(
    session: &mut Session,
    call: Arguments<'_>,
    guest: &mut Guest<'_>,
) -> Result<i32, Fault> {
    use Operation::*;
    let result = match call.import.operation {
        CreateMessage => messages::create(session, call, guest),
        SetResponseCapability => messages::set_response(session, call),
        MessageDataLength => messages::data_length(session, call),
        LoadMessageData => messages::load_data(session, call, guest),
        MessageTag => messages::tag(session, call),
        AddCapability => capabilities::add(session, call),
        MessageCapabilityCount => capabilities::count(session, call),
        LoadCapability => capabilities::load(session, call),
        MintCapability => capabilities::mint(session, call),
        SendToCapability => capabilities::send(session, call, guest),
        Respond => capabilities::respond(session, call, guest),
        CreateChannel => ports::create_channel(session, call, guest),
        BindPort => ports::bind(session, call, guest),
        UnbindPort => ports::unbind(session, call, guest),
        GetPort => ports::get(session, call, guest),
        DestroyBoundPort => ports::destroy_bound(session, call, guest),
        AddPort => ports::add(session, call),
        MessagePortCount => ports::count(session, call),
        LoadPort => ports::load(session, call),
        SendOnPort => ports::send(session, call, guest),
        CreateActor => actors::create(session, call, guest),
        GetNextMessage => actors::get_next_message(session, call),
        StoreMessage => storage::store(session, call),
        LoadMessage => storage::load(session, call),
        DeleteMessage => storage::delete(session, call),
        OpenStore => storage::open(session, call, guest),
        UpdateStore => storage::update(session, call),
        DeleteStore => storage::delete_opened(session, call),
        IsValidReference => references::is_valid(session, call),
        DeleteReference => references::delete(session, call),
        // The call itself, with its arguments, is the record (`LEG-2`).
        AssertEqual
            if call.values[0] != call.values[1] && deviates(Deviation::FailedAssertionsFault) =>
        {
            Err(Fault::Unreachable)
        }
        AssertEqual => Ok(NOTHING),
    }?;
    Ok(if call.import.returns == Returns::Zero {
        i32::from(deviates(Deviation::CreateActorGivesOne))
    } else {
        result
    })
}
