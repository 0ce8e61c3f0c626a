//! From an accepted module to one that counts its own ticks, exactly (`TICK-1` to `TICK-5`).
//!
//! Enters: an accepted module and a schedule. Leaves: a module that does the same on any engine,
//! and keeps what is left of its ticks in a global. Refuses to know: who fills the tank, and the
//! engine (but for what a pinned engine needs, see `repair`).
//!
//! What is changed, beside the bodies (see `body`):
//!
//! - a mutable i64 global is appended and exported as `primea:ticks`. The VM sets it, each charge
//!   subtracts from it, and where it becomes negative `unreachable` is executed: a trap with a
//!   negative counter is `OutOfTicks`, and nothing else is;
//! - the start section is left out, and its function exported as `primea:start`, so that the VM
//!   can fill the tank before it runs;
//! - the maximum of memory and tables becomes the VM's own where there is none or a larger one, so
//!   that growing further gives -1 on every engine;
//! - memory, mutable globals and tables are exported as `primea:memory`, `primea:global:N` and
//!   `primea:table:N`, so that the state of a VM can be read;
//! - for each passive segment that some instruction drops, a mutable i32 global is appended which
//!   is 1 once it was dropped, exported as `primea:data:N` or `primea:element:N`;
//! - in the exact pass, which replays and resumes, all that an instance needs to be brought into
//!   the state of another: a table of all functions, exported as `primea:functions`, and for each
//!   passive segment that some instruction drops a function that drops it, exported as
//!   `primea:drop:data:N` or `primea:drop:element:N`;
//! - custom sections are left out;
//! - a module that is watched has all of that, and calls its host at every mark (see `watch`).
//!
//! No index of the module is shifted: everything new stands behind what was there.

mod added;
mod body;
mod charge;
mod fast;
mod instruction;
pub mod listing;
mod signatures;
pub mod watch;

use super::accepted::{AcceptedModule, Extent, Facts};
use super::schedule::Schedule;
use crate::deviation::{Deviation, deviates};
use crate::limits;
use added::Added;
use std::sync::Arc;
use wasm_encoder::{Encode, RawSection, Section};
use watch::{Mark, Watching};

/// The export that carries the ticks.
pub const TICKS: &str = "primea:ticks";
/// The export of the function that runs at every instantiation.
pub const START: &str = "primea:start";
/// The export of the memory.
pub const MEMORY: &str = "primea:memory";

/// In the exact pass, the export of a table of all functions, by their index.
pub const FUNCTIONS: &str = "primea:functions";

/// The export of the mutable global of that index.
pub fn global_export(index: u32) -> String {
    format!("primea:global:{index}")
}

/// The export of the table of that index.
pub fn table_export(index: u32) -> String {
    format!("primea:table:{index}")
}

/// The export of the global that tells whether the passive segment was dropped.
pub fn dropped_export(segment: Segment) -> String {
    match segment {
        Segment::Data(index) => format!("primea:data:{index}"),
        Segment::Element(index) => format!("primea:element:{index}"),
    }
}

/// In the exact pass, the export of a function that drops the passive segment.
pub fn drop_export(segment: Segment) -> String {
    match segment {
        Segment::Data(index) => format!("primea:drop:data:{index}"),
        Segment::Element(index) => format!("primea:drop:element:{index}"),
    }
}

/// A segment, by its index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Segment {
    /// A data segment.
    Data(u32),
    /// An element segment.
    Element(u32),
}

/// The ways to meter a module. All follow the same schedule, and none differs in what it says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pass {
    /// Charges as seldom as possible. If nothing goes wrong, the count is exact wherever the host
    /// can look; if anything does, nothing that the module did or counted may be used.
    Fast,
    /// Observably a charge before each instruction: the definition.
    Exact,
    /// The exact pass, which also tells its host how far execution has come.
    Watched,
}

/// A module that counts its own ticks.
#[derive(Clone, Debug)]
pub struct MeteredModule {
    pass: Pass,
    bytes: Arc<[u8]>,
    droppable: Vec<Segment>,
    marks: Arc<[Mark]>,
}

impl MeteredModule {
    /// How it counts.
    pub fn pass(&self) -> Pass {
        self.pass
    }

    /// The module, valid wherever the accepted one is.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The passive segments that some instruction drops: those that have an export of
    /// [`dropped_export`].
    pub fn droppable(&self) -> &[Segment] {
        &self.droppable
    }

    /// What each number means that a watched module tells its host; none if it is not watched.
    pub fn marks(&self) -> &Arc<[Mark]> {
        &self.marks
    }
}

