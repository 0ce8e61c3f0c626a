//! Properties of objects, and of proofs about a whole state.
//!
//! Enters: random objects and small states. Leaves: nothing. Refuses to know: worlds.
//!
//! Rules tested here: STATE-1, STATE-15, STATE-16, STATE-17.

mod any;

use super::{
    codec::DecodeError,
    hash::Hash,
    identity::ActorId,
    kinds::{Any, Kind, Object},
    objects::*,
    proof::{Field, Finding, Place, Proof, Refusal, Step, Turn, What},
    trie::Trie,
};
use any::{GONE, any_object};
use proptest::{collection::vec, prelude::*};

proptest! {
    #[test]
    fn objects_come_back_from_their_bytes_alone(
        object in any_object(),
        noise in vec(any::<u8>(), 1..9),
    ) {
        let (kind, bytes) = (object.kind(), object.to_bytes());
        prop_assert_eq!(Any::from_bytes(kind, &bytes), Ok(object.clone()));
        for length in 0..bytes.len() {
            prop_assert!(Any::from_bytes(kind, &bytes[..length]).is_err());
        }
        let longer = [&bytes[..], &noise].concat();
        prop_assert!(Any::from_bytes(kind, &longer).is_err());
        // Other bytes are another object, or none.
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            if let Ok(other) = Any::from_bytes(kind, &flipped) {
                prop_assert_ne!(&other, &object);
                prop_assert_eq!(other.to_bytes(), flipped);
            }
        }
    }
}

/// What is refused although it decodes (`STATE-17`).
#[test]
fn what_the_rules_forbid_is_no_object() {
    fn forbidden<T: Object>(object: &T) -> bool {
        let bytes = super::codec::encode(object);
        matches!(T::from_bytes(&bytes), Err(DecodeError::Forbidden(_)))
    }
    let some = Hash::plain(b"some");
    let message = MessageObject {
        data: some,
        length: 1,
        capabilities: vec![some],
        ports: vec![],
        response: None,
    };
    assert!(!forbidden(&message));
    assert!(forbidden(&MessageObject {
        ports: vec![some],
        ..message
    }));

    let end = EndObject {
        place: PlaceObject::InMessage,
        waiting: some,
    };
    let haunted = EndObject {
        place: PlaceObject::Gone,
        waiting: some,
    };
    let channel = |first: &EndObject, second: &EndObject| ChannelObject {
        first: first.clone(),
        second: second.clone(),
    };
    assert!(!forbidden(&channel(&GONE, &end)) && !forbidden(&channel(&end, &GONE)));
    assert!(forbidden(&channel(&GONE, &GONE)));
    assert!(forbidden(&channel(&end, &haunted)) && forbidden(&channel(&haunted, &end)));

    let run = |pages, root, globals: &[(u32, u8, u64)]| RunObject {
        memory: MemoryObject { pages, root },
        globals: globals
            .iter()
            .map(|(index, ty, bits)| GlobalObject {
                index: *index,
                ty: *ty,
                bits: *bits,
            })
            .collect(),
        tables: vec![],
        dropped_data: vec![],
        dropped_elements: vec![],
        references: vec![],
        deadline: 0,
        callback: 0,
        ticks: 0,
    };
    let with = |globals: &[(u32, u8, u64)]| forbidden(&run(0, Hash::ZERO, globals));
    assert!(!forbidden(&run(1, some, &[])));
    assert!(forbidden(&run(1, Hash::ZERO, &[])) && forbidden(&run(0, some, &[])));
    assert!(!with(&[
        (1, 0x7f, u64::from(u32::MAX)),
        (2, 0x7e, u64::MAX),
        (4, 0x70, 1 << 32)
    ]));
    assert!(with(&[(1, 0x7f, 1 << 32)]) && with(&[(1, 0x7d, 1 << 32)]));
    assert!(with(&[(1, 0x70, (1 << 32) + 1)]) && with(&[(1, 0x7b, 0)]));
    assert!(with(&[(1, 0x7e, 0), (1, 0x7e, 0)]) && with(&[(2, 0x7e, 0), (1, 0x7e, 0)]));
}

/// A state whose actors have storage; of the first one, everything.
struct Sample {
    world: WorldObject,
    actors: Vec<(ActorId, ActorObject, Trie<Vec<u8>, Hash>)>,
    by_id: Trie<ActorId, Hash>,
    message: MessageObject,
}

