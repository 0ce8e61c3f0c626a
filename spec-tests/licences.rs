//! Every dependency may be used under a licence that is on the list of `deny.toml`.
//!
//! Enters: the list, and what cargo knows of dependencies, without a network. Leaves: trials. Refuses
//! to know: what the licences say.

use crate::root;
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::{collections::BTreeSet, fs, process::Command};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("licences::our_own_is_told", own),
        Trial::test("licences::dependencies_are_allowed", dependencies),
        Trial::test("licences::expressions_are_understood", expressions),
    ]
}

type Allowed = BTreeSet<String>;

fn allowed() -> Result<Allowed, Failed> {
    let text = fs::read_to_string(root().join("deny.toml"))?;
    let table: toml::Table = text.parse()?;
    let list = table["licenses"]["allow"].as_array().ok_or("no list")?;
    let names = list.iter().map(|it| it.as_str().ok_or("no text"));
    Ok(names
        .map(|it| it.map(str::to_owned))
        .collect::<Result<_, _>>()?)
}

/// The licence of this program stands at the top of the repository, and cargo is told which it is.
fn own() -> Result<(), Failed> {
    let text = fs::read_to_string(root().join("LICENSE"))?;
    assert!(text.starts_with("MIT License\n"), "{text}");
    assert_eq!(env!("CARGO_PKG_LICENSE"), "MIT");
    let readme = fs::read_to_string(root().join("README.md"))?;
    assert!(readme.contains("MIT; see [`LICENSE`](LICENSE)"));
    Ok(())
}

/// What a program prints.
fn printed(command: &mut Command) -> Result<String, Failed> {
    let output = command.current_dir(root()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Those of this machine: only they are sure to have been fetched.
fn dependencies() -> Result<(), Failed> {
    let version = printed(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let arguments = ["metadata", "--offline", "--locked", "--format-version", "1"];
    let metadata = printed(
        Command::new(cargo)
            .args(arguments)
            .args(["--filter-platform", host.ok_or("no host")?]),
    )?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    assert!(packages.len() > 50, "{} packages", packages.len());
    let allowed = allowed()?;
    let mut complaints = Vec::new();
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        if !Expression::is_met(licence, &allowed)? {
            let (name, version) = (&package["name"], &package["version"]);
            complaints.push(format!(
                "{name} {version}: expected a licence of deny.toml, found {licence}"
            ));
        }
    }
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(complaints.join("\n").into()),
    }
}

/// An SPDX expression that is being read: `WITH` binds closest, then `AND`, then `OR`.
struct Expression<'e> {
    words: Vec<&'e str>,
    at: usize,
    allowed: &'e Allowed,
}

impl Expression<'_> {
    fn is_met(text: &str, allowed: &Allowed) -> Result<bool, String> {
        // A slash is how `OR` used to be written.
        let spaced = text
            .replace('/', " OR ")
            .replace('(', " ( ")
            .replace(')', " ) ");
        let words = spaced.split_whitespace().collect();
        let mut expression = Expression {
            words,
            at: 0,
            allowed,
        };
        let is_met = expression.any()?;
        match expression.words.get(expression.at) {
            None => Ok(is_met),
            Some(word) => Err(format!("{text}: expected the end, found {word}")),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let is_there = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_there);
        is_there
    }

    fn any(&mut self) -> Result<bool, String> {
        let mut is_met = self.all()?;
        while self.take("OR") {
            is_met |= self.all()?;
        }
        Ok(is_met)
    }

    fn all(&mut self) -> Result<bool, String> {
        let mut is_met = self.one()?;
        while self.take("AND") {
            is_met &= self.one()?;
        }
        Ok(is_met)
    }

    fn one(&mut self) -> Result<bool, String> {
        if self.take("(") {
            let is_met = self.any()?;
            return match self.take(")") {
                true => Ok(is_met),
                false => Err("expected a closing parenthesis, found none".to_owned()),
            };
        }
        let mut name = self.word()?;
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.word()?);
        }
        Ok(self.allowed.contains(&name))
    }

    fn word(&mut self) -> Result<String, String> {
        let word = self
            .words
            .get(self.at)
            .ok_or("expected a licence, found the end")?;
        self.at += 1;
        Ok((*word).to_owned())
    }
}

fn expressions() -> Result<(), Failed> {
    let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
    let allowed: Allowed = allowed.map(str::to_owned).into();
    for (text, is_met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND Apache-2.0", true),
        ("MIT OR GPL-3.0 AND BSD-2-Clause", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("MIT WITH LLVM-exception", false),
        ("none", false),
    ] {
        assert_eq!(Expression::is_met(text, &allowed), Ok(is_met), "{text}");
    }
    assert!(Expression::is_met("(MIT", &allowed).is_err());
    assert!(Expression::is_met("MIT MIT", &allowed).is_err());
    Ok(())
}
