//! The operations, numbered by their place in the schedule, with the rules that they obey.
//!
//! Enters: nothing. Leaves: `Operation`. Refuses to know: what the dialects call them.

macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $name:ident [$($rule:literal)+],)+) => {
        /// The few operations that all dialects are rows over.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Operation {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Operation {
            /// Every operation, in the order of the schedule.
            pub const ALL: [Operation; [$(stringify!($name)),+].len()] = [$(Operation::$name),+];

            /// The name as it stands in the schedule and in traces.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Operation::$name => stringify!($name),)+
                }
            }

            /// The rules that it obeys in every dialect that has it, beside those of the row's form.
            pub const fn rules(self) -> &'static [&'static str] {
                match self {
                    $(Operation::$name => &[$($rule),+],)+
                }
            }
        }
    };
}

operations! {
    /// Makes a message out of bytes of memory.
    CreateMessage ["MSG-1" "MSG-2"],
    /// Sets the capability to which the response to a message goes.
    SetResponseCapability ["LEG-6" "MSG-9"],
    /// How many bytes of data a message has.
    MessageDataLength ["MSG-4"],
    /// Copies bytes of a message's data to memory.
    LoadMessageData ["MSG-5"],
    /// Moves a port into a message.
    AddPort ["PORT-7" "MSG-6" "MSG-9" "REF-7"],
    /// Adds a capability to a message.
    AddCapability ["MSG-6" "MSG-9"],
    /// How many ports were added to a message.
    MessagePortCount ["MSG-7"],
    /// How many capabilities a message has.
    MessageCapabilityCount ["MSG-7"],
    /// Moves a port out of a message.
    LoadPort ["PORT-8" "REF-7"],
    /// Refers to a capability of a message.
    LoadCapability ["MSG-8"],
    /// The tag of the capability by which a message came.
    MessageTag ["MSG-10"],
    /// Makes a channel.
    CreateChannel ["PORT-1" "PORT-2" "PORT-14" "REF-1" "REF-2" "REF-8" "STATE-3"],
    /// Binds a port under a name.
    BindPort ["PORT-3" "PORT-4" "PORT-10" "PORT-11"],
    /// Takes back the port bound under a name.
    UnbindPort ["PORT-6" "PORT-4" "PORT-10" "PORT-14" "REF-4"],
    /// Refers to the port bound under a name.
    GetPort ["PORT-5" "PORT-4" "REF-4"],
    /// Destroys the port bound under a name.
    DestroyBoundPort ["LEG-4" "PORT-4" "PORT-13" "REF-7"],
    /// Sends a message to the other end of a port's channel.
    SendOnPort ["PORT-9" "PORT-10" "PORT-12" "PORT-15" "MSG-3" "MSG-11" "MSG-12" "REF-7" "TIME-3" "TIME-5" "TICK-11"],
    /// Sends a message to the actor of a capability.
    SendToCapability ["CAP-4" "CAP-5" "MSG-3" "MSG-11" "TIME-3" "TIME-5"],
    /// Responds to the message being handled.
    Respond ["RESP-1" "RESP-2" "RESP-5" "CAP-5" "MSG-3" "TIME-3" "TICK-11"],
    /// Creates an actor.
    CreateActor ["ACTOR-1" "ACTOR-2" "ACTOR-3" "ACTOR-4" "ACTOR-5" "ACTOR-6" "MSG-3" "TIME-3" "TICK-9" "TICK-11"],
    /// Waits for the next message.
    GetNextMessage ["WAIT-1" "WAIT-2" "WAIT-3" "WAIT-4" "WAIT-5" "RUN-3" "RUN-5" "TICK-8" "TICK-11"],
    /// Stores a message at an index.
    StoreMessage ["STORE-1" "STORE-2" "STORE-5" "MSG-3"],
    /// Loads the message stored at an index.
    LoadMessage ["STORE-1" "STORE-3" "STORE-5" "RUN-3" "RUN-4" "RUN-5" "REF-1" "REF-2" "REF-4" "REF-8" "TICK-8"],
    /// Removes the message stored at an index.
    DeleteMessage ["STORE-1" "STORE-4" "STORE-5"],
    /// Opens the storage under a key of bytes.
    OpenStore ["LEG-8" "STORE-1" "STORE-5" "RUN-3" "RUN-4" "RUN-5" "REF-1" "REF-2" "REF-8" "TICK-8"],
    /// Stores a message under an opened key.
    UpdateStore ["LEG-9" "STORE-5" "MSG-3"],
    /// Removes what is stored under an opened key.
    DeleteStore ["LEG-9" "STORE-5"],
    /// Makes a capability to this actor.
    MintCapability ["CAP-1" "CAP-2"],
    /// Whether a number is a valid reference.
    IsValidReference ["REF-5"],
    /// Gives a reference up.
    DeleteReference ["REF-6" "REF-7"],
    /// Records an assertion of the guest's.
    AssertEqual ["LEG-2"],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_numbered_by_their_place() {
        for (place, operation) in Operation::ALL.into_iter().enumerate() {
            assert_eq!(operation as usize, place);
            assert_eq!(operation.name(), format!("{operation:?}"));
        }
    }
}
