//! Programs written by hand: each for one thing that a meter gets wrong easily.
//!
//! Enters: nothing. Leaves: subjects, each with every argument that matters. Refuses to know:
//! what the right count is; that is the counter's to say.

use super::compare::Subject;
use super::sources;
use super::story::Call;
use primea::module::Entry;

/// What stands in the module beside the entry, and the body of `onMessage (i32) -> i32`.
struct ByHand {
    rest: &'static str,
    body: &'static str,
}

const fn body(body: &'static str) -> ByHand {
    ByHand { rest: "", body }
}

const fn with(rest: &'static str, body: &'static str) -> ByHand {
    ByHand { rest, body }
}

const ARGUMENTS: [i32; 7] = [0, 1, 2, 3, 7, 65_533, -1];

/// How many subjects there are: each program under each schedule.
pub const COUNT: u64 = SCHEDULES * PROGRAMS.len() as u64;
const SCHEDULES: u64 = 3;

pub fn subject(seed: u64) -> Option<Subject> {
    let program = PROGRAMS.get((seed / SCHEDULES) as usize)?;
    let ByHand { rest, body } = program;
    let text = format!(
        r#"(module {rest} (func $main (export "onMessage") (param i32) (result i32)
             (local $a i32) (local $b i32) (local $c i64) {body}))"#
    );
    let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let calls = ARGUMENTS.map(|argument| Call::Entry(Entry::Message, argument));
    Some(sources::subject(&wasm, schedule_seed(seed), calls.to_vec()))
}

/// A seed that has the schedule which is meant.
fn schedule_seed(seed: u64) -> u64 {
    8 * seed + [0, 3, 7][(seed % SCHEDULES) as usize]
}

const IMPORTS: &str = r#"
    (import "env" "isValidRef" (func $ask (param i32) (result i32)))
    (import "env" "deleteRef" (func $tell (param i32)))
    (memory (export "memory") 1)"#;

const CALLED: &str = r#"
    (type $t (func (param i32) (result i32)))
    (table 6 funcref) (elem (i32.const 0) $f $g $h $main)
    (func $f (param i32) (result i32) local.get 0 i32.const 2 i32.mul)
    (func $g (param i32) (result i32) local.get 0 if (result i32) i32.const 5 else
      i32.const 1 i32.const 0 i32.div_u end)
    (func $h nop)"#;

