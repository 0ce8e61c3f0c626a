//! The whole store at once: what the heads need of it, whether all of that is there, and what else is.
//!
//! Enters: an open store. Leaves: counts, or what is wrong. Refuses to know: what objects mean,
//! beyond what [`crate::state::walk`] says about it.

use super::{Access, OBJECTS, Store, StoreError, View, guard::guarded};
use crate::state::{hash::Hash, keep::KeepError, walk};

/// What is in a store that is as it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Verified {
    /// How many heads there are.
    pub heads: u64,
    /// What the heads reach.
    pub objects: u64,
    /// The bytes of those objects.
    pub bytes: u64,
    /// What they do not reach.
    pub unreachable_objects: u64,
    /// The bytes of those.
    pub unreachable_bytes: u64,
}

/// What a collection left, and what it took away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Collected {
    /// What is in the store now.
    pub kept: Verified,
    /// Bytes of the file, before and after.
    pub file_before: u64,
    /// Bytes of the file now.
    pub file_after: u64,
}

/// Problems that are told of one store.
const TOLD: usize = 20;

impl Store {
    /// Checks that everything which the heads reach is there, canonical and under its right hash.
    pub fn verify(&self) -> Result<Verified, Vec<StoreError>> {
        let view = self.view().map_err(|why| vec![why])?;
        self.account(&view).map(|(verified, _)| verified)
    }

    /// Removes what no head reaches, and gives the file's free space back. A store that is damaged
    /// is left as it is: what leads on from the damage would be lost.
    pub fn collect(&mut self) -> Result<Collected, Vec<StoreError>> {
        self.check_writing().map_err(|why| vec![why])?;
        let view = self.view().map_err(|why| vec![why])?;
        let (kept, unreachable) = self.account(&view)?;
        drop(view);
        self.shrink(kept, &unreachable).map_err(|why| vec![why])
    }

    /// Counts what the heads reach, and lists the rest.
    fn account(&self, view: &View) -> Result<(Verified, Vec<Hash>), Vec<StoreError>> {
        let heads = view.heads().map_err(|why| vec![why])?;
        let mut verified = Verified {
            heads: heads.len() as u64,
            ..Verified::default()
        };
        let mut problems: Vec<StoreError> = Vec::new();
        let mut walk = walk::walk(view, heads.iter().flat_map(|(_, head)| head.things()));
        for found in walk.by_ref() {
            match found {
                Ok(found) => {
                    verified.objects += 1;
                    verified.bytes += found.bytes;
                }
                Err(why) => {
                    let hopeless = matches!(why, KeepError::Unusable(_));
                    problems.push(view.located(why));
                    if hopeless || problems.len() == TOLD {
                        break;
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut unreachable = Vec::new();
        let listed = view.sizes(|id, bytes| {
            if !walk.seen().contains(&id) {
                verified.unreachable_objects += 1;
                verified.unreachable_bytes += bytes;
                unreachable.push(id);
            }
        });
        listed.map_err(|why| vec![why])?;
        Ok((verified, unreachable))
    }

    fn shrink(&mut self, kept: Verified, unreachable: &[Hash]) -> Result<Collected, StoreError> {
        let file_before = self.file_bytes()?;
        self.guarded(|| {
            // In one commit: no object must ever be there without what it refers to.
            let transaction = self.begin()?;
            let mut objects = transaction.open_table(OBJECTS)?;
            for id in unreachable {
                objects.remove(id.0)?;
            }
            drop(objects);
            Ok(transaction.commit()?)
        })?;
        let Some(Access::Writing(database)) = &mut self.access else {
            unreachable!("a transaction was begun");
        };
        guarded(&self.file, || Ok(database.compact()?))?;
        let file_after = self.file_bytes()?;
        Ok(Collected {
            kept,
            file_before,
            file_after,
        })
    }

    fn file_bytes(&self) -> Result<u64, StoreError> {
        let found = std::fs::metadata(&self.file);
        let found = found.map_err(|error| self.refused(format!("the file is lost: {error}")))?;
        Ok(found.len())
    }
}
