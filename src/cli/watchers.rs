//! Those who watch a run because something is to be written about it.
//!
//! Enters: a player that goes on, and what came of its plan. Leaves: files. Refuses to know:
//! what stands in the files.

use primea::{
    activation::watch::listening,
    report::{
        chrome, html,
        recording::{Audience, Bounds, Recording},
        ticks::Profile,
    },
    scenario::{
        Scenario,
        plan::Plan,
        play::{Played, Player},
    },
    trace::lines::{Level, Writer},
    world::watch::{SharedOnlooker, Watch},
};
use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

type Shared<T> = Arc<Mutex<T>>;

fn shared<T>(watcher: T) -> Shared<T> {
    Arc::new(Mutex::new(watcher))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> String {
    move |error| format!("{}: cannot be written: {error}", path.display())
}

/// Writes a file, or to stdout where the name is `-`.
fn write(path: &Path, text: &str) -> Result<(), String> {
    let written = if path == Path::new("-") {
        super::print(text)
    } else {
        std::fs::write(path, text)
    };
    written.map_err(failed(path))
}

/// The trace, line by line, while it goes on.
type Lines = Writer<BufWriter<Box<dyn Write + Send>>>;

/// Everybody who watches.
#[derive(Default)]
pub struct Watchers {
    audience: Audience,
    lines: Option<(PathBuf, Shared<Lines>)>,
    chrome: Option<(PathBuf, Shared<Recording>)>,
    page: Option<(PathBuf, Shared<Recording>, Shared<Profile>)>,
    /// How many steps they were told of.
    steps: usize,
}

impl Watchers {
    /// Somebody who writes a trace as JSON lines.
    pub fn add_lines(&mut self, path: &Path, plan: &Plan, level: Level) -> Result<(), String> {
        let output: Box<dyn Write + Send> = if path == Path::new("-") {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).map_err(failed(path))?)
        };
        let writer = shared(Writer::new(BufWriter::new(output), plan, level));
        let marks = level == Level::Instruction;
        self.audience.seat(writer.clone(), marks);
        self.lines = Some((path.to_owned(), writer));
        Ok(())
    }

    /// Somebody who remembers for a trace of slices and arrows.
    pub fn add_chrome(&mut self, path: &Path) {
        let recording = self.add_recording(chrome::BOUNDS);
        self.chrome = Some((path.to_owned(), recording));
    }

    /// Somebody who remembers, and somebody who counts, for a page.
    pub fn add_page(&mut self, path: &Path, plan: &Plan) {
        let recording = self.add_recording(html::BOUNDS);
        let profile = shared(Profile::new(plan.schedule.clone()));
        self.audience.seat(profile.clone(), true);
        self.page = Some((path.to_owned(), recording, profile));
    }

    fn add_recording(&mut self, bounds: Bounds) -> Shared<Recording> {
        let recording = shared(Recording::new(bounds));
        self.audience.seat(recording.clone(), false);
        recording
    }

    /// Lets everybody watch a player.
    pub fn watch(&mut self, player: &mut Player<'_>) {
        let audience = std::mem::take(&mut self.audience);
        if !audience.is_empty() {
            player.watch(Watch {
                marks: audience.wants_marks(),
                onlooker: shared(audience) as SharedOnlooker,
            });
        }
    }

    fn recordings(&self) -> impl Iterator<Item = &Shared<Recording>> {
        let chrome = self.chrome.iter().map(|(_, recording)| recording);
        chrome.chain(self.page.iter().map(|(_, recording, _)| recording))
    }

    /// Tells of the steps that have ended.
    pub fn note(&mut self, player: &Player<'_>) {
        for step in &player.played_steps()[self.steps..] {
            if let Some((_, lines)) = &self.lines {
                listening(lines).step(step);
            }
            self.recordings().for_each(|it| listening(it).step());
            self.steps += 1;
        }
    }

    /// Writes what can only be written when all is over.
    pub fn finish(self, name: &str, scenario: &Scenario, played: &Played) -> Result<(), String> {
        let Scenario { source, plan } = scenario;
        let activations = played.steps.iter().map(|step| step.records.len()).sum();
        for recording in self.recordings() {
            listening(recording).forget_after(played.steps.len(), activations);
        }
        if let Some((path, lines)) = &self.lines {
            excused(listening(lines).finish()).map_err(failed(path))?;
        }
        if let Some((path, recording)) = &self.chrome {
            write(
                path,
                &chrome::trace(name, plan, played, &listening(recording)),
            )?;
        }
        if let Some((path, recording, profile)) = &self.page {
            let watched = (&*listening(recording), &*listening(profile));
            let complaints = played.problems();
            let complaints = complaints.iter().map(|problem| source.render(problem));
            let page = html::page(name, (plan, played), watched, complaints.collect())?;
            write(path, &page)?;
        }
        Ok(())
    }
}

/// A reader who has seen enough (`| head`) is no error.
fn excused(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
