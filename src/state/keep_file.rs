//! Objects in one file: an index, then all bytes.
//!
//! Enters: objects in memory, and the hash by which to begin. Leaves: the bytes of a file, and
//! both back from exactly such bytes. Refuses to know: files, and what objects mean.
//!
//! The file is the line `primea objects 1`, the hash to begin with, how many objects there are
//! (u64), for each, in the order of the hashes, its hash and length (u64), and then the bytes of
//! each, in the same order. Numbers are little-endian.

use super::{
    hash::Hash,
    keep::{InMemory, Keep},
};

const MAGIC: &[u8] = b"primea objects 1\n";

/// The bytes of the file.
pub fn write(begin: Hash, objects: &InMemory) -> Vec<u8> {
    let objects = objects.in_order();
    let mut file = MAGIC.to_vec();
    file.extend(begin.0);
    file.extend((objects.len() as u64).to_le_bytes());
    for (id, bytes) in &objects {
        file.extend(id.0);
        file.extend((bytes.len() as u64).to_le_bytes());
    }
    objects.iter().for_each(|(_, bytes)| file.extend(*bytes));
    file
}

/// What a file with these bytes holds, or why it is none. Whoever reads objects checks their hash.
pub fn read(file: &[u8]) -> Result<(Hash, InMemory), String> {
    let mut rest = file
        .strip_prefix(MAGIC)
        .ok_or("expected a file of objects, version 1, found something else")?;
    let begin = hash(&mut rest)?;
    let count = number(&mut rest)?;
    let mut index = Vec::new();
    for _ in 0..count {
        let entry = (hash(&mut rest)?, number(&mut rest)?);
        if index.last().is_some_and(|(last, _)| *last >= entry.0) {
            return Err("expected objects in the order of their hashes, found another".to_owned());
        }
        index.push(entry);
    }
    let mut objects = InMemory::default();
    for (id, length) in index {
        let bytes = take(&mut rest, length)?;
        let put = objects.put(id, bytes);
        put.expect("memory keeps everything");
    }
    match rest {
        [] => Ok((begin, objects)),
        _ => Err(format!("expected the end, found {} more bytes", rest.len())),
    }
}

fn take<'a>(rest: &mut &'a [u8], length: u64) -> Result<&'a [u8], String> {
    let length = usize::try_from(length).ok();
    let parts = length.and_then(|length| rest.split_at_checked(length));
    let (taken, after) = parts.ok_or("expected more bytes, found the end")?;
    *rest = after;
    Ok(taken)
}

fn hash(rest: &mut &[u8]) -> Result<Hash, String> {
    let bytes = take(rest, 32)?;
    Ok(Hash(bytes.try_into().expect("as many were taken")))
}

fn number(rest: &mut &[u8]) -> Result<u64, String> {
    let bytes = take(rest, 8)?;
    let bytes = bytes.try_into().expect("as many were taken");
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_is_read() {
        let mut objects = InMemory::default();
        for bytes in [&b"one"[..], b"", b"three"] {
            let put = objects.put(Hash::plain(bytes), bytes);
            put.expect("memory keeps everything");
        }
        let begin = Hash::plain(b"one");
        let file = write(begin, &objects);
        let (found, read_back) = read(&file).expect("it was written");
        assert_eq!(found, begin);
        assert_eq!(read_back.in_order(), objects.in_order());
        for length in 0..file.len() {
            assert!(read(&file[..length]).is_err(), "cut after {length} bytes");
        }
        assert!(read(&[&file[..], b"x"].concat()).is_err());
        let mut unordered = file.clone();
        let index = MAGIC.len() + 40;
        unordered[index] = 0xff;
        assert!(read(&unordered).is_err());
    }
}
