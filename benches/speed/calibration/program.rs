//! The time and ticks of pieces of code, in a loop.
//!
//! Enters: a piece in the text format. Leaves: a line. Refuses to know: what the piece does.

use super::table::Line;
use crate::measure::{Way, least, timed};
use crate::passes::{USUAL, accepted, idle_vm, prepared, run};
use primea::{activation::engine::Prepared, interface::table::Dialect};
use std::cell::Cell;
use std::time::Duration;

const ROUNDS: usize = 15;
/// How long a program runs about: long enough for the clock, short enough to be left alone.
const WANTED: Duration = Duration::from_micros(800);
/// How often a piece stands in a turn of the loop: often enough that the loop hardly counts.
const REPEATS: usize = 32;

/// The locals that every program has: numbers that chains of operations neither wear out nor make
/// trivial. `$p` is an address; the `d`s are divisors that make quotients long.
const LOCALS: &str = "
    (local $p i32) (local $zero i32) (local $one i32) (local $f funcref)
    (local $i32 i32) (local $i32b i32) (local $i64 i64) (local $i64b i64)
    (local $f32 f32) (local $f32b f32) (local $f64 f64) (local $f64b f64)
    (local $i32d i32) (local $i64d i64)
    (local.set $i32d (i32.const 1)) (local.set $i64d (i64.const 1))
    (local.set $one (i32.const 1)) (local.set $p (i32.const 64))
    (local.set $i32 (i32.const 0x7ffffff5)) (local.set $i32b (i32.const 0x7ffffff9))
    (local.set $i64 (i64.const 0x7ffffffffffffff5)) (local.set $i64b (i64.const 0x7ffffffffffffff9))
    (local.set $f32 (f32.const 12345.678)) (local.set $f32b (f32.const 1.0000001))
    (local.set $f64 (f64.const 123456789.012)) (local.set $f64b (f64.const 1.000000001))";

/// A piece of code that is measured.
pub struct Piece {
    pub name: String,
    /// Definitions that it needs.
    pub definitions: String,
    /// What stands once before and behind the pieces of a turn.
    pub before: String,
    pub piece: String,
    pub after: String,
    /// How often it can be done in one instance, if not any number of times.
    pub at_most: Option<u32>,
}

impl Piece {
    pub fn new(name: impl Into<String>, piece: impl Into<String>) -> Piece {
        Piece {
            name: name.into(),
            definitions: String::new(),
            before: String::new(),
            piece: piece.into(),
            after: String::new(),
            at_most: None,
        }
    }

    pub fn with(mut self, definitions: impl Into<String>) -> Piece {
        self.definitions = definitions.into();
        self
    }

    /// Pieces that take a value on the stack and leave one there.
    pub fn chained(mut self, before: impl Into<String>, after: impl Into<String>) -> Piece {
        (self.before, self.after) = (before.into(), after.into());
        self
    }

    pub fn at_most(mut self, times: u32) -> Piece {
        self.at_most = Some(times);
        self
    }

    /// The program that has the piece so often in a turn.
    fn program(&self, repeats: usize) -> Prepared {
        let Piece {
            definitions,
            before,
            after,
            ..
        } = self;
        let pieces = format!("{}\n", self.piece).repeat(repeats);
        let wat = format!(
            "(module {definitions} (func (export \"run\") (param $n i32) (result i32) {LOCALS}
                (loop $l {before} {pieces} {after}
                    (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $n)))"
        );
        let bytes = wat::parse_str(&wat).unwrap_or_else(|why| panic!("{}: {why}", self.name));
        prepared(&accepted(&bytes, Dialect::Capabilities), USUAL)
    }

    /// What the piece takes, less what the loop without it takes.
    pub fn measured(&self) -> Line {
        let repeats = if self.at_most.is_some() { 1 } else { REPEATS };
        let programs = [repeats, 0].map(|repeats| self.program(repeats));
        let once = |program: &Prepared, turns: u32| {
            let mut vm = idle_vm(program);
            timed(|| run(&mut vm, turns).1)
        };
        let mut turns = self.at_most.unwrap_or(1);
        while self.at_most.is_none() && once(&programs[0], turns).0 < WANTED {
            turns *= 2;
        }
        let ticks = [Cell::new(0), Cell::new(0)];
        let mut ways: Vec<Way<'_>> = Vec::new();
        for (program, ticks) in programs.iter().zip(&ticks) {
            ways.push(Box::new(move || {
                let (time, spent) = once(program, turns);
                ticks.set(spent);
                time
            }));
        }
        let times = least(ROUNDS, &mut ways);
        drop(ways);
        let pieces = f64::from(turns) * repeats as f64;
        Line {
            name: self.name.clone(),
            nanoseconds: (times[0].as_secs_f64() - times[1].as_secs_f64()) * 1e9 / pieces,
            ticks: (ticks[0].get() - ticks[1].get()) as f64 / pieces,
        }
    }
}
