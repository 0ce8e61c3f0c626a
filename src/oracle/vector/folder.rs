//! A folder of vectors: modules once by hash, and a manifest of all files.
//!
//! Enters: scenarios, or a folder. Leaves: files that are the same on every run, or vectors and what
//! is wrong with them. Refuses to know: who carries them out.

use super::{
    Binary, Vector,
    carry::Manner,
    carry::carry,
    layout, long,
    resolve::resolve,
    result::{self, Form},
};
use crate::{
    limits,
    oracle::level::Levels,
    oracle::values::Id,
    scenario::{Scenario, files, play::play, render},
    state::hash::Hash,
    world::order::Order,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The file that lists all others.
pub const MANIFEST: &str = "manifest.json";
const VECTORS: &str = "vectors/";
const MODULES: &str = "modules/";

/// The files of a folder, by their paths in it.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The vector of a scenario, with all that must come of it.
pub fn vector(file: &files::File, manner: &Manner, form: Form) -> Result<Vector, String> {
    let scenario =
        Scenario::load(&file.path, &file.shown).map_err(|rejection| rejection.to_string())?;
    let played = play(&scenario.plan, &mut Order::Canonical);
    let problems = played.problems();
    if !problems.is_empty() {
        return Err(render(&scenario.source, &problems));
    }
    let mut vector = resolve(&name(file), &scenario.plan, &played);
    let expect = expectation(&vector, manner, form)?;
    assert_eq!(
        expect["state"]["root"].as_str(),
        Some(played.world.root().to_string().as_str()),
        "{}: a vector does what its scenario does",
        file.name
    );
    vector.expect = Some(expect);
    Ok(vector)
}

/// What the vector of a scenario is called. A file that was named itself has its stem for a name:
/// where it is, is no part of a vector.
fn name(file: &files::File) -> String {
    match file.path.with_extension("").display().to_string() == file.name {
        true => file
            .path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        false => file.name.clone(),
    }
}

/// What must come of a vector.
pub fn expectation(vector: &Vector, manner: &Manner, form: Form) -> Result<Value, String> {
    let manner = Manner {
        roots: true,
        ..manner.clone()
    };
    let carried = carry(vector, &manner, &mut Order::Canonical)?;
    let mut records = carried.steps.iter().flat_map(|step| &step.records);
    if records.any(|record| record.unrecorded_calls > 0) {
        let most = limits::STEP_EVENTS;
        return Err(format!(
            "expected at most {most} import calls in all, found more"
        ));
    }
    Ok(result::result(vector, &carried, Levels::OF_A_VECTOR, form))
}

/// The folder of these vectors. With `full` no list is shortened.
pub fn files(vectors: Vec<Vector>, full: bool) -> Files {
    let mut files = Files::new();
    for mut vector in vectors {
        for (hash, binary) in &mut vector.modules {
            let bytes = binary.take().expect("a resolved vector has its modules");
            files.insert(format!("{MODULES}{}.wasm", hash.0), bytes.0);
        }
        if !full && let Some(expect) = &mut vector.expect {
            long::shorten_lists(expect);
        }
        let text = vector.text();
        let previous = files.insert(format!("{VECTORS}{}.json", vector.name), text.into_bytes());
        assert!(previous.is_none(), "names of vectors are unique");
    }
    files.insert(MANIFEST.to_owned(), manifest(&files).into_bytes());
    files
}

/// The manifest of these files.
fn manifest(files: &Files) -> String {
    let hashes: BTreeMap<&str, Hash> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), Hash::plain(bytes)))
        .collect();
    let lines: String = hashes
        .iter()
        .map(|(path, hash)| format!("{hash}  {path}\n"))
        .collect();
    let listed = hashes
        .iter()
        .map(|(path, hash)| ((*path).to_owned(), Value::from(hash.to_string())));
    let value = json!({
        "primea-vectors": super::VERSION,
        "root": Hash::plain(lines.as_bytes()).to_string(),
        "files": Value::Object(listed.collect()),
    });
    layout::text(&value, &["primea-vectors", "root", "files"])
}

