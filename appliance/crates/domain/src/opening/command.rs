//! Commands: what somebody wants, in the imperative. Whoever makes a command has checked its signatures and digests.

use bidroom_canon::Sm3Digest;

use super::event::{
    BidOutcome, BodyFailed, BodyVerified, Fate, KeysPublished, LockTag, ScheduleRow, SessionCreated,
};
use crate::{Bidder, CreditCode, StaffRole};
use std::collections::BTreeMap;

/// A command to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The room imports a lot of a checked tender package.
    CreateSession(Box<SessionCreated>),
    /// The room publishes the keys it made.
    PublishKeys(KeysPublished),
    /// A bidder begins to send a bid; refused early what could not count.
    StartBid {
        /// Digest of the bid.
        bid: Sm3Digest,
        /// Sequence of the submission.
        sequence: u32,
        /// Digest of the bid it replaces.
        replaces: Option<Sm3Digest>,
    },
    /// A bid is wholly stored.
    ReceiveBid {
        /// Digest of the bid.
        bid: Sm3Digest,
        /// Digest of the key-package record.
        packages: Sm3Digest,
        /// Sequence of the submission.
        sequence: u32,
        /// Digest of the bid it replaces.
        replaces: Option<Sm3Digest>,
        /// Length in bytes.
        length: u64,
    },
    /// The bidder withdraws.
    WithdrawBid {
        /// Digest of the bid.
        bid: Sm3Digest,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The bidder signs in.
    SignIn {
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// Time went on: deadlines and windows take effect.
    Tick,
    /// An officer gives its share, which was checked against the published commitments.
    AuthoriseShare {
        /// Share index.
        index: u8,
        /// Last four digits of the lock's serial.
        lock_tail: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The host opens the unlock window.
    StartUnlock,
    /// A bidder's page found a lock to which the bid is not sealed.
    ReportLockMismatch {
        /// The lock that was present.
        present: LockTag,
        /// Tails of the locks it is sealed to.
        sealed_to: Vec<String>,
    },
    /// A lock share was checked against its commitment and is held.
    CollectShare {
        /// With which lock.
        lock: LockTag,
        /// Attempt.
        attempt: u32,
        /// Bid for which it was given.
        bid: Sm3Digest,
        /// SM3 of the signed consent.
        statement: Sm3Digest,
        /// SM3 over the packages.
        packages: Sm3Digest,
    },
    /// The host (or the room, for a fault of its own) stops the window's clock.
    StopClock {
        /// Why.
        reason: String,
    },
    /// The clock runs on.
    ResumeClock,
    /// The host ends collecting.
    CloseUnlock,
    /// The room opened the fixed bids.
    RecordOpening {
        /// Outcome of each bid of the roster.
        outcomes: Vec<BidOutcome>,
        /// Digest of the table.
        table: Sm3Digest,
        /// Schedules by roster number.
        rows: BTreeMap<u32, ScheduleRow>,
    },
    /// The room verified a body.
    RecordBody(Result<BodyVerified, BodyFailed>),
    /// The host decides the fate of a bid that was not unlocked.
    AttributeBid {
        /// Whose.
        bidder: CreditCode,
        /// Its fate.
        fate: Fate,
        /// Why.
        reason: String,
    },
    /// The host has the row with this number read aloud.
    AnnounceBid {
        /// Roster number.
        number: u32,
    },
    /// The host ends the reading.
    FinishAnnouncing,
    /// The bidder confirms the record.
    ConfirmRecord {
        /// Digest of the table it confirms.
        record: Sm3Digest,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The bidder objects.
    RaiseObjection {
        /// Digest of the table it objects to.
        record: Sm3Digest,
        /// What it says.
        text: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The host answers.
    AnswerObjection {
        /// Number of the objection.
        objection: u32,
        /// The answer.
        text: String,
    },
    /// The host closes the opening.
    CloseSession,
    /// A member of staff signs the record.
    SignRecord {
        /// Digest of the table it signs.
        record: Sm3Digest,
        /// Last four digits of the lock's serial.
        lock_tail: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The host records why nobody signs in a role.
    RecordAbsence {
        /// The role.
        role: StaffRole,
        /// Why.
        reason: String,
    },
}

impl Command {
    /// The bidder a command is for, where it is a bidder's own.
    pub(crate) fn is_bidders_own(&self) -> bool {
        matches!(
            self,
            Self::StartBid { .. }
                | Self::ReceiveBid { .. }
                | Self::WithdrawBid { .. }
                | Self::SignIn { .. }
                | Self::ReportLockMismatch { .. }
                | Self::CollectShare { .. }
                | Self::ConfirmRecord { .. }
                | Self::RaiseObjection { .. }
        )
    }
}

/// The bidder behind an actor, if it is one.
pub(crate) fn bidder_of(by: &crate::Actor) -> Option<Bidder> {
    match by {
        crate::Actor::Bidder { code, name } => Some(Bidder { code: code.clone(), name: name.clone() }),
        _ => None,
    }
}
