//! The stretches of a body, and how control goes from one to the next.
//!
//! Enters: the instructions of a body. Leaves: the body, cut up. Refuses to know: how a charge is
//! carried.

use super::scan::{Step, branch_targets};
use super::stretches::{Fate, Flow, OPEN, Spot, Stretch};
use super::{Code, Surroundings};
use crate::module::accepted::BodyFacts;
use crate::module::schedule::Opcode;
use wasmparser::BlockType;

/// How often a loop is taken to turn.
const TURNS: f64 = 8.0;

/// An open block.
struct Label {
    /// Where a branch to it goes.
    place: usize,
    /// Whether a branch to it goes to its beginning.
    is_loop: bool,
    /// Whether control can come to its end otherwise than from the instruction before.
    joins: bool,
    /// How often it is come to by branches.
    inflow: f64,
    /// For an `if` whose `else` was not met yet: the place behind its condition.
    condition: Option<(usize, f64)>,
    /// Whether the block gives anything.
    gives: bool,
    /// How many loops are open inside of which it stands.
    loops: i32,
}

/// Reads a body.
pub fn read(around: &Surroundings<'_>, facts: &BodyFacts, code: &Code<'_>) -> Flow {
    let mut reading = Reading {
        around,
        code,
        flow: Flow {
            stretches: Vec::new(),
            places: 1,
            same: Vec::new(),
            fates: Vec::with_capacity(code.steps.len()),
        },
        labels: vec![Label {
            place: OPEN,
            is_loop: false,
            joins: false,
            inflow: 0.0,
            condition: None,
            gives: false,
            loops: 0,
        }],
        loops: 0,
        dead: 0,
        current: None,
    };
    reading.begin(OPEN, 1.0, 0, true);
    reading.enter(facts);
    for (at, step) in code.steps.iter().enumerate() {
        let fate = match reading.current.is_some() {
            true => reading.live(at, step),
            false => reading.unreachable(at, step),
        };
        reading.flow.fates.push(fate);
    }
    assert!(reading.labels.is_empty() && reading.current.is_none());
    reading.flow
}

struct Reading<'a, 'b> {
    around: &'a Surroundings<'b>,
    code: &'a Code<'a>,
    flow: Flow,
    /// The open blocks, the function's own first. Those in dead code are not among them.
    labels: Vec<Label>,
    /// How many of them are loops.
    loops: i32,
    /// How many blocks were opened since the code became dead.
    dead: u32,
    /// The stretch under way; none where the code is dead.
    current: Option<Stretch>,
}

impl Reading<'_, '_> {
    fn place(&mut self) -> usize {
        self.flow.places += 1;
        self.flow.places - 1
    }

    fn begin(&mut self, from: usize, busy: f64, before: usize, charged_anyway: bool) {
        assert!(self.current.is_none());
        let site = Spot::before(before);
        self.current = Some(Stretch {
            from,
            to: from,
            cost: 0,
            busy,
            site,
            charged_anyway,
        });
    }

    /// Ends the stretch under way, and gives how busy it is.
    fn finish(&mut self, to: usize) -> f64 {
        let mut stretch = self.current.take().expect("the code is live");
        stretch.to = to;
        let busy = stretch.busy;
        self.flow.stretches.push(stretch);
        busy
    }

    /// The first stretch pays for the function's locals (`TICK-17`).
    fn enter(&mut self, facts: &BodyFacts) {
        let price = self.around.schedule.functions.locals;
        let price = price.of(facts.declared_locals.into());
        let stretch = self.current.as_mut().expect("the code is live");
        stretch.cost += i64::try_from(price).expect("a frame is small");
    }

    fn pay(&mut self, step: &Step) {
        let cost = self.around.schedule.instructions.of(step.opcode);
        let stretch = self.current.as_mut().expect("the code is live");
        stretch.cost += i64::from(cost);
    }

    fn label(&mut self, depth: u32) -> &mut Label {
        let index = self.labels.len() - 1 - depth as usize;
        &mut self.labels[index]
    }

    /// Notes a branch that is taken so often, and gives the place it goes to.
    fn branch(&mut self, depth: u32, busy: f64) -> usize {
        let loops = self.loops;
        let label = self.label(depth);
        label.joins |= !label.is_loop;
        label.inflow += busy / TURNS.powi(loops - label.loops);
        label.place
    }

