//! What the `primea state` commands about two states, and about a whole store, print.
//!
//! Enters: stores of states made by hand. Leaves: trials. Refuses to know: worlds.

use crate::{
    commands::{said, stored, words},
    program::printed,
    sample,
};
use libtest_mimic::{Failed, Trial};
use primea::{
    look::diff::diff,
    state::{hash::Hash, identity::ActorId, keep::InMemory},
    store::FILE,
};
use serde_json::{Value, json};
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("commands::diff_tells_what_differs", differences),
        Trial::test("commands::diff_reads_what_differs", differences_read),
        Trial::test("commands::verify_finds_damage", damage),
        Trial::test("commands::gc_tells_what_it_freed", collection),
    ]
}

fn differences() -> Result<(), Failed> {
    let stored = stored("diff")?;
    let diff = ["state", "diff", "--store", &stored.directory];
    let id = ActorId::OUTSIDE.child(1).0;
    let text = printed(1, &[&diff[..], &["before", "after"]].concat())?;
    for part in [
        "time\n  - 1\n  + 2\n".to_owned(),
        format!("\nactors/{id}/clock\n  - 0\n  + 1\n"),
        format!("\nactors/{id}/storage/1\n  + \"1 of 1, changed 1 times\", caps"),
        format!("\nactors/{id}/storage/0\n  - \"0 of 1, changed 0 times\", caps"),
    ] {
        assert!(text.contains(&part), "expected {part:?} in:\n{text}");
    }
    assert_eq!(
        text.matches("actors/").count(),
        5,
        "one actor differs:\n{text}"
    );
    // Seen from the other side, it is the other way round.
    let back = printed(1, &[&diff[..], &["after", "before"]].concat())?;
    assert!(back.starts_with("time\n  - 2\n  + 1\n"), "{back}");
    let after = stored.after.to_string();
    assert_eq!(printed(0, &[&diff[..], &["after", &after]].concat())?, "");
    let json = printed(1, &[&diff[..], &["before", &after, "--json"]].concat())?;
    let json: Value = serde_json::from_str(&json)?;
    assert_eq!(json["new"], json!(after));
    assert_eq!(
        json["differences"][0],
        json!({ "path": "time", "old": "1", "new": "2" })
    );
    assert_eq!(
        json["differences"].as_array().map(Vec::len),
        Some(text.lines().filter(|line| !line.starts_with(' ')).count())
    );
    let why = said(2, &[&diff[..], &["before", "middle"]].concat())?;
    assert!(why.contains("found `middle`"), "{why}");
    Ok(())
}

/// What is the same is not read, however much there is.
fn differences_read() -> Result<(), Failed> {
    let mut memory = InMemory::default();
    let roots = [
        sample::state(&mut memory, 4)?,
        sample::state(&mut memory, 5)?,
    ];
    let differences = diff(&memory, roots[0], roots[1])?;
    // Both worlds, the way to one of twenty actors, its parts, a channel and a probe.
    assert!(differences.read < 60, "read {}", differences.read);
    assert_eq!(diff(&memory, roots[0], roots[0])?.read, 0);
    Ok(())
}

fn damage() -> Result<(), Failed> {
    let stored = stored("damage")?;
    let verify = ["state", "verify", "--store", &stored.directory];
    let text = printed(0, &verify)?;
    assert!(text.starts_with("heads: 2\nreached and right: "), "{text}");
    let numbers = printed(0, &[&verify[..], &["--json"]].concat())?;
    let numbers: Value = serde_json::from_str(&numbers)?;
    assert_eq!(numbers["store"]["heads"], 2);
    let file = Path::new(&stored.directory).join(FILE);
    let data = Hash::plain(b"on its way");
    let objects: redb::TableDefinition<[u8; 32], &[u8]> = redb::TableDefinition::new("objects");
    let database = redb::Database::open(&file)?;
    let transaction = database.begin_write()?;
    drop(
        transaction
            .open_table(objects)?
            .insert(data.0, &b"on my way"[..])?,
    );
    transaction.commit()?;
    drop(database);
    let found = Hash::plain(b"on my way");
    let why = format!(
        "{}: the data {data} is damaged: its bytes have the hash {found}",
        file.display()
    );
    assert_eq!(said(1, &verify)?, format!("error: {why}\n"));
    let told = printed(1, &[&verify[..], &["--json"]].concat())?;
    let told: Value = serde_json::from_str(&told)?;
    assert_eq!(told, json!({ "holds": false, "why": [why] }));
    let gc = ["state", "gc", "--store", &stored.directory];
    assert_eq!(said(1, &gc)?, format!("error: {why}\n"));
    let shown = stored.before("show", &["actors/0/inbox/0/message"]);
    assert_eq!(said(2, &words(&shown))?, format!("error: {why}\n"));
    // What does not lead there is as good as ever.
    stored.show("actors/0/storage/0")?;
    Ok(())
}

fn collection() -> Result<(), Failed> {
    let stored = stored("gc")?;
    let gc = ["state", "gc", "--store", &stored.directory];
    let text = printed(0, &gc)?;
    assert!(
        text.contains("\nfreed: 0 objects, 0 bytes\nfile: "),
        "{text}"
    );
    let why = said(
        2,
        &[&gc[..], &["--forget", "after", "--forget", "middle"]].concat(),
    )?;
    assert!(
        why.ends_with("expected a head, found none named middle\n"),
        "{why}"
    );
    // Nothing was forgotten.
    stored.show("")?;
    let json = printed(0, &[&gc[..], &["--forget", "after", "--json"]].concat())?;
    let json: Value = serde_json::from_str(&json)?;
    assert_eq!(json["found"]["heads"], 1);
    assert!(
        json["found"]["unreachable objects"].as_u64() > Some(0),
        "{json}"
    );
    let after = stored.after.to_string();
    let show = [
        "state",
        "show",
        "--store",
        &stored.directory,
        "--at",
        &after,
    ];
    assert!(said(2, &show)?.ends_with(&format!("the world {after} is missing\n")));
    let only = ["state", "show", "--store", &stored.directory];
    assert_eq!(printed(0, &only)?, stored.show("")?);
    Ok(())
}
