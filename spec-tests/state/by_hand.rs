//! Canonical bytes, hashes and map roots, written from the rules with nothing but blake3.
//!
//! Enters: fields. Leaves: bytes and hashes. Refuses to know: the VM.

use primea::{
    interface::table::Operation,
    module::schedule::{Opcode, Rate, Schedule},
};

/// `STATE-1`, field by field.
#[derive(Default)]
pub struct Bytes(Vec<u8>);

impl Bytes {
    pub fn new() -> Bytes {
        Bytes::default()
    }

    pub fn raw(&mut self, bytes: &[u8]) -> &mut Bytes {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn u8(&mut self, number: u8) -> &mut Bytes {
        self.raw(&[number])
    }

    pub fn u32(&mut self, number: u32) -> &mut Bytes {
        self.raw(&number.to_le_bytes())
    }

    pub fn u64(&mut self, number: u64) -> &mut Bytes {
        self.raw(&number.to_le_bytes())
    }

    pub fn hash(&mut self, hash: &[u8; 32]) -> &mut Bytes {
        self.raw(hash)
    }

    pub fn text(&mut self, text: &str) -> &mut Bytes {
        self.u64(text.len() as u64).raw(text.as_bytes())
    }

    pub fn option(&mut self, hash: Option<[u8; 32]>) -> &mut Bytes {
        match hash {
            None => self.u8(0),
            Some(hash) => self.u8(1).hash(&hash),
        }
    }

    pub fn done(&self) -> &[u8] {
        &self.0
    }
}

pub fn plain(bytes: &[u8]) -> [u8; 32] {
    *blake3::hash(bytes).as_bytes()
}

/// `STATE-2`.
pub fn derive(kind: &str, bytes: &[u8]) -> [u8; 32] {
    blake3::derive_key(&format!("primea 2026 v1 {kind}"), bytes)
}

pub fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `STATE-4`.
pub fn map_root(pairs: &[(Vec<u8>, [u8; 32])]) -> [u8; 32] {
    let leaves: Vec<_> = pairs
        .iter()
        .map(|(key, value)| (plain(key), *value))
        .collect();
    subtree(&leaves, 0)
}

pub fn list_root(values: &[[u8; 32]]) -> [u8; 32] {
    let pairs: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(at, value)| ((at as u64).to_be_bytes().to_vec(), *value))
        .collect();
    map_root(&pairs)
}

fn subtree(leaves: &[([u8; 32], [u8; 32])], depth: usize) -> [u8; 32] {
    let bit = |path: &[u8; 32]| path[depth / 8] >> (7 - depth % 8) & 1;
    match leaves {
        [] => [0; 32],
        [(path, value)] => derive("leaf", &[*path, *value].concat()),
        _ => {
            let side = |wanted: u8| -> Vec<_> {
                leaves
                    .iter()
                    .filter(|(path, _)| bit(path) == wanted)
                    .copied()
                    .collect()
            };
            derive(
                "branch",
                &[subtree(&side(0), depth + 1), subtree(&side(1), depth + 1)].concat(),
            )
        }
    }
}

/// `STATE-13`, `STATE-14`: whether the bytes of a map proof show, of the map with this root, that a
/// key has a value, or none.
pub fn map_proof_shows(
    bytes: &[u8],
    root: &[u8; 32],
    key: &[u8],
    claim: Option<&[u8; 32]>,
) -> bool {
    let Some((siblings, end)) = map_proof(bytes) else {
        return false;
    };
    let path = plain(key);
    let bit = |path: &[u8; 32], at: usize| path[at / 8] >> (7 - at % 8) & 1;
    if siblings.len() > 256 || siblings.last() == Some(&[0; 32]) {
        return false;
    }
    let mut hash = match (end, claim) {
        ([0, 0, 0, 0], Some(value)) => derive("leaf", &[path, *value].concat()),
        ([1, 0, 0, 0], None) => [0; 32],
        ([2, 0, 0, 0, pair @ ..], None) if pair.len() == 64 => {
            let other = pair[..32].try_into().expect("32 bytes");
            if other == path || (0..siblings.len()).any(|at| bit(&other, at) != bit(&path, at)) {
                return false;
            }
            derive("leaf", pair)
        }
        _ => return false,
    };
    for (level, sibling) in siblings.iter().enumerate().rev() {
        let sides = match bit(&path, level) {
            0 => [hash, *sibling],
            _ => [*sibling, hash],
        };
        hash = derive("branch", &sides.concat());
    }
    hash == *root
}

/// The siblings of a map proof, and the bytes of its end.
fn map_proof(bytes: &[u8]) -> Option<(Vec<[u8; 32]>, &[u8])> {
    let (count, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*count))
        .ok()?
        .checked_mul(32)?;
    let (siblings, end) = rest.split_at_checked(length)?;
    let siblings = siblings
        .chunks(32)
        .map(|hash| hash.try_into().expect("32 bytes"));
    Some((siblings.collect(), end))
}

/// `STATE-12`: the numbers of a schedule, in the order in which it is printed.
pub fn schedule(schedule: &Schedule) -> [u8; 32] {
    let mut bytes = Bytes::new();
    let rate = |bytes: &mut Bytes, rate: Rate| {
        bytes.u32(rate.ticks).u32(rate.unit);
    };
    bytes.u32(schedule.number);
    for opcode in Opcode::ALL {
        bytes.u32(schedule.instructions.of(opcode));
    }
    let operands = schedule.operands;
    for price in [
        operands.memory_grow,
        operands.memory_bulk,
        operands.table_grow,
        operands.table_bulk,
    ] {
        rate(&mut bytes, price);
    }
    rate(&mut bytes, schedule.functions.locals);
    let activation = schedule.activation;
    bytes.u32(activation.fresh).u32(activation.kept);
    for price in [
        activation.definitions,
        activation.mutable_globals,
        activation.imports,
        activation.pages,
        activation.elements,
        activation.segments,
        activation.segment_elements,
        activation.kept_entries,
    ] {
        rate(&mut bytes, price);
    }
    bytes.u32(activation.callback);
    rate(&mut bytes, activation.code);
    for operation in Operation::ALL {
        let cost = schedule.cost(operation);
        bytes.u32(cost.base);
        for price in [cost.bytes, cost.items, cost.pages] {
            rate(&mut bytes, price);
        }
    }
    derive("schedule", bytes.done())
}