/// Writes files below a folder that is not there yet, or is empty.
pub fn write(folder: &Path, files: &Files) -> Result<(), String> {
    let failed = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    let occupied = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !folder.join(MANIFEST).is_file() {
        return Err(format!(
            "{}: expected a new folder, an empty one or one of vectors, found another",
            folder.display()
        ));
    }
    // What an earlier export wrote and this one does not must not stay.
    for part in [VECTORS, MODULES] {
        let part = folder.join(part);
        match fs::remove_dir_all(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed(&part, error));
            }
            _ => {}
        }
    }
    for (path, bytes) in files {
        let path = folder.join(path);
        let above = path.parent().expect("it is below the folder");
        fs::create_dir_all(above).map_err(|error| failed(above, error))?;
        fs::write(&path, bytes).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// All files of a folder of vectors, held to its manifest.
pub fn read(folder: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let failed = |error: io::Error| format!("{}: {error}", next.display());
        for entry in fs::read_dir(&next).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(folder).expect("it was found below");
            let parts = below
                .components()
                .map(|part| part.as_os_str().to_string_lossy());
            let name = parts.collect::<Vec<_>>().join("/");
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.insert(name, bytes);
        }
    }
    let found = files.remove(MANIFEST).ok_or_else(|| {
        format!(
            "{}: expected a folder with a {MANIFEST}, found none",
            folder.display()
        )
    })?;
    let expected = manifest(&files);
    if found != expected.as_bytes() {
        return Err(format!("{MANIFEST}: {}", difference(&found, &expected)));
    }
    files.insert(MANIFEST.to_owned(), found);
    Ok(files)
}

/// In words, where a manifest says something else than the files are.
fn difference(found: &[u8], expected: &str) -> String {
    let Ok(found) = serde_json::from_slice::<Value>(found) else {
        return "expected JSON, found something else".to_owned();
    };
    let expected: Value = serde_json::from_str(expected).expect("it was just written");
    let (empty, none) = (serde_json::Map::new(), Value::Null);
    let listed = |value: &Value| value["files"].as_object().cloned().unwrap_or(empty.clone());
    let (found_files, expected_files) = (listed(&found), listed(&expected));
    for path in found_files.keys().chain(expected_files.keys()) {
        let said = found_files.get(path).unwrap_or(&none);
        let is = expected_files.get(path).unwrap_or(&none);
        if said != is {
            return format!("{path}: expected the blake3 {said} that it lists, found {is}");
        }
    }
    format!(
        "expected the root {}, found {}",
        expected["root"], found["root"]
    )
}

/// The vectors of a folder, by name, with their modules.
pub fn vectors(files: &Files) -> Result<Vec<Vector>, String> {
    let texts = files.iter().filter(|(path, _)| path.starts_with(VECTORS));
    let read = texts.map(|(path, bytes)| {
        let wrong = |why: String| format!("{path}: {why}");
        let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        let mut vector = Vector::read(text).map_err(wrong)?;
        if format!("{VECTORS}{}.json", vector.name) != *path {
            return Err(wrong(format!(
                "expected a vector of that name, found {}",
                vector.name
            )));
        }
        fill(&mut vector, |hash| {
            files.get(&format!("{MODULES}{}.wasm", hash.0)).cloned()
        })
        .map_err(wrong)?;
        Ok(vector)
    });
    let mut vectors: Vec<Vector> = read.collect::<Result<_, String>>()?;
    vectors.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(vectors)
}

/// Puts the binaries that are missing into a vector.
fn fill(vector: &mut Vector, find: impl Fn(Id) -> Option<Vec<u8>>) -> Result<(), String> {
    for (hash, binary) in &mut vector.modules {
        if binary.is_none() {
            let bytes = find(*hash).filter(|bytes| Hash::plain(bytes) == hash.0);
            let bytes =
                bytes.ok_or_else(|| format!("expected the module {}, found none", hash.0))?;
            *binary = Some(Binary(bytes));
        }
    }
    Ok(())
}

/// A vector in a file of its own. Modules that it lacks are looked for in the export that it is
/// part of.
pub fn single(path: &Path) -> Result<Vector, String> {
    let wrong = |why: String| format!("{}: {why}", path.display());
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let mut vector = Vector::read(&text).map_err(wrong)?;
    let depth = vector.name.split('/').count() + 1;
    let export = path.canonicalize().ok();
    let export = export
        .as_deref()
        .and_then(|path| path.ancestors().nth(depth));
    fill(&mut vector, |hash| {
        fs::read(export?.join(format!("{MODULES}{}.wasm", hash.0))).ok()
    })
    .map_err(wrong)?;
    Ok(vector)
}
