//! Commands: what somebody wants, in the imperative.
//!
//! People sign the canonical JSON of their command: what was signed is what the rules decided.

use std::collections::BTreeMap;

use bidroom_canon::{Hex32, Sm3Digest};
use serde::{Deserialize, Serialize};

use super::event::{CommitteeList, Finding, Member, OwnResult};
use super::plan::CorrectionRule;
use super::terms::{
    About, CancelGround, Change, ChangeGround, DrawPurpose, IdentityCheck, LeaveGround, Matter, Review,
    Scores, SheetPart, Stage, StopGround, Subject, Trigger, Verdict,
};
use crate::Fen;

/// A command, and by what it was signed. Whoever makes one has checked the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What is wanted.
    pub command: Command,
    /// SM3 of the signed statement that holds the command. Host and room need none, but for signing members in, for
    /// reviews and for questions to bidders. A statement counts once.
    pub statement: Option<Sm3Digest>,
}

impl Said {
    /// Time went on.
    pub(crate) const fn tick() -> Self {
        Command::Tick.unsigned()
    }
}

impl Command {
    /// The same, signed by nobody.
    pub const fn unsigned(self) -> Said {
        Said { command: self, statement: None }
    }

    /// The last four digits of the signing certificate's serial, where the command says them.
    pub fn lock_tail(&self) -> Option<&str> {
        match self {
            Self::ReopenStage { lock_tail, .. }
            | Self::LiftBlind { lock_tail }
            | Self::SuperviseReport { lock_tail, .. } => Some(lock_tail),
            _ => None,
        }
    }

    /// The same, signed.
    pub const fn signed(self, statement: Sm3Digest) -> Said {
        Said { command: self, statement: Some(statement) }
    }
}

