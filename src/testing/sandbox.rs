//! The world in which guests are tried.
//!
//! Enters: what the author of a test has the outside do. Leaves: a plan, which is carried out as it
//! grows, and all that came of it. Refuses to know: what should come of it.

use super::{
    Actor, Cap, Dialect, Guest, Mail, Mistake, Port, Probe, REFERENCE, Received, Record, Schedule,
    Snapshot,
};
use crate::{
    activation::watch::listening,
    limits,
    report::ticks::Profile,
    scenario::{
        modules::Module,
        paused::Paused,
        plan::{
            Arrived, CapabilitySource, Channel, Deed, Destination, Outgoing, Plan, PortSource, Step,
        },
        play::{Did, Player, Settings},
        problem::{At, Place},
        raw::Until,
        target,
    },
    state::{identity::ActorId, message::Envelope, name::Name},
    trace::names::Names,
    world::{World, order::Order, watch::Watch},
};
use std::sync::{Arc, Mutex};

/// There is no file in which these steps stand.
const NOWHERE: Place = Place::new(0, 0);

/// A world, and an outside that creates actors in it, sends to them, and receives.
///
/// What it cannot do it says in words and leaves undone, also where a world does not come to rest (`OUT-13`). Only its
/// profile has then been told of what was undone, and is told of nothing more.
pub struct Sandbox {
    /// All that was done so far.
    plan: Plan,
    paused: Option<Paused>,
    profile: Arc<Mutex<Profile>>,
}

impl Sandbox {
    /// An empty world of a dialect, in which things cost what the reference schedule says.
    pub fn new(dialect: Dialect) -> Sandbox {
        Sandbox::with_schedule(dialect, REFERENCE)
    }

    /// An empty world with a schedule: [`PLAIN`](super::PLAIN) is made to be counted by hand.
    ///
    /// # Panics
    /// If the schedule cannot be used (`Schedule::check`).
    pub fn with_schedule(dialect: Dialect, schedule: Schedule) -> Sandbox {
        let plan = Plan {
            about: String::new(),
            dialect,
            schedule,
            rules: Vec::new(),
            modules: Vec::new(),
            probes: Vec::new(),
            channels: Vec::new(),
            actors: Vec::new(),
            steps: Vec::new(),
        };
        let profile = Arc::new(Mutex::new(Profile::new(plan.schedule.clone())));
        let mut player = Player::new(&plan, Settings::default());
        player.watch(Watch {
            onlooker: profile.clone(),
            marks: true,
        });
        let paused = Some(Paused::of(player));
        Sandbox {
            plan,
            paused,
            profile,
        }
    }

    /// Adds an endpoint at which messages to its capabilities arrive.
    pub fn probe(&mut self, name: &str) -> Result<Probe, Mistake> {
        self.need_ports(false, "a probe")?;
        self.need_new(name)?;
        let id = self.paused_mut().played.world.probe(name);
        self.plan.probes.push(name.to_owned());
        Ok(Probe(id))
    }

    /// Adds a channel, whose ends the sandbox has. What arrives at an end is received by the probe of
    /// its name (`received_at`).
    pub fn channel(&mut self, name: &str, ends: [&str; 2]) -> Result<[Port; 2], Mistake> {
        self.need_ports(true, "a channel")?;
        for end in ends {
            self.need_new(end)?;
        }
        if ends[0] == ends[1] {
            return Err(Mistake::new("expected two names of ends, found one twice"));
        }
        let world = &mut self.paused_mut().played.world;
        let holders = ends.map(|end| world.probe(end));
        let ports = world.channel(holders);
        self.plan.probes.extend(ends.map(str::to_owned));
        self.plan.channels.push(Channel {
            name: name.to_owned(),
            ends: ends.map(str::to_owned),
        });
        Ok(ports.map(|port| Port(PortSource::End(port))))
    }

