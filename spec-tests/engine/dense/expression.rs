//! Expressions: code that leaves one value on the stack.
//!
//! Enters: a type and a depth. Leaves: instructions appended to the body.
//! Refuses to know: what becomes of the value.

use super::operators::{self, Type};
use super::{Body, NESTED_LOOPS, TABLE_NULL};
use wasm_encoder::{HeapType, Instruction, MemArg, MemArgTarget, RefType, ValType};

impl Body<'_> {
    /// Code that leaves one value of `ty`.
    pub(super) fn expression(&mut self, ty: Type, depth: usize) {
        if depth == 0 || self.left == 0 {
            return self.leaf(ty);
        }
        let deeper = depth - 1;
        match self.random.below(100) {
            0..12 => self.leaf(ty),
            12..19 => self.unary(ty, deeper),
            19..37 => self.binary(ty, deeper),
            37..46 => self.comparison_or_conversion(ty, deeper),
            46..49 => self.retyped(ty, deeper),
            49..60 => self.select(ty, deeper),
            60..66 => self.load(ty, deeper),
            66..72 => self.tee(ty, deeper),
            72..77 => self.block(ty, deeper),
            77..82 => self.block_with_parameters(ty, deeper),
            82..84 => self.waiting(ty, deeper),
            84..88 => self.conditional(ty, deeper),
            88..92 => self.branch_with_value(ty, deeper),
            92..95 => self.call(ty, deeper),
            95..96 => self.division(ty, deeper),
            96..97 => self.memory_size(ty, deeper),
            97..98 => self.reference(ty, deeper),
            _ => {
                self.statement(deeper);
                self.expression(ty, deeper);
            }
        }
    }

    /// Code that leaves one value of each of `types`.
    pub(super) fn expressions(&mut self, types: &[Type], depth: usize) {
        for ty in types {
            self.expression(*ty, depth);
        }
    }

    /// An i32 that is meant as a truth: mostly a comparison.
    pub(super) fn condition(&mut self, depth: usize) {
        match self.random.below(10) {
            0 => self.expression(Type::I32, depth),
            1..4 => {
                self.expression(Type::I32, depth);
                self.emit(Instruction::I32Eqz);
            }
            4 => {
                self.expression(Type::I64, depth);
                self.emit(Instruction::I64Eqz);
            }
            _ => self.comparison(depth),
        }
    }

    pub(super) fn leaf(&mut self, ty: Type) {
        let choice = self.random.below(100);
        if choice < 60
            && let Some(local) = self.local(ty)
        {
            return self.emit(Instruction::LocalGet(local));
        }
        if choice < 70 {
            let globals = &self.module.globals;
            let fitting: Vec<usize> = (0..globals.len())
                .filter(|index| globals[*index].ty == ty)
                .collect();
            if !fitting.is_empty() {
                let global = *self.random.pick(&fitting) as u32;
                return self.emit(Instruction::GlobalGet(global));
            }
        }
        let constant = operators::constant(ty, self.random);
        self.emit(constant);
    }

    pub(super) fn one_of(&mut self, instructions: &'static [Instruction<'static>]) {
        let instruction = self.random.pick(instructions).clone();
        self.emit(instruction);
    }

    fn unary(&mut self, ty: Type, depth: usize) {
        self.expression(ty, depth);
        self.one_of(operators::unary(ty));
    }

    fn binary(&mut self, ty: Type, depth: usize) {
        self.expression(ty, depth);
        // Constants on the right are what folding and fusing look for.
        if self.random.chance(35) {
            let constant = operators::constant(ty, self.random);
            self.emit(constant);
        } else {
            self.expression(ty, depth);
        }
        self.one_of(operators::binary(ty));
    }

    fn comparison(&mut self, depth: usize) {
        let ty = *self.random.pick(&Type::ALL);
        self.expression(ty, depth);
        if self.random.chance(35) {
            let constant = operators::constant(ty, self.random);
            self.emit(constant);
        } else {
            self.expression(ty, depth);
        }
        self.one_of(operators::comparison(ty));
    }

    fn comparison_or_conversion(&mut self, ty: Type, depth: usize) {
        if ty == Type::I32 && self.random.chance(70) {
            return self.comparison(depth);
        }
        let from = *self.random.pick(&Type::ALL);
        self.expression(from, depth);
        if self.random.chance(3) {
            self.one_of(operators::trapping_conversion(from, ty));
        } else {
            self.convert(from, ty);
        }
    }

    /// Turns the value of type `from` on the stack into one of type `to`.
    pub(super) fn convert(&mut self, from: Type, to: Type) {
        if from != to {
            self.one_of(operators::conversion(from, to));
        }
    }

    /// The same bits as another type and back: engines only relabel the operand.
    fn retyped(&mut self, ty: Type, depth: usize) {
        use Instruction::*;
        let (from, first, last) = match ty {
            Type::I32 => (Type::I32, F32ReinterpretI32, I32ReinterpretF32),
            Type::I64 => (Type::I32, I64ExtendI32U, Nop),
            Type::F32 => (Type::I32, F32ReinterpretI32, F32Abs),
            Type::F64 => (Type::I64, F64ReinterpretI64, F64Neg),
        };
        self.expression(from, depth);
        self.emit(first);
        if self.random.chance(60) {
            self.statement(depth);
        }
        match ty {
            Type::I32 => self.emit(last),
            _ if self.random.chance(40) => self.emit(last),
            _ => {}
        }
    }

    /// A local that waits on the stack while a block with parameters may write to it.
    fn waiting(&mut self, ty: Type, depth: usize) {
        let Some(local) = self.local(ty) else {
            return self.block_with_parameters(ty, depth);
        };
        self.emit(Instruction::LocalGet(local));
        self.block_with_parameters(ty, depth);
        self.one_of(operators::binary(ty));
    }

    fn select(&mut self, ty: Type, depth: usize) {
        self.expression(ty, depth);
        self.expression(ty, depth);
        self.condition(depth);
        if self.random.chance(30) {
            self.emit(Instruction::TypedSelect(ty.encoded()));
        } else {
            self.emit(Instruction::Select);
        }
    }

    fn tee(&mut self, ty: Type, depth: usize) {
        self.expression(ty, depth);
        if let Some(local) = self.local(ty) {
            self.emit(Instruction::LocalTee(local));
        }
    }

    /// An i32 address, inside the memory more often than not.
    pub(super) fn address(&mut self, depth: usize) -> MemArg {
        let offset = match self.random.below(20) {
            0..9 => 0,
            9..14 => self.random.between(1, 300),
            14..17 => self.random.between(65_500, 65_600),
            17..19 => self.random.between(66_000, 120_000),
            _ => *self.random.pick(&[131_065, 131_072, 200_000, 0xffff_fff0]),
        } as u64;
        match self.random.below(10) {
            0..3 => {
                let address = self.random.below(400) as i32;
                self.emit(Instruction::I32Const(address));
            }
            3 => match self.local(Type::I32) {
                Some(local) if self.random.chance(30) => self.emit(Instruction::LocalGet(local)),
                _ => self.masked_address(depth, 0xff),
            },
            4 => self.masked_address(depth, 0x1_ffff),
            _ => self.masked_address(depth, 0xff),
        }
        MemArg {
            offset,
            align: 0,
            target: MemArgTarget::Memory(0),
            ordering: None,
        }
    }

    fn masked_address(&mut self, depth: usize, mask: i32) {
        self.expression(Type::I32, depth);
        self.emit(Instruction::I32Const(mask));
        self.emit(Instruction::I32And);
        // The address twice, once from a local: both may be in a register then.
        if self.random.chance(40)
            && let Some(local) = self.local(Type::I32)
        {
            if self.random.chance(50) {
                self.emit(Instruction::LocalTee(local));
            } else {
                self.emit(Instruction::LocalSet(local));
                self.emit(Instruction::LocalGet(local));
            }
        }
    }

    fn load(&mut self, ty: Type, depth: usize) {
        use Instruction::*;
        let at = self.address(depth);
        let loads = match ty {
            Type::I32 => vec![
                I32Load(at),
                I32Load8S(at),
                I32Load8U(at),
                I32Load16S(at),
                I32Load16U(at),
            ],
            Type::I64 => vec![
                I64Load(at),
                I64Load8S(at),
                I64Load8U(at),
                I64Load16S(at),
                I64Load16U(at),
                I64Load32S(at),
                I64Load32U(at),
            ],
            Type::F32 => vec![F32Load(at)],
            Type::F64 => vec![F64Load(at)],
        };
        let load = self.random.pick(&loads).clone();
        self.emit(load);
    }

    fn call(&mut self, ty: Type, depth: usize) {
        let functions = self.module.functions.len();
        if functions == 0 || self.loops == NESTED_LOOPS {
            return self.leaf(ty);
        }
        let callee = self.random.below(functions);
        let signature_index = self.module.functions[callee].0;
        let signature = self.module.types[signature_index].clone();
        self.expressions(&signature.parameters, depth);
        if self.random.chance(40) {
            // Mostly the function itself; now and then another, the null, or past the end.
            let index = match self.random.below(12) {
                0 => self.random.below(functions + TABLE_NULL + 1),
                _ => callee,
            };
            self.emit(Instruction::I32Const(index as i32));
            self.emit(Instruction::CallIndirect {
                type_index: signature_index as u32,
                table_index: 0,
            });
        } else {
            self.emit(Instruction::Call(callee as u32));
        }
        self.fold(&signature.results, ty);
    }

    fn division(&mut self, ty: Type, depth: usize) {
        if !ty.is_integer() {
            return self.binary(ty, depth);
        }
        self.expression(ty, depth);
        self.expression(ty, depth);
        if self.random.chance(80) {
            let (one, or) = match ty {
                Type::I64 => (Instruction::I64Const(1), Instruction::I64Or),
                _ => (Instruction::I32Const(1), Instruction::I32Or),
            };
            self.emit(one);
            self.emit(or);
        }
        self.one_of(operators::division(ty));
    }

    fn memory_size(&mut self, ty: Type, depth: usize) {
        if self.random.chance(70) {
            self.emit(Instruction::MemorySize(0));
        } else {
            let pages = *self.random.pick(&[0, 0, 1, 70_000]);
            if self.random.chance(70) {
                self.emit(Instruction::I32Const(pages));
            } else {
                self.expression(Type::I32, depth);
                self.emit(Instruction::I32Const(1));
                self.emit(Instruction::I32And);
            }
            self.emit(Instruction::MemoryGrow(0));
        }
        self.convert(Type::I32, ty);
    }

    /// Whether an entry of the table is null, and how many there are.
    fn reference(&mut self, ty: Type, depth: usize) {
        use Instruction::*;
        let functions = self.module.functions.len();
        match self.random.below(4) {
            0 => self.emit(TableSize(0)),
            1 => {
                self.emit(RefNull(HeapType::FUNC));
                let more = *self.random.pick(&[0, 1, 2]);
                self.emit(I32Const(more));
                self.emit(TableGrow(0));
            }
            2 => {
                // Which of two references it is depends on a comparison.
                self.emit(RefNull(HeapType::FUNC));
                self.table_index(functions, depth);
                self.emit(TableGet(0));
                self.condition(depth);
                self.emit(TypedSelect(ValType::Ref(RefType::FUNCREF)));
                self.emit(RefIsNull);
            }
            _ => {
                self.table_index(functions, depth);
                self.emit(TableGet(0));
                self.emit(RefIsNull);
            }
        }
        self.convert(Type::I32, ty);
    }

    /// An i32 that is an index into the table, mostly.
    pub(super) fn table_index(&mut self, functions: usize, depth: usize) {
        if self.random.chance(50) {
            let index = self.random.below(functions + TABLE_NULL) as i32;
            return self.emit(Instruction::I32Const(index));
        }
        self.expression(Type::I32, depth);
        self.emit(Instruction::I32Const(
            functions.next_power_of_two() as i32 - 1,
        ));
        self.emit(Instruction::I32And);
    }
}
