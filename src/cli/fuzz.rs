//! `primea fuzz`: random worlds, held against another implementation, or against this one in other ways.
//!
//! Enters: seeds, an opponent, a corpus. Leaves: a folder for each find, what was reached, an
//! exit code. Refuses to know: how cases are made up.

use super::{
    DIFFERENCE, Outcome, TARGET_FAILED,
    against::{Against, Asking},
    print,
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use primea::{
    interface::table::Dialect,
    oracle::{
        conform::{replay, report::Verdict, text},
        draft::Draft,
        fuzz::{self, Find, Findings, Held, Plan, opponent},
        shrink::{self, shrink},
    },
    scenario::{files, problem::Source},
};
use std::{
    fs,
    io::IsTerminal,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

/// Cases, where neither cases nor seconds are said.
const CASES: usize = 1_000;

/// Between two lines of progress, where no terminal is watched.
const PAUSE: Duration = Duration::from_secs(10);

/// Holds random worlds against another implementation, or against this one in other ways
///
/// A case is a whole scenario: guests that send, store, wait, create and trap, with budgets that are just enough or one
/// tick short. The same seed and dialect give the same case on every machine. The first failure of each kind is
/// shrunk.
#[derive(Args)]
#[command(after_help = "Examples:
  primea fuzz --target 'node my-vm.js' --dialect capabilities --seconds 60 --out finds
  primea fuzz --target ./my-vm --corpus corpus --cases 5000
  primea fuzz --self --seed 7 --cases 200

Exit code: 0 if all agrees, 1 if something differs, or if nothing was compared, 2 if the input is
not usable, 3 if the target failed (crash, time-out, broken answer).")]
pub struct Fuzz {
    #[command(flatten)]
    against: Against,
    #[command(flatten)]
    asking: Asking,
    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// So many cases, beside those of the corpus [default: 1000, unless seconds are said]
    #[arg(long, value_name = "N")]
    cases: Option<usize>,
    /// Begin no case after so many seconds
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
    /// Only this dialect; may be given several times [default: all]
    #[arg(long = "dialect", value_name = "NAME", value_parser = dialect)]
    dialects: Vec<Dialect>,
    /// Cases at once [default: as many as there are processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// A folder whose scenarios go first, and to which those are added that reach something new
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Write a folder for each find below this one; folders of earlier finds that pass are removed
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Stop at so many kinds of failures
    #[arg(long, value_name = "N", default_value_t = 16)]
    finds: usize,
    /// How many smaller scenarios are tried at most for each find; 0 leaves finds as they are
    #[arg(long, value_name = "N", default_value_t = shrink::ATTEMPTS)]
    attempts: usize,
}

fn dialect(text: &str) -> Result<Dialect, String> {
    let known: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
    Dialect::from_name(text).ok_or_else(|| format!("expected one of {}", known.join(", ")))
}

impl Fuzz {
    pub fn run(&self) -> Outcome {
        let plan = self.plan()?;
        let against = self.against.of(&self.asking);
        let known: Vec<String> = plan.first.iter().map(|(name, _)| name.clone()).collect();
        let mut progress = Progress::new(self.cases_in_all(&plan));
        let mut trouble = None;
        let findings = fuzz::fuzz(&plan, &against, &mut |held, added, findings| {
            progress.show(findings);
            if let (Some(folder), true) = (
                &self.corpus,
                added && !known.contains(&held.case.vector.name),
            ) {
                trouble = keep(folder, held).err();
            }
            if let (Some(folder), Verdict::Pass) = (&self.out, held.report.verdict)
                && let Err(why) = replay::clear(folder, &held.case.vector.name)
            {
                trouble = Some(why);
            }
            let in_time = self
                .seconds
                .is_none_or(|seconds| progress.began.elapsed().as_secs() < seconds);
            trouble.is_none() && in_time
        })?;
        progress.end(&findings);
        if let Some(why) = trouble {
            return Err(why.into());
        }
        let mut failed = false;
        for find in findings.finds.values() {
            failed |= find.report.verdict.is_breakdown();
            self.tell(find, &against)?;
        }
        let dialects = &plan.dialects;
        print(&findings.coverage.text(dialects))?;
        print(&format!(
            "{} cases, {} skipped, {} values compared, {} kinds of failures\n",
            findings.cases,
            findings.skipped,
            findings.compared,
            findings.finds.len()
        ))?;
        Ok(
            match (failed, findings.finds.is_empty() && findings.compared > 0) {
                (true, _) => ExitCode::from(TARGET_FAILED),
                (_, true) => ExitCode::SUCCESS,
                (_, false) => ExitCode::from(DIFFERENCE),
            },
        )
    }

    fn plan(&self) -> Result<Plan, String> {
        let first = match &self.corpus {
            Some(folder) if folder.exists() => corpus(folder)?,
            _ => Vec::new(),
        };
        let dialects = match self.dialects.is_empty() {
            true => Dialect::ALL.to_vec(),
            false => self.dialects.clone(),
        };
        let processors = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Ok(Plan {
            seed: self.seed,
            cases: self
                .cases
                .or_else(|| self.seconds.is_none().then_some(CASES)),
            first: first
                .into_iter()
                .filter(|(_, draft)| dialects.contains(&draft.dialect))
                .collect(),
            dialects,
            jobs: self.jobs.unwrap_or_else(processors),
            enough: self.finds.max(1),
        })
    }

    fn cases_in_all(&self, plan: &Plan) -> Option<usize> {
        Some(plan.cases? + plan.first.len())
    }

    /// Shrinks a find, and says what it is.
    fn tell(&self, find: &Find, against: &opponent::Against) -> Result<(), String> {
        let name = &find.case.vector.name;
        let mut opponent = against.opponent();
        let small = match self.attempts {
            0 => None,
            attempts => shrink(
                find.draft.clone(),
                name,
                &find.kind,
                attempts,
                &mut opponent,
            ),
        };
        let (draft, case, report) = match &small {
            Some(small) => (&small.draft, &small.case, &small.report),
            None => (&find.draft, &find.case, &find.report),
        };
        let text = draft.text();
        let lines = text.lines().count();
        let told = text::case_lines(report, false).join("\n");
        let count = find.count;
        print(&format!(
            "{}: {count} cases, the first is {name}, {lines} lines\n{told}\n",
            find.kind
        ))
        .map_err(|error| error.to_string())?;
        let Some(out) = &self.out else {
            return print(&format!("{text}\n")).map_err(|error| error.to_string());
        };
        let folder = replay::write(out, case, report)?;
        let write = |file: &str, text: &str| {
            let path = folder.join(file);
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        write("scenario.toml", &text)?;
        write("original.toml", &find.draft.text())?;
        let arguments = self.against.arguments();
        write(
            "command.txt",
            &format!("primea shrink scenario.toml {arguments}\nprimea run scenario.toml --calls\n"),
        )
    }
}

/// The scenarios of a corpus, by their names.
fn corpus(folder: &Path) -> Result<Vec<(String, Draft)>, String> {
    let mut files = files::below(folder)?;
    files.sort_by(|one, other| one.name.cmp(&other.name));
    let read = |file: files::File| {
        let text =
            fs::read_to_string(&file.path).map_err(|error| format!("{}: {error}", file.shown))?;
        let draft = Draft::read(&Source::new(&file.shown, text), file.path.parent())?;
        Ok((file.name, draft))
    };
    files.into_iter().map(read).collect()
}

/// Puts a case into the corpus.
fn keep(folder: &Path, held: &Held) -> Result<(), String> {
    let path = folder.join(format!("{}.toml", held.case.vector.name));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, held.draft.text()));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

/// What is shown while it goes on: a bar on a terminal, otherwise a line now and then.
struct Progress {
    bar: Option<ProgressBar>,
    began: Instant,
    said: Instant,
}

impl Progress {
    fn new(cases: Option<usize>) -> Progress {
        let template = match cases {
            Some(_) => "{bar:32} {pos}/{len} cases, {per_sec}, {msg}",
            None => "{spinner} {pos} cases, {per_sec}, {msg}",
        };
        let style = ProgressStyle::with_template(template).expect("a good template");
        let bar = std::io::stderr().is_terminal().then(|| match cases {
            Some(cases) => ProgressBar::new(cases as u64).with_style(style),
            None => ProgressBar::new_spinner().with_style(style),
        });
        let began = Instant::now();
        Progress {
            bar,
            began,
            said: began,
        }
    }

    fn show(&mut self, findings: &Findings) {
        let finds = format!("{} kinds of failures", findings.finds.len());
        if let Some(bar) = &self.bar {
            bar.set_position(findings.cases as u64);
            bar.set_message(finds);
        } else if self.said.elapsed() >= PAUSE {
            self.said = Instant::now();
            self.say(findings, &finds);
        }
    }

    fn say(&self, findings: &Findings, finds: &str) {
        let seconds = self.began.elapsed().as_secs_f64();
        let rate = findings.cases as f64 / seconds.max(0.001);
        eprintln!(
            "{} cases in {seconds:.1} s, {rate:.1} a second, {finds}",
            findings.cases
        );
    }

    fn end(&self, findings: &Findings) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.say(
            findings,
            &format!("{} kinds of failures", findings.finds.len()),
        );
    }
}
