//! Vectors: scenarios with everything resolved, and what must come of them.
//!
//! Enters: scenarios, or the JSON of vectors. Leaves: vectors, results, folders of them. Refuses to
//! know: other implementations.

pub mod base64;
pub mod carry;
pub mod folder;
pub mod instructions;
pub mod layout;
pub mod long;
pub mod resolve;
pub mod result;
mod schedule;
mod state;
#[cfg(test)]
mod tests;

use super::values::{CapabilityValue, Decimal, DialectName, Hex, Id, PortValue};
use crate::{
    limits,
    module::schedule::Schedule,
    state::{
        hash::Hash,
        identity::{ActorId, ChannelId, PortId},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the format.
pub const VERSION: u32 = 1;

/// A vector. Without `expect` it is a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vector {
    /// The version of the format.
    #[serde(rename = "primea-vector")]
    pub version: u32,
    /// What it is called in reports.
    pub name: String,
    /// What it is about, in words.
    pub about: String,
    /// The rules that it exercises.
    pub rules: Vec<String>,
    /// The dialect that its world runs.
    pub dialect: DialectName,
    /// What everything costs.
    #[serde(with = "schedule")]
    pub schedule: Schedule,
    /// By hash; without the bytes where they are in a file.
    pub modules: BTreeMap<Id, Option<Binary>>,
    /// The probes that there are from the beginning.
    pub probes: Vec<ProbeValue>,
    /// The channels of the outside, in the order in which they are made.
    pub channels: Vec<ChannelValue>,
    /// For readers.
    pub names: BTreeMap<Id, String>,
    /// What the outside does, in order.
    pub steps: Vec<Step>,
    /// What must come of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Value>,
}

/// The keys of a vector, as a reader wants them.
pub const KEYS: &[&str] = &[
    "primea-vector",
    "name",
    "about",
    "rules",
    "dialect",
    "schedule",
    "modules",
    "probes",
    "channels",
    "names",
    "steps",
    "expect",
];

/// The binary of a guest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binary(pub Vec<u8>);

/// A probe (`OUT-2`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProbeValue {
    /// The name that its id follows from.
    pub name: String,
    /// Its id.
    pub id: Id,
}

/// A channel of the outside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChannelValue {
    /// Its id (`STATE-3`).
    pub id: Id,
    /// The probes that hold the ends.
    pub ends: [Id; 2],
}

/// What the outside does.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Step {
    /// Create an actor (`OUT-4`).
    Create {
        /// The id that it will have.
        actor: Id,
        /// The plain hash of its binary.
        module: Id,
        /// The creation message.
        message: Outgoing,
        /// Whether the world goes on after the step (`OUT-6`).
        run: bool,
    },
    /// Send a message by a capability.
    Send {
        /// To whom, and under which tag.
        to: CapabilityValue,
        /// What is sent.
        message: Outgoing,
        /// Whether the world goes on after the step (`OUT-6`).
        run: bool,
    },
    /// Send a message on a port.
    SendOn {
        /// The end on which it is sent; it goes to the other one.
        on: PortValue,
        /// What is sent.
        message: Outgoing,
        /// Whether the world goes on after the step (`OUT-6`).
        run: bool,
    },
    /// Advance the world's time (`OUT-7`).
    Advance {
        /// The time, in ticks.
        to: Decimal,
    },
    /// Advance until idle (`OUT-10`).
    Idle,
    /// Destroy a port (`OUT-9`).
    Destroy {
        /// The end that is destroyed.
        port: PortValue,
    },
}

/// A message from outside. That of a creation has no data of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outgoing {
    /// The bytes that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Hex>,
    /// The ticks that it carries, which are injected.
    pub ticks: Decimal,
    /// The capabilities that it carries, in order.
    pub capabilities: Vec<CapabilityValue>,
    /// The ports that it carries, in order.
    pub ports: Vec<PortValue>,
    /// Its response capability, if it has one.
    pub response: Option<CapabilityValue>,
}

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        base64::decode(&text)
            .map(Binary)
            .ok_or_else(|| D::Error::custom("expected base64 with padding, found something else"))
    }
}

impl Vector {
    /// Reads a vector. Its modules may be missing.
    pub fn read(text: &str) -> Result<Vector, String> {
        let vector: Vector = serde_json::from_str(text).map_err(|error| error.to_string())?;
        vector.check()?;
        Ok(vector)
    }

    /// Reads a vector that is part of another text.
    pub fn from_value(value: Value) -> Result<Vector, String> {
        let vector: Vector = serde_json::from_value(value).map_err(|error| error.to_string())?;
        vector.check()?;
        Ok(vector)
    }

