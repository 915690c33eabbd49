//! Why something asked of a room did not happen.

use bidroom_lock::LockError;
use bidroom_unlocking::{
    ActError, AuthoriseError, GiveShareError, ProbeError, PromiseError, RemedyError, RemedyKeyError,
    ReplaceError, RewrapError, SignRecordError,
};
use bidroom_wire::ApiError;
use bidroom_wire::text::Sentence;

use super::{FollowError, UploadError};

/// Why something asked of a room did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server's address cannot be used.
    #[error("the address {address:?}: {why}")]
    Address {
        /// What was given.
        address: String,
        /// Why.
        why: String,
    },
    /// The certificates to trust cannot be read, or TLS cannot be set up.
    #[error("TLS: {0}")]
    Tls(String),
    /// The room was not reached, or the connection broke.
    #[error("{what}: {why}")]
    Network {
        /// What was asked.
        what: &'static str,
        /// Why.
        why: String,
        /// Whether the connection was never made: then the room has seen nothing.
        unsent: bool,
    },
    /// The room said no; its sentences are for people.
    #[error("{error}")]
    Api {
        /// HTTP status.
        status: u16,
        /// What the room said.
        error: Box<ApiError>,
        /// Seconds after which to try again, where the room says so.
        retry_after: Option<u64>,
    },
    /// The answer cannot be understood.
    #[error("{what}: the answer (status {status}) cannot be read: {why}")]
    Answer {
        /// What was asked.
        what: &'static str,
        /// HTTP status.
        status: u16,
        /// Why.
        why: String,
    },
    /// The room that answers is not the one whose lock statement was to be signed.
    #[error("the room calls itself {named:?}; the publication names {expected:?}")]
    OtherRoom {
        /// What it calls itself.
        named: String,
        /// What it should.
        expected: String,
    },
    /// What the room signed does not stand.
    #[error(transparent)]
    Promise(#[from] PromiseError),
    /// The lock gives no share.
    #[error(transparent)]
    GiveShare(#[from] GiveShareError),
    /// The kept share is not given.
    #[error(transparent)]
    Remedy(#[from] RemedyError),
    /// The trustee's part is not given.
    #[error(transparent)]
    RemedyKey(#[from] RemedyKeyError),
    /// The lock was not one the bid is sealed to; the room has recorded that.
    #[error("{0}")]
    WrongLockRecorded(GiveShareError),
    /// The lock gives no officer's part.
    #[error(transparent)]
    Authorise(#[from] AuthoriseError),
    /// The room's checkpoint, over which an act of the evaluation is signed, does not stand.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The lock does not sign the record.
    #[error(transparent)]
    SignRecord(#[from] SignRecordError),
    /// The lock does not answer a challenge.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The officer's lock does not agree to a replacement.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// No new key packages are made.
    #[error(transparent)]
    Rewrap(#[from] RewrapError),
    /// The lock did not sign.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The bid was not sent.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// The log does not stand.
    #[error(transparent)]
    Follow(#[from] FollowError),
}

impl ClientError {
    /// What people are told where the room, a lock or what the room said speaks for itself; none for troubles of the
    /// connection.
    pub fn sentence(&self) -> Option<Sentence> {
        match self {
            Self::Api { error, .. } => Some(error.sentence.clone()),
            Self::GiveShare(error) => Some(error.sentence()),
            Self::Remedy(error) => Some(error.sentence()),
            Self::RemedyKey(error) => Some(error.sentence()),
            Self::Authorise(error) => Some(error.sentence()),
            Self::Act(error) => Some(error.sentence()),
            Self::SignRecord(error) => Some(error.sentence()),
            Self::Probe(error) => Some(error.sentence()),
            Self::Replace(error) => Some(error.sentence()),
            Self::Rewrap(error) => Some(error.sentence()),
            Self::Promise(error) => Some(error.sentence()),
            _ => None,
        }
    }

    /// The stable code of the room's refusal, if it is one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api { error, .. } => Some(&error.code),
            _ => None,
        }
    }
}
