//! A host whose answers follow from a seed and what it is asked, and which records all of it.
//!
//! Enters: import calls. Leaves: answers, and the list of calls with the ticks at each.
//! Refuses to know: what imports mean, and who calls.

use crate::random::Random;
use primea::activation::engine::{Guest, Host};
use primea::activation::session::charge;
use primea::fault::Fault;
use primea::interface::table::ImportIndex;

/// An import call as it was seen, before anything was done about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    pub import: ImportIndex,
    pub arguments: Vec<i32>,
    /// What was left in the tank.
    pub ticks: u64,
    pub pages: u32,
    /// Of the memory that the host sees.
    pub memory: blake3::Hash,
}

pub struct Seeded {
    seed: u64,
    pub events: Vec<Event>,
}

impl Seeded {
    pub fn new(seed: u64) -> Seeded {
        Seeded {
            seed,
            events: Vec::new(),
        }
    }

    fn choices(&self, import: ImportIndex, arguments: &[i32]) -> Random {
        let mut seed = self.seed ^ import as u64;
        for argument in arguments {
            seed = Random::new(seed ^ u64::from(*argument as u32)).word();
        }
        Random::new(seed)
    }
}

impl Host for Seeded {
    fn import(
        &mut self,
        import: ImportIndex,
        arguments: &[i32],
        guest: Guest<'_>,
    ) -> Result<i32, Fault> {
        // Of a large memory only the beginning: hashing it at each call would take all the time.
        let seen = &guest.memory[..guest.memory.len().min(512)];
        self.events.push(Event {
            import,
            arguments: arguments.to_vec(),
            ticks: *guest.ticks,
            pages: guest.pages,
            memory: blake3::hash(seen),
        });
        let mut random = self.choices(import, arguments);
        charge(guest.ticks, random.below(40) as u64)?;
        if random.chance(3) {
            return Err(*random.pick(Fault::ALL));
        }
        if random.chance(25) && !guest.memory.is_empty() {
            let at = random.below(guest.memory.len().min(400));
            guest.memory[at] = random.word() as u8;
        }
        Ok(match random.below(4) {
            0 => random.below(2) as i32,
            1 => random.word() as i32,
            _ => random.below(300) as i32,
        })
    }
}
