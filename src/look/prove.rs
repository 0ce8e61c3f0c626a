//! Proofs of parts of a state, as files.
//!
//! Enters: a place for objects, a state root and a path; later, a file and a root. Leaves: a file;
//! later, what it shows, or why it shows nothing. Refuses to know: the place, when it verifies.

use super::{LookError, json::own, way};
use crate::state::{
    hash::Hash,
    hex::{hex, unhex},
    keep::Keep,
    proof::{Finding, Place, Proof, Step, What},
    stored,
};
use serde_json::{Value, json};

/// The version of the files.
const VERSION: u64 = 1;

/// A proof, and what it is said to be of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// The way as it was asked for.
    pub path: String,
    /// The canonical bytes of the proof (`STATE-15`).
    pub proof: Vec<u8>,
}

/// What a proof shows of the state with the root.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The way that the proof itself tells.
    pub path: String,
    /// What is there, for a reader.
    pub value: Value,
}

/// Proves what a path leads to: an object, as far as its own parts go; the hash of data; the root of
/// a map; or that nothing is there.
pub fn prove(keep: &impl Keep, root: Hash, path: &str) -> Result<Claim, LookError> {
    let mut arrival = way::go(keep, root, path)?;
    if let Place::Thing {
        what: What::Object(kind),
        id,
    } = arrival.place
    {
        let bytes = stored::any(keep, kind, id)?.to_bytes();
        let follow = None;
        arrival.steps.push(Step::Object { bytes, follow });
    }
    let steps = arrival.steps;
    Ok(Claim {
        path: way::write(&arrival.turns),
        proof: Proof { steps }.to_bytes(),
    })
}

impl Claim {
    /// The file's text.
    pub fn to_text(&self) -> String {
        let file = json!({
            "primea-proof": VERSION,
            "path": self.path,
            "proof": hex(&self.proof),
        });
        format!("{file:#}\n")
    }

    /// The claim of a file; or what is wrong with the file.
    pub fn from_text(text: &str) -> Result<Claim, String> {
        let file: Value = serde_json::from_str(text)
            .map_err(|why| format!("expected a proof in JSON, found otherwise: {why}"))?;
        match &file["primea-proof"] {
            version if *version == json!(VERSION) => {}
            Value::Null => return Err("expected \"primea-proof\", found none".to_owned()),
            other => {
                return Err(format!(
                    "expected \"primea-proof\" {VERSION}, found {other}"
                ));
            }
        }
        let path = file["path"].as_str().ok_or("expected \"path\", a text")?;
        let proof = file["proof"].as_str().and_then(unhex);
        let proof = proof.ok_or("expected \"proof\", two hexadecimal digits a byte")?;
        let path = path.to_owned();
        Ok(Claim { path, proof })
    }

    /// What the proof shows of the state that has this root, if that is what is claimed.
    pub fn verify(&self, root: Hash) -> Result<Shown, String> {
        let proof = Proof::from_bytes(&self.proof).map_err(|why| format!("no proof: {why}"))?;
        let Finding { turns, place } = proof.verify(root).map_err(|why| why.to_string())?;
        let path = way::write(&turns);
        if path != self.path {
            let expected = &self.path;
            return Err(format!(
                "expected a proof of {expected}, found one of {path}"
            ));
        }
        let value = value(&place);
        Ok(Shown { path, value })
    }
}

/// What a proof says of a place: hashes, where it leads no further.
fn value(place: &Place) -> Value {
    match place {
        Place::Nothing => Value::Null,
        Place::Map { root, .. } => json!({ "map": root.to_string() }),
        Place::Thing {
            what: What::Data,
            id,
        } => json!({ "data": id.to_string() }),
        Place::Thing {
            what: What::Object(kind),
            id,
        } => json!({ "kind": kind.name(), "id": id.to_string() }),
        Place::Object(object) => {
            let mut shown = own(object);
            for field in object.fields() {
                let place = object.follow(field).expect("the object has it");
                shown.insert(field.segment(), value(&place));
            }
            Value::Object(shown)
        }
    }
}
