//! The page of `primea run --report`, opened in a browser and used: what it shows, and that it
//! stays smooth where there is much to show.
//!
//! Enters: scenarios, the built program, Chromium. Leaves: trials, which fail without Chromium;
//! where `PRIMEA_NO_BROWSER` is set, they are shown as ignored. Refuses to know: how the page does
//! it.

mod browser;
mod crowd;
#[path = "../program.rs"]
mod program;
mod sides;
mod used;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::PathBuf;

/// The page of a scenario, in a file of this trial's own.
fn page_of(scenario: &str, trial: &str) -> Result<PathBuf, Failed> {
    let page = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{trial}.html"));
    let shown = page.display().to_string();
    program::printed(0, &["run", scenario, "--report", &shown])?;
    Ok(page)
}

fn main() {
    let mut arguments = Arguments::from_args();
    // Browsers are large.
    arguments.test_threads = Some(1);
    let is_without = std::env::var_os("PRIMEA_NO_BROWSER").is_some();
    let in_browser = [
        ("report::a_run_is_shown", used::a_run as fn() -> _),
        ("report::a_fault_is_shown", used::a_fault),
        (
            "report::waits_and_storage_are_shown",
            used::waits_and_storage,
        ),
        ("report::everything_has_a_key", used::keys),
        ("report::search_finds", used::search),
        ("report::light_and_dark", used::light_and_dark),
        ("report::two_runs_beside_each_other", sides::two_runs),
        ("report::a_crowd_stays_smooth", crowd::stays_smooth),
    ];
    let trials =
        in_browser.map(|(name, trial)| Trial::test(name, trial).with_ignored_flag(is_without));
    libtest_mimic::run(&arguments, trials.into()).exit();
}
