//! Statements: code that leaves the stack as it was.
//!
//! Enters: a depth. Leaves: instructions appended to the body. Refuses to know: the module.
//!
//! What follows a branch is written as if it were reached: it is valid all the same.

use super::{Arity, Body, FIRST_MUTABLE, GLOBALS, Instruction, LOCALS, LOOPS, Label};
use wasm_encoder::{BlockType, MemArg, MemArgTarget};

impl Body<'_> {
    pub(super) fn emit(&mut self, instruction: Instruction<'static>) {
        self.left = self.left.saturating_sub(1);
        self.code.push(instruction);
    }

    pub(super) fn constant(&mut self, value: i32) {
        self.emit(Instruction::I32Const(value));
    }

    pub(super) fn drop_values(&mut self, count: usize) {
        for _ in 0..count {
            self.emit(Instruction::Drop);
        }
    }

    pub(super) fn local(&mut self) -> u32 {
        self.random.below(self.parameters + LOCALS) as u32
    }

    /// Ends recursion: returns once the first parameter is not small, and counts it up.
    pub(super) fn recursion_guard(&mut self, arity: Arity) {
        if arity.parameters == 0 || self.random.chance(30) {
            return;
        }
        self.emit(Instruction::LocalGet(0));
        self.constant(7);
        self.emit(Instruction::I32GtU);
        self.emit(Instruction::If(BlockType::Empty));
        for _ in 0..arity.results {
            self.constant(3);
        }
        self.emit(Instruction::Return);
        self.emit(Instruction::End);
    }

    pub(super) fn statement(&mut self, depth: usize) {
        if depth == 0 || self.left == 0 {
            return self.simple();
        }
        let deeper = depth - 1;
        match self.random.below(100) {
            0..22 => self.simple(),
            22..34 => self.block(deeper),
            34..50 => self.counted_loop(deeper),
            50..53 => self.free_loop(deeper),
            53..65 => self.conditional(deeper),
            65..76 => self.conditional_branch(deeper),
            76..80 => self.branch(deeper),
            80..85 => self.branch_table(deeper),
            85..92 => {
                let results = self.call(deeper);
                self.drop_values(results);
            }
            92..97 => self.bulk(deeper),
            97..99 => self.table(deeper),
            _ => self.leave(deeper),
        }
    }

    fn simple(&mut self) {
        match self.random.below(8) {
            0 => self.emit(Instruction::Nop),
            1 => {
                // A constant that the translator may carry on.
                let value = self.small();
                self.constant(value);
                let local = self.local();
                self.emit(Instruction::LocalTee(local));
                self.emit(Instruction::Drop);
            }
            2 | 3 => {
                self.expression(1);
                let global = FIRST_MUTABLE + self.random.below(2) as u32;
                debug_assert!(global < GLOBALS);
                self.emit(Instruction::GlobalSet(global));
            }
            4 => {
                let at = self.address(1);
                self.expression(1);
                let store = match self.random.below(3) {
                    0 => Instruction::I32Store8(at),
                    1 => Instruction::I32Store16(at),
                    _ => Instruction::I32Store(at),
                };
                self.emit(store);
            }
            _ => {
                self.expression(1);
                let local = self.local();
                self.emit(Instruction::LocalSet(local));
            }
        }
    }

    /// An address on the stack, mostly a good one, often known beforehand.
    pub(super) fn address(&mut self, depth: usize) -> MemArg {
        match self.random.below(12) {
            0..5 => {
                let value = self.random.below(60) as i32;
                self.constant(value);
            }
            5 => self.known_global(),
            6 => {
                let value = *self.random.pick(&[65_531, 65_533, 65_536, -1, -4]);
                self.constant(value);
            }
            _ => {
                self.expression(depth);
                self.constant(0x3f);
                self.emit(Instruction::I32And);
            }
        }
        let offset = match self.random.below(20) {
            0 => 65_530,
            1 => 0xffff_fffc,
            2 => 65_536,
            offset => offset as u64,
        };
        MemArg {
            offset,
            align: 0,
            target: MemArgTarget::Memory(0),
            ordering: None,
        }
    }

    pub(super) fn block_type(&mut self, arity: Arity) -> BlockType {
        match (arity.parameters, arity.results) {
            (0, 0) => BlockType::Empty,
            (0, 1) => BlockType::Result(wasm_encoder::ValType::I32),
            _ => BlockType::FunctionType(arity.index()),
        }
    }

    fn arity(&mut self) -> Arity {
        let mut count = || match self.random.below(10) {
            0..6 => 0,
            6..8 => 1,
            more => more - 6,
        };
        Arity {
            parameters: count(),
            results: count(),
        }
    }

    /// The inside of a block whose label is open: uses its parameters up, leaves its results.
    pub(super) fn inside(&mut self, arity: Arity, depth: usize) {
        for _ in 0..arity.parameters {
            let local = self.local();
            self.emit(Instruction::LocalSet(local));
        }
        for _ in 0..self.random.below(4) {
            self.statement(depth);
        }
        self.expressions(arity.results, depth);
    }

    fn block(&mut self, depth: usize) {
        let arity = self.arity();
        self.expressions(arity.parameters, depth);
        let ty = self.block_type(arity);
        self.emit(Instruction::Block(ty));
        self.labels.push(Label {
            arity: arity.results,
            is_loop: false,
        });
        self.inside(arity, depth);
        self.labels.pop();
        self.emit(Instruction::End);
        self.drop_values(arity.results);
    }

    /// A loop that goes round a few times, and may be left or begun again in its middle.
    fn counted_loop(&mut self, depth: usize) {
        if self.loops == LOOPS {
            return self.block(depth);
        }
        let counter = (self.parameters + LOCALS) as u32 + self.loops;
        self.loops += 1;
        let arity = self.arity();
        self.constant(0);
        self.emit(Instruction::LocalSet(counter));
        self.expressions(arity.parameters, depth);
        let ty = self.block_type(arity);
        self.emit(Instruction::Loop(ty));
        self.labels.push(Label {
            arity: arity.parameters,
            is_loop: true,
        });
        // Counted at the beginning: whoever branches back has been counted.
        let rounds = *self.random.pick(&[1, 2, 3, 3, 5, 9]);
        let counts_first = self.random.chance(70);
        if counts_first {
            self.count(counter);
        }
        self.inside(
            Arity {
                parameters: arity.parameters,
                results: 0,
            },
            depth,
        );
        if !counts_first {
            self.count(counter);
        }
        self.expressions(arity.parameters, 1);
        self.emit(Instruction::LocalGet(counter));
        self.constant(rounds);
        self.emit(Instruction::I32LtU);
        self.emit(Instruction::BrIf(0));
        self.drop_values(arity.parameters);
        if self.random.chance(30) {
            self.statement(depth);
        }
        self.expressions(arity.results, depth);
        self.labels.pop();
        self.emit(Instruction::End);
        self.drop_values(arity.results);
    }

    fn count(&mut self, counter: u32) {
        self.emit(Instruction::LocalGet(counter));
        self.constant(1);
        self.emit(Instruction::I32Add);
        self.emit(Instruction::LocalSet(counter));
    }

    /// A loop that nobody counts, or that nobody branches to.
    fn free_loop(&mut self, depth: usize) {
        self.emit(Instruction::Loop(BlockType::Empty));
        self.labels.push(Label {
            arity: 0,
            is_loop: true,
        });
        self.statement(depth);
        if self.random.chance(40) {
            self.condition(depth);
            self.emit(Instruction::BrIf(0));
        }
        self.labels.pop();
        self.emit(Instruction::End);
    }

    /// An if, with its other arm or without.
    fn conditional(&mut self, depth: usize) {
        let mut arity = self.arity();
        let has_else = self.random.chance(60);
        if !has_else {
            arity.results = arity.parameters;
        }
        self.expressions(arity.parameters, depth);
        self.condition(depth);
        let ty = self.block_type(arity);
        self.emit(Instruction::If(ty));
        self.labels.push(Label {
            arity: arity.results,
            is_loop: false,
        });
        self.inside(arity, depth);
        if has_else {
            self.emit(Instruction::Else);
            self.inside(arity, depth);
        }
        self.labels.pop();
        self.emit(Instruction::End);
        self.drop_values(arity.results);
    }

    /// A label of some kind, as a depth, with what it takes. Mostly not a loop.
    fn label(&mut self) -> (u32, usize) {
        let depth = self.random.below(self.labels.len());
        let label = self.labels[self.labels.len() - 1 - depth];
        if label.is_loop && self.random.chance(50) {
            let last = self.labels.len() as u32 - 1;
            return (last, self.labels[0].arity);
        }
        (depth as u32, label.arity)
    }

    fn conditional_branch(&mut self, depth: usize) {
        let (label, arity) = self.label();
        self.expressions(arity, depth);
        self.condition(depth);
        self.emit(Instruction::BrIf(label));
        self.drop_values(arity);
    }

    /// A branch that is always taken, mostly inside an if; then dead code.
    fn branch(&mut self, depth: usize) {
        let is_guarded = self.random.chance(70);
        if is_guarded {
            self.condition(depth);
            self.emit(Instruction::If(BlockType::Empty));
            self.labels.push(Label {
                arity: 0,
                is_loop: false,
            });
        }
        let (label, arity) = self.label();
        self.expressions(arity, depth);
        self.emit(Instruction::Br(label));
        if self.random.chance(60) {
            self.statement(depth);
        }
        if is_guarded {
            self.labels.pop();
            self.emit(Instruction::End);
        }
    }

    fn branch_table(&mut self, depth: usize) {
        self.emit(Instruction::Block(BlockType::Empty));
        self.labels.push(Label {
            arity: 0,
            is_loop: false,
        });
        let (default, arity) = self.label();
        let labels = self.labels.iter().rev().enumerate();
        let fitting: Vec<u32> = labels
            .filter(|(_, label)| label.arity == arity)
            .map(|(depth, _)| depth as u32)
            .collect();
        let count = self.random.below(4);
        let targets: Vec<u32> = (0..count).map(|_| *self.random.pick(&fitting)).collect();
        self.expressions(arity, depth);
        match self.random.chance(30) {
            true => {
                let index = self.random.below(5) as i32;
                self.constant(index);
            }
            false => {
                self.expression(depth);
                self.constant(3);
                self.emit(Instruction::I32And);
            }
        }
        self.emit(Instruction::BrTable(targets.into(), default));
        if self.random.chance(40) {
            self.statement(depth);
        }
        self.labels.pop();
        self.emit(Instruction::End);
    }

    /// Leaves the function, or all of them.
    fn leave(&mut self, depth: usize) {
        self.condition(depth);
        self.emit(Instruction::If(BlockType::Empty));
        self.labels.push(Label {
            arity: 0,
            is_loop: false,
        });
        if self.random.chance(40) {
            self.emit(Instruction::Unreachable);
        } else {
            self.expressions(self.labels[0].arity, 1);
            self.emit(Instruction::Return);
        }
        if self.random.chance(50) {
            self.statement(depth);
        }
        self.labels.pop();
        self.emit(Instruction::End);
    }
}
