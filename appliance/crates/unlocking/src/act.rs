//! Acts of the evaluation: what somebody is to sign, over a checkpoint of this very lot's log.

use bidroom_canon::{Sm3Digest, from_json, to_canonical};
use bidroom_lock::{Statement, checkpoint_digest};
use serde_json::Value;

use crate::PublishedRoom;

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The room's checkpoint does not stand.
    #[error("the checkpoint does not stand: {0}")]
    Checkpoint(String),
    /// What is to be done is not the canonical JSON of a command.
    #[error("the act cannot be read: {0}")]
    Unreadable(String),
}

/// Who acts, and how it signs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActedBy {
    /// Index of the member of the committee; none for everybody else.
    pub member: Option<u8>,
    /// SM3 of the picture of its signature by hand, where there is one.
    pub handwriting: Option<Sm3Digest>,
}

/// The statement of an act, over the checkpoint that its signer has seen.
///
/// # Errors
/// [`ActError::Checkpoint`] if `note` is no checkpoint of this lot's log under both pinned keys of the room.
pub fn act_statement(
    room: &PublishedRoom,
    note: &str,
    by: ActedBy,
    act: Value,
) -> Result<Statement, ActError> {
    room.note(note).map_err(|error| ActError::Checkpoint(error.to_string()))?;
    Ok(Statement::Evaluate {
        session: room.session().to_string(),
        member: by.member,
        checkpoint: checkpoint_digest(note.as_bytes()),
        handwriting: by.handwriting,
        act,
    })
}

/// The statement of an act that a page asks a lock for, its command as canonical JSON.
///
/// # Errors
/// [`ActError`].
pub fn read_act(room: &PublishedRoom, note: &str, act: &str) -> Result<Statement, ActError> {
    let unreadable = |error: &dyn core::fmt::Display| ActError::Unreadable(error.to_string());
    let value: Value = from_json(act).map_err(|error| unreadable(&error))?;
    let again = to_canonical(&value).map_err(|error| unreadable(&error))?;
    if again != act.as_bytes() {
        return Err(ActError::Unreadable("it is not canonical".to_owned()));
    }
    act_statement(room, note, ActedBy::default(), value)
}
