//! The profiles of scenarios, and of one call of one module.
//!
//! Enters: plans, or a module and what to call. Leaves: accounts that agree with the world's own.
//! Refuses to know: files.

use super::{
    account::{Account, Subject},
    functions,
    profile::Profile,
};
use crate::{
    activation::{
        Programs,
        direct::DirectCall,
        session::Beginning,
        watch::{Watcher, listening},
    },
    interface::table::Dialect,
    limits,
    module::schedule::Schedule,
    scenario::{
        modules::Module,
        plan::{
            After, CapabilitySource, Channel, Deed, Destination, Outgoing, Plan, PortSource, Step,
        },
        play::{Played, PlayedStep, play_watched},
        problem::{At, Place, Problem},
    },
    state::{
        identity::{ActorId, Capability, ChannelId},
        message::Data,
        objects::Counters,
        trie::Trie,
    },
    trace::names::Names,
    world::{World, order::Order, watch::Watch},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// What to call of a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// An export, with numbers.
    Call {
        /// The export's name.
        export: String,
        /// The numbers, as the operator wrote them.
        arguments: Vec<String>,
    },
    /// The creation of an actor.
    Creation,
    /// An actor's handling of a message with these data.
    Message(Vec<u8>),
}

/// A profile that is complete, with the names of what it is about.
pub struct Finished {
    profile: Arc<Mutex<Profile>>,
    names: Names,
    subject: Subject,
    dialect: Dialect,
}

/// How the module, its actor and its end of the channel are called.
const GUEST: &str = "guest";
const ENDS: [&str; 2] = ["out", "guest's end"];
const NOWHERE: Place = Place::new(0, 0);

impl Finished {
    /// What a scenario spends. Its expectations are not looked at.
    pub fn of_scenario(plan: &Plan) -> Result<Finished, Problem> {
        Finished::of_plan(plan, Subject::Scenario, 0)
    }

    /// What one call of a module spends, and what follows from it.
    pub fn of_module(
        bytes: Vec<u8>,
        dialect: Dialect,
        schedule: Schedule,
        ask: &Ask,
        ticks: u64,
    ) -> Result<Finished, String> {
        let data = Data::new(bytes);
        let schedule = Arc::new(schedule);
        let programs = Programs::default();
        let under = (&schedule, schedule.hash());
        let program = programs.of(data.hash(), data.bytes(), dialect, under);
        let program = program.map_err(|refusal| refusal.to_string())?;
        let plan = plan(data, (dialect, &schedule), ask, ticks);
        if let Ask::Call { export, arguments } = ask {
            return direct(&plan, DirectCall::new(&program, export, arguments)?, ticks);
        }
        let before = plan.steps.len() - 1;
        let finished = Finished::of_plan(&plan, Subject::Entry, before);
        let finished = finished.map_err(|problem| problem.message)?;
        if finished.profile().activations.is_empty() {
            return Err(
                "expected the actor to bind the port in its creation message, so that \
                        a message can reach it, found that nothing was handled"
                    .to_owned(),
            );
        }
        Ok(finished)
    }

    /// Carries out a plan, and forgets what was spent before the step of that number.
    fn of_plan(plan: &Plan, subject: Subject, after: usize) -> Result<Finished, Problem> {
        let profile = Arc::new(Mutex::new(Profile::new(plan.schedule.clone())));
        let onlooker = profile.clone();
        let watch = Watch {
            onlooker: onlooker.clone(),
            marks: true,
        };
        let mut forgotten = 0;
        let mut told = |step: &PlayedStep| {
            if step.index + 1 == after {
                let mut profile = listening(&onlooker);
                forgotten = profile.spent();
                profile.reset();
            }
        };
        let played = play_watched(plan, &mut Order::Canonical, watch, &mut told);
        let Played {
            world,
            stopped,
            steps,
            ..
        } = played;
        if let Some(problem) = stopped {
            return Err(problem);
        }
        let created = steps.iter().take(after).flat_map(|step| &step.records);
        for record in created {
            if let Err(fault) = record.outcome {
                let why = record
                    .refusal
                    .clone()
                    .unwrap_or_else(|| fault.explanation().to_owned());
                let message = format!("expected the creation to succeed, found {fault}: {why}");
                return Err(Problem::new(NOWHERE, message));
            }
        }
        let finished = Finished {
            names: Names::of(plan, &world),
            dialect: plan.dialect,
            profile,
            subject,
        };
        let all = forgotten + finished.profile().spent();
        assert_eq!(all, world.ledger().spent, "the world counts the same ticks");
        Ok(finished)
    }

