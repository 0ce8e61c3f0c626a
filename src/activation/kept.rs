//! A run that waits, as a value.
//!
//! Enters: a VM between two activations. Leaves: all that it keeps, so that another VM can take
//! its place. Refuses to know: what the run waits for.

use super::engine::{Image, Vm};
use super::references::References;
use super::session::Session;
use crate::deviation::{Deviation, deviates};
use crate::limits::PAGE_BYTES;
use crate::state::hash::Hash;
use std::sync::{Arc, LazyLock};

/// The hash of a page of nothing but zeros.
static EMPTY_PAGE: LazyLock<Hash> = LazyLock::new(|| Hash::plain(&[0; PAGE_BYTES]));

/// What a run keeps from one activation to the next.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// What WebAssembly keeps: memory, globals, tables, dropped segments.
    pub image: Image,
    /// The plain hashes of the image's pages.
    pub page_hashes: Vec<Hash>,
    /// The table of references (`REF-2`).
    pub references: References,
}

impl Kept {
    /// The pages that are not all zeros: their positions, and their hashes.
    pub fn written_pages(&self) -> impl Iterator<Item = (usize, Hash)> {
        let pages = self.page_hashes.iter().copied().enumerate();
        pages.filter(|(_, hash)| *hash != *EMPTY_PAGE)
    }

    /// How much is kept one by one, the module's segments apart (`TICK-7`).
    pub fn entries(&self) -> u64 {
        let elements: usize = self.image.tables.iter().map(Vec::len).sum();
        let references = match deviates(Deviation::KeptReferencesAreFree) {
            true => 0,
            false => self.references.count(),
        };
        (references + elements + self.image.globals.len()) as u64
    }

    /// What the VM keeps. What is as it was in `last` is shared with it.
    pub fn of(vm: &Vm<Session>, last: &Kept) -> Kept {
        let image = vm.image(&last.image);
        let hash = |(at, page): (usize, &Arc<[u8]>)| {
            let known = last.image.pages.get(at);
            if known.is_some_and(|known| Arc::ptr_eq(known, page)) {
                last.page_hashes[at]
            } else if Image::is_empty_page(page) {
                *EMPTY_PAGE
            } else {
                Hash::plain(page)
            }
        };
        let page_hashes = image.pages.iter().enumerate().map(hash).collect();
        Kept {
            page_hashes,
            references: vm.host().references().clone(),
            image,
        }
    }
}

/// A run that waits.
pub struct Sleeper {
    /// What the run keeps.
    pub kept: Arc<Kept>,
    /// The VM itself, as long as it is at hand: it saves restoring one.
    live: Option<Box<Vm<Session>>>,
}

impl Sleeper {
    /// Puts a VM to sleep. `last` is what it kept when it last slept.
    pub fn new(vm: Box<Vm<Session>>, last: &Kept) -> Sleeper {
        Sleeper {
            kept: Arc::new(Kept::of(&vm, last)),
            live: Some(vm),
        }
    }

    /// A run of which only the value is at hand.
    pub fn restored(kept: Arc<Kept>) -> Sleeper {
        Sleeper { kept, live: None }
    }

    /// The VM, unless it is gone. It can be taken once.
    pub fn take_live(&mut self) -> Option<Box<Vm<Session>>> {
        self.live.take()
    }
}

/// The copy has no VM of its own.
impl Clone for Sleeper {
    fn clone(&self) -> Sleeper {
        Sleeper::restored(self.kept.clone())
    }
}
