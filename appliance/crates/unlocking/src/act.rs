//! Acts of the evaluation: what somebody is to sign, over a checkpoint of this very lot's log.

use bidroom_canon::Sm3Digest;
use bidroom_lock::{Statement, checkpoint_digest};
use serde_json::Value;

use crate::PublishedRoom;

/// The room's checkpoint does not stand: nothing was signed.
#[derive(Debug, thiserror::Error)]
#[error("the checkpoint does not stand: {0}")]
pub struct ActError(String);

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
/// [`ActError`] if `note` is no checkpoint of this lot's log under both pinned keys of the room.
pub fn act_statement(
    room: &PublishedRoom,
    note: &str,
    by: ActedBy,
    act: Value,
) -> Result<Statement, ActError> {
    room.note(note).map_err(|error| ActError(error.to_string()))?;
    Ok(Statement::Evaluate {
        session: room.session().to_string(),
        member: by.member,
        checkpoint: checkpoint_digest(note.as_bytes()),
        handwriting: by.handwriting,
        act,
    })
}
