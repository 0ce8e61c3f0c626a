//! What a file may say, and how it is told what it may not.
//!
//! Enters: scenarios in text, right and wrong. Leaves: tests of what comes of them, or of the words
//! in which they are refused. Refuses to know: what imports do.
//!
//! Rules tested here: LIM-15, LIM-16, LIM-18, TICK-15, TICK-16.

use super::{Scenario, play::play, problem::Source, render};
use crate::{
    interface::{print::json, table::Operation},
    limits,
    module::schedule::{Node, Opcode, PLAIN, PUBLISHED, Rate, SCHEDULE_1},
    world::order::Order,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A scenario in which everything is right.
const RIGHT: &str = r##"
about = "a test"
dialect = "capabilities"
rules = ["MSG-2", "CAP-3"]

[probes.out]

[modules.child]
wat = '(module)'

[modules.echo]
wat = '''
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "{{module:child}}")
  (func (export "onMessage") (param i32)
    (drop (i32.const {{module-size:child}}))))
'''

[[steps]]
create = "alice"
module = "echo"
caps = ["out", "out#7"]
response = "out"

[[steps]]
send = "alice#7"
u32 = [1, 0x10]
caps = ["out[0].caps[1]", "out[0].response", "alice/0#3"]
ticks = 5000
outcomes = ["ok", "alice: OutOfTicks"]

[[steps]]
advance = "idle"

[[steps]]
expect = "out"
received = [{ data = "pong", from = "alice", caps = ["out#7"], response = false }]

[[steps]]
expect = "alice/0"
storage = { 0 = "text", "hex:00ff" = { hex = "00 ff" }, "text:key" = { u32 = [1] } }
"##;

fn read(text: &str) -> Result<Scenario, String> {
    Scenario::read(Source::new("x.toml", text), None).map_err(|rejection| rejection.to_string())
}

/// Every way to be wrong: what is changed in `RIGHT`, into what, and the first line of the report.
#[rustfmt::skip]
const WRONG: &[(&str, &str, &str)] = &[
    ("about = \"a test\"\n", "", "1:1: expected the key `about` in a scenario, found none"),
    ("about = \"a test\"\n", "about = 3\n", "2:9: expected a sentence or two, found the number 3"),
    ("dialect = \"capabilities\"", "dialect = \"capabilitys\"", "3:11: expected the name of a dialect, found the text `capabilitys`"),
    ("\"CAP-3\"", "\"CAP-03\"", "4:19: expected a rule, such as \"MSG-2\", found the text `CAP-03`"),
    ("\"CAP-3\"", "\"MSG-2\"", "4:19: expected each rule once, found `MSG-2` again"),
    ("[probes.out]", "[prob.out]", "6:2: expected a key of a scenario, found `prob`"),
    ("[probes.out]", "[probes.out]\n[probes.out]", "7:9: expected TOML, found an error: duplicate key"),
    ("[probes.out]", "[probes.world]", "6:9: expected a name of its own, found the reserved `world`"),
    ("[probes.out]", "[probes.out]\nx = 1", "7:1: expected a key of a probe, found `x`"),
    ("[probes.out]", "[probes]\nout = 1", "7:7: expected a table: a probe, found the number 1"),
    ("[probes.out]", "[probes.out]\n[channels.wire]\nends = [\"near\", \"far\"]", "7:11: expected probes in the dialect capabilities, found channels"),
    ("[probes.out]", "[probes.out]\n[channels.wire]\nends = [\"near\"]", "8:8: expected the names of the two ends, such as [\"near\", \"far\"], found a list of 1"),
    ("send = \"alice#7\"", "send_on = \"alice\"", "27:11: expected `send` in this dialect, found `send_on`"),
    ("ticks = 5000", "tick = 5000", "30:1: expected a key of a step that sends, found `tick`"),
    ("ticks = 5000", "ticks = 4294967296", "30:9: expected a number from 0 to 4294967295, found the number 4294967296"),
    ("ticks = 5000", "ticks = -1", "30:9: expected a number from 0 to 4294967295, found the number -1"),
    ("ticks = 5000", "ticks = 1.5", "30:9: expected a whole number, found the number 1.5"),
    ("module = \"echo\"", "module = \"ehco\"", "22:10: expected the name of a module, found `ehco`"),
    ("module = \"echo\"", "", "20:1: expected the key `module` in a step that creates, found none"),
    ("\"alice#7\"", "\"alicia#7\"", "27:8: expected the name of an actor or probe, found `alicia`"),
    ("\"alice#7\"", "\"alice#4294967296\"", "27:15: expected a tag below 2^32, found `4294967296`"),
    ("\"alice#7\"", "\"alice#\"", "27:15: expected a tag below 2^32, found the end"),
    ("\"out[0].response\"", "\"out[0].reply\"", "29:35: expected `caps[n]`, `ports[n]` or `response`, found `reply`"),
    ("\"out[0].response\"", "\"out[0].ports[0]\"", "29:27: expected a capability, found a port"),
    ("\"out[0].response\"", "\"alice[0].response\"", "29:27: expected the name of a probe, found `alice`, which is an actor"),
    ("hex = \"00 ff\"", "hex = \"00 fg\"", "42:51: expected a hexadecimal digit, found `g`"),
    ("hex = \"00 ff\"", "hex = \"00 f\"", "42:50: expected two hexadecimal digits a byte, found one at the end"),
    ("hex = \"00 ff\"", "hex = \"0 0ff\"", "42:48: expected the second hexadecimal digit of a byte, found a space"),
    ("alice: OutOfTicks", "alice: OutOfTick", "31:27: expected `ok` or the name of a fault, found `OutOfTick`"),
    ("u32 = [1, 0x10]", "u32 = [1, 0x10]\ndata = \"\"", "28:1: expected one of `data` and `u32`, found both"),
    ("u32 = [1, 0x10]", "u32 = [1, \"2\"]", "28:11: expected a whole number, found the text `2`"),
    ("advance = \"idle\"", "advance = \"idel\"", "34:11: expected a number of ticks, or \"idle\", found the text `idel`"),
    ("advance = \"idle\"", "advance = 9223372036854775807", "34:11: expected a number from 0 to 4611686018427387904, found the number 9223372036854775807"),
    ("advance = \"idle\"", "go = 1", "33:1: expected `create`, `send`, `send_on`, `advance`, `advance_to`, `destroy` or `expect` in a step, found none"),
    ("advance = \"idle\"", "advance = 1\nsend = \"alice\"", "34:1: expected one of `send` and `advance`, found both"),
    ("(memory (export", "(memori (export", "14:4: expected WebAssembly text, found an error: expected valid module field"),
    ("{{module:child}}", "{{module:chidl}}", "15:24: expected the name of a module, found `chidl`"),
    ("{{module:child}}", "{{module:echo}}", "11:10: expected modules that do not contain each other, found `echo` in a circle"),
    ("wat = '(module)'", "wat = \"(module \\\"\"", "9:7: expected WebAssembly text, found an error: unexpected end-of-file (line 1, column 10 of the text)"),
    ("wat = '(module)'", "file = \"x.wat\"", "9:8: a scenario that is not a file cannot name other files"),
    ("wat = '(module)'", "", "8:1: expected `wat`, `file` or `hex` in a module, found none"),
    ("received = [{", "received = [{ date = 1, ", "38:15: expected a key of a received message, found `date`"),
    ("expect = \"out\"", "expect = \"out\"\nclock = 3", "38:1: expected what a probe has, found `clock`"),
    ("\"text:key\"", "key", "42:57: expected an index, or `text:` or `hex:` and a key, found `key`"),
    ("\"text:key\"", "\"hex:00 ff\"", "42:57: expected each key once, found `hex:00 ff` again"),
    ("0 = \"text\"", "0 = 7", "42:17: expected a table: a stored message, found the number 7"),
    ("create = \"alice\"", "create = \"out\"", "21:10: expected a new name, found `out` again"),
    ("create = \"alice\"", "create = \"7\"", "21:11: expected the name of the new actor: a letter, then letters, digits, `_` or `-`, found `7`"),
    ("create = \"alice\"", "create = alice", "21:10: expected TOML, found an error: string values must be quoted, expected literal string"),
    ("[probes.out]", "schedule = 1\n[probes.out]", "6:12: expected a table: a schedule, or the name of a published one, found the number 1"),
    ("[probes.out]", "schedule = \"plan\"\n[probes.out]", "6:12: expected the name of a published schedule, found `plan`"),
    ("[probes.out]", "[schedule]\nbase = \"referenze\"\n[probes.out]", "7:8: expected the name of a published schedule, found `referenze`"),
    ("[probes.out]", "[schedule]\nbase = 2\n[probes.out]", "7:8: expected the name of a published schedule, found the number 2"),
    ("[probes.out]", "[schedule]\nbase = \"plain\"\nnumber = 1\n[probes.out]", "8:10: expected a number other than 1, whose prices differ from these, found the number 1"),
    ("[probes.out]", "[schedule.instruction]\n[probes.out]", "6:11: expected the name of a part of a schedule, found `instruction`"),
    ("[probes.out]", "[schedule]\noperands = 1\n[probes.out]", "7:12: expected a table: prices by name, found the number 1"),
    ("[probes.out]", "[schedule.instructions]\n\"i64.dvi_s\" = 20\n[probes.out]", "7:1: expected the name of an instruction, found `i64.dvi_s`"),
    ("[probes.out]", "[schedule.instructions]\ni64.div_s = 20\n[probes.out]", "7:1: expected the name of an instruction, found `i64`"),
    ("[probes.out]", "[schedule.instructions]\nnop = -1\n[probes.out]", "7:7: expected a number from 0 to 4294967295, found the number -1"),
    ("[probes.out]", "[schedule.instructions]\nnop = 2147483648\n[probes.out]", "7:7: expected a number from 0 to 2147483647, found the number 2147483648"),
    ("[probes.out]", "[schedule.instructions]\nbr_if = 0\n[probes.out]", "7:9: expected a number from 1 to 2147483647, found the number 0"),
    ("[probes.out]", "[schedule.operands]\nmemory_grow = 3\n[probes.out]", "7:15: expected a table: a price per unit, found the number 3"),
    ("[probes.out]", "[schedule.operands]\nmemory_grow = { ticks = 1, unit = 3 }\n[probes.out]", "7:35: expected a power of two from 1 to 2147483648, found the number 3"),
    ("[probes.out]", "[schedule.operands]\nmemory_grow = { tick = 1 }\n[probes.out]", "7:17: expected a key of a price per unit, found `tick`"),
    ("[probes.out]", "[schedule.activation]\nfreshly = 3\n[probes.out]", "7:1: expected the name of a price of an activation, found `freshly`"),
    ("[probes.out]", "[schedule.imports.sendMessage]\nbase = 3\n[probes.out]", "6:19: expected the name of an operation, found `sendMessage`"),
    ("[probes.out]", "[schedule.imports.LoadMessage]\nbases = 3\n[probes.out]", "7:1: expected the name of a price of an operation, found `bases`"),
    ("[probes.out]", "[schedule.imports.LoadMessage]\nbytes.ticks = 3\n[probes.out]", "7:15: expected 0, since no call of it has bytes, found the number 3"),
    ("[probes.out]", "[schedule]\nnumber = 1\ninstructions.nop = 3\n[probes.out]", "7:10: expected a number other than 1, whose prices differ from these, found the number 1"),
    ("[probes.out]", "[schedule]\nname = \"\"\n[probes.out]", "7:8: expected a name of 1 to 64 characters in one line, found the text ``"),
    ("[probes.out]", "[schedule]\nhash = 3\n[probes.out]", "7:8: expected the hash of this schedule, {HASH_1}, found the number 3"),
    ("ticks = 5000", "ports = [\"out\"]", "30:1: expected no ports in a message of this dialect, found some"),
];

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (right, wrong, expected) in WRONG {
        assert_eq!(
            RIGHT.matches(right).count(),
            1,
            "{right:?} must stand there once"
        );
        let report = match read(&RIGHT.replace(right, wrong)) {
            Ok(_) => panic!("{wrong:?} was accepted"),
            Err(report) => report,
        };
        let expected = expected.replace("{HASH_1}", &SCHEDULE_1.hash().to_string());
        assert_eq!(
            report.lines().next(),
            Some(format!("x.toml:{expected}").as_str()),
            "{report}"
        );
        assert!(
            report.matches("x.toml:").count() <= 2,
            "one mistake, one complaint:\n{report}"
        );
    }
}

