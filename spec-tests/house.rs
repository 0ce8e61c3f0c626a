//! Order in the house: snapshots belong to scenarios, rules to tests, and the documented scenario is
//! one of ours.
//!
//! Enters: the repository. Leaves: trials. Refuses to know: what scenarios do.

use crate::{root, scenarios, snapshot_name};
use libtest_mimic::{Failed, Trial};
use primea::{
    interface::table::IMPORTS,
    scenario::{files::File, parse},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

pub fn trials(found: &[File]) -> Vec<Trial> {
    let (for_snapshots, for_rules) = (found.to_vec(), found.to_vec());
    vec![
        Trial::test("house::there_are_scenarios", || {
            let found = scenarios()?.len();
            if found < 227 {
                Err(format!("expected at least 227 scenarios, found {found}").into())
            } else {
                Ok(())
            }
        }),
        Trial::test("house::the_documented_scenario_is_one", documented),
        Trial::test("house::snapshots_belong_to_scenarios", move || {
            snapshots(&for_snapshots)
        }),
        Trial::test("house::rules_belong_to_tests", move || rules(&for_rules)),
    ]
}

/// Fails with all complaints, or passes if there is none.
fn settle(complaints: Vec<String>) -> Result<(), Failed> {
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(complaints.join("\n").into())
    }
}

/// The example of the documentation is a scenario of this repository, to the letter.
fn documented() -> Result<(), Failed> {
    let documentation = fs::read_to_string(root().join("docs/scenarios.md"))?;
    let example = fs::read_to_string(root().join("spec-tests/basics/echo.toml"))?;
    if documentation.contains(&format!("```toml\n{example}```\n")) {
        Ok(())
    } else {
        Err("docs/scenarios.md: expected spec-tests/basics/echo.toml as the example, found another text".into())
    }
}

fn file_names(folder: &Path) -> Result<BTreeSet<String>, Failed> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

fn snapshots(found: &[File]) -> Result<(), Failed> {
    let there = file_names(&root().join("snapshots"))?;
    let wanted: BTreeSet<String> = found
        .iter()
        .map(|file| format!("{}.snap", snapshot_name(file)))
        .collect();
    let orphans = there.difference(&wanted).map(|name| {
        format!("snapshots/{name}: expected a scenario that it belongs to, found none")
    });
    let missing = wanted
        .difference(&there)
        .map(|name| format!("snapshots/{name}: expected the snapshot of a scenario, found none"));
    let mut complaints: Vec<String> = orphans.chain(missing).collect();
    if wanted.len() != found.len() {
        complaints.push(
            "expected a snapshot of its own for every scenario, found two that share one"
                .to_owned(),
        );
    }
    settle(complaints)
}

/// The rules that the specification states, and those that it states twice.
fn stated() -> Result<(BTreeSet<String>, Vec<String>), Failed> {
    let text = fs::read_to_string(root().join("docs/spec.md"))?;
    let (mut stated, mut twice) = (BTreeSet::new(), Vec::new());
    for line in text.lines() {
        let Some((rule, _)) = line
            .strip_prefix("- **")
            .and_then(|rest| rest.split_once("**"))
        else {
            continue;
        };
        if !stated.insert(rule.to_owned()) {
            twice.push(rule.to_owned());
        }
    }
    Ok((stated, twice))
}

fn rules(found: &[File]) -> Result<(), Failed> {
    let (stated, twice) = stated()?;
    let mut complaints: Vec<String> = twice
        .iter()
        .map(|rule| format!("docs/spec.md: expected {rule} once, found it again"))
        .collect();
    let mut tested: BTreeMap<String, String> = BTreeMap::new();
    for file in found {
        let text = fs::read_to_string(&file.path)?;
        // What is wrong with a file is said by its own trial.
        let Ok(raw) = parse::parse(&text) else {
            continue;
        };
        tested.extend(
            raw.rules
                .into_iter()
                .map(|rule| (rule.value, file.shown.clone())),
        );
    }
    for path in rust_files()? {
        let shown = path.strip_prefix(root())?.display().to_string();
        tested.extend(
            named_in_comments(&fs::read_to_string(&path)?).map(|rule| (rule, shown.clone())),
        );
    }
    let imports = IMPORTS.iter().flat_map(|import| {
        import
            .rules()
            .into_iter()
            .map(|rule| (rule, format!("the import {}", import.name)))
    });
    let named = tested
        .iter()
        .map(|(rule, place)| (rule.as_str(), place.clone()))
        .chain(imports);
    for (rule, place) in named {
        if !stated.contains(rule) {
            complaints.push(format!(
                "{place}: expected a rule of docs/spec.md, found {rule}"
            ));
        }
    }
    for rule in stated.iter().filter(|rule| !tested.contains_key(*rule)) {
        complaints.push(format!(
            "docs/spec.md: expected a test that names {rule}, found none"
        ));
    }
    settle(complaints)
}

fn rust_files() -> Result<Vec<PathBuf>, Failed> {
    let (mut found, mut folders) = (
        Vec::new(),
        vec![root().join("src"), root().join("spec-tests")],
    );
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The rules of comments that begin with these words: to the end of the sentence.
const MARK: &str = "Rules tested here:";

fn named_in_comments(text: &str) -> impl Iterator<Item = String> {
    let comments = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("//"));
    let comments = comments.collect::<Vec<_>>().join("\n");
    let sentences = comments.split(MARK).skip(1);
    let words = sentences.flat_map(|rest| {
        let sentence = rest.split('.').next().unwrap_or_default();
        sentence
            .split([' ', ',', '\n', '!', '/'])
            .filter(|word| !word.is_empty())
    });
    words.map(str::to_owned).collect::<Vec<_>>().into_iter()
}
