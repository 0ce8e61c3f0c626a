//! Which operands an engine may know when it compiles.
//!
//! Enters: the live instructions of a body, one after the other. Leaves: for those whose outcome
//! decides whether the code behind them is reached, the operands that would let an engine decide
//! it beforehand. Refuses to know: what is done about them.
//!
//! An engine knows a constant, and what is worked out of nothing but what it knows. That much is
//! taken for known here, and rather too much than too little: what comes out of a block is, too.

use super::Surroundings;
use super::scan::Step;
use crate::limits;
use crate::module::meter::signatures::Arity;
use crate::module::schedule::Opcode;
use wasm_encoder::ValType;

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

impl Known {
    fn if_so(known: bool) -> Known {
        if known { Known::Perhaps } else { Known::No }
    }
}

/// What an instruction that decides something must not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hide {
    /// The operand on top, of this type.
    Top(ValType),
    /// The one below the top, which is an address, and what stands on it, of this type.
    AddressBelow(ValType),
}

/// What an instruction does with the operand stack, and what of it may decide anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Effect {
    /// Opens or closes something, calls, or has a rule of its own.
    Special,
    /// Takes so many and gives so many of which nothing is known.
    Moves(u8, u8),
    /// Takes so many, and gives one that follows from them.
    Computes(u8),
    /// The same, and may trap depending on the last one.
    Converts(ValType),
    /// Takes two, gives one that follows from them, and may trap depending on the upper, the divisor.
    Divides(ValType),
    /// Takes an address, may trap depending on it, and gives something of which nothing is known.
    Loads,
    /// Takes an address and a value of this type, and may trap depending on the address.
    Stores(ValType),
}

/// The effects of all instructions.
static EFFECTS: [Effect; Opcode::ALL.len()] = {
    let mut effects = [Effect::Special; Opcode::ALL.len()];
    let mut at = 0;
    while at < effects.len() {
        effects[at] = effect(Opcode::ALL[at]);
        at += 1;
    }
    effects
};

const fn between(first: Opcode, opcode: Opcode, last: Opcode) -> bool {
    first as u8 <= opcode as u8 && opcode as u8 <= last as u8
}

const fn effect(opcode: Opcode) -> Effect {
    use Opcode as Op;
    match opcode {
        Op::I32DivS | Op::I32DivU | Op::I32RemS | Op::I32RemU => Effect::Divides(ValType::I32),
        Op::I64DivS | Op::I64DivU | Op::I64RemS | Op::I64RemU => Effect::Divides(ValType::I64),
        Op::I32TruncF32S | Op::I32TruncF32U | Op::I64TruncF32S | Op::I64TruncF32U => {
            Effect::Converts(ValType::F32)
        }
        Op::I32TruncF64S | Op::I32TruncF64U | Op::I64TruncF64S | Op::I64TruncF64U => {
            Effect::Converts(ValType::F64)
        }
        Op::I32Store | Op::I32Store8 | Op::I32Store16 => Effect::Stores(ValType::I32),
        Op::I64Store | Op::I64Store8 | Op::I64Store16 | Op::I64Store32 => {
            Effect::Stores(ValType::I64)
        }
        Op::F32Store => Effect::Stores(ValType::F32),
        Op::F64Store => Effect::Stores(ValType::F64),
        _ if between(Op::I32Load, opcode, Op::I64Load32U) => Effect::Loads,
        // What follows a `br` cannot be reached.
        Op::Nop | Op::Br | Op::Return | Op::Unreachable | Op::DataDrop | Op::ElemDrop => {
            Effect::Moves(0, 0)
        }
        Op::LocalSet | Op::GlobalSet | Op::Drop => Effect::Moves(1, 0),
        Op::LocalGet | Op::MemorySize | Op::TableSize => Effect::Moves(0, 1),
        Op::MemoryGrow | Op::TableGet => Effect::Moves(1, 1),
        Op::TableSet => Effect::Moves(2, 0),
        Op::TableGrow => Effect::Moves(2, 1),
        Op::MemoryInit
        | Op::MemoryCopy
        | Op::MemoryFill
        | Op::TableInit
        | Op::TableCopy
        | Op::TableFill => Effect::Moves(3, 0),
        // These follow from nothing at all.
        Op::F32Const | Op::F64Const | Op::RefNull | Op::RefFunc => Effect::Computes(0),
        Op::I32Eqz | Op::I64Eqz | Op::RefIsNull => Effect::Computes(1),
        _ if between(Op::I32Clz, opcode, Op::I32Popcnt)
            || between(Op::I64Clz, opcode, Op::I64Popcnt)
            || between(Op::F32Abs, opcode, Op::F32Sqrt)
            || between(Op::F64Abs, opcode, Op::F64Sqrt)
            || between(Op::I32WrapI64, opcode, Op::I64Extend32S)
            || between(Op::I32TruncSatF32S, opcode, Op::I64TruncSatF64U) =>
        {
            Effect::Computes(1)
        }
        _ if between(Op::I32Eq, opcode, Op::F64Copysign) => Effect::Computes(2),
        Op::Block
        | Op::Loop
        | Op::If
        | Op::Else
        | Op::End
        | Op::BrIf
        | Op::BrTable
        | Op::Call
        | Op::CallIndirect
        | Op::Select
        | Op::LocalTee
        | Op::GlobalGet
        | Op::I32Const
        | Op::I64Const => Effect::Special,
        _ => panic!("every instruction is one of these"),
    }
}

