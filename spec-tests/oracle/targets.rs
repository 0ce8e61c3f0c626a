//! Targets, good and bad: the right verdict, no hang, nothing lost of the others.
//!
//! Enters: shell commands that are targets. Leaves: tests. Refuses to know: what the vectors say.

use crate::{folder, program::PRIMEA, root};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// What a run came to.
pub struct Run {
    pub code: Option<i32>,
    pub text: String,
    pub report: Value,
}

impl Run {
    /// Verdicts by the names of vectors.
    fn verdicts(&self) -> BTreeMap<&str, &str> {
        let cases = self.report["cases"].as_array().expect("a list").iter();
        cases
            .map(|case| {
                let name = case["name"].as_str().expect("a text");
                (name, case["verdict"].as_str().expect("a text"))
            })
            .collect()
    }

    pub fn all_are(&self, verdict: &str) {
        let verdicts = self.verdicts();
        assert_eq!(verdicts.len(), 5, "nothing is lost: {}", self.text);
        assert!(
            verdicts.values().all(|found| *found == verdict),
            "{}",
            self.text
        );
    }

    /// All pass but this one.
    pub fn only(&self, name: &str, verdict: &str) {
        for (found, other) in self.verdicts() {
            let expected = if found == name { verdict } else { "pass" };
            assert_eq!(other, expected, "{found}: {}", self.text);
        }
        assert_eq!(self.verdicts().len(), 5);
    }
}

/// Holds a target to the five vectors of `basics`, `echo` being the third. `MODEL` stands for this VM as a target.
pub fn conform(name: &str, target: &str, further: &[&str]) -> Run {
    let json = folder(name).join("report.json");
    let target = target.replace("MODEL", &format!("'{PRIMEA}' target"));
    // Only where a target is to be late, lateness is worth waiting for: the machine may be busy.
    let waits = target.contains("sleep") || target.contains("/d'");
    let began = Instant::now();
    let output = Command::new(PRIMEA)
        .current_dir(root())
        .args([
            "conform",
            "spec-tests/basics",
            "--target",
            &target,
            "--json",
        ])
        .arg(&json)
        .args(["--timeout", if waits { "1" } else { "20" }, "-j", "1"])
        .args(further)
        .output()
        .expect("it starts");
    // Generous, and yet no hang.
    assert!(began.elapsed() < Duration::from_secs(100), "{target}");
    let text = String::from_utf8(output.stdout).expect("it is text");
    let error = String::from_utf8_lossy(&output.stderr);
    let report = fs::read_to_string(&json).unwrap_or_else(|why| panic!("{why}: {error}"));
    Run {
        code: output.status.code(),
        text,
        report: serde_json::from_str(&report).expect("it is JSON"),
    }
}

#[test]
fn the_model_conforms_at_every_level() {
    let run = conform("model", "MODEL", &[]);
    run.all_are("pass");
    assert_eq!(run.code, Some(0));
    for level in ["outcomes", "ticks", "roots", "events", "state"] {
        let counts = run.report["cases"].as_array().expect("a list").iter();
        let count: u64 = counts
            .map(|case| case["compared"][level].as_u64().unwrap_or(0))
            .sum();
        assert!(count > 0, "{level}");
        assert!(
            run.text.contains(&format!("{level} {count}")),
            "{}",
            run.text
        );
    }
    conform("model-file", "MODEL", &["--target-mode", "file"]).all_are("pass");
    let outcomes = conform("model-outcomes", "MODEL", &["--level", "outcomes"]);
    outcomes.all_are("pass");
    assert!(outcomes.text.contains("target primea 0.1.0 at outcomes\n"));
}

#[test]
fn targets_that_say_nothing_of_use() {
    for (name, target, verdict) in [
        ("ends", "true", "crash"),
        ("fails", "echo no such VM >&2; exit 7", "crash"),
        ("garbage", "echo garbage; cat >/dev/null", "broken-answer"),
        ("half", "printf '{\"type\":\"hel'", "broken-answer"),
        ("flood", "yes", "broken-answer"),
        ("silent", "sleep 60", "time-out"),
        ("twice-hello", "MODEL | sed -u p", "broken-answer"),
        ("only-hello", "MODEL | head -n 1", "crash"),
        (
            "later",
            "MODEL | sed -u 's/\"protocol\":1/\"protocol\":2/'",
            "broken-answer",
        ),
    ] {
        let run = conform(name, target, &[]);
        run.all_are(verdict);
        assert_eq!(run.code, Some(3), "{name}");
        assert!(run.text.contains("the target failed"), "{}", run.text);
    }
    let run = conform("complains", "echo no such VM >&2; exit 7", &[]);
    assert!(run.text.contains("on stderr: no such VM"), "{}", run.text);
}

#[test]
fn a_line_without_end_is_cut_off() {
    conform("endless", "yes | tr -d '\\n'", &[]).all_are("broken-answer");
}