#[test]
fn a_report_shows_the_line_and_what_there_is() {
    let report = read(&RIGHT.replace("send = \"alice#7\"", "send = \"alicia#7\"")).unwrap_err();
    let expected = "x.toml:27:8: expected the name of an actor or probe, found `alicia`\n\
                    27 | send = \"alicia#7\"\n   |        ^^^^^^^^^^\n  \
                    there is `alice` and `out`; did you mean `alice`?";
    assert_eq!(report, expected);
}

#[test]
fn what_is_right_is_read() {
    let scenario = read(RIGHT).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(scenario.plan.steps.len(), 5);
    let child = scenario.plan.modules[0].binary.bytes();
    let echo = scenario.plan.modules[1].binary.bytes();
    assert!(echo.windows(child.len()).any(|window| window == child));
    assert_eq!(render(&scenario.source, &[]), "");
}

/// Rules tested here: TICK-15, STATE-12.
#[test]
fn a_schedule_of_its_own_says_what_differs() {
    let own = |table: &str| match read(&format!("{RIGHT}\n{table}")) {
        Ok(scenario) => scenario.plan.schedule,
        Err(report) => panic!("{report}"),
    };
    for same in ["", "[schedule]\n", "[schedule.instructions]\nnop = 1\n"] {
        assert_eq!(own(same), SCHEDULE_1);
    }
    let mut expected = SCHEDULE_1;
    expected.number = 0;
    expected.name = "own".into();
    expected.instructions = expected.instructions.but(&[Opcode::I64DivS], 20);
    expected.operands.memory_bulk.unit = 1 << 31;
    expected.activation.code = Rate::per(5, 2);
    expected.imports[Operation::GetNextMessage as usize]
        .pages
        .ticks = (1 << 31) - 1;
    let table = "[schedule]\ninstructions.\"i64.div_s\" = 20\n\
                 operands.memory_bulk.unit = 2147483648\n\
                 activation.code = { ticks = 5, unit = 2 }\n\
                 imports.GetNextMessage.pages.ticks = 2147483647\n";
    assert_eq!(own(table), expected);
    let hash = expected.hash();
    assert_eq!(own(&format!("{table}hash = \"{hash}\"\n")), expected);
    expected.number = 9;
    expected.name = "mine".into();
    let named = format!("{table}number = 9\nname = \"mine\"\n");
    assert_eq!(own(&named), expected);
    let report = read(&format!("{RIGHT}\n{named}hash = \"{hash}\"\n")).unwrap_err();
    let now = expected.hash();
    let found = format!("expected the hash of this schedule, {now}, found the text `{hash}`");
    assert!(report.contains(&found[..120]), "{report}");
}

