//! Document 002: storage, messages, capabilities, actors; and the two forms added to it (`DIAL-4`).

use super::{
    Import,
    params::{
        ANY, CALLBACK, INDEX, LEN, MESSAGE, OFFSET, READ_OFFSET, RESPONSE_CAP, TAG, TICKS, TIMEOUT,
        TIMEOUT_CALLBACK, WRITE_OFFSET, capability, message, rows,
    },
};

pub const ROWS: [Import; 19] = rows! { Capabilities;
    "storeMessage"(INDEX, message("msgRef")) -> Nothing: StoreMessage
        ["STORE-1" "STORE-2" "STORE-5" "MSG-3" "ARG-4"]
        "stores a message's value at an index"
    "loadMessage"(INDEX, CALLBACK) -> Reference: LoadMessage
        ["STORE-3" "STORE-5" "RUN-4" "RUN-5" "REF-4" "REF-8" "ARG-8"]
        "loads the message stored at an index, and calls back with its reference; -1 if there is none"
    "loadMessage"(INDEX, CALLBACK) -> Nothing: LoadMessage
        ["STORE-3" "STORE-5" "RUN-4" "RUN-5" "DIAL-4" "ARG-8"]
        "the same without the result"
    "deleteMessage"(INDEX) -> Nothing: DeleteMessage
        ["STORE-4" "STORE-5"]
        "removes the message stored at an index"
    "createMessage"(OFFSET, LEN, RESPONSE_CAP) -> Reference: CreateMessage
        ["MSG-1" "MSG-2" "ARG-1" "ARG-3" "ARG-5" "REF-1" "REF-8" "TICK-6"]
        "makes a message out of bytes of memory, with a capability for the response or without"
    "loadMessageData"(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
        ["MSG-5" "ARG-3" "ARG-4" "ARG-6"]
        "copies bytes of a message's data to memory"
    "addCapToMessage"(MESSAGE, capability("port")) -> Nothing: AddCapability
        ["MSG-6" "MSG-9" "ARG-4"]
        "adds a capability to a message"
    "messageCapLen"(MESSAGE) -> Number: MessageCapabilityCount
        ["MSG-7" "ARG-4"]
        "how many capabilities a message has"
    "loadMessageCap"(MESSAGE, INDEX) -> Reference: LoadCapability
        ["MSG-8" "REF-8" "ARG-4"]
        "refers to a capability of a message"
    "sendMessage"(capability("cap"), MESSAGE, TICKS) -> Nothing: SendToCapability
        ["CAP-3" "CAP-4" "CAP-5" "MSG-3" "MSG-11" "TIME-3" "ARG-1" "ARG-4"]
        "sends a message to a capability, with ticks of this activation's"
    "messageDataLen"(MESSAGE) -> Number: MessageDataLength
        ["MSG-4" "ARG-4"]
        "how many bytes of data a message has"
    "getMessageTag"(MESSAGE) -> Number: MessageTag
        ["MSG-10" "ARG-4"]
        "the tag of the capability by which a message came"
    "getNextMessage"(TIMEOUT, TIMEOUT_CALLBACK) -> Nothing: GetNextMessage
        ["WAIT-1" "WAIT-2" "WAIT-3" "WAIT-4" "RUN-5" "ARG-8"]
        "keeps the VM for the next message, or for the call-back when none comes in time"
    "respond"(MESSAGE) -> Nothing: Respond
        ["RESP-1" "RESP-2" "RESP-5" "TICK-11" "ARG-4"]
        "responds to the message being handled"
    "createActor"(MESSAGE) -> Nothing: CreateActor
        ["ACTOR-1" "ACTOR-2" "ACTOR-3" "MSG-3" "TICK-11" "ARG-4"]
        "creates an actor whose binary is the message's data"
    "mintCap"() -> Reference: MintCapability
        ["CAP-1" "CAP-2" "REF-8"]
        "makes a capability to send to this actor, with tag 0"
    "mintCap"(TAG) -> Reference: MintCapability
        ["CAP-1" "CAP-2" "DIAL-4" "REF-8"]
        "makes a capability to send to this actor, with that tag"
    "isValidRef"(ANY) -> Number: IsValidReference
        ["REF-5"]
        "1 if the number is a valid reference, otherwise 0"
    "deleteRef"(ANY) -> Nothing: DeleteReference
        ["REF-6"]
        "gives a reference up"
};
