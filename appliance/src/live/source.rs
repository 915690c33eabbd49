//! Where the leaves that a viewer has not come from.

use std::sync::Arc;

use bidroom_domain::SessionId;

use crate::store::{Store, StoredEntry};

/// A checkpoint as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredNote {
    /// Number of leaves it is over.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// The store could not be read, or does not hold what it must.
#[derive(Debug, thiserror::Error)]
#[error("reading the log: {0}")]
pub(super) struct SourceFault(#[from] pub(super) Box<dyn core::error::Error + Send + Sync>);

/// The log of one session, as it is durably stored. Called outside of every lock of the hub, on threads that may
/// block.
pub(super) trait LeafSource: Send + Sync {
    /// The leaves `from..until`, in order; fewer where the log ends earlier.
    ///
    /// # Errors
    /// [`SourceFault`], if the store cannot be read.
    fn leaves(&self, from: u64, until: u64) -> Result<Vec<StoredEntry>, SourceFault>;

    /// The stored checkpoint with the smallest size that is at least `size`; none where no such one was signed.
    ///
    /// The room signs a checkpoint with each batch and keeps it, so frames of a long log can end at any of them.
    ///
    /// # Errors
    /// [`SourceFault`], if the store cannot be read.
    fn note_from(&self, size: u64) -> Result<Option<StoredNote>, SourceFault>;
}

/// The log of a session in the room's store.
pub(super) struct StoredLog {
    pub(super) store: Arc<Store>,
    pub(super) session: SessionId,
}

impl LeafSource for StoredLog {
    fn leaves(&self, from: u64, until: u64) -> Result<Vec<StoredEntry>, SourceFault> {
        let most = usize::try_from(until.saturating_sub(from)).unwrap_or(usize::MAX);
        self.store.entries(&self.session, from, most).map_err(|error| SourceFault(error.into()))
    }

    fn note_from(&self, size: u64) -> Result<Option<StoredNote>, SourceFault> {
        let found = self.store.note_from(&self.session, size).map_err(|error| SourceFault(error.into()))?;
        Ok(found.map(|(size, note)| StoredNote { size, note }))
    }
}
