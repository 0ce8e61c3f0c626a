//! Execution: one instruction after the other, each paid for before it is executed.
//!
//! Enters: a function whose arguments are on the stack. Leaves: its results there, or why it
//! stopped. Refuses to know: what instructions do that are not about control or variables.

use super::decode::Body;
use super::{Counter, Stop};
use primea::activation::engine::Host;
use primea::fault::Fault;
use primea::limits;
use wasmparser::{BlockType, Operator};

/// An open block.
struct Label {
    /// How many values a branch to it takes along.
    arity: usize,
    /// How high the stack is below them.
    height: usize,
    /// Where a branch to it goes: behind the `end`, or to the `loop` itself.
    target: usize,
}

/// An active function of the guest.
struct Frame<'a> {
    body: &'a Body<'a>,
    at: usize,
    locals: Vec<u64>,
    /// The function's own label first. None is left when the function is over.
    labels: Vec<Label>,
}

impl<'a, H: Host> Counter<'a, H> {
    pub(super) fn execute(&mut self, function: u32) -> Result<(), Stop> {
        let mut frames = Vec::new();
        self.enter(function, &mut frames)?;
        while let Some(frame) = frames.last_mut() {
            if frame.labels.is_empty() {
                frames.pop();
                continue;
            }
            let body = frame.body;
            let operator = &body.code[frame.at];
            self.charge(self.price(operator))?;
            match operator {
                Operator::Call { function_index } => {
                    frame.at += 1;
                    self.enter(*function_index, &mut frames)?;
                }
                Operator::CallIndirect {
                    type_index,
                    table_index,
                } => {
                    frame.at += 1;
                    let callee = self.callee(*table_index, *type_index)?;
                    self.enter(callee, &mut frames)?;
                }
                _ => self.step(frame, operator)?,
            }
        }
        Ok(())
    }

    /// What an instruction costs, with its operands on the stack (TICK-1, TICK-5).
    fn price(&self, operator: &Operator<'_>) -> u64 {
        let operands = &self.schedule.operands;
        let rate = match operator {
            Operator::MemoryGrow { .. } => operands.memory_grow,
            Operator::MemoryCopy { .. }
            | Operator::MemoryFill { .. }
            | Operator::MemoryInit { .. } => operands.memory_bulk,
            Operator::TableGrow { .. } => operands.table_grow,
            Operator::TableCopy { .. }
            | Operator::TableFill { .. }
            | Operator::TableInit { .. } => operands.table_bulk,
            _ => return u64::from(self.schedule.cost_of(operator)),
        };
        // Of all these the last operand is the amount.
        let amount = *self.stack.last().expect("validated") as u32;
        u64::from(self.schedule.cost_of(operator)) + rate.of(u64::from(amount))
    }

    /// Makes a function active, which pays for its locals, or asks the host (RUN-10, TICK-17).
    fn enter(&mut self, function: u32, frames: &mut Vec<Frame<'a>>) -> Result<(), Stop> {
        let imports = self.module.imports.len();
        let Some(own) = (function as usize).checked_sub(imports) else {
            return self.import(function);
        };
        if frames.len() == limits::CALL_DEPTH {
            return Err(Stop::Fault(Fault::CallDepth));
        }
        let body = &self.module.bodies[own];
        self.charge(self.schedule.functions.locals.of(body.locals as u64))?;
        let ty = &self.module.types[self.module.functions[function as usize] as usize];
        let height = self.stack.len() - ty.params().len();
        let mut locals = self.stack.split_off(height);
        locals.resize(locals.len() + body.locals, 0);
        frames.push(Frame {
            body,
            at: 0,
            locals,
            labels: vec![Label {
                arity: ty.results().len(),
                height,
                target: body.code.len(),
            }],
        });
        Ok(())
    }

    /// The function that an indirect call means.
    fn callee(&mut self, table: u32, ty: u32) -> Result<u32, Fault> {
        let index = self.pop_i32() as usize;
        let element = self.tables[table as usize].get(index);
        let reference = *element.ok_or(Fault::TableOutOfBounds)?;
        let function = reference.checked_sub(1).ok_or(Fault::NullElement)? as u32;
        let found = self.module.functions[function as usize];
        match self.module.types[found as usize] == self.module.types[ty as usize] {
            true => Ok(function),
            false => Err(Fault::SignatureMismatch),
        }
    }

