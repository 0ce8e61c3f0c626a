//! Small runs, looked at as a reader would: clicks, keys, search, light and dark.
//!
//! Enters: scenarios. Leaves: trials. Refuses to know: how the page does it.

use crate::{browser::Browser, page_of};
use libtest_mimic::Failed;
use serde_json::json;

const SCREEN: [u32; 2] = [1400, 900];
const ECHO: &str = "spec-tests/basics/echo.toml";
const CLOCK: &str = "spec-tests/capabilities/getNextMessage/a-clock-that-strikes-three.toml";
const FAULTS: &str = "spec-tests/capabilities/respond/every-fault-has-its-number.toml";
const STORES: &str = "spec-tests/capabilities/storeMessage/replaces-the-whole-value.toml";
const PORTS: &str = "spec-tests/basics/a-received-port-is-used.toml";

fn open(scenario: &str, trial: &str) -> Result<Browser, Failed> {
    Browser::open(&page_of(scenario, trial)?, SCREEN)
}

/// Waits until what was changed is drawn.
fn drawn(browser: &mut Browser) -> Result<(), Failed> {
    browser.see("!timeline.asked")
}

/// Clicks on the timeline where an expression says, in pixels of the canvas.
fn click_at(browser: &mut Browser, place: &str) -> Result<(), Failed> {
    drawn(browser)?;
    let at = browser.value(&format!(
        "(() => {{ const at = {place}, box = timeline.canvas.getBoundingClientRect(); \
         return [box.x + at.x, box.y + at.y]; }})()"
    ))?;
    let place = |index: usize| at[index].as_f64().ok_or("no place");
    browser.click(place(0)?, place(1)?)
}

fn click_bar(browser: &mut Browser, number: usize) -> Result<(), Failed> {
    let at = number - 1;
    let middle = format!(
        "(box => ({{ x: box.x + box.width / 2, y: box.y + box.height / 2 }}))(timeline.box({at}))"
    );
    click_at(browser, &middle)
}

/// Expects the bar of an activation to have a color of the style.
fn bar_has(browser: &mut Browser, number: usize, color: &str) -> Result<(), Failed> {
    drawn(browser)?;
    let at = number - 1;
    let colors = browser.value(&format!(
        "(() => {{ const box = timeline.box({at}); \
         const drawn = timeline.canvas.getContext('2d').getImageData( \
           Math.round(box.x + 3), Math.round(box.y + box.height - 4), 1, 1).data; \
         const sample = document.createElement('i'); sample.style.color = 'var(--{color})'; \
         document.body.append(sample); const meant = getComputedStyle(sample).color; \
         sample.remove(); \
         return [`rgb(${{drawn[0]}}, ${{drawn[1]}}, ${{drawn[2]}})`, meant]; }})()"
    ))?;
    assert_eq!(
        colors[0], colors[1],
        "the bar of activation {number} is {color}"
    );
    Ok(())
}

/// The activation that is selected, counted from 1.
fn selected(browser: &mut Browser) -> Result<Option<u64>, Failed> {
    let at = browser.value("timeline.selected && timeline.selected.at + 1")?;
    Ok(at.as_u64())
}

pub fn a_run() -> Result<(), Failed> {
    let mut browser = open(ECHO, "a-run")?;
    browser.reads("header", &[ECHO, "An actor answers a message", "2,992"])?;
    bar_has(&mut browser, 1, "creation")?;
    bar_has(&mut browser, 2, "message")?;
    click_bar(&mut browser, 2)?;
    let handled = [
        "#2 alice",
        "ok",
        "1,008 \u{2192} 2,992",
        "\"hello\", response out#7",
    ];
    browser.reads("#details", &handled)?;
    let calls = [
        "createMessage(offset 0, len 5, responseCap -1) \u{2192} 1",
        "respond(message 1)",
        "2: send \"hello\" to alice#0",
    ];
    browser.reads("#details", &calls)?;
    browser.reads(
        "#details .state",
        &["clock\t1,008\t2,992", "messages sent\t0\t1"],
    )?;
    browser.reads("#details", &["out#7, received by out"])?;
    // What the probe received is a dot of its own.
    click_at(&mut browser, "timeline.dot(2)")?;
    browser.reads("#details h2", &["Message", "received"])?;
    browser.click_on("document.querySelector('#details .link')")?;
    browser.reads("#details h2", &["#2 alice"])?;
    browser.click_on("document.querySelector('#tab-ticks')")?;
    browser.reads(
        "#ticks",
        &["spent 2,992", "import respond echo", "200\t200\t1"],
    )?;
    browser.value(
        "(() => { const it = document.querySelector('#whose'); it.value = 'alice'; it.onchange(); })()",
    )?;
    browser.reads("#functions", &["(code)", "1,008", "(opening)", "1,519"])?;
    browser.click_on("document.querySelector('#tab-steps')")?;
    let root = browser.value("data.root")?;
    let root = root.as_str().ok_or("a root is a text")?;
    assert_eq!(root.len(), 64);
    browser.reads("#steps", &["1: create alice from echo", root])?;
    browser.close()?;
    let mut browser = open(PORTS, "ports")?;
    click_bar(&mut browser, 2)?;
    browser.reads("#details", &["#2 alice", "message", "bound as", "ok"])?;
    browser.close()
}

pub fn a_fault() -> Result<(), Failed> {
    let mut browser = open(FAULTS, "a-fault")?;
    browser.reads("#details", &["19 faults", "#2 alice Unreachable"])?;
    bar_has(&mut browser, 2, "fault")?;
    browser.press("f")?;
    browser.reads("#fault", &["Fault 1: The guest executed `unreachable`."])?;
    browser.press("f")?;
    browser.reads("#fault", &["Fault 2: A memory access"])?;
    browser.reads(
        "#details",
        &["9,998,394 to the error response", "hex 02000000 (= 2)"],
    )?;
    // One of ten million ticks does not hide those of two thousand, unless that is asked for.
    let width = "timeline.box(1).width";
    let narrow = format!("{width} < 4");
    assert_eq!(browser.value(&narrow)?, false);
    browser.press("g")?;
    assert_eq!(browser.value(&format!("timeline.fit() || {narrow}"))?, true);
    browser.close()
}

