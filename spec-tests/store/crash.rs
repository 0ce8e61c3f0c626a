//! Killed processes: whatever was committed is there, and going on works.
//!
//! Enters: a process that commits states as fast as it can, killed at moments that a seed chooses.
//! Leaves: trials. Refuses to know: when a commit is durable, beyond that it said so.
//!
//! `PRIMEA_KILLS` says how many processes are killed.

use crate::{folder, sample};
use libtest_mimic::{Failed, Trial};
use primea::{
    oracle::fuzz::chance::Chance,
    state::{hash::Hash, keep::InMemory},
    store::{Head, Store, StoreError},
};
use std::{
    error::Error,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{ChildStdout, Command, Stdio},
    time::Duration,
};

const KILLS: u64 = 40;
const HEAD: &str = "main";
/// After how many commits the garbage is collected.
const COMMITS_TO_COLLECTION: u64 = 7;
/// After how many kills the store is made anew.
const KILLS_TO_CREATION: u64 = 10;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("crash::what_was_committed_is_there", killed)]
}

/// Which state the head is, by the number that its player noted; 0 if there is no head.
fn number(store: &Store) -> Result<(u64, Option<Head>), StoreError> {
    let head = store.view()?.head(HEAD)?;
    let number = head.as_ref().map_or(0, |head| {
        u64::from_le_bytes(head.player.as_slice().try_into().expect("a number"))
    });
    Ok((number, head))
}

/// Commits one state after the other, without end, and tells of each.
pub fn commit(directory: &Path) {
    let failure = commits(directory).expect_err("it has no end");
    eprintln!("{failure}");
    std::process::exit(2);
}

fn commits(directory: &Path) -> Result<(), Box<dyn Error>> {
    let mut store = Store::create(directory)?;
    let (mut number, _) = number(&store)?;
    loop {
        number += 1;
        let root = store.write(|batch| {
            let root = sample::state(batch, number)?;
            let player = number.to_le_bytes().to_vec();
            batch.set_head(
                HEAD,
                &Head {
                    player,
                    ..Head::of(root)
                },
            )?;
            Ok::<Hash, Box<dyn Error>>(root)
        })?;
        println!("{number} {root}");
        std::io::stdout().flush()?;
        if number % COMMITS_TO_COLLECTION == 0 {
            store
                .collect()
                .map_err(|whys| format!("after {number}: {whys:?}"))?;
        }
    }
}

fn killed() -> Result<(), Failed> {
    let kills = match std::env::var("PRIMEA_KILLS") {
        Ok(kills) => kills.parse()?,
        Err(_) => KILLS,
    };
    let mut chance = Chance::new(4);
    let mut directory = folder("killed-0");
    let mut least = 0;
    for kill in 0..kills {
        if kill % KILLS_TO_CREATION == 0 {
            directory = folder(&format!("killed-{}", kill / KILLS_TO_CREATION));
            least = 0;
        }
        let (lines, delay) = (chance.below(12), chance.below(20_000));
        let told = run_and_kill(&directory, lines, Duration::from_micros(delay as u64))?;
        least = told.unwrap_or(least);
        let place = format!("kill {kill}, after {lines} lines and {delay} microseconds");
        least = hold(&directory, least).map_err(|why| format!("{place}: {why}"))?;
    }
    Ok(())
}

/// Starts a process, kills it, and gives the last number that it told.
fn run_and_kill(directory: &Path, lines: usize, delay: Duration) -> Result<Option<u64>, Failed> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("commit")
        .arg(directory)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut told = BufReader::new(child.stdout.take().expect("it is piped"));
    let heard = listen(&mut told, lines);
    std::thread::sleep(delay);
    child.kill()?;
    let status = child.wait()?;
    if let Some(code) = status.code() {
        return Err(format!("expected a process that has no end, found exit code {code}").into());
    }
    let mut last = heard?;
    for line in told.lines() {
        last = Some(parsed(&line?)?);
    }
    Ok(last)
}

/// Waits for some lines, and gives the last number.
fn listen(told: &mut BufReader<ChildStdout>, lines: usize) -> Result<Option<u64>, Failed> {
    let mut last = None;
    for line in told.lines().take(lines) {
        last = Some(parsed(&line?)?);
    }
    Ok(last)
}

fn parsed(line: &str) -> Result<u64, Failed> {
    let (number, root) = line.split_once(' ').ok_or(format!("found {line:?}"))?;
    let number = number.parse()?;
    assert_eq!(root, expected(number).to_string());
    Ok(number)
}

/// The root of the state with that number, from scratch.
fn expected(number: u64) -> Hash {
    sample::state(&mut InMemory::default(), number).expect("memory holds it")
}

/// Holds a store that was left alone to what it said last. Gives the number of its state.
fn hold(directory: &Path, least: u64) -> Result<u64, Box<dyn Error>> {
    let found = {
        let store = match Store::read(directory) {
            Ok(store) => store,
            // It was killed before there was a store, and had told nothing.
            Err(_) if least == 0 => {
                drop(Store::create(directory)?);
                Store::read(directory)?
            }
            Err(why) => return Err(why.into()),
        };
        let (found, head) = number(&store)?;
        assert!(
            found >= least,
            "expected state {least} or a later one, found {found}"
        );
        if let Some(head) = head {
            assert_eq!(head.root, expected(found));
        }
        store.verify().map_err(|whys| format!("{whys:?}"))?;
        found
    };
    // Going on works.
    let store = Store::open(directory)?;
    let next = found + 1;
    store.write(|batch| {
        let root = sample::state(batch, next)?;
        let player = next.to_le_bytes().to_vec();
        Ok::<_, Box<dyn Error>>(batch.set_head(
            HEAD,
            &Head {
                player,
                ..Head::of(root)
            },
        )?)
    })?;
    store.verify().map_err(|whys| format!("{whys:?}"))?;
    Ok(next)
}
