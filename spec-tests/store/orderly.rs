//! The store when nothing goes wrong, and what it says when somebody asks for the impossible.
//!
//! Enters: states made by hand. Leaves: trials. Refuses to know: damage.

use crate::{folder, sample};
use libtest_mimic::{Failed, Trial};
use primea::{
    state::{
        hash::Hash,
        keep::{InMemory, Keep},
        objects::{ActorObject, EnvelopeObject, WorldObject},
        proof::{Field, Place, Proof, Step, What},
        stored, walk,
    },
    store::{Also, Head, Store, StoreError},
};
use std::{collections::BTreeSet, error::Error, fs, path::Path};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("store::what_is_put_is_there", there),
        Trial::test("store::shared_objects_are_stored_once", shared),
        Trial::test("store::a_collection_keeps_what_heads_reach", collection),
        Trial::test("store::what_heads_keep_beside_their_states_stays", beside),
        Trial::test("store::an_error_undoes_everything", undone),
        Trial::test("store::stored_maps_prove_and_list", maps),
        Trial::test("store::who_cannot_have_it_is_told", refusals),
        Trial::test("store::another_version_is_refused", version),
        Trial::test("store::heads_have_names", names),
    ]
}

/// Commits the state with that number under a name.
pub fn commit(store: &Store, name: &str, number: u64) -> Result<Hash, Failed> {
    let root = store.write(|batch| {
        let root = sample::state(batch, number)?;
        batch.set_head(name, &Head::of(root))?;
        Ok::<Hash, Box<dyn Error>>(root)
    });
    root.map_err(|why| why.to_string().into())
}

/// The result, with what went wrong in words.
pub fn worded<T>(result: Result<T, Vec<StoreError>>) -> Result<T, Failed> {
    result.map_err(|whys| {
        let whys: Vec<String> = whys.iter().map(StoreError::to_string).collect();
        whys.join("\n").into()
    })
}

fn there() -> Result<(), Failed> {
    let directory = folder("there");
    let root = commit(&Store::create(&directory)?, "main", 3)?;
    let mut memory = InMemory::default();
    assert_eq!(sample::state(&mut memory, 3)?, root);
    let store = Store::read(&directory)?;
    let view = store.view()?;
    assert_eq!(view.heads()?, [("main".to_owned(), Head::of(root))]);
    let mut found = 0;
    for reached in walk::walk(&memory, [(walk::STATE, root)]) {
        let id = reached?.id;
        assert!(view.has(id)?);
        assert_eq!(view.get(id)?, memory.get(id)?);
        found += 1;
    }
    let verified = worded(store.verify())?;
    assert_eq!((verified.heads, verified.objects), (1, found));
    assert_eq!(verified.unreachable_objects, 0);
    Ok(())
}

/// Everything that a state has, by a way of its own.
fn hashes(number: u64) -> Result<(BTreeSet<Hash>, InMemory), Failed> {
    let mut memory = InMemory::default();
    let root = sample::state(&mut memory, number)?;
    let mut all = BTreeSet::new();
    for found in walk::walk(&memory, [(walk::STATE, root)]) {
        all.insert(found?.id);
    }
    Ok((all, memory))
}

fn shared() -> Result<(), Failed> {
    let store = Store::create(&folder("shared"))?;
    commit(&store, "one", 3)?;
    let one = worded(store.verify())?.objects;
    commit(&store, "two", 3)?;
    assert_eq!(
        worded(store.verify())?.objects,
        one,
        "the same state is there once"
    );
    commit(&store, "two", 4)?;
    let (three, four) = (hashes(3)?.0, hashes(4)?.0);
    let both = worded(store.verify())?.objects;
    assert_eq!(both, three.union(&four).count() as u64);
    assert!(
        both < one + one / 2,
        "{both} of two states, {one} of the first"
    );
    Ok(())
}

