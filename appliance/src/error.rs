//! Faults of the room: a device, a disk or the room's own consistency. Refusals are `domain`'s.

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

/// A fault with its place and reason.
pub(crate) fn fault(what: &str, why: &impl std::fmt::Display) -> Fault {
    Fault::Other { what: what.to_owned(), why: why.to_string() }
}
