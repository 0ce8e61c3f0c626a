//! The store: states on disk, by hash, and under names.
//!
//! Enters: a directory; objects and heads. Leaves: the same, after every crash as of the last commit;
//! or an error that names the file. Refuses to know: what objects mean: whoever reads them checks
//! them ([`crate::state::stored`]), and what keeps a head's player going.
//!
//! The directory has one file, a database of redb with three tables: the version of this layout, objects
//! by hash, and heads by name. A commit is atomic and durable, and keeps what reopening needs to
//! know, so that a killed process costs the next one nothing.

mod batch;
mod collect;
mod guard;
mod head;
mod view;

pub use batch::Batch;
pub use collect::{Collected, Verified};
pub use head::{Also, Head};
pub use view::View;

use crate::state::keep::KeepError;
use guard::{guarded, let_go};
use redb::{
    Builder, Database, DatabaseError, Durability, ReadOnlyDatabase, ReadTransaction,
    ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition, TableError,
    WriteTransaction,
};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// The version of the layout.
const VERSION: u64 = 1;
/// The name of the file in the store's directory.
pub const FILE: &str = "objects.redb";
/// Bytes of the file that are held in memory.
const CACHE_BYTES: usize = 128 << 20;

const LAYOUT: TableDefinition<&str, u64> = TableDefinition::new("primea store");
const OBJECTS: TableDefinition<[u8; 32], &[u8]> = TableDefinition::new("objects");
const HEADS: TableDefinition<&str, &[u8]> = TableDefinition::new("heads");

/// Why a store does not do what it is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreError {
    /// The store's directory or file.
    pub place: PathBuf,
    /// What is wrong, in words.
    pub why: String,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place.display(), self.why)
    }
}

impl std::error::Error for StoreError {}

impl StoreError {
    fn into_keep(self) -> KeepError {
        KeepError::Unusable(self.to_string())
    }
}

/// Who else may have the store open.
enum Access {
    /// Nobody.
    Writing(Database),
    /// Others that read.
    Reading(ReadOnlyDatabase),
}

/// An open store.
pub struct Store {
    /// There until the store is dropped.
    access: Option<Access>,
    file: PathBuf,
}

impl Store {
    /// Opens a store to write to it, and makes it if there is none: the directory must then be
    /// empty, or missing.
    pub fn create(directory: &Path) -> Result<Store, StoreError> {
        let refused = |why: String| StoreError {
            place: directory.to_owned(),
            why,
        };
        fs::create_dir_all(directory)
            .map_err(|error| refused(format!("the directory cannot be made: {error}")))?;
        let file = directory.join(FILE);
        if !file.exists() {
            let mut entries = fs::read_dir(directory)
                .map_err(|error| refused(format!("the directory cannot be read: {error}")))?;
            if entries.next().is_some() {
                return Err(refused(format!(
                    "expected a store or an empty directory, found one without {FILE}"
                )));
            }
        }
        let database = guarded(&file, || Ok(builder().create(&file)?))?;
        let store = Store::of(Access::Writing(database), file);
        store.lay_out()?;
        store.check_layout()?;
        Ok(store)
    }

    /// Opens a store to write to it.
    pub fn open(directory: &Path) -> Result<Store, StoreError> {
        let file = file_in(directory)?;
        let database = guarded(&file, || Ok(builder().open(&file)?))?;
        let store = Store::of(Access::Writing(database), file);
        store.check_layout()?;
        Ok(store)
    }

    /// Opens a store that nobody writes to. Any number of readers can have it open.
    pub fn read(directory: &Path) -> Result<Store, StoreError> {
        let file = file_in(directory)?;
        let open = || builder().open_read_only(&file);
        let database = guarded(&file, || match open() {
            // Nobody closed it after its last writer, and a reader may not do that.
            Err(DatabaseError::RepairAborted) => {
                drop(builder().open(&file)?);
                Ok(open()?)
            }
            opened => Ok(opened?),
        })?;
        let store = Store::of(Access::Reading(database), file);
        store.check_layout()?;
        Ok(store)
    }

    fn of(access: Access, file: PathBuf) -> Store {
        let access = Some(access);
        Store { access, file }
    }

    /// Gives a database without any tables those of a store.
    fn lay_out(&self) -> Result<(), StoreError> {
        self.guarded(|| {
            let transaction = self.begin()?;
            if transaction.list_tables()?.next().is_none() {
                transaction.open_table(LAYOUT)?.insert("version", VERSION)?;
                transaction.open_table(OBJECTS)?;
                transaction.open_table(HEADS)?;
                transaction.commit()?;
            }
            Ok(())
        })
    }

