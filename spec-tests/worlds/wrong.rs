//! Targets that lie: fuzzing finds them, and shrinking says in few lines about what.
//!
//! Enters: lies. Leaves: trials; and, as another process, a target that tells them. Refuses to know: how cases are made up.

use libtest_mimic::{Failed, Trial};
use primea::{
    interface::table::Dialect,
    oracle::{
        conform::{
            Settings,
            process::{Command, Mode},
        },
        fuzz::{Plan, fuzz, opponent::Against},
        level::Levels,
        shrink::{ATTEMPTS, shrink},
        target::Target,
    },
    scenario::{Scenario, play::play, problem::Source},
    world::order::Order,
};
use serde_json::Value;
use std::{
    io::{self, BufRead, Write},
    num::NonZeroUsize,
    time::Duration,
};

/// A lie: when this import was called without a fault, what is told wrong.
struct Lie {
    dialect: Dialect,
    import: &'static str,
    field: &'static str,
}

const LIES: [Lie; 6] = [
    Lie {
        dialect: Dialect::Capabilities,
        import: "getNextMessage",
        field: "spent",
    },
    Lie {
        dialect: Dialect::Capabilities,
        import: "createActor",
        field: "result",
    },
    Lie {
        dialect: Dialect::LegacyCapabilities,
        import: "updateStore",
        field: "storage",
    },
    Lie {
        dialect: Dialect::PortsCamel,
        import: "loadMessagePortRef",
        field: "result",
    },
    Lie {
        dialect: Dialect::PortsSnake,
        import: "unbind_port",
        field: "end",
    },
    Lie {
        dialect: Dialect::LegacyPorts,
        import: "deletePort",
        field: "root",
    },
];

/// A scenario of which a person sees in a minute what it does.
const LINES: usize = 40;

pub fn trials() -> Vec<Trial> {
    let trial = |lie: &'static Lie| {
        let name = format!("wrong::{}_tells_{}_wrong", lie.import, lie.field);
        Trial::test(name, move || convict(lie))
    };
    LIES.iter().map(trial).collect()
}

fn convict(lie: &Lie) -> Result<(), Failed> {
    let (name, program) = (
        format!("{}:{}", lie.import, lie.field),
        std::env::current_exe()?,
    );
    let against = Against::Target(Settings {
        command: Command {
            line: format!("PRIMEA_LIE={name} exec '{}'", program.display()),
            mode: Mode::Lines,
            timeout: Duration::from_secs(60),
        },
        levels: Levels::OF_A_VECTOR,
        jobs: NonZeroUsize::MIN,
    });
    let cases = Plan {
        seed: 1,
        cases: Some(200),
        dialects: vec![lie.dialect],
        jobs: NonZeroUsize::MIN,
        first: Vec::new(),
        enough: 1,
    };
    let found = fuzz(&cases, &against, &mut |_, _, _| true)?;
    let (kind, find) = found
        .finds
        .first_key_value()
        .ok_or("expected a find, found none")?;
    let mut opponent = against.opponent();
    let small = shrink(find.draft.clone(), "small", kind, ATTEMPTS, &mut opponent);
    let small = small.ok_or("expected the find to fail again, found that it does not")?;
    let text = small.draft.text();
    let lines = text.lines().count();
    if lines > LINES || !text.contains(lie.import) {
        return Err(format!(
            "{kind}: {lines} lines after {} attempts:\n{text}",
            small.attempts
        )
        .into());
    }
    let scenario = Scenario::read(Source::new("small", text.clone()), None)?;
    let played = play(&scenario.plan, &mut Order::Canonical);
    if played.stopped.is_some() || !played.mismatches.is_empty() {
        return Err(format!("expected a scenario that holds, found\n{text}").into());
    }
    Ok(())
}

/// Speaks the protocol on stdin and stdout, and lies.
pub fn serve(lie: &str) -> io::Result<()> {
    let (import, field) = lie.split_once(':').expect("an import and a field");
    let mut target = Target::default();
    for line in io::stdin().lock().lines() {
        let mut answer = Vec::new();
        target.serve(&mut (line? + "\n").as_bytes(), &mut answer)?;
        if answer.is_empty() {
            return Ok(());
        }
        let mut answer: Value = serde_json::from_slice(&answer)?;
        if answer["type"] == "result" {
            falsify(&mut answer["result"], import, field);
        }
        println!("{answer}");
        io::stdout().flush()?;
    }
    Ok(())
}

fn falsify(result: &mut Value, import: &str, field: &str) {
    let elements = |value: &mut Value, key: &str| match value[key].take() {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    let mut called = false;
    let mut steps = elements(result, "steps");
    for step in &mut steps {
        let mut actors = elements(step, "actors");
        for actor in &mut actors {
            let mut activations = elements(actor, "activations");
            for activation in &mut activations {
                let mut events = elements(activation, "events");
                let done = |event: &&mut Value| event[0] == import && event[2]["fault"].is_null();
                if let Some(event) = events.iter_mut().find(done) {
                    called = true;
                    match field {
                        "result" => event[2] = 4_711.into(),
                        "spent" | "end" => activation[field] = "4711".into(),
                        _ => {}
                    }
                }
                activation["events"] = events.into();
            }
            actor["activations"] = activations.into();
        }
        step["actors"] = actors.into();
        if called && field == "root" {
            step["root"] = "0".repeat(64).into();
        }
    }
    result["steps"] = steps.into();
    if called && field == "storage" {
        let mut actors = elements(&mut result["state"], "actors");
        for actor in &mut actors {
            actor["storage"] = Value::Array(Vec::new());
        }
        result["state"]["actors"] = actors.into();
    }
}
