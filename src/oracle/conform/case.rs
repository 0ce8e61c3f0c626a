//! What a target is held to.
//!
//! Enters: paths to exports of vectors, to single vectors, to scenarios. Leaves: cases with all
//! that must come of them in full. Refuses to know: targets.

use crate::{
    oracle::{
        compare,
        level::{Level, Levels},
        vector::{
            Vector,
            carry::{Carried, Manner, Telling, carry},
            folder::{self, MANIFEST},
            instructions::Place,
            long,
            result::{self, Form},
        },
    },
    scenario::files,
    world::order::Order,
};
use serde_json::Value;
use std::{
    num::NonZeroUsize,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A vector, and what must come of it.
#[derive(Debug)]
pub struct Case {
    /// Without what is expected, with its modules.
    pub vector: Vector,
    /// The same as JSON.
    pub question: String,
    /// Lists of activations and of messages are in full, others may be shortened. Without instructions,
    /// unless they were asked for.
    pub expected: Value,
}

/// Where a case comes from.
enum Source {
    Scenario(files::File),
    Vector(Box<Vector>),
}

/// The cases at these paths, in the order of their names.
pub fn load(paths: &[impl AsRef<Path>], jobs: NonZeroUsize) -> Result<Vec<Case>, String> {
    let mut sources = Vec::new();
    for path in paths {
        sources.extend(find(path.as_ref())?);
    }
    let manner = Manner::default();
    let next = AtomicUsize::new(0);
    let cases = Mutex::new(Vec::new());
    let work = || {
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            let case = Case::of(source, &manner);
            cases.lock().expect("no worker panics").push(case);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.get() {
            scope.spawn(work);
        }
    });
    let cases = cases.into_inner().expect("no worker panics");
    // Of several errors the same is told, whoever came first.
    let mut errors: Vec<&String> = cases
        .iter()
        .filter_map(|case| case.as_ref().err())
        .collect();
    errors.sort();
    if let Some(first) = errors.first() {
        return Err((*first).clone());
    }
    let mut cases: Vec<Case> = cases.into_iter().flatten().collect();
    cases.sort_by(|one, other| one.vector.name.cmp(&other.vector.name));
    let twice = cases
        .array_windows()
        .find(|[one, other]| one.vector.name == other.vector.name);
    match twice {
        Some([one, _]) => Err(format!(
            "expected one vector called {}, found two",
            one.vector.name
        )),
        None => Ok(cases),
    }
}

fn find(path: &Path) -> Result<Vec<Source>, String> {
    if path.join(MANIFEST).is_file() {
        let vectors = folder::vectors(&folder::read(path)?)?;
        return Ok(vectors
            .into_iter()
            .map(|one| Source::Vector(Box::new(one)))
            .collect());
    }
    if path
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return Ok(vec![Source::Vector(Box::new(folder::single(path)?))]);
    }
    Ok(files::below(path)?
        .into_iter()
        .map(Source::Scenario)
        .collect())
}

impl Case {
    fn of(source: &Source, manner: &Manner) -> Result<Case, String> {
        let mut vector = match source {
            Source::Scenario(file) => folder::vector(file, manner, Form::Short)?,
            Source::Vector(vector) => (**vector).clone(),
        };
        let said = vector.expect.take();
        let said = said.ok_or_else(|| format!("{}: expected `expect`, found none", vector.name))?;
        let expected = match compare::check(&said, Levels::OF_A_VECTOR) {
            Ok(()) => said,
            Err(_) => lengthen(&vector, &said, manner)?,
        };
        Ok(Case {
            question: vector.question().to_string(),
            vector,
            expected,
        })
    }

    /// What must come of it, with all lists in full; unless the vector says otherwise than this VM.
    pub fn expected_in_full(&self) -> Option<Value> {
        self.expected_at(Levels::OF_A_VECTOR, Form::Full)
    }

    /// The same at these levels, which may be more than the vector says.
    pub fn expected_at(&self, levels: Levels, form: Form) -> Option<Value> {
        let telling = match levels.has(Level::Instructions) {
            true => Telling::Digests,
            false => Telling::Nothing,
        };
        let carried = self.carried(telling)?;
        let expected = result::result(&self.vector, &carried, levels, form);
        let said = levels.both(Levels::OF_A_VECTOR);
        let comparison = compare::compare(&self.expected, &expected, said);
        comparison.differences.is_empty().then_some(expected)
    }

    /// The lines of a part of the instructions; nothing if there is no such part.
    pub fn expected_part(&self, place: Place) -> Value {
        let carried = self.carried(Telling::Part(place));
        carried.map_or(Value::Null, |carried| result::part(&carried))
    }

    fn carried(&self, telling: Telling) -> Option<Carried> {
        let manner = Manner {
            roots: true,
            telling,
            ..Manner::default()
        };
        carry(&self.vector, &manner, &mut Order::Canonical).ok()
    }

    /// Has the case expect instructions, too. They follow from the vector, if it is right.
    fn expect_instructions(&mut self) -> Result<(), String> {
        let expected = self.expected_at(Levels::ALL, Form::Short);
        self.expected = expected.ok_or_else(|| format!("{}: {NOT_SO}", self.vector.name))?;
        Ok(())
    }
}

/// Has all cases expect instructions, too.
pub fn expect_instructions(cases: &mut [Case], jobs: NonZeroUsize) -> Result<(), String> {
    let share = cases.len().div_ceil(jobs.get()).max(1);
    let prepare = |cases: &mut [Case]| cases.iter_mut().try_for_each(Case::expect_instructions);
    std::thread::scope(|scope| {
        let shares = cases.chunks_mut(share);
        let workers: Vec<_> = shares.map(|share| scope.spawn(|| prepare(share))).collect();
        let mut done = workers.into_iter().map(|worker| worker.join());
        done.try_for_each(|done| done.expect("no worker panics"))
    })
}

/// What is said of a vector that is wrong.
const NOT_SO: &str =
    "expected what comes of the vector, found something else (primea vectors check says where)";

/// What a vector says whose lists of activations or messages are shortened: that follows from the
/// vector, and must be what was shortened.
fn lengthen(vector: &Vector, said: &Value, manner: &Manner) -> Result<Value, String> {
    let wrong = |why: String| format!("{}: {why}", vector.name);
    let full = folder::expectation(vector, manner, Form::Full).map_err(wrong)?;
    let mut short = full.clone();
    long::shorten_lists(&mut short);
    if short == *said {
        return Ok(full);
    }
    Err(wrong(NOT_SO.to_owned()))
}
