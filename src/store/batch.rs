//! What is put into the store between two commits.
//!
//! Enters: objects and heads. Leaves: tables that have them. Refuses to know: when it is committed.
//!
//! Objects wait in memory until there are many, and are written in the order of their hashes: hashes
//! come in no order, and a page of the file that was touched once should not have to be found again.

use super::{
    StoreError,
    guard::guarded,
    head::{self, Head},
};
use crate::state::{
    hash::Hash,
    keep::{Keep, KeepError},
};
use hashbrown::HashMap;
use redb::{ReadableTable, Table};
use std::path::Path;

/// Bytes of objects that wait to be written.
const PENDING_BYTES: usize = 64 << 20;

/// Objects and heads on their way into the store.
pub struct Batch<'t> {
    objects: Table<'t, [u8; 32], &'static [u8]>,
    heads: Table<'t, &'static str, &'static [u8]>,
    file: &'t Path,
    pending: HashMap<Hash, Vec<u8>>,
    pending_bytes: usize,
}

impl<'t> Batch<'t> {
    pub(super) fn new(
        objects: Table<'t, [u8; 32], &'static [u8]>,
        heads: Table<'t, &'static str, &'static [u8]>,
        file: &'t Path,
    ) -> Batch<'t> {
        Batch {
            objects,
            heads,
            file,
            pending: HashMap::new(),
            pending_bytes: 0,
        }
    }

    /// Names a state, all of which was put. What had the name before loses it.
    pub fn set_head(&mut self, name: &str, head: &Head) -> Result<(), StoreError> {
        if let Some(why) = head::refusal(name) {
            let place = self.file.to_owned();
            return Err(StoreError { place, why });
        }
        let bytes = head.to_bytes(name);
        guarded(self.file, || {
            self.heads.insert(name, bytes.as_slice())?;
            Ok(())
        })
    }

    /// Takes the name off a state, and says whether any had it.
    pub fn remove_head(&mut self, name: &str) -> Result<bool, StoreError> {
        guarded(self.file, || Ok(self.heads.remove(name)?.is_some()))
    }

    fn write_pending(&mut self) -> Result<(), StoreError> {
        let mut pending: Vec<(Hash, Vec<u8>)> = self.pending.drain().collect();
        pending.sort_unstable_by_key(|(id, _)| *id);
        self.pending_bytes = 0;
        guarded(self.file, || {
            for (id, bytes) in pending {
                // What is put again is most often there; where it is damaged, this mends it.
                let there = self.objects.get(id.0)?;
                let there = there.is_some_and(|found| found.value() == bytes);
                if !there {
                    self.objects.insert(id.0, bytes.as_slice())?;
                }
            }
            Ok(())
        })
    }

    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.write_pending()
    }
}

impl Keep for Batch<'_> {
    fn has(&self, id: Hash) -> Result<bool, KeepError> {
        if self.pending.contains_key(&id) {
            return Ok(true);
        }
        guarded(self.file, || Ok(self.objects.get(id.0)?.is_some())).map_err(StoreError::into_keep)
    }

    fn put(&mut self, id: Hash, bytes: &[u8]) -> Result<(), KeepError> {
        if self.pending.insert(id, bytes.to_vec()).is_none() {
            self.pending_bytes += bytes.len();
        }
        if self.pending_bytes > PENDING_BYTES {
            self.write_pending().map_err(StoreError::into_keep)?;
        }
        Ok(())
    }

    fn get(&self, id: Hash) -> Result<Option<Vec<u8>>, KeepError> {
        if let Some(bytes) = self.pending.get(&id) {
            return Ok(Some(bytes.clone()));
        }
        guarded(self.file, || {
            let found = self.objects.get(id.0)?;
            Ok(found.map(|bytes| bytes.value().to_vec()))
        })
        .map_err(StoreError::into_keep)
    }
}
