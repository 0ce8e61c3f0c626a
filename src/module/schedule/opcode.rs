//! The instructions of WebAssembly 2.0 without SIMD, by name.
//!
//! Enters: nothing. Leaves: `Opcode`, which every accepted instruction has. Refuses to know: what
//! an instruction costs, and what it does.

use wasmparser::Operator;

macro_rules! opcodes {
    ($($text:literal $name:ident $($alias:ident)?,)+) => {
        /// What an instruction is, without its immediates: in the order of the binary opcodes,
        /// those with the prefix 0xFC last.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum Opcode {
            $(#[doc = $text] $name,)+
        }

        impl Opcode {
            /// Every opcode, in order.
            pub const ALL: [Opcode; [$($text),+].len()] = [$(Opcode::$name),+];

            /// The name in the text format.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Opcode::$name => $text,)+
                }
            }

            /// The opcode of an accepted instruction.
            pub fn of(operator: &Operator<'_>) -> Opcode {
                match operator {
                    $(Operator::$name { .. } $(| Operator::$alias { .. })? => Opcode::$name,)+
                    other => unreachable!("{other:?} belongs to a proposal that is refused"),
                }
            }
        }
    };
}

/// The one-byte opcodes, by ranges; with 0xFC come 0 to 17. 0x1C is the second form of `select`.
const BYTES: [(u8, u8); 6] = [
    (0x00, 0x05),
    (0x0b, 0x11),
    (0x1a, 0x1b),
    (0x20, 0x26),
    (0x28, 0xc4),
    (0xd0, 0xd2),
];

/// For each byte the opcode that it means, if any.
static OF_BYTE: [Option<Opcode>; 256] = {
    let mut table = [None; 256];
    let (mut range, mut opcode) = (0, 0);
    while range < BYTES.len() {
        let (mut byte, last) = BYTES[range];
        while byte <= last {
            table[byte as usize] = Some(Opcode::ALL[opcode]);
            opcode += 1;
            byte += 1;
        }
        range += 1;
    }
    table[0x1c] = Some(Opcode::Select);
    table
};

impl Opcode {
    /// The opcode of one byte.
    pub fn of_byte(byte: u8) -> Option<Opcode> {
        OF_BYTE[byte as usize]
    }

    /// The opcode that has that number behind the prefix 0xFC.
    pub fn of_prefixed(number: u32) -> Option<Opcode> {
        let first = Opcode::I32TruncSatF32S as usize;
        Opcode::ALL.get(first + number as usize).copied()
    }
}

