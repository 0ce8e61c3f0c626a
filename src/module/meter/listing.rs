//! The instructions of a function, one by one.
//!
//! Enters: an accepted module, and which of its functions. Leaves: for each instruction its place,
//! its name in the text format and its cost. Refuses to know: how often it was executed.

use super::instruction::{Class, class};
use crate::module::accepted::AcceptedModule;
use crate::module::features::ACCEPTED;
use crate::module::schedule::{Opcode, Schedule};
use std::ops::Range;
use std::sync::Arc;
use wasmparser::{BinaryReader, FunctionBody};

/// One instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Where it begins in the module as it was given.
    pub offset: u32,
    /// Its name in the text format, without operands.
    pub opcode: &'static str,
    /// What it costs, apart from what it pays by its operand.
    pub cost: u64,
    /// Whether it pays by its operand, too.
    pub is_priced: bool,
    /// Whether it calls a function.
    pub calls: bool,
}

/// The instructions of one function, in order.
#[derive(Clone, Debug)]
pub struct Listing {
    listed: Arc<[Listed]>,
}

impl Listing {
    /// Lists a function of the module's own.
    pub fn of(module: &AcceptedModule, function: u32, schedule: &Schedule) -> Listing {
        let facts = module.facts();
        let range = facts.bodies[function as usize - facts.imports.len()]
            .range
            .clone();
        let start = u64::try_from(range.start).expect("a module is limited");
        let reader = BinaryReader::new_features(&module.bytes()[range], start, ACCEPTED);
        let mut operators = FunctionBody::new(reader)
            .get_operators_reader()
            .expect("it was validated");
        let mut listed = Vec::new();
        while !operators.eof() {
            let offset = operators.original_position();
            let operator = operators.read().expect("it was validated");
            let class = class(&operator, &schedule.operands);
            listed.push(Listed {
                offset: u32::try_from(offset).expect("a module is limited"),
                opcode: Opcode::of(&operator).name(),
                cost: u64::from(schedule.cost_of(&operator)),
                is_priced: matches!(class, Class::Priced(_)),
                calls: class == Class::Calls,
            });
        }
        Listing {
            listed: listed.into(),
        }
    }

    /// Those that begin in these bytes of the module.
    pub fn within(&self, run: Range<u32>) -> &[Listed] {
        let before = |offset| self.listed.partition_point(|it| it.offset < offset);
        &self.listed[before(run.start)..before(run.end)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{interface::table::Dialect, module::accept, module::schedule::PLAIN};

    #[test]
    fn instructions_have_the_names_of_the_text_format() {
        let body = "block nop end loop end i32.const 0 if else end local.get 0 i64.extend_i32_u \
                    drop i32.const 1 i32.load8_u drop ref.null func ref.is_null drop \
                    i32.const 0 br_if 0 i32.const 0 i32.const 0 i32.const 0 memory.copy \
                    f64.const 0 i32.trunc_sat_f64_s i32.const 1 i32.const 1 select (result i32) \
                    call_indirect data.drop 0 global.get 0 drop i32.const 0 br_table 0 0";
        let text = format!(
            "(module (memory 1) (table 1 funcref) (global i32 (i32.const 0)) (data \"a\")
               (func (param i32) {})",
            body.replace("call_indirect", "call_indirect (param)") + ")"
        );
        let bytes = wat::parse_str(&text).expect("the text is right");
        let module = accept(&bytes, Dialect::Capabilities).expect("it is acceptable");
        let range = module.facts().bodies[0].range.clone();
        let listing = Listing::of(&module, 0, &PLAIN);
        let listed = listing.within(range.start as u32..range.end as u32);
        let names: Vec<&str> = listed.iter().map(|it| it.opcode).collect();
        let words = body.split_whitespace().filter(|word| {
            let operand = word.parse::<u32>().is_ok() || ["func", "(result", "i32)"].contains(word);
            !operand
        });
        let expected: Vec<&str> = words.chain(["end"]).collect();
        assert_eq!(names, expected);
        // One byte says that there are no locals.
        assert_eq!(listed[0].offset as usize, range.start + 1);
        let [second, fourth] = [listed[1].offset, listed[3].offset];
        assert_eq!(listing.within(second..fourth), &listed[1..3]);
        assert!(listed.is_sorted_by(|left, right| left.offset < right.offset));
        for it in listed {
            let free = ["block", "loop", "else", "end"].contains(&it.opcode);
            assert_eq!(it.cost, u64::from(!free), "{}", it.opcode);
            assert_eq!(it.is_priced, it.opcode == "memory.copy");
            assert_eq!(it.calls, it.opcode == "call_indirect");
        }
    }
}
