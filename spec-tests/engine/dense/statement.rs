//! Statements: code that leaves the stack as it found it.
//!
//! Enters: a depth. Leaves: instructions appended to the body.
//! Refuses to know: what waits on the stack below.

use super::operators::{self, Type};
use super::{Body, NESTED_LOOPS};
use wasm_encoder::{HeapType, Instruction};

impl Body<'_> {
    pub(super) fn statement(&mut self, depth: usize) {
        if depth == 0 || self.left == 0 {
            return self.set_local(0);
        }
        let deeper = depth - 1;
        match self.random.below(100) {
            0..35 => self.set_local(deeper),
            35..45 => self.store(deeper),
            45..52 => self.set_global(deeper),
            52..60 => self.branch(deeper),
            60..70 => self.conditional_statement(deeper),
            70..76 => self.block_statement(deeper),
            76..84 => self.loop_statement(deeper),
            84..87 => self.bulk(deeper),
            87..88 => self.table(deeper),
            88..92 => self.branch_table(deeper),
            92..94 => self.leave(deeper),
            94..96 => self.emit(Instruction::Nop),
            _ => {
                let ty = *self.random.pick(&Type::ALL);
                self.expression(ty, deeper);
                self.emit(Instruction::Drop);
            }
        }
    }

    fn set_local(&mut self, depth: usize) {
        let local = if self.random.chance(40) {
            self.recent
        } else {
            self.random.below(self.locals.len())
        };
        let ty = self.locals[local];
        self.expression(ty, depth);
        self.recent = local;
        self.emit(Instruction::LocalSet(local as u32));
    }

    fn set_global(&mut self, depth: usize) {
        let globals = &self.module.globals;
        let settable: Vec<usize> = (0..globals.len())
            .filter(|index| globals[*index].mutable)
            .collect();
        if settable.is_empty() {
            return;
        }
        let global = *self.random.pick(&settable);
        let ty = self.module.globals[global].ty;
        self.expression(ty, depth);
        self.emit(Instruction::GlobalSet(global as u32));
    }

    fn store(&mut self, depth: usize) {
        use Instruction::*;
        if self.random.chance(10) {
            return self.store_of_its_own_address(depth);
        }
        let at = self.address(depth);
        let ty = *self.random.pick(&Type::ALL);
        self.expression(ty, depth);
        let stores = match ty {
            Type::I32 => vec![I32Store(at), I32Store8(at), I32Store16(at)],
            Type::I64 => vec![I64Store(at), I64Store8(at), I64Store16(at), I64Store32(at)],
            Type::F32 => vec![F32Store(at)],
            Type::F64 => vec![F64Store(at)],
        };
        let store = self.random.pick(&stores).clone();
        self.emit(store);
    }

    /// A store whose address and value are the same local.
    fn store_of_its_own_address(&mut self, depth: usize) {
        let at = self.address(depth);
        let Some(local) = self.local(Type::I32) else {
            return self.emit(Instruction::Drop);
        };
        self.emit(Instruction::LocalTee(local));
        self.emit(Instruction::LocalGet(local));
        if self.random.chance(40) {
            self.emit(Instruction::I64ExtendI32U);
            self.emit(Instruction::I64Store(at));
        } else {
            self.emit(Instruction::I32Store(at));
        }
    }

    /// A conditional branch out of a block that expects nothing.
    fn branch(&mut self, depth: usize) {
        let Some(label) = self.label(&[]) else {
            return self.set_local(depth);
        };
        self.condition(depth);
        self.emit(Instruction::BrIf(label));
    }

    fn conditional_statement(&mut self, depth: usize) {
        self.condition(depth);
        let block = self.module.block_type(&[], &[]);
        self.emit(Instruction::If(block));
        self.labels.push(Some(Vec::new()));
        self.statement(depth);
        if self.random.chance(50) {
            self.emit(Instruction::Else);
            self.statement(depth);
        }
        self.labels.pop();
        self.emit(Instruction::End);
    }

    fn block_statement(&mut self, depth: usize) {
        let block = self.module.block_type(&[], &[]);
        self.emit(Instruction::Block(block));
        self.labels.push(Some(Vec::new()));
        for _ in 0..self.random.between(1, 3) {
            self.statement(depth);
        }
        if self.random.chance(20) {
            // What follows is never executed, but must still be translated.
            self.emit(Instruction::Br(0));
            let ty = *self.random.pick(&Type::ALL);
            self.expression(ty, depth.min(2));
            self.emit(Instruction::Drop);
        }
        self.labels.pop();
        self.emit(Instruction::End);
    }

    fn loop_statement(&mut self, depth: usize) {
        if self.loops == NESTED_LOOPS {
            return self.set_local(depth);
        }
        let counter = self.counter();
        self.emit(Instruction::I32Const(0));
        self.emit(Instruction::LocalSet(counter));
        let block = self.module.block_type(&[], &[]);
        self.emit(Instruction::Loop(block));
        self.labels.push(None);
        self.loops += 1;
        for _ in 0..self.random.between(1, 3) {
            self.statement(depth);
        }
        self.count(counter);
        self.emit(Instruction::BrIf(0));
        self.loops -= 1;
        self.labels.pop();
        self.emit(Instruction::End);
    }

    /// Copies or fills a little memory, mostly inside it.
    fn bulk(&mut self, depth: usize) {
        let is_copy = self.random.chance(50);
        self.address(depth);
        if is_copy {
            self.address(depth);
        } else {
            self.expression(Type::I32, depth);
        }
        if self.random.chance(60) {
            let len = self.random.below(40) as i32;
            self.emit(Instruction::I32Const(len));
        } else {
            self.expression(Type::I32, depth);
            self.emit(Instruction::I32Const(31));
            self.emit(Instruction::I32And);
        }
        self.emit(if is_copy {
            Instruction::MemoryCopy {
                src_mem: 0,
                dst_mem: 0,
            }
        } else {
            Instruction::MemoryFill(0)
        });
    }

    /// Changes the table: entries move, become null, or become functions again.
    fn table(&mut self, depth: usize) {
        let functions = self.module.functions.len();
        self.table_index(functions, depth);
        match self.random.below(3) {
            0 => {
                self.emit(Instruction::RefNull(HeapType::FUNC));
                self.emit(Instruction::TableSet(0));
            }
            1 => {
                self.table_index(functions, depth);
                self.emit(Instruction::I32Const(1));
                self.emit(Instruction::TableCopy {
                    src_table: 0,
                    dst_table: 0,
                });
            }
            _ if functions > 0 => {
                let callee = self.random.below(functions) as u32;
                self.emit(Instruction::RefFunc(callee));
                self.emit(Instruction::I32Const(1));
                self.emit(Instruction::TableFill(0));
            }
            _ => {
                self.emit(Instruction::RefNull(HeapType::FUNC));
                self.emit(Instruction::TableSet(0));
            }
        }
    }

    /// Blocks in blocks, left through a table by a value that some of them carry.
    fn branch_table(&mut self, depth: usize) {
        let ty = *self.random.pick(&Type::ALL);
        let carried: &[Type] = if self.random.chance(60) { &[ty] } else { &[] };
        let block = self.module.block_type(&[], carried);
        let nested = self.random.between(1, 3);
        for _ in 0..nested {
            self.emit(Instruction::Block(block));
            self.labels.push(Some(carried.to_vec()));
            if self.random.chance(30) {
                // Something below the value: the targets then differ in height.
                self.expression(ty, depth.min(1));
            }
        }
        self.expressions(carried, depth);
        self.expression(Type::I32, depth);
        if self.random.chance(70) {
            self.emit(Instruction::I32Const(3));
            self.emit(Instruction::I32And);
        }
        let targets: Vec<u32> = (0..self.random.between(1, 4))
            .map(|_| self.random.below(nested) as u32)
            .collect();
        let default = self.random.below(nested) as u32;
        self.emit(Instruction::BrTable(targets.into(), default));
        for level in 0..nested {
            self.labels.pop();
            self.emit(Instruction::End);
            if level + 1 < nested {
                // The value that came out of the inner block, changed, goes on to the outer one.
                if !carried.is_empty() {
                    self.expression(ty, depth.min(1));
                    let operator = self.random.pick(operators::binary(ty)).clone();
                    self.emit(operator);
                    self.emit(Instruction::Br(0));
                } else {
                    self.statement(depth.min(2));
                    self.emit(Instruction::Br(0));
                }
            }
        }
        if !carried.is_empty() {
            match self.local(ty) {
                Some(local) => self.emit(Instruction::LocalSet(local)),
                None => self.emit(Instruction::Drop),
            }
        }
    }

    /// Leaves the function under a condition.
    fn leave(&mut self, depth: usize) {
        let results = self.results.clone();
        self.condition(depth);
        let block = self.module.block_type(&[], &[]);
        self.emit(Instruction::If(block));
        self.labels.push(None);
        if self.random.chance(10) {
            self.emit(Instruction::Unreachable);
        } else {
            self.expressions(&results, depth);
            self.emit(Instruction::Return);
        }
        self.labels.pop();
        self.emit(Instruction::End);
    }
}
