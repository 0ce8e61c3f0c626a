//! Targets, good and bad: the right verdict, no hang, nothing lost of the others.
//!
//! Enters: shell commands that are targets. Leaves: tests. Refuses to know: what the vectors say.

use crate::{conforming::conform, folder};
use std::{fs, path::Path, thread, time::Duration};

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
