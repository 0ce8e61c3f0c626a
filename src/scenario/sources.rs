//! Where a player takes what the outside sends: capabilities and ports, known or received.
//!
//! Enters: what a plan names. Leaves: messages, or why there is no such thing now.
//! Refuses to know: what is done with them.

use super::{
    plan::{Arrived, CapabilitySource, Outgoing, PortSource},
    play::Player,
    problem::{At, Place, Problem},
};
use crate::{
    state::{
        identity::{Capability, PortId},
        message::{Data, Envelope, Message},
    },
    trace::{names::Names, text},
    world::channels::Place as PortPlace,
};

impl Player<'_> {
    pub(super) fn message(&mut self, outgoing: &Outgoing, data: Data) -> Result<Message, Problem> {
        let capabilities = outgoing
            .capabilities
            .iter()
            .map(|source| self.capability(source));
        let capabilities = capabilities.collect::<Result<Vec<_>, _>>()?;
        let response = outgoing
            .response
            .as_ref()
            .map(|source| self.capability(source));
        let response = response.transpose()?;
        let mut ports: Vec<PortId> = Vec::new();
        for source in &outgoing.ports {
            let port = self.port(source)?;
            if ports.contains(&port) {
                let message = "expected a port once in a message, found it again";
                return Err(Problem::new(source.place, message));
            }
            ports.push(port);
        }
        Ok(Message::new(data, capabilities, ports, response))
    }

    fn arrived(&self, arrived: Arrived, place: Place) -> Result<&Envelope, Problem> {
        let all = self.played.arrivals.at(arrived.probe);
        all.get(arrived.message).ok_or_else(|| {
            let probe = Names::of(self.plan, &self.played.world).actor(arrived.probe);
            let expected = text::count(arrived.message as u64 + 1, "message");
            let found = all.len();
            let message =
                format!("expected at least {expected} received by `{probe}`, found {found}");
            Problem::new(place, message)
        })
    }

    pub(super) fn capability(&self, source: &At<CapabilitySource>) -> Result<Capability, Problem> {
        match source.value {
            CapabilitySource::Known(capability) => Ok(capability),
            CapabilitySource::Item(arrived, index) => {
                let capabilities = &self.arrived(arrived, source.place)?.message.capabilities();
                capabilities.get(index).copied().ok_or_else(|| {
                    let found = capabilities.len();
                    let message = format!(
                        "expected a message with more than {index} capabilities, found {found}"
                    );
                    Problem::new(source.place, message)
                })
            }
            CapabilitySource::Response(arrived) => self
                .arrived(arrived, source.place)?
                .message
                .response()
                .ok_or_else(|| {
                    let message = "expected a message with a response capability, found none";
                    Problem::new(source.place, message)
                }),
        }
    }

    /// A port that the outside has. One in a received message is taken out of it (`OUT-5`).
    pub(super) fn port(&mut self, source: &At<PortSource>) -> Result<PortId, Problem> {
        let port = match source.value {
            PortSource::End(port) => port,
            PortSource::Item(arrived, index) => {
                let envelope = self.arrived(arrived, source.place)?;
                let (position, ports) = (envelope.position, envelope.message.ports());
                let port = *ports.get(index).ok_or_else(|| {
                    let found = ports.len();
                    let message =
                        format!("expected a message with more than {index} ports, found {found}");
                    Problem::new(source.place, message)
                })?;
                self.played.world.take_port(arrived.probe, position, port);
                port
            }
        };
        let place = self.played.world.channels().place(port);
        if let PortPlace::Outside { .. } = place {
            return Ok(port);
        }
        let names = Names::of(self.plan, &self.played.world);
        let found = match place {
            PortPlace::Bound { actor, .. } => format!("it is bound by `{}`", names.actor(*actor)),
            PortPlace::InMessage => "it is in a message".to_owned(),
            PortPlace::Gone => "it is gone".to_owned(),
            PortPlace::Held | PortPlace::Outside { .. } => unreachable!("no run holds it"),
        };
        let port = names.port(port);
        let message =
            format!("expected the port `{port}` to be with the outside, found that {found}");
        Err(Problem::new(source.place, message))
    }
}
