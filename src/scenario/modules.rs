//! From what a scenario says about its modules to their bytes.
//!
//! Enters: WebAssembly text, paths, bytes. Leaves: binaries, as they were written: nobody has asked
//! yet whether they are acceptable. Refuses to know: steps, and worlds.
//!
//! Text may contain `{{module:child}}`, which becomes the bytes of the module `child` as they are
//! written inside a WebAssembly string, and `{{module-size:child}}`, their number in decimal.

use super::{
    problem::{Place, Problem, unknown},
    raw::{RawCode, RawModule},
    reader::{Read, quoted},
};
use crate::{limits, state::message::Data};
use std::{collections::BTreeMap, fs::File, io::Read as _, path::Path};
use wast::{
    Wat,
    parser::{self, ParseBuffer},
};

/// A module of a scenario.
#[derive(Clone, Debug)]
pub struct Module {
    /// What the scenario calls it.
    pub name: String,
    /// The bytes of its binary.
    pub binary: Data,
}

/// The binaries of all modules, in the order of the file.
pub fn assemble(raw: &[RawModule], folder: Option<&Path>) -> Result<Vec<Module>, Vec<Problem>> {
    let mut problems = Vec::new();
    let names: BTreeMap<&str, usize> = raw
        .iter()
        .enumerate()
        .map(|(at, module)| (module.name.value.as_str(), at))
        .collect();
    let mut drafts: Vec<Option<Draft>> = Vec::new();
    for module in raw {
        drafts.push(
            draft(module, folder, &names)
                .map_err(|problem| problems.push(problem))
                .ok(),
        );
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let drafts: Vec<Draft> = drafts.into_iter().flatten().collect();
    let order = order(raw, &drafts).map_err(|problem| vec![problem])?;
    let mut binaries: Vec<Option<Data>> = vec![None; drafts.len()];
    for at in order {
        let built = match &drafts[at] {
            Draft::Binary(bytes) => Ok(bytes.clone()),
            Draft::Text(text) => text.build(&binaries),
        };
        binaries[at] = Some(Data::new(built.map_err(|problem| vec![problem])?));
    }
    let modules = raw.iter().zip(binaries).map(|(module, binary)| Module {
        name: module.name.value.clone(),
        binary: binary.expect("every module has its turn"),
    });
    Ok(modules.collect())
}

/// A module before its text is assembled.
enum Draft {
    Binary(Vec<u8>),
    Text(Template),
}

/// A text in which places are left for other modules.
struct Template {
    text: String,
    holes: Vec<Hole>,
    /// Where problems are reported: the place of the text, and where its content begins if it stands
    /// in the scenario itself.
    place: Place,
    content_start: Option<usize>,
    /// The path of the file that the text was read from, if it was.
    path: Option<String>,
}

struct Hole {
    start: usize,
    end: usize,
    module: usize,
    /// The number of bytes rather than the bytes.
    size: bool,
}

fn draft(module: &RawModule, folder: Option<&Path>, names: &BTreeMap<&str, usize>) -> Read<Draft> {
    match &module.code {
        RawCode::Hex(bytes) => Ok(Draft::Binary(bytes.clone())),
        RawCode::Wat {
            text,
            content_start,
        } => {
            let template =
                Template::new(text.value.clone(), text.place, *content_start, None, names)?;
            Ok(Draft::Text(template))
        }
        RawCode::File(path) => {
            let bad = |message: String| Problem::new(path.place, message);
            let shown = quoted(&path.value);
            let is_text = path.value.ends_with(".wat");
            if !is_text && !path.value.ends_with(".wasm") {
                return Err(bad(format!(
                    "expected a path that ends in .wat or .wasm, found {shown}"
                )));
            }
            if Path::new(&path.value).is_absolute() {
                let message = format!("expected a path relative to the scenario, found {shown}");
                return Err(bad(message));
            }
            let Some(folder) = folder else {
                return Err(bad(
                    "a scenario that is not a file cannot name other files".to_owned()
                ));
            };
            let bytes = read_file(&folder.join(&path.value))
                .map_err(|why| bad(format!("{shown}: {why}")))?;
            if !is_text {
                return Ok(Draft::Binary(bytes));
            }
            let text = String::from_utf8(bytes).map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                bad(format!(
                    "expected UTF-8 in {shown}, found something else at byte {at}"
                ))
            })?;
            Template::new(text, path.place, None, Some(path.value.clone()), names).map(Draft::Text)
        }
    }
}

/// The bytes of a regular file that is not too long.
pub fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    // Asked before it is opened: opening a pipe would wait for whoever writes to it.
    let data = std::fs::metadata(path).map_err(failed)?;
    if !data.is_file() {
        let found = if data.is_dir() {
            "a folder"
        } else {
            "something else"
        };
        return Err(format!("expected a regular file, found {found}"));
    }
    let most = limits::SCENARIO_BYTES as u64;
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(format!(
            "expected a file of at most {most} bytes, found a longer one"
        ));
    }
    Ok(bytes)
}

