//! The module around the functions of a dense program.
//!
//! Enters: functions, globals, the calls to make. Leaves: a binary whose exports make those calls. Refuses
//! to know: what the functions do.

use super::{
    AGAIN, Builder, ENTRY, Signature, TABLE_NULL, argument,
    operators::{self, Type},
};
use crate::machine::{Call, Value};
use crate::random::Random;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, Ieee32, Ieee64,
    Instruction, MemArg, MemArgTarget, MemorySection, Module, RefType, TableSection, TableType,
    TypeSection, ValType,
};

impl Builder {
    /// Calls every function, over and over: the one loop that may run long.
    fn add_again(&mut self, random: &mut Random) {
        const TIMES: u32 = 0;
        let mut body = Function::new([]);
        let block = BlockType::Empty;
        body.instruction(&Instruction::Loop(block));
        for (index, (ty, _)) in self.functions.iter().enumerate() {
            let signature = &self.types[*ty];
            for parameter in &signature.parameters {
                body.instruction(&operators::constant(*parameter, random));
            }
            body.instruction(&Instruction::Call(index as u32));
            for _ in &signature.results {
                body.instruction(&Instruction::Drop);
            }
        }
        body.instruction(&Instruction::LocalGet(TIMES))
            .instruction(&Instruction::I32Const(1))
            .instruction(&Instruction::I32Sub)
            .instruction(&Instruction::LocalTee(TIMES))
            .instruction(&Instruction::BrIf(0))
            .instruction(&Instruction::End)
            .instruction(&Instruction::End);
        let ty = self.type_index(Signature {
            parameters: vec![Type::I32],
            results: Vec::new(),
        });
        self.functions.push((ty, body));
    }

    /// Makes the call at the position that it is given, if there is one: the entry of the VM.
    fn add_entry(&mut self, calls: &[Call], per_function: usize) {
        // Behind the position: a local of each type.
        let mut body = Function::new(Type::ALL.map(|ty| (1, ty.encoded())));
        let local = |ty: Type| 1 + ty as u32;
        for (position, call) in calls.iter().enumerate() {
            let function = position / per_function;
            body.instruction(&Instruction::LocalGet(0))
                .instruction(&Instruction::I32Const(position as i32))
                .instruction(&Instruction::I32Eq)
                .instruction(&Instruction::If(BlockType::Empty));
            for argument in &call.arguments {
                body.instruction(&literal(*argument));
            }
            body.instruction(&Instruction::Call(function as u32));
            let results = &self.types[self.functions[function].0].results;
            for (place, ty) in (0..).zip(results.iter().rev()) {
                let at = MemArg {
                    offset: 8 * place,
                    align: 0,
                    target: MemArgTarget::Memory(0),
                    ordering: None,
                };
                body.instruction(&Instruction::LocalSet(local(*ty)))
                    .instruction(&Instruction::I32Const(0))
                    .instruction(&Instruction::LocalGet(local(*ty)))
                    .instruction(&match ty {
                        Type::I32 => Instruction::I32Store(at),
                        Type::I64 => Instruction::I64Store(at),
                        Type::F32 => Instruction::F32Store(at),
                        Type::F64 => Instruction::F64Store(at),
                    });
            }
            body.instruction(&Instruction::End);
        }
        body.instruction(&Instruction::LocalGet(0))
            .instruction(&Instruction::End);
        let ty = self.type_index(Signature {
            parameters: vec![Type::I32],
            results: vec![Type::I32],
        });
        self.functions.push((ty, body));
    }

    /// The whole module, its functions last called by those that are added here.
    pub(super) fn finish(mut self, random: &mut Random, calls: &[Call]) -> Vec<u8> {
        let last = self.functions.len();
        self.add_again(random);
        self.add_entry(calls, calls.len() / last);
        let mut exports = ExportSection::new();
        let (functions, code) = self.functions(last, &mut exports);
        let globals = self.globals(random, &mut exports);
        exports.export("memory", ExportKind::Memory, 0);
        let mut memories = MemorySection::new();
        memories.memory(self.memory);
        let (tables, elements) = table_of(last);
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(0), random.bytes(256));
        data.active(0, &ConstExpr::i32_const(65_500), random.bytes(128));
        let mut module = Module::new();
        module
            .section(&self.types())
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals)
            .section(&exports)
            .section(&elements)
            .section(&code)
            .section(&data);
        module.finish()
    }

    fn types(&self) -> TypeSection {
        let encoded =
            |types: &[Type]| -> Vec<ValType> { types.iter().map(|ty| ty.encoded()).collect() };
        let mut types = TypeSection::new();
        for signature in &self.types {
            types
                .ty()
                .function(encoded(&signature.parameters), encoded(&signature.results));
        }
        types
    }

    /// All functions, each exported; behind the first `last` stand those that call them.
    fn functions(
        &self,
        last: usize,
        exports: &mut ExportSection,
    ) -> (FunctionSection, CodeSection) {
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for (index, (ty, body)) in self.functions.iter().enumerate() {
            functions.function(*ty as u32);
            let name = match index.checked_sub(last) {
                Some(0) => AGAIN.to_string(),
                Some(_) => ENTRY.to_string(),
                None => format!("f{index}"),
            };
            exports.export(&name, ExportKind::Func, index as u32);
            code.function(body);
        }
        (functions, code)
    }

    /// All globals, each exported.
    fn globals(&self, random: &mut Random, exports: &mut ExportSection) -> GlobalSection {
        let mut globals = GlobalSection::new();
        for (index, global) in self.globals.iter().enumerate() {
            let ty = GlobalType {
                val_type: global.ty.encoded(),
                mutable: global.mutable,
                shared: false,
            };
            globals.global(ty, &initial(global.ty, random));
            exports.export(&format!("g{index}"), ExportKind::Global, index as u32);
        }
        globals
    }
}

/// The table of the first so many functions, and a null behind them.
fn table_of(functions: usize) -> (TableSection, ElementSection) {
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: (functions + TABLE_NULL) as u64,
        maximum: None,
        shared: false,
    });
    let listed: Vec<u32> = (0..functions as u32).collect();
    let mut elements = ElementSection::new();
    elements.active(
        None,
        &ConstExpr::i32_const(0),
        Elements::Functions(listed.into()),
    );
    (tables, elements)
}

fn literal(value: Value) -> Instruction<'static> {
    match value {
        Value::I32(bits) => Instruction::I32Const(bits as i32),
        Value::I64(bits) => Instruction::I64Const(bits as i64),
        Value::F32(bits) => Instruction::F32Const(Ieee32::new(bits)),
        Value::F64(bits) => Instruction::F64Const(Ieee64::new(bits)),
        Value::Reference { .. } => unreachable!("no function takes a reference"),
    }
}

fn initial(ty: Type, random: &mut Random) -> ConstExpr {
    match argument(ty, random) {
        Value::I32(bits) => ConstExpr::i32_const(bits as i32),
        Value::I64(bits) => ConstExpr::i64_const(bits as i64),
        Value::F32(bits) => ConstExpr::f32_const(Ieee32::new(bits)),
        Value::F64(bits) => ConstExpr::f64_const(Ieee64::new(bits)),
        Value::Reference { .. } => unreachable!("no global holds a reference"),
    }
}
