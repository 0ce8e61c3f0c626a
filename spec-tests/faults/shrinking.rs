//! Deliberate faults, each in a case that a person reads in a minute.
//!
//! Enters: a deviation, the scenarios. Leaves: how many lines the shrunk case has. Refuses to know: how a case becomes
//! small.

use crate::{blamed, target};
use libtest_mimic::Failed;
use primea::{
    deviation::Deviation,
    oracle::{
        conform::worker::Worker,
        draft::Draft,
        fuzz::opponent::{Opponent, kind},
        shrink::{ATTEMPTS, shrink},
    },
    scenario::{files, problem::Source},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// More lines are too many.
const LINES: usize = 40;

/// How many cases may have to be shrunk before one is small.
const CASES: usize = 3;

struct File {
    name: String,
    folder: Option<PathBuf>,
    text: String,
}

/// The scenarios, the shortest first: what is short shrinks soon.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec-tests");
    let found = files::below(&folder).expect("the scenarios are there");
    let mut files: Vec<File> = found
        .into_iter()
        .map(|file| File {
            folder: file.path.parent().map(Path::to_owned),
            text: fs::read_to_string(&file.path).expect("the scenarios can be read"),
            name: file.name,
        })
        .collect();
    files.sort_by_key(|file| file.text.len());
    files
});

/// Of the scenarios that name the rule and fail, one of the first few shrinks to few lines.
pub fn small(fault: Deviation) -> Result<(), Failed> {
    let settings = target(Some(fault));
    let mut opponent = Opponent::Target(Box::new(Worker::new(&settings)));
    let mut found = Vec::new();
    for (at, file) in FILES.iter().enumerate() {
        let source = Source::new(&file.name, file.text.clone());
        let draft = Draft::read(&source, file.folder.as_deref())?;
        let mut rules = draft.rules.iter();
        if !rules.any(|rule| blamed(fault).contains(&rule.as_str())) {
            continue;
        }
        let (_, report) = opponent.hold(at, draft.clone().prepare(&file.name)?);
        let Some(kind) = kind(&report) else {
            continue;
        };
        let shrunk = shrink(draft, &file.name, &kind, ATTEMPTS, &mut opponent);
        let shrunk = shrunk.ok_or("expected the same failure again, found none")?;
        let lines = shrunk.draft.text().lines().count();
        if lines <= LINES {
            println!("{}: {lines} lines, from {}", fault.name(), file.name);
            return Ok(());
        }
        found.push(format!("{lines} from {}", file.name));
        if found.len() == CASES {
            break;
        }
    }
    let found = found.join(", ");
    Err(format!("expected at most {LINES} lines, found {found}").into())
}
