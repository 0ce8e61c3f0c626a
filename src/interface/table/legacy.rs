//! The imports of programs that were written for the first implementation (`LEG-*`).
//!
//! Enters: nothing. Leaves: rows. Refuses to know: what the operations do.

use super::{
    Import,
    params::{
        ANY, CALLBACK, INDEX, LEFT, LEN, LOC_A, LOC_B, MESSAGE, OFFSET, READ_OFFSET, RESPONSE_CAP,
        RIGHT, STORE, TAG, TIMEOUT, TIMEOUT_CALLBACK, WRITE_OFFSET, capability, message, port,
        response, rows,
    },
};

pub const PORTS: [Import; 15] = rows! { LegacyPorts;
    "createMessage"(OFFSET, LEN) -> Reference: CreateMessage
        "makes a message out of bytes of memory"
    "createChannel"(LOC_A, LOC_B) -> Nothing: CreateChannel
        "makes a channel and writes the references of its two ends to memory"
    "bindPort"(OFFSET, LEN, port("portRef")) -> Nothing: BindPort
        "binds a port under a name, and receives what waits at it"
    "unbindPort"(OFFSET, LEN) -> Reference: UnbindPort
        "takes back the port bound under a name; -1 if there is none"
    "getPort"(OFFSET, LEN) -> Reference: GetPort
        "refers to the port bound under a name; -1 if there is none"
    "deletePort"(OFFSET, LEN) -> Nothing: DestroyBoundPort
        "destroys the port bound under a name"
    "getMessageDataLen"(MESSAGE) -> Number: MessageDataLength
        "how many bytes of data a message has"
    "loadMessageData"(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
        "copies bytes of a message's data to memory"
    "addPortToMessage"(MESSAGE, port("port")) -> Nothing: AddPort
        "moves a port into a message"
    "messagePortLen"(MESSAGE) -> Number: MessagePortCount ["LEG-3"]
        "how many ports were added to a message"
    "loadMessagePort"(MESSAGE, INDEX) -> Reference: LoadPort ["LEG-3"]
        "moves a port out of a message; once a port"
    "sendMessage"(port("port"), MESSAGE) -> Nothing: SendOnPort ["LEG-3"]
        "sends a message to the other end of a port's channel"
    "isValidRef"(ANY) -> Number: IsValidReference ["LEG-3"]
        "1 if the number is a valid reference, otherwise 0"
    "deleteRef"(ANY) -> Nothing: DeleteReference ["PORT-13"]
        "gives a reference up; a held port is destroyed with it"
    "equals"(LEFT, RIGHT) -> Nothing: AssertEqual
        "records an assertion of the guest's"
};

pub const CAPABILITIES: [Import; 25] = rows! { LegacyCapabilities;
    "storeMessage"(INDEX, message("msgRef")) -> Nothing: StoreMessage
        "stores a message's value at an index"
    "loadMessage"(INDEX, CALLBACK) -> Nothing: LoadMessage ["LEG-5" "LEG-7"]
        "loads the message stored at an index, and calls back with its reference, or -1"
    "deleteMessage"(INDEX) -> Nothing: DeleteMessage
        "removes the message stored at an index"
    "openStore"(OFFSET, LEN, CALLBACK) -> Nothing: OpenStore ["LEG-7"]
        "opens the storage under a key, and calls back with the store, its message and an error"
    "updateStore"(STORE, MESSAGE) -> Nothing: UpdateStore
        "stores a message's value under an opened key"
    "deleteStore"(STORE) -> Nothing: DeleteStore
        "removes what is stored under an opened key"
    "createMessage"(OFFSET, LEN, RESPONSE_CAP) -> Reference: CreateMessage ["LEG-5"]
        "makes a message out of bytes of memory, with a capability for the response or without"
    "createMessage"(OFFSET, LEN) -> Reference: CreateMessage ["LEG-5"]
        "makes a message out of bytes of memory"
    "setResponseCap"(MESSAGE, response("cap")) -> Nothing: SetResponseCapability
        "sets the capability to which a message's response goes"
    "loadMessageData"(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
        "copies bytes of a message's data to memory"
    "addCapToMessage"(MESSAGE, capability("port")) -> Nothing: AddCapability
        "adds a capability to a message"
    "messageCapLen"(MESSAGE) -> Number: MessageCapabilityCount
        "how many capabilities a message has"
    "loadMessageCap"(MESSAGE, INDEX) -> Reference: LoadCapability
        "refers to a capability of a message"
    "sendMessage"(capability("cap"), MESSAGE) -> Nothing: SendToCapability ["LEG-5" "TICK-11"]
        "sends a message to a capability"
    "messageDataLen"(MESSAGE) -> Number: MessageDataLength
        "how many bytes of data a message has"
    "getMessageTag"(MESSAGE) -> Number: MessageTag
        "the tag of the capability by which a message came"
    "getNextMessage"(TIMEOUT, TIMEOUT_CALLBACK) -> Nothing: GetNextMessage ["LEG-7"]
        "keeps the VM for the next message, or for the call-back when none comes in time"
    "respond"(MESSAGE) -> Nothing: Respond
        "responds to the message being handled"
    "createActor"(MESSAGE) -> Nothing: CreateActor ["LEG-5"]
        "creates an actor whose binary is the message's data"
    "createActor"(MESSAGE) -> Zero: CreateActor ["LEG-5"]
        "the same, with a result that is always 0"
    "mintCap"() -> Reference: MintCapability
        "makes a capability to send to this actor, with tag 0"
    "mintCap"(TAG) -> Reference: MintCapability
        "makes a capability to send to this actor, with that tag"
    "isValidRef"(ANY) -> Number: IsValidReference
        "1 if the number is a valid reference, otherwise 0"
    "deleteRef"(ANY) -> Nothing: DeleteReference
        "gives a reference up"
    "equals"(LEFT, RIGHT) -> Nothing: AssertEqual
        "records an assertion of the guest's"
};