    fn live(&mut self, at: usize, step: &Step) -> Fate {
        match step.opcode {
            Opcode::Block => {
                self.pay(step);
                let place = self.place();
                self.open(place, step.block_type(), None);
            }
            Opcode::Loop => {
                self.open_loop(at, step);
                self.pay(step);
            }
            Opcode::If => {
                self.pay(step);
                let condition = self.place();
                let busy = self.finish(condition) / 2.0;
                let end = self.place();
                self.open(end, step.block_type(), Some((condition, busy)));
                self.begin(condition, busy, at + 1, true);
            }
            Opcode::Else => {
                self.pay(step);
                let place = self.label(0).place;
                let busy = self.finish(place);
                self.branch(0, busy);
                self.other_arm(at);
            }
            Opcode::End => {
                self.pay(step);
                return self.end(at);
            }
            Opcode::Br => {
                self.pay(step);
                let busy = self.current.as_ref().expect("live").busy;
                let place = self.branch(step.index(), busy);
                self.finish(place);
            }
            Opcode::BrIf => {
                self.pay(step);
                let busy = self.current.as_ref().expect("live").busy;
                let taken = match self.label(step.index()).is_loop {
                    true => busy * (TURNS - 1.0) / TURNS,
                    false => busy / 2.0,
                };
                let place = self.branch(step.index(), taken);
                self.finish(place);
                self.begin(place, busy - taken, at + 1, false);
            }
            Opcode::BrTable => {
                self.pay(step);
                self.branch_by_table(at);
            }
            Opcode::Return => {
                self.pay(step);
                self.finish(OPEN);
            }
            Opcode::Unreachable => {
                self.pay(step);
                let nowhere = self.place();
                self.finish(nowhere);
            }
            Opcode::Call if !self.around.quiet.function(step.index()) => self.look(at, step),
            Opcode::CallIndirect if !self.around.quiet.tables() => self.look(at, step),
            _ => self.pay(step),
        }
        Fate::Live
    }

    /// What stands at the beginning of a loop is paid for in every turn.
    fn open_loop(&mut self, at: usize, step: &Step) {
        let place = self.place();
        let busy = self.finish(place);
        self.loops += 1;
        self.open(place, step.block_type(), None);
        self.labels.last_mut().expect("just opened").is_loop = true;
        self.begin(place, busy * TURNS, at + 1, true);
    }

    /// Every target is as likely as the others, and all have to be at one potential.
    fn branch_by_table(&mut self, at: usize) {
        let targets = branch_targets(self.code.raw(at));
        let busy = self.current.as_ref().expect("live").busy / targets.len() as f64;
        let places: Vec<usize> = targets
            .into_iter()
            .map(|depth| self.branch(depth, busy))
            .collect();
        let pairs = places.windows(2).map(|pair| (pair[0], pair[1]));
        self.flow.same.extend(pairs.filter(|(a, b)| a != b));
        self.finish(places[0]);
    }

    /// A call after which the host may look. What it gives is put away before anything is charged:
    /// a charge would have to put it away as well.
    fn look(&mut self, at: usize, step: &Step) {
        self.pay(step);
        let busy = self.finish(OPEN);
        let puts_away = matches!(
            self.code.steps[at + 1].opcode,
            Opcode::LocalSet | Opcode::LocalTee | Opcode::Drop
        );
        self.begin(OPEN, busy, at + 1 + usize::from(puts_away), false);
    }

    fn open(&mut self, place: usize, ty: BlockType, condition: Option<(usize, f64)>) {
        let gives = self.around.signatures.block(ty).gives > 0;
        self.labels.push(Label {
            gives,
            place,
            is_loop: false,
            joins: false,
            inflow: 0.0,
            condition,
            loops: self.loops,
        });
    }

    /// The second arm of the innermost `if` begins.
    fn other_arm(&mut self, at: usize) {
        let condition = self.label(0).condition.take();
        let (place, busy) = condition.expect("the arm of an `if`");
        self.begin(place, busy, at + 1, true);
    }

    /// A block ends, coming from the instruction before or not.
    fn end(&mut self, at: usize) -> Fate {
        let was_live = self.current.is_some();
        let mut label = self.labels.pop().expect("validated");
        self.loops -= i32::from(label.is_loop);
        if self.labels.is_empty() {
            if was_live {
                self.finish(OPEN);
                return Fate::Live;
            }
            return Fate::Closes;
        }
        if was_live && (label.joins || label.condition.is_some()) {
            label.inflow += self.finish(label.place);
        }
        let mut gets_else = false;
        if let Some((place, busy)) = label.condition {
            // Without a second arm, the condition goes on here as well.
            label.joins = true;
            label.inflow += busy;
            gets_else = label.gives;
            if gets_else {
                self.flow.stretches.push(Stretch {
                    from: place,
                    to: label.place,
                    cost: 0,
                    busy,
                    site: Spot::behind_else(at),
                    charged_anyway: true,
                });
            } else {
                self.flow.same.push((place, label.place));
            }
        }
        if label.joins {
            self.begin(label.place, label.inflow, at + 1, false);
        }
        match (was_live, label.joins) {
            _ if gets_else => Fate::GetsElse,
            (true, _) => Fate::Live,
            (false, true) => Fate::Closes,
            (false, false) => Fate::ClosesForNothing,
        }
    }

    fn unreachable(&mut self, at: usize, step: &Step) -> Fate {
        match step.opcode {
            Opcode::Block | Opcode::Loop | Opcode::If => {
                self.dead += 1;
                Fate::Dead
            }
            Opcode::End if self.dead > 0 => {
                self.dead -= 1;
                Fate::Dead
            }
            Opcode::End => self.end(at),
            Opcode::Else if self.dead == 0 => {
                self.other_arm(at);
                Fate::Closes
            }
            _ => Fate::Dead,
        }
    }
}
