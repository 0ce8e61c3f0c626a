//! A body with its charges put in.
//!
//! Enters: instructions, their fates, and the sites of charges. Leaves: the body's bytes.
//! Refuses to know: how the sites were chosen.

use super::known::{Hide, Stack};
use super::potentials::Site;
use super::scan::{Step, is_access};
use super::stretches::{Fate, Flow, Spot};
use super::{Code, Surroundings};
use crate::module::accepted::BodyFacts;
use crate::module::features::ACCEPTED;
use crate::module::meter::charge::{charge, charge_operand, put, refund};
use crate::module::meter::{Added, Segment, encode_length};
use crate::module::repair;
use crate::module::schedule::Opcode;
use wasm_encoder::{BlockType, Encode, Instruction, ValType};
use wasmparser::{BinaryReader, OperatorsReader};

/// What is charged beyond this goes to the counter, since each tick in fuel is a byte of code:
/// less where there are very many sites, so that no body becomes larger than engines take.
fn largest_in_fuel(sites: usize) -> i64 {
    match sites {
        0..=8192 => 256,
        _ => 16,
    }
}

const NOP: u8 = 0x01;

/// Puts the body together.
pub fn body(
    around: &Surroundings<'_>,
    facts: &BodyFacts,
    code: &Code<'_>,
    flow: &Flow,
    sites: &[Site],
    added: &mut Added<'_>,
) -> Vec<u8> {
    let mut emitting = Emitting {
        around,
        code,
        added,
        stack: Stack::new(around),
        scratch: Scratch {
            first: facts.locals,
            locals: Vec::new(),
        },
        copied: code.begin,
        output: Vec::with_capacity(2 * code.bytes.len()),
    };
    let largest = largest_in_fuel(sites.len());
    let mut sites = sites.iter().peekable();
    for (at, (step, fate)) in code.steps.iter().zip(&flow.fates).enumerate() {
        while let Some(site) = sites.next_if(|site| site.at == Spot::before(at)) {
            emitting.copy_until(at);
            emitting.charge(site, largest);
        }
        match fate {
            Fate::Live => emitting.live(at, step),
            Fate::Dead => emitting.leave_out(at),
            Fate::GetsElse => {
                emitting.copy_until(at);
                put(&mut emitting.output, &[Instruction::Else]);
                while let Some(site) = sites.next_if(|site| site.at == Spot::behind_else(at)) {
                    emitting.charge(site, largest);
                }
                emitting.stack.close();
            }
            Fate::Closes | Fate::ClosesForNothing => {
                match step.opcode {
                    Opcode::Else => emitting.stack.other_arm(),
                    _ => emitting.stack.close(),
                }
                if *fate == Fate::ClosesForNothing {
                    emitting.copy_until(at + 1);
                    put(&mut emitting.output, &[Instruction::Unreachable]);
                }
            }
        }
    }
    assert!(sites.next().is_none(), "every site is inside the body");
    emitting.copy_until(code.steps.len());
    let groups = &code.bytes[..code.begin];
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
        let mut reader = BinaryReader::new(groups, 0);
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
    code: &'a Code<'a>,
    added: &'b mut Added<'c>,
    stack: Stack<'a>,
    scratch: Scratch,
    /// Up to where the code was copied or left out.
    copied: usize,
    output: Vec<u8>,
}

impl Emitting<'_, '_, '_> {
    /// Copies the code before an instruction.
    fn copy_until(&mut self, at: usize) {
        let end = self.code.begin_of(at);
        self.output
            .extend_from_slice(&self.code.bytes[self.copied..end]);
        self.copied = end;
    }

    fn leave_out(&mut self, at: usize) {
        self.copy_until(at);
        self.copied = self.code.steps[at].end as usize;
    }

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

    fn live(&mut self, at: usize, step: &Step) {
        if let Some(hide) = self.stack.execute(step) {
            self.copy_until(at);
            self.hide(hide);
        }
        if may_need_repair(step) {
            self.copy_until(at);
            let reader = BinaryReader::new_features(self.code.raw(at), 0, ACCEPTED);
            let operator = OperatorsReader::new(reader).read().expect("validated");
            put(&mut self.output, repair::before(&operator));
        }
        match step.opcode {
            // A nop of the module's own would be charged for by the engine.
            Opcode::Nop => self.leave_out(at),
            Opcode::DataDrop => self.drop_segment(at, Segment::Data(step.index())),
            Opcode::ElemDrop => self.drop_segment(at, Segment::Element(step.index())),
            other => {
                let rate = self.around.schedule.operands.rate(other);
                if let Some(rate) = rate.filter(|rate| rate.ticks > 0) {
                    self.copy_until(at);
                    let scratch = self.scratch.local(Use::Top(ValType::I32));
                    let counter = self.added.counter();
                    charge_operand(counter, scratch, rate, &mut self.output);
                }
            }
        }
    }

    fn drop_segment(&mut self, at: usize, segment: Segment) {
        self.copy_until(at + 1);
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

/// Whether it is of a kind that `repair` looks at more closely.
fn may_need_repair(step: &Step) -> bool {
    match step.opcode {
        Opcode::Select => true,
        Opcode::Block | Opcode::Loop | Opcode::If => step.immediate.cast_signed() >= 0,
        other => is_access(other) && step.immediate > u64::from(u16::MAX),
    }
}