fn sample(actors: u8) -> Sample {
    let message = MessageObject {
        data: Hash::plain(b"hello"),
        length: 5,
        capabilities: vec![Hash::plain(b"a capability")],
        ports: vec![],
        response: None,
    };
    let actor = |number: u8| {
        let mut storage: Trie<Vec<u8>, Hash> = (0..number)
            .map(|key| (vec![key], Hash::plain(&[key])))
            .collect();
        storage.insert(b"key".to_vec(), message.id());
        let object = ActorObject {
            code: Hash::plain(&[number]),
            clock: 7,
            counters: Counters::default(),
            storage: storage.root(),
            bound: Hash::ZERO,
            inbox: Hash::ZERO,
            creation: None,
            run: None,
        };
        (ActorId::OUTSIDE.child(number.into()), object, storage)
    };
    let actors: Vec<_> = (0..actors).map(actor).collect();
    let by_id: Trie<ActorId, Hash> = actors
        .iter()
        .map(|(id, object, _)| (*id, object.id()))
        .collect();
    let world = WorldObject {
        dialect: "capabilities".to_owned(),
        schedule: Hash::plain(b"a schedule"),
        time: 7,
        outside: Counters::default(),
        injected: 0,
        spent: 0,
        burned: 0,
        actors: by_id.root(),
        channels: Hash::ZERO,
        probes: Hash::ZERO,
    };
    Sample {
        world,
        actors,
        by_id,
        message,
    }
}

impl Sample {
    /// From the world to what an actor stores under a key, and into the message if it is the known one.
    fn way(&self, number: usize, key: &[u8]) -> Proof {
        let (id, actor, storage) = &self.actors[number];
        let mut steps = vec![
            Step::object(&self.world, Some(Field::WorldActors)),
            Step::entry(&self.by_id, id),
            Step::object(actor, Some(Field::ActorStorage)),
            Step::entry(storage, key),
        ];
        if key == b"key" {
            steps.push(Step::object(&self.message, Some(Field::MessageData)));
        }
        Proof { steps }
    }
}

#[test]
fn a_proof_leads_from_the_root_to_data() {
    let sample = sample(5);
    let root = sample.world.id();
    let turns = |key: &[u8]| {
        vec![
            Turn::Field(Field::WorldActors),
            Turn::Key(sample.actors[3].0.0.0.to_vec()),
            Turn::Field(Field::ActorStorage),
            Turn::Key(key.to_vec()),
        ]
    };
    let mut to_data = turns(b"key");
    to_data.push(Turn::Field(Field::MessageData));
    let place = Place::Thing {
        what: What::Data,
        id: Hash::plain(b"hello"),
    };
    let proof = sample.way(3, b"key");
    assert_eq!(
        proof.verify(root),
        Ok(Finding {
            turns: to_data,
            place
        })
    );
    let absent = Finding {
        turns: turns(b"no"),
        place: Place::Nothing,
    };
    assert_eq!(sample.way(3, b"no").verify(root), Ok(absent));

    // It may stop anywhere: at an object, a thing, a map.
    let up_to = |count: usize| {
        let steps = proof.steps[..count].to_vec();
        Proof { steps }.verify(root).map(|finding| finding.place)
    };
    let actors = Place::Map {
        of: What::Object(Kind::Actor),
        root: sample.world.actors,
    };
    assert_eq!(up_to(1), Ok(actors));
    let actor = Place::Thing {
        what: What::Object(Kind::Actor),
        id: sample.actors[3].1.id(),
    };
    assert_eq!(up_to(2), Ok(actor));
    let whole = Proof {
        steps: vec![Step::object(&sample.world, None)],
    };
    let place = Place::Object(Box::new(Any::World(sample.world.clone())));
    assert_eq!(
        whole.verify(root),
        Ok(Finding {
            turns: vec![],
            place
        })
    );
}

