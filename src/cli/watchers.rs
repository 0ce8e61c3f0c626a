//! Those who watch a run because something is to be written about it.
//!
//! Enters: what is wanted, then a plan. Leaves: what came of the plan, and files. Refuses to know:
//! what stands in the files.

use primea::{
    report::{
        chrome, html,
        recording::{Audience, Bounds, Recording},
        ticks::Profile,
    },
    scenario::{
        plan::Plan,
        play::{Played, play_watched},
    },
    trace::lines::{Level, Writer},
    world::{
        order::Order,
        watch::{SharedOnlooker, Watch},
    },
};
use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

type Shared<T> = Arc<Mutex<T>>;

fn shared<T>(watcher: T) -> Shared<T> {
    Arc::new(Mutex::new(watcher))
}

fn lock<T>(watcher: &Shared<T>) -> MutexGuard<'_, T> {
    watcher.lock().expect("nobody who was told panicked")
}

fn failed(path: &Path) -> impl Fn(io::Error) -> String {
    move |error| format!("{}: cannot be written: {error}", path.display())
}

/// Writes a file, or to stdout where the name is `-`. A reader who has seen enough (`| head`) is
/// no error.
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

    /// Carries out a plan while everybody watches.
    pub fn watch(&mut self, plan: &Plan) -> Result<Played, String> {
        let audience = std::mem::take(&mut self.audience);
        let watch = Watch {
            marks: audience.wants_marks(),
            onlooker: shared(audience) as SharedOnlooker,
        };
        let recordings = self.chrome.iter().map(|(_, recording)| recording);
        let recordings = recordings.chain(self.page.iter().map(|(_, recording, _)| recording));
        let recordings: Vec<_> = recordings.cloned().collect();
        let played = play_watched(plan, &mut Order::Canonical, watch, &mut |step| {
            if let Some((_, lines)) = &self.lines {
                lock(lines).step(step);
            }
            recordings.iter().for_each(|it| lock(it).step());
        });
        let activations = played.steps.iter().map(|step| step.records.len()).sum();
        for recording in &recordings {
            lock(recording).forget_after(played.steps.len(), activations);
        }
        match self
            .lines
            .as_ref()
            .map(|(path, lines)| (path, lock(lines).finish()))
        {
            Some((path, Err(error))) if error.kind() != ErrorKind::BrokenPipe => {
                Err(failed(path)(error))
            }
            _ => Ok(played),
        }
    }

    /// Writes what can only be written when all is over.
    pub fn finish(
        &self,
        title: &str,
        (plan, played): (&Plan, &Played),
        complaints: Vec<String>,
    ) -> Result<(), String> {
        if let Some((path, recording)) = &self.chrome {
            write(path, &chrome::trace(title, plan, played, &lock(recording)))?;
        }
        if let Some((path, recording, profile)) = &self.page {
            let watched = (&*lock(recording), &*lock(profile));
            write(
                path,
                &html::page(title, (plan, played), watched, complaints)?,
            )?;
        }
        Ok(())
    }
}
