//! Damaged stores: every damage is told, with the object or the file, or does no harm.
//!
//! Enters: stores, whose objects and whose bytes are changed behind their backs. Leaves: trials.
//! Refuses to know: which bytes of the file matter.

use crate::{
    folder,
    orderly::{commit, worded},
    sample,
};
use libtest_mimic::{Failed, Trial};
use primea::{
    oracle::fuzz::chance::Chance,
    state::{hash::Hash, keep::InMemory, walk},
    store::{FILE, Head, Store, StoreError},
};
use redb::{ReadableDatabase, ReadableTable};
use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

/// Files that are damaged in each of several ways.
const DAMAGED_FILES: usize = 150;

const OBJECTS: redb::TableDefinition<[u8; 32], &[u8]> = redb::TableDefinition::new("objects");
const HEADS: redb::TableDefinition<&str, &[u8]> = redb::TableDefinition::new("heads");

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("damage::every_object_is_missed", || each_object(removed)),
        Trial::test("damage::every_objects_bytes_are_checked", || {
            each_object(flipped)
        }),
        Trial::test("damage::no_object_stands_for_another", || {
            each_object(replaced)
        }),
        Trial::test("damage::no_object_is_longer_or_shorter", || {
            each_object(resized)
        }),
        Trial::test("damage::putting_an_object_again_mends_it", mended),
        Trial::test("damage::heads_vouch_for_themselves", heads),
        Trial::test("damage::bytes_of_the_file_are_flipped", || {
            files("flips", flip_bytes)
        }),
        Trial::test("damage::pages_of_the_file_are_lost", || {
            files("pages", lose_page)
        }),
        Trial::test("damage::the_file_is_cut", || files("cuts", cut)),
    ]
}

/// Changes a store behind its back.
fn behind(
    directory: &Path,
    change: impl FnOnce(&redb::WriteTransaction) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let database = redb::Database::open(directory.join(FILE))?;
    let transaction = database.begin_write()?;
    change(&transaction)?;
    Ok(transaction.commit()?)
}

/// What the objects of a store are, behind its back.
fn objects(directory: &Path) -> Result<BTreeMap<[u8; 32], Vec<u8>>, Failed> {
    let database = redb::Database::open(directory.join(FILE))?;
    let table = database.begin_read()?.open_table(OBJECTS)?;
    let mut all = BTreeMap::new();
    for entry in table.range::<[u8; 32]>(..)? {
        let (id, bytes) = entry?;
        all.insert(id.value(), bytes.value().to_vec());
    }
    Ok(all)
}

/// What becomes of an object's bytes, if anything is left of them.
type Damage = fn(&[u8], &mut Chance) -> Option<Vec<u8>>;

fn removed(_: &[u8], _: &mut Chance) -> Option<Vec<u8>> {
    None
}

fn flipped(bytes: &[u8], chance: &mut Chance) -> Option<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    let at = chance.below(bytes.len());
    bytes[at] ^= 1 << chance.below(8);
    Some(bytes)
}

fn replaced(bytes: &[u8], _: &mut Chance) -> Option<Vec<u8>> {
    let mut memory = InMemory::default();
    let root = sample::state(&mut memory, 99).expect("memory holds it");
    // The same sort of thing, from another state; but not the same thing.
    let other =
        walk::walk(&memory, [(walk::STATE, root)]).map(|found| found.expect("it is whole").id);
    let mut others = other.map(|id| primea::state::keep::Keep::get(&memory, id));
    others.find_map(|other| other.expect("memory").filter(|other| other != bytes))
}

fn resized(bytes: &[u8], chance: &mut Chance) -> Option<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    if chance.one_in(2) {
        bytes.push(0);
    } else {
        bytes.pop();
    }
    Some(bytes)
}

/// Damages every object of a state in turn, and expects to be told which.
fn each_object(damage: Damage) -> Result<(), Failed> {
    let directory = folder(&format!("object-{:x}", damage as usize));
    commit(&Store::create(&directory)?, "main", 2)?;
    let mut chance = Chance::new(5);
    for (id, bytes) in objects(&directory)? {
        behind(&directory, |transaction| {
            let mut table = transaction.open_table(OBJECTS)?;
            match damage(&bytes, &mut chance) {
                None => drop(table.remove(id)?),
                Some(other) => drop(table.insert(id, other.as_slice())?),
            }
            Ok(())
        })?;
        let whys = Store::read(&directory)?
            .verify()
            .expect_err("it is damaged");
        let [why] = whys.as_slice() else {
            return Err(format!("expected one error, found {whys:?}").into());
        };
        assert!(why.why.contains(&Hash(id).to_string()), "{why}");
        assert_eq!(why.place, directory.join(FILE));
        let collected = Store::open(&directory)?.collect();
        assert_eq!(collected, Err(whys), "what leads on must not be lost");
        behind(&directory, |transaction| {
            drop(
                transaction
                    .open_table(OBJECTS)?
                    .insert(id, bytes.as_slice())?,
            );
            Ok(())
        })?;
    }
    worded(Store::read(&directory)?.verify())?;
    Ok(())
}

