//! Profiles of small guests, against what was worked out by hand; and differences of accounts.
//!
//! Enters: guests in text, and sums. Leaves: tests that every tick stands where it belongs. Refuses
//! to know: how an account is laid out.

use super::{
    account::{Account, Parts},
    diff::{Difference, Move, Tolerance},
    functions::folded,
    guest::{Ask, Finished},
};
use crate::{
    interface::table::Dialect,
    module::schedule::{FunctionCosts, PLAIN, Rate, Schedule},
};

/// `countdown(n)` calls itself n times; `twice` calls it two times, and an import between.
const GUEST: &str = r#"(module (import "env" "mintCap" (func $mint (result i32)))
    (func $countdown (export "countdown") (param i32)
      (if (local.get 0) (then (call $countdown (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "twice") (param i32)
      (call $countdown (local.get 0)) (drop (call $mint)) (call $countdown (local.get 0)))
    (func (export "spin") (loop (br 0)))
    (func (export "onMessage") (param i32) (call $countdown (i32.const 2))))"#;

fn finished(ask: &Ask, ticks: u64) -> Finished {
    let bytes = wat::parse_str(GUEST).expect("the text is right");
    Finished::of_module(bytes, Dialect::Capabilities, PLAIN, ask, ticks).expect("it can be called")
}

fn call(export: &str, arguments: &[&str]) -> Ask {
    Ask::Call {
        export: export.to_owned(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
    }
}

fn account(ask: &Ask, ticks: u64) -> Account {
    finished(ask, ticks).account(true).expect("few stacks")
}

#[test]
fn functions_have_what_they_spend_and_what_they_cause() {
    let account = account(&call("twice", &["2"]), 1_000_000);
    let rows = account.functions.iter().map(|row| {
        let numbers = [row.calls, row.own, row.total];
        (row.name.as_str(), row.index, numbers)
    });
    // A countdown of n costs 6 n + 2.
    let expected = [
        ("countdown", Some(1), [6, 28, 28]),
        ("twice", Some(2), [1, 6, 134]),
        ("import mintCap", None, [1, 100, 100]),
    ];
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    let Parts {
        instructions,
        imports,
        ..
    } = account.parts;
    assert_eq!((instructions, imports), (34, 100));
    let stacks = finished(&call("twice", &["2"]), 1_000_000).stacks();
    let expected = "guest;call;(opening) 1009\n\
        guest;call;twice 6\n\
        guest;call;twice;countdown 12\n\
        guest;call;twice;countdown;countdown 12\n\
        guest;call;twice;countdown;countdown;countdown 4\n\
        guest;call;twice;import mintCap 100\n";
    assert_eq!(folded(&stacks), expected);
}

#[test]
fn running_short_spends_all_at_the_last_instruction() {
    let opening = account(&call("spin", &[]), 1_000_000).parts.opening;
    let account = account(&call("spin", &[]), opening + 3);
    assert_eq!(account.spent, opening + 3);
    assert_eq!(account.activations[0].outcome, "OutOfTicks");
    let rows = account.instructions.expect("they were asked for");
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.opcode.as_str(), row.executions, row.ticks))
        .collect();
    assert_eq!(rows, [("loop", 4, 0), ("br", 4, 3)]);
}

/// Rules tested here: TICK-17.
#[test]
fn what_locals_cost_belongs_to_the_function_that_is_entered() {
    // Begins with a loop: there is no instruction before the first run.
    let guest = r#"(module
        (func $two (param i32) (local i32 i64) (loop (br_if 0 (i32.const 0))))
        (func (export "main") (local i32) nop (call $two (i32.const 0)) (call $two (i32.const 0))))"#;
    let schedule = Schedule {
        functions: FunctionCosts {
            locals: Rate::per(10, 1),
        },
        ..PLAIN
    };
    let account = |ticks| {
        let bytes = wat::parse_str(guest).expect("the text is right");
        let ask = call("main", &[]);
        let dialect = Dialect::Capabilities;
        let finished = Finished::of_module(bytes, dialect, schedule.clone(), &ask, ticks);
        let account = finished.expect("it can be called").account(true);
        account.expect("few stacks")
    };
    // 2 functions and 1 export; main: 10, nop, i32.const, call, i32.const, call; two: 20 and 2.
    let opening = 1003;
    let whole = account(opening + 10 + 5 + 2 * 22);
    assert_eq!((whole.spent, whole.parts.locals), (1062, 50));
    assert_eq!(whole.activations[0].outcome, "ok");
    let rows = whole.functions.iter().map(|row| (row.calls, row.own));
    assert_eq!(rows.collect::<Vec<_>>(), [(2, 44), (1, 15)]);
    // Short in the second entry of `two`: what was left goes there.
    let short = account(opening + 10 + 5 + 22 + 19);
    assert_eq!(short.activations[0].outcome, "OutOfTicks");
    assert_eq!((short.parts.locals, short.parts.instructions), (49, 7));
    let rows = short.functions.iter().map(|row| (row.calls, row.own));
    assert_eq!(rows.collect::<Vec<_>>(), [(2, 41), (1, 15)]);
}

#[test]
fn a_message_is_accounted_for_without_the_creation_before_it() {
    let message = account(&Ask::Message(b"x".to_vec()), 100_000);
    assert_eq!(message.activations.len(), 1);
    assert_eq!((message.parts.code, message.parts.instructions), (0, 16));
    let creation = account(&Ask::Creation, 100_000);
    assert_eq!(creation.activations.len(), 1);
    assert_eq!(creation.spent, creation.parts.code);
}

