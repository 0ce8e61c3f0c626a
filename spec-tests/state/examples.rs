//! The worked examples of `docs/spec.md`, computed again from its text.
//!
//! Enters: section 21 of the rules. Leaves: trials, which hold every example to the rules by hand,
//! and the VM's objects, maps and proofs to every example. Refuses to know: where examples come from.

use crate::{
    by_hand::{derive, hex, map_proof_shows, map_root},
    expect_equal,
    objects::{Hash, Pair},
};
use libtest_mimic::Failed;
use primea::state::{
    hash,
    kinds::{Any, Kind},
    proof::{Field, Place, Proof, Turn, What},
    trie::{Trie, proof::MapProof},
};

/// A line of an example: a field and its bytes.
struct Line {
    name: String,
    bytes: Vec<u8>,
}

struct Example {
    kind: String,
    lines: Vec<Line>,
}

/// What opens an example, before the name of its kind.
const OPENING: &str = "```example ";

fn bytes_of(hex: &str) -> Result<Vec<u8>, Failed> {
    let digits: Vec<char> = hex.chars().filter(|c| !c.is_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    let bytes = pairs.map(|pair| u8::from_str_radix(&pair, 16));
    Ok(bytes.collect::<Result<_, _>>()?)
}

fn line_of(line: &str) -> Result<Line, Failed> {
    let columns: Vec<&str> = line.split('|').collect();
    let [name, bytes, _meaning] = columns[..] else {
        return Err(format!("docs/spec.md: expected three columns, found {line:?}").into());
    };
    Ok(Line {
        name: name.trim().to_owned(),
        bytes: bytes_of(bytes)?,
    })
}

fn examples() -> Result<Vec<Example>, Failed> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/spec.md");
    let text = std::fs::read_to_string(path)?;
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix(OPENING) {
            inside = true;
            let kind = kind.to_owned();
            let lines = Vec::new();
            found.push(Example { kind, lines });
        } else if line == "```" {
            inside = false;
        } else if inside {
            let example = found.last_mut().expect("one was opened");
            example.lines.push(line_of(line)?);
        }
    }
    Ok(found)
}

/// The examples of these kinds, of which there must be some.
fn of_kind(wanted: &str) -> Result<Vec<Example>, Failed> {
    let mut found = examples()?;
    found.retain(|example| example.kind == wanted);
    if found.is_empty() {
        return Err(format!("docs/spec.md: expected an example of {wanted:?}, found none").into());
    }
    Ok(found)
}

/// The bytes of several lines, one behind the other.
fn joined(lines: &[Line]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.bytes.clone()).collect()
}

fn hash_of(line: &Line, name: &str) -> Result<Hash, Failed> {
    if line.name != name {
        return Err(format!(
            "docs/spec.md: expected a line {name:?}, found {:?}",
            line.name
        )
        .into());
    }
    Ok(line.bytes.as_slice().try_into()?)
}

/// The hash in the last line, and the bytes of those before.
fn with_result(example: &Example, name: &str) -> Result<(Vec<u8>, Hash), Failed> {
    let (last, before) = example.lines.split_last().ok_or("an example has lines")?;
    Ok((joined(before), hash_of(last, name)?))
}

/// Every example is of a kind that a trial looks at.
pub fn known() -> Result<(), Failed> {
    let objects = Kind::ALL.iter().map(|kind| kind.name());
    let others = [
        "actor id",
        "probe id",
        "channel id",
        "map",
        "map proof",
        "proof",
    ];
    let known: Vec<&str> = objects.chain(others).collect();
    for example in examples()? {
        if !known.contains(&example.kind.as_str()) {
            return Err(format!(
                "docs/spec.md: expected a known kind, found {:?}",
                example.kind
            )
            .into());
        }
    }
    Ok(())
}

pub fn ids() -> Result<(), Failed> {
    for kind in ["actor id", "probe id", "channel id"] {
        for example in of_kind(kind)? {
            let (bytes, id) = with_result(&example, "id")?;
            expect_equal(kind, derive(kind, &bytes), id)?;
        }
    }
    Ok(())
}

