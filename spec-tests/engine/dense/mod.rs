//! Dense programs: nothing but what an engine's translator fuses, folds, forwards and preserves.
//!
//! Enters: a seed and a size. Leaves: a valid module that ends by itself, and the calls to make.
//! Refuses to know: engines, and metering.
//!
//! The programs are random trees of expressions and statements over few locals, with many
//! constants, comparisons, selects, branches that carry values, and addresses known beforehand.
//! Operands wait on the stack while blocks run beside them: that is where translators to
//! registers go wrong. Loops count in locals of their own, and calls go only to earlier
//! functions, so every program ends.

mod control;
mod expression;
mod module;
pub mod operators;
mod statement;

use crate::machine::{Call, Value};
use crate::random::Random;
use operators::Type;
use wasm_encoder::{BlockType, Function, Instruction, MemoryType, ValType};

/// An export of every dense program: calls all functions as often as it is told.
pub const AGAIN: &str = "again";

/// Another: makes the one of the program's calls that it is told, and puts its results in memory.
const ENTRY: &str = "onMessage";

/// A module and what to call in it.
pub struct Program {
    pub wasm: Vec<u8>,
    pub calls: Vec<Call>,
}

/// Entries of the table: some functions, and one null at the end.
const TABLE_NULL: usize = 1;

/// The program of that seed; `size` bounds the instructions of one function, roughly.
pub fn program(seed: u64, size: usize) -> Program {
    let mut random = Random::new(seed);
    let mut module = Builder::new(&mut random);
    for _ in 0..random.between(1, 4) {
        module.add_function(&mut random, size);
    }
    let calls = module.calls(&mut random);
    Program {
        wasm: module.finish(&mut random, &calls),
        calls,
    }
}

/// A function's parameters and results.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Signature {
    parameters: Vec<Type>,
    results: Vec<Type>,
}

/// A global, and whether it can be set.
#[derive(Clone, Copy)]
struct Global {
    ty: Type,
    mutable: bool,
}

/// The module as far as it is built.
struct Builder {
    types: Vec<Signature>,
    functions: Vec<(usize, Function)>,
    globals: Vec<Global>,
    memory: MemoryType,
}

impl Builder {
    fn new(random: &mut Random) -> Builder {
        let globals = (0..random.between(1, 5))
            .map(|_| Global {
                ty: *random.pick(&Type::ALL),
                mutable: random.chance(75),
            })
            .collect();
        let maximum = *random.pick(&[None, Some(2), Some(3)]);
        Builder {
            types: Vec::new(),
            functions: Vec::new(),
            globals,
            memory: MemoryType {
                minimum: 2,
                maximum,
                memory64: false,
                shared: false,
                page_size_log2: None,
            },
        }
    }

    fn type_index(&mut self, signature: Signature) -> usize {
        let known = self.types.iter().position(|known| *known == signature);
        known.unwrap_or_else(|| {
            self.types.push(signature);
            self.types.len() - 1
        })
    }

    /// The type of a block: as short a form as there is.
    fn block_type(&mut self, parameters: &[Type], results: &[Type]) -> BlockType {
        match (parameters, results) {
            ([], []) => BlockType::Empty,
            ([], [result]) => BlockType::Result(result.encoded()),
            _ => BlockType::FunctionType(self.type_index(Signature {
                parameters: parameters.to_vec(),
                results: results.to_vec(),
            }) as u32),
        }
    }

    fn add_function(&mut self, random: &mut Random, size: usize) {
        let any = |random: &mut Random| *random.pick(&Type::ALL);
        let signature = Signature {
            parameters: (0..random.between(1, 3)).map(|_| any(random)).collect(),
            results: (0..*random.pick(&[1, 1, 1, 2, 3]))
                .map(|_| any(random))
                .collect(),
        };
        let mut locals = signature.parameters.clone();
        locals.extend((0..random.between(1, 5)).map(|_| any(random)));
        let body = Body {
            module: self,
            random,
            locals,
            counters: 0,
            labels: vec![Some(signature.results.clone())],
            results: signature.results.clone(),
            code: Vec::new(),
            left: size,
            loops: 0,
            recent: 0,
        };
        let function = body.function(&signature);
        let index = self.type_index(signature);
        self.functions.push((index, function));
    }