    /// Executes an instruction that calls nothing.
    fn step(&mut self, frame: &mut Frame<'a>, operator: &Operator<'_>) -> Result<(), Stop> {
        let at = frame.at;
        frame.at += 1;
        match operator {
            Operator::Nop => {}
            Operator::Unreachable => return Err(Stop::Fault(Fault::Unreachable)),
            Operator::Block { blockty } => {
                let target = frame.body.ends[at] + 1;
                self.open(frame, *blockty, target);
            }
            Operator::Loop { blockty } => {
                let (parameters, _) = self.arities(*blockty);
                frame.labels.push(Label {
                    arity: parameters,
                    height: self.stack.len() - parameters,
                    target: at,
                });
            }
            Operator::If { blockty } => {
                let end = frame.body.ends[at];
                match (self.pop_i32(), frame.body.elses[at]) {
                    (0, None) => frame.at = end + 1,
                    (0, Some(otherwise)) => {
                        self.open(frame, *blockty, end + 1);
                        frame.at = otherwise + 1;
                    }
                    _ => self.open(frame, *blockty, end + 1),
                }
            }
            // Met at the end of the first arm: the second is passed by, together with the `end`.
            Operator::Else => {
                frame.at = frame.body.ends[at] + 1;
                frame.labels.pop();
            }
            Operator::End => {
                frame.labels.pop();
            }
            Operator::Br { relative_depth } => self.branch(frame, *relative_depth),
            Operator::BrIf { relative_depth } => {
                if self.pop_i32() != 0 {
                    self.branch(frame, *relative_depth);
                }
            }
            Operator::BrTable { targets } => {
                let index = self.pop_i32() as usize;
                let chosen = targets.targets().take(targets.len() as usize).nth(index);
                let chosen = chosen.map_or(targets.default(), |it| it.expect("validated"));
                self.branch(frame, chosen);
            }
            Operator::Return => self.branch(frame, frame.labels.len() as u32 - 1),
            Operator::LocalGet { local_index } => {
                self.stack.push(frame.locals[*local_index as usize]);
            }
            Operator::LocalSet { local_index } => {
                frame.locals[*local_index as usize] = self.pop();
            }
            Operator::LocalTee { local_index } => {
                frame.locals[*local_index as usize] = *self.stack.last().expect("validated");
            }
            other => self.without_control(other)?,
        }
        Ok(())
    }

    /// Opens a block that a branch leaves.
    fn open(&mut self, frame: &mut Frame<'_>, ty: BlockType, target: usize) {
        let (parameters, results) = self.arities(ty);
        frame.labels.push(Label {
            arity: results,
            height: self.stack.len() - parameters,
            target,
        });
    }

    fn arities(&self, ty: BlockType) -> (usize, usize) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(index) => {
                let ty = &self.module.types[index as usize];
                (ty.params().len(), ty.results().len())
            }
        }
    }

    fn branch(&mut self, frame: &mut Frame<'_>, depth: u32) {
        let index = frame.labels.len() - 1 - depth as usize;
        let label = &frame.labels[index];
        let carried = self.stack.split_off(self.stack.len() - label.arity);
        self.stack.truncate(label.height);
        self.stack.extend(carried);
        frame.at = label.target;
        frame.labels.truncate(index);
    }

    /// Everything that only goes on to the next instruction, or traps.
    fn without_control(&mut self, operator: &Operator<'_>) -> Result<(), Stop> {
        match operator {
            Operator::Drop => {
                self.pop();
            }
            Operator::Select | Operator::TypedSelect { .. } => {
                let condition = self.pop_i32();
                let otherwise = self.pop();
                if condition == 0 {
                    self.pop();
                    self.stack.push(otherwise);
                }
            }
            Operator::GlobalGet { global_index } => {
                self.stack.push(self.globals[*global_index as usize]);
            }
            Operator::GlobalSet { global_index } => {
                self.globals[*global_index as usize] = self.pop();
            }
            other => {
                let known = self.about_memory(other)?
                    || self.about_tables(other)?
                    || self.integer(other)?
                    || self.float(other)
                    || self.conversion(other)?;
                if !known {
                    return Err(Stop::Unknown(format!("{other:?}")));
                }
            }
        }
        Ok(())
    }
}
