//! Channels: two ends each, every end in one place, messages waiting at ends (`PORT-*`).
//!
//! Enters: moves of ends, messages. Leaves: where ends are, and what is lost when one is destroyed.
//! Refuses to know: actors' inboxes beyond "what waits at these ports".

use crate::{
    activation::references::Name,
    state::{
        identity::{ActorId, ChannelId, End, PortId},
        message::{Envelope, Message, Position},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// Where an end is between activations (`PORT-2`). While an activation's changes are being
/// applied, what its run held counts as `Held`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    Held,
    Bound { actor: ActorId, name: Name },
    InMessage,
    Outside { probe: ActorId },
    Gone,
}

/// One end, with what waits at it in the order of an inbox.
#[derive(Clone, Debug)]
pub struct EndState {
    pub place: Place,
    pub waiting: BTreeMap<Position, Envelope>,
}

/// The two ends of a channel.
#[derive(Clone, Debug)]
pub struct Channel {
    ends: [EndState; 2],
}

impl Channel {
    pub fn end(&self, end: End) -> &EndState {
        &self.ends[end as usize]
    }
}

/// What became of a message sent on a port.
#[derive(Debug)]
pub enum Sent {
    /// It waits at an end that this actor has bound.
    Bound(ActorId),
    /// It waits at an end that no actor has bound.
    Waiting,
    /// The other end is gone (`PORT-12`); so many ticks are burned.
    Lost(u64),
}

/// All channels that have an end left.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    channels: BTreeMap<ChannelId, Channel>,
}

impl Channels {
    pub fn iter(&self) -> impl Iterator<Item = (&ChannelId, &Channel)> {
        self.channels.iter()
    }

    /// Every end that is not gone.
    pub fn ends(&self) -> impl Iterator<Item = (PortId, &EndState)> {
        self.channels
            .iter()
            .flat_map(|(id, channel)| id.ends().map(|port| (port, channel.end(port.end))))
            .filter(|(_, end)| end.place != Place::Gone)
    }

    /// Makes a channel whose ends are both held by its maker.
    pub fn open(&mut self, channel: ChannelId) {
        let end = || EndState {
            place: Place::Held,
            waiting: BTreeMap::new(),
        };
        let previous = self.channels.insert(
            channel,
            Channel {
                ends: [end(), end()],
            },
        );
        assert!(previous.is_none(), "channel ids are unique");
    }

    /// An end, if its channel still is part of the state.
    pub fn end(&self, port: PortId) -> Option<&EndState> {
        self.channels
            .get(&port.channel)
            .map(|channel| channel.end(port.end))
    }

    /// Where an end is.
    pub fn place(&self, port: PortId) -> &Place {
        match self.channels.get(&port.channel) {
            Some(channel) => &channel.end(port.end).place,
            None => &Place::Gone,
        }
    }

    fn end_mut(&mut self, port: PortId) -> Option<&mut EndState> {
        self.channels
            .get_mut(&port.channel)
            .map(|channel| &mut channel.ends[port.end as usize])
    }

    /// Moves an end that is not gone to another place.
    pub fn put(&mut self, port: PortId, place: Place) {
        assert!(place != Place::Gone, "destroying is another operation");
        let end = self
            .end_mut(port)
            .expect("only an end that exists can be moved");
        assert!(
            end.place != Place::Gone,
            "only an end that exists can be moved"
        );
        end.place = place;
    }

    /// Puts the ports of a message into it.
    pub fn enclose(&mut self, message: &Message) {
        for port in &message.ports {
            self.put(*port, Place::InMessage);
        }
    }

    /// Sends a message on a port (`PORT-9`, `PORT-12`).
    pub fn send(&mut self, port: PortId, envelope: Envelope) -> Sent {
        let target = port.opposite();
        self.enclose(&envelope.message);
        if *self.place(target) == Place::Gone {
            return Sent::Lost(self.discard(envelope));
        }
        let end = self.end_mut(target).expect("its place is not gone");
        let previous = end.waiting.insert(envelope.position, envelope);
        assert!(previous.is_none(), "no two messages have one position");
        match &end.place {
            Place::Bound { actor, .. } => Sent::Bound(*actor),
            Place::Outside { .. } | Place::InMessage | Place::Held => Sent::Waiting,
            Place::Gone => unreachable!("asked above"),
        }
    }

    /// Destroys a message that nobody will receive, with its ports. Gives the ticks that burn.
    pub fn discard(&mut self, envelope: Envelope) -> u64 {
        let mut burned = 0;
        // A message's ports can have messages waiting that carry ports, and so on: no recursion.
        let mut doomed = vec![envelope];
        while let Some(envelope) = doomed.pop() {
            burned += envelope.ticks;
            for port in &envelope.message.ports {
                doomed.extend(self.close(*port).into_values());
            }
        }
        burned
    }

    /// Destroys an end (`PORT-13`). Gives the ticks that burn.
    pub fn destroy(&mut self, port: PortId) -> u64 {
        let waiting = self.close(port);
        waiting
            .into_values()
            .map(|envelope| self.discard(envelope))
            .sum()
    }

    /// Marks an end as gone and gives what waited at it; forgets a channel without ends (`PORT-16`).
    fn close(&mut self, port: PortId) -> BTreeMap<Position, Envelope> {
        let end = self.end_mut(port).expect("an end is destroyed once");
        assert!(end.place != Place::Gone, "an end is destroyed once");
        end.place = Place::Gone;
        let waiting = std::mem::take(&mut end.waiting);
        if *self.place(port.opposite()) == Place::Gone {
            self.channels.remove(&port.channel);
        }
        waiting
    }

    /// The position of the first message that waits at any of these ports.
    pub fn first_waiting(&self, ports: impl Iterator<Item = PortId>) -> Option<Position> {
        ports
            .filter_map(|port| {
                self.channels[&port.channel]
                    .end(port.end)
                    .waiting
                    .keys()
                    .next()
            })
            .min()
            .copied()
    }

    /// Takes the message at that position, which waits at one of these ports.
    pub fn take(
        &mut self,
        mut ports: impl Iterator<Item = PortId>,
        position: Position,
    ) -> Option<Envelope> {
        ports.find_map(|port| self.end_mut(port)?.waiting.remove(&position))
    }

    /// Takes a port out of the message at that position, which waits at an end that is at `place`;
    /// the places of the other ports are closed up. Says whether there was such a message.
    pub fn take_out(&mut self, place: &Place, position: Position, port: PortId) -> bool {
        let ends = self
            .channels
            .values_mut()
            .flat_map(|channel| &mut channel.ends);
        let mut waiting = ends
            .filter(|end| end.place == *place)
            .map(|end| &mut end.waiting);
        let Some(envelope) = waiting.find_map(|waiting| waiting.get_mut(&position)) else {
            return false;
        };
        let message = &envelope.message;
        if !message.ports.contains(&port) {
            return false;
        }
        let ports = message
            .ports
            .iter()
            .copied()
            .filter(|other| *other != port)
            .collect();
        let capabilities = message.capabilities.clone();
        let rest = Message::new(message.data.clone(), capabilities, ports, message.response);
        envelope.message = Arc::new(rest);
        true
    }

    /// All ticks of messages waiting at ports.
    pub fn held_ticks(&self) -> u64 {
        self.channels
            .values()
            .flat_map(|channel| &channel.ends)
            .flat_map(|end| end.waiting.values())
            .map(|envelope| envelope.ticks)
            .sum()
    }
}