fn collection() -> Result<(), Failed> {
    let mut store = Store::create(&folder("collection"))?;
    for number in 0..50 {
        commit(&store, "main", number)?;
    }
    commit(&store, "old", 7)?;
    let before = worded(store.verify())?;
    assert!(before.unreachable_objects > before.objects);
    let collected = worded(store.collect())?;
    assert_eq!(
        collected.kept, before,
        "it tells what was there before it began"
    );
    assert!(collected.file_after < collected.file_before);
    let after = worded(store.verify())?;
    assert_eq!((after.objects, after.bytes), (before.objects, before.bytes));
    assert_eq!(after.unreachable_objects, 0);
    let view = store.view()?;
    for id in hashes(7)?.0.union(&hashes(49)?.0) {
        assert!(view.has(*id)?);
    }
    drop(view);
    // A head that is taken away takes with it what it alone reached.
    store.write(|batch| {
        assert!(batch.remove_head("old")?);
        assert!(!batch.remove_head("older")?);
        Ok::<_, StoreError>(())
    })?;
    let again = worded(store.collect())?;
    assert_eq!(again.kept.objects, hashes(49)?.0.len() as u64);
    assert!(again.kept.unreachable_objects > 0);
    Ok(())
}

/// What a head keeps beside its state stays as well, with what it leads to.
fn beside() -> Result<(), Failed> {
    let mut store = Store::create(&folder("beside"))?;
    let old = commit(&store, "main", 1)?;
    let view = store.view()?;
    let is_envelope = |id: &Hash| stored::object::<EnvelopeObject>(&view, *id).is_ok();
    let envelope = hashes(1)?
        .0
        .difference(&hashes(60)?.0)
        .copied()
        .find(is_envelope);
    let envelope = envelope.ok_or("expected a message that waits no more")?;
    drop(view);
    let raw = Hash::plain(b"a note");
    let root = commit(&store, "main", 60)?;
    let also = vec![Also::Raw(raw), Also::Envelope(envelope)];
    let head = Head {
        also,
        ..Head::of(root)
    };
    store
        .write(|batch| {
            batch.put(raw, b"a note")?;
            Ok::<_, Box<dyn Error>>(batch.set_head("main", &head)?)
        })
        .map_err(|why| why.to_string())?;
    let collected = worded(store.collect())?;
    assert_eq!(collected.kept.objects, hashes(60)?.0.len() as u64 + 2);
    let view = store.view()?;
    assert_eq!(view.head("main")?, Some(head));
    assert!(view.has(raw)? && view.has(envelope)? && !view.has(old)?);
    Ok(())
}

fn undone() -> Result<(), Failed> {
    let store = Store::create(&folder("undone"))?;
    let root = commit(&store, "main", 1)?;
    let before = worded(store.verify())?;
    let failed = store.write(|batch| {
        let root = sample::state(batch, 2)?;
        batch.set_head("main", &Head::of(root))?;
        Err::<(), Box<dyn Error>>("the world came to an end".into())
    });
    assert!(
        failed
            .expect_err("it fails")
            .to_string()
            .ends_with("an end")
    );
    assert_eq!(store.view()?.head("main")?, Some(Head::of(root)));
    assert_eq!(worded(store.verify())?, before);
    Ok(())
}

/// The stored maps say what the state has, and prove it to somebody who knows the root alone.
fn maps() -> Result<(), Failed> {
    let mut memory = InMemory::default();
    let root = sample::state(&mut memory, 9)?;
    let world: WorldObject = stored::object(&memory, root)?;
    let pairs: Vec<(Vec<u8>, Hash)> =
        stored::pairs(&memory, world.actors).collect::<Result<_, _>>()?;
    assert_eq!(pairs.len() as u64, sample::ACTORS);
    assert_eq!(primea::state::trie::root(pairs.clone()), world.actors);
    for (key, value) in &pairs {
        let actor: ActorObject = stored::object(&memory, *value)?;
        assert_eq!(stored::value(&memory, world.actors, key)?, Some(*value));
        let index = 2u32.to_le_bytes();
        for (map, key) in [(actor.storage, &index[..]), (actor.storage, b"no such key")] {
            let (value, proof) = stored::prove(&memory, map, key)?;
            assert_eq!(proof.verify(map, key, value), Ok(()));
        }
    }
    let (actor, map_proof) = stored::prove(&memory, world.actors, b"nobody")?;
    let proof = Proof {
        steps: vec![
            Step::object(&world, Some(Field::WorldActors)),
            Step::Entry {
                key: b"nobody".to_vec(),
                value: actor,
                proof: map_proof,
            },
        ],
    };
    let shown = proof.verify(root).map_err(|why| why.to_string())?;
    assert_eq!(shown.place, Place::Nothing);
    let code = stored::any(&memory, primea::state::kinds::Kind::Actor, pairs[0].1)?;
    let Some(Place::Thing { what, id }) = code.follow(Field::ActorCode) else {
        return Err("expected code".into());
    };
    assert_eq!(what, What::Data);
    assert_eq!(stored::raw(&memory, stored::DATA, id)?.len(), 70_000);
    Ok(())
}

