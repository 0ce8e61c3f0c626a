//! The instructions of a body, as much as the fast pass looks at them.
//!
//! Enters: a validated body. Leaves: opcodes, the immediates that matter, and where each
//! instruction ends. Refuses to know: what instructions mean.
//!
//! The exact pass reads bodies with the library that validated them. This one has to keep up with the
//! engine's own compilation, and what it reads was found valid: so it only steps over immediates.

use crate::module::schedule::Opcode;
use wasmparser::BlockType;

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What the first immediate says: an index, a depth, a block's type, a constant; of loads and
    /// stores, the offset.
    pub immediate: u64,
    /// Where it ends in the body. It begins where the one before ends.
    pub end: u32,
    /// What is executed.
    pub opcode: Opcode,
}

impl Step {
    /// The first immediate, as an index or depth.
    pub fn index(&self) -> u32 {
        u32::try_from(self.immediate).expect("an index")
    }

    /// The type of a block, of which only the kind matters.
    pub fn block_type(&self) -> BlockType {
        match self.immediate.cast_signed() {
            -64 => BlockType::Empty,
            index @ 0.. => BlockType::FuncType(u32::try_from(index).expect("an index")),
            _ => BlockType::Type(wasmparser::ValType::I32),
        }
    }
}

/// Reads all instructions of `bytes` from `begin` on, into `steps`.
pub fn read(bytes: &[u8], begin: usize, steps: &mut Vec<Step>) {
    steps.clear();
    let mut bytes = Bytes { bytes, at: begin };
    while bytes.at < bytes.bytes.len() {
        let opcode = opcode(&mut bytes);
        let immediate = immediates(opcode, &mut bytes);
        let end = u32::try_from(bytes.at).expect("a body is limited");
        steps.push(Step {
            immediate,
            end,
            opcode,
        });
    }
}

/// The labels of the `br_table` that these are the bytes of, the default one last.
pub fn branch_targets(instruction: &[u8]) -> Vec<u32> {
    let mut bytes = Bytes {
        bytes: instruction,
        at: 1,
    };
    let count = bytes.unsigned() + 1;
    (0..count).map(|_| bytes.index()).collect()
}

struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.bytes[self.at - 1]
    }

    fn unsigned(&mut self) -> u64 {
        let first = self.byte();
        if first < 0x80 {
            return first.into();
        }
        let (value, _, _) = self.long(first);
        value
    }

    fn index(&mut self) -> u32 {
        u32::try_from(self.unsigned()).expect("validated")
    }

    fn signed(&mut self) -> i64 {
        let first = self.byte();
        let (value, bits, last) = match first < 0x80 {
            true => (first.into(), 7, first),
            false => self.long(first),
        };
        match bits < 64 && last & 0x40 != 0 {
            true => (value | u64::MAX << bits).cast_signed(),
            false => value.cast_signed(),
        }
    }

    /// A number of several bytes, how many bits they carry, and the last of them.
    fn long(&mut self, first: u8) -> (u64, u32, u8) {
        let mut value = u64::from(first & 0x7f);
        let mut bits = 7;
        loop {
            let byte = self.byte();
            value |= u64::from(byte & 0x7f) << bits;
            bits += 7;
            if byte < 0x80 {
                return (value, bits, byte);
            }
        }
    }
}

fn opcode(bytes: &mut Bytes<'_>) -> Opcode {
    let opcode = match bytes.byte() {
        0xfc => Opcode::of_prefixed(bytes.index()),
        // The types behind it are read with the immediates.
        0x1c => {
            let types = bytes.unsigned();
            (0..types).for_each(|_| _ = bytes.byte());
            Some(Opcode::Select)
        }
        byte => Opcode::of_byte(byte),
    };
    opcode.expect("validated")
}

fn immediates(opcode: Opcode, bytes: &mut Bytes<'_>) -> u64 {
    use Opcode as Op;
    match opcode {
        Op::Block | Op::Loop | Op::If | Op::I64Const => bytes.signed().cast_unsigned(),
        Op::I32Const => u64::from((bytes.signed() as i32).cast_unsigned()),
        Op::BrTable => {
            let count = bytes.unsigned();
            (0..=count).for_each(|_| _ = bytes.unsigned());
            0
        }
        Op::F32Const => {
            bytes.at += 4;
            0
        }
        Op::F64Const => {
            bytes.at += 8;
            0
        }
        // One immediate.
        Op::Br
        | Op::BrIf
        | Op::Call
        | Op::LocalGet
        | Op::LocalSet
        | Op::LocalTee
        | Op::GlobalGet
        | Op::GlobalSet
        | Op::TableGet
        | Op::TableSet
        | Op::MemorySize
        | Op::MemoryGrow
        | Op::MemoryFill
        | Op::RefNull
        | Op::RefFunc
        | Op::DataDrop
        | Op::ElemDrop
        | Op::TableGrow
        | Op::TableSize
        | Op::TableFill => bytes.unsigned(),
        // Two, the first of which matters.
        Op::CallIndirect | Op::MemoryInit | Op::MemoryCopy | Op::TableInit | Op::TableCopy => {
            let first = bytes.unsigned();
            bytes.unsigned();
            first
        }
        // Two, the second of which matters.
        _ if is_access(opcode) => {
            bytes.unsigned();
            bytes.unsigned()
        }
        _ => 0,
    }
}

