//! Traces of a few lines, in which one thing or another differs.
//!
//! Enters: traces in text, made here. Leaves: tests of what is said of two of them. Refuses to know:
//! worlds that would do such things.

use super::*;

const HEAD: &str = r#"{"primea-trace":1,"dialect":"capabilities","schedule":"00","level":"calls"}"#;
const STEP: &str = r#"{"event":"step","step":1,"time":90,"root":"11"}"#;

/// An activation of two lines, the `number`-th of its trace.
fn activation(number: u32, actor: &str, start: u64, after: u64) -> String {
    let begin = format!(
        r#"{{"event":"begin","activation":{number},"actor":"{actor}","name":"{actor}-name","entry":"message","message":null,"start":{start},"tank":50}}"#
    );
    let import = format!(
        r#"{{"event":"import","activation":{number},"import":"mintCap","arguments":[],"result":1,"fault":null,"before":40,"after":{after}}}"#
    );
    format!("{begin}\n{import}")
}

fn trace(lines: &[&str]) -> String {
    [HEAD]
        .iter()
        .chain(lines)
        .map(|line| format!("{line}\n"))
        .collect()
}

fn text(one: &[&str], other: &[&str]) -> String {
    match compare(&trace(one), &trace(other)) {
        Some(Finding::Different(text)) => text,
        other => panic!("expected a difference, found {other:?}"),
    }
}

#[test]
fn another_order_of_actors_is_no_difference() {
    let [a, b] = [activation(1, "aa", 5, 30), activation(2, "bb", 5, 30)];
    let [b_first, a_second] = [activation(1, "bb", 5, 30), activation(2, "aa", 5, 30)];
    let one = trace(&[&a, &b, STEP]);
    assert_eq!(compare(&one, &one), Some(Finding::Same));
    let Some(Finding::Alike(told)) = compare(&one, &trace(&[&b_first, &a_second, STEP])) else {
        panic!("they are alike");
    };
    let expected = "every actor does the same; only the order differs in which actors were active (TIME-7): \
                    in step 1 first aa-name (aa) (line 2), second bb-name (bb) (line 2)\n";
    assert_eq!(told, expected);
}

#[test]
fn the_earliest_difference_of_an_actor_is_told_wherever_it_stands() {
    let (a, b) = (activation(1, "aa", 5, 30), activation(2, "bb", 9, 30));
    // Both differ, in another order; that of aa is earlier.
    let (wrong_b, wrong_a) = (activation(1, "bb", 9, 29), activation(2, "aa", 5, 28));
    let told = text(&[&a, &b, STEP], &[&wrong_b, &wrong_a, STEP]);
    assert!(
        told.starts_with(
            "first difference: aa-name (aa), its activation 1, in step 1\n  line 2: begin "
        ),
        "{told}"
    );
    assert!(told.ends_with("  after: first 30, second 28\n"), "{told}");
    assert!(
        told.contains("\n- line 3: import ") && told.contains("\n+ line 5: import "),
        "{told}"
    );
}

#[test]
fn what_is_missing_moved_or_of_another_kind_is_told() {
    let a = activation(1, "aa", 5, 30);
    let told = text(&[&a, STEP], &[STEP]);
    assert!(told.ends_with("\n+ nothing more\n"), "{told}");
    let told = text(&[&a, STEP], &[STEP, &a]);
    assert!(
        told.ends_with("in step 1 in the first, in step 2 in the second\n"),
        "{told}"
    );
    let root = STEP.replace("11", "12");
    let told = text(&[&a, STEP], &[&a, &root]);
    assert!(
        told.starts_with("first difference: the end of step 1\n"),
        "{told}"
    );
    assert!(
        told.ends_with("  root: first \"11\", second \"12\"\n"),
        "{told}"
    );
    let other = trace(&[&a, STEP]).replace("capabilities", "ports-snake");
    let told = compare(&trace(&[&a, STEP]), &other);
    let kind = "the traces are not of the same kind: dialect: first \"capabilities\", second \"ports-snake\"\n";
    assert_eq!(told, Some(Finding::Different(kind.to_owned())));
}

#[test]
fn the_state_is_compared_while_the_order_is_the_same() {
    let ended = |number: u32, actor: &str, root: &str| {
        let end = format!(
            r#"{{"event":"end","activation":{number},"outcome":"ok","spent":20,"root":"{root}","changed":[]}}"#
        );
        activation(number, actor, 5, 30) + "\n" + &end
    };
    let (a, b) = (ended(1, "aa", "01"), ended(2, "bb", "02"));
    let told = text(&[&a, &b, STEP], &[&a, &ended(2, "bb", "03"), STEP]);
    assert!(
        told.ends_with("  root: first \"02\", second \"03\"\n"),
        "{told}"
    );
    // In another order the state between is another one.
    let (b, a) = (ended(1, "bb", "04"), ended(2, "aa", "02"));
    let one = trace(&[&ended(1, "aa", "01"), &ended(2, "bb", "02"), STEP]);
    let found = compare(&one, &trace(&[&b, &a, STEP]));
    assert!(matches!(found, Some(Finding::Alike(_))), "{found:?}");
}

#[test]
fn levels_differ_in_instructions_alone() {
    let a = activation(1, "aa", 5, 30);
    let instruction = r#"{"event":"instruction","activation":1,"function":4,"offset":9,"opcode":"nop","ticks":41}"#;
    let (begin, import) = a.split_once('\n').expect("two lines");
    let with = trace(&[begin, instruction, import]).replace("\"calls\"", "\"instruction\"");
    let Some(Finding::Alike(told)) = compare(&trace(&[&a]), &with) else {
        panic!("they are alike");
    };
    assert!(told.contains("tells no instructions"), "{told}");
    let dearer = with.replace("41", "40");
    let Some(Finding::Different(told)) = compare(&with, &dearer) else {
        panic!("they differ");
    };
    assert!(told.ends_with("  ticks: first 41, second 40\n"), "{told}");
}

#[test]
fn what_is_for_readers_and_what_is_unknown_is_no_difference() {
    let a = activation(1, "aa", 5, 30);
    let renamed = a
        .replace("aa-name", "bob")
        .replace("\"tank\"", "\"colour\":7,\"tank\"");
    let unknown = r#"{"event":"weather","activation":1,"sky":"blue"}"#;
    let found = compare(&trace(&[&a, STEP]), &trace(&[&renamed, unknown, STEP]));
    assert_eq!(found, Some(Finding::Same));
    for no_trace in ["", "{}", "text", HEAD.split_once(',').expect("keys").0] {
        assert_eq!(compare(no_trace, &trace(&[&a])), None);
    }
    assert_eq!(compare(&trace(&["no JSON"]), &trace(&[&a])), None);
}
