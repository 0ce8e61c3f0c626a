//! The store as of one commit.
//!
//! Enters: hashes and names. Leaves: bytes and heads. Refuses to know: what is written meanwhile.

use super::{
    StoreError,
    guard::{guarded, let_go},
    head::Head,
};
use crate::state::{
    hash::Hash,
    keep::{Keep, KeepError},
};
use redb::{ReadOnlyTable, ReadableTable, ReadableTableMetadata};
use std::path::PathBuf;

type Objects = ReadOnlyTable<[u8; 32], &'static [u8]>;

/// What the store had when the view was taken.
pub struct View {
    /// There until the view is dropped.
    objects: Option<Objects>,
    heads: Vec<(String, Vec<u8>)>,
    file: PathBuf,
}

impl View {
    pub(super) fn new(objects: Objects, heads: Vec<(String, Vec<u8>)>, file: PathBuf) -> View {
        View {
            objects: Some(objects),
            heads,
            file,
        }
    }

    fn read_head(&self, name: &str, bytes: &[u8]) -> Result<Head, StoreError> {
        Head::from_bytes(name, bytes).map_err(|why| StoreError {
            place: self.file.clone(),
            why: format!("the head {name:?} is damaged: {why}"),
        })
    }

    /// Every head, in the order of the names.
    pub fn heads(&self) -> Result<Vec<(String, Head)>, StoreError> {
        let named = self.heads.iter();
        named
            .map(|(name, bytes)| Ok((name.clone(), self.read_head(name, bytes)?)))
            .collect()
    }

    /// What a name stands for, if it does for anything.
    pub fn head(&self, name: &str) -> Result<Option<Head>, StoreError> {
        let found = self.heads.iter().find(|(found, _)| found == name);
        found
            .map(|(name, bytes)| self.read_head(name, bytes))
            .transpose()
    }

    /// An error about the store, in words of the caller's.
    pub fn refused(&self, why: impl Into<String>) -> StoreError {
        let (place, why) = (self.file.clone(), why.into());
        StoreError { place, why }
    }

    /// An error about an object, and in which file.
    pub fn located(&self, error: KeepError) -> StoreError {
        let (place, why) = (self.file.clone(), error.to_string());
        // What is wrong with the place says so itself.
        let why = match (&error, why.strip_prefix(&format!("{}: ", place.display()))) {
            (KeepError::Unusable(_), Some(why)) => why.to_owned(),
            _ => why,
        };
        StoreError { place, why }
    }

    fn guarded<T>(
        &self,
        access: impl FnOnce(&Objects) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let objects = self.objects.as_ref().expect("it is not dropped yet");
        guarded(&self.file, || access(objects))
    }

    /// Has every hash under which there is something visited, with how many bytes.
    pub(super) fn sizes(&self, mut visit: impl FnMut(Hash, u64)) -> Result<(), StoreError> {
        let (mut found, mut counted) = (0, 0);
        self.guarded(|objects| {
            for entry in objects.iter()? {
                let (id, bytes) = entry?;
                visit(Hash(id.value()), bytes.value().len() as u64);
                found += 1;
            }
            counted = objects.len()?;
            Ok(())
        })?;
        if found == counted {
            return Ok(());
        }
        let place = self.file.clone();
        let why = format!("the file is damaged: expected {counted} objects, found {found}");
        Err(StoreError { place, why })
    }
}

impl Drop for View {
    fn drop(&mut self) {
        let_go(&self.file, self.objects.take());
    }
}

impl Keep for View {
    fn has(&self, id: Hash) -> Result<bool, KeepError> {
        self.guarded(|objects| Ok(objects.get(id.0)?.is_some()))
            .map_err(StoreError::into_keep)
    }

    fn put(&mut self, _: Hash, _: &[u8]) -> Result<(), KeepError> {
        let file = self.file.display();
        let why = format!("{file}: expected to be read, found that it is written to");
        Err(KeepError::Unusable(why))
    }

    fn get(&self, id: Hash) -> Result<Option<Vec<u8>>, KeepError> {
        self.guarded(|objects| {
            let found = objects.get(id.0)?;
            Ok(found.map(|bytes| bytes.value().to_vec()))
        })
        .map_err(StoreError::into_keep)
    }
}
