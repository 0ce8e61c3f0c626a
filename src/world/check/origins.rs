//! Whether everything that has an id or a number was made by somebody who counted it.
//!
//! Enters: a world. Leaves: the first thing that nobody made, if there is one. What is made next
//! is then new. Refuses to know: what the things are for.

use super::{Invariant, Violation, ensure, of};
use crate::{
    limits,
    state::{
        hash::Hash,
        identity::{ActorId, ChannelId},
        message::{Envelope, Position},
        objects::Counters,
    },
    world::World,
};
use hashbrown::HashSet;

impl World {
    pub(super) fn check_origins(&self) -> Result<(), Violation> {
        let creations = self.check_creations();
        creations.and_then(|()| self.check_senders())?;
        self.check_makers()
    }

    /// What somebody has made, and until when; nobody who is not there has made anything.
    fn maker(&self, id: ActorId) -> Option<(Counters, u64)> {
        if id == ActorId::OUTSIDE {
            return Some((self.outside, self.time));
        }
        let actor = self.actors.get(&id)?;
        Some((actor.counters, actor.clock))
    }

    fn check_creations(&self) -> Result<(), Violation> {
        for (id, actor) in self.actors.iter() {
            let Some(creation) = &actor.creation else {
                continue;
            };
            let Position {
                stamp,
                sender,
                number,
            } = creation.position;
            let maker = self.maker(sender);
            let counted =
                maker.is_some_and(|(made, clock)| number < made.created && stamp <= clock);
            ensure(
                counted && sender.child(number) == *id,
                Invariant::Origins,
                || {
                    format!(
                        "expected the creation {} to be its own, found another",
                        of(id)
                    )
                },
            )?;
        }
        Ok(())
    }

    /// What was sent. An error response may have a sender that never existed (`ACTOR-5`).
    fn check_senders(&self) -> Result<(), Violation> {
        let mut sends: Vec<(ActorId, u64)> = Vec::new();
        for envelope in self.sent() {
            let Position {
                stamp,
                sender,
                number,
            } = envelope.position;
            let counted = match self.maker(sender) {
                Some((made, clock)) => number < made.sent && stamp <= clock,
                None => number == 0,
            };
            ensure(counted, Invariant::Origins, || {
                let id = Envelope::object_id(envelope);
                format!("expected the envelope {id} to be one that its sender has sent")
            })?;
            sends.push((sender, number));
        }
        sends.sort_unstable();
        let mut pairs = sends.windows(2);
        let twice = pairs.find(|pair| pair[0] == pair[1]);
        ensure(twice.is_none(), Invariant::Origins, || {
            let (sender, number) = twice.expect("it was found")[0];
            let sender = sender.0;
            format!("expected one envelope of the sender {sender} with number {number}, found two")
        })
    }

    /// Everybody's id, and every channel's, is one that somebody has made.
    fn check_makers(&self) -> Result<(), Violation> {
        let senders = self.sent().map(|envelope| envelope.position.sender.0);
        let actors = self.actors.keys().map(|id| id.0);
        let mut actors: HashSet<Hash> = actors.chain(senders).collect();
        actors.remove(&ActorId::OUTSIDE.0);
        let mut channels: HashSet<Hash> = self.channels.map().keys().map(|id| id.0).collect();
        let outside = (ActorId::OUTSIDE, self.outside);
        let makers = || {
            let actors = self.actors.iter().map(|(id, actor)| (*id, actor.counters));
            [outside].into_iter().chain(actors)
        };
        let made = makers().try_fold(0u64, |sum, (_, made)| {
            sum.checked_add(made.created)?.checked_add(made.channels)
        });
        ensure(
            made.is_some_and(|made| made <= limits::STATE_MAKINGS),
            Invariant::Origins,
            || {
                let most = limits::STATE_MAKINGS;
                format!("expected at most {most} creations and channels to be counted, found more")
            },
        )?;
        for (id, made) in makers() {
            if actors.is_empty() && channels.is_empty() {
                break;
            }
            for count in 0..made.created {
                actors.remove(&id.child(count).0);
            }
            for count in 0..made.channels {
                channels.remove(&ChannelId::made_by(id, count).0);
            }
        }
        for (what, unmade) in [("actor", actors), ("channel", channels)] {
            let first = unmade.iter().min();
            ensure(first.is_none(), Invariant::Origins, || {
                let id = first.expect("there is one");
                format!("expected somebody who made the {what} {id}, found nobody")
            })?;
        }
        Ok(())
    }
}
