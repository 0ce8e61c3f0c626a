//! A run's table of references (`REF-*`), and where the ports that it met are.
//!
//! Enters: things to refer to. Leaves: numbers, and the things back for valid numbers.
//! Refuses to know: what operations do with them, and the world outside the run.

use crate::{
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::Kind,
    limits,
    state::{
        identity::{Capability, PortId},
        message::{Data, Envelope, Message},
        name::Name,
        objects::ReferenceObject,
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// A message that is local to a run.
#[derive(Clone, Debug, Default)]
pub struct LocalMessage {
    /// Its data.
    pub data: Data,
    /// Its capabilities, in order; none in the ports dialects.
    pub capabilities: Vec<Capability>,
    /// A loaded port leaves its place empty (`PORT-8`).
    pub ports: Vec<Option<PortId>>,
    /// Its response capability, if it has one.
    pub response: Option<Capability>,
    /// What `getMessageTag` gives (`MSG-10`).
    pub tag: u32,
}

impl LocalMessage {
    /// A copy to work with of a message value.
    pub fn of(message: &Message, tag: u32) -> LocalMessage {
        LocalMessage {
            data: message.data.clone(),
            capabilities: message.capabilities().to_vec(),
            ports: message.ports().iter().copied().map(Some).collect(),
            response: message.response(),
            tag,
        }
    }

    /// A copy to work with of a message that was received.
    pub fn received(envelope: &Envelope) -> LocalMessage {
        LocalMessage::of(&envelope.message, envelope.tag)
    }

    /// The value that this message has now (`MSG-3`, `MSG-12`).
    pub fn value(&self) -> Arc<Message> {
        let mut ports: Vec<PortId> = self.ports.iter().flatten().copied().collect();
        if deviates(Deviation::SentPortsReversed) {
            ports.reverse();
        }
        Arc::new(Message::new(
            self.data.clone(),
            self.capabilities.clone(),
            ports,
            self.response,
        ))
    }

    /// How many items were ever added.
    pub fn item_count(&self) -> usize {
        self.capabilities.len() + self.ports.len()
    }
}

/// What a reference denotes.
#[derive(Clone, Debug)]
pub enum Referent {
    /// A message, as it stands in this run.
    Message(LocalMessage),
    /// A port, in one of its stays with the run.
    Port {
        /// Which port.
        port: PortId,
        /// Which of its stays, counted from 0: a reference is good for one.
        stay: u32,
    },
    /// A capability, by value.
    Capability(Capability),
    /// A store that was opened, by its key (`LEG-8`).
    Store(Name),
}

impl Referent {
    fn kind(&self) -> Kind {
        match self {
            Referent::Message(_) => Kind::Message,
            Referent::Port { .. } => Kind::Port,
            Referent::Capability(_) => Kind::Capability,
            Referent::Store(_) => Kind::Store,
        }
    }
}

/// Where a port is, as far as this run knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whereabouts {
    /// With the run, under no name.
    Held,
    /// Bound by the actor under this name.
    Bound(Name),
    /// In a message, or destroyed.
    Away,
}

/// A port that this run met. Each time it comes back after having been away is a new stay:
/// references of an earlier stay remain invalid for good (`REF-7`).
#[derive(Clone, Debug)]
struct Acquaintance {
    whereabouts: Whereabouts,
    stay: u32,
}

/// The table of references of one run.
#[derive(Clone, Debug, Default)]
pub struct References {
    entries: Vec<Option<Referent>>,
    ports: BTreeMap<PortId, Acquaintance>,
}

impl References {
    /// The table of a run that met no ports.
    pub fn of(entries: Vec<Option<Referent>>) -> References {
        let ports = BTreeMap::new();
        References { entries, ports }
    }

    /// Whether so many further references can be handed out (`REF-8`).
    pub fn room_for(&self, count: usize) -> Result<(), Fault> {
        let lacking = usize::from(deviates(Deviation::LastReferenceRefused));
        if self.entries.len() + count <= limits::RUN_REFERENCES - lacking {
            Ok(())
        } else {
            Err(Fault::LimitExceeded)
        }
    }

    /// How many references were handed out, those that are no longer valid included.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// Hands out the next reference. The caller has made sure that there is room.
    pub fn hand_out(&mut self, referent: Referent) -> i32 {
        assert!(
            self.entries.len() < limits::RUN_REFERENCES,
            "room was checked"
        );
        if deviates(Deviation::ReferencesAreReused)
            && let Some(free) = self.entries.iter().position(Option::is_none)
        {
            self.entries[free] = Some(referent);
            return free as i32;
        }
        let is_capability = matches!(referent, Referent::Capability(_));
        if is_capability && deviates(Deviation::CapabilitiesTakeTwoNumbers) {
            self.entries.push(None);
        }
        self.entries.push(Some(referent));
        i32::try_from(self.entries.len() - 1).expect("the limit is far below i32::MAX")
    }

    /// Hands out a reference to a port that is, or comes to be, at `whereabouts`.
    pub fn hand_out_port(&mut self, port: PortId, whereabouts: Whereabouts) -> i32 {
        assert!(
            whereabouts != Whereabouts::Away,
            "only what is here can be referred to"
        );
        let known = self
            .ports
            .entry(port)
            .and_modify(|known| {
                if known.whereabouts == Whereabouts::Away {
                    known.stay += 1;
                }
            })
            .or_insert(Acquaintance {
                whereabouts: Whereabouts::Away,
                stay: 0,
            });
        known.whereabouts = whereabouts;
        let stay = known.stay;
        self.hand_out(Referent::Port { port, stay })
    }

    /// Notes where a port that was met is now.
    pub fn move_port(&mut self, port: PortId, whereabouts: Whereabouts) {
        let known = self
            .ports
            .get_mut(&port)
            .expect("only a port that was met can move");
        assert!(
            known.whereabouts != Whereabouts::Away,
            "what is away cannot be moved from here"
        );
        known.whereabouts = whereabouts;
    }

    /// Notes that a port is away, whether or not this run met it.
    pub fn note_away(&mut self, port: PortId) {
        if let Some(known) = self.ports.get_mut(&port) {
            known.whereabouts = Whereabouts::Away;
        }
    }

    /// Where a port that was met is.
    pub fn whereabouts(&self, port: PortId) -> &Whereabouts {
        &self.ports[&port].whereabouts
    }

    /// What a reference denotes, if it is valid (`REF-5`).
    pub fn get(&self, reference: i32) -> Option<&Referent> {
        let index = usize::try_from(reference).ok()?;
        let referent = self.entries.get(index)?.as_ref()?;
        match referent {
            Referent::Port { port, stay } => {
                let known = &self.ports[port];
                let same = known.stay == *stay || deviates(Deviation::OldReferencesRevive);
                let here = known.whereabouts != Whereabouts::Away && same;
                here.then_some(referent)
            }
            _ => Some(referent),
        }
    }

    /// Checks that a reference is valid and of a kind (`ARG-4`).
    pub fn check(&self, reference: i32, kind: Kind) -> Result<(), Fault> {
        match self.get(reference) {
            None => Err(Fault::InvalidReference),
            Some(referent) if referent.kind() != kind => {
                Err(match deviates(Deviation::WrongKindIsInvalid) {
                    true => Fault::InvalidReference,
                    false => Fault::WrongKind,
                })
            }
            Some(_) => Ok(()),
        }
    }

    /// Forgets a reference, and gives back what it denoted if it was valid.
    pub fn forget(&mut self, reference: i32) -> Option<Referent> {
        self.get(reference)?;
        self.entries[reference as usize].take()
    }

    /// The message that a checked reference denotes.
    pub fn message(&self, reference: i32) -> &LocalMessage {
        match self.get(reference) {
            Some(Referent::Message(message)) => message,
            other => unreachable!("checked to be a message, found {other:?}"),
        }
    }

    /// The message that a checked reference denotes, to be changed.
    pub fn message_mut(&mut self, reference: i32) -> &mut LocalMessage {
        self.check(reference, Kind::Message)
            .expect("checked to be a message");
        match &mut self.entries[reference as usize] {
            Some(Referent::Message(message)) => message,
            other => unreachable!("checked to be a message, found {other:?}"),
        }
    }

    /// The port that a checked reference denotes.
    pub fn port(&self, reference: i32) -> PortId {
        match self.get(reference) {
            Some(Referent::Port { port, .. }) => *port,
            other => unreachable!("checked to be a port, found {other:?}"),
        }
    }

    /// The capability that a checked reference denotes.
    pub fn capability(&self, reference: i32) -> Capability {
        match self.get(reference) {
            Some(Referent::Capability(capability)) => *capability,
            other => unreachable!("checked to be a capability, found {other:?}"),
        }
    }

    /// The store that a checked reference denotes.
    pub fn store(&self, reference: i32) -> Name {
        match self.get(reference) {
            Some(Referent::Store(key)) => key.clone(),
            other => unreachable!("checked to be a store, found {other:?}"),
        }
    }

    /// The ports that are lost when the run ends here (`PORT-14`), in the order of their ids.
    pub fn ports_left_behind(&self) -> Vec<PortId> {
        let held = self
            .ports
            .iter()
            .filter(|(_, known)| known.whereabouts == Whereabouts::Held)
            .map(|(port, _)| *port);
        let in_messages = self
            .entries
            .iter()
            .skip(usize::from(deviates(Deviation::ReceivedPortsSurvive)))
            .flatten()
            .flat_map(|referent| match referent {
                Referent::Message(message) => message.ports.as_slice(),
                _ => &[],
            });
        let mut ports: Vec<PortId> = held.chain(in_messages.flatten().copied()).collect();
        ports.sort_unstable();
        assert!(
            ports.windows(2).all(|pair| pair[0] != pair[1]),
            "a port is in one place"
        );
        ports
    }

    /// What an entry denotes, if it was not deleted.
    pub fn at(&self, index: usize) -> Option<&Referent> {
        self.entries.get(index)?.as_ref()
    }

    /// All that is referred to.
    pub fn referents(&self) -> impl Iterator<Item = &Referent> {
        self.entries.iter().flatten()
    }

    /// The table as objects, for the hash of a waiting run (`STATE-8`).
    pub fn objects(&self) -> Vec<ReferenceObject> {
        let object = |entry: &Option<Referent>| match entry {
            None => ReferenceObject::Deleted,
            Some(Referent::Message(message)) => ReferenceObject::Message {
                message: message.value().object_id(),
                tag: message.tag,
            },
            Some(Referent::Capability(capability)) => ReferenceObject::Capability(*capability),
            Some(Referent::Store(key)) => ReferenceObject::Store(key.to_vec()),
            Some(Referent::Port { .. }) => unreachable!("no dialect with ports has waiting runs"),
        };
        self.entries.iter().map(object).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::identity::{ActorId, ChannelId};

    fn some_port() -> PortId {
        ChannelId::made_by(ActorId::OUTSIDE, 0).ends()[0]
    }

    #[test]
    fn references_are_never_reused() {
        let mut table = References::default();
        let first = table.hand_out(Referent::Message(LocalMessage::default()));
        assert_eq!(first, 0);
        assert!(table.forget(first).is_some());
        assert!(table.forget(first).is_none());
        assert_eq!(table.hand_out(Referent::Store(Name::from(*b"k"))), 1);
        assert_eq!(table.check(0, Kind::Message), Err(Fault::InvalidReference));
        assert_eq!(table.check(1, Kind::Message), Err(Fault::WrongKind));
        assert_eq!(table.check(-1, Kind::Store), Err(Fault::InvalidReference));
        assert_eq!(table.check(2, Kind::Store), Err(Fault::InvalidReference));
        assert_eq!(table.check(1, Kind::Store), Ok(()));
    }

    #[test]
    fn a_port_that_comes_back_does_not_revive_old_references() {
        let mut table = References::default();
        let old = table.hand_out_port(some_port(), Whereabouts::Held);
        let twin = table.hand_out_port(some_port(), Whereabouts::Held);
        assert!(table.get(old).is_some() && table.get(twin).is_some());
        table.move_port(some_port(), Whereabouts::Away);
        assert!(table.get(old).is_none() && table.get(twin).is_none());
        let new = table.hand_out_port(some_port(), Whereabouts::Held);
        assert!(table.get(old).is_none() && table.get(twin).is_none());
        assert!(table.get(new).is_some());
        assert_eq!(table.ports_left_behind(), [some_port()]);
    }

    #[test]
    fn the_table_is_bounded() {
        let mut table = References::default();
        for _ in 0..limits::RUN_REFERENCES - 1 {
            table.hand_out(Referent::Store(Name::from(*b"")));
        }
        assert_eq!(table.room_for(1), Ok(()));
        assert_eq!(table.room_for(2), Err(Fault::LimitExceeded));
        table.hand_out(Referent::Store(Name::from(*b"")));
        assert_eq!(table.room_for(0), Ok(()));
        assert_eq!(table.room_for(1), Err(Fault::LimitExceeded));
    }
}
