//! Which operands an engine may know when it compiles.
//!
//! Enters: the live instructions of a body, one after the other. Leaves: for those whose outcome
//! decides whether the code behind them is reached, the operands that would let an engine decide
//! it beforehand. Refuses to know: what is done about them.
//!
//! An engine knows a constant, and what is worked out of nothing but what it knows. That much is
//! taken for known here, and rather too much than too little: what comes out of a block is, too.

use super::{Placed, Surroundings};
use crate::limits;
use crate::module::meter::signatures::Arity;
use wasm_encoder::ValType;
use wasmparser::{MemArg, ModuleArity, Operator};

/// What an engine may know of an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    /// Nothing.
    No,
    /// Its value, though it isn't known here.
    Perhaps,
    /// It is this constant; as an address or a divisor, these bits.
    Constant(u64),
}

/// What an instruction that decides something must not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hide {
    /// The operand on top, of this type.
    Top(ValType),
    /// The one below the top, which is an address, and what stands on it, of this type.
    AddressBelow(ValType),
}

/// The operand stack of a body.
pub struct Stack<'a> {
    around: &'a Surroundings<'a>,
    operands: Vec<Known>,
    /// For each open block the height of its operands, and its arity.
    frames: Vec<(usize, Arity)>,
}

impl<'a> Stack<'a> {
    pub fn new(around: &'a Surroundings<'a>) -> Stack<'a> {
        Stack {
            around,
            operands: Vec::new(),
            // What the function gives is not looked at again.
            frames: vec![(0, Arity { takes: 0, gives: 0 })],
        }
    }

    fn pop(&mut self) -> Known {
        self.operands.pop().expect("validated")
    }

    fn top(&self) -> Known {
        *self.operands.last().expect("validated")
    }

    fn below(&self) -> Known {
        self.operands[self.operands.len() - 2]
    }

    fn drop(&mut self, count: usize) {
        let rest = self.operands.len().checked_sub(count).expect("validated");
        self.operands.truncate(rest);
    }

    fn push(&mut self, known: Known, count: usize) {
        self.operands.extend(std::iter::repeat_n(known, count));
    }

    /// What the instruction must not know of its operands.
    pub fn to_hide(&self, operator: &Operator<'_>) -> Option<Hide> {
        use Operator as Op;
        let top = |ty| (self.top() != Known::No).then_some(Hide::Top(ty));
        match operator {
            Op::BrIf { .. } | Op::BrTable { .. } | Op::If { .. } => top(ValType::I32),
            Op::I32DivS | Op::I32DivU | Op::I32RemS | Op::I32RemU => self.divisor(ValType::I32),
            Op::I64DivS | Op::I64DivU | Op::I64RemS | Op::I64RemU => self.divisor(ValType::I64),
            Op::I32TruncF32S | Op::I32TruncF32U | Op::I64TruncF32S | Op::I64TruncF32U => {
                top(ValType::F32)
            }
            Op::I32TruncF64S | Op::I32TruncF64U | Op::I64TruncF64S | Op::I64TruncF64U => {
                top(ValType::F64)
            }
            Op::I32Load { memarg }
            | Op::I64Load { memarg }
            | Op::F32Load { memarg }
            | Op::F64Load { memarg }
            | Op::I32Load8S { memarg }
            | Op::I32Load8U { memarg }
            | Op::I32Load16S { memarg }
            | Op::I32Load16U { memarg }
            | Op::I64Load8S { memarg }
            | Op::I64Load8U { memarg }
            | Op::I64Load16S { memarg }
            | Op::I64Load16U { memarg }
            | Op::I64Load32S { memarg }
            | Op::I64Load32U { memarg } => self
                .traps(self.top(), memarg)
                .then_some(Hide::Top(ValType::I32)),
            Op::I32Store { memarg } | Op::I32Store8 { memarg } | Op::I32Store16 { memarg } => {
                self.store(memarg, ValType::I32)
            }
            Op::I64Store { memarg }
            | Op::I64Store8 { memarg }
            | Op::I64Store16 { memarg }
            | Op::I64Store32 { memarg } => self.store(memarg, ValType::I64),
            Op::F32Store { memarg } => self.store(memarg, ValType::F32),
            Op::F64Store { memarg } => self.store(memarg, ValType::F64),
            _ => None,
        }
    }

    fn divisor(&self, ty: ValType) -> Option<Hide> {
        let decided = match (self.below(), self.top()) {
            (_, Known::No) => false,
            (Known::No, Known::Constant(divisor)) => divisor == 0,
            _ => true,
        };
        decided.then_some(Hide::Top(ty))
    }

    fn store(&self, memarg: &MemArg, ty: ValType) -> Option<Hide> {
        self.traps(self.below(), memarg)
            .then_some(Hide::AddressBelow(ty))
    }

    /// Whether an engine may know that an access lies outside every memory that there can be.
    fn traps(&self, address: Known, memarg: &MemArg) -> bool {
        match address {
            Known::No => false,
            Known::Perhaps => true,
            Known::Constant(address) => {
                let memory = self.around.module.facts().memory;
                let declared = memory.and_then(|memory| memory.maximum);
                let pages = u64::from(limits::MEMORY_PAGES);
                let pages = declared.map_or(pages, |declared| declared.min(pages));
                address + memarg.offset >= pages * limits::PAGE_BYTES as u64
            }
        }
    }

    /// The instruction is executed.
    pub fn execute(&mut self, operator: &Operator<'_>) {
        use Operator as Op;
        match operator {
            Op::Block { blockty } | Op::Loop { blockty } => self.open(*blockty),
            Op::If { blockty } => {
                self.drop(1);
                self.open(*blockty);
            }
            Op::Else => self.other_arm(),
            Op::End => self.close(),
            // What follows cannot be reached.
            Op::Br { .. } | Op::BrTable { .. } | Op::Return | Op::Unreachable | Op::Nop => {}
            Op::BrIf { .. } | Op::LocalSet { .. } | Op::GlobalSet { .. } | Op::Drop => self.drop(1),
            Op::LocalTee { .. } | Op::DataDrop { .. } | Op::ElemDrop { .. } => {}
            Op::I32Const { value } => {
                self.push(Known::Constant(value.cast_unsigned().into()), 1);
            }
            Op::I64Const { value } => self.push(Known::Constant(value.cast_unsigned()), 1),
            Op::F32Const { .. } | Op::F64Const { .. } | Op::RefNull { .. } => {
                self.push(Known::Perhaps, 1);
            }
            Op::LocalGet { .. } | Op::MemorySize { .. } | Op::TableSize { .. } => {
                self.push(Known::No, 1);
            }
            Op::GlobalGet { global_index } => {
                let global = self.around.module.facts().globals[*global_index as usize];
                let known = if global.mutable {
                    Known::No
                } else {
                    Known::Perhaps
                };
                self.push(known, 1);
            }
            Op::RefFunc { .. } => self.push(Known::Perhaps, 1),
            Op::Call { function_index } => {
                let arity = self.around.signatures.function(*function_index);
                self.replace(arity, 0);
            }
            Op::CallIndirect { type_index, .. } => {
                let arity = self.around.signatures.ty(*type_index);
                self.replace(arity, 1);
            }
            Op::Select | Op::TypedSelect { .. } => self.select(),
            other => self.compute(other),
        }
    }

    /// One of two, or what both are.
    fn select(&mut self) {
        let condition = self.pop() != Known::No;
        let second = self.pop() != Known::No;
        let first = self.pop() != Known::No;
        let known = match condition {
            true => first || second,
            false => first && second,
        };
        self.push(if known { Known::Perhaps } else { Known::No }, 1);
    }

    fn replace(&mut self, arity: Arity, more: usize) {
        self.drop(arity.takes + more);
        self.push(Known::No, arity.gives);
    }

    /// An instruction whose operands are always as many, and which gives what follows from them;
    /// or from memory and tables, of which nothing is known.
    fn compute(&mut self, operator: &Operator<'_>) {
        let (takes, gives) = operator.operator_arity(&Nothing).expect("of a fixed arity");
        let mut all_known = takes > 0;
        for _ in 0..takes {
            all_known &= self.pop() != Known::No;
        }
        let reads = self.to_be_read(operator);
        let known = if all_known && !reads {
            Known::Perhaps
        } else {
            Known::No
        };
        self.push(known, gives as usize);
    }

    fn to_be_read(&self, operator: &Operator<'_>) -> bool {
        use Operator as Op;
        crate::module::meter::instruction::accesses_memory(operator)
            || matches!(
                operator,
                Op::MemoryGrow { .. } | Op::TableGrow { .. } | Op::TableGet { .. }
            )
    }

    fn open(&mut self, ty: wasmparser::BlockType) {
        let arity = self.around.signatures.block(ty);
        self.drop(arity.takes);
        self.frames.push((self.operands.len(), arity));
        self.push(Known::Perhaps, arity.takes);
    }

    /// The second arm of an `if` begins, however its first one ended.
    pub fn other_arm(&mut self) {
        let (height, arity) = *self.frames.last().expect("validated");
        self.operands.truncate(height);
        self.push(Known::Perhaps, arity.takes);
    }

    /// The innermost block ends, however its code ended.
    pub fn close(&mut self) {
        let (height, arity) = self.frames.pop().expect("validated");
        self.operands.truncate(height);
        self.push(Known::Perhaps, arity.gives);
    }
}

/// For instructions of a fixed arity nothing need be known of the module.
struct Nothing;

impl ModuleArity for Nothing {
    fn sub_type_at(&self, _: u32) -> Option<&wasmparser::SubType> {
        None
    }
    fn tag_type_arity(&self, _: u32) -> Option<(u32, u32)> {
        None
    }
    fn type_index_of_function(&self, _: u32) -> Option<u32> {
        None
    }
    fn func_type_of_cont_type(&self, _: &wasmparser::ContType) -> Option<&wasmparser::FuncType> {
        None
    }
    fn sub_type_of_ref_type(&self, _: &wasmparser::RefType) -> Option<&wasmparser::SubType> {
        None
    }
    fn control_stack_height(&self) -> u32 {
        0
    }
    fn label_block(&self, _: u32) -> Option<(wasmparser::BlockType, wasmparser::FrameKind)> {
        None
    }
}

/// Where an instruction begins, given all of them and where the first begins.
pub fn begin_of(operators: &[Placed<'_>], at: usize, first: usize) -> usize {
    match at {
        0 => first,
        at => operators[at - 1].1,
    }
}
