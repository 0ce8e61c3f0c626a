//! What a watched module tells its host, and how (`TRACE-4` to `TRACE-6`).
//!
//! Enters: the places that the rewriting comes by. Leaves: numbered marks, and the instructions
//! that tell a mark's number. Refuses to know: who listens, and what an instruction costs.
//!
//! A table of one function is appended, exported as `primea:watch`. The VM puts a function of its
//! own there, which is called with the number of a mark: when a function begins, before that is paid
//! for; before a run is charged; and when a call has returned. Nothing else differs from the exact
//! pass.

use super::super::accepted::Facts;
use wasm_encoder::{Encode, Instruction, RefType, TableType, ValType};

/// The export of the table that holds the function to be told.
pub const TABLE: &str = "primea:watch";

/// A place that execution comes by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A function of the module's own begins.
    Enter {
        /// Its index.
        function: u32,
    },
    /// The instructions in these bytes of the module as it was given are about to be charged
    /// together, and to be executed one after the other.
    Run {
        /// The function in which they stand.
        function: u32,
        /// Where the first begins.
        start: u32,
        /// Where the last ends.
        end: u32,
    },
    /// The call that is under way in this function has returned.
    Back {
        /// The function that made the call.
        function: u32,
    },
}

/// The marks of a module that is being rewritten.
pub struct Watching {
    /// The index of the type `(i32) -> ()` that was appended.
    ty: u32,
    table: u32,
    marks: Vec<Mark>,
}

impl Watching {
    /// No marks yet, and what the module needs so that it can have some.
    pub fn new(facts: &Facts) -> Watching {
        Watching {
            ty: facts.types(),
            // Behind the table of all functions.
            table: u32::try_from(facts.tables.len() + 1).expect("tables are limited"),
            marks: Vec::new(),
        }
    }

    /// The index of the table that was appended.
    pub fn table(&self) -> u32 {
        self.table
    }

    /// The instructions that tell the host that execution has come here.
    pub fn tell(&mut self, mark: Mark) -> [Instruction<'static>; 3] {
        let number = i32::try_from(self.marks.len()).expect("a module is limited");
        self.marks.push(mark);
        [
            Instruction::I32Const(number),
            Instruction::I32Const(0),
            Instruction::CallIndirect {
                type_index: self.ty,
                table_index: self.table,
            },
        ]
    }

    /// All marks, by their numbers.
    pub fn into_marks(self) -> Vec<Mark> {
        self.marks
    }
}

/// The table that is appended.
pub fn table() -> TableType {
    TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 1,
        maximum: Some(1),
        shared: false,
    }
}

/// The type that is appended: `(i32) -> ()`.
pub fn encode_type(content: &mut Vec<u8>) {
    const FUNCTION: u8 = 0x60;
    content.push(FUNCTION);
    [ValType::I32].as_slice().encode(content);
    [0u8; 0].as_slice().encode(content);
}