    /// Creates an actor. The message is what its `onCreation` is called with; it has no data of its
    /// own, since the data of a creation are the module.
    pub fn create(&mut self, name: &str, guest: &Guest, mail: Mail) -> Result<Actor, Mistake> {
        self.need_new(name)?;
        if !mail.data.is_empty() {
            return Err(Mistake::new(
                "expected no data in a creation's message, found some",
            ));
        }
        let message = self.outgoing(mail)?;
        let actor = ActorId::OUTSIDE.child(self.plan.actors.len() as u64);
        let module = self.module(guest);
        self.plan.actors.push(name.to_owned());
        self.carry_out(Deed::Create {
            actor,
            module,
            message,
        })?;
        Ok(Actor(actor))
    }

    /// Sends a message to a capability, and lets the world go on until nobody has anything to do.
    /// Leaves the activations.
    pub fn send(&mut self, to: impl Into<Cap>, mail: Mail) -> Result<&[Record], Mistake> {
        self.need_ports(false, "a capability")?;
        let message = self.outgoing(mail)?;
        let to = CapabilitySource::Known(to.into().0);
        let to = Destination::Capability(At::new(to, NOWHERE));
        self.carry_out(Deed::Send { to, message })
    }

    /// Sends a message on a port, so that it arrives at the other end, and lets the world go on.
    pub fn send_on(&mut self, port: Port, mail: Mail) -> Result<&[Record], Mistake> {
        self.need_ports(true, "a port")?;
        let message = self.outgoing(mail)?;
        let to = Destination::Port(At::new(port.0, NOWHERE));
        self.carry_out(Deed::Send { to, message })
    }

    /// Destroys a port of the sandbox's.
    pub fn destroy(&mut self, port: Port) -> Result<(), Mistake> {
        self.need_ports(true, "a port")?;
        self.carry_out(Deed::Destroy(At::new(port.0, NOWHERE)))?;
        Ok(())
    }

    /// Lets so many ticks of time pass.
    pub fn advance(&mut self, ticks: u64) -> Result<&[Record], Mistake> {
        self.carry_out(Deed::Advance(Until::Ticks(ticks)))
    }

    /// Lets time pass until no run waits.
    pub fn advance_until_idle(&mut self) -> Result<&[Record], Mistake> {
        self.carry_out(Deed::Advance(Until::Idle))
    }

    /// The activations of the last step: of the creation, of the send, of the time that passed.
    pub fn last(&self) -> &[Record] {
        let last = self.paused().played.steps.last();
        last.map_or(&[], |step| &step.records)
    }

    /// All that a probe has received, as it was when it came.
    pub fn received(&self, probe: Probe) -> Vec<Received> {
        self.arrived(probe.0)
    }

    /// All that has arrived at an end of a channel, by its name.
    pub fn received_at(&self, end: &str) -> Vec<Received> {
        self.arrived(ActorId::probe(end))
    }

    /// The world as it is now: actors and what they store, clocks, ticks, the root.
    pub fn world(&self) -> &World {
        &self.paused().played.world
    }

    /// An actor's storage at a key, as data; none where nothing is stored, or no actor is.
    pub fn stored(&self, actor: Actor, key: &[u8]) -> Option<Vec<u8>> {
        let actor = self.world().actors().get(&actor.0)?;
        let message = actor.storage.get(&Name::from(key))?;
        Some(message.data.bytes().to_owned())
    }

    /// What happened so far, and the state as it is now.
    pub fn snapshot(&self) -> Snapshot {
        let profile = listening(&self.profile);
        Snapshot::told(&self.plan, &self.paused().played, &profile)
    }

    fn names(&self) -> Names {
        Names::of(&self.plan, self.world())
    }

    fn paused(&self) -> &Paused {
        self.paused.as_ref().expect("it is put back")
    }

    fn paused_mut(&mut self) -> &mut Paused {
        self.paused.as_mut().expect("it is put back")
    }

    fn arrived(&self, probe: ActorId) -> Vec<Received> {
        let names = self.names();
        let arrived = self.paused().played.arrivals.at(probe);
        arrived
            .iter()
            .enumerate()
            .map(|(message, envelope)| received(Arrived { probe, message }, envelope, &names))
            .collect()
    }