#[test]
fn one_bad_answer_is_one_bad_verdict() {
    let at_echo = |command: &str| format!("MODEL | sed -u '/\"result\":.*\"1984\"/{command}'");
    for (name, command, verdict) in [
        ("bad-garbage", "s/.*/garbage/", "broken-answer"),
        ("bad-none", "d", "time-out"),
        ("bad-twice", "p", "broken-answer"),
        ("bad-number", "s/\"1984\"/1984/", "broken-answer"),
        ("bad-lack", "s/\"spent\"/\"spend\"/g", "broken-answer"),
        ("bad-id", "s/\"id\":[0-9]*/\"id\":77/", "broken-answer"),
        (
            "bad-error",
            "s/.*/{\"type\":\"error\",\"id\":null,\"why\":\"what?\"}/",
            "broken-answer",
        ),
        (
            "bad-skip",
            "s/^.*\"result\",\"id\":\\([0-9]*\\).*/{\"type\":\"skip\",\"id\":\\1,\"why\":\"no\"}/",
            "skip",
        ),
        ("bad-ticks", "s/\"1984\"/\"1985\"/", "fail"),
    ] {
        conform(name, &at_echo(command), &[]).only("echo", verdict);
    }
    let ends = "while read -r line; do case \"$line\" in *'\"name\":\"echo\"'*) break;; esac; \
                printf '%s\\n' \"$line\"; done | MODEL";
    conform("bad-end", ends, &[]).only("echo", "crash");
}

#[test]
fn what_happens_between_vectors_is_nobodys_fault() {
    let run = conform(
        "log",
        "MODEL | sed -u '/\"id\":3,/s/^/a line of a log\\n/'",
        &[],
    );
    run.all_are("pass");
    assert_eq!(run.code, Some(3), "but it happened");
    assert_eq!(run.report["strays"][0]["after"], "a-received-port-is-used");
    // Each process carries out two vectors, and then ends.
    let two = "(for n in 1 2 3; do read -r line && printf '%s\\n' \"$line\"; done) | MODEL";
    let run = conform("two", two, &[]);
    run.all_are("pass");
    assert_eq!(run.code, Some(3));
}

#[test]
fn a_late_answer_is_none_and_a_flood_drowns_nobody() {
    let asked = "while read -r line; do case \"$line\" in *'\"name\":\"echo\"'*) sleep 3;; esac; \
                 printf '%s\\n' \"$line\"; done | MODEL";
    let run = conform("late", asked, &[]);
    run.only("echo", "time-out");
    assert_eq!(run.code, Some(3));
    // The answer is right; what follows it belongs to nobody, and the next vectors are not lost.
    let flood = "MODEL | while IFS= read -r line; do printf '%s\\n' \"$line\"; \
                 case \"$line\" in *'\"1984\"'*) yes flood;; esac; done";
    let run = conform("flood-behind", flood, &[]);
    run.all_are("pass");
    assert_eq!(run.code, Some(3));
    assert_eq!(run.report["strays"][0]["after"], "echo");
    assert_eq!(run.report["strays"][0]["verdict"], "broken-answer");
}

#[test]
fn a_pipe_that_somebody_else_keeps_open_stops_nobody() {
    for (name, target) in [
        ("orphan", "sleep 600 & exit 0"),
        // In a process group of its own it cannot be killed.
        ("stranger", "setsid sleep 20 & exit 0"),
    ] {
        let run = conform(name, target, &[]);
        run.all_are("time-out");
        assert_eq!(run.code, Some(3), "{name}");
    }
    // All answers are right, and then the pipe stays open.
    let run = conform("keeps", "sleep 600 & MODEL", &[]);
    run.all_are("pass");
    assert_eq!(run.code, Some(3));
    assert_eq!(run.report["strays"][0]["before"], "bye");
    assert_eq!(run.report["strays"][0]["verdict"], "time-out");
}

#[test]
fn what_a_target_leaves_behind_is_killed() {
    let folder = folder("left");
    let pid = folder.join("pid");
    let script = format!("sleep 600 & echo $! >'{}'; wait", pid.display());
    conform("forks", &script, &[]).all_are("time-out");
    let pid = fs::read_to_string(&pid).expect("it was written");
    let process = Path::new("/proc").join(pid.trim());
    // Without /proc there is nothing to be seen.
    for _ in 0..100 {
        let state = fs::read_to_string(process.join("stat")).unwrap_or_default();
        if state.is_empty() || state.contains(") Z ") {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("{} is still there", process.display());
}

#[test]
fn files_are_answered_one_by_one() {
    let script = |bad: &str| {
        format!(
            "f() {{ if grep -q '\"name\":\"echo\"' \"$1\"; then {bad}; else MODEL \"$1\"; fi; }}; f"
        )
    };
    for (name, bad, verdict) in [
        ("file-ends", "exit 0", "crash"),
        ("file-code", "MODEL \"$1\"; exit 1", "crash"),
        ("file-hangs", "sleep 60", "time-out"),
        ("file-twice", "MODEL \"$1\"; MODEL \"$1\"", "broken-answer"),
        ("file-half", "MODEL \"$1\" | head -c 50", "broken-answer"),
    ] {
        let run = conform(name, &script(bad), &["--target-mode", "file"]);
        run.only("echo", verdict);
    }
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
