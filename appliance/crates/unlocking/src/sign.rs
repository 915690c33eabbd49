//! Signing the record: what the room offers is what the signer has checked in the log.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{At, SessionId};
use bidroom_lock::{Lock, LockError, SignedStatement, Statement, StatementError, checkpoint_digest};
use bidroom_wire::{SignRecordMaterial, StatementBody};

use crate::PublishedRoom;
use crate::room::RoomNoteError;

/// Why a lock does not sign the record. Nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignRecordError {
    /// The room answers for another session.
    #[error("the room hands out material of session {named}; asked was for {asked}")]
    Session {
        /// The session it names.
        named: SessionId,
        /// The session asked for.
        asked: SessionId,
    },
    /// The room names another table than the log that was checked.
    #[error("the room names table {named}; the log that was checked has {seen}")]
    Record {
        /// The table it names.
        named: Sm3Digest,
        /// The table in the log.
        seen: Sm3Digest,
    },
    /// The checkpoint is not one of this lot's log, signed with both of the room's pinned keys.
    #[error("the checkpoint does not stand: {0}")]
    Checkpoint(String),
    /// The checkpoint is from before the end of the session, or covers what the signer has not checked.
    #[error(
        "the checkpoint of {signed:?} is over {size} entries; {seen} were checked, the session ended at {closed:?}"
    )]
    Elsewhere {
        /// When the room signed it.
        signed: At,
        /// How many entries it covers.
        size: u64,
        /// How many entries the signer has checked.
        seen: u64,
        /// When the session was closed.
        closed: At,
    },
    /// The lock did not sign.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl From<StatementError> for SignRecordError {
    fn from(error: StatementError) -> Self {
        Self::Lock(error.into())
    }
}

impl From<RoomNoteError> for SignRecordError {
    fn from(error: RoomNoteError) -> Self {
        Self::Checkpoint(error.to_string())
    }
}

/// What a signer has checked in the log.
#[derive(Debug, Clone, Copy)]
pub struct SeenRecord {
    /// SM3 of the table of opened bids.
    pub record: Sm3Digest,
    /// When the session was closed.
    pub closed: At,
    /// How many entries were checked.
    pub size: u64,
}

/// Signs the record, if what the room hands out is what was seen in the log.
///
/// # Errors
/// [`SignRecordError`].
pub fn sign_record(
    room: &PublishedRoom,
    material: &SignRecordMaterial,
    lock: &dyn Lock,
    seen: SeenRecord,
) -> Result<StatementBody, SignRecordError> {
    check_record(room, material, seen)?;
    let statement = Statement::SignRecord {
        session: room.session().to_string(),
        record: material.record,
        checkpoint: checkpoint_digest(material.checkpoint.as_bytes()),
    };
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    Ok(StatementBody { statement: Base64Bytes(signed.der().to_vec()) })
}

/// All that [`sign_record`] checks before it uses the lock.
///
/// # Errors
/// [`SignRecordError`].
pub fn check_record(
    room: &PublishedRoom,
    material: &SignRecordMaterial,
    seen: SeenRecord,
) -> Result<(), SignRecordError> {
    let asked = room.session();
    if material.session != asked {
        return Err(SignRecordError::Session { named: material.session.clone(), asked });
    }
    if material.record != seen.record {
        return Err(SignRecordError::Record { named: material.record, seen: seen.record });
    }
    let checkpoint = room.note(&material.checkpoint)?.checkpoint;
    if At(checkpoint.at) < seen.closed || checkpoint.size > seen.size {
        return Err(SignRecordError::Elsewhere {
            signed: At(checkpoint.at),
            size: checkpoint.size,
            seen: seen.size,
            closed: seen.closed,
        });
    }
    Ok(())
}
