//! Proofs straight from a world are those from its saved objects, wherever they lead.
//!
//! Enters: scenarios. Leaves: a trial. Refuses to know: how proofs are made.
//!
//! Rules tested here: STATE-15, STATE-16.

use libtest_mimic::{Failed, Trial};
use primea::{
    scenario::{Scenario, files, play::play},
    state::{
        hash::Hash,
        keep::InMemory,
        kinds::Kind,
        proof::{Finding, Place, Proof, Step, Turn, What},
        stored,
    },
    world::{World, order::Order},
};
use std::path::Path;

/// Of the scenarios, every so manieth; and one whose run has everything.
const APART: usize = 25;
const EVERYTHING: &str = "capabilities/getNextMessage/the-whole-of-a-waiting-run";

/// Pairs that are looked at in one map.
const PAIRS: usize = 12;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test(
        "proofs::from_worlds_and_from_saved_states",
        agree,
    )]
}

fn agree() -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec-tests");
    let mut proved = 0;
    for (at, file) in files::below(&folder)?.into_iter().enumerate() {
        if at % APART != 0 && file.name != EVERYTHING {
            continue;
        }
        let scenario = Scenario::load(&file.path, &file.name)?;
        let world = play(&scenario.plan, &mut Order::Canonical).world;
        let mut keep = InMemory::default();
        let root = world.save(&mut keep)?;
        let mut visitor = Visitor {
            world: &world,
            keep: &keep,
            root,
            turns: Vec::new(),
            steps: Vec::new(),
            proved: 0,
        };
        let whole = Place::Thing {
            what: What::Object(Kind::World),
            id: root,
        };
        visitor.visit(&whole)?;
        proved += visitor.proved;
        assert_eq!(
            world.prove(&[Turn::Key(vec![0; 32])]),
            None,
            "a world is no map"
        );
    }
    assert!(proved > 500, "only {proved} proofs were compared");
    Ok(())
}

struct Visitor<'a> {
    world: &'a World,
    keep: &'a InMemory,
    root: Hash,
    /// The way to where the visitor is, and what proves it so far.
    turns: Vec<Turn>,
    steps: Vec<Step>,
    proved: usize,
}

impl Visitor<'_> {
    fn visit(&mut self, place: &Place) -> Result<(), Failed> {
        let object = match place {
            Place::Thing {
                what: What::Object(kind),
                id,
            } => Some(stored::any(self.keep, *kind, *id)?),
            _ => None,
        };
        let last = object.as_ref().map(|object| Step::Object {
            bytes: object.to_bytes(),
            follow: None,
        });
        self.compare(last, place)?;
        if let Some(object) = object {
            for field in object.fields() {
                let next = object.follow(field).ok_or("expected a field")?;
                let (bytes, follow) = (object.to_bytes(), Some(field));
                let step = Step::Object { bytes, follow };
                self.go(Turn::Field(field), step, &next)?;
            }
        }
        if let Place::Map { of, root } = place {
            let pairs = stored::pairs(self.keep, *root).take(PAIRS);
            let pairs: Result<Vec<_>, _> = pairs.collect();
            let mut keys: Vec<_> = pairs?.into_iter().map(|(key, _)| key).collect();
            keys.push(b"no such key".to_vec());
            for key in keys {
                let (value, proof) = stored::prove(self.keep, *root, &key)?;
                let next = match value {
                    Some(id) => Place::Thing { what: *of, id },
                    None => Place::Nothing,
                };
                let turn = Turn::Key(key.clone());
                self.go(turn, Step::Entry { key, value, proof }, &next)?;
            }
        }
        Ok(())
    }

    fn go(&mut self, turn: Turn, step: Step, next: &Place) -> Result<(), Failed> {
        self.turns.push(turn);
        self.steps.push(step);
        self.visit(next)?;
        self.turns.pop();
        self.steps.pop();
        Ok(())
    }

    fn compare(&mut self, last: Option<Step>, place: &Place) -> Result<(), Failed> {
        let steps: Vec<Step> = self.steps.iter().cloned().chain(last).collect();
        let turns = self.turns.clone();
        let proof = self.world.prove(&turns).ok_or("expected a proof")?;
        assert_eq!(proof, Proof { steps }, "{turns:?}");
        let shown = proof.verify(self.root).map_err(|why| why.to_string())?;
        let Finding {
            turns: found,
            place: end,
        } = shown;
        assert_eq!(found, turns);
        match (end, place) {
            (Place::Object(object), Place::Thing { what, .. }) => {
                assert_eq!(What::Object(object.kind()), *what);
            }
            (end, place) => assert_eq!(end, *place),
        }
        self.proved += 1;
        Ok(())
    }
}
