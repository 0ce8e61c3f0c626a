//! Channels: two ends each, every end in one place, messages waiting at ends (`PORT-*`).
//!
//! Enters: moves of ends, messages. Leaves: where ends are, and what is lost when one is destroyed.
//! Refuses to know: actors' inboxes beyond "what waits at these ports".

use super::waiting::Waiting;
use crate::deviation::{Deviation, deviates};
use crate::state::{
    identity::{ActorId, ChannelId, End, PortId},
    message::{Envelope, Message, Position},
    name::Name,
    trie::{Ordered, Trie},
    with_id::WithId,
};
use std::sync::Arc;

/// Where an end is between activations (`PORT-2`). While an activation's changes are being
/// applied, what its run held counts as `Held`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// With a run, under no name.
    Held,
    /// Bound by this actor under this name.
    Bound {
        /// The actor that has it.
        actor: ActorId,
        /// The name, as the actor chose it.
        name: Name,
    },
    /// In a message, wherever that is.
    InMessage,
    /// With the outside, held by this probe.
    Outside {
        /// The probe that holds it.
        probe: ActorId,
    },
    /// Nowhere: it was destroyed.
    Gone,
}

/// One end, with what waits at it in the order of an inbox.
#[derive(Clone, Debug)]
pub struct EndState {
    /// Where the end is.
    pub place: Place,
    /// What nobody has received from it yet.
    pub waiting: Waiting,
}

/// The two ends of a channel.
#[derive(Clone, Debug)]
pub struct Channel {
    ends: [EndState; 2],
}

impl Channel {
    /// A channel with these ends, the first one first.
    pub fn new(ends: [EndState; 2]) -> Channel {
        Channel { ends }
    }

    /// One of its two ends.
    pub fn end(&self, end: End) -> &EndState {
        &self.ends[end as usize]
    }

    /// Both ends, the first one first.
    pub fn ends(&self) -> &[EndState; 2] {
        &self.ends
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

/// Ports by the position of what comes first at them.
pub type Heads = Ordered<Position, PortId, { Position::BYTES }>;

/// All channels, by id.
pub type ChannelMap = Trie<ChannelId, Arc<WithId<Channel>>>;

/// All channels that have an end left.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    channels: ChannelMap,
    /// The ends that each probe holds. It follows from the channels.
    outside: Ordered<ActorId, Ordered<PortId, (), 33>, 32>,
}

impl Channels {
    /// All channels, if a map of them is all that is at hand.
    pub fn of(channels: ChannelMap) -> Channels {
        let mut all = Channels {
            channels,
            outside: Ordered::new(),
        };
        let held: Vec<(ActorId, PortId)> = all
            .ends()
            .filter_map(|(port, end)| match end.place {
                Place::Outside { probe } => Some((probe, port)),
                _ => None,
            })
            .collect();
        for (probe, port) in held {
            all.note_outside(probe, port);
        }
        all
    }

    /// The map whose root is part of the state.
    pub fn map(&self) -> &ChannelMap {
        &self.channels
    }

    /// How many channels have an end left.
    pub fn len(&self) -> u64 {
        self.channels.len()
    }

    /// Whether no channel has an end left.
    pub fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    /// Every channel, in the order of the ids.
    pub fn in_order(&self) -> Vec<(&ChannelId, &Channel)> {
        let all = self.channels.in_order().into_iter();
        all.map(|(id, channel)| (id, &***channel)).collect()
    }

    /// Every end that is not gone, in the order of the ports.
    pub fn ends(&self) -> impl Iterator<Item = (PortId, &EndState)> {
        let all = self.in_order().into_iter();
        all.flat_map(|(id, channel)| id.ends().map(|port| (port, channel.end(port.end))))
            .filter(|(_, end)| end.place != Place::Gone)
    }

    /// The ends that a probe holds, in the order of the ports.
    pub fn held_by(&self, probe: ActorId) -> impl Iterator<Item = PortId> {
        let held = self.outside.get(&probe);
        held.into_iter().flat_map(Ordered::keys).copied()
    }

    fn note_outside(&mut self, probe: ActorId, port: PortId) {
        if !self.outside.contains(&probe) {
            self.outside.insert(probe, Ordered::new());
        }
        let held = self.outside.get_mut(&probe).expect("it is there now");
        held.insert(port, ());
    }

