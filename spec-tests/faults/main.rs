//! Deliberate faults: the vectors convict each of them, and name the rule that it breaks; and the case of each becomes
//! small.
//!
//! Enters: the catalogue of deviations, the scenarios, a target that deviates. Leaves: a trial per deviation, and a
//! line that says how soon it was convicted, and where. Refuses to know: how the deviations are made.
//!
//! Not run unless asked for: which deviations the fuzzer finds, without the vectors (`-- --ignored fuzzing`;
//! `PRIMEA_CASES` says how many cases each may take).

mod shrinking;

use libtest_mimic::{Arguments, Failed, Trial};
use primea::{
    deviation::Deviation,
    interface::table::Dialect,
    oracle::{
        conform::{
            Settings,
            case::{self, Case},
            process::{Command, Mode},
            report::{CaseReport, Verdict},
            worker::Worker,
        },
        fuzz::story::story,
        level::Levels,
    },
};
use std::{
    collections::BTreeSet,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

const PRIMEA: &str = env!("CARGO_BIN_EXE_primea");

/// How many cases the fuzzer makes up for all deviations together, and how many deviations it has to find with them.
const CASES: u64 = 300;
const FOUND: usize = 50;

/// Where the scenarios are.
static SCENARIOS: LazyLock<PathBuf> =
    LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("spec-tests"));

/// The vectors of this repository, in the order of their names.
static VECTORS: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let jobs = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    case::load(std::slice::from_ref(&*SCENARIOS), jobs).expect("the scenarios are good")
});

/// This VM as a target, deviating or not.
fn target(fault: Option<Deviation>) -> Settings {
    let fault = fault.map_or(String::new(), |fault| format!(" --fault {}", fault.name()));
    Settings {
        command: Command {
            line: format!("exec '{PRIMEA}' target{fault}"),
            mode: Mode::Lines,
            timeout: Duration::from_secs(60),
        },
        levels: Levels::OF_A_VECTOR,
        jobs: NonZeroUsize::MIN,
    }
}

/// Gives cases to a target until it fails in one that is asked for: its place, and what is said of it; and the place of
/// the first in which it fails at all.
fn convict(
    settings: &Settings,
    cases: &[Case],
    is_asked_for: impl Fn(&Case) -> bool,
) -> (Option<usize>, Option<(usize, CaseReport)>) {
    let mut worker = Worker::new(settings);
    let mut first = None;
    for (at, case) in cases.iter().enumerate() {
        let asked_for = is_asked_for(case);
        if first.is_some() && !asked_for {
            continue;
        }
        let report = worker.carry(at, case);
        if report.verdict.is_failure() {
            first.get_or_insert(at);
            if asked_for {
                return (first, Some((at, report)));
            }
        }
    }
    (first, None)
}

/// The rules, any of which may be said to be broken.
fn blamed(fault: Deviation) -> Vec<&'static str> {
    let beside = fault.beside().iter().copied();
    [fault.rule()].into_iter().chain(beside).collect()
}

/// A deviation is convicted by a vector that names the rule, with the first event that differs.
fn vectors(fault: Deviation, tells: bool) -> Result<(), Failed> {
    let blamed = blamed(fault);
    let names_it = |case: &Case| {
        let mut rules = case.vector.rules.iter();
        rules.any(|rule| blamed.contains(&rule.as_str()))
    };
    let (first, convicted) = convict(&target(Some(fault)), &VECTORS, names_it);
    let Some((at, report)) = convicted else {
        let elsewhere = first.map_or("nor by any other".to_owned(), |at| {
            let vector = &VECTORS[at].vector;
            format!(
                "but by {}, which names {}",
                vector.name,
                vector.rules.join(", ")
            )
        });
        return Err(format!(
            "not convicted by a vector that names {}, {elsewhere}",
            blamed.join(" or ")
        )
        .into());
    };
    if report.verdict != Verdict::Fail || report.first.is_empty() {
        let (name, verdict) = (&report.name, report.verdict.name());
        return Err(format!(
            "{name}: expected a first difference, found {verdict}: {}",
            report.why
        )
        .into());
    }
    if tells {
        let named = report
            .rules
            .iter()
            .filter(|rule| blamed.contains(&rule.as_str()));
        let named: Vec<&str> = named.map(String::as_str).collect();
        let (first, at) = (first.map_or(0, |at| at + 1), at + 1);
        let (name, what) = (
            fault.name(),
            report.first.lines().next().unwrap_or_default(),
        );
        println!(
            "{name}: vector {first}, with {} vector {at}, {}: {what}",
            named.join(" and "),
            report.name
        );
    }
    Ok(())
}

