//! What `primea run --report` and `--trace-format chrome` write. How the page is used in a browser
//! is a suite of its own.
//!
//! Enters: scenarios. Leaves: trials. Refuses to know: how a page is drawn.

use super::{ECHO, changed, printed};
use crate::{
    program::{self, primea},
    root,
};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::path::PathBuf;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("command_line::run_writes_a_report", reports),
        Trial::test("command_line::a_report_tells_what_differs", complaints),
        Trial::test("command_line::a_report_of_a_part", parts),
        Trial::test("command_line::run_writes_a_trace_for_perfetto", chrome),
    ]
}

const CLOCK: &str = "spec-tests/capabilities/getNextMessage/a-clock-that-strikes-three.toml";

fn file(name: &str) -> Result<PathBuf, Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("reports");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(name))
}

/// What `primea run` prints, and the file that it wrote.
fn written(scenario: &str, options: &[&str], name: &str) -> Result<(String, String), Failed> {
    let path = file(name)?;
    let shown = path.display().to_string();
    let arguments = [&["run", scenario], options, &[&shown]].concat();
    let stdout = program::printed(0, &arguments)?;
    Ok((stdout, std::fs::read_to_string(path)?))
}

/// The data of a page.
fn data(page: &str) -> Result<Value, Failed> {
    let (_, data) = page.split_once("id=\"data\">").ok_or("no data")?;
    let (data, _) = data.split_once("</script>").ok_or("no end of the data")?;
    Ok(serde_json::from_str(data)?)
}

fn reports() -> Result<(), Failed> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let shown = format!("primea run {ECHO} --report echo.html\n");
    assert!(readme.contains(&shown), "expected {shown:?} in the README");
    let (table, page) = written(ECHO, &["--report"], "echo.html")?;
    let alone = program::printed(0, &["run", ECHO])?;
    // A watched activation is run exactly at once, so that none is replayed.
    assert_eq!(table, alone, "the report changes nothing");
    assert_eq!(
        written(ECHO, &["--report"], "echo.html")?.1,
        page,
        "the same bytes"
    );
    let data = data(&page)?;
    let (_, root) = table.rsplit_once("root ").ok_or("no root")?;
    assert_eq!(data["root"], root.trim_end());
    assert_eq!(data["steps"][1]["root"], root.trim_end());
    assert_eq!(data["activations"][1]["handled"], 1);
    let response = &data["messages"][2];
    assert_eq!(
        (&response["fate"], &response["ticks"]),
        (&"received".into(), &3016.into())
    );
    let both = file("both.jsonl")?.display().to_string();
    let (_, again) = written(ECHO, &["--trace", &both, "--report"], "echo.html")?;
    assert_eq!(again, page, "who else watches changes nothing");
    let trace = program::printed(0, &["run", ECHO, "--trace", "-"])?;
    assert_eq!(std::fs::read_to_string(both)?, trace);
    let nowhere = primea(&["run", ECHO, "--report", "no/such/file.html"])?;
    printed(&nowhere, 2, &[], &["no/such/file.html: cannot be written"]);
    Ok(())
}

/// A scenario that does not hold, or stops, has a report nevertheless.
fn complaints() -> Result<(), Failed> {
    let path = file("complaints.html")?.display().to_string();
    for (name, right, wrong, code, said) in [
        (
            "differs",
            "sent = 1",
            "sent = 2",
            1,
            "expected `sent` to be 2, found 1",
        ),
        (
            "stops",
            "send = \"alice\"",
            "send = \"out[0].response\"",
            2,
            "expected at least 1 message received by `out`",
        ),
    ] {
        let scenario = changed(&format!("reported-{name}"), right, wrong)?;
        let output = primea(&["run", &scenario.display().to_string(), "--report", &path])?;
        printed(&output, code, &["\nroot "], &[said]);
        let data = data(&std::fs::read_to_string(&path)?)?;
        let told = data["complaints"][0].as_str().ok_or("no complaint")?;
        assert!(told.contains(said), "{told}");
    }
    Ok(())
}

/// A run that is cut off has a report of what there was; one that is gone on with has none.
fn parts() -> Result<(), Failed> {
    let options = ["--until-activation", "1", "--report"];
    let (table, page) = written(ECHO, &options, "part.html")?;
    let data = data(&page)?;
    let activations = data["activations"].as_array().ok_or("no activations")?;
    assert_eq!(activations.len(), 1);
    let (_, root) = table.rsplit_once("root ").ok_or("no root")?;
    assert_eq!(data["root"], root.trim_end());
    let path = file("never.html")?.display().to_string();
    for (option, value) in [("--store", "world"), ("--resume", "cut.objects")] {
        let output = primea(&["run", ECHO, "--report", &path, option, value])?;
        let said = format!("'--report <FILE.html>' cannot be used with '{option}");
        printed(&output, 2, &[], &[&said]);
    }
    Ok(())
}

fn chrome() -> Result<(), Failed> {
    let options = ["--trace-format", "chrome", "--trace"];
    let (_, trace) = written(CLOCK, &options, "clock.json")?;
    assert_eq!(
        written(CLOCK, &options, "clock.json")?.1,
        trace,
        "the same bytes"
    );
    let trace: Value = serde_json::from_str(&trace)?;
    let events = trace["traceEvents"].as_array().ok_or("no events")?;
    let of = |category: &str| -> Vec<&Value> {
        events.iter().filter(|it| it["cat"] == category).collect()
    };
    let bars: Vec<(&Value, &Value, &Value)> = of("activation")
        .into_iter()
        .map(|it| (&it["name"], &it["ts"], &it["dur"]))
        .collect();
    assert_eq!(bars.len(), 5);
    assert_eq!(bars[1], (&"message".into(), &1320.into(), &2753.into()));
    let waits = of("wait");
    assert_eq!(waits.len(), 3);
    assert_eq!(
        (&waits[0]["ts"], &waits[0]["dur"]),
        (&4073.into(), &500.into())
    );
    // Slices of a thread are nested: a call is inside its phase, a phase inside its activation.
    let range = |it: &Value| -> Result<[u64; 2], Failed> {
        let start = it["ts"].as_u64().ok_or("no time")?;
        Ok([start, start + it["dur"].as_u64().ok_or("no duration")?])
    };
    for (inner, outer) in [("import", "phase"), ("phase", "activation")] {
        assert!(!of(inner).is_empty(), "{inner}");
        for slice in of(inner) {
            let [start, end] = range(slice)?;
            let mut holds = false;
            for around in of(outer) {
                let [from, to] = range(around)?;
                holds |= from <= start && end <= to;
            }
            assert!(holds, "{slice} is in a slice of the category {outer}");
        }
    }
    let arrows = of("message");
    assert_eq!(arrows.len(), 4, "two messages, with two ends each");
    let options = ["run", CLOCK, "--trace", "-", "--trace-format", "chrome"];
    let fault = [&options[..], &["--level", "instruction"]].concat();
    printed(
        &primea(&fault)?,
        2,
        &[],
        &["expected --level calls with --trace-format chrome"],
    );
    Ok(())
}
