//! The archive of a session: everything anybody needs to check the opening later, in one file.
//!
//! Owns the choice of what goes in for which readers. The container is the ledger's, the table of contents the
//! verifier's; `docs/archive.md` specifies both. **Architecture invariant.** Nothing is exported before the deadline,
//! and no key share ever: what is there proves what was sealed and what was opened without opening anything.

mod cli;
mod collect;
mod sentence;
mod write;

use std::path::{Path, PathBuf};

use bidroom_domain::{ReaderClass, SessionId};
use bidroom_ledger::archive::WriteError;

use crate::error::Fault;
use crate::room::state_of;
use crate::store::{Store, StoreError};

pub use cli::{ExportArguments, VerifyArguments, read_trust, run_export, run_verify, text_of};

/// What an archive is to contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// For whom it is made.
    pub readers: ReaderClass,
    /// Whether sealed contents go in; they can be many gigabytes.
    pub with_bodies: bool,
}

/// Why an archive was not written. No file stands under its name then.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// No such session.
    #[error("there is no session {0}")]
    Unknown(SessionId),
    /// Before the deadline nothing of a log leaves the room.
    #[error("the deadline of {0} has not passed; nothing is exported before it")]
    TooEarly(SessionId),
    /// The newest entries have no signed checkpoint yet.
    #[error("the checkpoint over all {size} entries is not signed yet; try again when custody answers")]
    Unsigned {
        /// How many entries there are.
        size: u64,
    },
    /// A record that an entry names is not there.
    #[error("the store lacks {name}, which an entry names")]
    Missing {
        /// Its name in the archive.
        name: String,
    },
    /// The log cannot be shown.
    #[error("entry {index}: {what}")]
    Entry {
        /// Which.
        index: u64,
        /// Why not.
        what: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The room.
    #[error(transparent)]
    Room(#[from] Fault),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The container.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The table of contents.
    #[error("the table of contents: {0}")]
    Index(#[from] bidroom_canon::CanonError),
}

/// Writes the archive of `session` to `out`: wholly and durably, or not at all.
///
/// # Errors
/// [`ExportError`].
pub fn export(store: &Store, session: &SessionId, options: Options, out: &Path) -> Result<(), ExportError> {
    let entries = store.entries(session, 0, usize::MAX)?;
    if entries.is_empty() {
        return Err(ExportError::Unknown(session.clone()));
    }
    let state = state_of(&entries)?;
    // The roster, or the refusal, is of the deadline's own batch; who may know what depends on it.
    if state.deadline_passed.is_none() || state.phase <= bidroom_domain::opening::Phase::Receive {
        return Err(ExportError::TooEarly(session.clone()));
    }
    let members = collect::members(store, session, options, &entries, &state)?;
    write::write(session, options.readers, members, out)
}
