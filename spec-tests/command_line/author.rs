//! What authors of actors use on the command line: golden files, only what has changed, differences
//! of runs; and what shells and readers of manuals are told.
//!
//! Enters: the built program, scenarios in folders of their own. Leaves: trials. Refuses to know:
//! how snapshots and differences are worded beyond what is looked for.

use super::{ECHO, printed};
use crate::{
    folder,
    program::{self, PRIMEA, primea},
    root,
};
use libtest_mimic::{Failed, Trial};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("command_line::test_holds_golden_files", golden),
        Trial::test("command_line::test_groups_what_differs", groups),
        Trial::test("command_line::our_snapshots_are_golden_files", ours),
        Trial::test(
            "command_line::test_leaves_out_what_has_not_changed",
            changed,
        ),
        Trial::test("command_line::diff_carries_scenarios_out", runs),
        Trial::test("command_line::completions_for_every_shell", completions),
        Trial::test("command_line::a_manual_page_for_every_command", manual),
        Trial::test("command_line::the_header_of_the_examples", header),
    ]
}

/// A folder of its own for a trial, with the echo scenario, whose module stands in a file.
fn folder(trial: &str) -> Result<PathBuf, Failed> {
    let folder = folder::folder(trial)?;
    fs::create_dir_all(folder.join("scenarios"))?;
    let text = fs::read_to_string(root().join(ECHO))?;
    let (before, rest) = text.split_once("wat = '''").ok_or("no module")?;
    let (module, after) = rest.split_once("'''").ok_or("no end of the module")?;
    let whole = format!("{before}file = \"echo.wat\"{after}");
    fs::write(folder.join("scenarios/echo.toml"), whole)?;
    fs::write(folder.join("scenarios/echo.wat"), module)?;
    Ok(folder)
}

fn inside(folder: &Path, program: &Path, arguments: &[&str]) -> Result<Output, Failed> {
    let mut command = Command::new(program);
    let command = command.current_dir(folder).args(arguments);
    Ok(command
        .env("CARGO_TARGET_DIR", folder.join("built"))
        .output()?)
}

fn test(folder: &Path, options: &[&str]) -> Result<Output, Failed> {
    inside(
        folder,
        Path::new(PRIMEA),
        &[&["test", "scenarios"], options].concat(),
    )
}

/// Has the guest execute two instructions more.
fn make_dearer(folder: &Path) -> Result<(), Failed> {
    replace(
        &folder.join("scenarios/echo.wat"),
        "(local $n i32)",
        "(local $n i32) (drop (i32.const 1))",
    )
}

fn replace(path: &Path, old: &str, new: &str) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    assert_eq!(
        text.matches(old).count(),
        1,
        "{old:?} must stand there once"
    );
    Ok(fs::write(path, text.replace(old, new))?)
}

fn golden() -> Result<(), Failed> {
    let folder = folder("golden")?;
    let options = ["--golden", "golden"];
    let none = "golden/echo.snap: expected a golden file, found none; with --bless it is written";
    printed(
        &test(&folder, &options)?,
        1,
        &[none, "0 passed, 1 failed"],
        &[],
    );
    let written = ["test echo ... ok, written\n", "1 golden files written"];
    let bless = [&options[..], &["--bless"]].concat();
    printed(&test(&folder, &bless)?, 0, &written, &[]);
    printed(&test(&folder, &options)?, 0, &["test echo ... ok\n"], &[]);
    let text = fs::read_to_string(folder.join("golden/echo.snap"))?;
    let snapshot = primea(&["run", ECHO, "--state"])?.stdout;
    assert_eq!(text, String::from_utf8(snapshot)?);
    // A header of another tool's stays.
    fs::write(
        folder.join("golden/echo.snap"),
        format!("---\nsource: x\n---\n{text}"),
    )?;
    printed(&test(&folder, &options)?, 0, &["test echo ... ok\n"], &[]);
    make_dearer(&folder)?;
    printed(&test(&folder, &bless)?, 0, &written, &[]);
    let text = fs::read_to_string(folder.join("golden/echo.snap"))?;
    assert!(text.starts_with("---\nsource: x\n---\nabout: "), "{text}");
    assert!(text.contains("spent 1986"), "{text}");
    let alone = primea(&["test", ECHO, "--bless"])?;
    printed(&alone, 2, &[], &["--golden <DIR>"]);
    Ok(())
}

