//! What guests do between imports: loops, calls, arithmetic, memory, tables; and how they trap.
//!
//! Enters: a guest that is being written. Leaves: lines of its next function. Refuses to know: imports.

use super::guest::Guest;

/// Helper functions, by their names.
const HELPERS: [(&str, &str); 3] = [
    ("$deep", "  (func $deep (call $deep))\n"),
    (
        "$sum",
        "  (func $sum (param $n i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n))
      (then (i32.const 0))
      (else (i32.add (local.get $n) (call $sum (i32.sub (local.get $n) (i32.const 1)))))))\n",
    ),
    (
        "$sort",
        "  (func $sort (param $case i32) (result i64)
    (block $two (block $one (block $zero
      (br_table $zero $one $two (local.get $case)))
      (return (i64.const -1)))
      (return (i64.extend_i32_s (local.get $case))))
    (i64.rotl (i64.const 0x123456789abcdef) (i64.extend_i32_u (local.get $case))))\n",
    ),
];

/// The text of a helper.
pub fn helper(name: &str) -> &'static str {
    let found = HELPERS.iter().find(|(one, _)| *one == name);
    found.expect("there is such a helper").1
}

/// Some computing.
pub fn lines(guest: &mut Guest<'_>) -> Vec<String> {
    let number = guest.chance.below(200) + 1;
    let turn = guest.turn();
    let lines: &[String] = &match guest.chance.below(14) {
        0 | 1 => vec![
            format!("(i32.store (i32.const 512) (i32.const {number}))"),
            "(loop $again (i32.store (i32.const 512) (i32.sub (i32.load (i32.const 512)) (i32.const 1))) \
             (br_if $again (i32.load (i32.const 512))))"
                .to_owned(),
        ],
        2 | 3 => vec![format!("(global.set $turn (i32.add {turn} (i32.const 1)))")],
        4 => vec![format!("(global.set $turn (i32.rotl (i32.mul {turn} (i32.const {number})) (i32.const 5)))")],
        5 => vec![
            "(f64.store (i32.const 520) (f64.sqrt (f64.sub (f64.load (i32.const 520)) (f64.const 1.5))))".to_owned(),
        ],
        6 => vec![format!("(i64.store (i32.const 528) (i64.mul (i64.load (i32.const 528)) (i64.extend_i32_s {turn})))")],
        7 => vec![format!("(global.set $turn (i32.add {turn} (memory.grow (i32.const 1))))")],
        8 => vec![format!("(memory.fill (i32.const 540) {turn} (i32.const {number}))")],
        9 => vec![format!("(memory.copy (i32.const 600) (i32.const 3) (i32.const {number}))")],
        10 => vec![format!("(global.set $turn (i32.add {turn} (table.grow $callbacks (ref.null func) (i32.const 1))))")],
        11 => {
            guest.helpers.insert("$sum");
            vec![format!("(global.set $turn (i32.add {turn} (call $sum (i32.const {}))))", number % 40)]
        }
        12 => {
            guest.helpers.insert("$sort");
            vec![format!("(i64.store (i32.const 8) (call $sort (i32.and {turn} (i32.const 3))))")]
        }
        _ => vec![format!("(i32.store (i32.const 4) (select (i32.const 1) {turn} (i32.gt_s {turn} (i32.const {number}))))")],
    };
    lines.to_vec()
}

/// A trap of some kind, most of the time only in some turn.
pub fn trap(guest: &mut Guest<'_>) -> Vec<String> {
    let trap = match guest.chance.below(12) {
        0 => "(unreachable)",
        1 => "(drop (i32.load (i32.const 0x7fff0000)))",
        2 => "(i64.store offset=65529 (i32.const 65536) (i64.const 1))",
        3 => "(drop (table.get $callbacks (i32.const 99)))",
        4 => "(call_indirect $callbacks (i32.const 4))",
        5 => "(call_indirect $callbacks (param f64) (f64.const 0) (i32.const 0))",
        6 => "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
        7 => "(drop (i64.rem_u (i64.const 7) (i64.const 0)))",
        8 => "(drop (i32.trunc_f32_s (f32.const nan)))",
        9 => "(drop (i64.trunc_f64_u (f64.const 1e30)))",
        10 => {
            guest.helpers.insert("$deep");
            "(call $deep)"
        }
        _ => "(loop $ever (br $ever))",
    };
    if guest.chance.one_in(5) {
        return vec![trap.to_owned()];
    }
    let turn = guest.turn();
    let case = 1 + guest.chance.below(3);
    vec![format!(
        "(if (i32.eq (i32.and {turn} (i32.const 3)) (i32.const {case})) (then {trap}))"
    )]
}
