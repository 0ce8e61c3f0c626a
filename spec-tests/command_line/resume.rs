//! `primea run --save` and `--resume`: a run that is cut is the run that it would have been.
//!
//! Enters: scenarios. Leaves: trials. Refuses to know: what stands in the files.

use super::{ECHO, printed};
use crate::{
    program::{self, primea},
    root,
};
use libtest_mimic::{Failed, Trial};
use std::{fs, path::PathBuf};

/// Faults in many ways, so that much is replayed.
const FAULTS: &str = "spec-tests/capabilities/respond/every-fault-has-its-number.toml";
/// Waits for hours.
const CLOCK: &str = "spec-tests/capabilities/getNextMessage/a-clock-that-strikes-three.toml";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("command_line::a_cut_run_goes_on", goes_on),
        Trial::test("command_line::replays_count_in_all_runs", replays),
        Trial::test("command_line::a_run_stops_by_the_time", by_the_time),
        Trial::test("command_line::what_cannot_be_resumed", refused),
        Trial::test("command_line::the_readme_cuts_a_run", readme),
    ]
}

/// A file of the trial's own, which is not there.
fn file(trial: &str) -> Result<String, Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("resume-{trial}"));
    fs::create_dir_all(&folder)?;
    let file = folder.join("cut.objects");
    if file.exists() {
        fs::remove_file(&file)?;
    }
    Ok(file.display().to_string())
}

fn stdout(arguments: &[&str]) -> Result<String, Failed> {
    program::printed(0, arguments)
}

/// Cut after every activation, saved and resumed each time, in files that are written over.
fn goes_on() -> Result<(), Failed> {
    for scenario in [ECHO, CLOCK] {
        let file = file("goes-on")?;
        let whole = stdout(&["run", scenario, "--check"])?;
        let activations = lines_of(&whole);
        assert!(activations >= 2, "{whole}");
        stdout(&["run", scenario, "--until-activation", "1", "--save", &file])?;
        for at in 2..activations {
            let at = at.to_string();
            let until = [
                "--until-activation",
                &at,
                "--save",
                &file,
                "--resume",
                &file,
            ];
            let cut = stdout(&[&["run", scenario][..], &until].concat())?;
            assert!(cut.contains(&format!("\n{at} activations, ")), "{cut}");
        }
        let run = ["run", scenario, "--resume", &file];
        assert_eq!(stdout(&run)?, whole);
        assert_eq!(stdout(&[&run[..], &["--check"]].concat())?, whole);
        // The end can be saved as well: there is nothing left to do.
        stdout(&[&run[..], &["--save", &file]].concat())?;
        assert_eq!(stdout(&run)?, whole);
    }
    Ok(())
}

/// The number that the last line but one begins with.
fn lines_of(text: &str) -> usize {
    let line = text.lines().rev().nth(1).unwrap_or_default();
    let number = line.split(' ').next().unwrap_or_default();
    number.parse().unwrap_or_default()
}

/// No VM of these waits: each failed when it was run fast, before the cut or after it.
fn replays() -> Result<(), Failed> {
    let whole = stdout(&["run", FAULTS])?;
    let line = |text: &str| text.lines().rev().nth(1).unwrap_or_default().to_owned();
    let expected = line(&whole);
    assert!(!expected.contains(" 0 of them"), "{expected}");
    let half = (lines_of(&whole) / 2).to_string();
    let file = file("replays")?;
    let cut = stdout(&["run", FAULTS, "--until-activation", &half, "--save", &file])?;
    assert!(!line(&cut).contains(" 0 of them"), "{cut}");
    assert_ne!(line(&cut), expected);
    let resumed = stdout(&["run", FAULTS, "--resume", &file])?;
    assert_eq!(line(&resumed), expected);
    assert_eq!(resumed, whole);
    Ok(())
}

fn by_the_time() -> Result<(), Failed> {
    let file = file("by-the-time")?;
    let run = ["run", ECHO, "--until"];
    let none = stdout(&[&run[..], &["0"]].concat())?;
    assert!(
        none.contains("\n0 activations, 0 of them replayed\n"),
        "{none}"
    );
    let one = stdout(&[&run[..], &["1008", "--save", &file]].concat())?;
    assert!(
        one.contains("\n1 activations, 0 of them replayed\n"),
        "{one}"
    );
    let both = stdout(&[&run[..], &["1009"]].concat())?;
    let whole = stdout(&["run", ECHO])?;
    assert_eq!(both.lines().last(), whole.lines().last());
    assert_eq!(stdout(&["run", ECHO, "--resume", &file])?, whole);
    Ok(())
}

fn refused() -> Result<(), Failed> {
    let file = file("refused")?;
    let resume = |scenario: &str, why: &str| -> Result<(), Failed> {
        let output = primea(&["run", scenario, "--resume", &file])?;
        printed(&output, 2, &[], &[why, &file]);
        Ok(())
    };
    resume(ECHO, "No such file")?;
    stdout(&["run", ECHO, "--until-activation", "1", "--save", &file])?;
    resume(
        CLOCK,
        "expected the scenario that was set aside, with the same modules, found another",
    )?;
    let whole = fs::read(&file)?;
    fs::write(&file, &whole[..whole.len() - 1])?;
    resume(ECHO, "expected more bytes, found the end")?;
    fs::write(&file, b"something else")?;
    resume(
        ECHO,
        "expected a file of objects, version 1, found something else",
    )?;
    let mut damaged = whole.clone();
    // The bytes of an object, behind the index.
    let at = damaged.len() - 1;
    damaged[at] ^= 1;
    fs::write(&file, &damaged)?;
    resume(ECHO, " is damaged: its bytes have the hash ")?;
    let both = ["run", ECHO, "--resume", &file, "--store", "world"];
    printed(&primea(&both)?, 2, &[], &["cannot be used with"]);
    let traced = ["run", ECHO, "--resume", &file, "--trace", "-"];
    printed(&primea(&traced)?, 2, &[], &["cannot be used with"]);
    let nowhere = ["run", ECHO, "--save", "no-such-folder/cut.objects"];
    printed(
        &primea(&nowhere)?,
        2,
        &[],
        &["no-such-folder/cut.objects: "],
    );
    Ok(())
}

fn readme() -> Result<(), Failed> {
    let readme = fs::read_to_string(root().join("README.md"))?;
    let file = file("readme")?;
    let mut last = String::new();
    for command in [
        "run spec-tests/basics/echo.toml --until-activation 1 --save cut.objects",
        "run spec-tests/basics/echo.toml --resume cut.objects",
    ] {
        assert!(readme.contains(&format!("primea {command}\n")), "{command}");
        let real = command.replace("cut.objects", &file);
        last = stdout(&real.split(' ').collect::<Vec<_>>())?;
    }
    let lines: Vec<&str> = last.lines().rev().take(2).collect();
    let shown = format!("```text\n...\n{}\n{}\n```", lines[1], lines[0]);
    assert!(readme.contains(&shown), "expected in the README:\n{shown}");
    Ok(())
}