/// Asserts on the words of an error.
fn said<T>(result: Result<T, StoreError>, place: &Path, part: &str) {
    let Err(why) = result else {
        panic!("expected an error that says {part:?}, found none");
    };
    assert!(why.place.starts_with(place), "{why}");
    assert!(why.to_string().contains(part), "{why}");
}

fn refusals() -> Result<(), Failed> {
    let directory = folder("refusals");
    said(
        Store::open(&directory),
        &directory,
        "expected the directory of a store, found none",
    );
    said(Store::read(&directory), &directory, "found none");
    fs::create_dir_all(&directory)?;
    said(
        Store::open(&directory),
        &directory,
        "found a directory without objects.redb",
    );
    fs::write(directory.join("letter"), "dear store")?;
    said(
        Store::create(&directory),
        &directory,
        "expected a store or an empty directory",
    );
    assert_eq!(
        fs::read_dir(&directory)?.count(),
        1,
        "nothing was made there"
    );
    said(
        Store::create(&directory.join("letter")),
        &directory,
        "the directory cannot be made",
    );
    fs::rename(directory.join("letter"), directory.join("objects.redb"))?;
    for opened in [Store::open, Store::read, Store::create] {
        said(
            opened(&directory),
            &directory,
            "expected a store's file, found another one",
        );
    }
    let directory = folder("refusals-twice");
    let store = Store::create(&directory)?;
    for opened in [Store::open, Store::read, Store::create] {
        said(opened(&directory), &directory, "it is already open");
    }
    drop(store);
    let readers = [Store::read(&directory)?, Store::read(&directory)?];
    said(Store::open(&directory), &directory, "it is already open");
    let written = readers[0].write(|_| Ok::<_, StoreError>(()));
    said(
        written,
        &directory,
        "expected a store that is open for writing",
    );
    Ok(())
}

fn version() -> Result<(), Failed> {
    let directory = folder("version");
    drop(Store::create(&directory)?);
    let layout: redb::TableDefinition<&str, u64> = redb::TableDefinition::new("primea store");
    let change = |version: Option<u64>| -> Result<(), Failed> {
        let database = redb::Database::open(directory.join("objects.redb"))?;
        let transaction = database.begin_write()?;
        match version {
            Some(version) => {
                transaction.open_table(layout)?.insert("version", version)?;
            }
            None => {
                transaction.delete_table(layout)?;
            }
        }
        Ok(transaction.commit()?)
    };
    change(Some(2))?;
    for opened in [Store::open, Store::read, Store::create] {
        said(
            opened(&directory),
            &directory,
            "expected a store of version 1, found version 2",
        );
    }
    change(Some(1))?;
    Store::open(&directory)?;
    change(None)?;
    for opened in [Store::open, Store::read, Store::create] {
        said(
            opened(&directory),
            &directory,
            "expected a store, found another database",
        );
    }
    Ok(())
}

fn names() -> Result<(), Failed> {
    let store = Store::create(&folder("names"))?;
    let root = commit(&store, "ä name with spaces", 1)?;
    let digits = root.to_string();
    for (name, part) in [
        ("", "found an empty one"),
        (&digits, "what looks like a root"),
        ("a\nb", "without control characters"),
        (&"n".repeat(257), "at most 256 bytes"),
    ] {
        let set = store.write(|batch| batch.set_head(name, &Head::of(root)));
        said(set, store.file(), part);
    }
    assert_eq!(store.view()?.heads()?.len(), 1);
    store.write(|batch| batch.set_head(&"n".repeat(256), &Head::of(root)))?;
    assert_eq!(store.view()?.heads()?.len(), 2);
    assert_eq!(store.view()?.head("nobody")?, None);
    Ok(())
}