/// A target that does not deviate is not accused.
fn faithful() -> Result<(), Failed> {
    let settings = target(None);
    let mut worker = Worker::new(&settings);
    for (at, case) in VECTORS.iter().enumerate() {
        let report = worker.carry(at, case);
        if report.verdict != Verdict::Pass {
            return Err(format!(
                "{}: {} {}",
                report.name,
                report.verdict.name(),
                report.first
            )
            .into());
        }
    }
    Ok(())
}

/// Every name is told once, and every rule is stated.
fn catalogue() -> Result<(), Failed> {
    let spec = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/spec.md"))?;
    let names: BTreeSet<&str> = Deviation::ALL.iter().map(|fault| fault.name()).collect();
    if names.len() != Deviation::ALL.len() || names.len() < 60 {
        return Err(format!(
            "expected at least 60 names, each once, found {}",
            names.len()
        )
        .into());
    }
    for fault in Deviation::ALL {
        let rules = fault.beside().iter().copied().chain([fault.rule()]);
        for rule in rules {
            if !spec.contains(&format!("\n- **{rule}** ")) {
                return Err(format!(
                    "{}: expected a rule of docs/spec.md, found {rule}",
                    fault.name()
                )
                .into());
            }
        }
    }
    let output = std::process::Command::new(PRIMEA)
        .args(["target", "--list-faults"])
        .output()?;
    let listed = String::from_utf8(output.stdout)?;
    let listed = listed
        .lines()
        .map(|line| line.split('\t').next().unwrap_or_default());
    if !listed.eq(Deviation::ALL.iter().map(|fault| fault.name())) {
        return Err("--list-faults: expected every name in its order, found otherwise".into());
    }
    Ok(())
}

/// Of all deviations, the fuzzer alone finds many.
fn fuzzing() -> Result<(), Failed> {
    let count = std::env::var("PRIMEA_CASES")
        .ok()
        .and_then(|count| count.parse().ok());
    let count = count.unwrap_or(CASES);
    let cases: Vec<Case> = (0..count)
        .map(|at| {
            let dialects = Dialect::ALL.len() as u64;
            story(at / dialects, Dialect::ALL[(at % dialects) as usize]).case()
        })
        .collect();
    let next = AtomicUsize::new(0);
    let told = Mutex::new(Vec::new());
    let work = || {
        while let Some(fault) = Deviation::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (_, found) = convict(&target(Some(*fault)), &cases, |_| true);
            told.lock()
                .expect("nobody panics")
                .push((fault.name(), found));
        }
    };
    let jobs = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    std::thread::scope(|scope| (0..jobs.get()).for_each(|_| drop(scope.spawn(work))));
    let mut told = told.into_inner().expect("nobody panics");
    told.sort_by_key(|(name, _)| *name);
    for (name, found) in &told {
        match found {
            Some((at, report)) => println!(
                "{name}: case {} of {count}, {}",
                at + 1,
                report.first.lines().next().unwrap_or(&report.why)
            ),
            None => println!("{name}: not in {count} cases"),
        }
    }
    let found = told.iter().filter(|(_, found)| found.is_some()).count();
    println!("{found} of {} found", told.len());
    match found >= FOUND {
        true => Ok(()),
        false => Err(format!("expected at least {FOUND} found, found {found}").into()),
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let tells = !arguments.quiet;
    let mut trials = vec![
        Trial::test("faults::catalogue", catalogue),
        Trial::test("faults::none", faithful),
        Trial::test("fuzzing::finds_many", fuzzing).with_ignored_flag(true),
    ];
    trials.extend(Deviation::ALL.iter().map(|fault| {
        Trial::test(format!("faults::{}", fault.name()), move || {
            vectors(*fault, tells)
        })
    }));
    trials.extend(Deviation::ALL.iter().map(|fault| {
        let name = format!("shrinking::{}", fault.name());
        Trial::test(name, move || shrinking::small(*fault, tells))
    }));
    libtest_mimic::run(&arguments, trials).exit();
}