fn groups() -> Result<(), Failed> {
    let folder = folder("groups")?;
    for name in ["other", "third"] {
        let path = folder.join(format!("scenarios/{name}.toml"));
        fs::copy(folder.join("scenarios/echo.toml"), path)?;
    }
    let options = ["--golden", "golden"];
    test(&folder, &[&options[..], &["--bless"]].concat())?;
    make_dearer(&folder)?;
    replace(
        &folder.join("scenarios/third.toml"),
        "response = \"out#7\"",
        "response = \"out#8\"",
    )?;
    replace(&folder.join("scenarios/third.toml"), "tag = 7", "tag = 8")?;
    let page = [
        "what differs first: steps, in 1 scenario\n",
        "what differs first: ticks alone, in 2 scenarios\n",
        "by rule\n  rule     scenarios  before  after  moved\n",
        "  CAP-4            2    5984   6012    +28\n",
        "by scenario\n  scenario  before  after  moved\n  echo        2992   3006    +14\n",
        "for example echo: the first difference is in line 7\n",
        "0 passed, 3 failed",
    ];
    printed(&test(&folder, &options)?, 1, &page, &[]);
    Ok(())
}

/// The snapshots of this repository can be reviewed in this way.
fn ours() -> Result<(), Failed> {
    let held = primea(&["test", "--golden", "snapshots", "--filter", "basics/"])?;
    printed(
        &held,
        0,
        &[
            "test basics/echo ... ok\n",
            " passed, 0 failed, 0 unusable\n",
        ],
        &[],
    );
    Ok(())
}

fn changed() -> Result<(), Failed> {
    let folder = folder("changed-only")?;
    let (ran, left_out) = (
        "1 passed, 0 failed, 0 unusable\n",
        "0 passed, 0 failed, 0 unusable, 1 unchanged\n",
    );
    let options = ["--changed"];
    printed(&test(&folder, &options)?, 0, &[ran], &[]);
    printed(&test(&folder, &options)?, 0, &[left_out], &[]);
    // The kept file is no part of a repository.
    assert_eq!(
        fs::read_to_string(folder.join("built/primea/.gitignore"))?,
        "*\n"
    );
    // Whoever does not ask runs everything.
    printed(&test(&folder, &[])?, 0, &[ran], &[]);
    printed(&test(&folder, &["--changed", "--check"])?, 0, &[ran], &[]);
    // The module.
    printed(&test(&folder, &options)?, 0, &[ran], &[]);
    make_dearer(&folder)?;
    printed(&test(&folder, &options)?, 0, &[ran], &[]);
    // The text. What does not hold is run again.
    let path = folder.join("scenarios/echo.toml");
    replace(&path, "sent = 1", "sent = 2")?;
    for _ in 0..2 {
        printed(&test(&folder, &options)?, 1, &["0 passed, 1 failed"], &[]);
    }
    replace(&path, "sent = 2", "sent = 1")?;
    printed(&test(&folder, &options)?, 0, &[ran], &[]);
    printed(&test(&folder, &options)?, 0, &[left_out], &[]);
    // The golden file.
    let held = ["--changed", "--golden", "golden"];
    test(&folder, &[&held[..], &["--bless"]].concat())?;
    printed(&test(&folder, &held)?, 0, &[ran], &[]);
    printed(&test(&folder, &held)?, 0, &[left_out], &[]);
    fs::write(folder.join("golden/echo.snap"), "other\n")?;
    printed(&test(&folder, &held)?, 1, &["0 passed, 1 failed"], &[]);
    // The program itself.
    let program = folder.join("primea");
    fs::write(&program, [fs::read(PRIMEA)?.as_slice(), b"\n"].concat())?;
    fs::set_permissions(&program, fs::metadata(PRIMEA)?.permissions())?;
    printed(&test(&folder, &options)?, 0, &[ran], &[]);
    let arguments = ["test", "scenarios", "--changed"];
    printed(&inside(&folder, &program, &arguments)?, 0, &[ran], &[]);
    Ok(())
}