    fn profile(&self) -> MutexGuard<'_, Profile> {
        listening(&self.profile)
    }

    /// All that was charged; with `instructions`, of every instruction, too. An error if there were more
    /// call stacks than are told apart (`LIM-22`).
    pub fn account(&self, instructions: bool) -> Result<Account, String> {
        let (subject, dialect) = (self.subject, self.dialect);
        Account::of(&self.profile(), subject, dialect, &self.names, instructions)
    }

    /// Ticks by stack, outermost frame first.
    pub fn stacks(&self) -> BTreeMap<Vec<String>, u64> {
        functions::stacks(&self.profile(), &self.names)
    }
}

/// The call of an export, in a VM of its own.
fn direct(plan: &Plan, call: DirectCall<'_>, ticks: u64) -> Result<Finished, String> {
    let profile = Arc::new(Mutex::new(Profile::new(plan.schedule.clone())));
    let actor = ActorId::OUTSIDE.child(0);
    let beginning = Beginning {
        actor,
        start: 0,
        tank: ticks,
        counters: Counters::default(),
        storage: Trie::default(),
        bound: Trie::default(),
        handled: None,
        records: 0,
        watcher: Some(profile.clone() as Watcher),
    };
    let lock = || listening(&profile);
    lock().open(actor, "call", false);
    let report = call.make(&Arc::new(plan.schedule.clone()), beginning)?;
    lock().close(report.spent, report.outcome.err());
    let world = World::new(plan.dialect, plan.schedule.clone());
    Ok(Finished {
        names: Names::of(plan, &world),
        subject: Subject::Call,
        dialect: plan.dialect,
        profile: profile.clone(),
    })
}

/// Creates an actor, and sends it a message if one is asked for: to its capability, or through a
/// channel whose other end its creation message carries.
fn plan(module: Data, (dialect, schedule): (Dialect, &Schedule), ask: &Ask, ticks: u64) -> Plan {
    let [ours, theirs] = ChannelId::made_by(ActorId::OUTSIDE, 0).ends();
    let with_ports = dialect.has_ports() && matches!(ask, Ask::Message(_));
    let end = |port| At::new(PortSource::End(port), NOWHERE);
    let creation = match ask {
        Ask::Creation => ticks,
        _ => limits::INJECTED_TICKS,
    };
    let ports = if with_ports {
        vec![end(theirs)]
    } else {
        Vec::new()
    };
    let mut steps = vec![step(Deed::Create {
        actor: ActorId::OUTSIDE.child(0),
        module: 0,
        message: outgoing(Vec::new(), creation, ports),
    })];
    if let Ask::Message(data) = ask {
        let to = if with_ports {
            Destination::Port(end(ours))
        } else {
            let actor = ActorId::OUTSIDE.child(0);
            let capability = CapabilitySource::Known(Capability { actor, tag: 0 });
            Destination::Capability(At::new(capability, NOWHERE))
        };
        let message = outgoing(data.clone(), ticks, Vec::new());
        steps.push(step(Deed::Send { to, message }));
    }
    let ends = ENDS.map(str::to_owned);
    Plan {
        about: String::new(),
        dialect,
        schedule: schedule.clone(),
        rules: Vec::new(),
        modules: vec![Module {
            name: GUEST.to_owned(),
            binary: module,
        }],
        probes: if with_ports {
            ends.to_vec()
        } else {
            Vec::new()
        },
        channels: if with_ports {
            vec![Channel {
                name: "line".to_owned(),
                ends,
            }]
        } else {
            Vec::new()
        },
        actors: vec![GUEST.to_owned()],
        steps,
    }
}

fn step(deed: Deed) -> Step {
    Step {
        place: NOWHERE,
        deed,
        after: After::default(),
    }
}

fn outgoing(data: Vec<u8>, ticks: u64, ports: Vec<At<PortSource>>) -> Outgoing {
    Outgoing {
        data,
        ticks,
        capabilities: Vec::new(),
        ports,
        response: None,
        run: true,
    }
}