    fn calls(&self, random: &mut Random) -> Vec<Call> {
        let mut calls = Vec::new();
        for (index, (ty, _)) in self.functions.iter().enumerate() {
            for _ in 0..3 {
                let arguments = self.types[*ty].parameters.iter();
                calls.push(Call {
                    export: format!("f{index}"),
                    arguments: arguments.map(|ty| argument(*ty, random)).collect(),
                });
            }
        }
        calls
    }
}

fn argument(ty: Type, random: &mut Random) -> Value {
    match ty {
        Type::I32 => Value::I32(operators::interesting_i32(random) as u32),
        Type::I64 => Value::I64(operators::interesting_i64(random) as u64),
        Type::F32 => Value::F32(operators::interesting_f32(random)),
        Type::F64 => Value::F64(operators::interesting_f64(random)),
    }
}

/// One function's body as far as it is written.
struct Body<'a> {
    module: &'a mut Builder,
    random: &'a mut Random,
    /// Parameters and locals that expressions and statements may read and write.
    locals: Vec<Type>,
    /// Locals after those: i32 counters, one a loop.
    counters: usize,
    /// What each open label expects, outermost first; `None` where nobody may branch to.
    labels: Vec<Option<Vec<Type>>>,
    results: Vec<Type>,
    code: Vec<Instruction<'static>>,
    /// How many more instructions may be begun, roughly.
    left: usize,
    /// How many loops are open here.
    loops: usize,
    /// The local that was touched last: what engines keep in registers.
    recent: usize,
}

/// Loops in loops, at most.
const NESTED_LOOPS: usize = 2;

impl Body<'_> {
    fn function(mut self, signature: &Signature) -> Function {
        let results = signature.results.clone();
        for _ in 0..self.random.below(6) {
            self.statement(4);
        }
        for result in &results {
            self.expression(*result, 6);
        }
        self.emit(Instruction::End);
        let parameters = signature.parameters.len();
        let mut locals: Vec<ValType> = self.locals[parameters..]
            .iter()
            .map(|ty| ty.encoded())
            .collect();
        // Counters come last; their number is known only now, so their indices were left open.
        let first_counter = self.locals.len() as u32;
        locals.extend((0..self.counters).map(|_| ValType::I32));
        let mut function = Function::new_with_locals_types(locals);
        for instruction in &self.code {
            debug_assert!(
                !matches!(instruction, Instruction::LocalSet(index)
                    if *index >= first_counter + self.counters as u32),
                "every counter is declared"
            );
            function.instruction(instruction);
        }
        function
    }

    fn emit(&mut self, instruction: Instruction<'static>) {
        self.left = self.left.saturating_sub(1);
        self.code.push(instruction);
    }

    /// A counter for one more loop.
    fn counter(&mut self) -> u32 {
        self.counters += 1;
        (self.locals.len() + self.counters - 1) as u32
    }

    /// A local of that type, most likely the one touched last.
    fn local(&mut self, ty: Type) -> Option<u32> {
        if self.locals[self.recent] == ty && self.random.chance(50) {
            return Some(self.recent as u32);
        }
        let fitting: Vec<usize> = (0..self.locals.len())
            .filter(|index| self.locals[*index] == ty)
            .collect();
        if fitting.is_empty() {
            return None;
        }
        self.recent = *self.random.pick(&fitting);
        Some(self.recent as u32)
    }

    /// A label that expects exactly these, as a branch depth.
    fn label(&mut self, wanted: &[Type]) -> Option<u32> {
        let open = self.labels.iter().rev().enumerate();
        let fitting: Vec<u32> = open
            .filter(|(_, label)| label.as_deref() == Some(wanted))
            .map(|(depth, _)| depth as u32)
            .collect();
        if fitting.is_empty() {
            return None;
        }
        Some(*self.random.pick(&fitting))
    }
}