    /// Whether the layout is the one that is known here.
    fn check_layout(&self) -> Result<(), StoreError> {
        let found = self.guarded(|| match self.begin_read()?.open_table(LAYOUT) {
            Ok(table) => {
                let version = table.get("version")?.map(|version| version.value());
                Ok(Some(version))
            }
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(why) => Err(why.into()),
        })?;
        let why = match found {
            Some(Some(VERSION)) => return Ok(()),
            Some(Some(found)) => {
                format!("expected a store of version {VERSION}, found version {found}")
            }
            Some(None) => "expected a store with a version, found none".to_owned(),
            None => "expected a store, found another database".to_owned(),
        };
        Err(self.refused(why))
    }

    /// The file that the store is in.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn refused(&self, why: impl Into<String>) -> StoreError {
        let (place, why) = (self.file.clone(), why.into());
        StoreError { place, why }
    }

    fn guarded<T>(&self, access: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, StoreError> {
        guarded(&self.file, access)
    }

    fn access(&self) -> &Access {
        self.access.as_ref().expect("it is not dropped yet")
    }

    fn begin_read(&self) -> Result<ReadTransaction, redb::Error> {
        Ok(match self.access() {
            Access::Writing(database) => database.begin_read()?,
            Access::Reading(database) => database.begin_read()?,
        })
    }

    /// Begins a transaction whose commit is durable.
    fn begin(&self) -> Result<WriteTransaction, redb::Error> {
        let Access::Writing(database) = self.access() else {
            unreachable!("who writes asked whether it can be");
        };
        let mut transaction = database.begin_write()?;
        transaction.set_quick_repair(true);
        transaction
            .set_durability(Durability::Immediate)
            .expect("no savepoint forbids it");
        Ok(transaction)
    }

    /// Whether the store is open for writing.
    fn check_writing(&self) -> Result<(), StoreError> {
        match self.access() {
            Access::Writing(_) => Ok(()),
            Access::Reading(_) => Err(self.refused("expected a store that is open for writing")),
        }
    }

    /// The store as of the last commit.
    pub fn view(&self) -> Result<View, StoreError> {
        let (objects, named, counted) = self.guarded(|| {
            let transaction = self.begin_read()?;
            let heads = transaction.open_table(HEADS)?;
            let mut named = Vec::new();
            for entry in heads.iter()? {
                let (name, bytes) = entry?;
                named.push((name.value().to_owned(), bytes.value().to_vec()));
            }
            Ok((transaction.open_table(OBJECTS)?, named, heads.len()?))
        })?;
        if named.len() as u64 != counted {
            let found = named.len();
            return Err(self.refused(format!(
                "the file is damaged: expected {counted} heads, found {found}"
            )));
        }
        Ok(View::new(objects, named, self.file.clone()))
    }

    /// Has objects and heads put, and commits all of them, or, after an error, none.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Batch) -> Result<T, E>,
    ) -> Result<T, E> {
        self.check_writing()?;
        let transaction = self.guarded(|| self.begin())?;
        let done = self.fill(&transaction, work);
        let Ok(done) = done else {
            let_go(&self.file, transaction);
            return done;
        };
        self.guarded(|| Ok(transaction.commit()?))?;
        Ok(done)
    }

    fn fill<T, E: From<StoreError>>(
        &self,
        transaction: &WriteTransaction,
        work: impl FnOnce(&mut Batch) -> Result<T, E>,
    ) -> Result<T, E> {
        let (objects, heads) = self.guarded(|| {
            let objects = transaction.open_table(OBJECTS)?;
            Ok((objects, transaction.open_table(HEADS)?))
        })?;
        let mut batch = Batch::new(objects, heads, &self.file);
        let done = work(&mut batch)?;
        batch.finish()?;
        Ok(done)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let_go(&self.file, self.access.take());
    }
}

/// The file of the store in a directory.
fn file_in(directory: &Path) -> Result<PathBuf, StoreError> {
    let file = directory.join(FILE);
    if file.is_file() {
        return Ok(file);
    }
    let place = directory.to_owned();
    let why = if directory.is_dir() {
        format!("expected a store, found a directory without {FILE}")
    } else {
        "expected the directory of a store, found none".to_owned()
    };
    Err(StoreError { place, why })
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}
