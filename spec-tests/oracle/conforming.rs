//! `primea conform` on the five vectors of `basics`, for the tests that hold targets to them.
//!
//! Enters: a shell command that is a target, and options. Leaves: the exit status, the text and the report.
//! Refuses to know: which verdicts are right.

use crate::{folder, program::PRIMEA, root};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    process::Command,
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
