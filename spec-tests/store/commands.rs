//! What the `primea state` commands print, where, and with which exit code.
//!
//! Enters: stores of states made by hand. Leaves: trials. Refuses to know: worlds.
//!
//! Rules tested here: STATE-13, STATE-14, STATE-15, STATE-16.

use crate::{
    folder,
    orderly::commit,
    program::{primea, printed},
    sample,
};
use libtest_mimic::{Failed, Trial};
use primea::{
    look::prove::Claim,
    state::{
        hash::Hash,
        identity::{ActorId, ChannelId},
    },
    store::{FILE, Store},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("commands::show_prints_for_people", show),
        Trial::test("commands::show_prints_json", show_json),
        Trial::test("commands::paths_that_lead_nowhere_are_told", lost),
        Trial::test("commands::states_are_named_by_heads_and_roots", named),
        Trial::test("commands::everything_shown_can_be_proved", proofs),
        Trial::test("commands::a_changed_proof_proves_nothing", changed_proofs),
    ]
}

/// A store with the heads `before` and `after`, two states of which the second follows the first.
pub struct Stored {
    pub directory: String,
    pub before: Hash,
    pub after: Hash,
}

pub fn stored(trial: &str) -> Result<Stored, Failed> {
    let directory = folder(&format!("commands-{trial}"));
    let store = Store::create(&directory)?;
    Ok(Stored {
        before: commit(&store, "before", 1)?,
        after: commit(&store, "after", 2)?,
        directory: directory.display().to_string(),
    })
}

/// What is said on stderr, where the exit code is this one, and nothing is printed.
pub fn said(code: i32, arguments: &[&str]) -> Result<String, Failed> {
    let output = primea(arguments)?;
    let errors = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    Ok(errors)
}

impl Stored {
    /// A command about the state before.
    pub fn before(&self, command: &str, more: &[&str]) -> Vec<String> {
        let words = [
            "state",
            command,
            "--store",
            &self.directory,
            "--at",
            "before",
        ];
        let words = words.iter().chain(more);
        words.map(|word| (*word).to_owned()).collect()
    }

    pub fn show(&self, path: &str) -> Result<String, Failed> {
        printed(0, &words(&self.before("show", &[path])))
    }

    fn json(&self, path: &str) -> Result<Value, Failed> {
        let text = printed(0, &words(&self.before("show", &[path, "--json"])))?;
        Ok(serde_json::from_str(&text)?)
    }
}

