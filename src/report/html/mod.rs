//! A run as one page: a timeline, what happened in each activation, where ticks went. It needs
//! nothing but itself: style, script and data stand in it.
//!
//! Enters: a scenario to be carried out; or what came of one, and what was recorded. Leaves: HTML,
//! the same bytes on every machine. Refuses to know: files.

mod data;
mod parts;
mod rows;
pub mod sides;

use super::{
    recording::{Audience, Bounds, Recording},
    ticks::{Account, Profile, account::Subject, functions},
};
use crate::{
    activation::watch::listening,
    scenario::{
        Scenario,
        plan::Plan,
        play::{Played, PlayedStep, play_watched},
    },
    trace::names::Names,
    world::{order::Order, watch::Watch},
};
use std::sync::{Arc, Mutex};

pub use data::Source;

/// As much as a page shows, so that browsers open it at once; it says how much more there was.
pub const BOUNDS: Bounds = Bounds {
    activations: 20_000,
    messages: 40_000,
    calls: 100_000,
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// In the order in which each needs the ones before.
const SCRIPTS: [&str; 7] = [
    include_str!("model.js"),
    include_str!("scale.js"),
    include_str!("timeline.js"),
    include_str!("drawing.js"),
    include_str!("details.js"),
    include_str!("tables.js"),
    include_str!("main.js"),
];

/// The page of a run, which was watched by a recording and a profile.
pub fn page(
    title: &str,
    (plan, played): (&Plan, &Played),
    (recording, profile): (&Recording, &Profile),
    complaints: Vec<String>,
) -> Result<String, String> {
    let names = Names::of(plan, &played.world);
    let account = Account::of(profile, Subject::Scenario, plan.dialect, &names, false)?;
    let source = Source {
        title,
        plan,
        played,
        recording,
        account: &account,
        stacks: &functions::stacks(profile, &names),
        complaints,
    };
    let data = serde_json::to_string(&data::Page::of(&source)).expect("texts and numbers print");
    Ok(assemble(title, &data))
}

/// Carries out a scenario, and draws the page of it.
pub fn carried_out(title: &str, scenario: &Scenario) -> Result<(Played, String), String> {
    let Scenario { source, plan } = scenario;
    let (played, recording, profile) = watched(plan, BOUNDS);
    let mut recording = listening(&recording);
    let activations = played.steps.iter().map(|step| step.records.len()).sum();
    recording.forget_after(played.steps.len(), activations);
    let problems = played.problems();
    let complaints = problems.iter().map(|problem| source.render(problem));
    let profile = listening(&profile);
    let told = (&*recording, &*profile);
    let page = page(title, (plan, &played), told, complaints.collect())?;
    Ok((played, page))
}

/// Carries out a plan, while a recording with so much room and a profile listen.
fn watched(plan: &Plan, bounds: Bounds) -> (Played, Arc<Mutex<Recording>>, Arc<Mutex<Profile>>) {
    let recording = Arc::new(Mutex::new(Recording::new(bounds)));
    let profile = Arc::new(Mutex::new(Profile::new(plan.schedule.clone())));
    let mut audience = Audience::default();
    audience.seat(recording.clone(), false);
    audience.seat(profile.clone(), true);
    let watch = Watch {
        marks: audience.wants_marks(),
        onlooker: Arc::new(Mutex::new(audience)),
    };
    let mut told = |_: &PlayedStep| listening(&recording).step();
    let played = play_watched(plan, &mut Order::Canonical, watch, &mut told);
    (played, recording, profile)
}

fn assemble(title: &str, data: &str) -> String {
    let places = [
        ("{{data}}", parts::in_script(data)),
        ("{{script}}", SCRIPTS.concat()),
    ];
    let title = format!("{} - primea", parts::escaped(title));
    parts::page(title, STYLE, PAGE, &places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::problem::Source as Text;

    #[test]
    fn nothing_in_the_data_ends_the_script() {
        let page = assemble("<b>&", r#"{"about":"</script><script>"}"#);
        assert!(page.contains(r#"{"about":"\u003c/script>\u003cscript>"}"#));
        assert!(page.contains("<title>&lt;b>&amp;"));
        assert_eq!(page.matches("</script>").count(), 2, "data and program");
    }

    /// Two creations that each make a call, watched by a recording that has so much room.
    fn cut(bounds: Bounds) -> serde_json::Value {
        const TEXT: &str = r#"
about = "Two actors."
dialect = "capabilities"
rules = ["CAP-2"]
[modules.caller]
wat = '''(module
  (import "env" "mintCap" (func $mint (result i32)))
  (func (export "onCreation") (drop (call $mint)) (drop (call $mint))))'''
[[steps]]
create = "alice"
module = "caller"
[[steps]]
create = "bob"
module = "caller"
"#;
        let scenario = Scenario::read(Text::new("x", TEXT), None).expect("it is right");
        let plan = &scenario.plan;
        let (played, recording, profile) = watched(plan, bounds);
        let (recording, profile) = (listening(&recording), listening(&profile));
        let page = page("x", (plan, &played), (&recording, &profile), Vec::new());
        let page = page.expect("its stacks are few");
        let (_, data) = page.split_once("id=\"data\">").expect("there are data");
        let (data, _) = data.split_once("</script>").expect("they end");
        serde_json::from_str(data).expect("they are JSON")
    }

    #[test]
    fn a_page_says_what_it_leaves_out() {
        let bounds = |activations, messages, calls| Bounds {
            activations,
            messages,
            calls,
        };
        for (bounds, shown, left_out) in [
            (BOUNDS, 2, [0, 0, 0]),
            (bounds(2, 2, 3), 2, [0, 0, 1]),
            (bounds(2, 1, 4), 2, [0, 1, 0]),
            (bounds(1, 9, 9), 1, [1, 0, 0]),
            (bounds(0, 0, 0), 0, [2, 2, 0]),
        ] {
            let data = cut(bounds);
            let list = data["activations"].as_array().expect("it is a list");
            assert_eq!(list.len(), shown, "{bounds:?}");
            assert_eq!(data["left_out"], serde_json::json!(left_out), "{bounds:?}");
            assert_eq!(data["actor_ticks"].as_array().map(Vec::len), Some(2));
        }
    }

    #[test]
    fn the_page_asks_nobody_for_anything() {
        let page = assemble("x", "{}");
        for word in [
            "http:",
            "https:",
            "import(",
            "fetch(",
            "XMLHttpRequest",
            "<link",
            "url(",
        ] {
            assert!(!page.contains(word), "expected no {word} in the page");
        }
    }
}