/// A command to an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "act",
    content = "with",
    rename_all = "snake_case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum Command {
    /// The host, or the room, imports the sealed list of members.
    ImportCommittee {
        /// Its digest.
        list: Sm3Digest,
    },
    /// The host begins the evaluation.
    Start,
    /// The host opens the list of members.
    OpenCommittee {
        /// The list.
        list: Box<CommitteeList>,
    },
    /// A member recuses itself.
    DeclareRecusal {
        /// Why.
        reason: String,
    },
    /// The host signs a member in.
    SeatMember {
        /// Who.
        member: u8,
        /// Number of the seat.
        seat: u8,
        /// Name of the terminal.
        terminal: String,
        /// By what the identity was checked.
        identity: IdentityCheck,
        /// Whether the phone was handed in.
        phone_deposited: bool,
    },
    /// The host moves a member to another terminal.
    MoveMember {
        /// Who.
        member: u8,
        /// Name of the terminal.
        terminal: String,
        /// Why.
        reason: String,
    },
    /// A member signs the commitment.
    SignCommitment,
    /// A member votes for a chair.
    VoteChair {
        /// In which ballot.
        round: u32,
        /// For whom.
        choice: u8,
    },
    /// The chair resigns from the chair.
    ResignChair {
        /// Why.
        reason: String,
    },
    /// The host replaces a member.
    ReplaceMember {
        /// Who leaves.
        member: u8,
        /// Why.
        ground: LeaveGround,
        /// The same in words.
        reason: String,
        /// Who comes.
        successor: Box<Member>,
    },
    /// A member says that the time is short.
    AskTime {
        /// Why.
        reason: String,
    },
    /// The chair finishes a stage; the host those in which no committee sits.
    FinishStage {
        /// Which.
        stage: Stage,
    },
    /// Chair or host asks to go back.
    AskReopening {
        /// To which stage.
        stage: Stage,
        /// Why.
        reason: String,
    },
    /// The supervisor approves it.
    ReopenStage {
        /// Number of the request.
        number: u32,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
    },
    /// A reviewer gives its verdicts on one bid.
    GiveReview {
        /// Which review.
        review: Review,
        /// Roster number.
        bid: u32,
        /// Verdicts by item.
        verdicts: BTreeMap<String, Verdict>,
    },
    /// The review of one bid is concluded.
    ConcludeReview {
        /// Which review.
        review: Review,
        /// Roster number.
        bid: u32,
    },
    /// The chair sends a question of the committee.
    AskClarification {
        /// Of which bid.
        about: About,
        /// What it is about.
        matter: Matter,
        /// The question.
        text: String,
        /// Time for it, minutes.
        minutes: u32,
    },
    /// The bidder answers.
    AnswerClarification {
        /// Number of the question.
        number: u32,
        /// The answer.
        text: String,
        /// SM3 of the documents that come with it.
        documents: Vec<Sm3Digest>,
    },
    /// The chair sends a correction of a price.
    ProposeCorrection {
        /// Roster number.
        bid: u32,
        /// By which rule.
        rule: CorrectionRule,
        /// The price before.
        before: Fen,
        /// The price after.
        after: Fen,
        /// What contradicts what.
        reason: String,
        /// Time for it, minutes.
        minutes: u32,
    },
    /// The bidder confirms it or does not.
    AnswerCorrection {
        /// Number of the correction.
        number: u32,
        /// Whether it confirms.
        confirmed: bool,
    },
    /// The chair, or the room by the figures, asks a bidder to explain its price.
    OpenLowPrice {
        /// Roster number.
        bid: u32,
        /// What starts it.
        triggers: Vec<Trigger>,
        /// The question.
        reason: String,
        /// Time for it, minutes.
        minutes: u32,
    },
    /// The bidder explains its price.
    ExplainLowPrice {
        /// Roster number.
        bid: u32,
        /// The explanation.
        text: String,
        /// SM3 of the documents that come with it.
        documents: Vec<Sm3Digest>,
    },
    /// The chair concludes as the committee voted.
    ConcludeLowPrice {
        /// Roster number.
        bid: u32,
        /// The committee's opinion.
        opinion: String,
    },
    /// The chair puts a question to the vote.
    OpenVote {
        /// What is decided.
        subject: Subject,
        /// What is said with it.
        text: String,
    },
    /// A member votes.
    CastBallot {
        /// Number of the vote.
        vote: u32,
        /// Yes or no.
        agrees: bool,
        /// Why, if it wants to say so.
        reason: Option<String>,
    },
    /// A member that was outvoted writes its reasons.
    WriteDissent {
        /// Number of the vote.
        vote: u32,
        /// Why.
        reason: String,
    },
    /// The room draws blind numbers for all bids that have none.
    NumberBlind {
        /// The room's value for the next draw.
        value: Hex32,
    },
    /// The supervisor lifts the blind.
    LiftBlind {
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
    },
    /// A member commits its sheet.
    CommitSheet {
        /// Which sheet.
        part: SheetPart,
        /// The scores.
        sheet: Scores,
    },
    /// A member changes scores of its committed sheet.
    CorrectSheet {
        /// Which sheet.
        part: SheetPart,
        /// On which ground.
        ground: ChangeGround,
        /// What is changed.
        changes: Vec<Change>,
        /// Why.
        reason: String,
    },
    /// The room draws the order of equal bids.
    RecordDraw {
        /// What it decides.
        purpose: DrawPurpose,
        /// Among which bids, ascending.
        among: Vec<u32>,
        /// The room's value for the next draw.
        value: Hex32,
    },
    /// The room fixes the outcome that was computed elsewhere of what stands here.
    FixResult {
        /// Digest of what it was computed of.
        inputs: Sm3Digest,
        /// SM3 of the table.
        outcome: Sm3Digest,
        /// The table as canonical JSON.
        table: String,
        /// Candidates in their order.
        candidates: Vec<u32>,
        /// On which ground, where another one stands.
        ground: Option<ChangeGround>,
        /// Why, where another one stands.
        reason: Option<String>,
    },
    /// The room generated and checked the report.
    CheckReport {
        /// SM3 of the report.
        report: Sm3Digest,
        /// Findings.
        findings: Vec<Finding>,
    },
    /// The chair answers the findings.
    AcknowledgeFindings {
        /// SM3 of the report.
        report: Sm3Digest,
        /// What the committee says to them.
        text: String,
    },
    /// A member signs the report.
    SignReport {
        /// SM3 of the report.
        report: Sm3Digest,
        /// Its dissent and reasons, if any.
        dissent: Option<String>,
    },
    /// Chair or host records that a member refused to sign and wrote no reasons.
    RecordUnsigned {
        /// Who.
        member: u8,
        /// SM3 of the report.
        report: Sm3Digest,
        /// What is written down of it.
        note: String,
    },
    /// The supervisor signs the report.
    SuperviseReport {
        /// SM3 of the report.
        report: Sm3Digest,
        /// Last four digits of the signing certificate's serial.
        lock_tail: String,
    },
    /// The host closes the evaluation.
    Close,
    /// The host publishes the result.
    Publish {
        /// What each bidder is told, by roster number.
        own: BTreeMap<u32, OwnResult>,
    },
    /// The host calls the original committee to review again.
    OpenRereview {
        /// On which ground.
        ground: ChangeGround,
        /// What was found, by whom.
        reason: String,
    },
    /// The host records the letter to the finance department.
    TellFinance {
        /// SM3 of the letter.
        document: Sm3Digest,
    },
    /// The evaluation stops: the host for want of members, the chair for a defective document.
    Stop {
        /// Why.
        ground: StopGround,
        /// The same in words.
        reason: String,
    },
    /// The host lets it go on: the purchaser does not confirm the defect.
    Resume {
        /// Why.
        reason: String,
    },
    /// The host ends the lot without a result.
    Cancel {
        /// Why.
        ground: CancelGround,
        /// The same in words.
        reason: String,
    },
    /// Time went on: times to answer end.
    Tick,
}