pub fn words(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

const STORED: &str =
    "\"0 of 0, changed 1 times\", caps [actor 5f918f90#7], response actor 5f918f90#7";

fn show() -> Result<(), Failed> {
    let stored = stored("show")?;
    let id = ActorId::OUTSIDE.child(0).0;
    let whole = stored.show("")?;
    let head = format!("state: world {}\n  dialect: capabilities\n", stored.before);
    assert!(whole.starts_with(&head), "{whole}");
    for part in [
        "\n  outside: channels 1, created 20, sent 1\n",
        "\n  actors: 20\n",
        &format!("\n    {id}: actor "),
        &format!("\n        0: {STORED}\n"),
        "\n        deadline: 2000\n",
        "\n      first place: outside 5bc27777",
        "\n      name: out\n",
    ] {
        assert!(whole.contains(part), "expected {part:?} in:\n{whole}");
    }
    // However a path is written, what is printed is the path in full.
    let full = format!("actors/{id}/storage/0: {STORED}\n");
    for key in ["0", "hex:00000000"] {
        assert_eq!(stored.show(&format!("actors/0/storage/{key}"))?, full);
    }
    assert_eq!(
        stored.show(&format!("/actors/{id}/storage/0/data/"))?,
        format!("actors/{id}/storage/0/data: \"0 of 0, changed 1 times\"\n")
    );
    let channel = ChannelId::made_by(ActorId::OUTSIDE, 0).0;
    let zeros = "0".repeat(64);
    assert_eq!(
        stored.show("channels/outside:0/first/0/message/data")?,
        format!("channels/{channel}/first/5-{zeros}-1/message/data: \"on its way\"\n")
    );
    let code = stored.show("actors/0/code")?;
    assert!(code.ends_with(", 70000 bytes\n"), "{code}");
    let page = stored.show("actors/0/run/memory/1")?;
    assert!(page.ends_with(", 65536 bytes\n"), "{page}");
    let reference = stored.show("actors/0/run/references/0")?;
    assert!(reference.contains("/references/0: \"being handled\""));
    assert!(
        stored
            .show("actors/0/run/references/1")?
            .ends_with(": nothing\n")
    );
    assert!(
        stored
            .show("actors/0/storage/nobody")?
            .ends_with("/storage/nobody: nothing\n")
    );
    Ok(())
}

fn show_json() -> Result<(), Failed> {
    let stored = stored("json")?;
    let whole = stored.json("")?;
    assert_eq!(whole["kind"], "world");
    assert_eq!(whole["id"], json!(stored.before.to_string()));
    assert_eq!(
        whole["outside"],
        json!({ "created": 20, "channels": 1, "sent": 1 })
    );
    let actors = whole["actors"].as_object().ok_or("expected actors")?;
    assert_eq!(actors.len() as u64, sample::ACTORS);
    let id = ActorId::OUTSIDE.child(0).0.to_string();
    let one = &actors[&id];
    assert_eq!(one, &stored.json("actors/0")?);
    assert_eq!(one["code"]["length"], 70_000);
    assert_eq!(one["creation"], Value::Null);
    assert_eq!(one["run"]["globals"][0]["bits"], "000000000000000c");
    let message = stored.json("actors/0/storage/0")?;
    assert_eq!(message, one["storage"]["0"]);
    let text = "0 of 0, changed 1 times";
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let data = json!({
        "hash": Hash::plain(text.as_bytes()).to_string(),
        "length": text.len(),
        "hex": hex,
    });
    assert_eq!(message["data"], data);
    assert_eq!(message["capabilities/0"]["tag"], 7);
    assert_eq!(stored.json("actors/0/bound")?, json!({}));
    assert_eq!(stored.json("actors/77")?, Value::Null);
    Ok(())
}

fn lost() -> Result<(), Failed> {
    let stored = stored("lost")?;
    let id = ActorId::OUTSIDE.child(0).0;
    for (path, part) in [
        (
            "nobody",
            "one of actors, channels, probes in the state, found nobody",
        ),
        ("actors/x", "64 hexadecimal digits of an actor's id"),
        (
            "channels/0",
            "its maker and count, as in outside:0 in channels, found 0",
        ),
        (
            "actors/0/clock",
            "expected one of code, storage, bound, inbox, creation, run",
        ),
        (
            "actors/0/storage/hex:0",
            "expected hex: with two digits a byte",
        ),
        ("actors/0/inbox/1", "expected more than 1 messages"),
        (
            "actors/0/inbox/1-2",
            "expected a position STAMP-SENDER-NUMBER",
        ),
        ("actors/0/code/0", "expected nothing in"),
        (
            "actors/0/run/references",
            "expected references/ and a position",
        ),
        ("actors/0/run/memory/one", "expected the number of a page"),
    ] {
        let words_of = stored.before("show", &[path]);
        let why = said(2, &words(&words_of))?;
        assert!(why.starts_with(&format!("error: {path}: ")), "{why}");
        assert!(why.contains(part), "expected {part:?} in {why}");
    }
    let missing = stored.before("show", &["actors/0/storage/9/data"]);
    assert_eq!(
        said(2, &words(&missing))?,
        format!("error: actors/0/storage/9/data: there is nothing at actors/{id}/storage/9\n")
    );
    Ok(())
}

fn named() -> Result<(), Failed> {
    let stored = stored("named")?;
    let file = Path::new(&stored.directory).join(FILE);
    let file = file.display();
    let show = ["state", "show", "--store", &stored.directory];
    assert_eq!(
        said(2, &show)?,
        format!(
            "error: {file}: expected --at with one of the heads, found none: there are after, before\n"
        )
    );
    let at = |at: &str| said(2, &[&show[..], &["--at", at]].concat());
    assert_eq!(
        at("middle")?,
        format!(
            "error: {file}: expected one of the heads, found `middle`: there are after, before\n"
        )
    );
    let nothing = "7".repeat(64);
    assert_eq!(
        at(&nothing)?,
        format!("error: {file}: the world {nothing} is missing\n")
    );
    let root = stored.before.to_string();
    let by_root = printed(0, &[&show[..], &["--at", &root]].concat())?;
    assert_eq!(by_root, stored.show("")?);
    let no_store = said(2, &["state", "show", "--store", "no/such/folder"])?;
    assert_eq!(
        no_store,
        "error: no/such/folder: expected the directory of a store, found none\n"
    );
    Ok(())
}

/// Writes the proof of a path, and gives its file.
fn proof_of(stored: &Stored, path: &str, name: &str) -> Result<PathBuf, Failed> {
    let file = Path::new(&stored.directory).join(name);
    let out = file.display().to_string();
    let told = printed(0, &words(&stored.before("prove", &[path, "--out", &out])))?;
    assert!(told.starts_with(&format!("root {}\nproof of ", stored.before)));
    let printed = printed(0, &words(&stored.before("prove", &[path])))?;
    assert_eq!(printed, fs::read_to_string(&file)?);
    Ok(file)
}

fn proofs() -> Result<(), Failed> {
    let stored = stored("proofs")?;
    let id = ActorId::OUTSIDE.child(0).0;
    let root = stored.before.to_string();
    for (number, (path, part)) in [
        ("actors/0", "  clock: 1\n"),
        ("actors/77", ": nothing\n"),
        ("actors/0/storage/0", "  length: 23\n"),
        ("actors/0/storage/7", "/storage/7: nothing\n"),
        ("actors/0/storage/0/data", "  data: "),
        ("actors/0/inbox/0", "  stamp: 5\n"),
        ("actors/0/inbox", "  map: "),
        ("actors/0/run/memory/1", "  data: "),
        ("actors/0/run/references/0", "  length: 13\n"),
        ("channels/outside:0", "  second place: gone\n"),
        ("probes/out/received/0/message/response", "  tag: 7\n"),
        ("probes/nobody", ": nothing\n"),
        ("", "  time: 1\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let file = proof_of(&stored, path, &format!("{number}.json"))?;
        let file = file.display().to_string();
        let shown = printed(0, &["state", "verify", "--root", &root, &file])?;
        assert!(shown.starts_with(&format!("root {root}\n")), "{shown}");
        assert!(shown.contains(part), "expected {part:?} in:\n{shown}");
        let other = stored.after.to_string();
        let refused = printed(1, &["state", "verify", "--root", &other, &file])?;
        assert!(
            refused.contains("it proves nothing: step 0 of the proof: expected the object"),
            "{refused}"
        );
    }
    // In JSON, the parts are those that the state shows, and where they lead is a hash.
    let file = proof_of(&stored, "actors/0", "actor.json")?;
    let file = file.display().to_string();
    let shown = printed(0, &["state", "verify", "--root", &root, &file, "--json"])?;
    let (shown, actor): (Value, Value) = (serde_json::from_str(&shown)?, stored.json("actors/0")?);
    assert_eq!(shown["holds"], true);
    assert_eq!(shown["path"], format!("actors/{id}"));
    for part in ["id", "kind", "clock", "counters", "creation"] {
        assert_eq!(shown["value"][part], actor[part]);
    }
    assert_eq!(shown["value"]["code"]["data"], actor["code"]["hash"]);
    assert_eq!(shown["value"]["run"]["id"], actor["run"]["id"]);
    Ok(())
}

/// Each byte of a proof matters, and so does the path that is claimed.
fn changed_proofs() -> Result<(), Failed> {
    let stored = stored("changed")?;
    let file = proof_of(&stored, "actors/0/storage/0", "proof.json")?;
    let text = fs::read_to_string(&file)?;
    let claim = Claim::from_text(&text)?;
    let shown = claim.verify(stored.before)?;
    assert_eq!(shown.path, claim.path);
    for at in 0..claim.proof.len() {
        let mut changed = claim.clone();
        changed.proof[at] ^= 0x04;
        assert!(changed.verify(stored.before).is_err(), "byte {at}");
        changed.proof.truncate(at);
        assert!(changed.verify(stored.before).is_err(), "cut at {at}");
    }
    let name = file.display().to_string();
    let root = stored.before.to_string();
    let verify = ["state", "verify", "--root", &root, &name];
    fs::write(&file, text.replace("/storage/0", "/storage/1"))?;
    let why = printed(1, &verify)?;
    assert!(why.contains("/storage/1, found one of actors/"), "{why}");
    let why = printed(1, &[&verify[..], &["--json"]].concat())?;
    assert_eq!(serde_json::from_str::<Value>(&why)?["holds"], false);
    for (wrong, part) in [
        ("", "expected a proof in JSON"),
        ("{}", "expected \"primea-proof\", found none"),
        (
            &text.replace("\"primea-proof\": 1", "\"primea-proof\": 2"),
            "1, found 2",
        ),
        (
            &text.replace("\"proof\": \"", "\"proof\": \"x"),
            "two hexadecimal digits a byte",
        ),
        (
            &text.replace("\"path\"", "\"way\""),
            "expected \"path\", a text",
        ),
    ] {
        fs::write(&file, wrong)?;
        let why = said(2, &verify)?;
        assert!(why.starts_with(&format!("error: {name}: ")), "{why}");
        assert!(why.contains(part), "{why}");
    }
    assert!(
        said(2, &["state", "verify", "--root", &root, "no-such-file"])?.contains("cannot be read")
    );
    assert!(
        said(2, &["state", "verify", "--root", "12", &name])?.contains("64 hexadecimal digits")
    );
    assert!(said(2, &["state", "verify"])?.contains("--root <HASH>|--store <DIR>"));
    Ok(())
}
