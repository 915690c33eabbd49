//! Faults of the room: a device, a disk or the room's own consistency. Refusals are `domain`'s.

use std::io;
use std::path::Path;

use bidroom_custody::Problem;

use crate::store::StoreError;

/// Something of the room failed; nothing was changed unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Custody.
    #[error(transparent)]
    Custody(#[from] Problem),
    /// A disk has no room for a file.
    #[error("the disk is full: {what}")]
    Full {
        /// What was written.
        what: String,
    },
    /// Anything else that should not happen: what was done, and what went wrong. Never a secret.
    #[error("{what}: {why}")]
    Other {
        /// What was done.
        what: String,
        /// What went wrong.
        why: String,
    },
    /// The room is stopping.
    #[error("the room is stopping")]
    Stopping,
}

impl Fault {
    /// Whether no device of custody answers.
    pub const fn is_without_device(&self) -> bool {
        matches!(self, Self::Custody(Problem::Devices { .. }))
    }

    /// Whether a full disk is the cause: the likeliest fault, and one that people mend by themselves.
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Store(StoreError::Full) | Self::Custody(Problem::Full))
    }
}

/// Whether a write failed for want of room: on the disk, within a quota, or within the longest file there may be.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// What went wrong with a file or folder.
pub(crate) fn file_fault(path: &Path, error: &io::Error) -> Fault {
    let what = path.display().to_string();
    if is_full(error) { Fault::Full { what } } else { fault(&what, error) }
}

/// A fault with its place and reason.
pub(crate) fn fault(what: &str, why: &impl std::fmt::Display) -> Fault {
    Fault::Other { what: what.to_owned(), why: why.to_string() }
}
