//! What the runs of one program came to, instruction by instruction.
//!
//! Enters: how often a run was executed, and what it spent. Leaves: executions and ticks of each
//! instruction. Refuses to know: functions' names, and stacks.

use crate::module::{AcceptedModule, meter::listing::Listing, schedule::Schedule};
use std::{collections::BTreeMap, ops::Range};

/// One run of instructions that are charged together.
struct Run {
    function: u32,
    place: Range<u32>,
    cost: u64,
    /// Whether it ends with a call, or with an instruction that pays by its operand.
    calls: bool,
    is_priced: bool,
    /// How often all of it was paid for.
    whole: u64,
    /// What its last instruction paid by its operand.
    by_operand: u64,
    /// What the imports that its last instruction called have charged.
    imports: u64,
}

/// What one instruction came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InstructionTicks {
    /// The index of the function that it stands in.
    pub function: u32,
    /// Its name in the text format.
    pub opcode: &'static str,
    /// How often it was come to: executed, or too dear to be.
    pub executions: u64,
    /// Ticks charged for it, by its operands too.
    pub ticks: u64,
    /// What imports charged that it called.
    pub imports: u64,
}

/// All runs of one program, by the place where they begin.
#[derive(Default)]
pub struct Runs {
    runs: BTreeMap<u32, Run>,
    /// The instructions of the functions in which they stand.
    listings: BTreeMap<u32, Listing>,
    /// Instructions of runs that could not be paid for.
    short: BTreeMap<u32, (u64, u64)>,
}

impl Runs {
    /// Whether the run, which is about to be charged, ends with a call that will be made.
    pub fn will_call(
        &mut self,
        module: &AcceptedModule,
        schedule: &Schedule,
        (function, range): (u32, Range<u32>),
        left: u64,
    ) -> bool {
        let run = self.runs.entry(range.start).or_insert_with(|| {
            let listing = self.listings.entry(function);
            let listing = listing.or_insert_with(|| Listing::of(module, function, schedule));
            let listed = listing.within(range.clone());
            let last = listed.last().expect("a run has instructions");
            Run {
                function,
                place: range,
                cost: listed.iter().map(|it| it.cost).sum(),
                calls: last.calls,
                is_priced: last.is_priced,
                whole: 0,
                by_operand: 0,
                imports: 0,
            }
        });
        run.calls && run.cost <= left
    }

    /// Notes what was spent on a run that began with so much left.
    pub fn spent(&mut self, start: u32, left: u64, spent: u64) {
        let run = self.runs.get_mut(&start).expect("it was announced");
        if run.cost <= left {
            let by_operand = spent
                .checked_sub(run.cost)
                .expect("a run is paid as a whole");
            assert!(by_operand == 0 || run.is_priced, "only operands cost more");
            run.whole += 1;
            run.by_operand += by_operand;
            return;
        }
        assert_eq!(spent, left, "running short spends all that was left");
        let mut rest = left;
        for it in self.listings[&run.function].within(run.place.clone()) {
            let (executions, ticks) = self.short.entry(it.offset).or_default();
            *executions += 1;
            *ticks += it.cost.min(rest);
            if it.cost > rest {
                return;
            }
            rest -= it.cost;
        }
        unreachable!("a run that costs more than is left has an instruction that does");
    }

    /// Notes what an import charged that the run's last instruction called.
    pub fn import(&mut self, start: u32, ticks: u64) {
        let run = self.runs.get_mut(&start).expect("it was announced");
        run.imports += ticks;
    }

    /// Every instruction that was come to, by its place.
    pub fn instructions(&self) -> BTreeMap<u32, InstructionTicks> {
        let mut all = BTreeMap::new();
        for run in self.runs.values() {
            let listed = self.listings[&run.function].within(run.place.clone());
            for (at, it) in listed.iter().enumerate() {
                let is_last = at + 1 == listed.len();
                let short = self.short.get(&it.offset).copied().unwrap_or_default();
                let executions = run.whole + short.0;
                if executions == 0 {
                    continue;
                }
                let own = InstructionTicks {
                    function: run.function,
                    opcode: it.opcode,
                    executions,
                    ticks: run.whole * it.cost + short.1 + if is_last { run.by_operand } else { 0 },
                    imports: if is_last { run.imports } else { 0 },
                };
                let previous = all.insert(it.offset, own);
                assert!(previous.is_none(), "an instruction belongs to one run");
            }
        }
        all
    }
}
