//! What is reported of targets: where a difference begins, what was known, shards of one run.
//!
//! Enters: shell commands that are targets. Leaves: tests of texts, files and exit statuses. Refuses to
//! know: in how many ways a target can be bad.

use crate::{conforming::conform, folder, program::PRIMEA, root};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

#[test]
fn a_difference_is_told_where_it_begins_and_can_be_repeated() {
    let replays = folder("replays");
    let path = replays.to_str().expect("it is text");
    let target = "MODEL | sed -u 's/\"3429\"/\"3428\"/'";
    let run = conform("first", target, &["--replays", path, "--level", "outcomes"]);
    run.all_are("pass");
    let run = conform("first", target, &["--replays", path]);
    run.only("echo", "fail");
    assert_eq!(run.code, Some(1));
    let expected = "import call 1, the call\n    expected messageDataLen(0) -> 5  [3479 -> 3429]\n";
    assert!(run.text.contains(expected), "{}", run.text);
    assert!(run.text.contains("rule RESP-2: 1 of "), "{}", run.text);
    let files = fs::read_dir(replays.join("echo")).expect("it was written");
    let mut names = Vec::new();
    for file in files {
        let file = file.expect("it can be read");
        let text = fs::read_to_string(file.path()).expect("it is text");
        let here = root().to_str().expect("it is text");
        assert!(!text.contains(here), "no path: {text}");
        names.push(file.file_name().into_string().expect("it is text"));
    }
    names.sort();
    let expected = [
        "command.txt",
        "difference.json",
        "difference.txt",
        "expected.json",
        "found.json",
        "vector.json",
    ];
    assert_eq!(names, expected);
    let command = fs::read_to_string(replays.join("echo/command.txt")).expect("it is there");
    let again = Command::new("sh")
        .args(["-c", &command.replace("primea ", &format!("'{PRIMEA}' "))])
        .env(
            "TARGET",
            target.replace("MODEL", &format!("'{PRIMEA}' target")),
        )
        .current_dir(replays.join("echo"))
        .output()
        .expect("it starts");
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    // What was asked for is asked for again.
    let ticks = [
        "--replays",
        path,
        "--level",
        "instructions",
        "--target-mode",
        "file",
    ];
    conform(
        "first-file",
        "f() { MODEL \"$1\" | sed 's/\"1984\"/\"1985\"/'; }; f",
        &ticks,
    );
    let command = fs::read_to_string(replays.join("echo/command.txt")).expect("it is there");
    let expected = "primea conform --target \"$TARGET\" --target-mode file --level outcomes --level ticks \
                    --level instructions vector.json\n";
    assert_eq!(command, expected);
}

#[test]
fn known_failures_are_new_still_fixed_or_stale() {
    let folder = folder("known");
    let list = folder.join("known.txt");
    let path = list.to_str().expect("it is text");
    let target = "MODEL | sed -u 's/\"1984\"/\"1985\"/'";
    fs::write(&list, "echo # the tick\n").expect("it is ours");
    let junit = folder.join("known.xml");
    let xml = junit.to_str().expect("it is text");
    let run = conform("known-still", target, &["--known", path, "--junit", xml]);
    assert_eq!(run.code, Some(0));
    assert!(
        run.text.ends_with("\nagreement, but for 1 known failure\n"),
        "{}",
        run.text
    );
    let read = fs::read_to_string(&junit).expect("it was written");
    assert!(
        read.contains("<testsuites tests=\"5\" failures=\"0\" errors=\"0\" skipped=\"1\">"),
        "{read}"
    );
    assert!(
        read.contains("<skipped message=\"known failure: "),
        "{read}"
    );
    fs::write(&list, "ports-echo\nno-such\n").expect("it is ours");
    let run = conform("known-not", target, &["--known", path]);
    assert_eq!(run.code, Some(1));
    let list_only = conform("known-list", "MODEL", &["--known", path, "--junit", xml]);
    assert_eq!(list_only.code, Some(1));
    assert!(
        list_only
            .text
            .ends_with("\nthe list of known failures is not true\n"),
        "{}",
        list_only.text
    );
    let read = fs::read_to_string(&junit).expect("it was written");
    assert!(
        read.contains("<testsuites tests=\"7\" failures=\"2\" errors=\"0\" skipped=\"0\">"),
        "{read}"
    );
    for line in ["new: echo", "fixed: ports-echo", "stale: no-such"] {
        assert!(
            run.text.contains(&format!("known failures: {line}\n")),
            "{}",
            run.text
        );
    }
}

#[test]
fn shards_make_one_report() {
    let mut files = Vec::new();
    for part in 1..=3 {
        let shard = format!("{part}/3");
        let name = format!("shard-{part}");
        assert_eq!(conform(&name, "MODEL", &["--shard", &shard]).code, Some(0));
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        files.push(tmp.join("oracle").join(name).join("report.json"));
    }
    let folder = folder("merged");
    let (json, junit) = (folder.join("all.json"), folder.join("all.xml"));
    let merge = |files: &[std::path::PathBuf]| {
        let mut command = Command::new(PRIMEA);
        command.args(["conform", "merge"]).args(files);
        command.arg("--json").arg(&json).arg("--junit").arg(&junit);
        command.output().expect("it starts")
    };
    let merged = merge(&files);
    assert_eq!(merged.status.code(), Some(0), "{merged:?}");
    let whole = conform("whole", "MODEL", &[]);
    let read: Value =
        serde_json::from_str(&fs::read_to_string(&json).expect("written")).expect("JSON");
    assert_eq!(read, whole.report, "the same as in one run");
    let xml = fs::read_to_string(&junit).expect("it was written");
    assert!(
        xml.contains("<testsuites tests=\"5\" failures=\"0\" errors=\"0\" skipped=\"0\">"),
        "{xml}"
    );
    files.push(files[0].clone());
    assert_eq!(merge(&files).status.code(), Some(2), "a shard twice");
}

#[test]
fn a_run_that_compares_nothing_is_no_agreement() {
    let target = "MODEL | sed -u 's/\"dialects\":\\[[^]]*\\]/\"dialects\":[\"none\"]/'";
    let run = conform("nothing", target, &[]);
    run.all_are("skip");
    assert_eq!(run.code, Some(1));
    assert!(run.text.contains("nothing was compared"), "{}", run.text);
    assert!(
        run.text
            .contains("skipped 3: the target lacks the dialect capabilities"),
        "{}",
        run.text
    );
    let refused = |arguments: &[&str]| {
        let basics = ["conform", "spec-tests/basics", "--target", "true"];
        let output = crate::primea(&[&basics[..], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("it is text")
    };
    assert_eq!(
        refused(&["--rule", "MSG-5", "--rule", "msg-5"]),
        "error: --rule msg-5: expected a rule that one of the 5 vectors names, found none\n"
    );
    assert_eq!(
        refused(&["--filter", "echo", "--shard", "9/9"]),
        "error: expected vectors to compare, found none of 5 with --filter echo --shard 9/9\n"
    );
}

#[test]
fn a_report_that_cannot_be_written_is_not_lost() {
    let target = format!("'{PRIMEA}' target");
    let output = crate::primea(&[
        "conform",
        "spec-tests/basics",
        "--target",
        &target,
        "--junit",
        "no/such/folder.xml",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.ends_with(b"agreement\n"), "{output:?}");
}
