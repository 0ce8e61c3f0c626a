//! What `primea ticks`, `primea ticks diff` and `primea run --trace` print, where, and with which
//! exit code.
//!
//! Enters: scenarios, modules. Leaves: trials. Refuses to know: how ticks are counted.

use super::{ECHO, changed, printed};
use crate::{
    program::{self, primea},
    root,
};
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("command_line::ticks_of_a_scenario", of_a_scenario),
        Trial::test("command_line::ticks_of_a_module", of_a_module),
        Trial::test("command_line::ticks_refuses_in_words", refusals),
        Trial::test("command_line::ticks_diff_holds_to_a_tolerance", differences),
        Trial::test("command_line::ticks_draws_a_flamegraph", flamegraph),
        Trial::test("command_line::run_writes_a_trace", traces),
    ]
}

const FIB: &str = r#"(module
  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                     (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (export "onMessage") (param i32)
    (drop (call $fib (i32.const 5)))))
"#;

fn folder(trial: &str) -> Result<PathBuf, Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(trial);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Writes a file of this trial's own, and gives its path.
fn written(trial: &str, name: &str, content: &[u8]) -> Result<String, Failed> {
    let path = folder(trial)?.join(name);
    std::fs::write(&path, content)?;
    Ok(path.display().to_string())
}

fn stdout(arguments: &[&str]) -> Result<String, Failed> {
    program::printed(0, arguments)
}

fn of_a_scenario() -> Result<(), Failed> {
    let table = stdout(&["ticks", ECHO])?;
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let shown = format!("primea ticks {ECHO}\n");
    assert!(readme.contains(&shown), "expected {shown:?} in the README");
    assert!(readme.contains(&table), "expected in the README:\n{table}");
    let instructions = stdout(&["ticks", ECHO, "--instructions"])?;
    assert!(instructions.starts_with(&table), "{instructions}");
    let row = "\n  0xb2    call       onMessage  echo             1      1      200\n";
    assert!(instructions.contains(row), "{instructions}");
    let json = stdout(&["ticks", ECHO, "--format", "json"])?;
    assert_eq!(json, stdout(&["ticks", ECHO, "--format", "json"])?);
    assert!(json.starts_with("{\n  \"primea-ticks\": 1,\n  \"subject\": \"scenario\",\n"));
    let folded = stdout(&["ticks", ECHO, "--format", "folded"])?;
    let stack = "alice;message;onMessage;import respond 200\n";
    assert!(folded.contains(stack), "{folded}");
    let ticks = folded
        .lines()
        .map(|line| line.rsplit_once(' ').expect("a stack and ticks").1);
    let sum: u64 = ticks
        .map(|ticks| ticks.parse::<u64>().expect("a number"))
        .sum();
    assert!(table.starts_with(&format!("{sum} ticks spent: ")), "{sum}");
    Ok(())
}

fn of_a_module() -> Result<(), Failed> {
    let wat = written("ticks/module", "fib.wat", FIB.as_bytes())?;
    let binary = wat::parse_str(FIB)?;
    let wasm = written("ticks/module", "fib.wasm", &binary)?;
    let called = ["ticks", &wat, "--schedule", "plain", "--call", "fib", "10"];
    let function = "\n  fib       guest       0    177  1589   1589\n";
    printed(
        &primea(&called)?,
        0,
        &[function, "  1  guest  call   ok "],
        &[],
    );
    assert_eq!(
        stdout(&called)?,
        stdout(&["ticks", &wasm, "--schedule", "plain", "--call", "fib", "10"])?
    );
    // Under the reference schedule each of the 176 calls costs 3 more.
    let function = "\n  fib       guest       0    177  2117   2117\n";
    let reference = stdout(&["ticks", &wasm, "--call", "fib", "10"])?;
    assert!(reference.contains(function), "{reference}");
    let named = [
        "ticks",
        &wasm,
        "--schedule",
        "reference",
        "--call",
        "fib",
        "10",
    ];
    assert_eq!(reference, stdout(&named)?);
    // As unsigned, -1 is the greatest number: the recursion goes too deep.
    let deep = primea(&["ticks", &wasm, "--call", "fib", "-1"])?;
    printed(&deep, 0, &["  1  guest  call   CallDepth "], &[]);
    let message = ["ticks", &wasm, "--entry", "onMessage", "--data", "hello"];
    printed(&primea(&message)?, 0, &["  1  guest  message  ok "], &[]);
    assert_eq!(stdout(&message)?, stdout(&["ticks", &wasm])?);
    let short = primea(&["ticks", &wasm, "--ticks", "1010", "--data-hex", "00ff"])?;
    printed(&short, 0, &["1010 ticks spent: ", " OutOfTicks "], &[]);
    let creation = primea(&["ticks", &wasm, "--entry", "onCreation"])?;
    printed(&creation, 0, &["  1  guest  creation  ok "], &[]);
    Ok(())
}

