//! Failures in folders of their own.
//!
//! Enters: targets that fail, folders. Leaves: nothing. Refuses to know: how targets fail.

use crate::{folder, program::PRIMEA, root, targets::conform};
use std::{fs, process::Command};

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

/// What this program wrote about a failure goes when the failure goes; what others wrote stays.
#[test]
fn a_folder_stays_as_long_as_its_failure() {
    let replays = folder("replays-stay");
    let path = replays.to_str().expect("it is text");
    let run = |target: &str, further: &[&str]| {
        conform("stays", target, &[&["--replays", path], further].concat())
    };
    let fails = || run("MODEL | sed -u 's/\"3429\"/\"3428\"/'", &[]);
    let echo = replays.join("echo");
    let left = || {
        let files = fs::read_dir(&echo).expect("it is there");
        files
            .map(|file| file.expect("it can be read").file_name())
            .collect::<Vec<_>>()
    };
    fails().only("echo", "fail");
    fs::create_dir_all(replays.join("other")).expect("it can be made");
    for notes in ["other/notes.txt", "echo/notes.txt"] {
        fs::write(replays.join(notes), "mine").expect("it can be written");
    }
    assert_eq!(run("MODEL", &["--filter", "ports-echo"]).code, Some(0));
    assert_eq!(left().len(), 7, "it was not carried out");
    run("MODEL", &[]).all_are("pass");
    assert_eq!(left(), ["notes.txt"]);
    fails().only("echo", "fail");
    assert_eq!(left().len(), 7);
    fs::remove_file(echo.join("notes.txt")).expect("it was written");
    run("MODEL", &[]).all_are("pass");
    assert!(!echo.exists());
    assert!(replays.join("other/notes.txt").exists());
    fs::create_dir_all(&echo).expect("it can be made");
    fs::write(echo.join("vector.json"), "mine").expect("it can be written");
    let target = ["--target", "exit 7", "--replays", path];
    let refused =
        crate::primea(&[&["conform", "spec-tests/basics/echo.toml"][..], &target].concat());
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    let kept = fs::read_to_string(echo.join("vector.json"));
    assert_eq!(kept.expect("it is there"), "mine");
}
