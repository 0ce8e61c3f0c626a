//! A body with its charges put in.
//!
//! Enters: instructions, their fates, and the sites of charges. Leaves: the body's bytes.
//! Refuses to know: how the sites were chosen.

use super::flow::{Fate, Flow, Spot};
use super::known::{Hide, Stack, begin_of};
use super::potentials::Site;
use super::{Placed, Surroundings};
use crate::module::accepted::BodyFacts;
use crate::module::meter::charge::{charge, charge_operand, put, refund};
use crate::module::meter::instruction::{Class, class};
use crate::module::meter::{Added, Segment, encode_length};
use crate::module::repair;
use wasm_encoder::{BlockType, Encode, Instruction, ValType};
use wasmparser::Operator;

/// What is charged beyond this goes to the counter, since each tick in fuel is a byte of code:
/// less where there are very many sites, so that no body becomes larger than engines take.
fn largest_in_fuel(sites: usize) -> i64 {
    match sites {
        0..=8192 => 256,
        _ => 16,
    }
}

const NOP: u8 = 0x01;

/// Puts the body together. Its first instruction stands at `begin` of `bytes`.
#[expect(
    clippy::too_many_arguments,
    reason = "what all the steps before found out"
)]
pub fn body(
    around: &Surroundings<'_>,
    facts: &BodyFacts,
    bytes: &[u8],
    begin: usize,
    operators: &[Placed<'_>],
    flow: &Flow,
    sites: &[Site],
    added: &mut Added<'_>,
) -> Vec<u8> {
    let mut emitting = Emitting {
        around,
        added,
        stack: Stack::new(around),
        scratch: Scratch {
            first: facts.locals,
            locals: Vec::new(),
        },
        output: Vec::with_capacity(2 * bytes.len()),
    };
    let largest = largest_in_fuel(sites.len());
    let mut sites = sites.iter().peekable();
    for (at, ((operator, end), fate)) in operators.iter().zip(&flow.fates).enumerate() {
        let mut charge_at = |behind_else, emitting: &mut Emitting<'_, '_, '_>| {
            let spot = Spot {
                before: at,
                behind_else,
            };
            while let Some(site) = sites.next_if(|site| site.at == spot) {
                emitting.charge(site, largest);
            }
        };
        charge_at(false, &mut emitting);
        if *fate == Fate::GetsElse {
            put(&mut emitting.output, &[Instruction::Else]);
            charge_at(true, &mut emitting);
        }
        let raw = &bytes[begin_of(operators, at, begin)..*end];
        match fate {
            Fate::Live => emitting.live(operator, raw),
            Fate::GetsElse | Fate::Closes | Fate::ClosesForNothing => {
                emitting.output.extend_from_slice(raw);
                match operator {
                    Operator::Else => emitting.stack.other_arm(),
                    _ => emitting.stack.close(),
                }
                if *fate == Fate::ClosesForNothing {
                    put(&mut emitting.output, &[Instruction::Unreachable]);
                }
            }
            Fate::Dead => {}
        }
    }
    assert!(sites.next().is_none(), "every site is inside the body");
    let groups = &bytes[..begin];
    emitting.scratch.declared(groups, &emitting.output)
}

/// Locals behind those of the body.
struct Scratch {
    first: u32,
    locals: Vec<Use>,
}

/// What a local is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// The operand on top of the stack.
    Top(ValType),
    /// The address below it.
    Address,
}

impl Scratch {
    /// The local for that use, always the same.
    fn local(&mut self, what_for: Use) -> u32 {
        let known = self.locals.iter().position(|known| *known == what_for);
        let index = known.unwrap_or_else(|| {
            self.locals.push(what_for);
            self.locals.len() - 1
        });
        self.first + u32::try_from(index).expect("there are few uses")
    }

    /// The body, with these locals declared behind its own.
    fn declared(&self, groups: &[u8], code: &[u8]) -> Vec<u8> {
        let mut reader = wasmparser::BinaryReader::new(groups, 0);
        let count = reader.read_var_u32().expect("validated") as usize;
        let groups = &groups[super::super::body::place(reader.original_position())..];
        let mut result = Vec::with_capacity(code.len() + groups.len() + 16);
        encode_length(count + self.locals.len(), &mut result);
        result.extend_from_slice(groups);
        for local in &self.locals {
            1u32.encode(&mut result);
            match local {
                Use::Top(ty) => ty.encode(&mut result),
                Use::Address => ValType::I32.encode(&mut result),
            }
        }
        result.extend_from_slice(code);
        result
    }
}

struct Emitting<'a, 'b, 'c> {
    around: &'a Surroundings<'a>,
    added: &'b mut Added<'c>,
    stack: Stack<'a>,
    scratch: Scratch,
    output: Vec<u8>,
}

impl Emitting<'_, '_, '_> {
    fn charge(&mut self, site: &Site, largest_in_fuel: i64) {
        let least = i64::from(site.charged_anyway);
        let in_fuel = site.amount.clamp(least, largest_in_fuel);
        let nops = usize::try_from(in_fuel - 1);
        match (site.charged_anyway, nops) {
            (true, nops) => {
                let nops = nops.expect("at least 1 is charged");
                self.output.extend(std::iter::repeat_n(NOP, nops));
            }
            (false, Ok(nops)) => {
                put(&mut self.output, &[Instruction::Loop(BlockType::Empty)]);
                self.output.extend(std::iter::repeat_n(NOP, nops));
                put(&mut self.output, &[Instruction::End]);
            }
            (false, Err(_)) => {}
        }
        match site.amount - in_fuel {
            0 => {}
            more @ 1.. => {
                let amount = [Instruction::I64Const(more)];
                charge(self.added.counter(), &amount, &mut self.output);
            }
            less => refund(self.added.counter(), -less, &mut self.output),
        }
    }

    fn live(&mut self, operator: &Operator<'_>, raw: &[u8]) {
        if let Some(hide) = self.stack.to_hide(operator) {
            self.hide(hide);
        }
        self.stack.execute(operator);
        let repair = repair::before(operator);
        match class(operator, &self.around.schedule.operands) {
            Class::Priced(rate) => {
                if rate.ticks > 0 {
                    let scratch = self.scratch.local(Use::Top(ValType::I32));
                    charge_operand(self.added.counter(), scratch, rate, &mut self.output);
                }
                self.output.extend_from_slice(raw);
            }
            Class::DropsData(index) => self.drop_segment(raw, Segment::Data(index)),
            Class::DropsElement(index) => self.drop_segment(raw, Segment::Element(index)),
            // A nop of the module's own would be charged for by the engine.
            _ if matches!(operator, Operator::Nop) => {}
            _ => {
                put(&mut self.output, repair);
                self.output.extend_from_slice(raw);
            }
        }
    }

    fn drop_segment(&mut self, raw: &[u8], segment: Segment) {
        self.output.extend_from_slice(raw);
        self.added.mark_dropped(segment, &mut self.output);
    }

    /// Passes operands through locals.
    fn hide(&mut self, hide: Hide) {
        match hide {
            Hide::Top(ty) => {
                let top = self.scratch.local(Use::Top(ty));
                put(
                    &mut self.output,
                    &[Instruction::LocalSet(top), Instruction::LocalGet(top)],
                );
            }
            Hide::AddressBelow(ty) => {
                let top = self.scratch.local(Use::Top(ty));
                let address = self.scratch.local(Use::Address);
                put(
                    &mut self.output,
                    &[
                        Instruction::LocalSet(top),
                        Instruction::LocalSet(address),
                        Instruction::LocalGet(address),
                        Instruction::LocalGet(top),
                    ],
                );
            }
        }
    }
}