/// The modules in an order in which each comes after those that its text contains.
fn order(raw: &[RawModule], drafts: &[Draft]) -> Read<Vec<usize>> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); drafts.len()];
    let mut missing: Vec<usize> = vec![0; drafts.len()];
    for (at, draft) in drafts.iter().enumerate() {
        if let Draft::Text(template) = draft {
            missing[at] = template.holes.len();
            template
                .holes
                .iter()
                .for_each(|hole| users[hole.module].push(at));
        }
    }
    let mut order: Vec<usize> = (0..drafts.len()).filter(|at| missing[*at] == 0).collect();
    let mut next = 0;
    while let Some(&ready) = order.get(next) {
        next += 1;
        for user in &users[ready] {
            missing[*user] -= 1;
            if missing[*user] == 0 {
                order.push(*user);
            }
        }
    }
    match missing.iter().position(|count| *count > 0) {
        None => Ok(order),
        Some(at) => {
            let name = &raw[at].name;
            let message = format!(
                "expected modules that do not contain each other, found {} in a circle",
                quoted(&name.value)
            );
            Err(Problem::new(name.place, message))
        }
    }
}

impl Template {
    fn new(
        text: String,
        place: Place,
        content_start: Option<usize>,
        path: Option<String>,
        names: &BTreeMap<&str, usize>,
    ) -> Read<Template> {
        let mut template = Template {
            text,
            holes: Vec::new(),
            place,
            content_start,
            path,
        };
        let mut from = 0;
        while let Some(found) = template.text[from..].find("{{") {
            let start = from + found;
            let length = template.text[start..].find("}}").unwrap_or(2) + 2;
            let end = (start + length).min(template.text.len());
            let inner = template.text[start..end]
                .trim_start_matches("{{")
                .trim_end_matches("}}");
            let (size, name) = match inner.split_once(':') {
                Some(("module", name)) => (false, name),
                Some(("module-size", name)) => (true, name),
                _ => {
                    let message = format!(
                        "expected {{{{module:NAME}}}} or {{{{module-size:NAME}}}}, found {}",
                        quoted(&template.text[start..end])
                    );
                    return Err(template.problem(start, end, message));
                }
            };
            let Some(&module) = names.get(name) else {
                let place = template.problem(start, end, String::new()).place;
                return Err(unknown(place, "module", name, names.keys().copied()));
            };
            template.holes.push(Hole {
                start,
                end,
                module,
                size,
            });
            from = end;
        }
        Ok(template)
    }

    /// A problem in a part of the text.
    fn problem(&self, start: usize, end: usize, message: String) -> Problem {
        match (self.content_start, &self.path) {
            (Some(base), _) => Problem::new(Place::new(base + start, base + end), message),
            (None, path) => {
                let before = &self.text[..self.text.floor_char_boundary(start)];
                let line = before.matches('\n').count() + 1;
                let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                let of = path
                    .as_ref()
                    .map_or("of the text".to_owned(), |path| format!("of {path}"));
                Problem::new(
                    self.place,
                    format!("{message} (line {line}, column {column} {of})"),
                )
            }
        }
    }

    /// Fills the holes and assembles the text.
    fn build(&self, binaries: &[Option<Data>]) -> Read<Vec<u8>> {
        let mut filled = String::new();
        // Where pieces of the filled text stand in the template: (filled start, template start).
        let mut pieces = Vec::new();
        let mut from = 0;
        for hole in &self.holes {
            pieces.push((filled.len(), from));
            filled.push_str(&self.text[from..hole.start]);
            pieces.push((filled.len(), hole.start));
            let binary = binaries[hole.module].as_ref().expect("it came before");
            let room = limits::SCENARIO_BYTES.saturating_sub(filled.len());
            if hole.size {
                filled.push_str(&binary.len().to_string());
            } else if binary.len() <= room / 3 {
                binary
                    .bytes()
                    .iter()
                    .for_each(|byte| filled.push_str(&format!("\\{byte:02x}")));
            } else {
                let most = limits::SCENARIO_BYTES;
                let message =
                    format!("expected a text of at most {most} bytes once filled, found more");
                return Err(self.problem(hole.start, hole.end, message));
            }
            from = hole.end;
        }
        pieces.push((filled.len(), from));
        filled.push_str(&self.text[from..]);
        to_binary(&filled).map_err(|error| {
            let offset = error.span().offset();
            let piece = pieces.iter().rev().find(|(start, _)| *start <= offset);
            let (filled_start, start) = piece.expect("the first piece starts at 0");
            let at = (start + offset - filled_start).min(self.text.len());
            self.problem(
                at,
                at + 1,
                format!(
                    "expected WebAssembly text, found an error: {}",
                    error.message()
                ),
            )
        })
    }
}

/// Assembles WebAssembly text.
fn to_binary(text: &str) -> Result<Vec<u8>, wast::Error> {
    let buffer = ParseBuffer::new(text)?;
    let mut module = parser::parse::<Wat<'_>>(&buffer)?;
    module.encode()
}