/// Rules tested here: TICK-15.
#[test]
fn a_published_schedule_goes_by_its_name() {
    let under = |schedule: &str| {
        let text = RIGHT.replace("[probes.out]", &format!("{schedule}\n[probes.out]"));
        match read(&text) {
            Ok(scenario) => scenario.plan.schedule,
            Err(report) => panic!("{report}"),
        }
    };
    for schedule in PUBLISHED {
        let name = &schedule.name;
        assert_eq!(under(&format!("schedule = \"{name}\"")), *schedule);
        assert_eq!(under(&format!("[schedule]\nbase = \"{name}\"")), *schedule);
    }
    let own = under("[schedule]\nbase = \"plain\"\nfunctions.locals.ticks = 3");
    let mut expected = PLAIN;
    expected.functions.locals.ticks = 3;
    assert!(own.costs_as(&expected));
    assert_eq!((own.number, &*own.name), (0, "own"));
    let report = read(&RIGHT.replace("[probes.out]", "schedule = \"plan\"\n[probes.out]"));
    let report = report.unwrap_err();
    let help = "there is `reference` and `plain`; did you mean `plain`?";
    assert!(report.ends_with(help), "{report}");
}

/// The example of the documentation is one.
#[test]
fn the_documented_schedule_can_be_read() {
    let documentation = include_str!("../../docs/scenarios.md");
    let (_, example) = documentation
        .split_once("```toml\n[schedule]\n")
        .expect("there is an example");
    let (example, _) = example.split_once("```").expect("it ends");
    let scenario = read(&format!("{RIGHT}\n[schedule]\n{example}"));
    let schedule = scenario.unwrap_or_else(|why| panic!("{why}")).plan.schedule;
    assert_eq!(
        (&*schedule.name, schedule.number),
        ("calibrated elsewhere", 7)
    );
    assert_eq!(schedule.instructions.of(Opcode::I64DivS), 20);
    assert_eq!(
        schedule.cost(Operation::CreateMessage).bytes,
        Rate::per(1, 16)
    );
}

