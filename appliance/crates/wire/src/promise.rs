//! What the room signs in answer to what it was told. Receipts are the ledger's.

use bidroom_canon::Sm3Digest;
use bidroom_domain::{At, SessionId};
use serde::{Deserialize, Serialize};

/// A signed answer of the room: canonical JSON in a GB/T 35275 SignedData.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", deny_unknown_fields)]
pub enum RoomStatement {
    /// Something became events, or had happened already.
    #[serde(rename = "bidroom/acknowledgement/v1")]
    Acknowledgement {
        /// SM3 of the statement that caused it; none for a command of a logged-in host.
        acknowledged: Option<Sm3Digest>,
        /// When.
        at: At,
        /// Number of the first event's entry; none before the deadline, when the log's size is nobody's business.
        entry: Option<u64>,
        /// Kinds of the events.
        events: Vec<String>,
        /// The session.
        session: SessionId,
    },
    /// The room has read and checked a submission; it counts only once the content is complete.
    #[serde(rename = "bidroom/submission-acknowledgement/v1")]
    Submission {
        /// When.
        at: At,
        /// Digest of the bid.
        bid: Sm3Digest,
        /// Credit code of the bidder.
        bidder: String,
        /// Digest of the key-package record.
        packages: Sm3Digest,
        /// Sequence of the submission.
        sequence: u32,
        /// The session.
        session: SessionId,
    },
}

impl RoomStatement {
    /// The session it is about.
    pub const fn session(&self) -> &SessionId {
        match self {
            Self::Acknowledgement { session, .. } | Self::Submission { session, .. } => session,
        }
    }

    /// The time it states.
    pub const fn at(&self) -> At {
        match self {
            Self::Acknowledgement { at, .. } | Self::Submission { at, .. } => *at,
        }
    }
}
