//! Document 002: storage, messages, capabilities, actors; and the two forms added to it (`DIAL-4`).
//!
//! Enters: nothing. Leaves: rows. Refuses to know: what the operations do.

use super::{
    Import,
    params::{
        ANY, CALLBACK, INDEX, LEN, MESSAGE, OFFSET, READ_OFFSET, RESPONSE_CAP, TAG, TICKS, TIMEOUT,
        TIMEOUT_CALLBACK, WRITE_OFFSET, capability, message, rows,
    },
};

pub const ROWS: [Import; 19] = rows! { Capabilities;
    "storeMessage"(INDEX, message("msgRef")) -> Nothing: StoreMessage
        "stores a message's value at an index"
    "loadMessage"(INDEX, CALLBACK) -> Reference: LoadMessage ["DIAL-4"]
        "loads the message stored at an index, and calls back with its reference; -1 if there is none"
    "loadMessage"(INDEX, CALLBACK) -> Nothing: LoadMessage ["DIAL-4"]
        "the same without the result"
    "deleteMessage"(INDEX) -> Nothing: DeleteMessage
        "removes the message stored at an index"
    "createMessage"(OFFSET, LEN, RESPONSE_CAP) -> Reference: CreateMessage
        "makes a message out of bytes of memory, with a capability for the response or without"
    "loadMessageData"(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
        "copies bytes of a message's data to memory"
    "addCapToMessage"(MESSAGE, capability("port")) -> Nothing: AddCapability
        "adds a capability to a message"
    "messageCapLen"(MESSAGE) -> Number: MessageCapabilityCount
        "how many capabilities a message has"
    "loadMessageCap"(MESSAGE, INDEX) -> Reference: LoadCapability
        "refers to a capability of a message"
    "sendMessage"(capability("cap"), MESSAGE, TICKS) -> Nothing: SendToCapability ["CAP-3"]
        "sends a message to a capability, with ticks of this activation's"
    "messageDataLen"(MESSAGE) -> Number: MessageDataLength
        "how many bytes of data a message has"
    "getMessageTag"(MESSAGE) -> Number: MessageTag
        "the tag of the capability by which a message came"
    "getNextMessage"(TIMEOUT, TIMEOUT_CALLBACK) -> Nothing: GetNextMessage
        "keeps the VM for the next message, or for the call-back when none comes in time"
    "respond"(MESSAGE) -> Nothing: Respond
        "responds to the message being handled"
    "createActor"(MESSAGE) -> Nothing: CreateActor
        "creates an actor whose binary is the message's data"
    "mintCap"() -> Reference: MintCapability ["DIAL-4"]
        "makes a capability to send to this actor, with tag 0"
    "mintCap"(TAG) -> Reference: MintCapability ["DIAL-4"]
        "makes a capability to send to this actor, with that tag"
    "isValidRef"(ANY) -> Number: IsValidReference
        "1 if the number is a valid reference, otherwise 0"
    "deleteRef"(ANY) -> Nothing: DeleteReference
        "gives a reference up"
};
