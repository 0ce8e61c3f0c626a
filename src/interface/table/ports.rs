//! Documents 000 and 001: the same thirteen operations, spelled in two ways.

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
                ["MSG-1" "MSG-2" "ARG-1" "ARG-3" "REF-1" "REF-8" "TICK-6"]
                "makes a message out of bytes of memory"
            $create_channel(LOC_A, LOC_B) -> Nothing: CreateChannel
                ["PORT-1" "PORT-2" "ARG-7" "REF-1" "REF-8" "STATE-3"]
                "makes a channel and writes the references of its two ends to memory"
            $bind_port(OFFSET, LEN, port("portRef")) -> Nothing: BindPort
                ["PORT-3" "PORT-4" "PORT-11" "ARG-3" "ARG-4"]
                "binds a port under a name, and receives what waits at it"
            $unbind_port(OFFSET, LEN) -> Reference: UnbindPort
                ["PORT-6" "PORT-4" "REF-4" "REF-8" "ARG-3"]
                "takes back the port bound under a name; -1 if there is none"
            $get_port(OFFSET, LEN) -> Reference: GetPort
                ["PORT-5" "PORT-4" "REF-4" "REF-8" "ARG-3"]
                "refers to the port bound under a name; -1 if there is none"
            $data_len(MESSAGE) -> Number: MessageDataLength
                ["MSG-4" "ARG-4"]
                "how many bytes of data a message has"
            $load_data(MESSAGE, WRITE_OFFSET, READ_OFFSET, LEN) -> Nothing: LoadMessageData
                ["MSG-5" "ARG-3" "ARG-4" "ARG-6"]
                "copies bytes of a message's data to memory"
            $add_port(MESSAGE, port("port")) -> Nothing: AddPort
                ["PORT-7" "MSG-6" "REF-7" "ARG-4"]
                "moves a port into a message"
            $port_len(MESSAGE) -> Number: MessagePortCount
                ["MSG-7" "ARG-4"]
                "how many ports were added to a message"
            $load_port(MESSAGE, INDEX) -> Reference: LoadPort
                ["PORT-8" "REF-7" "REF-8" "ARG-4"]
                "moves a port out of a message; once a port"
            $send(MESSAGE, port("port")) -> Nothing: SendOnPort
                ["PORT-9" "PORT-10" "PORT-12" "PORT-15" "MSG-3" "MSG-11" "MSG-12" "TIME-3" "TICK-11"]
                "sends a message to the other end of a port's channel"
            $is_valid(ANY) -> Number: IsValidReference
                ["REF-5"]
                "1 if the number is a valid reference, otherwise 0"
            $delete(ANY) -> Nothing: DeleteReference
                ["REF-6" "PORT-13"]
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
