//! Every access to the database: what it says when it fails, and what it says instead of panicking.
//!
//! Enters: an access. Leaves: what it gives, or a worded error that names the file. Refuses to know:
//! what is accessed.
//!
//! The database trusts the pages of its file. Where one was damaged so that it looks like another,
//! it runs into assertions of its own. That is no bug of ours, and none of its own: it is a damaged
//! file, and told as such. Nothing but the database's own calls runs under this guard.

use super::StoreError;
use std::{
    any::Any,
    cell::Cell,
    io,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    path::Path,
    sync::Once,
};

thread_local! {
    /// Whether this thread is in the database.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics from being printed while a thread is in the database; all others are, as before.
fn keep_quiet_inside() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = take_hook();
        set_hook(Box::new(move |panic| {
            if !INSIDE.get() {
                print(panic);
            }
        }));
    });
}

/// Has the database do something.
pub(super) fn guarded<T>(
    file: &Path,
    access: impl FnOnce() -> Result<T, redb::Error>,
) -> Result<T, StoreError> {
    keep_quiet_inside();
    let outside = INSIDE.replace(true);
    let done = catch_unwind(AssertUnwindSafe(access));
    INSIDE.set(outside);
    let why = match done {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(why)) => worded(why),
        Err(panic) => format!("the file is damaged: {}", message(panic.as_ref())),
    };
    let place = file.to_owned();
    Err(StoreError { place, why })
}

/// Lets go of a part of the database, whatever state it is in.
pub(super) fn let_go<T>(file: &Path, part: T) {
    // What cannot be closed in order is found so by the next to open it.
    let _ = guarded(file, || {
        drop(part);
        Ok(())
    });
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the database cannot go on")
}

fn worded(why: redb::Error) -> String {
    match why {
        redb::Error::DatabaseAlreadyOpen => "the store is in use: it is already open".to_owned(),
        redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            "expected a store's file, found another one".to_owned()
        }
        redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the file is damaged: it ends too early".to_owned()
        }
        redb::Error::Corrupted(why) => format!("the file is damaged: {why}"),
        redb::Error::TableDoesNotExist(table) => {
            format!("the file is damaged: expected a table {table:?}, found none")
        }
        other => format!("the file cannot be used: {other}"),
    }
}
