//! The level of instructions: a true target, targets that lie, and targets that cannot say more.
//!
//! Enters: shell commands that are targets. Leaves: tests of verdicts, and of the instruction at
//! which a difference begins. Refuses to know: how instructions are written down.

use crate::conforming::{Run, conform};

const LEVEL: &[&str] = &["--level", "instructions"];

/// A lie about what `echo` does: a wrong hash, and this answer where the lines are asked for.
fn lying(name: &str, answer: &str) -> Run {
    let hash = r#"/"1984"/s/"blake3":\["[0-9a-f]\{8\}/"blake3":["00000000/"#;
    let target = format!("MODEL | sed -u '{hash};{answer}'");
    conform(name, &target, LEVEL)
}

#[test]
fn the_model_tells_the_instructions_of_all_vectors() {
    let run = conform("instructions", "MODEL", LEVEL);
    run.all_are("pass");
    assert_eq!(run.code, Some(0));
    assert!(
        run.text.contains("at outcomes, ticks, instructions\n"),
        "{}",
        run.text
    );
    let json = crate::folder("instructions-all").join("report.json");
    let target = format!("'{}' target", crate::program::PRIMEA);
    let path = json.to_str().expect("it is text");
    let all = crate::primea(&[
        "conform",
        "--target",
        &target,
        "--level",
        "instructions",
        "--timeout",
        "300",
        "--json",
        path,
    ]);
    let text = String::from_utf8_lossy(&all.stdout).into_owned();
    assert_eq!(all.status.code(), Some(0), "{text}");
    let report = std::fs::read_to_string(&json).expect("it was written");
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let cases = report["cases"].as_array().expect("a list");
    let told = |case: &&serde_json::Value| case["compared"]["instructions"].as_u64() > Some(0);
    assert!(cases.len() > 500);
    assert!(cases.iter().filter(told).count() > 500, "{text}");
}

#[test]
fn the_first_instruction_that_differs_is_told() {
    let run = lying(
        "instructions-lie",
        r#"s/\[4,156,"call","3480"\]/[4,156,"call","3470"]/"#,
    );
    run.only("echo", "fail");
    assert_eq!(run.code, Some(1));
    let told = "step 2, alice (5f918f90), its activation 1 in that step, instruction 2, the instruction\n    \
                expected call  in function 4, at byte 156  [3480 left]\n    \
                found    call  in function 4, at byte 156  [3470 left]\n    \
                before   local.get  in function 4, at byte 154  [3481 left]\n";
    assert!(run.text.contains(told), "{}", run.text);
    let case = run.report["cases"].as_array().expect("a list");
    let echo = case.iter().find(|case| case["name"] == "echo");
    assert_eq!(echo.expect("it is there")["divergence"]["instruction"], 1);
}

#[test]
fn instructions_are_told_too_where_something_else_differs() {
    // The hash is only asked for because the ticks of a call differ, which happens later.
    let target = r#"MODEL | sed -u 's/"3429"/"3428"/;/"1984"/s/"blake3":\["[0-9a-f]\{8\}/"blake3":["00000000/;s/\[4,154,"local.get"/[4,155,"local.get"/'"#;
    let run = conform("instructions-further", target, &[]);
    run.only("echo", "fail");
    let told = "instruction 1, the instruction\n    expected local.get  in function 4, at byte 154";
    assert!(run.text.contains(told), "{}", run.text);
    // Where nothing is wrong with the instructions, the call is told.
    let target = r#"MODEL | sed -u 's/"3429"/"3428"/'"#;
    let run = conform("instructions-right", target, &[]);
    assert!(
        run.text.contains("import call 1, the call\n"),
        "{}",
        run.text
    );
}

#[test]
fn a_part_that_is_not_told_is_no_loss() {
    let at_part = |command: &str| format!(r#"/"result":{{"instructions"/{command}"#);
    for (answer, told) in [
        // What was said before stays said.
        (at_part("s/.*/garbage/"), "its instructions\n"),
        (
            at_part(r#"s/"instructions":.*/"instructions":7}}/"#),
            "its instructions\n",
        ),
        (
            at_part(r#"s/"instructions":.*/"instructions":null}}/"#),
            "instruction 1, the instruction\n",
        ),
        // A hash that is wrong for lines that are right.
        (String::new(), "though their lines do not\n"),
    ] {
        let run = lying("instructions-no-part", &answer);
        run.only("echo", "fail");
        assert!(run.text.contains(told), "{answer}: {}", run.text);
    }
}

#[test]
fn a_target_that_cannot_tell_instructions_is_not_held_to_them() {
    let target = r#"MODEL | sed -u 's/,"instructions"\],"name"/],"name"/'"#;
    let run = conform("instructions-none", target, &[]);
    run.all_are("pass");
    let run = conform("instructions-not-offered", target, LEVEL);
    run.all_are("pass");
    // What it does not offer is not claimed to be compared.
    let told = [
        " at outcomes, ticks; nothing compared at instructions\n",
        "values compared: outcomes ",
    ];
    for told in told {
        assert!(run.text.contains(told), "{}", run.text);
    }
    let only = r#"MODEL | sed -u 's/"levels":\[[^]]*\],"name"/"levels":["state"],"name"/'"#;
    let run = conform("instructions-nothing", only, LEVEL);
    run.all_are("skip");
    assert_eq!(run.code, Some(1));
}
