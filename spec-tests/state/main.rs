//! State roots, computed a second time from the rules alone.
//!
//! Enters: small worlds, and the examples of the documents. Leaves: trials that compare their roots, and
//! ids, with what section 18 of the rules says, byte by byte. Refuses to know: the codec, the trie and
//! the objects of the VM, which only the examples are held to as well.
//!
//! Rules tested here: STATE-1, STATE-2, STATE-3, STATE-4, STATE-5, STATE-6, STATE-7, STATE-8, STATE-9,
//! STATE-10, STATE-11, STATE-12, STATE-13, STATE-14, STATE-15, STATE-16, STATE-17, OUT-1, OUT-2, OUT-3, OUT-8,
//! CAP-5, TIME-1, ACTOR-2.

mod by_hand;
mod channels;
mod examples;
mod objects;
mod worlds;

use libtest_mimic::{Arguments, Failed, Trial};
use objects::Hash;

/// Fails with both, if they are not the same.
fn expect_equal(what: &str, expected: Hash, found: Hash) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    Err(format!(
        "{what}: expected {}, found {}",
        by_hand::hex(&expected),
        by_hand::hex(&found)
    )
    .into())
}

fn main() {
    let arguments = Arguments::from_args();
    let trials = vec![
        Trial::test("state::empty_world", worlds::empty_world),
        Trial::test("state::messages_and_probes", worlds::messages_and_probes),
        Trial::test("state::waiting_run", worlds::waiting_run),
        Trial::test("state::channels", channels::channels),
        Trial::test("examples::known", examples::known),
        Trial::test("examples::ids", examples::ids),
        Trial::test("examples::objects", examples::objects),
        Trial::test("examples::maps", examples::maps),
        Trial::test("examples::map_proofs", examples::map_proofs),
        Trial::test("examples::proofs", examples::proofs),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}
