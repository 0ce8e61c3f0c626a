//! The page of `primea diff --report`: the first difference is seen at once, keys go to the others,
//! and both runs are drawn above.
//!
//! Enters: a scenario and a changed one. Leaves: a trial. Refuses to know: how differences are
//! found.

use crate::{browser::Browser, program::printed};
use libtest_mimic::Failed;
use std::{
    fs,
    path::{Path, PathBuf},
};

const ECHO: &str = "spec-tests/basics/echo.toml";

pub fn two_runs() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (other, page) = (folder.join("later.toml"), folder.join("sides.html"));
    let text = fs::read_to_string(root.join(ECHO))?;
    let later = text.replace("ticks = 5000", "ticks = 6000");
    assert_ne!(later, text);
    fs::write(&other, later)?;
    let [second, report] = [&other, &page].map(|path| path.display().to_string());
    printed(1, &["diff", ECHO, &second, "--report", &report])?;

    let mut browser = Browser::open_any(&page, [1400, 900])?;
    browser.see("document.querySelector('tr.chosen')?.id === 'first'")?;
    browser.reads(
        "#said",
        &[
            "the first difference is in line 10",
            "expected step 2: send",
        ],
    )?;
    browser.reads("#first", &["5000 ticks", "6000 ticks"])?;
    let is_in_view = "(() => { const box = document.querySelector('#first').getBoundingClientRect(); \
                      return box.top >= 0 && box.bottom <= innerHeight; })()";
    browser.see(is_in_view)?;
    browser.reads("#at", &["change 1 of "])?;
    browser.press("n")?;
    browser.reads("#at", &["change 2 of "])?;
    browser.press("p")?;
    browser.reads("#at", &["change 1 of "])?;
    browser.press("o")?;
    browser.see(
        "[...document.querySelectorAll('tr:not(.differs)')].every(row => row.offsetHeight === 0)",
    )?;
    // A click goes to what is at its place on the screen, once that has been drawn.
    browser.value("new Promise(done => { scrollTo(0, 0); setTimeout(done, 500); })")?;
    browser.click_on("document.querySelector('#only')")?;
    browser.see("[...document.querySelectorAll('tr')].every(row => row.offsetHeight > 0)")?;
    // Both runs are open at the activation that differs first.
    browser.see("frames.length === 2")?;
    for frame in 0..2 {
        browser.see(&format!(
            "frames[{frame}].document.querySelector('#details')?.innerText.includes('message')"
        ))?;
    }
    browser.prefer("dark")?;
    browser.see("getComputedStyle(document.body).backgroundColor === 'rgb(18, 21, 27)'")?;
    browser.close()
}