fn refusals() -> Result<(), Failed> {
    let wat = written("ticks/refusals", "fib.wat", FIB.as_bytes())?;
    let wrong = written("ticks/refusals", "wrong.wat", b"(module (func (drop)")?;
    let invalid = written("ticks/refusals", "invalid.wasm", b"\0asm\x01\0\0\0\x09")?;
    let exports = "fib.wat: expected an exported function `fob`, found fib, onMessage";
    let cases: [(&[&str], &str); 13] = [
        (&["ticks", &wat, "--call", "fob"], exports),
        (
            &["ticks", &wat, "--call", "fib", "x"],
            "argument 1 of `fib`: expected an i32, found `x`",
        ),
        (
            &["ticks", &wat, "--call", "fib"],
            "expected 1 arguments for `fib`, found 0",
        ),
        (
            &["ticks", &wrong],
            "wrong.wat: expected WebAssembly text, found an error",
        ),
        (&["ticks", &invalid], "invalid.wasm: byte "),
        (
            &["ticks", "no-such-file.wasm"],
            "no-such-file.wasm: cannot be read",
        ),
        (
            &["ticks", "Cargo.lock"],
            "expected a name that ends in .toml, .wasm, .wat or .json",
        ),
        (
            &["ticks", ECHO, "--call", "fib"],
            "expected a module for --call, found a scenario",
        ),
        (
            &["ticks", &wat, "--entry", "onCreation", "--data", "x"],
            "expected no data, found some",
        ),
        (
            &["ticks", &wat, "--data-hex", "0"],
            "expected an even number of hexadecimal digits",
        ),
        (
            &["ticks", &wat, "--dialect", "ports"],
            "expected one of ports-camel, ",
        ),
        (
            &["ticks", &wat, "--schedule", "plane"],
            "expected one of reference, plain",
        ),
        (
            &["ticks", ECHO, "--schedule", "plain"],
            "expected a module for --schedule, found a scenario",
        ),
    ];
    for (arguments, said) in cases {
        printed(&primea(arguments)?, 2, &[], &[said]);
    }
    Ok(())
}

