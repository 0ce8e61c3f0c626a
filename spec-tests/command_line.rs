//! What `primea run` and `primea test` print, where, and with which exit code.
//!
//! Enters: the built program, scenarios, the README. Leaves: trials. Refuses to know: what
//! scenarios should come to.

mod author;
mod report;
mod resume;
mod ticks;

use crate::{program::primea, root};
use libtest_mimic::{Failed, Trial};
use std::{path::PathBuf, process::Output};

const ECHO: &str = "spec-tests/basics/echo.toml";

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("command_line::run_prints_a_table_and_the_root", run_prints),
        Trial::test("command_line::the_readme_is_true", readme_is_true),
        Trial::test("command_line::run_tells_what_differs", run_differs),
        Trial::test("command_line::run_refuses_what_cannot_be_read", run_refuses),
        Trial::test("command_line::run_says_where_it_had_to_stop", run_stops),
        Trial::test("command_line::test_counts", test_counts),
        Trial::test(
            "command_line::test_never_passes_without_scenarios",
            test_of_nothing,
        ),
    ];
    trials.extend(resume::trials());
    trials.extend(author::trials());
    trials.extend(report::trials());
    trials.extend(ticks::trials());
    trials
}

/// Writes the echo scenario with one thing changed, into a folder of this trial's own.
fn changed(trial: &str, right: &str, wrong: &str) -> Result<PathBuf, Failed> {
    let text = std::fs::read_to_string(root().join(ECHO))?;
    assert_eq!(
        text.matches(right).count(),
        1,
        "{right:?} must stand there once"
    );
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(trial);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("changed.toml");
    std::fs::write(&path, text.replace(right, wrong))?;
    Ok(path)
}

/// Asserts on the exit code, and on parts of what was printed to stdout and stderr.
fn printed(output: &Output, code: i32, stdout: &[&str], stderr: &[&str]) {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    for part in stdout {
        assert!(
            out.contains(part),
            "expected {part:?} on stdout:\n{out}\n{err}"
        );
    }
    for part in stderr {
        assert!(
            err.contains(part),
            "expected {part:?} on stderr:\n{out}\n{err}"
        );
    }
    assert_eq!(stderr.is_empty(), err.is_empty(), "{err}");
}

fn run_prints() -> Result<(), Failed> {
    let row = "2  alice  message   1008 -> 2992  1984/5000      ok       left 3016 = 3016";
    let root = "\nroot a926e8196b813f305f6176cd96d255a2b392e61240fc8a7e6ce6393272981fe2\n";
    printed(&primea(&["run", ECHO])?, 0, &[row, root], &[]);
    let call = "    messageDataLen(0) -> 5  [3479 -> 3429]\n";
    printed(
        &primea(&["run", ECHO, "--calls"])?,
        0,
        &[row, call, root],
        &[],
    );
    let snapshot = [
        "about: An actor answers",
        "\nstate\n",
        "  probe out: 1 message",
        root,
    ];
    printed(&primea(&["run", ECHO, "--state"])?, 0, &snapshot, &[]);
    Ok(())
}

/// The README shows the command, and what it prints, to the letter.
fn readme_is_true() -> Result<(), Failed> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let shown = format!("cargo run --locked -- run {ECHO}");
    assert!(readme.contains(&shown), "expected {shown:?} in the README");
    let output = String::from_utf8(primea(&["run", ECHO])?.stdout)?;
    assert!(
        readme.contains(&output),
        "expected in the README:\n{output}"
    );
    Ok(())
}

fn run_differs() -> Result<(), Failed> {
    let path = changed("differs", "sent = 1", "sent = 2")?;
    let said =
        "changed.toml:40:8: expected `sent` to be 2, found 1\n40 | sent = 2\n   |        ^\n";
    printed(
        &primea(&["run", &path.display().to_string()])?,
        1,
        &["\nroot "],
        &[said],
    );
    // What nobody expects to fault, and how the scenario would say that it does.
    let asked = "ticks = 5000\nresponse = \"out#7\"\noutcome = \"ok\"\n";
    let path = changed("faults", asked, "ticks = 1\n")?;
    let said = [
        ": expected that nothing faults, found alice: OutOfTicks\n",
        "\n  a step in which something may fault says so: outcome = \"OutOfTicks\"\n",
    ];
    printed(
        &primea(&["run", &path.display().to_string()])?,
        1,
        &["\nroot "],
        &said,
    );
    Ok(())
}

fn run_refuses() -> Result<(), Failed> {
    let path = changed("refused", "ticks = 5000", "tocks = 5000")?;
    let said = [
        "error: ",
        "changed.toml:30:1: expected a key",
        "did you mean `ticks`?",
    ];
    printed(
        &primea(&["run", &path.display().to_string()])?,
        2,
        &[],
        &said,
    );
    printed(
        &primea(&["run", "no-such-file.toml"])?,
        2,
        &[],
        &["no-such-file.toml: cannot be read"],
    );
    printed(
        &primea(&["run", "spec-tests"])?,
        2,
        &[],
        &["spec-tests: expected a regular file, found a folder"],
    );
    Ok(())
}

fn run_stops() -> Result<(), Failed> {
    let path = changed("stopped", "send = \"alice\"", "send = \"out[0].response\"")?;
    let said = "changed.toml:28:8: expected at least 1 message received by `out`, found 0";
    printed(
        &primea(&["run", &path.display().to_string()])?,
        2,
        &["\nroot "],
        &["error: ", said],
    );
    Ok(())
}

fn test_counts() -> Result<(), Failed> {
    let basics = [
        "test echo ... ok\n",
        "test ports-echo ... ok\n",
        "5 passed, 0 failed, 0 unusable\n",
    ];
    printed(&primea(&["test", "spec-tests/basics"])?, 0, &basics, &[]);
    let one = [
        "test ports-echo ... ok\n",
        "\n1 passed, 0 failed, 0 unusable\n",
    ];
    let arguments = ["test", "spec-tests/basics", "--filter", "ports-"];
    printed(&primea(&arguments)?, 0, &one, &[]);
    let differs = changed("counts/differs", "sent = 1", "sent = 2")?
        .display()
        .to_string();
    let failed = [
        "FAILED\n",
        "expected `sent` to be 2, found 1",
        "\n0 passed, 1 failed, 0 unusable\n",
    ];
    printed(&primea(&["test", &differs])?, 1, &failed, &[]);
    let refused = changed("counts/refused", "ticks = 5000", "tocks = 5000")?
        .display()
        .to_string();
    let unusable = [
        "UNUSABLE\n",
        "expected a key",
        "\n0 passed, 1 failed, 1 unusable\n",
    ];
    printed(&primea(&["test", &differs, &refused])?, 2, &unusable, &[]);
    Ok(())
}

fn test_of_nothing() -> Result<(), Failed> {
    let said = "expected scenarios whose name contains \"no such\" below spec-tests/basics, found none of 5";
    printed(
        &primea(&["test", "spec-tests/basics", "--filter", "no such"])?,
        2,
        &[],
        &[said],
    );
    let said = "error: expected scenarios (.toml) below docs, found none\n";
    printed(&primea(&["test", "docs"])?, 2, &[], &[said]);
    let said = "error: expected vectors or scenarios to compare, found none\n";
    let asked = ["conform", "--target", "cat", "docs"];
    printed(&primea(&asked)?, 2, &[], &[said]);
    let said = "error: one.json: expected one scenario for one file, found 5\n";
    let asked = ["vectors", "export", "one.json", "spec-tests/basics"];
    printed(&primea(&asked)?, 2, &[], &[said]);
    Ok(())
}
