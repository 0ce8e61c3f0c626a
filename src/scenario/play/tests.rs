//! The bounds of a whole scenario, and checks that convict.
//!
//! Enters: a scenario of few activations, with bounds about as tight, or broken on the way. Leaves:
//! tests of where it is stopped, and of what is said then. Refuses to know: how scenarios are written.

use super::*;
use crate::scenario::{Scenario, problem::Source};

/// Two activations with two calls each.
const TEXT: &str = r#"
about = "Makes two calls at its creation, and for every message."
dialect = "capabilities"
rules = ["LIM-18"]
[modules.caller]
wat = '''
(module
  (import "env" "mintCap" (func $mint (result i32)))
  (func $twice (drop (call $mint)) (drop (call $mint)))
  (export "onCreation" (func $twice))
  (export "onMessage" (func $twice)))
'''
[[steps]]
create = "alice"
module = "caller"
[[steps]]
send = "alice"
"#;

fn played(activations: usize, calls: usize) -> Played {
    let scenario = Scenario::read(Source::new("x", TEXT), None).expect("it is right");
    let mut player = Player::new(&scenario.plan, Settings::default());
    player.left = Allowance { activations, calls };
    player.play(&mut Order::Canonical);
    player.into_played()
}

/// `primea run --check` has such settings.
#[test]
#[should_panic(expected = "Clocks: expected no clock beyond 0")]
fn checks_tell_of_a_world_that_cannot_be() {
    let scenario = Scenario::read(Source::new("x", TEXT), None).expect("it is right");
    let settings = Settings {
        checks: true,
        ..Settings::default()
    };
    let mut player = Player::new(&scenario.plan, settings);
    while player.steps() == 0 {
        player.go_on(&mut Order::Canonical);
    }
    player.played.world.go_back();
    player.go_on(&mut Order::Canonical);
}

/// Rules tested here: LIM-18, OUT-13.
#[test]
fn the_steps_together_are_bounded() {
    let whole = played(2, 4);
    assert_eq!((whole.steps.len(), &whole.stopped), (2, &None));
    let stopped = played(1, 4);
    let problem = stopped.stopped.expect("one activation is one too many");
    assert!(
        problem
            .message
            .contains("activations in all steps together"),
        "{problem:?}"
    );
    assert_eq!(stopped.steps.len(), 1);
    let first = &whole.steps[0];
    assert_eq!(
        (stopped.world.root(), stopped.world.time()),
        (first.root, first.time)
    );
    for calls in 0..=4 {
        let cut = played(2, calls);
        assert_eq!(
            cut.world.root(),
            whole.world.root(),
            "recording changes nothing"
        );
        let records = cut.steps.iter().flat_map(|step| &step.records);
        let kept: Vec<_> = records
            .map(|record| (record.calls.len(), record.unrecorded_calls))
            .collect();
        let first = calls.min(2);
        let second = calls - first;
        assert_eq!(
            kept,
            [(first, 2 - first as u64), (second, 2 - second as u64)]
        );
    }
}
