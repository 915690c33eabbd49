//! Between events and the ledger's entries.

use bidroom_canon::CanonError;
use bidroom_domain::opening::{Event, EventError, State};
use bidroom_domain::{Actor as Party, At};
use bidroom_ledger::entry::{DiscloseError, Draft, DraftError, Entry, EntryError, draft};

use crate::error::{Fault, fault};
use crate::store::StoredEntry;

/// Why an event could not become an entry.
#[derive(Debug, thiserror::Error)]
pub enum DraftEventError {
    /// It cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It breaks a rule of entries.
    #[error(transparent)]
    Draft(#[from] DraftError),
}

/// Why a stored entry is not an event.
#[derive(Debug, thiserror::Error)]
pub enum ReadEventError {
    /// Not an entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// Its openings do not fit.
    #[error(transparent)]
    Disclose(#[from] DiscloseError),
    /// Not an event.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Not canonical.
    #[error(transparent)]
    Canon(#[from] CanonError),
}

/// Drafts the entry of an event. `salts` gives 32 fresh random bytes each time.
pub(crate) fn draft_event(
    event: &Event,
    by: &Party,
    at: At,
    salts: impl FnMut() -> [u8; 32],
) -> Result<Draft, DraftEventError> {
    let by = serde_json::to_value(by)?;
    Ok(draft(at.0, event.kind(), by, event.fields()?, &event.private_paths(), salts)?)
}

/// Reads a stored entry back: when, and the full event.
///
/// # Errors
/// [`ReadEventError`] if entry and openings are not what was appended.
pub fn event_of(stored: &StoredEntry) -> Result<(At, Event), ReadEventError> {
    let entry = Entry::parse(&stored.bytes)?;
    let disclosure = entry.disclose(&stored.openings)?;
    Ok((At(entry.at()), Event::from_parts(entry.kind(), disclosure.fields)?))
}

/// Folds stored entries.
///
/// # Errors
/// A [`Fault`] that names the damaged entry.
pub fn state_of(entries: &[StoredEntry]) -> Result<State, Fault> {
    let mut state = State::default();
    for (number, stored) in entries.iter().enumerate() {
        let (at, event) =
            event_of(stored).map_err(|error| fault(&format!("ledger entry {number}"), &error))?;
        state.apply(&event, at);
    }
    Ok(state)
}