/// The operand stack of a body.
pub struct Stack<'a> {
    around: &'a Surroundings<'a>,
    operands: Vec<Known>,
    /// For each open block the height of its operands, and its arity.
    frames: Vec<(usize, Arity)>,
    /// The bytes that the memory can have at most.
    most_memory: u64,
}

impl<'a> Stack<'a> {
    pub fn new(around: &'a Surroundings<'a>) -> Stack<'a> {
        let declared = around
            .module
            .facts()
            .memory
            .and_then(|memory| memory.maximum);
        let pages = u64::from(limits::MEMORY_PAGES);
        let pages = declared.map_or(pages, |declared| declared.min(pages));
        Stack {
            around,
            operands: Vec::new(),
            // What the function gives is not looked at again.
            frames: vec![(0, Arity { takes: 0, gives: 0 })],
            most_memory: pages * limits::PAGE_BYTES as u64,
        }
    }

    /// The instruction is executed. What it must not know of its operands is told.
    pub fn execute(&mut self, step: &Step) -> Option<Hide> {
        match EFFECTS[step.opcode as usize] {
            Effect::Moves(takes, gives) => {
                self.drop(takes.into());
                self.push(Known::No, gives.into());
                None
            }
            Effect::Computes(takes) => {
                self.compute(takes.into());
                None
            }
            Effect::Converts(ty) => {
                let hide = self.hide_top(ty);
                self.compute(1);
                hide
            }
            Effect::Divides(ty) => {
                let decided = match (self.below(), self.top()) {
                    (_, Known::No) => false,
                    (Known::No, Known::Constant(divisor)) => divisor == 0,
                    _ => true,
                };
                self.compute(2);
                decided.then_some(Hide::Top(ty))
            }
            Effect::Loads => {
                let traps = self.traps(self.top(), step.immediate);
                self.drop(1);
                self.push(Known::No, 1);
                traps.then_some(Hide::Top(ValType::I32))
            }
            Effect::Stores(ty) => {
                let traps = self.traps(self.below(), step.immediate);
                self.drop(2);
                traps.then_some(Hide::AddressBelow(ty))
            }
            Effect::Special => self.special(step),
        }
    }

    fn special(&mut self, step: &Step) -> Option<Hide> {
        match step.opcode {
            Opcode::Block | Opcode::Loop => self.open(step),
            Opcode::If => {
                let hide = self.hide_top(ValType::I32);
                self.drop(1);
                self.open(step);
                return hide;
            }
            Opcode::Else => self.other_arm(),
            Opcode::End => self.close(),
            Opcode::BrIf | Opcode::BrTable => {
                let hide = self.hide_top(ValType::I32);
                self.drop(1);
                return hide;
            }
            Opcode::Call => {
                let arity = self.around.signatures.function(step.index());
                self.replace(arity);
            }
            Opcode::CallIndirect => {
                self.drop(1);
                let arity = self.around.signatures.ty(step.index());
                self.replace(arity);
            }
            Opcode::Select => self.select(),
            Opcode::LocalTee => {}
            Opcode::GlobalGet => {
                let global = self.around.module.facts().globals[step.index() as usize];
                self.push(Known::if_so(!global.mutable), 1);
            }
            Opcode::I32Const | Opcode::I64Const => self.push(Known::Constant(step.immediate), 1),
            other => unreachable!("{other:?} has an effect in the table"),
        }
        None
    }

    fn top(&self) -> Known {
        *self.operands.last().expect("validated")
    }

    fn below(&self) -> Known {
        self.operands[self.operands.len() - 2]
    }

    fn pop(&mut self) -> Known {
        self.operands.pop().expect("validated")
    }

    fn drop(&mut self, count: usize) {
        let rest = self.operands.len().checked_sub(count).expect("validated");
        self.operands.truncate(rest);
    }

    fn push(&mut self, known: Known, count: usize) {
        for _ in 0..count {
            self.operands.push(known);
        }
    }

    fn hide_top(&self, ty: ValType) -> Option<Hide> {
        (self.top() != Known::No).then_some(Hide::Top(ty))
    }

    /// Whether an engine may know that an access lies outside every memory that there can be.
    fn traps(&self, address: Known, offset: u64) -> bool {
        match address {
            Known::No => false,
            Known::Perhaps => true,
            Known::Constant(address) => address + offset >= self.most_memory,
        }
    }

    fn compute(&mut self, takes: usize) {
        let rest = self.operands.len().checked_sub(takes).expect("validated");
        let all_known = self.operands[rest..]
            .iter()
            .all(|operand| *operand != Known::No);
        self.operands.truncate(rest);
        self.operands.push(Known::if_so(all_known));
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
        self.push(Known::if_so(known), 1);
    }

    fn replace(&mut self, arity: Arity) {
        self.drop(arity.takes);
        self.push(Known::No, arity.gives);
    }

    fn open(&mut self, step: &Step) {
        let arity = self.around.signatures.block(step.block_type());
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
