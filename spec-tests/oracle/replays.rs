//! Failures in folders of their own.
//!
//! Enters: targets that fail, folders. Leaves: nothing. Refuses to know: how targets fail.

use crate::{conforming::conform, folder};
use std::fs;

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