fn runs() -> Result<(), Failed> {
    let folder = folder("runs")?;
    make_dearer(&folder)?;
    let (one, other) = (root().join(ECHO), folder.join("scenarios/echo.toml"));
    let page = folder.join("difference.html");
    let [one, other, page] = [one, other, page].map(|path| path.display().to_string());
    let told = [
        "the first difference is in line 7\n  in step 1: create alice from echo, 10000000 ticks\n",
        "ticks by function\n  onMessage in echo: 13 -> 15 (+2)\n",
    ];
    printed(&primea(&["diff", &one, &other])?, 1, &told, &[]);
    let report = ["diff", &one, &other, "--report", &page];
    printed(&primea(&report)?, 1, &told, &[]);
    let written = fs::read_to_string(&page)?;
    let first =
        "<tr id=\"first\" class=\"differs starts\"><th>7</th><td>  alice creation, 0 -> 1008:";
    assert!(written.contains(first), "expected {first}");
    primea(&report)?;
    assert_eq!(fs::read_to_string(&page)?, written, "the same bytes");
    printed(
        &primea(&["diff", &one, &one, "--report", &page])?,
        0,
        &[],
        &[],
    );
    let same = fs::read_to_string(&page)?;
    assert!(same.contains("There is none.") && !same.contains("id=\"first\""));
    Ok(())
}

fn completions() -> Result<(), Failed> {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = primea(&["completions", shell])?;
        printed(
            &output,
            0,
            &["primea", "conform", "completions", "until-activation"],
            &[],
        );
    }
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("completions.bash");
    fs::write(&path, primea(&["completions", "bash"])?.stdout)?;
    // What a reader of `primea st` and a tab is offered.
    let script = format!(
        "source {} && COMP_WORDS=(primea st) COMP_CWORD=1 && _primea primea st primea && echo \"${{COMPREPLY[@]}}\"",
        path.display()
    );
    let offered = Command::new("bash").args(["-c", &script]).output()?;
    printed(&offered, 0, &["state\n"], &[]);
    printed(
        &primea(&["completions", "csh"])?,
        2,
        &[],
        &["invalid value 'csh'"],
    );
    Ok(())
}

fn manual() -> Result<(), Failed> {
    let folder = folder("manual")?;
    let out = folder.display().to_string();
    printed(&primea(&["man", "--out", &out])?, 0, &[], &[]);
    let help = program::printed(0, &["--help"])?;
    let (_, commands) = help.split_once("Commands:\n").ok_or("no commands")?;
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|name| !["", "help"].contains(name)).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let page = fs::read_to_string(folder.join(format!("primea-{name}.1")))?;
        assert!(page.contains(".SH SYNOPSIS\n\\fBprimea"), "{page}");
        let alone = primea(&["man", name])?;
        assert_eq!(String::from_utf8(alone.stdout)?, page);
    }
    // A command has examples, or the group that it is in, or, where a group has none, each of its
    // commands.
    let has_examples = |name: &str| {
        let page = fs::read_to_string(folder.join(format!("{name}.1")));
        page.is_ok_and(|page| page.contains("Examples:\n"))
    };
    for entry in fs::read_dir(&folder)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let Some(name) = file
            .strip_suffix(".1")
            .filter(|name| *name != "primea-state")
        else {
            continue;
        };
        let group = name.rsplit_once('-').map_or(name, |(group, _)| group);
        assert!(
            has_examples(name) || has_examples(group),
            "{name}: no examples"
        );
    }
    let page = fs::read_to_string(folder.join("primea-state-prove.1"))?;
    assert!(page.contains("\\-\\-store"), "{page}");
    printed(
        &primea(&["man", "state", "x"])?,
        2,
        &[],
        &["expected a command of state (show, "],
    );
    Ok(())
}

/// The header that the examples in C include is the one that is printed.
fn header() -> Result<(), Failed> {
    let header = fs::read_to_string(root().join("examples/guests/primea.h"))?;
    let arguments = ["interface", "--dialect", "capabilities", "--format", "c"];
    assert_eq!(program::printed(0, &arguments)?, header);
    Ok(())
}
