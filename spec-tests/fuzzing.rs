//! What `primea fuzz` and `primea shrink` print, write, and exit with.
//!
//! Enters: the built program, a scenario, targets in a line of shell. Leaves: trials. Refuses to
//! know: how cases are made up.

use crate::{
    folder::folder,
    program::{self, PRIMEA},
    root,
};
use libtest_mimic::{Failed, Trial};
use std::{collections::BTreeMap, fs, path::Path};

const ECHO: &str = "spec-tests/basics/echo.toml";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("fuzzing::against_itself", against_itself),
        Trial::test("fuzzing::all_ports_are_given_away", all_given_away),
        Trial::test("fuzzing::against_a_target", against_a_target),
        Trial::test("fuzzing::a_find_has_a_folder", find_has_a_folder),
        Trial::test("fuzzing::a_corpus_grows_and_goes_first", corpus_grows),
        Trial::test("fuzzing::bad_usage_is_told", bad_usage),
        Trial::test(
            "fuzzing::shrink_says_when_there_is_nothing_to_shrink",
            nothing_to_shrink,
        ),
        Trial::test("fuzzing::shrink_keeps_what_fails", shrinks),
    ]
}

/// The exit code, and what was printed and said.
fn primea(arguments: &[&str]) -> Result<(Option<i32>, String, String), Failed> {
    let output = program::primea(arguments)?;
    let [printed, told] = [output.stdout, output.stderr].map(String::from_utf8);
    Ok((output.status.code(), printed?, told?))
}

fn texts(folder: &Path) -> Result<BTreeMap<String, String>, Failed> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        texts.insert(name, fs::read_to_string(entry.path())?);
    }
    Ok(texts)
}

/// In this case the outside gives away every port that it has, and is to go on.
fn all_given_away() -> Result<(), Failed> {
    let case = [
        "--seed",
        "2000387",
        "--cases",
        "1",
        "--dialect",
        "legacy-ports",
    ];
    let (code, printed, told) = primea(&[&["fuzz", "--self"], &case[..]].concat())?;
    assert_eq!(code, Some(0), "{printed}{told}");
    assert!(printed.contains("\n1 cases, 0 skipped, "), "{printed}");
    Ok(())
}

/// However many work at once, the same is printed.
fn against_itself() -> Result<(), Failed> {
    let run = |jobs: &str| primea(&["fuzz", "--self", "--cases", "12", "--seed", "5", "-j", jobs]);
    let (code, printed, told) = run("1")?;
    assert_eq!(code, Some(0), "{printed}{told}");
    assert!(
        printed.contains("\n12 cases, 0 skipped, ") && !printed.contains(" 0 values"),
        "{printed}"
    );
    assert!(
        printed.ends_with(" values compared, 0 kinds of failures\n"),
        "{printed}"
    );
    assert!(printed.contains("  storeMessage/2 "), "{printed}");
    assert!(told.starts_with("12 cases in "), "{told}");
    assert_eq!(
        (code, printed),
        run("3").map(|(code, printed, _)| (code, printed))?
    );
    Ok(())
}

fn target() -> String {
    format!("'{PRIMEA}' target")
}

fn against_a_target() -> Result<(), Failed> {
    let arguments = [
        "fuzz",
        "--target",
        &target(),
        "--cases",
        "6",
        "--dialect",
        "capabilities",
    ];
    let (code, printed, told) = primea(&arguments)?;
    assert_eq!(code, Some(0), "{printed}{told}");
    assert!(
        printed.contains("\n6 cases, 0 skipped, ") && !printed.contains(" 0 values"),
        "{printed}"
    );
    assert!(!printed.contains("ports-camel"), "{printed}");
    Ok(())
}

/// A target that ends at once is a failure of the target's.
fn find_has_a_folder() -> Result<(), Failed> {
    let out = folder("finds")?;
    let shown = out.display().to_string();
    let arguments = [
        "fuzz",
        "--target",
        "exit 7",
        "--cases",
        "2",
        "--out",
        &shown,
        "--attempts",
        "40",
    ];
    let (code, printed, told) = primea(&arguments)?;
    assert_eq!(code, Some(3), "{printed}{told}");
    assert!(
        printed.contains("crash: 2 cases, the first is ports-camel-0"),
        "{printed}"
    );
    let files = texts(&out.join("ports-camel-0"))?;
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "command.txt",
            "difference.txt",
            "original.toml",
            "scenario.toml",
            "vector.json"
        ]
    );
    assert!(files["command.txt"].starts_with("primea shrink scenario.toml --target \"$TARGET\"\n"));
    let scenario = out
        .join("ports-camel-0")
        .join("scenario.toml")
        .display()
        .to_string();
    let (code, printed, told) = primea(&["run", &scenario])?;
    assert_eq!(code, Some(0), "{printed}{told}");
    Ok(())
}

fn corpus_grows() -> Result<(), Failed> {
    let corpus = folder("corpus")?;
    let shown = corpus.display().to_string();
    let run = |seed: &str| {
        primea(&[
            "fuzz", "--self", "exact", "--seed", seed, "--cases", "10", "--corpus", &shown,
        ])
    };
    let (code, printed, told) = run("1")?;
    assert_eq!(code, Some(0), "{printed}{told}");
    let first = texts(&corpus)?;
    assert!(first.len() > 4, "{:?}", first.keys());
    let (code, printed, told) = run("1")?;
    assert_eq!(code, Some(0), "{printed}{told}");
    let count = first.len() + 10;
    assert!(printed.contains(&format!("\n{count} cases, ")), "{printed}");
    assert_eq!(texts(&corpus)?, first, "nothing new was reached");
    run("2")?;
    assert!(texts(&corpus)?.len() > first.len());
    Ok(())
}

fn bad_usage() -> Result<(), Failed> {
    let wrong: [(&[&str], &str); 4] = [
        (&["fuzz"], "--target"),
        (
            &["fuzz", "--self", "sideways"],
            "expected one of exact, watched, shuffled, resumed, vector",
        ),
        (
            &["fuzz", "--self", "--dialect", "klingon"],
            "expected one of ports-camel",
        ),
        (
            &["shrink", "no-such-file.toml", "--self"],
            "no-such-file.toml: ",
        ),
    ];
    for (arguments, said) in wrong {
        let (code, printed, told) = primea(arguments)?;
        assert_eq!((code, printed.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(told.contains(said), "{told}");
    }
    Ok(())
}

fn nothing_to_shrink() -> Result<(), Failed> {
    let (code, printed, told) = primea(&["shrink", ECHO, "--self"])?;
    assert_eq!((code, printed.as_str()), (Some(0), ""));
    assert_eq!(told, format!("{ECHO}: pass; there is nothing to shrink\n"));
    Ok(())
}

fn shrinks() -> Result<(), Failed> {
    let (code, printed, told) =
        primea(&["shrink", ECHO, "--target", "exit 7", "--attempts", "100"])?;
    assert_eq!(code, Some(3), "{printed}{told}");
    assert!(told.contains(" lines after "), "{told}");
    let small = folder("small")?;
    fs::create_dir_all(&small)?;
    let path = small.join("small.toml");
    fs::write(&path, &printed)?;
    assert!(printed.lines().count() < fs::read_to_string(root().join(ECHO))?.lines().count());
    assert_eq!(primea(&["test", &path.display().to_string()])?.0, Some(0));
    Ok(())
}
