//! The imports of programs that were written for the first implementation (`LEG-*`).

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
        ["MSG-1" "MSG-2" "ARG-1" "ARG-3" "REF-1" "REF-8" "LEG-1"]
        "makes a message out of bytes of memory"
    "createChannel"(LOC_A, LOC_B) -> Nothing: CreateChannel
        ["PORT-1" "PORT-2" "ARG-7" "REF-1" "REF-8" "LEG-1"]
        "makes a channel and writes the references of its two ends to memory"
    "bindPort"(OFFSET, LEN, port("portRef")) -> Nothing: BindPort
        ["PORT-3" "PORT-4" "PORT-11" "ARG-3" "ARG-4" "LEG-1"]
        "binds a port under a name, and receives what waits at it"
    "unbindPort"(OFFSET, LEN) -> Reference: UnbindPort
        ["PORT-6" "PORT-4" "REF-4" "REF-8" "ARG-3" "LEG-1"]
        "takes back the port bound under a name; -1 if there is none"
    "getPort"(OFFSET, LEN) -> Reference: GetPort
        ["PORT-5" "PORT-4" "REF-4" "REF-8" "ARG-3" "LEG-1"]
        "refers to the port bound under a name; -1 if there is none"
    "deletePort"(OFFSET, LEN) -> Nothing: DestroyBoundPort
        ["LEG-4" "PORT-13" "ARG-3"]
        "destroys the port bound under a name"
    "getMessageDataLen"(MESSAGE) -> Number: MessageDataLength
        ["MSG-4" "ARG-4" "LEG-1"]
        "how many bytes of data a message has"
    "loadMessageData"(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
        ["MSG-5" "ARG-3" "ARG-4" "ARG-6" "LEG-1"]
        "copies bytes of a message's data to memory"
    "addPortToMessage"(MESSAGE, port("port")) -> Nothing: AddPort
        ["PORT-7" "MSG-6" "REF-7" "ARG-4" "LEG-1"]
        "moves a port into a message"
    "messagePortLen"(MESSAGE) -> Number: MessagePortCount
        ["MSG-7" "ARG-4" "LEG-3"]
        "how many ports were added to a message"
    "loadMessagePort"(MESSAGE, INDEX) -> Reference: LoadPort
        ["PORT-8" "REF-7" "REF-8" "ARG-4" "LEG-3"]
        "moves a port out of a message; once a port"
    "sendMessage"(port("port"), MESSAGE) -> Nothing: SendOnPort
        ["PORT-9" "PORT-12" "MSG-3" "MSG-11" "MSG-12" "TIME-3" "TICK-11" "LEG-3"]
        "sends a message to the other end of a port's channel"
    "isValidRef"(ANY) -> Number: IsValidReference
        ["REF-5" "LEG-3"]
        "1 if the number is a valid reference, otherwise 0"
    "deleteRef"(ANY) -> Nothing: DeleteReference
        ["REF-6" "PORT-13" "LEG-1"]
        "gives a reference up; a held port is destroyed with it"
    "equals"(LEFT, RIGHT) -> Nothing: AssertEqual
        ["LEG-2"]
        "records an assertion of the guest's"
};

