//! Expressions: code that leaves one i32 on the stack, often one that is known beforehand.
//!
//! Enters: a depth. Leaves: instructions appended to the body. Refuses to know: the module.

use super::{Arity, Body, FIRST_MUTABLE, GLOBALS, Instruction, Label, TABLE};
use wasm_encoder::{BlockType, Ieee32, ValType};

impl Body<'_> {
    pub(super) fn expressions(&mut self, count: usize, depth: usize) {
        for _ in 0..count {
            self.expression(depth);
        }
    }

    pub(super) fn small(&mut self) -> i32 {
        *self
            .random
            .pick(&[0, 0, 0, 1, 1, 2, 3, 4, 7, -1, 64, i32::MAX, i32::MIN])
    }

    pub(super) fn expression(&mut self, depth: usize) {
        if depth == 0 || self.left == 0 {
            return self.leaf();
        }
        let deeper = depth - 1;
        match self.random.below(100) {
            0..25 => self.leaf(),
            25..45 => self.binary(deeper),
            45..52 => self.division(deeper),
            52..58 => {
                let at = self.address(deeper);
                let load = match self.random.below(3) {
                    0 => Instruction::I32Load8U(at),
                    1 => Instruction::I32Load16S(at),
                    _ => Instruction::I32Load(at),
                };
                self.emit(load);
            }
            58..64 => self.choice(deeper),
            64..70 => self.select(deeper),
            70..77 => self.block_with_value(deeper),
            77..82 => {
                self.expression(deeper);
                let local = self.local();
                self.emit(Instruction::LocalTee(local));
            }
            82..88 => match self.call(deeper) {
                0 => self.leaf(),
                results => self.drop_values(results - 1),
            },
            88..91 => self.grow(deeper),
            91..94 => self.through_64(deeper),
            94..95 => self.through_float(),
            95..96 => {
                let index = self.random.below(TABLE + 1) as i32;
                self.constant(index);
                self.emit(Instruction::TableGet(0));
                self.emit(Instruction::RefIsNull);
            }
            _ => {
                self.statement(deeper);
                self.expression(deeper);
            }
        }
    }

    fn leaf(&mut self) {
        match self.random.below(10) {
            0..4 => {
                let local = self.local();
                self.emit(Instruction::LocalGet(local));
            }
            4..6 => {
                let global = self.random.below(GLOBALS as usize) as u32;
                self.emit(Instruction::GlobalGet(global));
            }
            6 => self.emit(Instruction::MemorySize(0)),
            _ => {
                let value = self.small();
                self.constant(value);
            }
        }
    }

    /// A global that can't be set.
    pub(super) fn known_global(&mut self) {
        let global = self.random.below(FIRST_MUTABLE as usize) as u32;
        self.emit(Instruction::GlobalGet(global));
    }

    /// An i32 that is meant as a truth, one in three known beforehand.
    pub(super) fn condition(&mut self, depth: usize) {
        match self.random.below(9) {
            0 => {
                let value = self.small();
                self.constant(value);
            }
            1 => self.known_global(),
            2 => {
                let (left, right) = (self.small(), self.small());
                self.constant(left);
                self.constant(right);
                self.comparison();
            }
            3 => {
                let value = self.small();
                self.constant(value);
                let local = self.local();
                self.emit(Instruction::LocalTee(local));
            }
            4 => {
                self.expression(depth);
                self.emit(Instruction::I32Eqz);
            }
            5 => self.expression(depth),
            _ => {
                self.expression(depth);
                let value = self.small();
                self.constant(value);
                self.comparison();
            }
        }
    }

    fn comparison(&mut self) {
        use Instruction::*;
        let comparison = self
            .random
            .pick(&[I32Eq, I32Ne, I32LtS, I32LtU, I32GtU, I32GeS, I32And])
            .clone();
        self.emit(comparison);
    }

    fn binary(&mut self, depth: usize) {
        use Instruction::*;
        self.expression(depth);
        self.expression(depth);
        let operator = self
            .random
            .pick(&[
                I32Add, I32Sub, I32Mul, I32And, I32Or, I32Xor, I32Shl, I32ShrU,
            ])
            .clone();
        self.emit(operator);
    }

    fn division(&mut self, depth: usize) {
        use Instruction::*;
        self.expression(depth);
        match self.random.below(10) {
            0..5 => {
                let divisor = *self.random.pick(&[1, 2, 3, 8, -1, 7, 0]);
                self.constant(divisor);
            }
            5 => self.known_global(),
            _ => {
                self.expression(depth);
                self.constant(1);
                self.emit(I32Or);
            }
        }
        let division = self
            .random
            .pick(&[I32DivS, I32DivU, I32RemS, I32RemU])
            .clone();
        self.emit(division);
    }

    /// An if that gives a value.
    fn choice(&mut self, depth: usize) {
        self.condition(depth);
        self.emit(Instruction::If(BlockType::Result(ValType::I32)));
        self.labels.push(Label {
            arity: 1,
            is_loop: false,
        });
        let arity = Arity {
            parameters: 0,
            results: 1,
        };
        self.inside(arity, depth);
        self.emit(Instruction::Else);
        self.inside(arity, depth);
        self.labels.pop();
        self.emit(Instruction::End);
    }

    fn select(&mut self, depth: usize) {
        self.expressions(2, depth);
        self.condition(depth);
        self.emit(Instruction::Select);
    }

    /// A block that a branch may leave early, with its value; other values wait below it.
    fn block_with_value(&mut self, depth: usize) {
        self.expression(depth);
        self.emit(Instruction::Block(BlockType::Result(ValType::I32)));
        self.labels.push(Label {
            arity: 1,
            is_loop: false,
        });
        self.expression(depth);
        self.condition(depth);
        self.emit(Instruction::BrIf(0));
        if self.random.chance(50) {
            self.emit(Instruction::Drop);
            self.expression(depth);
        }
        self.labels.pop();
        self.emit(Instruction::End);
        self.emit(Instruction::I32Add);
    }

    fn grow(&mut self, depth: usize) {
        match self.random.below(4) {
            0 => self.constant(0),
            1 => self.constant(1),
            2 => {
                self.expression(depth);
                self.constant(1);
                self.emit(Instruction::I32And);
            }
            _ => {
                let pages = *self.random.pick(&[2, 70_000, -1]);
                self.constant(pages);
            }
        }
        self.emit(Instruction::MemoryGrow(0));
    }

    fn through_64(&mut self, depth: usize) {
        use Instruction::*;
        self.expression(depth);
        self.emit(I64ExtendI32S);
        let value = i64::from(self.small());
        self.emit(I64Const(value));
        let operator = self
            .random
            .pick(&[I64Add, I64Mul, I64DivS, I64RemU, I64LtS])
            .clone();
        let is_truth = matches!(operator, I64LtS);
        self.emit(operator);
        if !is_truth {
            self.emit(I32WrapI64);
        }
    }

    /// A constant made an integer: good, too large, or no number.
    fn through_float(&mut self) {
        let value = *self.random.pick(&[1.5, -3.0, 3e9, 1e20, f32::NAN]);
        self.emit(Instruction::F32Const(Ieee32::new(value.to_bits())));
        let conversion = self
            .random
            .pick(&[Instruction::I32TruncF32S, Instruction::I32TruncF32U])
            .clone();
        self.emit(conversion);
    }
}
