//! What the outside does in a step, before the world goes on.
//!
//! Enters: a step of the plan. Leaves: a world in which its deed is done, and what is under way
//! because of it; or why it cannot be done. Refuses to know: activations.

use super::{Player, UnderWay};
use crate::{
    limits,
    scenario::{
        plan::{Deed, Destination, Outgoing, Step},
        problem::{Place, Problem},
        raw::Until,
    },
    state::message::Data,
};

impl Player<'_> {
    /// Does a step's deed.
    pub(super) fn begin(&mut self, step: &Step) -> Result<(), Problem> {
        let mut until_idle = false;
        let goes_on = match &step.deed {
            Deed::Expect(expectation) => {
                self.expect(expectation);
                self.at += 1;
                return Ok(());
            }
            Deed::Create {
                actor,
                module,
                message,
            } => {
                let ready = self.message(message, self.plan.modules[*module].binary.clone())?;
                let created = self.played.world.create(ready, message.ticks);
                assert_eq!(
                    created, *actor,
                    "the plan knows the ids of what the outside creates"
                );
                message.run
            }
            Deed::Send { to, message } => {
                self.send(to, message)?;
                message.run
            }
            Deed::Advance(until) => {
                let now = self.played.world.time();
                until_idle = *until == Until::Idle;
                let time = match until {
                    Until::Ticks(ticks) => now.saturating_add(*ticks),
                    Until::Time(time) => *time,
                    Until::Idle => now,
                };
                self.set_time(time, step.place)?;
                true
            }
            Deed::Destroy(source) => {
                let port = self.port(source)?;
                self.played.world.destroy(port);
                false
            }
        };
        if goes_on {
            self.under_way = Some(UnderWay {
                until_idle,
                ..UnderWay::default()
            });
        } else {
            self.end(step, Vec::new());
        }
        Ok(())
    }

    fn send(&mut self, to: &Destination, message: &Outgoing) -> Result<(), Problem> {
        let data = Data::new(message.data.clone());
        match to {
            Destination::Capability(source) => {
                let capability = self.capability(source)?;
                let ready = self.message(message, data)?;
                self.played.world.send(capability, ready, message.ticks);
            }
            Destination::Port(source) => {
                let port = self.port(source)?;
                let ready = self.message(message, data)?;
                self.played.world.send_on(port, ready, message.ticks);
            }
        }
        Ok(())
    }

    pub(super) fn set_time(&mut self, time: u64, place: Place) -> Result<(), Problem> {
        if time > limits::LATEST_TIME {
            let latest = limits::LATEST_TIME;
            let message = format!("expected to advance to {latest} at the latest, found {time}");
            return Err(Problem::new(place, message));
        }
        self.played.world.set_time(time);
        Ok(())
    }
}
