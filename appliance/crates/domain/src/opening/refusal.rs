//! Refusals: a rule said no, and which one. Nothing was changed.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::state::Phase;
use crate::{At, CreditCode, StaffRole, evaluation};

/// Why a command is refused. Each says enough to write the sentence people read; clauses come from the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The actor has not the role this needs.
    #[error("the actor's role does not allow this")]
    NotYourRole,
    /// The step belongs to another phase.
    #[error("not possible in phase {phase:?}")]
    WrongPhase {
        /// The phase the session is in.
        phase: Phase,
    },
    /// The session was already created.
    #[error("the session exists already")]
    SessionExists,
    /// The deadline of the imported package has passed.
    #[error("the deadline {deadline:?} has passed already")]
    DeadlineInPast {
        /// The deadline.
        deadline: At,
    },
    /// The policy asks for a standby device and there is none.
    #[error("the policy asks for a standby device")]
    StandbyMissing {
        /// Clause.
        clause: String,
    },
    /// The tender package's figures do not fit together.
    #[error("the lot's facts do not fit together: {what}")]
    UnusableLot {
        /// What is wrong.
        what: String,
    },
    /// Arrived after the deadline.
    #[error("arrived {late_millis} ms after the deadline")]
    TooLate {
        /// The deadline.
        deadline: At,
        /// When it arrived.
        arrived: At,
        /// By how much, in milliseconds.
        late_millis: i64,
        /// Clause.
        clause: String,
    },
    /// Not the digest of the bid that stands.
    #[error("does not replace the bid that stands")]
    StaleReplacement {
        /// Digest of the bid that stands, if any.
        standing: Option<Sm3Digest>,
        /// Its sequence.
        sequence: u32,
    },
    /// This very bid is stored already.
    #[error("this bid was received already")]
    AlreadyReceived {
        /// When.
        at: At,
    },
    /// No bid stands for this bidder.
    #[error("no bid of this bidder stands")]
    NoBid,
    /// Sign-in is not open.
    #[error("sign-in is open from {opens:?} to {closes:?}")]
    SignInClosed {
        /// From.
        opens: At,
        /// Until.
        closes: At,
    },
    /// The bidder signed in before.
    #[error("signed in already at {at:?}")]
    AlreadySignedIn {
        /// When.
        at: At,
    },
    /// The opening time has not come.
    #[error("the opening time {opening:?} has not come")]
    TooEarly {
        /// Opening time.
        opening: At,
        /// Now.
        now: At,
    },
    /// Fewer bidders than the statutory number: no opening, and no way to force it.
    #[error("{bidders} bidders, at least {minimum} needed")]
    TooFewBidders {
        /// How many.
        bidders: u32,
        /// How many are needed.
        minimum: u32,
        /// Clause.
        clause: String,
    },
    /// No such officer.
    #[error("no officer holds share {index}")]
    UnknownOfficer {
        /// Share index.
        index: u8,
    },
    /// The same officer twice.
    #[error("officer {name} authorised already")]
    AlreadyAuthorised {
        /// Who.
        name: String,
        /// When.
        at: At,
    },
    /// Not enough officers yet.
    #[error("{authorised} of {needed} officers authorised")]
    TooFewOfficers {
        /// So many did.
        authorised: u32,
        /// So many are needed.
        needed: u32,
        /// Clause.
        clause: String,
    },
    /// The room's clock was set and not enough officers have confirmed the time since.
    #[error("the room's clock was set by {millis} ms; {confirmed} of {needed} officers confirmed the time")]
    ClockInDoubt {
        /// By how many milliseconds.
        millis: i64,
        /// So many officers confirmed the time.
        confirmed: u32,
        /// So many are needed.
        needed: u32,
    },
    /// The time is not in doubt, or another step of the clock is.
    #[error("the time is not in doubt")]
    NothingToConfirm,
    /// The same officer twice.
    #[error("{name} confirmed the time already")]
    TimeConfirmed {
        /// Who.
        name: String,
        /// When.
        at: At,
    },
    /// The time that was confirmed is not the time at which it arrived.
    #[error("the confirmation says {said:?}, the room's clock {now:?}")]
    StaleTime {
        /// The time that was confirmed.
        said: At,
        /// The room's.
        now: At,
    },
    /// A lock that does not belong here.
    #[error("the lock …{tail} is another one")]
    OtherLock {
        /// Last four digits of its serial.
        tail: String,
    },
    /// Officers are replaced before the deadline only.
    #[error("officers cannot be replaced after the deadline {deadline:?}")]
    ReplacementClosed {
        /// The deadline.
        deadline: At,
    },
    /// For another dealing of the officers' key than the one that counts.
    #[error("dealing {version} counts")]
    OtherDealing {
        /// Version of the dealing that counts.
        version: u32,
    },
    /// The officers that are to be do not fit together.
    #[error("the officers do not fit together: {what}")]
    UnusableOfficers {
        /// What is wrong.
        what: String,
    },
    /// The same officer twice.
    #[error("{name} agreed already")]
    AlreadyAgreed {
        /// Who.
        name: String,
        /// When.
        at: At,
    },
    /// Not enough officers agreed to the same replacement.
    #[error("{agreed} of {needed} officers agreed to this replacement")]
    TooFewAgreed {
        /// So many did.
        agreed: u32,
        /// So many are needed.
        needed: u32,
        /// Clause.
        clause: String,
    },
    /// Not the next record of key packages.
    #[error("version {version} of the key packages counts")]
    OtherPackages {
        /// Version of the record that counts.
        version: u32,
    },
    /// The session's keys are in no such device.
    #[error("there is no device {device}")]
    UnknownDevice {
        /// Its name.
        device: String,
    },
    /// The unlock window was opened before.
    #[error("unlocking started already at {at:?}")]
    AlreadyStarted {
        /// When.
        at: At,
    },
    /// Not on the roster.
    #[error("{bidder} is not on the roster")]
    NotOnRoster {
        /// Who.
        bidder: CreditCode,
    },
    /// The window has ended.
    #[error("the unlock window ended at {ended:?}")]
    WindowEnded {
        /// When.
        ended: At,
        /// Clause.
        clause: String,
    },
    /// A consent for another bid or attempt.
    #[error("the consent is for another bid or attempt")]
    OtherBidOrAttempt {
        /// The attempt that runs.
        attempt: u32,
        /// The bid that stands.
        bid: Sm3Digest,
    },
    /// The share was handed in before; nothing is counted twice.
    #[error("the share was handed in already at {at:?}")]
    AlreadyCollected {
        /// When.
        at: At,
    },
    /// Shares are missing and the window runs.
    #[error("{missing} shares missing, {remaining_millis} ms left")]
    StillCollecting {
        /// How many.
        missing: u32,
        /// Milliseconds left.
        remaining_millis: i64,
        /// Clause.
        clause: String,
    },
    /// The clock stands still: something is unsettled.
    #[error("the clock is stopped")]
    ClockIsStopped {
        /// Why it was stopped.
        reason: String,
    },
    /// Windows of single bidders stand still: something is unsettled.
    #[error("the windows of {bidders} bidders stand still")]
    BiddersHeld {
        /// How many.
        bidders: u32,
        /// Why the first of them was stopped.
        reason: String,
    },
    /// This bidder's window stands still already, or runs already.
    #[error("the bidder's window stands still: {held}")]
    WindowStands {
        /// Whether it stands still.
        held: bool,
    },
    /// Not for whoever reports it to know, or out of its bounds.
    #[error("no such report: {what}")]
    UnusableReport {
        /// What is wrong with it.
        what: String,
    },
    /// The tender document does not name this remedy.
    #[error("the tender document does not name this remedy")]
    RemedyNotDeclared,
    /// The bidder asked for the remedy key before.
    #[error("the remedy key was asked for already")]
    RemedyAsked {
        /// When.
        at: At,
    },
    /// The bidder did not ask for the remedy key, or with another request.
    #[error("no such request for the remedy key")]
    RemedyNotAsked,
    /// The host has not allowed the request, or the supervisor has not agreed with it.
    #[error("host and supervisor have not both agreed with the request")]
    RemedyNotAgreed,
    /// The request was answered before.
    #[error("the request was answered already")]
    RemedyAnswered {
        /// When.
        at: At,
    },
    /// This trustee gave its part before.
    #[error("{name} gave its part already")]
    PartGiven {
        /// Who.
        name: String,
        /// When.
        at: At,
    },
    /// A trustee of the remedy key bids.
    #[error("the bidder is a trustee of the remedy key")]
    TrusteeBids,
    /// The statement speaks of another decision than the one that stands.
    #[error("speaks of another decision on this bid")]
    OtherDecision,
    /// The clock runs.
    #[error("the clock is running")]
    ClockIsRunning,
    /// A text is needed, or is too long.
    #[error("a text of 1 to {most} characters is needed")]
    Text {
        /// Longest length in characters.
        most: u32,
    },
    /// Outcomes or rows do not match the bids that were fixed.
    #[error("the outcomes do not match the fixed bids: {what}")]
    OutcomesDisagree {
        /// What disagrees.
        what: String,
    },
    /// Recorded before.
    #[error("recorded already")]
    AlreadyRecorded,
    /// Rows are read in their order, each once.
    #[error("the next row is {next:?}")]
    NotNextRow {
        /// Number of the next row; none when all were read.
        next: Option<u32>,
    },
    /// Rows are left to read.
    #[error("{left} rows are left to read")]
    RowsLeft {
        /// How many.
        left: u32,
        /// Clause.
        clause: String,
    },
    /// The bid was unlocked, or its fate is decided.
    #[error("no fate to decide")]
    NothingToAttribute,
    /// The window to confirm or object has ended.
    #[error("the window ended at {ended:?}")]
    ConfirmWindowEnded {
        /// When.
        ended: At,
        /// Clause.
        clause: String,
    },
    /// Refers to another table than the one published.
    #[error("refers to another record")]
    OtherRecord {
        /// Digest of the table that was published.
        record: Sm3Digest,
    },
    /// Confirmed or objected before, the objection still open.
    #[error("confirmed or objected already")]
    AlreadyAnswered,
    /// No such objection, or answered.
    #[error("no open objection {objection}")]
    NoOpenObjection {
        /// Its number.
        objection: u32,
    },
    /// The same person twice under one record.
    #[error("{name} signed the record already")]
    AlreadySigned {
        /// Who.
        name: String,
        /// When.
        at: At,
    },
    /// Somebody signed in this role, its absence stands in the log, or the lot has nobody in it.
    #[error("no signature of a {role:?} is awaited")]
    NotAwaited {
        /// The role.
        role: StaffRole,
    },
    /// Something is left before the session may be closed.
    #[error(
        "not ready to close: {objections} objections open, {waiting} bidders may still answer, \
         {fates} fates open, {unagreed} fates not agreed, {bodies} bodies unverified"
    )]
    NotReadyToClose {
        /// Objections without an answer.
        objections: u32,
        /// Bidders that may still confirm or object.
        waiting: u32,
        /// Bids not unlocked whose fate is not decided.
        fates: u32,
        /// Fates with which the supervisor has not agreed yet.
        unagreed: u32,
        /// Opened bids whose content is still being verified.
        bodies: u32,
    },
    /// A rule of the evaluation said no.
    #[error("evaluation: {0}")]
    Evaluation(Box<evaluation::Refusal>),
}
