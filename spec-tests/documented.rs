//! What the README and the tutorial show is true: every command in them is run, and prints what
//! stands below it.
//!
//! Enters: documents, the built program. Leaves: trials; with `PRIMEA_BLESS=1` what the commands
//! print is written into the documents. Refuses to know: what the commands do.
//!
//! A block `sh` is run, line by line, in a folder of the document's own; a line ends with
//! `# exit code 1` if it is to fail. A block `text` behind it is what it prints; a first line `...`
//! in it stands for all that is printed before the rest. Any other block
//! below a line that names a file, as in "`greeter.wat`:", is written to that file.

use crate::{
    program::{PRIMEA, printed},
    root,
};
use libtest_mimic::{Failed, Trial};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("documented::README", || check("README.md")),
        Trial::test("documented::tutorial", || check("docs/tutorial.md")),
        Trial::test("documented::tests_in_rust_are_run", tests_in_rust),
        Trial::test("documented::schedule_reference", || schedule("reference")),
        Trial::test("documented::schedule_plain", || schedule("plain")),
    ]
}

/// The document of a published schedule, with all imports, is what the program prints.
fn schedule(name: &str) -> Result<(), Failed> {
    let printed = printed(0, &["interface", "--schedule", name])?;
    let document = format!("docs/schedule-{name}.md");
    let path = root().join(&document);
    if std::env::var_os("PRIMEA_BLESS").is_some() {
        fs::write(&path, &printed)?;
    }
    match fs::read_to_string(&path)? == printed {
        true => Ok(()),
        false => Err(format!(
            "{document}: expected what `primea interface --schedule {name}` prints, found another text"
        )
        .into()),
    }
}

/// A block of a document, between fences.
struct Block {
    language: String,
    /// The file that the line above names.
    file: Option<String>,
    text: String,
    /// The lines of the document between which the text stands.
    lines: std::ops::Range<usize>,
}

fn blocks(document: &str) -> Vec<Block> {
    let lines: Vec<&str> = document.lines().collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(language) = lines[at].strip_prefix("```") else {
            at += 1;
            continue;
        };
        let rest = &lines[at + 1..];
        let length = rest
            .iter()
            .position(|line| *line == "```")
            .unwrap_or(rest.len());
        let above = lines[..at].iter().rev().find(|line| !line.is_empty());
        let file = above.and_then(|line| line.strip_prefix('`')?.strip_suffix("`:"));
        blocks.push(Block {
            language: language.to_owned(),
            file: file.map(str::to_owned),
            text: rest[..length]
                .iter()
                .map(|line| format!("{line}\n"))
                .collect(),
            lines: at + 1..at + 1 + length,
        });
        at += length + 2;
    }
    blocks
}

/// A folder for a document, in which the folders of this repository can be named.
fn folder(document: &str) -> Result<PathBuf, Failed> {
    let name = document.replace(['/', '.'], "-");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("documented")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for shared in ["spec-tests", "examples", "benches"] {
        std::os::unix::fs::symlink(root().join(shared), folder.join(shared))?;
    }
    Ok(folder)
}

/// What is run in the place of a line: cargo builds and tests already.
fn command(line: &str) -> Option<String> {
    match line.strip_prefix("cargo run --locked -- ") {
        Some(arguments) => Some(format!("primea {arguments}")),
        None if line.starts_with("cargo ") => None,
        None => Some(line.to_owned()),
    }
}

/// Runs a line, and gives all that it prints.
fn run(line: &str, folder: &Path) -> Result<String, Failed> {
    let (line, code) = match line.rsplit_once("  # exit code ") {
        Some((line, code)) => (line, code.parse::<i32>()?),
        None => (line, 0),
    };
    let Some(command) = command(line) else {
        return Ok(String::new());
    };
    let program = Path::new(PRIMEA);
    let mut path = program.parent().ok_or("no folder")?.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .current_dir(folder)
        .output()?;
    let printed = String::from_utf8(output.stdout)?;
    if output.status.code() != Some(code) {
        let found = output.status;
        return Err(format!("{line}\nexpected exit code {code}, found {found}\n{printed}").into());
    }
    Ok(printed)
}

fn check(name: &str) -> Result<(), Failed> {
    let path = root().join(name);
    let document = fs::read_to_string(&path)?;
    let folder = folder(name)?;
    let is_blessed = std::env::var_os("PRIMEA_BLESS").is_some();
    let mut printed = String::new();
    let mut wanted = Vec::new();
    for block in blocks(&document) {
        match (block.language.as_str(), &block.file) {
            ("sh", _) => {
                printed.clear();
                for line in block.text.lines() {
                    printed += &run(line, &folder).map_err(|why| {
                        let why = why.message().unwrap_or_default();
                        format!("{name}:{}: {why}", block.lines.start + 1)
                    })?;
                }
            }
            ("text", _) if is_told(&block.text, &printed) => {}
            ("text", _) if is_blessed => wanted.push((block.lines, printed.clone())),
            ("text", _) => {
                let at = block.lines.start + 1;
                return Err(format!("{name}:{at}: expected what is printed:\n{printed}").into());
            }
            (_, Some(file)) => {
                let path = folder.join(file);
                fs::create_dir_all(path.parent().ok_or("no folder")?)?;
                fs::write(path, block.text)?;
            }
            _ => {}
        }
    }
    if is_blessed {
        fs::write(path, with(&document, wanted))?;
    }
    Ok(())
}

/// Whether that is what is printed. A first line `...` stands for all lines before.
fn is_told(shown: &str, printed: &str) -> bool {
    match shown.strip_prefix("...\n") {
        Some(end) => printed
            .trim_end()
            .ends_with(&format!("\n{}", end.trim_end())),
        None => shown.trim_end() == printed.trim_end(),
    }
}

/// A document with other lines in some places.
fn with(document: &str, wanted: Vec<(std::ops::Range<usize>, String)>) -> String {
    let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
    for (range, text) in wanted.into_iter().rev() {
        lines.splice(range, text.trim_end().lines().map(str::to_owned));
    }
    lines.join("\n") + "\n"
}

/// The tests in Rust that the documents show are among those of the examples, but for where their
/// files are, and for the openings that files have in this house.
fn tests_in_rust() -> Result<(), Failed> {
    for (name, test) in [("docs/tutorial.md", "tutorial"), ("README.md", "readme")] {
        let code = shown(name, "rust")?;
        let code = ["guests", "golden"].iter().fold(code, |code, folder| {
            code.replace(&format!("\"{folder}/"), &format!("\"examples/{folder}/"))
        });
        let file = fs::read_to_string(root().join(format!("examples/tests/{test}.rs")))?;
        let (_, below) = file.split_once("\n\n").ok_or("expected an opening")?;
        assert_eq!(code, below, "{name}");
    }
    let guest = fs::read_to_string(root().join("examples/guests/greeter.wat"))?;
    assert_eq!(shown("docs/tutorial.md", "wat")?, guest);
    Ok(())
}

/// The first block of a document in a language.
fn shown(name: &str, language: &str) -> Result<String, Failed> {
    let document = fs::read_to_string(root().join(name))?;
    let mut blocks = blocks(&document).into_iter();
    let block = blocks.find(|block| block.language == language);
    let block = block.ok_or(format!("{name}: expected a block {language}, found none"))?;
    Ok(block.text)
}