// `select` is both 0x1B and, with a type, 0x1C: one name, one opcode.
opcodes! {
    "unreachable" Unreachable,
    "nop" Nop,
    "block" Block,
    "loop" Loop,
    "if" If,
    "else" Else,
    "end" End,
    "br" Br,
    "br_if" BrIf,
    "br_table" BrTable,
    "return" Return,
    "call" Call,
    "call_indirect" CallIndirect,
    "drop" Drop,
    "select" Select TypedSelect,
    "local.get" LocalGet,
    "local.set" LocalSet,
    "local.tee" LocalTee,
    "global.get" GlobalGet,
    "global.set" GlobalSet,
    "table.get" TableGet,
    "table.set" TableSet,
    "i32.load" I32Load,
    "i64.load" I64Load,
    "f32.load" F32Load,
    "f64.load" F64Load,
    "i32.load8_s" I32Load8S,
    "i32.load8_u" I32Load8U,
    "i32.load16_s" I32Load16S,
    "i32.load16_u" I32Load16U,
    "i64.load8_s" I64Load8S,
    "i64.load8_u" I64Load8U,
    "i64.load16_s" I64Load16S,
    "i64.load16_u" I64Load16U,
    "i64.load32_s" I64Load32S,
    "i64.load32_u" I64Load32U,
    "i32.store" I32Store,
    "i64.store" I64Store,
    "f32.store" F32Store,
    "f64.store" F64Store,
    "i32.store8" I32Store8,
    "i32.store16" I32Store16,
    "i64.store8" I64Store8,
    "i64.store16" I64Store16,
    "i64.store32" I64Store32,
    "memory.size" MemorySize,
    "memory.grow" MemoryGrow,
    "i32.const" I32Const,
    "i64.const" I64Const,
    "f32.const" F32Const,
    "f64.const" F64Const,
    "i32.eqz" I32Eqz,
    "i32.eq" I32Eq,
    "i32.ne" I32Ne,
    "i32.lt_s" I32LtS,
    "i32.lt_u" I32LtU,
    "i32.gt_s" I32GtS,
    "i32.gt_u" I32GtU,
    "i32.le_s" I32LeS,
    "i32.le_u" I32LeU,
    "i32.ge_s" I32GeS,
    "i32.ge_u" I32GeU,
    "i64.eqz" I64Eqz,
    "i64.eq" I64Eq,
    "i64.ne" I64Ne,
    "i64.lt_s" I64LtS,
    "i64.lt_u" I64LtU,
    "i64.gt_s" I64GtS,
    "i64.gt_u" I64GtU,
    "i64.le_s" I64LeS,
    "i64.le_u" I64LeU,
    "i64.ge_s" I64GeS,
    "i64.ge_u" I64GeU,
    "f32.eq" F32Eq,
    "f32.ne" F32Ne,
    "f32.lt" F32Lt,
    "f32.gt" F32Gt,
    "f32.le" F32Le,
    "f32.ge" F32Ge,
    "f64.eq" F64Eq,
    "f64.ne" F64Ne,
    "f64.lt" F64Lt,
    "f64.gt" F64Gt,
    "f64.le" F64Le,
    "f64.ge" F64Ge,
    "i32.clz" I32Clz,
    "i32.ctz" I32Ctz,
    "i32.popcnt" I32Popcnt,
    "i32.add" I32Add,
    "i32.sub" I32Sub,
    "i32.mul" I32Mul,
    "i32.div_s" I32DivS,
    "i32.div_u" I32DivU,
    "i32.rem_s" I32RemS,
    "i32.rem_u" I32RemU,
    "i32.and" I32And,
    "i32.or" I32Or,
    "i32.xor" I32Xor,
    "i32.shl" I32Shl,
    "i32.shr_s" I32ShrS,
    "i32.shr_u" I32ShrU,
    "i32.rotl" I32Rotl,
    "i32.rotr" I32Rotr,
    "i64.clz" I64Clz,
    "i64.ctz" I64Ctz,
    "i64.popcnt" I64Popcnt,
    "i64.add" I64Add,
    "i64.sub" I64Sub,
    "i64.mul" I64Mul,
    "i64.div_s" I64DivS,
    "i64.div_u" I64DivU,
    "i64.rem_s" I64RemS,
    "i64.rem_u" I64RemU,
    "i64.and" I64And,
    "i64.or" I64Or,
    "i64.xor" I64Xor,
    "i64.shl" I64Shl,
    "i64.shr_s" I64ShrS,
    "i64.shr_u" I64ShrU,
    "i64.rotl" I64Rotl,
    "i64.rotr" I64Rotr,
    "f32.abs" F32Abs,
    "f32.neg" F32Neg,
    "f32.ceil" F32Ceil,
    "f32.floor" F32Floor,
    "f32.trunc" F32Trunc,
    "f32.nearest" F32Nearest,
    "f32.sqrt" F32Sqrt,
    "f32.add" F32Add,
    "f32.sub" F32Sub,
    "f32.mul" F32Mul,
    "f32.div" F32Div,
    "f32.min" F32Min,
    "f32.max" F32Max,
    "f32.copysign" F32Copysign,
    "f64.abs" F64Abs,
    "f64.neg" F64Neg,
    "f64.ceil" F64Ceil,
    "f64.floor" F64Floor,
    "f64.trunc" F64Trunc,
    "f64.nearest" F64Nearest,
    "f64.sqrt" F64Sqrt,
    "f64.add" F64Add,
    "f64.sub" F64Sub,
    "f64.mul" F64Mul,
    "f64.div" F64Div,
    "f64.min" F64Min,
    "f64.max" F64Max,
    "f64.copysign" F64Copysign,
    "i32.wrap_i64" I32WrapI64,
    "i32.trunc_f32_s" I32TruncF32S,
    "i32.trunc_f32_u" I32TruncF32U,
    "i32.trunc_f64_s" I32TruncF64S,
    "i32.trunc_f64_u" I32TruncF64U,
    "i64.extend_i32_s" I64ExtendI32S,
    "i64.extend_i32_u" I64ExtendI32U,
    "i64.trunc_f32_s" I64TruncF32S,
    "i64.trunc_f32_u" I64TruncF32U,
    "i64.trunc_f64_s" I64TruncF64S,
    "i64.trunc_f64_u" I64TruncF64U,
    "f32.convert_i32_s" F32ConvertI32S,
    "f32.convert_i32_u" F32ConvertI32U,
    "f32.convert_i64_s" F32ConvertI64S,
    "f32.convert_i64_u" F32ConvertI64U,
    "f32.demote_f64" F32DemoteF64,
    "f64.convert_i32_s" F64ConvertI32S,
    "f64.convert_i32_u" F64ConvertI32U,
    "f64.convert_i64_s" F64ConvertI64S,
    "f64.convert_i64_u" F64ConvertI64U,
    "f64.promote_f32" F64PromoteF32,
    "i32.reinterpret_f32" I32ReinterpretF32,
    "i64.reinterpret_f64" I64ReinterpretF64,
    "f32.reinterpret_i32" F32ReinterpretI32,
    "f64.reinterpret_i64" F64ReinterpretI64,
    "i32.extend8_s" I32Extend8S,
    "i32.extend16_s" I32Extend16S,
    "i64.extend8_s" I64Extend8S,
    "i64.extend16_s" I64Extend16S,
    "i64.extend32_s" I64Extend32S,
    "ref.null" RefNull,
    "ref.is_null" RefIsNull,
    "ref.func" RefFunc,
    "i32.trunc_sat_f32_s" I32TruncSatF32S,
    "i32.trunc_sat_f32_u" I32TruncSatF32U,
    "i32.trunc_sat_f64_s" I32TruncSatF64S,
    "i32.trunc_sat_f64_u" I32TruncSatF64U,
    "i64.trunc_sat_f32_s" I64TruncSatF32S,
    "i64.trunc_sat_f32_u" I64TruncSatF32U,
    "i64.trunc_sat_f64_s" I64TruncSatF64S,
    "i64.trunc_sat_f64_u" I64TruncSatF64U,
    "memory.init" MemoryInit,
    "data.drop" DataDrop,
    "memory.copy" MemoryCopy,
    "memory.fill" MemoryFill,
    "table.init" TableInit,
    "elem.drop" ElemDrop,
    "table.copy" TableCopy,
    "table.grow" TableGrow,
    "table.size" TableSize,
    "table.fill" TableFill,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::features::ACCEPTED;
    use wasmparser::{Parser, Payload, WasmFeatures};

    /// The instruction in the text format, with whatever must stand behind its name.
    fn text(name: &str) -> String {
        let immediates = match name {
            "br" | "br_if" | "br_table" | "call" | "ref.func" | "data.drop" | "elem.drop" => "0",
            "memory.init" | "table.init" => "0",
            "i32.const" | "i64.const" | "f32.const" | "f64.const" => "0",
            "ref.null" => "func",
            "block" | "loop" | "if" => "end",
            "else" => return "if else end".to_owned(),
            "end" => return String::new(),
            name if name.starts_with("local.") || name.starts_with("global.") => "0",
            _ => "",
        };
        format!("{name} {immediates}")
    }

    /// The first instruction of the text, and the bytes of its opcode.
    fn assembled(text: &str, at: usize) -> (Opcode, Vec<u8>) {
        let wat = format!("(module (memory 0) (table 0 funcref) (func {text}))");
        let binary = wat::parse_str(wat).expect("the name is that of the text format");
        for payload in Parser::new(0).parse_all(&binary) {
            if let Payload::CodeSectionEntry(body) = payload.expect("well-formed") {
                let mut reader = body.get_operators_reader().expect("well-formed");
                for _ in 0..at {
                    reader.read().expect("well-formed");
                }
                let start = reader.original_position() as usize;
                let operator = reader.read().expect("well-formed");
                let length = if binary[start] == 0xfc { 2 } else { 1 };
                return (
                    Opcode::of(&operator),
                    binary[start..start + length].to_vec(),
                );
            }
        }
        unreachable!("there is one body");
    }

    #[test]
    fn names_are_those_of_the_text_format_in_the_order_of_the_binary() {
        let mut before = Vec::new();
        for opcode in Opcode::ALL {
            let name = opcode.name();
            let (found, bytes) = assembled(&text(name), usize::from(name == "else"));
            assert_eq!(found, opcode, "{name}");
            assert!(before < bytes, "{name}: {before:x?} before {bytes:x?}");
            before = bytes;
        }
        assert_eq!(
            assembled("select (result i32)", 0),
            (Opcode::Select, vec![0x1c])
        );
    }

    /// All that the validator knows and that no refused proposal brings is in the table.
    #[test]
    fn nothing_is_missing() {
        macro_rules! count {
            ($(@$proposal:ident $name:ident $({ $($field:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
                [$((stringify!($proposal), stringify!($name))),*]
            };
        }
        let known = wasmparser::for_each_operator!(count);
        let accepted = [
            "mvp",
            "sign_extension",
            "saturating_float_to_int",
            "bulk_memory",
            "reference_types",
        ];
        let of_ours: Vec<&str> = known
            .iter()
            .filter(|(proposal, _)| accepted.contains(proposal))
            .map(|(_, name)| *name)
            .collect();
        for name in &of_ours {
            let named = Opcode::ALL
                .iter()
                .any(|opcode| format!("{opcode:?}") == *name);
            assert!(
                named || *name == "TypedSelect" || *name == "TypedSelectMulti",
                "{name}"
            );
        }
        assert!(ACCEPTED.contains(WasmFeatures::BULK_MEMORY));
        assert!(of_ours.len() > Opcode::ALL.len());
    }
}
