//! A target as a process: lines in, lines out, an end in any case.
//!
//! Enters: a command. Leaves: its lines, as long as they come in time. Refuses to know: what stands
//! in them.
//!
//! A target may do anything: end at once, write without end, start processes of its own and leave
//! them. So every line is bounded, nothing waits for it without a time limit, and its whole process
//! group is killed when it is done with.

use crate::oracle::protocol::read_line;
use std::{
    io::{BufReader, Read, Write},
    path::Path,
    process::{self, Child, ChildStderr, ChildStdin, ChildStdout, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How a target is given its questions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As lines.
    Lines,
    /// As a file, one process each.
    File,
}

/// How a target is started.
#[derive(Clone, Debug)]
pub struct Command {
    /// For the shell.
    pub line: String,
    /// How its questions reach it.
    pub mode: Mode,
    /// In which an answer has to come.
    pub timeout: Duration,
}

/// Why a target gave no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// It ended.
    Ended(String),
    /// It took too long.
    Late(String),
    /// What it wrote is no line, or no answer.
    Broken(String),
    /// It could not be started at all.
    NotStarted(String),
}

/// What was read from a target.
enum Reading {
    Line(String),
    Broken(String),
    End,
}

/// The end of what a target wrote to stderr is kept.
const KEPT_COMPLAINT: usize = 2_048;

/// A running target.
pub struct Process {
    child: Child,
    readings: Receiver<Reading>,
    /// Until the target's stdin is to be closed.
    questions: Option<Sender<String>>,
    complaint: Arc<Mutex<Vec<u8>>>,
    timeout: Duration,
}

impl Process {
    /// Starts a target; in file mode, for this file.
    pub fn start(command: &Command, file: Option<&Path>) -> Result<Process, Failure> {
        let mut shell = process::Command::new("sh");
        match file {
            // The shell's own `$0`, then the argument.
            Some(file) => shell
                .arg("-c")
                .arg(format!("{} \"$1\"", command.line))
                .arg("sh")
                .arg(file),
            None => shell.arg("-c").arg(&command.line),
        };
        shell
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let mut child = shell
            .spawn()
            .map_err(|error| Failure::NotStarted(format!("sh: {error}")))?;
        let (sender, readings) = sync_channel(1);
        let stdout = child.stdout.take().expect("it is a pipe");
        thread::spawn(move || read(stdout, &sender));
        let (questions, asked) = channel();
        let stdin = child.stdin.take().expect("it is a pipe");
        thread::spawn(move || write(stdin, &asked));
        let complaint = Arc::default();
        let kept = Arc::clone(&complaint);
        let stderr = child.stderr.take().expect("it is a pipe");
        thread::spawn(move || listen(stderr, &kept));
        Ok(Process {
            child,
            readings,
            questions: Some(questions),
            complaint,
            timeout: command.timeout,
        })
    }

    /// Gives the target a line. Whether it takes it shows when the answer is awaited.
    pub fn ask(&mut self, line: String) {
        if let Some(questions) = &self.questions {
            // The writer is gone if the target closed its stdin.
            let _ = questions.send(line);
        }
    }

    /// Closes the target's stdin.
    pub fn ask_no_more(&mut self) {
        self.questions = None;
    }

    /// The next line.
    pub fn line(&mut self) -> Result<String, Failure> {
        match self.readings.recv_timeout(self.timeout) {
            Ok(Reading::Line(line)) => Ok(line),
            Ok(Reading::Broken(why)) => Err(Failure::Broken(why)),
            Ok(Reading::End) | Err(RecvTimeoutError::Disconnected) => Err(Failure::Ended(
                self.last_words("ended before it had answered"),
            )),
            Err(RecvTimeoutError::Timeout) => {
                let seconds = self.timeout.as_secs_f64();
                let why = format!("expected an answer within {seconds} s, found none");
                Err(Failure::Late(self.last_words(&why)))
            }
        }
    }

    /// Says what happened, with what the target last complained of.
    fn last_words(&self, why: &str) -> String {
        // What it wrote before it ended may still be on its way.
        thread::sleep(Duration::from_millis(10));
        let complaint = self.complaint.lock().expect("the listener does not panic");
        let text = String::from_utf8_lossy(&complaint);
        match text.trim() {
            "" => why.to_owned(),
            text => format!("{why}; on stderr: {text}"),
        }
    }

    /// Lets the target end by itself, and tells if it writes a further line, or does not end
    /// in time.
    pub fn dismiss(mut self, further: impl FnOnce(Result<String, Failure>)) {
        self.ask_no_more();
        match self.line() {
            Err(Failure::Ended(_)) => {}
            // One line is enough: it may never end.
            other => further(other),
        }
    }

    /// The code with which a target exits that has closed its stdout.
    pub fn exit_code(&mut self) -> Result<i32, Failure> {
        let latest = Instant::now() + self.timeout;
        loop {
            match self.child.try_wait() {
                // A signal gives no code.
                Ok(Some(status)) => return Ok(status.code().unwrap_or(-1)),
                Err(error) => return Err(Failure::Ended(error.to_string())),
                Ok(None) if Instant::now() >= latest => {
                    let why = "closed its stdout and did not exit";
                    return Err(Failure::Late(self.last_words(why)));
                }
                Ok(None) => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}

impl Drop for Process {
    /// Kills the target and all processes of its group. The group is named while its leader has not
    /// been waited for, so that nobody else can have that number.
    fn drop(&mut self) {
        kill_group(self.child.id());
        // If there is no such command, the target at least. It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The shell has a `kill` of its own; without it there would be no target.
fn kill_group(leader: u32) {
    let mut shell = process::Command::new("sh");
    shell.arg("-c").arg(format!("kill -KILL -{leader}"));
    shell
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // That the group is gone already is no failure.
    let _ = shell.status();
}

fn read(stdout: ChildStdout, to: &SyncSender<Reading>) {
    let mut stdout = BufReader::with_capacity(1 << 16, stdout);
    loop {
        let (reading, last) = match read_line(&mut stdout) {
            Ok(Some(line)) => (Reading::Line(line), false),
            Ok(None) => (Reading::End, true),
            Err(error) => (Reading::Broken(error.to_string()), true),
        };
        if to.send(reading).is_err() || last {
            return;
        }
    }
}

fn write(mut stdin: ChildStdin, questions: &Receiver<String>) {
    for question in questions {
        if stdin
            .write_all(question.as_bytes())
            .and_then(|()| stdin.flush())
            .is_err()
        {
            return;
        }
    }
}

fn listen(mut stderr: ChildStderr, kept: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 4_096];
    while let Ok(length @ 1..) = stderr.read(&mut buffer) {
        let mut kept = kept.lock().expect("nobody panics with it");
        kept.extend_from_slice(&buffer[..length]);
        let beyond = kept.len().saturating_sub(KEPT_COMPLAINT);
        kept.drain(..beyond);
    }
}
