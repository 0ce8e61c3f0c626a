//! Reading a waiting run.
//!
//! Enters: a run's object id, and the program that it runs. Leaves: the run, as a value that an
//! instance of the program can take on, or why none can. Refuses to know: whose run it is.

use super::{Loader, WaitingRun};
use crate::{
    activation::{
        Program,
        engine::{GlobalImage, Image, Page},
        kept::{Kept, Sleeper},
        references::{LocalMessage, References, Referent},
    },
    limits,
    module::{Pass, ValueType},
    state::{
        hash::Hash,
        keep::{Keep, KeepError},
        kinds::Kind,
        name::Name,
        objects::{ReferenceObject, RunObject},
        stored,
        trie::Trie,
    },
};
use std::sync::Arc;

impl<S: Keep> Loader<'_, S> {
    /// The waiting run with this object id, which an instance of `program` goes on with.
    pub fn run(&mut self, id: Hash, program: &Program) -> Result<WaitingRun, KeepError> {
        let object: RunObject = stored::object(self.keep, id)?;
        let wrong = |why: String| KeepError::damaged(Kind::Run.name(), id, why);
        let page_hashes = self.page_hashes(&object, id)?;
        let pages = page_hashes.iter().map(|hash| self.page(*hash));
        let image = Image {
            pages: pages.collect::<Result<_, _>>()?,
            globals: object
                .globals
                .iter()
                .map(|global| GlobalImage {
                    index: global.index,
                    ty: ValueType::from_binary_code(global.ty).expect("it was checked"),
                    bits: global.bits,
                })
                .collect(),
            tables: object.tables,
            dropped_data: object.dropped_data,
            dropped_elements: object.dropped_elements,
        };
        if !program.accepted().can_wait() {
            return Err(wrong("expected code that can wait, found other".to_owned()));
        }
        let prepared = program.prepared(Pass::Exact);
        image.fits(prepared).map_err(wrong)?;
        let instance = program.try_instance();
        instance.map_err(|fault| {
            wrong(format!(
                "expected code of which there can be an instance, found {fault}"
            ))
        })?;
        if object.references.len() > limits::RUN_REFERENCES {
            return Err(wrong(
                "expected fewer references, found more than a run may have".to_owned(),
            ));
        }
        let references = object.references.into_iter();
        let referents = references.map(|reference| self.referent(reference));
        let kept = Kept {
            image,
            page_hashes,
            references: References::of(referents.collect::<Result<_, _>>()?),
        };
        Ok(WaitingRun {
            sleeper: Sleeper::restored(Arc::new(kept)),
            deadline: object.deadline,
            callback: object.callback,
            ticks: object.ticks,
            object_id: id,
        })
    }

    /// The hashes of the pages, in order.
    fn page_hashes(&self, object: &RunObject, run: Hash) -> Result<Vec<Hash>, KeepError> {
        let list: Trie<u64, Hash> = Trie::load(self.keep, object.memory.root, &mut |key, hash| {
            let position = key.try_into().map(u64::from_be_bytes);
            let position = position
                .map_err(|_| KeepError::damaged(Kind::Run.name(), run, "a page has no number"))?;
            Ok((position, hash))
        })?;
        let positions = 0..u64::from(object.memory.pages);
        let hashes = positions.map(|position| list.get(&position).copied());
        match hashes.collect::<Option<Vec<Hash>>>() {
            Some(hashes) if hashes.len() as u64 == list.len() => Ok(hashes),
            _ => {
                let pages = object.memory.pages;
                let why = format!("expected the pages from 0 to {pages}, found others");
                Err(KeepError::damaged(Kind::Run.name(), run, why))
            }
        }
    }

    fn page(&mut self, hash: Hash) -> Result<Page, KeepError> {
        if let Some(page) = self.pages.get(&hash) {
            return Ok(page.clone());
        }
        let page: Page = stored::raw(self.keep, "page", hash)?.into();
        if page.len() != limits::PAGE_BYTES {
            let (expected, found) = (limits::PAGE_BYTES, page.len());
            return Err(KeepError::damaged(
                "page",
                hash,
                format!("expected {expected} bytes, found {found}"),
            ));
        }
        self.pages.insert(hash, page.clone());
        Ok(page)
    }

    fn referent(&mut self, object: ReferenceObject) -> Result<Option<Referent>, KeepError> {
        Ok(match object {
            ReferenceObject::Deleted => None,
            ReferenceObject::Message { message, tag } => {
                let message = self.message(message)?;
                Some(Referent::Message(LocalMessage::of(&message, tag)))
            }
            ReferenceObject::Capability(capability) => Some(Referent::Capability(capability)),
            ReferenceObject::Store(key) => Some(Referent::Store(Name::from(&key[..]))),
        })
    }
}
