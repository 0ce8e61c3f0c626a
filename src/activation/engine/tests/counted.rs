//! Random programs that count their own instructions, against the count of the meter.
//!
//! Enters: seeds. Leaves: a test that both counts agree. Refuses to know: where charges stand.
//!
//! A program is text in which `@` stands before every instruction that costs a tick. Without the
//! marks it is what is metered; with each mark replaced by instructions that add 1 to a global it
//! says how many there were until it ended or trapped.

use super::*;

const COUNT: &str = "global.get $count i32.const 1 i32.add global.set $count ";

/// A generator of numbers, the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % bound
    }
}

/// Local 0 is the argument and all computation, local 1 bounds the turns of loops.
fn statements(numbers: &mut Numbers, depth: u32, labels: u64) -> String {
    let count = numbers.below(5);
    (0..count)
        .map(|_| statement(numbers, depth, labels))
        .collect()
}

fn statement(numbers: &mut Numbers, depth: u32, labels: u64) -> String {
    let number = numbers.below(7) as i32 - 3;
    let label = numbers.below(labels);
    let kinds = if depth == 0 { 10 } else { 16 };
    match numbers.below(kinds) {
        0 => "@nop ".to_owned(),
        1 => format!("@local.get 0 @i32.const {number} @i32.add @local.set 0 "),
        2 => format!("@i32.const {number} @local.get 0 @i32.div_s @local.set 0 "),
        3 => format!("@local.get 0 @i32.const {number} @i32.rem_u @local.set 0 "),
        4 => "@local.get 0 @i32.load offset=65520 @local.set 0 ".to_owned(),
        5 => "@i32.const 8 @local.get 0 @i32.store8 @memory.size @drop ".to_owned(),
        6 => format!("@local.get 0 @i32.const {number} @i32.gt_s @br_if {label} "),
        7 => format!("@local.get 0 @br_table 0 {label} {label} 0 "),
        8 => "@local.get 0 @call $other @local.set 0 ".to_owned(),
        9 if numbers.below(4) > 0 => {
            format!("@i32.const {number} @local.get 0 @local.get 0 @i32.eqz @select @local.set 0 ")
        }
        9 => match numbers.below(3) {
            0 => format!("@br {label} @nop @nop "),
            1 => "@local.get 0 @return @nop ".to_owned(),
            _ => "@unreachable @nop ".to_owned(),
        },
        10 | 11 => format!("block {}end ", statements(numbers, depth - 1, labels + 1)),
        12 => format!(
            "@local.get 0 @if {}end ",
            statements(numbers, depth - 1, labels + 1)
        ),
        13 | 14 => format!(
            "@local.get 0 @i32.const {number} @i32.lt_s @if {}else {}end ",
            statements(numbers, depth - 1, labels + 1),
            statements(numbers, depth - 1, labels + 1)
        ),
        _ => format!(
            "block loop @local.get 1 @i32.eqz @br_if 1 @local.get 1 @i32.const 1 @i32.sub \
             @local.set 1 {}end end ",
            statements(numbers, depth - 1, labels + 2)
        ),
    }
}

/// A program, with its marks. The outermost block is what branches to label 0 leave.
fn program(numbers: &mut Numbers) -> String {
    let body = |numbers: &mut Numbers| {
        let inside: String = (0..3).map(|_| statements(numbers, 3, 1)).collect();
        format!("@i32.const 12 @local.set 1 block {inside}end")
    };
    let other = body(numbers).replace("@call $other", "@i32.clz");
    let main = body(numbers);
    format!(
        r#"(module (memory 1) (global $count (mut i32) (i32.const 0))
             (func $other (param i32) (result i32) (local i32) {other} @local.get 0)
             (func (export "onMessage") (param i32) (result i32) (local i32)
               {main} @local.get 0))"#
    )
}

#[test]
fn the_meter_counts_as_the_program_does() {
    let mut numbers = Numbers(2);
    let mut trapped = 0;
    let mut longest = 0;
    for _ in 0..400 {
        let marked = program(&mut numbers);
        let plain = prepared(&marked.replace('@', ""));
        let counting = prepared(&marked.replace('@', COUNT));
        for argument in [0, 1, -7] {
            let mut counter = Vm::instantiate(&counting, Recorder::default(), PLENTY)
                .unwrap_or_else(|broken| panic!("{broken:?}"));
            let outcome = counter.call_entry(Entry::Message, argument);
            let count = counter.image(&Image::default()).globals[0].bits;
            assert_eq!(run(&plain, argument, PLENTY), (outcome, count), "{marked}");
            assert_eq!(run(&plain, argument, count), (outcome, count), "{marked}");
            for less in [1, 2, 5].into_iter().filter(|less| *less <= count) {
                let starved = (Err(Fault::OutOfTicks), count - less);
                assert_eq!(run(&plain, argument, count - less), starved, "{marked}");
            }
            trapped += u32::from(outcome.is_err());
            longest = longest.max(count);
        }
    }
    // The programs are worth the trouble: some trap, some do not, some run long.
    assert!((100..1_100).contains(&trapped), "{trapped}");
    assert!(longest > 500, "{longest}");
}
