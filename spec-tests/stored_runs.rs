//! Scenarios whose state is kept in a store: what `primea run --store` keeps is what happened, and
//! enough to go on.
//!
//! Enters: scenarios. Leaves: trials. Refuses to know: how the store lies on the disk.

use crate::{
    folder, load,
    program::{primea, printed},
    root,
};
use libtest_mimic::{Failed, Trial};
use primea::{
    activation::Programs,
    scenario::{
        Scenario,
        files::File,
        play::{Did, Player, Settings, play},
        suspend::Needs,
    },
    state::hash::Hash,
    store::{Also, Head, Store, StoreError},
    world::order::Order,
};
use std::{error::Error, fs, io, path::PathBuf};

const ECHO: &str = "spec-tests/basics/echo.toml";

/// Of all scenarios, every so manieth is cut: each takes some commits to the disk.
const APART: usize = 8;

pub fn trials(found: &[File]) -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("stored_runs::every_step_is_kept", every_step),
        Trial::test("stored_runs::a_run_goes_on_from_its_head", goes_on),
        Trial::test("stored_runs::the_readme_is_true", readme),
    ];
    for file in found.iter().step_by(APART).cloned() {
        let name = format!("stored_runs::cut::{}", file.name);
        trials.push(Trial::test(name, move || cut_and_collected(&file)));
    }
    trials
}

fn folder(trial: &str) -> io::Result<PathBuf> {
    folder::folder(&format!("stored-{trial}"))
}

/// Every root that a run printed is in the store, the last one under the scenario's name.
fn every_step() -> Result<(), Failed> {
    let directory = folder("every-step")?.display().to_string();
    let plain = printed(0, &["run", ECHO])?;
    assert_eq!(printed(0, &["run", ECHO, "--store", &directory])?, plain);
    let roots: Vec<&str> = plain
        .lines()
        .filter_map(|line| line.split_once("root "))
        .map(|(_, root)| root)
        .collect();
    assert_eq!(roots.len(), 3, "two steps and the end");
    for at in roots.iter().chain(&["echo"]) {
        let show = ["state", "show", "--store", &directory, "--at", at];
        let shown = printed(0, &show)?;
        let expected = if *at == "echo" { roots[2] } else { at };
        assert!(
            shown.starts_with(&format!("state: world {expected}\n")),
            "{shown}"
        );
    }
    printed(0, &["state", "verify", "--store", &directory])?;
    let diff = ["state", "diff", "--store", &directory, roots[0], "echo"];
    assert!(printed(1, &diff)?.contains("/received/"));
    Ok(())
}

fn goes_on() -> Result<(), Failed> {
    let directory = folder("goes-on")?.display().to_string();
    let store = ["--store", &directory, "--head", "mine"];
    let run = [&["run", ECHO][..], &store].concat();
    let first = printed(0, &run)?;
    // Stopped in the middle, too.
    printed(0, &[&run[..], &["--until-activation", "1"]].concat())?;
    let again = [&run[..], &["--continue"]].concat();
    assert_eq!(printed(0, &again)?, first);
    assert_eq!(printed(0, &again)?, first);
    let wrong = |arguments: &[&str], part: &str| -> Result<(), Failed> {
        let output = primea(arguments)?;
        let errors = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(part), "expected {part:?} in {errors}");
        Ok(())
    };
    let other = "spec-tests/basics/ports-echo.toml";
    wrong(
        &[&["run", other, "--continue"][..], &store].concat(),
        "expected the scenario that was set aside",
    )?;
    wrong(
        &["run", ECHO, "--store", &directory, "--continue"],
        "expected a head echo, found none",
    )?;
    wrong(&["run", ECHO, "--continue"], "--store <DIR>")?;
    Ok(())
}

/// The README shows what is done with a kept state, and what it prints, to the letter.
fn readme() -> Result<(), Failed> {
    let directory = folder("readme")?.display().to_string();
    let readme = fs::read_to_string(root().join("README.md"))?;
    let proof = format!("{directory}/proof.json");
    let last = printed(0, &["run", ECHO, "--store", &directory])?;
    let last = last
        .lines()
        .last()
        .and_then(|line| line.strip_prefix("root "));
    let last = last.ok_or("expected a root")?;
    for command in [
        "state show --store world probes/out/received/0/message".to_owned(),
        "state prove --store world actors/0/storage/7 --out world/proof.json".to_owned(),
        format!("state verify --root {last} world/proof.json"),
    ] {
        assert!(
            readme.contains(&format!("primea {command}\n")),
            "expected {command:?} in the README"
        );
        let real = command
            .replace("world/proof.json", &proof)
            .replace("--store world", &format!("--store {directory}"));
        let words: Vec<&str> = real.split(' ').collect();
        let text = printed(0, &words)?.replace(&directory, "world");
        assert!(readme.contains(&text), "expected in the README:\n{text}");
    }
    Ok(())
}

fn worded(whys: Vec<StoreError>) -> Failed {
    let whys: Vec<String> = whys.iter().map(StoreError::to_string).collect();
    whys.join("\n").into()
}

/// Sets a scenario aside in its middle, collects what is not needed, and goes on.
fn cut_and_collected(file: &File) -> Result<(), Failed> {
    let scenario = load(file)?;
    let whole = play(&scenario.plan, &mut Order::Canonical);
    let activations: usize = whole.steps.iter().map(|step| step.records.len()).sum();
    let directory = folder(&format!("cut-{}", file.name.replace('/', "-")))?;
    let mut player = Player::new(&scenario.plan, Settings::default());
    let mut store = Store::create(&directory)?;
    for _ in 0..2 {
        // What is kept first is mostly garbage the second time.
        let half = player.activations() + activations.div_ceil(2).max(1);
        while player.activations() < half && player.go_on(&mut Order::Canonical) != Did::Nothing {}
        set_aside(&scenario, &player, &store).map_err(|why| why.to_string())?;
        store.collect().map_err(worded)?;
        drop(store);
        store = Store::open(&directory)?;
        let view = store.view()?;
        let head = view.head("cut")?.ok_or("expected a head")?;
        let id = Hash(head.player.try_into().map_err(|_| "expected a hash")?);
        let (settings, library) = (Settings::default(), Programs::default());
        player = scenario.resume(&view, id, settings, library)?;
    }
    player.play(&mut Order::Canonical);
    let played = player.into_played();
    assert_eq!(played.world.root(), whole.world.root());
    assert_eq!(played.steps, whole.steps);
    assert_eq!(played.mismatches, whole.mismatches);
    Ok(())
}

fn set_aside(
    scenario: &Scenario,
    player: &Player<'_>,
    store: &Store,
) -> Result<(), Box<dyn Error>> {
    store.write(|batch| {
        let id = scenario.suspend(player, batch)?;
        let needs = Needs::of(batch, id)?;
        let raw = needs.raw.into_iter().map(Also::Raw);
        let also = raw.chain(needs.envelopes.into_iter().map(Also::Envelope));
        let head = Head {
            root: needs.world,
            player: id.0.to_vec(),
            also: also.collect(),
        };
        Ok(batch.set_head("cut", &head)?)
    })
}