const PROGRAMS: [ByHand; 44] = [
    body("local.get 0"),
    body("local.get 0 return nop nop"),
    // Loops left in the middle, from several places.
    body(
        "(block (loop local.get $a i32.const 1 i32.add local.tee $a i32.const 9 i32.eq br_if 1
          nop local.get $a local.get 0 i32.gt_u br_if 1 nop nop br 0)) local.get $a",
    ),
    body(
        "(loop $o (local.set $b (i32.const 0)) (loop $i
          (local.set $b (i32.add (local.get $b) (i32.const 1)))
          (br_if $i (i32.lt_u (local.get $b) (i32.const 4))))
          (local.set $a (i32.add (local.get $a) (i32.const 1)))
          (br_if $o (i32.lt_u (local.get $a) (i32.const 5)))) local.get $b",
    ),
    // The inner loop goes on with the outer one.
    body(
        "(block $x (loop $o local.get $a i32.const 1 i32.add local.tee $a i32.const 6 i32.gt_u
          br_if $x (loop $i local.get $b i32.const 1 i32.add local.tee $b i32.const 3 i32.and
          br_if $i local.get $b local.get 0 i32.and br_if $o nop) nop br $o)) local.get $b",
    ),
    // A loop that nobody goes round, and one whose end is not reached.
    body("(loop nop nop) (loop local.get 0 return) nop local.get 0"),
    body(
        "(loop (loop (loop local.get $a i32.const 1 i32.add local.tee $a i32.const 5 i32.lt_u
          br_if 2))) local.get $a",
    ),
    body("(loop br 0) local.get 0"),
    body("(loop nop local.get 0 br_if 0) local.get 0"),
    // Diamonds, one after the other and one in the other.
    body(
        "(if (local.get 0) (then nop) (else nop nop)) (if (local.get 0) (then nop nop nop))
          (if (i32.and (local.get 0) (i32.const 1)) (then) (else nop nop)) local.get 0",
    ),
    body(
        "(if (local.get 0) (then (if (i32.and (local.get 0) (i32.const 2)) (then nop) (else nop
          nop nop)) nop) (else (if (local.get $a) (then nop)) nop nop)) local.get 0",
    ),
    body(
        "(if (result i32) (local.get 0) (then (i32.const 1) (br_if 0 (local.get 0)) drop
          i32.const 2 nop) (else i32.const 5 br 0))",
    ),
    body(
        "(if (local.get 0) (then (if (i32.eq (local.get 0) (i32.const 2)) (then (br 1)))
          nop nop nop) (else local.get 0 return)) local.get 0",
    ),
    // Branches out of several blocks at once.
    body(
        "(block (block (block (block local.get 0 br_table 0 1 2 3) nop) nop nop local.get 0
          br_if 1) nop nop nop) local.get 0",
    ),
    body(
        "(block (loop (block (block local.get 0 local.get $a i32.add br_table 0 1 2 0 3)
          nop br 1) nop local.get $a i32.const 1 i32.add local.tee $a i32.const 4 i32.lt_u br_if 0)
          nop) local.get $a",
    ),
    body("local.get 0 local.get 0 br_table 0 0 0"),
    body("(block (result i32) local.get 0 i32.const 1 br_table 0 0 nop nop) nop"),
    body("(block (block (block (block br 2) nop) nop) nop br 0 nop) (block nop) local.get 0"),
    // Dead code of every kind.
    body(
        "(block br 0 (block nop) (loop nop br 0) (if (i32.const 1) (then nop) (else nop))
          i32.const 1 i32.const 0 i32.div_u drop) local.get 0",
    ),
    body(
        "(block (loop br 1) nop) (block (if (i32.const 1) (then br 1) (else br 1)) nop nop)
          local.get 0",
    ),
    body("(if (result i32) (local.get 0) (then unreachable nop) (else i32.const 3))"),
    // Conditions, divisors and addresses that are known beforehand.
    body(
        "(if (i32.const 0) (then nop nop)) (if (i32.const 1) (then nop) (else nop nop nop))
          (block i32.const 1 br_if 0 nop) (block i32.const 0 br_if 0 nop) local.get 0",
    ),
    with(
        "(global $zero i32 (i32.const 0)) (global $one i32 (i32.const 1))",
        "(block global.get $one br_if 0 nop nop) (if (global.get $zero) (then nop) (else nop nop))
          (loop global.get $zero br_if 0 nop) local.get 0 global.get $one i32.div_s nop",
    ),
    with(
        "(global $zero i32 (i32.const 0))",
        "(if (local.get 0) (then nop local.get 0 global.get $zero i32.rem_u drop nop))
          i32.const 5 i32.const 5 i32.sub if nop nop end local.get 0",
    ),
    body(
        "i32.const 1 local.tee $a if nop end (block i32.const 0 local.tee $b br_if 0 nop)
          (block local.get $a br_if 0 nop nop) local.get 0 local.get $b i32.div_u",
    ),
    body(
        "i32.const -2147483648 i32.const -1 i32.rem_s drop local.get 0 i32.const 3 i32.gt_s if
          i32.const -2147483648 i32.const -1 i32.div_s drop nop end local.get 0",
    ),
    body(
        "(block (block i32.const 1 br_table 0 1 0) nop nop) (block i32.const 7 br_table 0 0)
          i32.const 1 i32.const 2 i32.const 0 select",
    ),
    with(
        "(memory 1)",
        "i32.const 65532 i32.load drop local.get 0 i32.const 7 i32.eq if nop
          i32.const 65533 i32.load drop nop end local.get 0 i32.load offset=2",
    ),
    with(
        "(memory 1)",
        "i32.const 8 local.get 0 i32.store nop i32.const 8 i32.load8_u nop
          local.get 0 i32.const 1 i32.store16 offset=65530",
    ),
    body(
        "f32.const nan i32.trunc_sat_f32_s drop nop local.get 0 i32.eqz if nop
          f32.const 1e10 i32.trunc_f32_s drop nop end f64.const -0.5 i32.trunc_f64_u",
    ),
    body(
        "i32.const 3 i32.const 7 local.get 0 i32.const 2 i32.lt_u select nop
          local.get 0 i64.extend_i32_u i64.const 3 i64.rem_u local.set $c",
    ),
    // Parameters and results. Without a second arm, what goes in comes out, at no price.
    body("local.get 0 local.get 0 if (param i32) (result i32) end"),
    body("i32.const 9 local.get 0 if (param i32) (result i32) i32.const 1 i32.add return end nop"),
    body(
        "(loop i32.const 9 local.get 0 if (param i32) (result i32) nop local.get $a br_if 1 end
          drop local.get $a i32.const 1 i32.add local.tee $a i32.const 3 i32.lt_u br_if 0)
          local.get $a",
    ),
    body(
        "local.get 0 i32.const 3 (block (param i32 i32) (result i32 i32) (if (param i32 i32)
          (result i32 i32) (local.get 0) (then i32.const 1 i32.add) (else local.get 0 br_if 0
          nop))) i32.mul",
    ),
    body(
        "local.get 0 i32.const 0 (loop (param i32 i32) (result i32) i32.const 1 i32.add
          local.tee $a local.get $a i32.const 4 i32.lt_u br_if 0 i32.add)",
    ),
    // Calls of every kind, and recursion, down to the deepest.
    with(
        CALLED,
        "local.get 0 call $f nop local.get 0 i32.const 2 i32.lt_u if call $h end call $g",
    ),
    with(
        CALLED,
        "local.get 0 local.get 0 call_indirect (type $t) nop",
    ),
    with(
        "",
        "local.get 0 i32.eqz if i32.const 1 return end local.get 0 i32.const 7 i32.gt_u if
          i32.const 0 call $main drop nop end local.get 0 i32.const 1 i32.sub i32.const 7 i32.and
          call $main i32.const 1 i32.add",
    ),
    with(
        "(func $down (param i32) (result i32) local.get 0 if (result i32) local.get 0 i32.const 1
          i32.sub call $down nop else i32.const 3 end)",
        "local.get 0 i32.const 2047 i32.and call $down",
    ),
    // Imports: in loops, at the border of blocks, through the table, and in between.
    with(
        IMPORTS,
        "(loop local.get $a call $tell nop local.get $a i32.const 1 i32.add local.tee $a
          i32.const 5 i32.lt_u br_if 0) local.get 0 if nop local.get 0 call $tell end
          local.get 0 call $ask nop",
    ),
    with(
        IMPORTS,
        "nop (block local.get 0 call $ask br_if 0 nop local.get 0 call $ask
          (if (then nop local.get 0 call $tell)) local.get 0 call $tell) local.get 0 call $ask",
    ),
    // Instructions that pay by operand.
    with(
        "(memory 1 5) (data $d \"abcdef\")",
        "local.get 0 memory.grow drop nop i32.const 1
          memory.grow drop i32.const 3 i32.const 9 local.get 0 memory.fill i32.const 90 i32.const 3
          i32.const 70 memory.copy i32.const 1 i32.const 2 local.get 0 memory.init $d data.drop $d
          nop i32.const 1 i32.load",
    ),
    with(
        "(table $t 4 9 funcref) (elem $e func $main $main)",
        "ref.func $main local.get 0
          table.grow $t drop i32.const 1 ref.null func i32.const 3 table.fill $t i32.const 0
          i32.const 0 local.get 0 table.init $t $e elem.drop $e nop i32.const 2 i32.const 0
          i32.const 2 table.copy $t $t table.size $t local.get 0 table.get $t ref.is_null i32.add",
    ),
];
