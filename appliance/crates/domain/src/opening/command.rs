//! Commands: what somebody wants, in the imperative. Whoever makes a command has checked its signatures and digests.

use bidroom_canon::Sm3Digest;

use super::event::{
    BidOutcome, BodyFailed, BodyVerified, Fate, KeysPublished, LockTag, OfficersRedealt, ScheduleRow,
    SessionCreated,
};
use super::proposal::Remedy;
use super::trouble::Trouble;
use crate::{At, Bidder, CreditCode, Officer, StaffRole, evaluation};
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
    /// The bidder's lock opened a challenge.
    ProbeLock {
        /// Digest of the bid that is sealed to it.
        bid: Sm3Digest,
        /// SM3 of the encryption certificate.
        lock: Sm3Digest,
        /// Last four digits of its serial.
        lock_tail: String,
        /// SM3 of the signed challenge.
        challenge: Sm3Digest,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The bidder replaces the lock packages of its bid; the record was compared with the one that counts.
    ReplacePackages {
        /// Digest of the bid.
        bid: Sm3Digest,
        /// Digest of the new record.
        packages: Sm3Digest,
        /// Its version.
        version: u32,
        /// SM3 of the encryption certificates that are new in it, ascending.
        added: Vec<Sm3Digest>,
        /// SM3 of the signed record.
        record: Sm3Digest,
    },
    /// A device does not answer.
    LoseDevice {
        /// Which.
        device: String,
    },
    /// A device answers again.
    ReturnDevice {
        /// Which.
        device: String,
    },
    /// The clock of the room's machine was set.
    DoubtClock {
        /// Number of the step.
        step: u64,
        /// By how many milliseconds.
        millis: i64,
    },
    /// An officer confirms the time.
    ConfirmTime {
        /// Share index.
        index: u8,
        /// Number of the step.
        step: u64,
        /// The time that it confirms.
        said: At,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// An officer's lock opened a challenge.
    ProbeOfficer {
        /// Share index.
        index: u8,
        /// SM3 of the encryption certificate.
        lock: Sm3Digest,
        /// Last four digits of its serial.
        lock_tail: String,
        /// SM3 of the signed challenge.
        challenge: Sm3Digest,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// An officer gives its part so that the officers' key is dealt again.
    AgreeReplacement {
        /// Share index.
        index: u8,
        /// Version of the dealing to come.
        version: u32,
        /// All officers as they will be.
        officers: Vec<Officer>,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
        /// SM3 over the packages of the part.
        packages: Sm3Digest,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The room dealt the officers' key again.
    RedealOfficers(OfficersRedealt),
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
        /// By which remedy, where not with a lock to which the bid is sealed.
        remedy: Option<Remedy>,
    },
    /// Something went wrong while a bidder unlocked: the bidder says so of itself, or the room of its own faults.
    ReportTrouble {
        /// With whom.
        bidder: CreditCode,
        /// What.
        trouble: Trouble,
    },
    /// The host stops one bidder's window.
    HoldBidder {
        /// Whose.
        bidder: CreditCode,
        /// Why.
        reason: String,
    },
    /// The host lets it run on.
    ReleaseBidder {
        /// Whose.
        bidder: CreditCode,
    },
    /// The room gives one bidder back the time that a fault of its own took.
    MakeUpBidder {
        /// Who.
        bidder: CreditCode,
        /// Which fault.
        reason: String,
        /// Since when.
        since: At,
    },
    /// The host (or the room, for a fault of its own) stops the window's clock.
    StopClock {
        /// Why.
        reason: String,
    },
    /// The clock runs on.
    ResumeClock,
    /// The room gives all bidders back the time that a fault of its own took.
    MakeUpClock {
        /// Which fault.
        reason: String,
        /// Since when.
        since: At,
    },
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
    /// The supervisor agrees with a fate.
    AgreeFate {
        /// Whose.
        bidder: CreditCode,
        /// The decision it speaks of.
        decision: Sm3Digest,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The supervisor contests a fate.
    ContestFate {
        /// Whose.
        bidder: CreditCode,
        /// The decision it speaks of.
        decision: Sm3Digest,
        /// Why.
        reason: String,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// The bidder asks that the trustees give their parts of its lock share.
    AskRemedyKey {
        /// Attempt it is asked for.
        attempt: u32,
        /// The bid.
        bid: Sm3Digest,
        /// The lock that signed.
        lock: LockTag,
        /// Why.
        reason: String,
        /// SM3 of the signed request.
        statement: Sm3Digest,
    },
    /// The host allows a request.
    AllowRemedyKey {
        /// Whose.
        bidder: CreditCode,
        /// SM3 of the signed request.
        request: Sm3Digest,
        /// Why.
        reason: String,
    },
    /// The supervisor agrees with a request.
    AgreeRemedyKey {
        /// Whose.
        bidder: CreditCode,
        /// SM3 of the signed request.
        request: Sm3Digest,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// A trustee gives its part of a bidder's lock share.
    GiveRemedyPart {
        /// Whose lock share.
        bidder: CreditCode,
        /// Index of the trustee's part.
        index: u8,
        /// Attempt it is given for.
        attempt: u32,
        /// The bid.
        bid: Sm3Digest,
        /// SM3 of the signed request.
        request: Sm3Digest,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
        /// SM3 over the enveloped part's packages.
        packages: Sm3Digest,
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
    /// Something of the evaluation.
    Evaluate(Box<evaluation::Said>),
}

impl Command {
    /// The bidder a command is for, where it is a bidder's own.
    pub(crate) fn is_bidders_own(&self) -> bool {
        matches!(
            self,
            Self::StartBid { .. }
                | Self::ReceiveBid { .. }
                | Self::ProbeLock { .. }
                | Self::ReplacePackages { .. }
                | Self::WithdrawBid { .. }
                | Self::SignIn { .. }
                | Self::ReportLockMismatch { .. }
                | Self::CollectShare { .. }
                | Self::AskRemedyKey { .. }
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