pub const CAPABILITIES: [Import; 25] = rows! { LegacyCapabilities;
    "storeMessage"(INDEX, message("msgRef")) -> Nothing: StoreMessage
        ["STORE-1" "STORE-2" "STORE-5" "MSG-3" "ARG-4" "LEG-1"]
        "stores a message's value at an index"
    "loadMessage"(INDEX, CALLBACK) -> Nothing: LoadMessage
        ["STORE-3" "STORE-5" "RUN-4" "RUN-5" "LEG-5" "LEG-7"]
        "loads the message stored at an index, and calls back with its reference, or -1"
    "deleteMessage"(INDEX) -> Nothing: DeleteMessage
        ["STORE-4" "STORE-5" "LEG-1"]
        "removes the message stored at an index"
    "openStore"(OFFSET, LEN, CALLBACK) -> Nothing: OpenStore
        ["LEG-7" "LEG-8" "RUN-4" "ARG-3" "REF-8"]
        "opens the storage under a key, and calls back with the store, its message and an error"
    "updateStore"(STORE, MESSAGE) -> Nothing: UpdateStore
        ["LEG-9" "STORE-5" "MSG-3" "ARG-4"]
        "stores a message's value under an opened key"
    "deleteStore"(STORE) -> Nothing: DeleteStore
        ["LEG-9" "STORE-5" "ARG-4"]
        "removes what is stored under an opened key"
    "createMessage"(OFFSET, LEN, RESPONSE_CAP) -> Reference: CreateMessage
        ["MSG-1" "MSG-2" "ARG-1" "ARG-3" "ARG-5" "REF-1" "REF-8" "LEG-5"]
        "makes a message out of bytes of memory, with a capability for the response or without"
    "createMessage"(OFFSET, LEN) -> Reference: CreateMessage
        ["MSG-1" "MSG-2" "ARG-1" "ARG-3" "REF-1" "REF-8" "LEG-5"]
        "makes a message out of bytes of memory"
    "setResponseCap"(MESSAGE, response("cap")) -> Nothing: SetResponseCapability
        ["LEG-6" "ARG-4"]
        "sets the capability to which a message's response goes"
    "loadMessageData"(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
        ["MSG-5" "ARG-3" "ARG-4" "ARG-6" "LEG-1"]
        "copies bytes of a message's data to memory"
    "addCapToMessage"(MESSAGE, capability("port")) -> Nothing: AddCapability
        ["MSG-6" "MSG-9" "ARG-4" "LEG-1"]
        "adds a capability to a message"
    "messageCapLen"(MESSAGE) -> Number: MessageCapabilityCount
        ["MSG-7" "ARG-4" "LEG-1"]
        "how many capabilities a message has"
    "loadMessageCap"(MESSAGE, INDEX) -> Reference: LoadCapability
        ["MSG-8" "REF-8" "ARG-4" "LEG-1"]
        "refers to a capability of a message"
    "sendMessage"(capability("cap"), MESSAGE) -> Nothing: SendToCapability
        ["LEG-5" "CAP-4" "CAP-5" "MSG-3" "MSG-11" "TIME-3" "TICK-11" "ARG-4"]
        "sends a message to a capability"
    "messageDataLen"(MESSAGE) -> Number: MessageDataLength
        ["MSG-4" "ARG-4" "LEG-1"]
        "how many bytes of data a message has"
    "getMessageTag"(MESSAGE) -> Number: MessageTag
        ["MSG-10" "ARG-4" "LEG-1"]
        "the tag of the capability by which a message came"
    "getNextMessage"(TIMEOUT, TIMEOUT_CALLBACK) -> Nothing: GetNextMessage
        ["WAIT-1" "WAIT-2" "WAIT-3" "WAIT-4" "RUN-5" "LEG-7"]
        "keeps the VM for the next message, or for the call-back when none comes in time"
    "respond"(MESSAGE) -> Nothing: Respond
        ["RESP-1" "RESP-2" "RESP-5" "TICK-11" "ARG-4" "LEG-1"]
        "responds to the message being handled"
    "createActor"(MESSAGE) -> Nothing: CreateActor
        ["ACTOR-1" "ACTOR-2" "ACTOR-3" "MSG-3" "TICK-11" "ARG-4" "LEG-5"]
        "creates an actor whose binary is the message's data"
    "createActor"(MESSAGE) -> Zero: CreateActor
        ["ACTOR-1" "ACTOR-2" "ACTOR-3" "MSG-3" "TICK-11" "ARG-4" "LEG-5"]
        "the same, with a result that is always 0"
    "mintCap"() -> Reference: MintCapability
        ["CAP-1" "CAP-2" "REF-8" "LEG-1"]
        "makes a capability to send to this actor, with tag 0"
    "mintCap"(TAG) -> Reference: MintCapability
        ["CAP-1" "CAP-2" "REF-8" "LEG-1"]
        "makes a capability to send to this actor, with that tag"
    "isValidRef"(ANY) -> Number: IsValidReference
        ["REF-5" "LEG-1"]
        "1 if the number is a valid reference, otherwise 0"
    "deleteRef"(ANY) -> Nothing: DeleteReference
        ["REF-6" "LEG-1"]
        "gives a reference up"
    "equals"(LEFT, RIGHT) -> Nothing: AssertEqual
        ["LEG-2"]
        "records an assertion of the guest's"
};
