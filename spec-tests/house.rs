//! Order in the house: snapshots belong to scenarios, rules to tests, and the documented scenario is
//! one of ours.
//!
//! Enters: the repository. Leaves: trials. Refuses to know: what scenarios do.

use crate::{root, scenarios, snapshot_name};
use libtest_mimic::{Failed, Trial};
use primea::{
    interface::table::IMPORTS,
    rules::STATED,
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
            if found < 600 {
                Err(format!("expected at least 600 scenarios, found {found}").into())
            } else {
                Ok(())
            }
        }),
        Trial::test("house::the_documented_scenario_is_one", documented),
        Trial::test("house::snapshots_belong_to_scenarios", move || {
            snapshots(&for_snapshots)
        }),
        Trial::test("house::rules_belong_to_tests", move || rules(&for_rules)),
        Trial::test("house::rules_have_faults_or_reasons", || {
            settle(unaccounted(&stated(), &broken()?, &excused()?))
        }),
        Trial::test("house::a_rule_without_fault_or_reason_is_told", accounting),
    ]
}

/// Fails with all complaints, or passes if there is none.
pub fn settle(complaints: Vec<String>) -> Result<(), Failed> {
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

/// The rules that the specification states.
fn stated() -> BTreeSet<String> {
    STATED.iter().map(|rule| (*rule).to_owned()).collect()
}

fn rules(found: &[File]) -> Result<(), Failed> {
    let stated = stated();
    let mut once = BTreeSet::new();
    let twice = STATED.iter().filter(|rule| !once.insert(**rule));
    let mut complaints: Vec<String> = twice
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
    for path in rust_files(&["src", "spec-tests"])? {
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

/// The rules that deliberate faults break.
fn broken() -> Result<BTreeSet<String>, Failed> {
    let text = fs::read_to_string(root().join("src/deviation/list.rs"))?;
    let ends = text.lines().filter_map(|line| line.split_once(" breaks "));
    let names = ends.flat_map(|(_, rules)| rules.split('"').skip(1).step_by(2));
    Ok(names.map(str::to_owned).collect())
}

/// The rules that no fault breaks, of which `docs/fuzz.md` says why. One that it names twice, or
/// without a reason, has none.
fn excused() -> Result<BTreeMap<String, Vec<String>>, Failed> {
    let text = fs::read_to_string(root().join("docs/fuzz.md"))?;
    let (_, table) = text
        .split_once("| rules | why no fault breaks them alone |\n| --- | --- |\n")
        .ok_or("docs/fuzz.md: expected the table of the rules without a fault, found none")?;
    let mut excused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let &[rules, reason] = cells.as_slice() else {
            return Err(format!("docs/fuzz.md: expected two cells, found {row}").into());
        };
        for rule in rules.split(", ") {
            let reasons = excused.entry(rule.to_owned()).or_default();
            reasons.push(reason.to_owned());
        }
    }
    Ok(excused)
}

/// What is wrong if every rule is to be broken by a fault, or else excused, for one reason.
fn unaccounted(
    stated: &BTreeSet<String>,
    broken: &BTreeSet<String>,
    excused: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let named: BTreeSet<&String> = stated.iter().chain(broken).chain(excused.keys()).collect();
    let complaint = |rule: &String| {
        let reasons = excused.get(rule);
        let good = |reasons: &Vec<String>| reasons.len() == 1 && !reasons[0].is_empty();
        match (stated.contains(rule), broken.contains(rule), reasons) {
            (true, true, None) => None,
            (true, false, Some(reasons)) if good(reasons) => None,
            (false, ..) => Some("a rule of docs/spec.md, found another"),
            (_, true, Some(_)) => Some("a fault or a reason in docs/fuzz.md, found both"),
            (_, false, Some(_)) => Some("one reason in docs/fuzz.md, found several or none"),
            (_, false, None) => Some("a fault or a reason in docs/fuzz.md, found neither"),
        }
    };
    let told = |rule| complaint(rule).map(|wrong| format!("{rule}: expected {wrong}"));
    named.into_iter().filter_map(told).collect()
}

/// Each way to be wrong is told.
fn accounting() -> Result<(), Failed> {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let reasons: BTreeMap<String, Vec<String>> = [
        ("B-2", vec!["why"]),
        ("B-4", vec!["why"]),
        ("B-5", vec![""]),
        ("B-6", vec!["why", "why"]),
        ("B-8", vec!["why"]),
    ]
    .into_iter()
    .map(|(rule, why)| {
        (
            rule.to_owned(),
            why.into_iter().map(str::to_owned).collect(),
        )
    })
    .collect();
    let told = unaccounted(
        &set(&["B-1", "B-2", "B-3", "B-4", "B-5", "B-6"]),
        &set(&["B-1", "B-4", "B-7"]),
        &reasons,
    );
    let expected = [
        "B-3: expected a fault or a reason in docs/fuzz.md, found neither",
        "B-4: expected a fault or a reason in docs/fuzz.md, found both",
        "B-5: expected one reason in docs/fuzz.md, found several or none",
        "B-6: expected one reason in docs/fuzz.md, found several or none",
        "B-7: expected a rule of docs/spec.md, found another",
        "B-8: expected a rule of docs/spec.md, found another",
    ];
    assert_eq!(told, expected);
    Ok(())
}

/// The files in Rust below these folders.
pub fn rust_files(folders: &[&str]) -> Result<Vec<PathBuf>, Failed> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|name| root().join(name)).collect();
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
