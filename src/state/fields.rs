//! Where objects lead: the fields of each kind (`STATE-15`), and the names that people know them by.
//!
//! Enters: an object. Leaves: its fields, each of which [`Any::follow`] follows. Refuses to know:
//! where objects are kept. What is reachable in a state, and how paths into it are written, both
//! come from this one list.

use super::{
    kinds::Any,
    proof::{Field, Place},
};

/// The fields of one kind that are positions in a list.
fn listed(count: usize, field: impl Fn(u32) -> Field) -> Vec<Field> {
    (0..count as u32).map(field).collect()
}

impl Field {
    /// Its name in a path; a position in a list follows the list's name.
    pub fn segment(self) -> String {
        let name = match self {
            Field::WorldActors => "actors",
            Field::WorldChannels => "channels",
            Field::WorldProbes => "probes",
            Field::ActorCode => "code",
            Field::ActorStorage => "storage",
            Field::ActorBound => "bound",
            Field::ActorInbox => "inbox",
            Field::ActorCreation => "creation",
            Field::ActorRun => "run",
            Field::ChannelFirst => "first",
            Field::ChannelSecond => "second",
            Field::ProbeReceived => "received",
            Field::EnvelopeMessage => "message",
            Field::MessageData => "data",
            Field::MessageResponse => "response",
            Field::RunMemory => "memory",
            Field::MessageCapability { at } => return format!("capabilities/{at}"),
            Field::MessagePort { at } => return format!("ports/{at}"),
            Field::RunReference { at } => return format!("references/{at}"),
        };
        name.to_owned()
    }
}

impl Any {
    /// Every field of this object that leads on, or that could.
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Any::World(_) => vec![Field::WorldActors, Field::WorldChannels, Field::WorldProbes],
            Any::Actor(_) => vec![
                Field::ActorCode,
                Field::ActorStorage,
                Field::ActorBound,
                Field::ActorInbox,
                Field::ActorCreation,
                Field::ActorRun,
            ],
            Any::Channel(_) => vec![Field::ChannelFirst, Field::ChannelSecond],
            Any::Probe(_) => vec![Field::ProbeReceived],
            Any::Envelope(_) => vec![Field::EnvelopeMessage],
            Any::Message(message) => {
                let capabilities = listed(message.capabilities.len(), |at| {
                    Field::MessageCapability { at }
                });
                let ports = listed(message.ports.len(), |at| Field::MessagePort { at });
                let one = [Field::MessageData, Field::MessageResponse];
                one.into_iter().chain(capabilities).chain(ports).collect()
            }
            Any::Run(run) => {
                let references = listed(run.references.len(), |at| Field::RunReference { at });
                [Field::RunMemory].into_iter().chain(references).collect()
            }
            Any::Capability(_) | Any::Port(_) => Vec::new(),
        }
    }

    /// What this object refers to, field by field.
    pub fn children(&self) -> impl Iterator<Item = Place> {
        self.fields().into_iter().map(|field| {
            self.follow(field)
                .expect("the object has each of its fields")
        })
    }
}