fn mended() -> Result<(), Failed> {
    let directory = folder("mended");
    commit(&Store::create(&directory)?, "main", 2)?;
    let mut chance = Chance::new(6);
    let all = objects(&directory)?;
    behind(&directory, |transaction| {
        let mut table = transaction.open_table(OBJECTS)?;
        for (id, bytes) in &all {
            let other = flipped(bytes, &mut chance).expect("something is left");
            table.insert(id, other.as_slice())?;
        }
        Ok(())
    })?;
    let store = Store::open(&directory)?;
    assert!(store.verify().is_err());
    commit(&store, "main", 2)?;
    worded(store.verify())?;
    drop(store);
    assert_eq!(objects(&directory)?, all);
    Ok(())
}

fn heads() -> Result<(), Failed> {
    let directory = folder("heads");
    let root = commit(&Store::create(&directory)?, "main", 2)?;
    let (mut bytes, mut at) = (Vec::new(), 0);
    loop {
        behind(&directory, |transaction| {
            let mut table = transaction.open_table(HEADS)?;
            if bytes.is_empty() {
                bytes = table.get("main")?.expect("it is there").value().to_vec();
            }
            let mut other = bytes.clone();
            if let Some(byte) = other.get_mut(at) {
                *byte ^= 0x10;
            }
            drop(table.insert("main", other.as_slice())?);
            Ok(())
        })?;
        let store = Store::read(&directory)?;
        let head = store.view()?.head("main");
        if at == bytes.len() {
            assert_eq!(head, Ok(Some(Head::of(root))));
            break;
        }
        let why = head.expect_err("it is damaged").to_string();
        assert!(why.contains("the head \"main\" is damaged"), "{why}");
        assert!(store.verify().is_err());
        at += 1;
    }
    // A head stands for its state under its own name alone.
    behind(&directory, |transaction| {
        let mut table = transaction.open_table(HEADS)?;
        table.insert("other", bytes.as_slice())?;
        Ok(())
    })?;
    assert!(Store::read(&directory)?.view()?.head("other").is_err());
    Ok(())
}

fn flip_bytes(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        // Half of them where the file's own book-keeping begins.
        let bound = if chance.one_in(2) { 4_096 } else { bytes.len() };
        let at = chance.below(bound);
        bytes[at] ^= 1 << chance.below(8);
    }
    bytes
}

fn lose_page(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let pages = bytes.len() / 4_096;
    let at = chance.below(pages) * 4_096;
    if chance.one_in(2) {
        bytes[at..at + 4_096].fill(0);
    } else {
        let from = chance.below(pages) * 4_096;
        bytes.copy_within(from..from + 4_096, at);
    }
    bytes
}

fn cut(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let length = match chance.below(4) {
        0 => chance.below(600),
        1 => bytes.len() - 1 - chance.below(600),
        2 => chance.below(bytes.len() / 4_096) * 4_096,
        _ => chance.below(bytes.len()),
    };
    bytes.truncate(length);
    bytes
}

/// Damages the file of a store in many ways. Whoever reads it is told, or gets what was there; so is
/// whoever writes to it.
fn files(name: &str, damage: fn(Vec<u8>, &mut Chance) -> Vec<u8>) -> Result<(), Failed> {
    let directory = folder(name);
    {
        let store = Store::create(&directory)?;
        for number in 0..3 {
            commit(&store, "main", number)?;
        }
    }
    let file = directory.join(FILE);
    let whole = fs::read(&file)?;
    let root = sample::state(&mut InMemory::default(), 2)?;
    let mut told = 0;
    for seed in 0..DAMAGED_FILES as u64 {
        let bytes = damage(whole.clone(), &mut Chance::new(seed));
        fs::write(&file, &bytes)?;
        for use_it in [look, go_on] {
            let used = catch_unwind(AssertUnwindSafe(|| use_it(&directory, root)));
            match used
                .map_err(|_| format!("{name}, seed {seed}: expected an error, found a panic"))?
            {
                Ok(()) => {}
                Err(why) => {
                    told += 1;
                    let why = why.to_string();
                    assert!(why.contains(FILE), "seed {seed}: {why}");
                }
            }
        }
    }
    if told > DAMAGED_FILES / 20 {
        Ok(())
    } else {
        Err(format!("expected damage to be told, found that {told} errors were").into())
    }
}

fn first(whys: Vec<StoreError>) -> Box<dyn Error> {
    whys.into_iter().next().expect("it says why").into()
}

/// Reads all of a store; what it gives is right.
fn look(directory: &Path, root: Hash) -> Result<(), Box<dyn Error>> {
    let store = Store::read(directory)?;
    let head = store.view()?.head("main")?;
    store.verify().map_err(first)?;
    assert_eq!(
        head,
        Some(Head::of(root)),
        "a damaged file must not give another state"
    );
    Ok(())
}

/// Writes to a store, and collects; what it gives then is right.
fn go_on(directory: &Path, _: Hash) -> Result<(), Box<dyn Error>> {
    let mut store = Store::open(directory)?;
    let root = store.write(|batch| {
        let root = sample::state(batch, 3)?;
        batch.set_head("main", &Head::of(root))?;
        Ok::<Hash, Box<dyn Error>>(root)
    })?;
    let head = store.view()?.head("main")?;
    assert_eq!(head, Some(Head::of(root)));
    store.verify().map_err(first)?;
    store.collect().map_err(first)?;
    Ok(())
}