/// What the interface prints of any schedule is that schedule's table in a scenario.
///
/// Rules tested here: TICK-15, STATE-12.
#[test]
fn a_printed_schedule_can_be_read() {
    let mut everything = SCHEDULE_1;
    everything.number = 77;
    everything.name = "every number \"differs\"".into();
    change_all(&mut everything.prices());
    assert_eq!(everything.check(), Ok(()));
    for schedule in [SCHEDULE_1, PLAIN, everything] {
        let printed = json::print(&[], &schedule);
        let document: serde_json::Value = serde_json::from_str(&printed).expect("it is JSON");
        let table = BTreeMap::from([("schedule", &document["schedule"])]);
        let table = toml::to_string(&table).expect("what is JSON here is TOML too");
        let scenario = read(&format!("{RIGHT}\n{table}")).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(scenario.plan.schedule, schedule);
    }
}

fn change_all(node: &mut Node<'_>) {
    match node {
        Node::Ticks { ticks, .. } => **ticks += 3,
        Node::Rate { rate, occurs, .. } => {
            rate.ticks += u32::from(*occurs);
            rate.unit *= 2;
        }
        Node::Table { entries, .. } => {
            entries
                .iter_mut()
                .for_each(|entry| change_all(&mut entry.node));
        }
    }
}

