//! A world of ten thousand activations: the page opens it, shows all of it and draws it smoothly.
//! Smoothness is a number of frames drawn, not a time by the clock.
//!
//! Enters: nothing. Leaves: a trial. Refuses to know: how long a frame takes.

use crate::{browser::Browser, page_of};
use libtest_mimic::Failed;
use std::{fmt::Write, path::PathBuf};

const PAIRS: u32 = 20;
const LETTERS: u32 = 500;

/// The message that counts `n` carries `n` times this, as the guest has it, too: far more than it takes.
const TICKS: u32 = 100_000;

/// Two actors send each other a message that counts down to 0. One of 0 is a fault.
const PLAYER: &str = r#"
about = "Twenty pairs of actors, who send each other five hundred messages."
dialect = "capabilities"
rules = ["TIME-6"]

[modules.player]
wat = '''
(module
  (import "env" "loadMessageData" (func $load (param i32 i32 i32 i32)))
  (import "env" "loadMessageCap" (func $cap (param i32 i32) (result i32)))
  (import "env" "createMessage" (func $create (param i32 i32 i32) (result i32)))
  (import "env" "addCapToMessage" (func $add (param i32 i32)))
  (import "env" "mintCap" (func $mint (result i32)))
  (import "env" "sendMessage" (func $send (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "onMessage") (param $m i32) (local $n i32) (local $new i32)
    (call $load (local.get $m) (i32.const 0) (i32.const 0) (i32.const 4))
    (local.set $n (i32.sub (i32.load (i32.const 0)) (i32.const 1)))
    (if (i32.lt_s (local.get $n) (i32.const 0)) (then (unreachable)))
    (if (i32.eqz (local.get $n)) (then (return)))
    (i32.store (i32.const 0) (local.get $n))
    (local.set $new (call $create (i32.const 0) (i32.const 4) (i32.const -1)))
    (call $add (local.get $new) (call $mint))
    (call $send (call $cap (local.get $m) (i32.const 0)) (local.get $new)
      (i32.mul (local.get $n) (i32.const 100000)))))
'''
"#;

fn scenario() -> Result<PathBuf, Failed> {
    let mut text = PLAYER.to_owned();
    for at in 0..PAIRS * 2 {
        writeln!(text, "[[steps]]\ncreate = \"p{at}\"\nmodule = \"player\"")?;
    }
    for pair in 0..PAIRS {
        let [first, second] = [pair * 2, pair * 2 + 1];
        writeln!(
            text,
            "[[steps]]\nsend = \"p{first}\"\ncaps = [\"p{second}\"]\nrun = false"
        )?;
        writeln!(text, "u32 = [{LETTERS}]\nticks = {}", LETTERS * TICKS)?;
    }
    text += "[[steps]]\nadvance = \"idle\"\n";
    text += "[[steps]]\nsend = \"p0\"\nu32 = [0]\noutcome = \"Unreachable\"\n";
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("crowd.toml");
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Pans and zooms in every frame for so many frames, and counts what was drawn.
const PANNED: &str = "new Promise(done => {
  timeline.fit();
  timeline.zoomBy(20);
  const before = timeline.frames, left = timeline.left;
  let asked = 0, least = Infinity;
  const step = () => {
    least = Math.min(least, timeline.drawn);
    if (asked === 120) {
      done({ frames: timeline.frames - before, moved: timeline.left !== left, least });
      return;
    }
    asked++;
    timeline.move(asked < 60 ? 40 : -30, asked % 3 - 1);
    if (asked % 20 === 0) timeline.zoomBy(asked < 60 ? 1.2 : 1 / 1.2);
    requestAnimationFrame(() => setTimeout(step, 0));
  };
  step();
})";

pub fn stays_smooth() -> Result<(), Failed> {
    let scenario = scenario()?;
    let page = page_of(&scenario.display().to_string(), "crowd")?;
    let bytes = std::fs::metadata(&page)?.len();
    assert!(
        bytes < 16 << 20,
        "expected a page of at most 16 MiB, found {bytes} bytes"
    );
    let mut browser = Browser::open(&page, [1400, 900])?;
    let whole = u64::from(PAIRS * LETTERS + PAIRS * 2 + 1);
    assert_eq!(browser.value("activations.length")?, whole);
    assert_eq!(browser.value("faulty.length")?, 1);
    let panned = browser.value(PANNED)?;
    assert_eq!(
        panned["frames"], 120,
        "every move draws one frame: {panned}"
    );
    assert_eq!(panned["moved"], true, "{panned}");
    let least = panned["least"].as_u64().unwrap_or(0);
    assert!(least > 0, "bars were drawn in every frame: {panned}");
    // A screen has so many pixels: what cannot be told apart is not drawn, however much there is.
    browser.value("timeline.fit()")?;
    browser.value("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")?;
    let drawn = browser.value("timeline.drawn")?.as_u64().unwrap_or(0);
    assert!(drawn > 1000 && drawn < whole, "{drawn} bars of {whole}");
    browser.press("f")?;
    browser.see("document.querySelector('#fault') !== null")?;
    browser.reads("#details h2", &["Unreachable"])?;
    browser.close()
}