pub fn waits_and_storage() -> Result<(), Failed> {
    let mut browser = open(CLOCK, "waits")?;
    click_bar(&mut browser, 2)?;
    browser.reads("#details .state", &["waits until 4,573"])?;
    bar_has(&mut browser, 3, "time-out")?;
    let dashes = browser.value(
        "(() => { const from = timeline.box(1), to = timeline.box(2); \
         const x = Math.ceil(from.x + from.width) + 4, wide = Math.floor(to.x) - x; \
         const seen = timeline.canvas.getContext('2d') \
           .getImageData(x, Math.round(from.y + from.height / 2) - 1, wide, 2).data; \
         let drawn = 0; \
         for (let at = 0; at < seen.length; at += 4) drawn += seen[at] - seen[at + 2] > 60; \
         return drawn / wide; })()",
    )?;
    let dashes = dashes.as_f64().unwrap_or(0.0);
    assert!(
        dashes > 0.2,
        "a wait is a dashed line, of which {dashes} is seen"
    );
    browser.close()?;
    let mut browser = open(STORES, "stores")?;
    browser.press("/")?;
    browser.type_text("storeMessage")?;
    browser.press("Enter")?;
    browser.reads("#details .state", &["stored at "])?;
    let changed = browser
        .value("document.querySelector('#details .state .moved td:last-child').innerText")?;
    assert_ne!(changed, json!(""));
    browser.close()
}

pub fn keys() -> Result<(), Failed> {
    let mut browser = open(CLOCK, "keys")?;
    for (key, expected) in [
        ("ArrowRight", Some(1)),
        ("ArrowRight", Some(2)),
        ("n", Some(3)),
        ("n", Some(4)),
        ("p", Some(3)),
        ("ArrowLeft", Some(2)),
        ("Escape", None),
    ] {
        browser.press(key)?;
        assert_eq!(selected(&mut browser)?, expected, "after {key}");
    }
    browser.reads("#spoken", &["nothing selected"])?;
    let near = "timeline.zoom > timeline.least * 1.4";
    assert_eq!(browser.value(near)?, false);
    browser.press("+")?;
    assert_eq!(browser.value(near)?, true);
    browser.press("0")?;
    assert_eq!(browser.value(near)?, false);
    for (key, tab) in [("2", "steps"), ("3", "ticks"), ("1", "details")] {
        browser.press(key)?;
        assert_eq!(
            browser.value(&format!("$({tab:?}).hidden"))?,
            false,
            "{tab}"
        );
    }
    browser.press("?")?;
    browser.reads("#help", &["Keys", "the next fault"])?;
    assert_eq!(browser.value("$('help').open")?, true);
    browser.click_on("document.querySelector('#help button')")?;
    assert_eq!(browser.value("$('help').open")?, false);
    browser.close()?;
    // From a child to its maker, and back.
    let family = "spec-tests/capabilities/createActor/grandchildren.toml";
    let mut browser = open(family, "family")?;
    for (key, expected) in [
        ("n", 1),
        ("n", 2),
        ("e", 3),
        ("e", 4),
        ("c", 3),
        ("ArrowDown", 4),
        ("ArrowUp", 3),
        ("ArrowUp", 2),
    ] {
        browser.press(key)?;
        assert_eq!(selected(&mut browser)?, Some(expected), "after {key}");
    }
    browser.close()
}

pub fn search() -> Result<(), Failed> {
    let mut browser = open(CLOCK, "search")?;
    browser.press("/")?;
    assert_eq!(
        browser.value("document.activeElement === $('search')")?,
        true
    );
    browser.type_text("time-out")?;
    browser.reads("#found", &["3 of 5"])?;
    for expected in [3, 4, 5, 3] {
        browser.press("Enter")?;
        assert_eq!(selected(&mut browser)?, Some(expected));
    }
    browser.reads("#found", &["1 / 3 of 5"])?;
    browser.type_text(" nothing like it")?;
    browser.reads("#found", &["0 of 5"])?;
    browser.press("Escape")?;
    assert_eq!(browser.value("$('search').value")?, "");
    assert_eq!(browser.text("#found")?, "");
    browser.close()
}

/// Has the reader's system prefer a scheme, and waits until the page has noticed.
fn prefer(browser: &mut Browser, scheme: &str) -> Result<(), Failed> {
    browser.prefer(scheme)?;
    browser.see(
        "timeline.colors.ink === \
         getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()",
    )
}

pub fn light_and_dark() -> Result<(), Failed> {
    let mut browser = open(ECHO, "light-and-dark")?;
    let ground = "getComputedStyle(document.body).backgroundColor";
    let [light, dark] = ["rgb(251, 250, 247)", "rgb(18, 21, 27)"];
    prefer(&mut browser, "light")?;
    assert_eq!(browser.value(ground)?, light);
    prefer(&mut browser, "dark")?;
    assert_eq!(browser.value(ground)?, dark);
    bar_has(&mut browser, 2, "message")?;
    browser.press("d")?;
    assert_eq!(browser.value(ground)?, light);
    bar_has(&mut browser, 2, "message")?;
    browser.click_on("$('theme')")?;
    assert_eq!(browser.value(ground)?, dark);
    prefer(&mut browser, "light")?;
    assert_eq!(browser.value(ground)?, dark, "the switch is stronger");
    browser.close()
}
