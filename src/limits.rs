//! Every bound of the VM, in one place.
//!
//! Enters: nothing. Leaves: constants, each with the rule that states it.
//! Refuses to know: who enforces them.
//!
//! A bound that a guest can reach is part of the rules (`LIM-*` in `docs/spec.md`):
//! moving it changes results. A bound that only an operator can reach guards the
//! process, and crossing it is a worded error, never a guest's fault.

/// Bytes of one guest module (`LIM-1`).
pub const MODULE_BYTES: usize = 8 << 20;
/// Bytes of a page of memory, as WebAssembly has it.
pub const PAGE_BYTES: usize = 65_536;
/// Pages that one memory may have (`LIM-2`).
pub const MEMORY_PAGES: u32 = 1024;
/// Elements that one table may have (`LIM-3`).
pub const TABLE_ELEMENTS: u32 = 65_536;
/// Tables that one module may declare (`LIM-4`).
pub const TABLES: usize = 16;
/// Globals that one module may declare (`LIM-5`).
pub const GLOBALS: usize = 4_096;
/// Functions, imported ones included, that one module may have (`LIM-6`).
pub const FUNCTIONS: usize = 65_536;
/// Types that one module may have (`LIM-19`).
pub const TYPES: usize = 65_536;
/// Data segments that one module may have, and element segments (`LIM-19`).
pub const SEGMENTS: usize = 65_536;
/// Exports that one module may have (`LIM-19`).
pub const EXPORTS: usize = 65_536;
/// The sizes of imports and exports, added up (`LIM-21`). The binary format's readers have such a
/// bound as well, of twice as much; the VM's own exports must fit under it too.
pub const IMPORT_AND_EXPORT_SIZES: usize = 500_000;
/// Parameters, locals and greatest operand-stack height of one function, added up (`LIM-7`).
pub const FRAME_SIZE: usize = 4_096;
/// Locals that the functions of one module may declare, added up; and how many more for each of its
/// bytes (`LIM-24`). A few bytes declare thousands, each of which an engine looks at.
pub const LOCALS: usize = 4_096;
/// Locals allowed beyond [`LOCALS`] for each byte of the module (`LIM-24`).
pub const LOCALS_PER_BYTE: usize = 4;
/// Bytes of one function's body, from the declarations of locals to the last `end` (`LIM-6`).
pub const FUNCTION_BYTES: usize = 131_072;
/// Results of one function type, and parameters of one block (`LIM-20`).
pub const CARRIED_VALUES: usize = 32;
/// Guest functions active at once (`LIM-8`).
pub const CALL_DEPTH: usize = 1_024;

/// Bytes of data in one message (`LIM-9`).
pub const MESSAGE_DATA_BYTES: usize = 8 << 20;
/// Capabilities, or ports, in one message (`LIM-10`).
pub const MESSAGE_ITEMS: usize = 256;
/// References handed out in the life of one run (`LIM-11`).
pub const RUN_REFERENCES: usize = 65_536;
/// Bytes of a port's name, or of a storage key (`LIM-12`).
pub const NAME_BYTES: usize = 1_024;
/// Ports bound by one actor at once (`LIM-13`).
pub const BOUND_PORTS: usize = 4_096;
/// Callbacks asked for in one activation (`LIM-14`).
pub const ACTIVATION_CALLBACKS: usize = 4_096;

/// The most ticks that one message can carry from outside (`LIM-15`).
pub const INJECTED_TICKS: u64 = u32::MAX as u64;
/// The latest time to which an operator can advance a world (`LIM-16`).
pub const LATEST_TIME: u64 = 1 << 62;

/// The latest time of a state, and the greatest number of ticks injected or of things counted
/// (`STATE-18`): so that no number that comes of them can be too large.
pub const STATE_TIME: u64 = 1 << 63;
/// The greatest number of ticks injected, or of things counted, in a state (`STATE-18`).
pub const STATE_NUMBERS: u64 = 1 << 61;
/// Creations and channels that all counters of a state tell together (`LIM-25`).
pub const STATE_MAKINGS: u64 = 1 << 24;

/// Bytes that the value of one decoding may take, whatever lengths its bytes tell. No object of a
/// world, and no proof about one, comes near: it guards the process alone.
pub const DECODED_BYTES: usize = 256 << 20;

/// Activations that one step of a scenario may cause (`LIM-17`).
pub const STEP_ACTIVATIONS: usize = 1_000_000;
/// Events (import calls) recorded in one step of a scenario (`LIM-17`).
pub const STEP_EVENTS: usize = 1_000_000;
/// Bytes of one scenario file (`LIM-18`).
pub const SCENARIO_BYTES: usize = 16 << 20;
/// Steps of one scenario (`LIM-18`).
pub const SCENARIO_STEPS: usize = 10_000;
/// Different call stacks that a profile of ticks can tell apart (`LIM-22`).
pub const PROFILE_STACKS: usize = 1 << 20;

const _: () = assert!(
    MODULE_BYTES <= MESSAGE_DATA_BYTES,
    "a message can carry any module"
);
const _: () = assert!(INJECTED_TICKS < LATEST_TIME, "a full tank can be spent");
