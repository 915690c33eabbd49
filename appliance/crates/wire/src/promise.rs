//! What the room signs in answer to what it was told. Receipts are the ledger's.

use bidroom_canon::Sm3Digest;
use bidroom_domain::{At, SessionId};
use serde::{Deserialize, Serialize};

/// A signed answer of the room: canonical JSON in a GB/T 35275 SignedData.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format")]
pub enum RoomStatement {
    /// Something became events, or had happened already.
    #[serde(rename = "bidroom/acknowledgement/v1")]
    Acknowledgement(Acknowledgement),
    /// The room has read and checked a submission.
    #[serde(rename = "bidroom/submission-acknowledgement/v1")]
    Submission(SubmissionAcknowledgement),
}

/// The room's answer to everything that became an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// SM3 of the statement that caused it; none for a command of a logged-in host.
    pub acknowledged: Option<Sm3Digest>,
    /// When.
    pub at: At,
    /// Number of the first event's entry; none before the deadline, when the log's size is nobody's business.
    pub entry: Option<u64>,
    /// Kinds of the events.
    pub events: Vec<String>,
    /// The session.
    pub session: SessionId,
}

/// The room's answer to a submission: it was read and checked, and counts only once the content is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmissionAcknowledgement {
    /// When.
    pub at: At,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// Credit code of the bidder.
    pub bidder: String,
    /// Digest of the key-package record.
    pub packages: Sm3Digest,
    /// Sequence of the submission.
    pub sequence: u32,
    /// The session.
    pub session: SessionId,
}

impl RoomStatement {
    /// The session it is about.
    pub const fn session(&self) -> &SessionId {
        match self {
            Self::Acknowledgement(said) => &said.session,
            Self::Submission(said) => &said.session,
        }
    }

    /// The time it states.
    pub const fn at(&self) -> At {
        match self {
            Self::Acknowledgement(said) => said.at,
            Self::Submission(said) => said.at,
        }
    }
}