/// Whether it is a load or a store.
pub fn is_access(opcode: Opcode) -> bool {
    (Opcode::I32Load..=Opcode::I64Store32).contains(&opcode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::features::ACCEPTED;
    use wasmparser::{Operator, Parser, Payload};

    /// Of all the instructions of some modules it reads what the library does.
    #[test]
    fn bodies_are_read_as_by_the_library() {
        let tables = "(table 3 funcref) (table 3 funcref) (memory 1) (data \"a\") (elem func 0)";
        let long = "i32.const 1 br_table 0 1 0 1 0 1 2 drop ".repeat(3);
        let wat = format!(
            "(module {tables} (type $t (func (param i32) (result i32))) (func (param i64) (result i32)
                (block (result i32) (loop (param) (result i32)
                    i32.const -1 i32.const 2147483647 i64.const -9223372036854775808
                    f32.const 1 f64.const -0x1p-3 drop drop drop drop drop
                    i32.const 65 (if (type $t) (then) (else drop i32.const 70000000))
                    i32.const 1 i32.const 2 i32.const 3 select
                    ref.null func ref.null func i32.const 1 select (result funcref) drop
                    i32.load offset=4294967295 align=1 i64.load8_u drop
                    i32.const 1 i64.const 300 i64.store32 offset=128
                    i32.const 0 call_indirect 1 (type $t)
                    i32.const 1 i32.const 2 i32.const 3 memory.init 0 data.drop 0
                    i32.const 1 i32.const 2 i32.const 3 table.copy 1 0 elem.drop 0
                    f32.const 3 i32.trunc_sat_f32_s drop memory.size drop
                    ref.func 0 ref.is_null drop i32.const 1 table.get 1 drop
                    local.get 0 i64.extend8_s local.set 0
                    br_if 0 i32.const 0 {long} unreachable )) ))"
        );
        let wasm = wat::parse_str(wat).expect("well-formed");
        let mut steps = Vec::new();
        let mut parser = Parser::new(0);
        parser.set_features(ACCEPTED);
        let mut instructions = 0;
        for payload in parser.parse_all(&wasm) {
            let Payload::CodeSectionEntry(body) = payload.expect("readable") else {
                continue;
            };
            let reader = body.get_operators_reader().expect("readable");
            let first = reader.original_position() - body.range().start;
            let bytes = body.as_bytes();
            read(bytes, usize::try_from(first).expect("small"), &mut steps);
            let operators = reader.into_iter_with_offsets();
            let operators: Vec<_> = operators.map(|it| it.expect("readable")).collect();
            assert_eq!(operators.len(), steps.len());
            for (at, ((operator, begin), step)) in operators.iter().zip(&steps).enumerate() {
                instructions += 1;
                assert_eq!(step.opcode, Opcode::of(operator));
                let end = operators
                    .get(at + 1)
                    .map_or(body.range().end, |next| next.1);
                assert_eq!(u64::from(step.end), end - body.range().start);
                let begin = usize::try_from(begin - body.range().start).expect("small");
                let immediate = match operator {
                    Operator::I32Const { value } => u64::from(value.cast_unsigned()),
                    Operator::I64Const { value } => value.cast_unsigned(),
                    Operator::I32Load { memarg } | Operator::I64Store32 { memarg } => memarg.offset,
                    Operator::CallIndirect { type_index, .. } => u64::from(*type_index),
                    Operator::LocalGet { local_index } => u64::from(*local_index),
                    Operator::TableCopy { dst_table, .. } => u64::from(*dst_table),
                    Operator::BrTable { targets } => {
                        let others = targets.targets().map(|target| target.expect("readable"));
                        let all: Vec<u32> = others.chain([targets.default()]).collect();
                        assert_eq!(branch_targets(&bytes[begin..step.end as usize]), all);
                        0
                    }
                    Operator::Block { blockty } | Operator::Loop { blockty } => {
                        let kind = std::mem::discriminant(blockty);
                        assert_eq!(std::mem::discriminant(&step.block_type()), kind);
                        continue;
                    }
                    _ => continue,
                };
                assert_eq!(step.immediate, immediate, "{operator:?}");
            }
        }
        assert!(instructions > 60);
    }

    #[test]
    fn every_opcode_is_found_by_its_bytes() {
        let bytes = (0..=u8::MAX).filter_map(Opcode::of_byte);
        let prefixed = (0..18).filter_map(Opcode::of_prefixed);
        let mut all: Vec<Opcode> = bytes.chain(prefixed).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all, Opcode::ALL);
        assert_eq!(Opcode::of_byte(0xc4), Some(Opcode::I64Extend32S));
        assert_eq!(Opcode::of_byte(0x28), Some(Opcode::I32Load));
        assert_eq!(Opcode::of_byte(0x41), Some(Opcode::I32Const));
        assert_eq!(Opcode::of_byte(0xa7), Some(Opcode::I32WrapI64));
        assert_eq!(Opcode::of_byte(0xd2), Some(Opcode::RefFunc));
        assert_eq!(Opcode::of_prefixed(17), Some(Opcode::TableFill));
        assert_eq!(Opcode::of_prefixed(18), None);
    }
}