pub fn objects() -> Result<(), Failed> {
    for kind in Kind::ALL {
        for example in of_kind(kind.name())? {
            let (bytes, id) = with_result(&example, "object id")?;
            expect_equal(kind.name(), derive(kind.name(), &bytes), id)?;
            let object = Any::from_bytes(*kind, &bytes)?;
            assert_eq!(object.kind(), *kind);
            assert_eq!(hex_of(&object.to_bytes()), hex_of(&bytes));
        }
    }
    Ok(())
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn maps() -> Result<(), Failed> {
    for example in of_kind("map")? {
        let (last, before) = example.lines.split_last().ok_or("an example has lines")?;
        let pairs: Vec<Pair> = before
            .chunks(2)
            .map(|pair| Ok((pair[0].bytes.clone(), hash_of(&pair[1], "value")?)))
            .collect::<Result<_, Failed>>()?;
        let root = hash_of(last, "root")?;
        expect_equal("the map", map_root(&pairs), root)?;
        let pairs = pairs
            .into_iter()
            .map(|(key, value)| (key, hash::Hash(value)));
        let trie: Trie<Vec<u8>, hash::Hash> = pairs.collect();
        expect_equal("the trie", trie.root().0, root)?;
    }
    Ok(())
}

pub fn map_proofs() -> Result<(), Failed> {
    for example in of_kind("map proof")? {
        let fields = example
            .lines
            .iter()
            .position(|line| line.name == "siblings");
        let (said, proof) = example
            .lines
            .split_at(fields.ok_or("a proof has siblings")?);
        let (root, key) = (hash_of(&said[0], "root")?, said[1].bytes.as_slice());
        let value = said.get(2).map(|line| hash_of(line, "value")).transpose()?;
        let bytes = joined(proof);
        let shown = hash::Hash(root);
        let claims = [None, value, Some([7; 32])];
        for claim in claims {
            let holds = claim == value;
            assert_eq!(map_proof_shows(&bytes, &root, key, claim.as_ref()), holds);
            let verdict = MapProof::from_bytes(&bytes)?.verify(shown, key, claim.map(hash::Hash));
            assert_eq!(verdict.is_ok(), holds, "{verdict:?}");
        }
        // The rules by hand and the VM refuse the same changed bytes.
        for at in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[at / 8] ^= 1 << (at % 8);
            let by_hand = map_proof_shows(&changed, &root, key, value.as_ref());
            let verdict = MapProof::from_bytes(&changed)
                .is_ok_and(|proof| proof.verify(shown, key, value.map(hash::Hash)).is_ok());
            assert_eq!((by_hand, verdict), (false, false), "bit {at}");
        }
    }
    Ok(())
}

/// The proof leads from the world's example, over the actor's, to the message's.
pub fn proofs() -> Result<(), Failed> {
    let example = of_kind("proof")?.remove(0);
    let root = hash_of(&example.lines[0], "state root")?;
    let (_, world) = with_result(&of_kind("world")?[0], "object id")?;
    expect_equal("the state root", world, root)?;
    let proof = Proof::from_bytes(&joined(&example.lines[1..]))?;
    let finding = proof
        .verify(hash::Hash(root))
        .map_err(|why| why.to_string())?;
    let (_, actor) = with_result(&of_kind("actor id")?[0], "id")?;
    let turns = [
        Turn::Field(Field::WorldActors),
        Turn::Key(actor.to_vec()),
        Turn::Field(Field::ActorStorage),
        Turn::Key(1u32.to_le_bytes().to_vec()),
    ];
    assert_eq!(finding.turns, turns, "from {}", hex(&root));
    let (_, message) = with_result(&of_kind("message")?[0], "object id")?;
    let place = Place::Thing {
        what: What::Object(Kind::Message),
        id: hash::Hash(message),
    };
    assert_eq!(finding.place, place);
    Ok(())
}
