//! Documents 000 and 001: the same thirteen operations, spelled in two ways.
//!
//! Enters: nothing. Leaves: rows. Refuses to know: what the operations do.

use super::{
    Import,
    params::{
        ANY, INDEX, LEN, LOC_A, LOC_B, MESSAGE, OFFSET, READ_OFFSET, WRITE_OFFSET, port, rows,
    },
};

/// Both documents list the same thirteen, in the same order: one list, two spellings.
macro_rules! port_rows {
    ($dialect:ident; $create_message:literal $create_channel:literal $bind_port:literal
     $unbind_port:literal $get_port:literal $data_len:literal $load_data:literal
     $add_port:literal $port_len:literal $load_port:literal $send:literal $is_valid:literal
     $delete:literal) => {
        rows! { $dialect;
            $create_message(OFFSET, LEN) -> Reference: CreateMessage
                "makes a message out of bytes of memory"
            $create_channel(LOC_A, LOC_B) -> Nothing: CreateChannel
                "makes a channel and writes the references of its two ends to memory"
            $bind_port(OFFSET, LEN, port("portRef")) -> Nothing: BindPort
                "binds a port under a name, and receives what waits at it"
            $unbind_port(OFFSET, LEN) -> Reference: UnbindPort
                "takes back the port bound under a name; -1 if there is none"
            $get_port(OFFSET, LEN) -> Reference: GetPort
                "refers to the port bound under a name; -1 if there is none"
            $data_len(MESSAGE) -> Number: MessageDataLength
                "how many bytes of data a message has"
            $load_data(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
                "copies bytes of a message's data to memory"
            $add_port(MESSAGE, port("port")) -> Nothing: AddPort
                "moves a port into a message"
            $port_len(MESSAGE) -> Number: MessagePortCount
                "how many ports were added to a message"
            $load_port(MESSAGE, INDEX) -> Reference: LoadPort ["DIAL-3"]
                "moves a port out of a message; once a port"
            $send(MESSAGE, port("port")) -> Nothing: SendOnPort
                "sends a message to the other end of a port's channel"
            $is_valid(ANY) -> Number: IsValidReference
                "1 if the number is a valid reference, otherwise 0"
            $delete(ANY) -> Nothing: DeleteReference ["PORT-13"]
                "gives a reference up; a held port is destroyed with it"
        }
    };
}

pub const CAMEL: [Import; 13] = port_rows! { PortsCamel;
    "createMessage" "createChannel" "bindPort" "unbindPort" "getPort" "getMessageDataLen"
    "loadMessageData" "addPortToMessage" "getMessagePortLen" "loadMessagePortRef" "sendMessage"
    "isvalidRef" "deleteRef"
};

pub const SNAKE: [Import; 13] = port_rows! { PortsSnake;
    "create_message" "create_channel" "bind_port" "unbind_port" "get_port" "get_message_data_len"
    "load_message_data" "add_port_to_message" "get_message_port_len" "load_message_port_ref"
    "send_message" "is_valid_ref" "delete_ref"
};
