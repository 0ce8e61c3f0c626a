//! A second counter of ticks: an interpreter that pays for each instruction before it executes it.
//!
//! Enters: a module as it was given, a schedule, a host and a tank. Leaves: results or a fault,
//! what is left in the tank, and the state. Refuses to know: rewritten modules, wasmi, and how
//! charges can be put together. It follows TICK-1 to TICK-6 and TICK-17 as `docs/spec.md` has them, with one
//! match and one charge for each instruction, and is meant to be too plain to be wrong.
//!
//! Rules tested here: TICK-1, TICK-2, TICK-3, TICK-4, TICK-5, TICK-17, RUN-10, LIM-8, MOD-3, MOD-8.

mod control;
mod conversions;
mod decode;
mod floats;
mod integers;
mod memory;
mod tables;

pub use decode::{Decoded, decode};

use primea::activation::engine::{Guest, Host};
use primea::fault::Fault;
use primea::module::schedule::Schedule;

/// Why execution stopped before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    Fault(Fault),
    /// An instruction that this interpreter does not know.
    Unknown(String),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

/// One instance of a module under execution.
///
/// Every value is 64 bits: an i32 or f32 in the low 32, a reference as its function's index plus
/// 1, null as 0.
pub struct Counter<'a, H> {
    module: &'a Decoded<'a>,
    schedule: &'a Schedule,
    pub host: H,
    pub ticks: u64,
    pub memory: Vec<u8>,
    pub globals: Vec<u64>,
    pub tables: Vec<Vec<u64>>,
    pub dropped_data: Vec<bool>,
    pub dropped_elements: Vec<bool>,
    stack: Vec<u64>,
}

impl<'a, H: Host> Counter<'a, H> {
    /// An instance with its active segments applied (RUN-1). Nothing of that costs ticks here.
    pub fn new(
        module: &'a Decoded<'a>,
        schedule: &'a Schedule,
        host: H,
        ticks: u64,
    ) -> (Counter<'a, H>, Result<(), Stop>) {
        let table = |table: &decode::Bounds| vec![0; table.minimum];
        let mut counter = Counter {
            module,
            schedule,
            host,
            ticks,
            memory: vec![0; module.memory.map_or(0, |it| it.minimum << 16)],
            globals: Vec::new(),
            tables: module.tables.iter().map(table).collect(),
            dropped_data: vec![false; module.data.len()],
            dropped_elements: vec![false; module.elements.len()],
            stack: Vec::new(),
        };
        for global in &module.globals {
            let value = decode::constant(&global.initial, &counter.globals);
            counter.globals.push(value);
        }
        let made = counter.apply_segments();
        (counter, made)
    }

    fn apply_segments(&mut self) -> Result<(), Stop> {
        for (index, element) in self.module.elements.iter().enumerate() {
            if let Some((table, offset)) = &element.active {
                let offset = decode::constant(offset, &self.globals);
                let items = element.items.len() as u64;
                self.table_init(index, *table, [offset, 0, items])?;
            }
            self.dropped_elements[index] = !element.is_passive;
        }
        for (index, data) in self.module.data.iter().enumerate() {
            if let Some(offset) = &data.active {
                let offset = decode::constant(offset, &self.globals);
                self.memory_init(index, [offset, 0, data.bytes.len() as u64])?;
                self.dropped_data[index] = true;
            }
        }
        Ok(())
    }

    /// Calls a function of the module from outside, and gives its results.
    pub fn call(&mut self, function: u32, arguments: &[u64]) -> Result<Vec<u64>, Stop> {
        self.stack = arguments.to_vec();
        self.execute(function)?;
        Ok(std::mem::take(&mut self.stack))
    }

    /// Pays before what is paid for happens; with too little, all that is left is spent.
    fn charge(&mut self, price: u64) -> Result<(), Stop> {
        match self.ticks.checked_sub(price) {
            Some(left) => {
                self.ticks = left;
                Ok(())
            }
            None => {
                self.ticks = 0;
                Err(Stop::Fault(Fault::OutOfTicks))
            }
        }
    }

    /// Hands an import call to the host.
    fn import(&mut self, function: u32) -> Result<(), Stop> {
        let (row, ty) = self.module.imports[function as usize];
        let ty = &self.module.types[ty as usize];
        let arguments = self.stack.split_off(self.stack.len() - ty.params().len());
        let arguments: Vec<i32> = arguments.iter().map(|it| *it as u32 as i32).collect();
        let guest = Guest {
            pages: (self.memory.len() >> 16) as u32,
            memory: match self.module.memory_is_exported {
                true => &mut self.memory,
                false => &mut [],
            },
            ticks: &mut self.ticks,
        };
        let answer = self.host.import(row, &arguments, guest)?;
        if !ty.results().is_empty() {
            self.stack.push(u64::from(answer as u32));
        }
        Ok(())
    }

    fn pop(&mut self) -> u64 {
        self.stack.pop().expect("validated")
    }

    fn pop_i32(&mut self) -> u32 {
        self.pop() as u32
    }

    fn push_i32(&mut self, value: u32) {
        self.stack.push(u64::from(value));
    }

    /// The three operands of a bulk instruction, in the order in which they were pushed.
    fn pop_three(&mut self) -> [u64; 3] {
        let third = u64::from(self.pop_i32());
        let second = self.pop();
        [u64::from(self.pop_i32()), second, third]
    }
}
