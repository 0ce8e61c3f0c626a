//! Mazes: small programs of nothing but control, constants and calls.
//!
//! Enters: a seed. Leaves: an acceptable module with `onMessage`, a callback table, imports and
//! now and then a start function. Refuses to know: engines, and metering.
//!
//! They hold what a meter that charges more than one instruction at once must get right: loops
//! left in the middle, branches out of several blocks, blocks that nobody branches to, dead code,
//! conditions, divisors and addresses that are known beforehand, calls of every kind, recursion,
//! instructions that pay by operand, imports in loops. All values are i32; loops mostly end.

mod expression;
mod operations;
mod statement;

use crate::random::Random;
use primea::interface::table::{Import, ImportIndex};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    Instruction, MemorySection, MemoryType, Module, RefType, StartSection, TableSection, TableType,
    TypeSection, ValType,
};

/// How many values go in, and how many come out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Arity {
    parameters: usize,
    results: usize,
}

impl Arity {
    /// The index of this type: there is one for each arity.
    fn index(self) -> u32 {
        (self.parameters * ARITIES + self.results) as u32
    }
}

/// One more than the most values that go in or come out of anything.
const ARITIES: usize = 5;
/// Elements of the table: some functions, then nulls.
const TABLE: usize = 6;
/// Two i32 that can't be set, 0 and 4, then two that can.
const GLOBALS: u32 = 4;
const FIRST_MUTABLE: u32 = 2;
/// Segments of each kind: an active one, and a passive one.
const SEGMENTS: u32 = 2;
const DATA_BYTES: usize = 20;

/// The module of that seed.
pub fn module(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let dialect = super::sources::DIALECT;
    let rows: Vec<(ImportIndex, &Import)> = dialect.rows().collect();
    let imports: Vec<&Import> = (0..random.below(4)).map(|_| random.pick(&rows).1).collect();
    let mut arities: Vec<Arity> = imports
        .iter()
        .map(|import| Arity {
            parameters: import.params.len(),
            results: usize::from(import.has_result()),
        })
        .collect();
    let own = random.between(1, 4);
    for _ in 0..own {
        arities.push(Arity {
            parameters: random.below(3),
            results: random.below(3),
        });
    }
    // The last two are the entry and the start function.
    arities.push(Arity {
        parameters: 1,
        results: 1,
    });
    arities.push(Arity {
        parameters: 0,
        results: 0,
    });
    let shape = Shape {
        imports: imports.len(),
        arities,
    };
    let size = *random.pick(&[8, 15, 25, 40]);
    let bodies: Vec<Function> = (imports.len()..shape.arities.len())
        .map(|index| body(&mut random, &shape, index, size))
        .collect();
    assemble(&mut random, &imports, &shape, &bodies)
}

/// What bodies know of their module.
struct Shape {
    imports: usize,
    /// Of all functions, imported ones first.
    arities: Vec<Arity>,
}

/// An open block.
#[derive(Clone, Copy)]
struct Label {
    /// How many values a branch takes along.
    arity: usize,
    is_loop: bool,
}

/// One function's body as far as it is written.
struct Body<'a> {
    shape: &'a Shape,
    random: &'a mut Random,
    /// The index of this function.
    own: usize,
    parameters: usize,
    code: Vec<Instruction<'static>>,
    labels: Vec<Label>,
    /// How many loops were written: each has a counter.
    loops: u32,
    /// How many more instructions may be begun, roughly.
    left: usize,
}

/// Locals behind the parameters that are not counters.
const LOCALS: usize = 3;
/// Loops in one function, at most.
const LOOPS: u32 = 6;

fn body(random: &mut Random, shape: &Shape, own: usize, size: usize) -> Function {
    let arity = shape.arities[own];
    let mut body = Body {
        shape,
        random,
        own,
        parameters: arity.parameters,
        code: Vec::new(),
        labels: vec![Label {
            arity: arity.results,
            is_loop: false,
        }],
        loops: 0,
        left: size,
    };
    body.recursion_guard(arity);
    for _ in 0..body.random.between(1, 5) {
        body.statement(3);
    }
    body.expressions(arity.results, 3);
    body.emit(Instruction::End);
    let locals = (LOCALS as u32 + LOOPS, ValType::I32);
    let mut function = Function::new([locals]);
    for instruction in &body.code {
        function.instruction(instruction);
    }
    function
}

/// A type for every arity, in the order of their indices.
fn types() -> TypeSection {
    let mut types = TypeSection::new();
    for index in 0..8 * ARITIES {
        let (parameters, results) = (index / ARITIES, index % ARITIES);
        types
            .ty()
            .function(vec![ValType::I32; parameters], vec![ValType::I32; results]);
    }
    types
}

fn globals() -> GlobalSection {
    let mut globals = GlobalSection::new();
    for index in 0..GLOBALS {
        let ty = GlobalType {
            val_type: ValType::I32,
            mutable: index >= FIRST_MUTABLE,
            shared: false,
        };
        globals.global(ty, &ConstExpr::i32_const([0, 4, 1, 70][index as usize]));
    }
    globals
}

/// The entry, which is the last function but one of `count`; the callbacks; and most often the memory.
fn exports(random: &mut Random, count: u32) -> ExportSection {
    let mut exports = ExportSection::new();
    exports.export("onMessage", ExportKind::Func, count - 2);
    exports.export("callbacks", ExportKind::Table, 0);
    if random.chance(80) {
        exports.export("memory", ExportKind::Memory, 0);
    }
    exports
}

fn assemble(
    random: &mut Random,
    imports: &[&Import],
    shape: &Shape,
    bodies: &[Function],
) -> Vec<u8> {
    let mut imported = ImportSection::new();
    for (import, arity) in imports.iter().zip(&shape.arities) {
        imported.import("env", import.name, EntityType::Function(arity.index()));
    }
    let mut functions = FunctionSection::new();
    for arity in &shape.arities[shape.imports..] {
        functions.function(arity.index());
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: TABLE as u64,
        maximum: *random.pick(&[None, Some(8)]),
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: *random.pick(&[None, Some(1), Some(3)]),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let count = shape.arities.len() as u32;
    let exports = exports(random, count);
    let listed: Vec<u32> = (0..TABLE - 2)
        .map(|_| random.below(count as usize) as u32)
        .collect();
    let mut elements = ElementSection::new();
    let listed = || Elements::Functions(listed.clone().into());
    elements.active(None, &ConstExpr::i32_const(0), listed());
    elements.passive(listed());
    // Whatever is referred to by `ref.func` is in these segments or declared here.
    elements.declared(Elements::Functions((0..count).collect::<Vec<u32>>().into()));
    let mut code = CodeSection::new();
    for body in bodies {
        code.function(body);
    }
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(0), random.bytes(DATA_BYTES));
    data.passive(random.bytes(DATA_BYTES));
    let mut module = Module::new();
    module
        .section(&types())
        .section(&imported)
        .section(&functions)
        .section(&tables)
        .section(&memories)
        .section(&globals())
        .section(&exports);
    if random.chance(20) {
        module.section(&StartSection {
            function_index: count - 1,
        });
    }
    module
        .section(&elements)
        .section(&DataCountSection { count: SEGMENTS })
        .section(&code)
        .section(&data);
    module.finish()
}