    fn forget_outside(&mut self, place: &Place, port: PortId) {
        if let Place::Outside { probe } = place {
            let held = self.outside.get_mut(probe);
            let there = held.and_then(|held| held.remove(&port));
            assert!(there.is_some(), "every end with the outside is noted");
        }
    }

    /// Makes a channel whose ends are both held by its maker.
    pub fn open(&mut self, channel: ChannelId) {
        let end = || EndState {
            place: Place::Held,
            waiting: Waiting::default(),
        };
        let opened = Arc::new(WithId::new(Channel::new([end(), end()])));
        let previous = self.channels.insert(channel, opened);
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
        let channel = self.channels.get_mut(&port.channel)?;
        Some(&mut WithId::changing(channel).ends[port.end as usize])
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
        let previous = std::mem::replace(&mut end.place, place.clone());
        self.forget_outside(&previous, port);
        if let Place::Outside { probe } = place {
            self.note_outside(probe, port);
        }
    }

    /// Puts the ports of a message into it.
    pub fn enclose(&mut self, message: &Message) {
        for port in message.ports() {
            self.put(*port, Place::InMessage);
            if deviates(Deviation::WaitingIsLeftBehind)
                && let Some(end) = self.end_mut(*port)
            {
                end.waiting = Waiting::default();
            }
        }
    }

    /// The end at which what is sent on a port waits.
    pub fn target(port: PortId) -> PortId {
        match deviates(Deviation::SentToItsOwnEnd) {
            true => port,
            false => port.opposite(),
        }
    }

    /// Sends a message on a port (`PORT-9`, `PORT-12`).
    pub fn send(&mut self, port: PortId, envelope: Envelope) -> Sent {
        let target = Channels::target(port);
        self.enclose(&envelope.message);
        if *self.place(target) == Place::Gone {
            return Sent::Lost(self.discard(envelope));
        }
        let end = self.end_mut(target).expect("its place is not gone");
        end.waiting.insert(envelope);
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
            if deviates(Deviation::EnclosedPortsSurvive) {
                continue;
            }
            for port in envelope.message.ports() {
                doomed.extend(self.close(*port).iter().cloned());
            }
        }
        burned
    }

    /// Destroys an end (`PORT-13`). Gives the ticks that burn.
    pub fn destroy(&mut self, port: PortId) -> u64 {
        let waiting = self.close(port);
        waiting
            .iter()
            .map(|envelope| self.discard(envelope.clone()))
            .sum()
    }

    /// Marks an end as gone and gives what waited at it; forgets a channel without ends (`PORT-16`).
    fn close(&mut self, port: PortId) -> Waiting {
        let end = self.end_mut(port).expect("an end is destroyed once");
        assert!(end.place != Place::Gone, "an end is destroyed once");
        let previous = std::mem::replace(&mut end.place, Place::Gone);
        let waiting = std::mem::take(&mut end.waiting);
        self.forget_outside(&previous, port);
        let stays = deviates(Deviation::GoneChannelsStay);
        if *self.place(port.opposite()) == Place::Gone && !stays {
            self.channels.remove(&port.channel);
        }
        waiting
    }

    /// The position of the first message that waits at an end.
    pub fn first_waiting(&self, port: PortId) -> Option<Position> {
        self.end(port)?.waiting.first()
    }

    /// Where something waits at these ports: what comes first at each.
    pub fn heads<'p>(&self, ports: impl Iterator<Item = &'p PortId>) -> Heads {
        let heads = ports.filter_map(|port| Some((self.first_waiting(*port)?, *port)));
        heads.collect()
    }

    /// Takes the message at that position, which waits at this end.
    pub fn take(&mut self, port: PortId, position: Position) -> Option<Envelope> {
        self.end_mut(port)?.waiting.remove(&position)
    }

    /// Takes a port out of the message at that position, which waits at an end that the probe
    /// holds; the places of the other ports are closed up. Says whether there was such a message.
    pub fn take_out(&mut self, probe: ActorId, position: Position, port: PortId) -> bool {
        let has_it = |held: &PortId| self.end(*held).and_then(|end| end.waiting.get(&position));
        let Some((held, envelope)) = self
            .held_by(probe)
            .find_map(|held| Some((held, has_it(&held)?.clone())))
        else {
            return false;
        };
        if !envelope.message.ports().contains(&port) {
            return false;
        }
        let message = Arc::new(envelope.message.without_port(port));
        let end = self.end_mut(held).expect("it was found");
        end.waiting.replace(Envelope {
            message,
            ..envelope
        });
        true
    }
}