    /// The vector in the form of its file.
    pub fn text(&self) -> String {
        let value = serde_json::to_value(self).expect("a vector is JSON");
        layout::text(&value, KEYS)
    }

    /// The vector as JSON without what is expected.
    pub fn question(&self) -> Value {
        let mut question = self.clone();
        question.expect = None;
        serde_json::to_value(question).expect("a vector is JSON")
    }

    /// The bytes of a module.
    pub fn binary(&self, hash: Id) -> Option<&[u8]> {
        Some(&self.modules.get(&hash)?.as_ref()?.0)
    }

    /// What must hold of the parts, seen together.
    fn check(&self) -> Result<(), String> {
        if self.version != VERSION {
            let version = self.version;
            return Err(format!(
                "primea-vector: expected version {VERSION}, found {version}"
            ));
        }
        for (hash, binary) in &self.modules {
            let found = binary.as_ref().map(|binary| Hash::plain(&binary.0));
            if let Some(found) = found.filter(|found| *found != hash.0) {
                return Err(format!(
                    "modules: expected bytes with the hash {}, found {found}",
                    hash.0
                ));
            }
        }
        self.check_endpoints()?;
        let mut created = 0;
        for (at, step) in self.steps.iter().enumerate() {
            self.check_step(step, &mut created)
                .map_err(|why| format!("steps[{at}]: {why}"))?;
        }
        Ok(())
    }

    fn check_endpoints(&self) -> Result<(), String> {
        let mut probes = BTreeSet::new();
        for probe in &self.probes {
            let id = ActorId::probe(&probe.name);
            if ActorId::from(probe.id) != id || !probes.insert(probe.id) {
                return Err(format!(
                    "probes: expected {} once, with the id {}",
                    probe.name, id.0
                ));
            }
        }
        if !self.channels.is_empty() && !self.dialect.0.has_ports() {
            return Err("channels: expected none in a dialect without ports".to_owned());
        }
        for (count, channel) in self.channels.iter().enumerate() {
            let id = ChannelId::made_by(ActorId::OUTSIDE, count as u64);
            if channel.id.0 != id.0 || !channel.ends.iter().all(|end| probes.contains(end)) {
                return Err(format!(
                    "channels[{count}]: expected the id {}, and probes that hold its ends",
                    id.0
                ));
            }
        }
        Ok(())
    }

    fn check_step(&self, step: &Step, created: &mut u64) -> Result<(), String> {
        let has_ports = self.dialect.0.has_ports();
        let wrong_dialect = || Err("expected another deed in this dialect".to_owned());
        match step {
            Step::Create {
                actor,
                module,
                message,
                ..
            } => {
                let id = ActorId::OUTSIDE.child(*created);
                *created += 1;
                if ActorId::from(*actor) != id {
                    return Err(format!("expected the actor {}, found {}", id.0, actor.0));
                }
                if !self.modules.contains_key(module) {
                    return Err(format!("expected a module of modules, found {}", module.0));
                }
                self.check_message(message, false)
            }
            Step::Send { .. } if has_ports => wrong_dialect(),
            Step::SendOn { .. } | Step::Destroy { .. } if !has_ports => wrong_dialect(),
            Step::Send { message, .. } | Step::SendOn { message, .. } => {
                self.check_message(message, true)
            }
            Step::Advance { to } if to.0 > limits::LATEST_TIME => Err(format!(
                "expected a time of at most {}, found {}",
                limits::LATEST_TIME,
                to.0
            )),
            Step::Advance { .. } | Step::Idle | Step::Destroy { .. } => Ok(()),
        }
    }

    fn check_message(&self, message: &Outgoing, with_data: bool) -> Result<(), String> {
        let data = message.data.as_ref().map(|data| data.0.len());
        if data.is_some() != with_data || data > Some(limits::MESSAGE_DATA_BYTES) {
            return Err(format!(
                "expected {} in the message, found otherwise",
                if with_data { "data" } else { "no data" }
            ));
        }
        if message.ticks.0 > limits::INJECTED_TICKS {
            let most = limits::INJECTED_TICKS;
            return Err(format!(
                "expected at most {most} ticks, found {}",
                message.ticks.0
            ));
        }
        let has_ports = self.dialect.0.has_ports();
        let foreign = match has_ports {
            true => !message.capabilities.is_empty() || message.response.is_some(),
            false => !message.ports.is_empty(),
        };
        let ports: BTreeSet<PortId> = message.ports.iter().map(|port| (*port).into()).collect();
        let items = message.capabilities.len() + message.ports.len();
        if foreign || ports.len() != message.ports.len() || items > limits::MESSAGE_ITEMS {
            let most = limits::MESSAGE_ITEMS;
            return Err(format!(
                "expected at most {most} items of this dialect in a message, each port once"
            ));
        }
        Ok(())
    }
}
