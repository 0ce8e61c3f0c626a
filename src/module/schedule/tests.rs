//! The published schedules against what is said of them, and which schedules are acceptable.
//!
//! Enters: the published schedules, and each with one number changed. Leaves: tests of prices,
//! hashes and refusals. Refuses to know: how anything is charged.
//!
//! Rules tested here: TICK-4, TICK-15, TICK-16, STATE-12.

use super::*;

#[test]
fn a_rate_counts_units_begun() {
    let rate = Rate::per(3, 8);
    assert_eq!([0, 1, 8, 9].map(|amount| rate.of(amount)), [0, 3, 3, 6]);
    assert_eq!(Rate::FREE.of(u64::MAX), 0);
    assert_eq!(
        Rate::per(u32::MAX, 1).of(1 << 32),
        (1 << 32) * u64::from(u32::MAX)
    );
}

#[test]
fn operations_find_their_cost() {
    for (at, operation) in Operation::ALL.into_iter().enumerate() {
        assert_eq!(operation as usize, at);
    }
    let mut schedule = SCHEDULE_1;
    for (base, operation) in (7..).zip(Operation::ALL) {
        schedule.imports[operation as usize].base = base;
        assert_eq!(schedule.cost(operation).base, base);
    }
}

#[test]
fn structure_alone_is_free_and_few_instructions_cost_more_than_1() {
    for opcode in Opcode::ALL {
        let name = opcode.name();
        let plain = match name {
            "block" | "loop" | "else" | "end" => 0,
            _ => 1,
        };
        let reference = match name {
            "br" | "br_if" | "br_table" | "global.set" => 2,
            "call" | "memory.grow" => 4,
            "call_indirect" => 6,
            "memory.init" | "memory.copy" | "memory.fill" | "table.init" | "table.copy"
            | "table.fill" | "data.drop" | "elem.drop" => 8,
            "table.grow" => 10,
            load if load.contains(".load") => 16,
            _ => plain,
        };
        assert_eq!(PLAIN.instructions.of(opcode), plain, "{name}");
        assert_eq!(SCHEDULE_1.instructions.of(opcode), reference, "{name}");
    }
}

#[test]
fn published_schedules_go_by_number_and_name() {
    for (number, schedule) in (1..).zip(PUBLISHED) {
        assert_eq!(schedule.number, number);
        assert_eq!(Schedule::published(&schedule.name), Some(schedule));
        assert_eq!(schedule.check(), Ok(()));
    }
    let names = PUBLISHED.iter().map(|schedule| &*schedule.name);
    assert_eq!(names.collect::<Vec<_>>(), ["reference", "plain"]);
    assert_eq!(Schedule::published("Plain"), None);
    assert!(!PLAIN.costs_as(&SCHEDULE_1));
}

/// Each number of a schedule in turn, with what is made of the schedule by changing it.
fn each_changed(change: impl Fn(u32) -> u32) -> Vec<Schedule> {
    fn set(node: &mut Node<'_>, at: &mut usize, change: &dyn Fn(u32) -> u32) {
        let mut visit = |number: &mut u32| {
            if *at == 0 {
                *number = change(*number);
            }
            *at = at.wrapping_sub(1);
        };
        match node {
            Node::Ticks { ticks, .. } => visit(ticks),
            Node::Rate { rate, .. } => {
                visit(&mut rate.ticks);
                visit(&mut rate.unit);
            }
            Node::Table { entries, .. } => {
                for entry in entries {
                    set(&mut entry.node, at, change);
                }
            }
        }
    }
    let mut numbers = Vec::new();
    SCHEDULE_1.clone().prices().numbers(&mut numbers);
    (0..numbers.len())
        .map(|mut at| {
            let mut schedule = SCHEDULE_1;
            set(&mut schedule.prices(), &mut at, &change);
            schedule
        })
        .collect()
}

#[test]
fn every_number_and_no_name_is_in_the_hash() {
    let all = each_changed(|number| number ^ 1);
    // 200 instructions; 4 operand rates; locals; fresh, kept, callback and 9 rates; imports.
    let numbers = 200 + 4 * 2 + 2 + 3 + 9 * 2 + Operation::ALL.len() * 7;
    assert_eq!(all.len(), numbers);
    let hashes: std::collections::BTreeSet<_> = all.iter().map(Schedule::hash).collect();
    assert_eq!(hashes.len(), numbers);
    assert!(!hashes.contains(&SCHEDULE_1.hash()));
    assert!(all.iter().all(|schedule| !schedule.costs_as(&SCHEDULE_1)));
    let renumbered = Schedule {
        number: 2,
        ..SCHEDULE_1
    };
    assert_ne!(renumbered.hash(), SCHEDULE_1.hash());
    let renamed = Schedule {
        name: "other".into(),
        ..SCHEDULE_1
    };
    assert_eq!(renamed.hash(), SCHEDULE_1.hash());
    assert!(renamed.costs_as(&SCHEDULE_1) && renumbered.costs_as(&SCHEDULE_1));
}

#[test]
fn no_number_may_be_too_great() {
    assert_eq!(SCHEDULE_1.check(), Ok(()));
    // As the unit of a rate that is a power of two; as ticks it is too many.
    let refused = each_changed(|_| MOST_TICKS + 1)
        .iter()
        .filter(|schedule| schedule.check().is_err())
        .count();
    assert_eq!(refused, 200 + 4 + 1 + 3 + 9 + Operation::ALL.len() * 4);
    let refused = |schedule: Schedule| schedule.check().expect_err("refused").to_string();
    let mut schedule = SCHEDULE_1;
    schedule.activation.fresh = MOST_TICKS;
    assert_eq!(schedule.check(), Ok(()));
    schedule.activation.fresh += 1;
    assert_eq!(
        refused(schedule),
        "schedule.activation.fresh: expected a number from 0 to 2147483647, found 2147483648"
    );
    let mut schedule = SCHEDULE_1;
    schedule.operands.table_bulk = Rate { ticks: 1, unit: 3 };
    assert_eq!(
        refused(schedule),
        "schedule.operands.table_bulk.unit: expected a power of two from 1 to 2147483648, found 3"
    );
}

#[test]
fn what_can_repeat_without_end_is_never_free() {
    let repeating = ["br", "br_if", "br_table", "call", "call_indirect"];
    for opcode in Opcode::ALL {
        let schedule = Schedule {
            instructions: SCHEDULE_1.instructions.but(&[opcode], 0),
            ..SCHEDULE_1
        };
        let name = opcode.name();
        let refused = schedule.check().map_err(|wrong| wrong.to_string());
        let expected = match repeating.contains(&name) {
            false => Ok(()),
            true => Err(format!(
                "schedule.instructions.{name}: expected a number from 1 to 2147483647, found 0"
            )),
        };
        assert_eq!(refused, expected);
    }
}

#[test]
fn what_no_call_has_cannot_be_priced() {
    let mut schedule = SCHEDULE_1;
    schedule.imports[Operation::MintCapability as usize].items = Rate::per(1, 1);
    assert_eq!(
        schedule.check().expect_err("refused").to_string(),
        "schedule.imports.MintCapability.items.ticks: expected 0, since no call of it has \
         items, found 1"
    );
    let mut schedule = SCHEDULE_1;
    schedule.imports[Operation::MintCapability as usize].pages = Rate::per(1, 1);
    assert_eq!(schedule.check(), Ok(()));
}