    /// The number of a guest among the plan's modules.
    fn module(&mut self, guest: &Guest) -> usize {
        let modules = &mut self.plan.modules;
        let known = |module: &Module| {
            module.name == guest.name && module.binary.hash() == guest.binary.hash()
        };
        modules.iter().position(known).unwrap_or_else(|| {
            modules.push(Module {
                name: guest.name.clone(),
                binary: guest.binary.clone(),
            });
            modules.len() - 1
        })
    }

    fn need_ports(&self, ports: bool, what: &str) -> Result<(), Mistake> {
        let dialect = self.plan.dialect;
        if dialect.has_ports() == ports {
            return Ok(());
        }
        let name = dialect.name();
        Err(Mistake::new(format!(
            "expected nothing that the dialect {name} does not have, found {what}"
        )))
    }

    fn need_new(&self, name: &str) -> Result<(), Mistake> {
        target::check_name(name).map_err(Mistake::new)?;
        let mut used = self.plan.actors.iter().chain(&self.plan.probes);
        let is_reserved = ["world", "outside"].contains(&name);
        if is_reserved || used.any(|used| used == name) {
            return Err(Mistake::new(format!(
                "expected a new name, found `{name}`, which is taken"
            )));
        }
        Ok(())
    }

    fn outgoing(&self, mail: Mail) -> Result<Outgoing, Mistake> {
        if !mail.caps.is_empty() || mail.response.is_some() {
            self.need_ports(false, "a capability")?;
        }
        if !mail.ports.is_empty() {
            self.need_ports(true, "a port")?;
        }
        let most = [
            ("bytes", mail.data.len(), limits::MESSAGE_DATA_BYTES),
            ("capabilities", mail.caps.len(), limits::MESSAGE_ITEMS),
            ("ports", mail.ports.len(), limits::MESSAGE_ITEMS),
        ];
        for (what, found, most) in most {
            if found > most {
                return Err(Mistake::new(format!(
                    "expected at most {most} {what} in a message, found {found}"
                )));
            }
        }
        if mail.ticks > limits::INJECTED_TICKS {
            let (most, found) = (limits::INJECTED_TICKS, mail.ticks);
            return Err(Mistake::new(format!(
                "expected at most {most} ticks, found {found}"
            )));
        }
        let capabilities = mail.caps.into_iter();
        let ports = mail.ports.into_iter();
        Ok(Outgoing {
            data: mail.data,
            ticks: mail.ticks,
            capabilities: capabilities.map(|cap| At::new(cap, NOWHERE)).collect(),
            ports: ports.map(|port| At::new(port, NOWHERE)).collect(),
            response: mail.response.map(|cap| At::new(cap, NOWHERE)),
            run: !mail.waits,
        })
    }

    /// Adds a step to the plan, and carries it out.
    fn carry_out(&mut self, deed: Deed) -> Result<&[Record], Mistake> {
        self.plan.steps.push(Step {
            place: NOWHERE,
            deed,
            after: Default::default(),
        });
        let paused = self.paused.take().expect("it is put back");
        let mut player = paused.on(&self.plan);
        while player.go_on(&mut Order::Canonical) != Did::Nothing {}
        let mut paused = Paused::of(player);
        // Whether what happened is right, the author says.
        paused.played.mismatches.clear();
        let stopped = paused.played.stopped.take();
        self.paused = Some(paused);
        match stopped {
            None => Ok(self.last()),
            Some(problem) => {
                self.plan.steps.pop();
                Err(problem.into())
            }
        }
    }
}

fn received(arrived: Arrived, envelope: &Envelope, names: &Names) -> Received {
    let message = &envelope.message;
    let ports = 0..message.ports().len();
    Received {
        data: message.data.bytes().to_owned(),
        from: names.actor(envelope.position.sender),
        tag: envelope.tag,
        ticks: envelope.ticks,
        caps: message.capabilities().iter().copied().map(Cap).collect(),
        ports: ports
            .map(|index| Port(PortSource::Item(arrived, index)))
            .collect(),
        response: message.response().map(Cap),
    }
}