#[test]
fn steps_that_lead_nowhere_are_refused() {
    let sample = sample(5);
    let root = sample.world.id();
    let refusal = |steps: &[Step]| {
        let refused = Proof {
            steps: steps.to_vec(),
        }
        .verify(root)
        .expect_err("it leads nowhere");
        (refused.step, refused.why)
    };
    let steps = sample.way(3, b"key").steps;
    assert_eq!(refusal(&[]), (0, Refusal::Empty));
    assert_eq!(refusal(&steps[1..]), (0, Refusal::Misstep));
    assert_eq!(
        refusal(&[steps[0].clone(), steps[2].clone()]),
        (1, Refusal::Misstep)
    );
    let past_data = [&steps[..], &steps[4..]].concat();
    assert_eq!(refusal(&past_data), (5, Refusal::Misstep));
    let past_nothing = [&sample.way(3, b"no").steps[..], &steps[4..]].concat();
    assert_eq!(refusal(&past_nothing), (4, Refusal::Misstep));
    let past_the_end = [&[Step::object(&sample.world, None)], &steps[1..]].concat();
    assert_eq!(refusal(&past_the_end), (1, Refusal::Misstep));
    let field = Field::ActorInbox;
    let no_field = Step::object(&sample.world, Some(field));
    assert_eq!(
        refusal(&[no_field]),
        (0, Refusal::NoField(Kind::World, field))
    );
    let other = [&steps[..2], &[Step::object(&sample.actors[2].1, None)]].concat();
    assert!(matches!(
        refusal(&other),
        (2, Refusal::AnotherObject { .. })
    ));
    let other = [
        &steps[..1],
        &[Step::entry(&sample.actors[3].2, &b"key"[..])],
    ]
    .concat();
    assert!(matches!(refusal(&other), (1, Refusal::Map(_))));
}

/// Every field of every kind leads where the rules say, and no kind has another's.
#[test]
fn fields_belong_to_their_kinds() {
    let at = 1;
    let fields = [
        (
            Kind::World,
            vec![Field::WorldActors, Field::WorldChannels, Field::WorldProbes],
        ),
        (
            Kind::Actor,
            vec![
                Field::ActorCode,
                Field::ActorStorage,
                Field::ActorBound,
                Field::ActorInbox,
                Field::ActorCreation,
                Field::ActorRun,
            ],
        ),
        (
            Kind::Channel,
            vec![Field::ChannelFirst, Field::ChannelSecond],
        ),
        (Kind::Probe, vec![Field::ProbeReceived]),
        (Kind::Envelope, vec![Field::EnvelopeMessage]),
        (
            Kind::Message,
            vec![
                Field::MessageData,
                Field::MessageCapability { at },
                Field::MessagePort { at },
                Field::MessageResponse,
            ],
        ),
        (
            Kind::Run,
            vec![Field::RunMemory, Field::RunReference { at }],
        ),
    ];
    let all: Vec<Field> = fields
        .iter()
        .flat_map(|(_, fields)| fields.clone())
        .collect();
    for (number, field) in all.iter().enumerate() {
        let bytes = super::codec::encode(field);
        assert_eq!(bytes[..4], (number as u32).to_le_bytes(), "{field:?}");
    }
    proptest!(|(object in any_object())| {
        let own = fields.iter().find(|(kind, _)| *kind == object.kind());
        for field in &all {
            let expected = own.is_some_and(|(_, fields)| fields.contains(field));
            prop_assert_eq!(object.follow(*field).is_some(), expected, "{:?}", field);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_changed_proof_shows_the_same(
        actors in 1u8..6,
        known in any::<bool>(),
        cut in any::<prop::sample::Index>(),
        noise in vec(any::<u8>(), 1..40),
    ) {
        let sample = sample(actors);
        let root = sample.world.id();
        let proof = sample.way(usize::from(actors) / 2, if known { b"key" } else { b"no" });
        let shown = proof.verify(root);
        prop_assert!(shown.is_ok());
        let bytes = proof.to_bytes();
        let shows = |bytes: &[u8]| Proof::from_bytes(bytes).ok().map(|proof| proof.verify(root));
        prop_assert_eq!(shows(&bytes), Some(shown.clone()));
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            prop_assert_ne!(shows(&flipped), Some(shown.clone()), "bit {}", at);
        }
        let at = cut.index(bytes.len());
        for changed in [&bytes[..at], &[&bytes[..], &noise].concat(), &[&bytes[..at], &noise, &bytes[at..]].concat()] {
            prop_assert_ne!(shows(changed), Some(shown.clone()));
        }
        for at in 0..256 {
            let mut other = root;
            other.0[at / 8] ^= 1 << (at % 8);
            prop_assert!(proof.verify(other).is_err(), "bit {} of the root", at);
        }
    }
}