#[test]
fn an_actor_that_binds_no_port_cannot_be_reached() {
    let bytes = wat::parse_str("(module (func (export \"onMessage\")))").expect("right");
    let ask = Ask::Message(Vec::new());
    let refused = Finished::of_module(bytes, Dialect::PortsCamel, PLAIN, &ask, 1_000);
    let why = refused.err().expect("nothing is handled");
    assert!(
        why.starts_with("expected the actor to bind the port"),
        "{why}"
    );
    let binds = r#"(module (import "env" "bindPort" (func $bind (param i32 i32 i32)))
        (import "env" "loadMessagePortRef" (func $load (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "onCreation") (param i32)
          (call $bind (i32.const 0) (i32.const 0) (call $load (local.get 0) (i32.const 0))))
        (func (export "onMessage") nop))"#;
    let bytes = wat::parse_str(binds).expect("right");
    let reached = Finished::of_module(bytes, Dialect::PortsCamel, PLAIN, &ask, 10_000);
    let account = reached
        .expect("it is handled")
        .account(false)
        .expect("few stacks");
    assert_eq!(account.parts.instructions, 1);
}

#[test]
fn calls_that_cannot_be_made_are_refused_in_words() {
    let bytes = wat::parse_str(GUEST).expect("the text is right");
    for (ask, said) in [
        (
            call("none", &[]),
            "expected an exported function `none`, found countdown, onMessage, spin, twice",
        ),
        (
            call("twice", &[]),
            "expected 1 arguments for `twice`, found 0",
        ),
        (
            call("twice", &["x"]),
            "argument 1 of `twice`: expected an i32, found `x`",
        ),
        (
            call("twice", &["4294967296"]),
            "argument 1 of `twice`: expected an i32",
        ),
    ] {
        let refused =
            Finished::of_module(bytes.clone(), Dialect::Capabilities, PLAIN, &ask, 1_000_000);
        let why = refused.err().expect("it cannot be made");
        assert!(why.starts_with(said), "{why}");
    }
    let exports_an_import = r#"(module (import "env" "mintCap" (func $mint (result i32))) (export "mint" (func $mint)))"#;
    let bytes = wat::parse_str(exports_an_import).expect("right");
    let refused = Finished::of_module(
        bytes,
        Dialect::Capabilities,
        PLAIN,
        &call("mint", &[]),
        1_000_000,
    );
    assert!(
        refused
            .err()
            .expect("an import")
            .contains("found an import")
    );
}

#[test]
fn a_tolerance_is_ticks_or_a_share() {
    let read = |text: &str| text.parse::<Tolerance>();
    assert_eq!(read("100"), Ok(Tolerance::Ticks(100)));
    assert_eq!(read("2%"), Ok(Tolerance::Share(20_000)));
    assert_eq!(read("0.05%"), Ok(Tolerance::Share(500)));
    for wrong in [
        "",
        "%",
        "-1",
        "1.5",
        "1.23456%",
        "1.%",
        "x%",
        "99999999999999999999",
    ] {
        let why = read(wrong).expect_err("it is wrong");
        assert!(why.ends_with(&format!("found `{wrong}`")), "{why}");
    }
    let shown = ["100", "2%", "0.05%"].map(|text| read(text).expect("right").to_string());
    assert_eq!(shown, ["100 ticks", "2 %", "0.05 %"]);
}

#[test]
fn what_moved_is_told_and_held_to_the_tolerance() {
    let old = account(&call("twice", &["2"]), 1_000_000);
    let same = Difference::between(&old, &old).expect("of one kind");
    assert!(same.is_allowed(Tolerance::Ticks(0), true));
    let new = account(&call("countdown", &["5"]), 1_000_000);
    let moved = Difference::between(&old, &new).expect("of one kind");
    let key = |name: &str| ("guest".to_owned(), name.to_owned());
    let ends = |old, new| Move { old, new };
    assert_eq!(moved.functions[&key("twice")], ends(Some(6), None));
    assert_eq!(moved.functions[&key("countdown")], ends(Some(28), Some(32)));
    // The total falls from 1143 to 1041, by 8.9 %.
    assert_eq!(moved.total, ends(Some(1143), Some(1041)));
    let allowed =
        |text: &str, per_function| moved.is_allowed(text.parse().expect("right"), per_function);
    assert!(!allowed("101", false) && allowed("102", false) && allowed("102", true));
    assert!(!allowed("8.9%", false) && allowed("9%", false) && !allowed("9%", true));
    let text = moved.print();
    for line in [
        "ticks  1143  1041    -102  -8.92 %",
        "guest: countdown        28   32      +4  +14.28 %",
        "guest: twice             6    -      -6  removed",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let entry = account(&Ask::Creation, 100_000);
    let why = Difference::between(&old, &entry).expect_err("of two kinds");
    assert_eq!(why, "expected results of one subject, found call and entry");
}

#[test]
fn stored_accounts_are_read_back_or_refused() {
    let account = account(&call("twice", &["2"]), 1_000_000);
    let text = account.to_json();
    assert_eq!(Account::from_json(&text).as_ref(), Ok(&account));
    for (right, wrong, said) in [
        (
            "\"primea-ticks\": 1",
            "\"primea-ticks\": 2",
            "expected \"primea-ticks\": 1, found 2",
        ),
        (
            "\"spent\": 1143",
            "\"spent\": 1144",
            "expected parts and actors that add up to",
        ),
        (
            "\"subject\"",
            "\"object\"",
            "expected a result of `primea ticks --format json`: ",
        ),
    ] {
        assert!(text.contains(right), "{right}\n{text}");
        let why = Account::from_json(&text.replacen(right, wrong, 1)).expect_err("it is wrong");
        assert!(why.starts_with(said), "{why}");
    }
}
