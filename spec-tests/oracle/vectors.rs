//! The export of all scenarios, and the documents about it.
//!
//! Enters: all scenarios, the documents about vectors and the protocol. Leaves: tests. Refuses to
//! know: what should come of a vector.

use crate::{folder, primea, printed, program::PRIMEA, root, schema::Schema};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("it is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// One export for all that is to be said of it: it takes seconds.
#[test]
fn all_scenarios_are_exported() {
    let folder = folder("export");
    let path = folder.to_str().expect("it is text");
    let export = || printed(0, &["vectors", "export", path]);
    let first = export();
    let manifest = fs::read(folder.join("manifest.json")).expect("it is there");
    assert_eq!(export(), first, "the same on every run");
    assert_eq!(
        fs::read(folder.join("manifest.json")).expect("it is there"),
        manifest
    );

    let schema = fs::read_to_string(root().join("docs/vector.schema.json")).expect("it is there");
    let schema = Schema::new(&schema);
    let manifest: Value = serde_json::from_slice(&manifest).expect("it is JSON");
    let files = manifest["files"].as_object().expect("an object");
    let vectors: Vec<&String> = files
        .keys()
        .filter(|path| path.starts_with("vectors/"))
        .collect();
    assert!(vectors.len() > 500, "{}", vectors.len());
    let mut bytes = 0;
    for (path, hash) in files {
        let content = fs::read(folder.join(path)).expect("it is listed");
        bytes += content.len();
        assert_eq!(
            blake3::hash(&content).to_string(),
            hash.as_str().expect("a hash")
        );
        if path.starts_with("vectors/") {
            let vector: Value = serde_json::from_slice(&content).expect("it is JSON");
            schema
                .check(&vector)
                .unwrap_or_else(|why| panic!("{path}: {why}"));
        }
    }
    assert!(bytes < 8 << 20, "{bytes} bytes are no longer a few MiB");

    assert_eq!(
        printed(0, &["vectors", "check", path]),
        format!("{} vectors hold, 0 do not\n", vectors.len())
    );
    let victim = folder.join("vectors/basics/echo.json");
    let text = fs::read_to_string(&victim).expect("it is there");
    fs::write(&victim, text.replace("\"1984\"", "\"1985\"")).expect("it is ours");
    let refused = primea(&["vectors", "check", path]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        error.contains("vectors/basics/echo.json: expected the blake3"),
        "{error}"
    );
}

#[test]
fn a_vector_that_is_wrong_is_shown_where() {
    let folder = folder("wrong");
    let one = folder.join("one.json");
    let one = one.to_str().expect("it is text");
    printed(
        0,
        &["vectors", "export", one, "spec-tests/basics/echo.toml"],
    );
    let text = fs::read_to_string(one).expect("it was written");
    assert!(
        text.contains("\"name\": \"echo\""),
        "no path is part of it: {text}"
    );
    let other = folder.join("other.json");
    fs::write(&other, text.replace("\"1984\"", "\"1985\"")).expect("it is ours");
    let other = other.to_str().expect("it is text");
    let told = printed(1, &["diff", one, other]);
    assert!(
        told.starts_with("first difference: step 2, alice (5f918f90)"),
        "{told}"
    );
    assert!(told.contains("expected {\"spent\":\"1984\"}\n"), "{told}");
    assert_eq!(primea(&["diff", one, one]).status.code(), Some(0));
    // The VM holds the target to what the vector says, and the vector is wrong.
    let target = format!("{PRIMEA} target");
    let conform = primea(&["conform", "--target", &target, other]);
    assert_eq!(conform.status.code(), Some(1), "{conform:?}");
    assert_eq!(
        primea(&["diff", one, "no such file"]).status.code(),
        Some(2)
    );
}

/// Lines of the documentation that begin with these marks are questions and answers.
#[test]
fn the_transcript_is_true() {
    let text = fs::read_to_string(root().join("docs/protocol.md")).expect("it is there");
    let mut target = Command::new(PRIMEA)
        .arg("target")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut questions = target.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(target.stdout.take().expect("a pipe")).lines();
    let mut exchanged = 0;
    for line in text.lines() {
        if let Some(question) = line.strip_prefix("> {") {
            writeln!(questions, "{{{question}").expect("it listens");
        } else if let Some(expected) = line.strip_prefix("< ") {
            let answer = answers.next().expect("an answer").expect("text");
            assert_eq!(answer, expected);
            exchanged += 1;
        }
    }
    assert!(exchanged >= 4, "{exchanged}");
    assert!(answers.next().is_none(), "nothing behind the last answer");
    assert!(target.wait().expect("it ends").success());
}

#[test]
fn fields_of_the_documentation_are_those_of_vectors() {
    let schema = read(&root().join("docs/vector.schema.json"));
    let text = fs::read_to_string(root().join("docs/vectors.md")).expect("it is there");
    fn names(value: &Value, into: &mut Vec<String>) {
        if let Some(fields) = value["properties"].as_object() {
            into.extend(fields.keys().cloned());
        }
        match value {
            Value::Object(object) => object.values().for_each(|value| names(value, into)),
            Value::Array(list) => list.iter().for_each(|value| names(value, into)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    names(&schema, &mut all);
    assert!(all.len() > 100);
    // The prices of a schedule are those of `primea interface`.
    let prices = ["instructions", "operands", "activation", "imports"];
    for name in all.iter().filter(|name| !prices.contains(&name.as_str())) {
        let said = [format!("`{name}`"), format!("\"{name}\"")];
        assert!(
            said.iter().any(|said| text.contains(said)),
            "docs/vectors.md: expected {name}"
        );
    }
}

/// The command of the README, and what it prints there.
#[test]
fn the_readme_shows_what_conform_prints() {
    let text = fs::read_to_string(root().join("README.md")).expect("it is there");
    let command = text
        .lines()
        .find(|line| line.starts_with("primea conform "));
    let command = command.expect("the README has such a command");
    let folder = Path::new(PRIMEA)
        .parent()
        .expect("it is in a folder")
        .display();
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", command])
        .env("PATH", format!("{folder}:{path}"))
        .current_dir(root())
        .output()
        .expect("it starts");
    let printed = format!("```text\n{}```\n", String::from_utf8_lossy(&output.stdout));
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains(&printed), "README.md: expected {printed}");
}