/// Rules tested here: LIM-15, LIM-18.
#[test]
fn files_are_bounded() {
    let filled = |bytes: usize| format!("{RIGHT}#{}", " ".repeat(bytes - RIGHT.len() - 1));
    assert!(read(&filled(limits::SCENARIO_BYTES)).is_ok());
    let report = read(&filled(limits::SCENARIO_BYTES + 1)).unwrap_err();
    assert!(
        report.contains("expected a scenario of at most 16777216 bytes"),
        "{report}"
    );

    let head = &RIGHT[..RIGHT.find("[[steps]]").unwrap()];
    let stepped = |steps: usize| head.to_owned() + &"[[steps]]\nadvance = 1\n".repeat(steps);
    assert!(read(&stepped(limits::SCENARIO_STEPS)).is_ok());
    let report = read(&stepped(limits::SCENARIO_STEPS + 1)).unwrap_err();
    assert!(
        report.contains("expected at most 10000 steps, found 10001"),
        "{report}"
    );

    assert!(read(&RIGHT.replace("ticks = 5000", "ticks = 4294967295")).is_ok());
    assert!(read(&RIGHT.replace("ticks = 5000", "ticks = 4294967296")).is_err());
}

/// Rules tested here: LIM-16.
#[test]
fn the_latest_time_is_bounded() {
    let steps = |steps: &str| {
        let text = RIGHT[..RIGHT.find("[[steps]]").unwrap()].to_owned() + steps;
        play(&read(&text).unwrap().plan, &mut Order::Canonical)
    };
    let latest = "[[steps]]\nadvance_to = 4611686018427387904\n";
    let played = steps(latest);
    assert_eq!((played.world.time(), played.stopped), (1 << 62, None));
    let played = steps(&format!("{latest}[[steps]]\nadvance = 1\n"));
    let problem = played.stopped.expect("it went too far");
    assert!(
        problem
            .message
            .contains("expected to advance to 4611686018427387904 at the latest")
    );
    assert_eq!(played.steps.len(), 1);
}

#[test]
fn modules_that_contain_each_other_do_not_explode() {
    // Each contains the one before twice: the last would have 2^40 times the first.
    let mut text = RIGHT[..RIGHT.find("[modules.child]").unwrap()].to_owned();
    text.push_str("[modules.m0]\nhex = \"00\"\n");
    for at in 1..40 {
        let before = at - 1;
        let data = format!("{{{{module:m{before}}}}}").repeat(2);
        text.push_str(&format!(
            "[modules.m{at}]\nwat = '(module (memory 1) (data \"{data}\"))'\n"
        ));
    }
    let report = read(&(text + "[[steps]]\nadvance = 1\n")).unwrap_err();
    assert!(
        report.contains("expected a text of at most 16777216 bytes once filled"),
        "{report}"
    );
}

proptest! {
    /// Whatever the bytes, there is a scenario or a report, and no panic.
    #[test]
    fn any_text_is_read_or_reported(text in ".{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn any_change_is_read_or_reported(
        start in 0..RIGHT.len(),
        length in 0usize..40,
        inserted in prop_oneof!["[\\[\\]{}\"'=#.0-9a-z\n]{0,12}", ".{0,8}"],
    ) {
        let start = RIGHT.floor_char_boundary(start);
        let end = RIGHT.floor_char_boundary((start + length).min(RIGHT.len()));
        let text = format!("{}{inserted}{}", &RIGHT[..start], &RIGHT[end..]);
        if let Ok(scenario) = read(&text) {
            // What can be read can be carried out, or it is told why not.
            let played = play(&scenario.plan, &mut Order::Canonical);
            render(&scenario.source, &played.mismatches);
        }
    }
}
