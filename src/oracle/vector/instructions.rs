//! The instructions that a vector makes its actors execute, in a form that stays small: their number and
//! hashes of their lines (`docs/protocol.md`, "Instructions"), and the lines of one part, if they are wanted.
//!
//! Enters: what a watched world tells. Leaves: a digest of each activation, and one part outright. Refuses to
//! know: what was expected.

use crate::{
    activation::watch::{Account, Event, Observer},
    module::schedule::Schedule,
    state::{hash::Hash, identity::ActorId},
    trace::instructions::{Instruction, Reader},
    world::{
        record::Record,
        watch::{Begun, Onlooker},
    },
};
use std::{collections::BTreeMap, fmt::Write, mem};

/// Instructions that one hash is about; the last one of an activation may be about fewer.
pub const PART_INSTRUCTIONS: u64 = 65_536;

/// What an activation executed, in short.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Digest {
    /// How many instructions.
    pub count: u64,
    /// The hashes of their lines, part by part.
    pub parts: Vec<Hash>,
}

/// A part of what one activation executes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The number of the step, from 0.
    pub step: usize,
    /// The actor that is active.
    pub actor: ActorId,
    /// Its number among the activations of the actor in that step, from 0.
    pub activation: usize,
    /// The number of the part, from 0.
    pub part: usize,
}

/// Listens to a world that carries out a vector.
pub struct Listener {
    reader: Reader,
    wanted: Option<Place>,
    step: usize,
    /// Activations of each actor in this step, the one that goes on included.
    begun: BTreeMap<ActorId, usize>,
    /// The actor that is active.
    actor: ActorId,
    digest: Digest,
    /// The lines of the part that goes on.
    lines: String,
    /// Of the activations of this step that have ended, in their order.
    digests: Vec<Digest>,
    part: Option<Vec<Instruction>>,
}

/// The canonical line of an instruction.
fn write_line(text: &mut String, it: &Instruction) {
    let Instruction {
        function,
        offset,
        opcode,
        ticks,
    } = it;
    writeln!(text, "[{function},{offset},\"{opcode}\",\"{ticks}\"]")
        .expect("writing to a string works");
}

impl Listener {
    /// Somebody who listens from the first step on.
    pub fn new(schedule: Schedule, wanted: Option<Place>) -> Listener {
        Listener {
            reader: Reader::new(schedule),
            wanted,
            step: 0,
            begun: BTreeMap::new(),
            actor: ActorId::OUTSIDE,
            digest: Digest::default(),
            lines: String::new(),
            digests: Vec::new(),
            part: None,
        }
    }

    /// The step has ended: what its activations executed.
    pub fn end_step(&mut self) -> Vec<Digest> {
        self.step += 1;
        self.begun.clear();
        mem::take(&mut self.digests)
    }

    /// The part that was wanted, if there is such a part.
    pub fn part(&mut self) -> Option<Vec<Instruction>> {
        self.part.take()
    }

    fn here(&self) -> Place {
        Place {
            step: self.step,
            actor: self.actor,
            activation: self.begun[&self.actor] - 1,
            part: self.digest.parts.len(),
        }
    }

    fn hear(&mut self, it: Instruction) {
        write_line(&mut self.lines, &it);
        if self.wanted.is_some_and(|wanted| wanted == self.here()) {
            self.part.get_or_insert_default().push(it);
        }
        self.digest.count += 1;
        if self.digest.count.is_multiple_of(PART_INSTRUCTIONS) {
            self.end_part();
        }
    }

    fn end_part(&mut self) {
        let hash = Hash::plain(self.lines.as_bytes());
        self.digest.parts.push(hash);
        self.lines.clear();
    }
}

impl Observer for Listener {
    fn event(&mut self, event: Event<'_>, account: Account) {
        match event {
            Event::Program { code, module } => self.reader.program(code, module),
            Event::Mark(mark) => {
                let mut told = Vec::new();
                self.reader.mark(mark, account.left, |it| told.push(it));
                told.into_iter().for_each(|it| self.hear(it));
            }
            Event::Phase(_) | Event::Import { .. } => {}
        }
    }
}

impl Onlooker for Listener {
    fn begin(&mut self, begun: &Begun) {
        self.reader.begin();
        self.actor = begun.actor;
        *self.begun.entry(begun.actor).or_default() += 1;
    }

    fn end(&mut self, _: &Record) {
        if !self.lines.is_empty() {
            self.end_part();
        }
        self.digests.push(mem::take(&mut self.digest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instruction(ticks: u64) -> Instruction {
        Instruction {
            function: 4,
            offset: 154,
            opcode: "local.get",
            ticks,
        }
    }

    #[test]
    fn a_part_ends_with_its_last_instruction() {
        let actor = ActorId::OUTSIDE.child(0);
        let wanted = Place {
            step: 0,
            actor,
            activation: 0,
            part: 1,
        };
        for (count, parts) in [
            (0, 0),
            (1, 1),
            (PART_INSTRUCTIONS - 1, 1),
            (PART_INSTRUCTIONS, 1),
            (PART_INSTRUCTIONS + 1, 2),
        ] {
            let mut listener = Listener::new(crate::module::schedule::PLAIN, Some(wanted));
            listener.actor = actor;
            listener.begun.insert(actor, 1);
            (0..count).for_each(|at| listener.hear(instruction(at)));
            if !listener.lines.is_empty() {
                listener.end_part();
            }
            assert_eq!(listener.digest.count, count);
            assert_eq!(listener.digest.parts.len(), parts, "{count}");
            let beyond = (parts == 2).then(|| vec![instruction(PART_INSTRUCTIONS)]);
            assert_eq!(listener.part(), beyond);
        }
    }

    #[test]
    fn a_line_is_the_canonical_text_of_a_list() {
        let mut line = String::new();
        write_line(&mut line, &instruction(u64::MAX));
        let list = serde_json::json!([4, 154, "local.get", u64::MAX.to_string()]);
        assert_eq!(line, list.to_string() + "\n");
    }
}
