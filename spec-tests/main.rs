//! The scenario runner: one trial per file under `spec-tests/`, held to its expectations and its
//! snapshot, and one that shows that it happens the same way wherever and in whatever legal order.
//!
//! Enters: scenario files, snapshots, the rules. Leaves: trials. Refuses to know: what is right,
//! beyond what the files and snapshots say.

mod command_line;
mod determinism;
mod documented;
mod folder;
mod fuzzing;
mod house;
mod licences;
mod openings;
mod program;
mod resume;
mod stored_runs;
mod watched;

use libtest_mimic::{Arguments, Failed, Trial};
use primea::{
    scenario::{
        self, Scenario,
        files::{self, File},
        play::{Played, play},
    },
    trace::golden,
    world::order::Order,
};
use std::path::PathBuf;

/// The folder of the crate.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every scenario of this repository.
fn scenarios() -> Result<Vec<File>, String> {
    let mut found = files::below(&root().join("spec-tests"))?;
    // Reports say where a file is in the repository, wherever that is.
    found
        .iter_mut()
        .for_each(|file| file.shown = format!("spec-tests/{}.toml", file.name));
    Ok(found)
}

/// The name of a scenario's snapshot.
fn snapshot_name(file: &File) -> String {
    file.name.replace('/', "__")
}

fn load(file: &File) -> Result<Scenario, Failed> {
    Scenario::load(&file.path, &file.shown).map_err(|rejection| rejection.to_string().into())
}

/// Why a scenario did not come to its end as it expects, if it did not.
fn complaint(scenario: &Scenario, played: &Played) -> Option<String> {
    let problems = played.problems();
    (!problems.is_empty()).then(|| scenario::render(&scenario.source, &problems))
}

/// Holds a scenario to its expectations, and then to its snapshot.
fn run(file: &File) -> Result<(), Failed> {
    let scenario = load(file)?;
    let played = play(&scenario.plan, &mut Order::Canonical);
    if let Some(complaint) = complaint(&scenario, &played) {
        return Err(format!(
            "{complaint}\n\nto see what happened: primea run {}",
            file.shown
        )
        .into());
    }
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = golden::snapshot(&scenario.plan, &played);
    settings.bind(|| insta::assert_snapshot!(snapshot_name(file), text));
    Ok(())
}

fn main() {
    let arguments = Arguments::from_args();
    let found = scenarios().unwrap_or_else(|why| panic!("{why}"));
    let mut trials = house::trials(&found);
    trials.extend(command_line::trials());
    trials.extend(documented::trials());
    trials.extend(licences::trials());
    trials.extend(openings::trials());
    trials.extend(fuzzing::trials());
    trials.extend(stored_runs::trials(&found));
    for file in found {
        let (again, once_more, resumed) = (file.clone(), file.clone(), file.clone());
        trials.push(Trial::test(file.name.clone(), move || run(&file)));
        trials.push(Trial::test(
            format!("determinism::{}", again.name),
            move || determinism::check(&again),
        ));
        trials.push(Trial::test(
            format!("watched::{}", once_more.name),
            move || watched::check(&once_more),
        ));
        trials.push(Trial::test(
            format!("resume::{}", resumed.name),
            move || resume::check(&resumed),
        ));
    }
    libtest_mimic::run(&arguments, trials).exit();
}
