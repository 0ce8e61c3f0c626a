//! Where the modules come from whose metering is compared.
//!
//! Enters: a seed. Leaves: a module that was accepted, a schedule, and what to call.
//! Refuses to know: how they are compared.

use super::compare::{Effort, Subject};
use super::story::{Call, Plan};
use super::{by_hand, maze};
use crate::dense;
use crate::random::Random;
use crate::smith_settings;
use arbitrary::Unstructured;
use primea::interface::table::Dialect;
use primea::module::schedule::{
    FunctionCosts, InstructionCosts, Opcode, OperandCosts, PLAIN, Rate, SCHEDULE_1, Schedule,
};
use primea::module::{Entry, accept};
use wasm_smith::{Config, MemoryOffsetChoices, Module};

#[derive(Clone, Copy)]
pub struct Source {
    pub name: &'static str,
    /// The module of a seed, if the seed has one.
    pub subject: fn(seed: u64) -> Option<Subject>,
    /// Modules that are compared when nobody asks for more.
    pub cases: u64,
    /// Whether there are no more than those.
    pub is_finite: bool,
    effort: Effort,
}

impl Source {
    /// How hard to try: some programs are tried at every budget, however many there are of them.
    pub fn effort(&self, seed: u64, schedule: &Schedule) -> Effort {
        let effort = self.usual_effort(seed);
        Effort {
            ample: effort.ample * u64::from(schedule.instructions.of(Opcode::Nop)),
            ..effort
        }
    }

    fn usual_effort(&self, seed: u64) -> Effort {
        match seed.is_multiple_of(SWEPT) {
            true => Effort {
                sweep: self.effort.sweep.max(SWEEP),
                ..self.effort
            },
            false => self.effort,
        }
    }
}

/// Programs that need at most that much are swept, if they are small ones or their turn has come.
const SWEEP: u64 = 400;
/// Every so many programs.
const SWEPT: u64 = 40;

pub const BY_HAND: Source = Source {
    name: "by_hand",
    subject: by_hand::subject,
    cases: by_hand::COUNT,
    is_finite: true,
    effort: Effort {
        ample: 20_000,
        sweep: 700,
        random: 40,
    },
};

pub const MAZE: Source = Source {
    name: "maze",
    subject: maze_subject,
    cases: 1_500,
    is_finite: false,
    effort: Effort {
        ample: 6_000,
        sweep: 60,
        random: 6,
    },
};

pub const ALL: [Source; 4] = [
    BY_HAND,
    MAZE,
    Source {
        name: "dense",
        subject: dense_subject,
        cases: 250,
        is_finite: false,
        effort: Effort {
            ample: 20_000,
            sweep: 30,
            random: 4,
        },
    },
    Source {
        name: "smith",
        subject: smith_subject,
        cases: 10_000,
        is_finite: false,
        effort: Effort {
            ample: 5_000,
            sweep: 10,
            random: 3,
        },
    },
];

/// A published schedule, or one in which all has another price, or one in which it has a high one.
pub fn schedule(seed: u64) -> Schedule {
    match seed % 8 {
        3 => Schedule {
            instructions: costs(3, 2),
            operands: OperandCosts {
                memory_grow: Rate::per(7, 1),
                memory_bulk: Rate::per(5, 8),
                table_grow: Rate::per(2, 1),
                table_bulk: Rate::FREE,
            },
            functions: FunctionCosts {
                locals: Rate::per(5, 2),
            },
            ..PLAIN
        },
        7 => Schedule {
            instructions: costs(301, 90),
            functions: FunctionCosts {
                locals: Rate::per(410, 1),
            },
            ..PLAIN
        },
        1 | 4 | 5 => SCHEDULE_1,
        _ => PLAIN,
    }
}

/// Every instruction at one price, and structure at another.
pub fn costs(instruction: u32, structure: u32) -> InstructionCosts {
    use Opcode::{Block, Else, End, Loop};
    InstructionCosts::all(instruction).but(&[Block, Loop, Else, End], structure)
}

pub const DIALECT: Dialect = Dialect::Capabilities;

/// A module that must be acceptable, with these calls, each in an instance of its own and then
/// all in one.
pub fn subject(wasm: &[u8], seed: u64, calls: Vec<Call>) -> Subject {
    match accept(wasm, DIALECT) {
        Ok(module) => Subject {
            module,
            schedule: schedule(seed),
            plans: plans(calls, seed),
        },
        Err(refusal) => panic!("seed {seed}: a module that we refuse: {refusal}"),
    }
}

fn plans(calls: Vec<Call>, seed: u64) -> Vec<Plan> {
    let plan = |calls| Plan { calls, host: seed };
    let all = (calls.len() > 1).then(|| plan(calls.clone()));
    let each = calls.into_iter().map(|call| plan(vec![call]));
    each.chain(all).collect()
}

fn maze_subject(seed: u64) -> Option<Subject> {
    let mut random = Random::new(seed ^ 0x6d61_7a65);
    let wasm = maze::module(seed);
    let argument = random.below(4) as i32;
    let calls = vec![
        Call::Entry(Entry::Message, argument),
        Call::Callback(random.below(4) as u32, vec![random.word() as i32, 1, 0]),
    ];
    Some(subject(&wasm, seed, calls))
}

fn dense_subject(seed: u64) -> Option<Subject> {
    let program = dense::program(seed, 70);
    let calls = 0..program.calls.len() as i32;
    let calls = calls.map(|index| Call::Entry(Entry::Message, index));
    Some(subject(&program.wasm, seed, calls.collect()))
}

/// A small random module that may import what the dialect has.
fn smith_subject(seed: u64) -> Option<Subject> {
    let mut random = Random::new(seed ^ 0x0073_6d69_7468);
    let exports = r#"(module (memory 1) (table 1 funcref)
        (func (param i32) (result i32) unreachable)
        (export "memory" (memory 0)) (export "callbacks" (table 0))
        (export "onMessage" (func 0)) (export "onCreation" (func 0)))"#;
    let exports = wat::parse_str(exports).expect("a good module");
    let config = Config {
        available_imports: Some(smith_settings::available_imports(DIALECT)),
        exports: Some(exports),
        max_funcs: 4,
        max_imports: 4,
        max_instructions: 120,
        // The exports bring the one memory, and a table.
        max_memories: 0,
        max_tables: 1,
        max_memory32_bytes: 2 << 16,
        max_table_elements: 10,
        memory_offset_choices: MemoryOffsetChoices(90, 9, 1),
        disallow_traps: random.chance(50),
        ..smith_settings::accepted_proposals()
    };
    let length = random.between(150, 1_500);
    let bytes = random.bytes(length);
    let module = Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    // A start function that is imported, for one, is refused.
    let module = accept(&module.to_bytes(), DIALECT).ok()?;
    let argument = random.word() as i32;
    let calls = vec![
        Call::Entry(Entry::Creation, 0),
        Call::Entry(Entry::Message, argument),
    ];
    Some(Subject {
        module,
        schedule: schedule(seed),
        plans: vec![Plan { calls, host: seed }],
    })
}
