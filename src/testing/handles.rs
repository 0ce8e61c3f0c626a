//! What a sandbox is given and gives: guests, messages, and who is in it.
//!
//! Enters: code, data, tags. Leaves: values. Refuses to know: what becomes of them.

use super::Mistake;
use crate::{
    scenario::{
        modules,
        plan::{CapabilitySource, PortSource},
    },
    state::{
        identity::{ActorId, Capability},
        message::Data,
    },
};
use std::path::Path;

/// A program, with the name that snapshots call it by.
#[derive(Clone, Debug)]
pub struct Guest {
    pub(super) name: String,
    pub(super) binary: Data,
}

impl Guest {
    /// A program in the text format.
    pub fn wat(name: &str, text: &str) -> Result<Guest, Mistake> {
        let binary = wat::parse_str(text).map_err(|error| {
            Mistake::new(format!(
                "{name}: expected WebAssembly text, found an error: {error}"
            ))
        })?;
        Ok(Guest::wasm(name, binary))
    }

    /// A program in the binary format. Whether it is acceptable shows when an actor is created
    /// from it.
    pub fn wasm(name: &str, binary: impl Into<Vec<u8>>) -> Guest {
        Guest {
            name: name.to_owned(),
            binary: Data::new(binary.into()),
        }
    }

    /// The program in a `.wat` or `.wasm` file, by the name of the file. A relative path begins at
    /// the working directory, which in tests is the folder of the crate.
    pub fn file(path: impl AsRef<Path>) -> Result<Guest, Mistake> {
        let path = path.as_ref();
        let placed = |why: String| Mistake::new(format!("{}: {why}", path.display()));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let extension = path.extension().and_then(|it| it.to_str());
        if !matches!(extension, Some("wat" | "wasm")) {
            return Err(placed(
                "expected a path that ends in .wat or .wasm".to_owned(),
            ));
        }
        let bytes = modules::read_file(path).map_err(placed)?;
        if extension == Some("wasm") {
            return Ok(Guest::wasm(&stem, bytes));
        }
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| placed("expected UTF-8, found something else".to_owned()))?;
        Guest::wat(&stem, &text).map_err(|mistake| placed(mistake.to_string()))
    }
}

/// An actor that the sandbox created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Actor(pub(super) ActorId);

/// An endpoint of the sandbox itself, at which answers arrive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Probe(pub(super) ActorId);

/// A port that the sandbox has: an end of one of its channels, or one that it received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Port(pub(super) PortSource);

/// A capability: whom messages go to, and with which tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cap(pub(super) Capability);

impl Actor {
    /// The capability of this actor with a tag.
    pub fn tag(self, tag: u32) -> Cap {
        Cap(Capability { actor: self.0, tag })
    }

    /// The `count`-th actor that this one creates, from 0, whether or not it exists.
    pub fn child(self, count: u64) -> Actor {
        Actor(self.0.child(count))
    }
}

impl Probe {
    /// The capability of this probe with a tag.
    pub fn tag(self, tag: u32) -> Cap {
        Cap(Capability { actor: self.0, tag })
    }
}

/// The capability with tag 0.
impl From<Actor> for Cap {
    fn from(actor: Actor) -> Cap {
        actor.tag(0)
    }
}

/// The capability with tag 0.
impl From<Probe> for Cap {
    fn from(probe: Probe) -> Cap {
        probe.tag(0)
    }
}

/// The ticks that a message carries where nothing is said.
const TICKS: u64 = 10_000_000;

/// A message from outside.
#[derive(Clone, Debug)]
pub struct Mail {
    pub(super) data: Vec<u8>,
    pub(super) ticks: u64,
    pub(super) caps: Vec<CapabilitySource>,
    pub(super) ports: Vec<PortSource>,
    pub(super) response: Option<CapabilitySource>,
    pub(super) waits: bool,
}

impl Default for Mail {
    fn default() -> Mail {
        Mail {
            data: Vec::new(),
            ticks: TICKS,
            caps: Vec::new(),
            ports: Vec::new(),
            response: None,
            waits: false,
        }
    }
}

impl Mail {
    /// A message without data, which carries 10,000,000 ticks.
    pub fn new() -> Mail {
        Mail::default()
    }

    /// A message with data.
    pub fn of(data: impl AsRef<[u8]>) -> Mail {
        Mail {
            data: data.as_ref().to_owned(),
            ..Mail::default()
        }
    }

    /// It carries so many ticks.
    pub fn ticks(mut self, ticks: u64) -> Mail {
        self.ticks = ticks;
        self
    }

    /// It carries a capability, behind those that it carries already.
    pub fn cap(mut self, cap: impl Into<Cap>) -> Mail {
        self.caps.push(CapabilitySource::Known(cap.into().0));
        self
    }

    /// It carries a port, behind those that it carries already. The sandbox no longer has it then.
    pub fn port(mut self, port: Port) -> Mail {
        self.ports.push(port.0);
        self
    }

    /// Whom the response goes to.
    pub fn response(mut self, cap: impl Into<Cap>) -> Mail {
        self.response = Some(CapabilitySource::Known(cap.into().0));
        self
    }

    /// It is only sent: a later message, or time that passes, lets the world go on, so that several
    /// messages wait at once.
    pub fn waiting(mut self) -> Mail {
        self.waits = true;
        self
    }
}

/// A message that arrived at a probe, or at a port of the sandbox's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    /// Its data.
    pub data: Vec<u8>,
    /// Who sent it, by the name that snapshots use.
    pub from: String,
    /// The tag of the capability that it was sent to.
    pub tag: u32,
    /// The ticks that it carries.
    pub ticks: u64,
    /// Its capabilities.
    pub caps: Vec<Cap>,
    /// Its ports, which the sandbox can use from now on.
    pub ports: Vec<Port>,
    /// Its response capability.
    pub response: Option<Cap>,
}
