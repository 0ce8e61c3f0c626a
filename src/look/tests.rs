//! Keys as text, and back.
//!
//! Enters: keys of every map. Leaves: tests that reading and writing are inverse. Refuses to know:
//! what the maps have under them.

use super::keys::{Given, read, write};
use crate::state::{identity::ActorId, message::Position, proof::Field, trie::Key};
use proptest::prelude::*;

fn key(map: Field, text: &str) -> Vec<u8> {
    match read(map, text) {
        Ok(Given::Key(key)) => key,
        Ok(Given::Nth(nth)) => panic!("{text}: expected a key, found the {nth}-th"),
        Err(expected) => panic!("{text}: expected {expected}"),
    }
}

#[test]
fn keys_are_written_as_people_would() {
    for (bytes, text) in [
        (&[7, 0, 0, 0][..], "7"),
        (b"name", "1701667182"),
        (b"a name", "hex:61206e616d65"),
        (b"names", "names"),
        (b"12345", "text:12345"),
        (b"", "text:"),
        (b"a/b/c", "hex:612f622f63"),
        (b"hex:00", "text:hex:00"),
        (b"text:x", "text:text:x"),
        (&[0xff], "hex:ff"),
    ] {
        assert_eq!(write(Field::ActorStorage, bytes), text);
        assert_eq!(key(Field::ActorBound, text), bytes);
    }
    let child = ActorId::OUTSIDE.child(0).child(2);
    assert_eq!(key(Field::WorldActors, "0.2"), child.0.0);
    assert_eq!(key(Field::WorldActors, &child.0.to_string()), child.0.0);
    assert_eq!(key(Field::WorldProbes, "out"), ActorId::probe("out").0.0);
    assert_eq!(key(Field::RunMemory, "3"), 3u64.to_be_bytes());
    assert!(matches!(read(Field::ActorInbox, "3"), Ok(Given::Nth(3))));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        bytes in proptest::collection::vec(any::<u8>(), 0..12),
        text in "[ -~]{0,8}",
        stamp: u64,
        number: u64,
        id: [u8; 32],
    ) {
        for bytes in [bytes, text.into_bytes()] {
            let written = write(Field::ActorStorage, &bytes);
            prop_assert!(!written.is_empty() && !written.contains('/'));
            prop_assert_eq!(key(Field::ActorStorage, &written), bytes);
        }
        let sender = ActorId(crate::state::hash::Hash(id));
        let position = Position { stamp, sender, number };
        let bytes = position.bytes().as_ref().to_vec();
        prop_assert_eq!(key(Field::ChannelFirst, &write(Field::ChannelFirst, &bytes)), bytes);
        for map in [Field::WorldActors, Field::WorldChannels, Field::WorldProbes] {
            prop_assert_eq!(key(map, &write(map, &id)), id);
        }
        let page = stamp.to_be_bytes();
        prop_assert_eq!(key(Field::RunMemory, &write(Field::RunMemory, &page)), page);
    }
}
