//! One function's body, with its charges.
//!
//! Enters: a body. Leaves: the body with charges in it. Refuses to know: the rest of the module,
//! but for the indices of the globals that were added.
//!
//! Between two instructions that may trap, call or branch, nobody can tell how far execution got:
//! if the ticks run out there, all that was left is spent and whatever was done is undone. So a
//! run of such instructions is charged at once, at its beginning, together with the instruction
//! that ends it. A run begins at the start of the function and of a loop, in each arm of an `if`,
//! after an `if`, after a block that something branches out of, and after every instruction that
//! may trap, call or branch.
//!
//! Where `end` and `else` have a cost, it is paid by whoever comes to them from the instruction
//! before: a branch out of a block passes its `end` by, an arm that is not taken passes its
//! `else` by, and the first arm of an `if` pays for its `else` but not for the `end`. A branch to
//! a loop lands on the `loop`, which is paid for again.
//!
//! Code that nothing can reach is left out.
//!
//! What is paid when the function is entered joins its first run.
//!
//! In a watched module each run that has instructions, whatever it costs, is announced before it
//! is charged; so are the beginning of a function and the return from a call (see `watch`).

use super::charge::{charge, charge_operand, put};
use super::instruction::{Class, class, targets};
use super::watch::Mark;
use super::{Added, Segment, encode_length};
use crate::module::accepted::BodyFacts;
use crate::module::features::ACCEPTED;
use crate::module::repair;
use crate::module::schedule::{Rate, Schedule};
use wasm_encoder::{Encode, Instruction, ValType};
use wasmparser::{BinaryReader, FunctionBody, Operator, OperatorsReader};

/// The largest body that engines take.
pub const LARGEST: usize = 7_654_321;

/// The body, from the declarations of locals to the last `end`, with its charges.
pub fn metered(
    module: &[u8],
    function: u32,
    facts: &BodyFacts,
    schedule: &Schedule,
    added: &mut Added<'_>,
) -> Vec<u8> {
    let reader = BinaryReader::new_features(&module[facts.range.clone()], 0, ACCEPTED);
    let body = FunctionBody::new(reader);
    let bytes = body.as_bytes();
    let locals = body.get_locals_reader().expect("validated");
    let operators = body.get_operators_reader().expect("validated");
    let groups = place(locals.original_position())..place(operators.original_position());
    let count = locals.get_count() as usize;
    let mut rewriting = Rewriting {
        schedule,
        added,
        scratch: facts.locals,
        uses_scratch: false,
        labels: vec![Label::block()],
        dead: None,
        cost: schedule.functions.locals.of(facts.declared_locals.into()),
        run: Vec::new(),
        output: Vec::with_capacity(3 * bytes.len()),
        function,
        body_start: facts.range.start,
        run_start: groups.end,
        place: groups.end,
    };
    rewriting.begin();
    rewriting.all(bytes, operators);
    let mut result = Vec::with_capacity(rewriting.output.len() + groups.len() + 8);
    encode_length(count + usize::from(rewriting.uses_scratch), &mut result);
    result.extend_from_slice(&bytes[groups]);
    if rewriting.uses_scratch {
        1u32.encode(&mut result);
        ValType::I32.encode(&mut result);
    }
    result.append(&mut rewriting.output);
    result
}

pub(super) fn place(offset: u64) -> usize {
    usize::try_from(offset).expect("offsets lie inside the body")
}

/// An open block.
struct Label {
    /// Whether control can come to its end otherwise than from the instruction before.
    joins: bool,
    /// Whether a branch to it goes to its beginning.
    is_loop: bool,
}

impl Label {
    fn block() -> Label {
        Label {
            joins: false,
            is_loop: false,
        }
    }
}

/// The state of one pass over a body.
struct Rewriting<'a, 'b> {
    schedule: &'a Schedule,
    added: &'a mut Added<'b>,
    /// The local that holds an operand while it is priced: one behind all others.
    scratch: u32,
    uses_scratch: bool,
    /// The open blocks, the function's own first. Those in dead code are not among them.
    labels: Vec<Label>,
    /// How many blocks were opened since the code became dead, if it is.
    dead: Option<u32>,
    /// What the run costs so far, with what is paid when the function is entered.
    cost: u64,
    /// The instructions of the run so far.
    run: Vec<u8>,
    /// All that stands before the run.
    output: Vec<u8>,
    /// The index of the function.
    function: u32,
    /// Where the body begins in the module; all other places are within the body.
    body_start: usize,
    /// Where the run began.
    run_start: usize,
    /// Behind the last instruction that belongs to the run.
    place: usize,
}

impl Rewriting<'_, '_> {
    /// The function is entered, and pays for its locals (`TICK-17`) together with its first run.
    /// Where somebody watches, it pays for them by themselves, so that each is seen.
    fn begin(&mut self) {
        let function = self.function;
        self.tell(Mark::Enter { function });
        if self.added.watching.is_some() {
            self.end_run(&[]);
        }
    }