/// Which of a module's own exports are kept. Making an instance takes time for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exports {
    /// Those that the VM calls. Callbacks and memory it finds by exports of its own.
    Entries,
    /// All, for whoever calls others; and all that shows the state of an instance.
    All,
}

/// Rewrites the module so that it pays what the schedule says.
pub fn meter(module: &AcceptedModule, schedule: &Schedule, pass: Pass) -> MeteredModule {
    meter_with(module, schedule, pass, Exports::All)
}

/// The same, with no more exports than needed.
pub fn meter_with(
    module: &AcceptedModule,
    schedule: &Schedule,
    pass: Pass,
    exports: Exports,
) -> MeteredModule {
    let facts = module.facts();
    let mut added = Added::new(module, pass, exports);
    let mut code = code_section(module, schedule, pass, &mut added);
    let mut output = wasm_encoder::Module::new();
    for id in SECTION_ORDER {
        let content = match id {
            Id::Type => added.types(),
            Id::Function => added.functions(),
            Id::Table => added.tables(),
            Id::Memory => memory(facts),
            Id::Global => Some(added.globals()),
            Id::Export => Some(added.exports()),
            Id::Element => added.elements(),
            Id::Code => code.take(),
            _ => {
                let section = facts.section(id as u8);
                section.map(|it| module.bytes()[it.content.clone()].to_vec())
            }
        };
        put(&mut output, id, content);
    }
    MeteredModule {
        pass,
        bytes: Arc::from(output.finish()),
        droppable: added.flags.keys().copied().collect(),
        marks: added
            .watching
            .map_or_else(Vec::new, Watching::into_marks)
            .into(),
    }
}

use wasm_encoder::SectionId as Id;

/// As the binary format orders sections. The start section is left out.
const SECTION_ORDER: [Id; 11] = [
    Id::Type,
    Id::Import,
    Id::Function,
    Id::Table,
    Id::Memory,
    Id::Global,
    Id::Export,
    Id::Element,
    Id::DataCount,
    Id::Code,
    Id::Data,
];

fn put(output: &mut wasm_encoder::Module, id: Id, content: Option<Vec<u8>>) {
    if let Some(data) = content {
        output.section(&RawSection {
            id: id as u8,
            data: &data,
        });
    }
}

fn code_section(
    module: &AcceptedModule,
    schedule: &Schedule,
    pass: Pass,
    added: &mut Added<'_>,
) -> Option<Vec<u8>> {
    let bodies = &module.facts().bodies;
    if bodies.is_empty() {
        return None;
    }
    let mut code = Vec::with_capacity(2 * module.bytes().len());
    let around = (pass == Pass::Fast).then(|| fast::Surroundings {
        module,
        schedule,
        signatures: signatures::Signatures::of(module),
        quiet: fast::Quiet::of(module),
    });
    let own = (module.facts().imports.len() as u32)..;
    for (function, body) in own.zip(bodies) {
        let bytes = match &around {
            Some(around) => fast::metered(around, body, added),
            None => body::metered(module.bytes(), function, body, schedule, added),
        };
        assert!(bytes.len() <= body::LARGEST, "any engine takes the body");
        bytes.encode(&mut code);
    }
    let droppers = added.droppers();
    let mut content = Vec::with_capacity(code.len() + 8);
    encode_length(bodies.len() + droppers.len(), &mut content);
    content.append(&mut code);
    for dropper in droppers {
        dropper.encode(&mut content);
    }
    Some(content)
}

fn memory(facts: &Facts) -> Option<Vec<u8>> {
    let extent = facts.memory?;
    let most = match deviates(Deviation::LastPageRefused) {
        true => extent.minimum.max(limits::MEMORY_PAGES - 1),
        false => limits::MEMORY_PAGES,
    };
    let mut section = wasm_encoder::MemorySection::new();
    section.memory(wasm_encoder::MemoryType {
        minimum: extent.minimum.into(),
        maximum: Some(clamped(extent, most)),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    Some(content(&section))
}

fn clamped(extent: Extent, limit: u32) -> u64 {
    let limit = u64::from(limit);
    extent.maximum.map_or(limit, |maximum| maximum.min(limit))
}

/// The content of a section, without its id and size.
fn content(section: &impl Section) -> Vec<u8> {
    let mut with_size = Vec::new();
    section.encode(&mut with_size);
    let size_bytes = with_size.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    with_size.split_off(size_bytes)
}

fn encode_length(length: usize, output: &mut Vec<u8>) {
    u32::try_from(length)
        .expect("a module has fewer than 2^32 of anything")
        .encode(output);
}