fn differences() -> Result<(), Failed> {
    let trial = "ticks/differences";
    let old = written(trial, "old.wat", FIB.as_bytes())?;
    let dearer = FIB.replace("(drop (call", "(nop) (drop (call");
    let new = written(trial, "new.wat", dearer.as_bytes())?;
    let renamed = FIB.replace("$fib", "$fibonacci");
    let renamed = written(trial, "renamed.wat", renamed.as_bytes())?;
    let stored = stdout(&["ticks", &old, "--schedule", "plain", "--format", "json"])?;
    let stored = written(trial, "old.json", stored.as_bytes())?;
    let same = primea(&["ticks", "diff", &stored, &old, "--schedule", "plain"])?;
    printed(&same, 0, &["ticks  1138  1138      +0  +0.00 %\n"], &[]);
    let moved = [
        "ticks  1138  1139      +1  +0.08 %\n",
        "guest: onMessage    3    4      +1  +33.33 %\n",
    ];
    let further = ["moved by more than 0 ticks"];
    printed(
        &primea(&["ticks", "diff", &stored, &new, "--schedule", "plain"])?,
        1,
        &moved,
        &further,
    );
    for (tolerance, per_function, code) in [
        ("1", false, 0),
        ("1", true, 0),
        ("0.1%", false, 0),
        ("0.1%", true, 1),
        ("0.08%", false, 1),
    ] {
        let mut arguments = vec!["ticks", "diff", &stored, &new, "--tolerance", tolerance];
        arguments.extend(["--schedule", "plain"]);
        arguments.extend(per_function.then_some("--per-function"));
        let output = primea(&arguments)?;
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
    // The same ticks under another name.
    let output = primea(&["ticks", "diff", &old, &renamed, "--per-function"])?;
    let names = [" added\n", " removed\n", "guest: fibonacci"];
    printed(&output, 1, &names, &further);
    let called = ["ticks", "diff", &old, &new, "--call", "fib", "3"];
    printed(&primea(&called)?, 0, &["+0.00 %"], &[]);
    let schedules = primea(&["ticks", "diff", &stored, &new])?;
    let said = "expected results of one schedule, found ";
    printed(&schedules, 2, &[], &[said]);
    let mixed = primea(&["ticks", "diff", &stored, ECHO])?;
    printed(
        &mixed,
        2,
        &[],
        &["expected results of one subject, found entry and scenario"],
    );
    let broken = written(trial, "broken.json", b"{}")?;
    let output = primea(&["ticks", "diff", &broken, &new])?;
    let said = "broken.json: expected a result of `primea ticks --format json`";
    printed(&output, 2, &[], &[said]);
    let output = primea(&["ticks", "diff", &old, &new, "--tolerance", "much"])?;
    printed(&output, 2, &[], &["expected ticks (`100`) or percent"]);
    Ok(())
}

fn flamegraph() -> Result<(), Failed> {
    let picture = folder("ticks/flamegraph")?.join("echo.svg");
    let path = picture.display().to_string();
    let arguments = ["ticks", ECHO, "--flamegraph", &path];
    let table = stdout(&arguments)?;
    assert_eq!(table, stdout(&["ticks", ECHO])?);
    let drawn = std::fs::read_to_string(&picture)?;
    stdout(&arguments)?;
    assert_eq!(drawn, std::fs::read_to_string(&picture)?);
    let frame = "<title>import respond: 200 ticks, 6.68 %</title>";
    assert!(
        drawn.contains(frame) && drawn.ends_with("</svg>\n"),
        "{drawn}"
    );
    let nowhere = primea(&["ticks", ECHO, "--flamegraph", "no/such/folder.svg"])?;
    printed(&nowhere, 2, &[], &["no/such/folder.svg: cannot be written"]);
    Ok(())
}

/// The lines of a trace, and everything else that was printed, do not mix.
fn traces() -> Result<(), Failed> {
    let path = folder("ticks/traces")?.join("echo.jsonl");
    let shown = path.display().to_string();
    for level in ["calls", "instruction"] {
        let streamed = stdout(&["run", ECHO, "--trace", "-", "--level", level])?;
        let table = stdout(&["run", ECHO, "--trace", &shown, "--level", level])?;
        assert_eq!(table, stdout(&["run", ECHO])?, "tracing changes nothing");
        assert_eq!(streamed, std::fs::read_to_string(&path)?, "{level}");
        assert!(streamed.starts_with("{\"primea-trace\":1,"), "{streamed}");
        let is_told = streamed.contains("{\"event\":\"instruction\",");
        assert_eq!(is_told, level == "instruction");
        let (_, root) = table.rsplit_once("root ").expect("the last line");
        let root = format!("\"root\":\"{}\"}}\n", root.trim_end());
        assert!(streamed.ends_with(&root), "{streamed}");
    }
    let instructions = stdout(&["run", ECHO, "--trace", "-", "--level", "instruction"])?;
    documented(&root().join("docs/trace.md"), &instructions)?;
    printed(
        &primea(&["run", ECHO, "--level", "calls"])?,
        2,
        &[],
        &["--trace <FILE>"],
    );
    let nowhere = primea(&["run", ECHO, "--trace", "no/such/file"])?;
    printed(&nowhere, 2, &[], &["no/such/file: cannot be written"]);
    let differs = changed("ticks/traced", "sent = 1", "sent = 2")?
        .display()
        .to_string();
    let output = primea(&["run", &differs, "--trace", "-"])?;
    printed(
        &output,
        1,
        &["{\"event\":\"step\","],
        &["expected `sent` to be 2, found 1"],
    );
    Ok(())
}

/// The example of the documentation is part of the trace, to the letter.
fn documented(path: &Path, trace: &str) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let (_, rest) = text.split_once("```json\n").expect("there is an example");
    let (example, _) = rest.split_once("```\n").expect("it ends");
    assert!(
        example.lines().count() > 3 && trace.contains(example),
        "{example}"
    );
    Ok(())
}