    fn all(&mut self, bytes: &[u8], mut operators: OperatorsReader<'_>) {
        while !operators.eof() {
            let begin = place(operators.original_position());
            let operator = operators.read().expect("validated");
            let end = place(operators.original_position());
            let raw = &bytes[begin..end];
            self.place = end;
            match self.dead {
                None => self.live(&operator, raw),
                Some(depth) => {
                    self.dead(&operator, raw, depth);
                    self.run_start = end;
                }
            }
        }
        assert!(self.labels.is_empty() && self.run.is_empty());
        assert!(self.cost == 0 && self.dead.is_none());
    }

    fn live(&mut self, operator: &Operator<'_>, raw: &[u8]) {
        for depth in targets(operator) {
            let index = self.labels.len() - 1 - depth as usize;
            let label = &mut self.labels[index];
            label.joins |= !label.is_loop;
        }
        // Whatever the class, the run is put out before the instruction itself.
        put(&mut self.run, repair::before(operator));
        let class = class(operator, &self.schedule.operands);
        self.cost += match class {
            // A loop is a run's beginning, and so pays for itself in the run that it begins.
            Class::Loop => 0,
            _ => u64::from(self.schedule.cost_of(operator)),
        };
        match class {
            Class::Plain => self.run.extend_from_slice(raw),
            Class::Block => {
                self.labels.push(Label::block());
                self.run.extend_from_slice(raw);
            }
            Class::Loop => {
                self.place -= raw.len();
                self.end_run(&[]);
                self.labels.push(Label {
                    joins: false,
                    is_loop: true,
                });
                self.output.extend_from_slice(raw);
                self.cost = u64::from(self.schedule.cost_of(operator));
            }
            Class::If => {
                self.labels.push(Label {
                    joins: true,
                    is_loop: false,
                });
                self.end_run(raw);
            }
            Class::Else | Class::Risky => self.end_run(raw),
            Class::Calls => {
                self.end_run(raw);
                let function = self.function;
                self.tell(Mark::Back { function });
            }
            Class::End => {
                let label = self.labels.pop().expect("validated");
                match label.joins || self.labels.is_empty() {
                    true => self.end_run(raw),
                    false => self.run.extend_from_slice(raw),
                }
            }
            Class::Leaves => {
                self.end_run(raw);
                self.dead = Some(0);
            }
            Class::Priced(rate) => {
                self.end_run(&[]);
                self.charge_operand(rate);
                self.output.extend_from_slice(raw);
            }
            Class::DropsData(index) => self.drop_segment(raw, Segment::Data(index)),
            Class::DropsElement(index) => self.drop_segment(raw, Segment::Element(index)),
        }
    }

    fn dead(&mut self, operator: &Operator<'_>, raw: &[u8], depth: u32) {
        match (operator, depth) {
            (Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. }, _) => {
                self.dead = Some(depth + 1);
            }
            (Operator::End, 0) => {
                self.labels.pop().expect("validated");
                self.output.extend_from_slice(raw);
                self.dead = None;
            }
            (Operator::Else, 0) => {
                self.output.extend_from_slice(raw);
                self.dead = None;
            }
            (Operator::End, _) => self.dead = Some(depth - 1),
            _ => {}
        }
    }

    fn drop_segment(&mut self, raw: &[u8], segment: Segment) {
        self.run.extend_from_slice(raw);
        self.added.mark_dropped(segment, &mut self.run);
    }

    /// Puts the run behind its charge, and `last` behind both.
    fn end_run(&mut self, last: &[u8]) {
        if self.run_start < self.place {
            let at = |place: usize| u32::try_from(place).expect("a module is limited");
            self.tell(Mark::Run {
                function: self.function,
                start: at(self.body_start + self.run_start),
                end: at(self.body_start + self.place),
            });
            self.run_start = self.place;
        }
        if self.cost > 0 {
            let cost = i64::try_from(self.cost).expect("a body is limited");
            let amount = [Instruction::I64Const(cost)];
            charge(self.added.counter(), &amount, &mut self.output);
            self.cost = 0;
        }
        self.output.append(&mut self.run);
        self.output.extend_from_slice(last);
    }

    /// Lets a watched module tell its host that it has come here.
    fn tell(&mut self, mark: Mark) {
        if let Some(watching) = &mut self.added.watching {
            let call = watching.tell(mark);
            put(&mut self.output, &call);
        }
    }

    /// Charges for the i32 on top of the stack, as an unsigned amount, and leaves it there.
    fn charge_operand(&mut self, rate: Rate) {
        if rate.ticks > 0 {
            self.uses_scratch = true;
            charge_operand(self.added.counter(), self.scratch, rate, &mut self.output);
        }
    }
}
