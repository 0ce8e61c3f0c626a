//! Blocks, loops and branches that leave a value: expressions in which control joins.
//!
//! Enters: types and a depth. Leaves: instructions appended to the body.
//! Refuses to know: what becomes of the value.

use super::operators::{self, Type};
use super::{Body, NESTED_LOOPS};
use wasm_encoder::Instruction;

impl Body<'_> {
    /// Statements and a value inside a block, which branches inside may leave early.
    pub(super) fn block(&mut self, ty: Type, depth: usize) {
        let block = self.module.block_type(&[], &[ty]);
        self.emit(Instruction::Block(block));
        self.labels.push(Some(vec![ty]));
        for _ in 0..self.random.below(3) {
            self.statement(depth);
        }
        self.expression(ty, depth);
        self.labels.pop();
        self.emit(Instruction::End);
    }

    /// A block, an if or a loop that takes values from the stack and leaves others there.
    pub(super) fn block_with_parameters(&mut self, ty: Type, depth: usize) {
        let count = self.random.between(1, 2);
        let parameters: Vec<Type> = (0..count).map(|_| *self.random.pick(&Type::ALL)).collect();
        self.expressions(&parameters, depth);
        if self.loops < NESTED_LOOPS && self.random.chance(35) {
            self.loop_with_parameters(&parameters, depth);
            return self.fold(&parameters, ty);
        }
        let mut results = vec![ty];
        if self.random.chance(30) {
            results.push(*self.random.pick(&Type::ALL));
        }
        let block = self.module.block_type(&parameters, &results);
        if self.random.chance(50) {
            self.emit(Instruction::Block(block));
            self.parameters_to_results(&parameters, &results, depth);
        } else {
            self.condition(depth);
            self.emit(Instruction::If(block));
            self.parameters_to_results(&parameters, &results, depth);
            self.emit(Instruction::Else);
            self.parameters_to_results(&parameters, &results, depth);
        }
        self.emit(Instruction::End);
        self.fold(&results, ty);
    }

    /// The inside of a block: its parameters are used up, its results are left.
    fn parameters_to_results(&mut self, parameters: &[Type], results: &[Type], depth: usize) {
        self.labels.push(Some(results.to_vec()));
        for _ in 0..self.random.below(3) {
            self.statement(depth);
        }
        if parameters == results && self.random.chance(70) {
            self.condition(depth);
            if let Some(label) = self.label(results) {
                self.emit(Instruction::BrIf(label));
            } else {
                self.emit(Instruction::Drop);
            }
            self.statement(depth);
        }
        self.fold(parameters, results[0]);
        for result in &results[1..] {
            self.expression(*result, depth);
        }
        self.labels.pop();
    }

    /// A loop that carries its parameters round: it runs at most three times.
    fn loop_with_parameters(&mut self, carried: &[Type], depth: usize) {
        let counter = self.counter();
        self.emit(Instruction::I32Const(0));
        self.emit(Instruction::LocalSet(counter));
        let block = self.module.block_type(carried, carried);
        self.emit(Instruction::Loop(block));
        self.labels.push(None);
        self.loops += 1;
        for _ in 0..self.random.below(3) {
            self.statement(depth);
        }
        let last = carried[carried.len() - 1];
        if self.random.chance(70) {
            self.expression(last, depth);
            self.one_of(operators::binary(last));
        }
        self.count(counter);
        self.emit(Instruction::BrIf(0));
        self.loops -= 1;
        self.labels.pop();
        self.emit(Instruction::End);
    }

    /// Counts one round of a loop, and leaves whether there is another.
    pub(super) fn count(&mut self, counter: u32) {
        let rounds = self.random.between(1, 3) as i32;
        self.emit(Instruction::LocalGet(counter));
        self.emit(Instruction::I32Const(1));
        self.emit(Instruction::I32Add);
        self.emit(Instruction::LocalTee(counter));
        self.emit(Instruction::I32Const(rounds));
        self.emit(Instruction::I32LtU);
    }

    /// Makes one value of type `to` of several on the stack.
    pub(super) fn fold(&mut self, values: &[Type], to: Type) {
        let mut top = values[values.len() - 1];
        for below in values[..values.len() - 1].iter().rev() {
            self.convert(top, *below);
            self.one_of(operators::binary(*below));
            top = *below;
        }
        self.convert(top, to);
    }

    pub(super) fn conditional(&mut self, ty: Type, depth: usize) {
        self.condition(depth);
        let block = self.module.block_type(&[], &[ty]);
        self.emit(Instruction::If(block));
        self.labels.push(Some(vec![ty]));
        self.expression(ty, depth);
        self.emit(Instruction::Else);
        self.expression(ty, depth);
        self.labels.pop();
        self.emit(Instruction::End);
    }

    /// Values that a branch may take with it, or leave here.
    pub(super) fn branch_with_value(&mut self, ty: Type, depth: usize) {
        let several: Vec<Vec<Type>> = self
            .labels
            .iter()
            .flatten()
            .filter(|types| types.len() > 1)
            .cloned()
            .collect();
        let carried = match several.as_slice() {
            [_, ..] if self.random.chance(40) => self.random.pick(&several).clone(),
            _ => vec![ty],
        };
        self.expressions(&carried, depth);
        if let Some(label) = self.label(&carried) {
            self.condition(depth);
            self.emit(Instruction::BrIf(label));
        }
        self.fold(&carried, ty);
    }
}
