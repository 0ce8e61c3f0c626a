//! Calls, and instructions that pay by operand.
//!
//! Enters: a depth. Leaves: instructions appended to the body. Refuses to know: the module.

use super::{ARITIES, Body, DATA_BYTES, Instruction, SEGMENTS, TABLE};
use wasm_encoder::HeapType;

impl Body<'_> {
    /// An operand of a bulk instruction, known beforehand or not.
    fn amount(&mut self, depth: usize, inside: usize) {
        match self.random.below(10) {
            0..6 => {
                let amount = self.random.below(inside) as i32;
                self.constant(amount);
            }
            6..9 => {
                self.expression(depth);
                self.constant(15);
                self.emit(Instruction::I32And);
            }
            _ => {
                let amount = *self.random.pick(&[0, 64, 65, 1_000, 65_537, -1]);
                self.constant(amount);
            }
        }
    }

    pub(super) fn bulk(&mut self, depth: usize) {
        let segment = self.random.below(SEGMENTS as usize) as u32;
        if self.random.chance(10) {
            return self.emit(Instruction::DataDrop(segment));
        }
        self.amount(depth, 60);
        self.amount(depth, DATA_BYTES / 2);
        self.amount(depth, DATA_BYTES / 2);
        let bulk = match self.random.below(3) {
            0 => Instruction::MemoryFill(0),
            1 => Instruction::MemoryCopy {
                src_mem: 0,
                dst_mem: 0,
            },
            _ => Instruction::MemoryInit {
                mem: 0,
                data_index: segment,
            },
        };
        self.emit(bulk);
    }

    pub(super) fn table(&mut self, depth: usize) {
        let function = self.random.below(self.shape.arities.len()) as u32;
        match self.random.below(6) {
            0 => {
                let segment = self.random.below(SEGMENTS as usize) as u32;
                return self.emit(Instruction::ElemDrop(segment));
            }
            1 => {
                self.amount(depth, TABLE);
                self.emit(Instruction::RefFunc(function));
                return self.emit(Instruction::TableSet(0));
            }
            2 => {
                self.emit(Instruction::RefNull(HeapType::FUNC));
                self.amount(depth, 3);
                self.emit(Instruction::TableGrow(0));
                return self.emit(Instruction::Drop);
            }
            _ => self.amount(depth, TABLE),
        }
        match self.random.below(3) {
            0 => {
                self.emit(Instruction::RefFunc(function));
                self.amount(depth, 3);
                self.emit(Instruction::TableFill(0));
            }
            1 => {
                self.amount(depth, TABLE);
                self.amount(depth, 3);
                self.emit(Instruction::TableCopy {
                    src_table: 0,
                    dst_table: 0,
                });
            }
            _ => {
                self.amount(depth, 2);
                self.amount(depth, 3);
                self.emit(Instruction::TableInit {
                    elem_index: 1,
                    table: 0,
                });
            }
        }
    }

    /// A call of any kind, and how many values it leaves.
    pub(super) fn call(&mut self, depth: usize) -> usize {
        let functions = self.shape.arities.len();
        // Imports and what stands before are likelier than what may call this one again.
        let callee = match self.random.below(10) {
            0 => self.random.below(functions),
            1 => self.own,
            2..6 if self.shape.imports > 0 => self.random.below(self.shape.imports),
            _ => self.random.below(self.own.max(1)),
        };
        let arity = self.shape.arities[callee];
        debug_assert!(arity.results < ARITIES);
        for position in 0..arity.parameters {
            match position == 0 && self.parameters > 0 && callee >= self.shape.imports {
                // Counts the depth of a recursion, where a guard looks at it.
                true => {
                    self.emit(Instruction::LocalGet(0));
                    self.constant(1);
                    self.emit(Instruction::I32Add);
                }
                false => self.expression(depth.min(1)),
            }
        }
        if self.random.chance(25) {
            match self.random.chance(60) {
                true => {
                    let index = self.random.below(TABLE) as i32;
                    self.constant(index);
                }
                false => self.amount(depth, TABLE),
            }
            self.emit(Instruction::CallIndirect {
                type_index: arity.index(),
                table_index: 0,
            });
        } else {
            self.emit(Instruction::Call(callee as u32));
        }
        arity.results
    }
}
