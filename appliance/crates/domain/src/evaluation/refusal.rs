//! Refusals: a rule said no, and which one. Nothing was changed.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::terms::{ChangeGround, Difference, Ground, Matter, Review, SheetPart, Stage};
use crate::At;

/// Why a command is refused. Each says enough to write the sentence people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Refusal {
    /// The actor has not the role this needs.
    #[error("the actor's role does not allow this")]
    NotYourRole,
    /// The lot's package has no evaluation method that this room can follow.
    #[error("the package states no evaluation")]
    NoPlan,
    /// The opening is not closed.
    #[error("the opening is not closed")]
    OpeningNotClosed,
    /// The step belongs to another stage.
    #[error("not possible in stage {stage:?}")]
    WrongStage {
        /// The stage in which the evaluation is.
        stage: Stage,
    },
    /// A text is needed, or is too long.
    #[error("a text of 1 to {most} characters is needed")]
    Text {
        /// Longest length in characters.
        most: u32,
    },
    /// More than an entry of the log can hold.
    #[error("{bytes} bytes are more than {most}")]
    TooLarge {
        /// So many.
        bytes: u64,
        /// So many at most.
        most: u64,
    },
    /// A sealed list of members is in already.
    #[error("a list is in already")]
    ListImported {
        /// Since when.
        at: At,
    },
    /// No sealed list of members is in.
    #[error("no list is in")]
    NoList,
    /// The list is not the one that was sealed.
    #[error("the list is not the one that was sealed")]
    OtherList {
        /// Digest of the list that was sealed.
        list: Sm3Digest,
    },
    /// The list contradicts itself.
    #[error("the list contradicts itself: {what}")]
    UnusableList {
        /// What is wrong.
        what: String,
    },
    /// An even number of members.
    #[error("{members} members are an even number")]
    EvenCommittee {
        /// So many.
        members: u32,
        /// Clause.
        clause: String,
    },
    /// Too few members.
    #[error("{members} of {minimum} members")]
    TooFewMembers {
        /// So many.
        members: u32,
        /// So many are needed.
        minimum: u32,
        /// Clause.
        clause: String,
    },
    /// Too few experts among the members.
    #[error("{experts} experts among {members} members")]
    TooFewExperts {
        /// So many.
        experts: u32,
        /// Among so many.
        members: u32,
        /// Clause.
        clause: String,
    },
    /// Staff of the agency, for its own project.
    #[error("{name} works for the agency")]
    AgencyStaff {
        /// Who.
        name: String,
        /// Clause.
        clause: String,
    },
    /// Somebody of the purchaser's as an expert.
    #[error("{name} works for the purchaser and sits as an expert")]
    PurchasersExpert {
        /// Who.
        name: String,
        /// Clause.
        clause: String,
    },
    /// Somebody who took part in the opening.
    #[error("{name} took part in the opening")]
    AttendedOpening {
        /// Who.
        name: String,
        /// Clause.
        clause: String,
    },
    /// Who succeeds somebody has an interest itself.
    #[error("{name} is related to a bidder")]
    RelatedToBidder {
        /// Who.
        name: String,
        /// Clause.
        clause: String,
    },
    /// No such member.
    #[error("no member {member}")]
    NoSuchMember {
        /// Its index.
        member: u8,
    },
    /// Recused or replaced: no member any more.
    #[error("member {member} left")]
    MemberLeft {
        /// Its index.
        member: u8,
        /// When.
        at: At,
        /// Clause.
        clause: String,
    },
    /// Signed in or committed already, or sits there already.
    #[error("done already")]
    AlreadyDone {
        /// When.
        at: At,
    },
    /// Has not signed in.
    #[error("member {member} has not signed in")]
    NotSeated {
        /// Its index.
        member: u8,
    },
    /// Has not signed the commitment.
    #[error("member {member} has not signed the commitment")]
    NotCommitted {
        /// Its index.
        member: u8,
    },
    /// The phone was not handed in.
    #[error("the phone was not handed in")]
    PhoneKept,
    /// Somebody else sits there.
    #[error("seat {seat} is member {member}'s")]
    SeatTaken {
        /// The seat.
        seat: u8,
        /// Whose it is.
        member: u8,
    },
    /// The terminal is another member's.
    #[error("the terminal is member {member}'s")]
    TerminalTaken {
        /// Whose it is.
        member: u8,
    },
    /// There is a chair.
    #[error("member {chair} is the chair")]
    ChairThere {
        /// Who.
        chair: u8,
    },
    /// There is no chair.
    #[error("there is no chair")]
    NoChair {
        /// Clause.
        clause: String,
    },
    /// The chair does this.
    #[error("this is for the chair, member {chair}")]
    ChairOnly {
        /// Who.
        chair: u8,
    },
    /// The purchaser's representative cannot be the chair.
    #[error("the purchaser's representative cannot be the chair")]
    RepresentativeAsChair {
        /// Clause.
        clause: String,
    },
    /// Another ballot runs.
    #[error("ballot {round} runs")]
    OtherRound {
        /// Which.
        round: u32,
    },
    /// Members are missing, or not ready.
    #[error("members {members:?} are not ready")]
    NotReady {
        /// Which.
        members: Vec<u8>,
    },
    /// The committee that made the result reviews it, and nobody else.
    #[error("only the original committee reviews again")]
    OriginalCommittee {
        /// Clause.
        clause: String,
    },
    /// Not an earlier stage in which anything is done again.
    #[error("{stage:?} is no earlier stage")]
    NotEarlier {
        /// Which was asked for.
        stage: Stage,
    },
    /// No such request to go back, or it was approved.
    #[error("no open request {number}")]
    NoRequest {
        /// Its number.
        number: u32,
    },
    /// The bid is not evaluated, or not any more.
    #[error("bid {bid} is not evaluated")]
    BidOut {
        /// Roster number.
        bid: u32,
    },
    /// Verdicts are not on the items of the review.
    #[error("the verdicts are not on the items of the review")]
    OtherItems {
        /// Items without a verdict.
        missing: Vec<String>,
        /// Items that the review does not have.
        unknown: Vec<String>,
    },
    /// A no needs a ground and a reason.
    #[error("a no on {item} needs a ground and a reason")]
    NoWithoutReason {
        /// The item.
        item: String,
    },
    /// The bidder has to be asked first.
    #[error("bid {bid} has to be asked before it is rejected on {ground:?}")]
    ClarificationFirst {
        /// Roster number.
        bid: u32,
        /// On which ground it would be rejected.
        ground: Ground,
        /// Clause.
        clause: String,
    },
    /// Concluded already.
    #[error("concluded already")]
    AlreadyConcluded {
        /// When.
        at: At,
    },
    /// Reviewers are missing.
    #[error("members {members:?} have not reviewed bid {bid}")]
    OpinionsMissing {
        /// Roster number.
        bid: u32,
        /// Which; none for the purchaser.
        members: Vec<u8>,
    },
    /// Reviewers differ: a vote decides.
    #[error("reviewers differ on {items:?} of bid {bid}")]
    Disputed {
        /// Roster number.
        bid: u32,
        /// In which items.
        items: Vec<String>,
        /// Clause.
        clause: String,
    },
    /// Reviewers do not differ there: nothing to vote on.
    #[error("nothing to vote on")]
    NothingToVote,
    /// Bids are not concluded.
    #[error("bids {bids:?} are not concluded")]
    Unconcluded {
        /// Which review.
        review: Review,
        /// Roster numbers.
        bids: Vec<u32>,
    },
    /// Too few bids are left, and the committee has not decided what follows.
    #[error("{bids} of {minimum} bids are left")]
    TooFewBids {
        /// So many.
        bids: u32,
        /// So many are needed.
        minimum: u32,
        /// Clause.
        clause: String,
    },
    /// Nothing was asked: nothing is taken.
    #[error("nothing was asked")]
    NotAsked {
        /// Clause.
        clause: String,
    },
    /// The time has ended.
    #[error("the time ended at {ended:?}")]
    TimeEnded {
        /// When.
        ended: At,
        /// Clause.
        clause: String,
    },
    /// The time is shorter than the figure.
    #[error("{minutes} minutes are fewer than {minimum}")]
    TooShort {
        /// So many.
        minutes: u32,
        /// So many are needed.
        minimum: u32,
        /// Clause.
        clause: String,
    },
    /// What has to be signed was not.
    #[error("it has to be signed")]
    Unsigned,
    /// The same signed statement counted before: whoever means it again signs it again.
    #[error("this signed statement counted before")]
    SaidBefore,
    /// Answered already: what was said stands.
    #[error("answered already")]
    AlreadyAnswered {
        /// When.
        at: At,
    },
    /// Something waits for bidders, or for the committee.
    #[error("{questions} questions, {corrections} corrections, {low_prices} low prices are unsettled")]
    Unsettled {
        /// Questions.
        questions: u32,
        /// Corrections.
        corrections: u32,
        /// Abnormally low prices.
        low_prices: u32,
        /// Clause.
        clause: String,
    },
    /// The tender document does not name this rule, or a later one was applied to this bid.
    #[error("not this rule in this order")]
    CorrectionOrder {
        /// Clause.
        clause: String,
    },
    /// The price before is not the price as last corrected.
    #[error("the price before is another")]
    OtherPrice,
    /// The procedure has no review of abnormally low prices.
    #[error("no review of low prices in this procedure")]
    NoLowPriceReview,
    /// No such review is open.
    #[error("no review of the price of bid {bid} is open")]
    NoLowPrice {
        /// Roster number.
        bid: u32,
    },
    /// The time to explain runs.
    #[error("the bidder may explain until {until:?}")]
    StillExplaining {
        /// Until when.
        until: At,
        /// Clause.
        clause: String,
    },
    /// A vote decides this, and there is none that does.
    #[error("a vote decides this")]
    VoteFirst {
        /// Clause.
        clause: String,
    },
    /// A vote on this runs, or is decided.
    #[error("vote {vote} is on this")]
    VoteThere {
        /// Its number.
        vote: u32,
    },
    /// No such vote, or it does not run.
    #[error("no open vote {vote}")]
    NoOpenVote {
        /// Its number.
        vote: u32,
    },
    /// This member voted.
    #[error("voted already")]
    AlreadyVoted {
        /// When.
        at: At,
    },
    /// This member was not outvoted.
    #[error("not outvoted in vote {vote}")]
    NotOutvoted {
        /// Its number.
        vote: u32,
    },
    /// Nothing is blind here.
    #[error("nothing is blind here")]
    NotBlind,
    /// All bids have their numbers.
    #[error("all bids have their blind numbers")]
    AllNumbered,
    /// Bids have no blind numbers yet.
    #[error("blind numbers come first")]
    NumbersFirst,
    /// The blind stays until all blind sheets are committed.
    #[error("members {members:?} have not committed their blind sheets")]
    BlindHolds {
        /// Who is missing.
        members: Vec<u8>,
        /// Where the tender document says that it is blind.
        clause: String,
    },
    /// The blind is not lifted.
    #[error("the blind is not lifted")]
    StillBlind,
    /// The method has no such sheet.
    #[error("no sheet {part:?}")]
    NoSheet {
        /// Which.
        part: SheetPart,
    },
    /// A sheet covers exactly the bids that are left to score.
    #[error("the sheet covers other bids")]
    OtherBids {
        /// Bids that are left to score, as the sheet names them.
        missing: Vec<u32>,
    },
    /// A sheet scores exactly its items.
    #[error("bid {bid}: the sheet scores other items")]
    IncompleteSheet {
        /// The bid, as the sheet names it.
        bid: u32,
        /// Items without a score.
        missing: Vec<String>,
        /// Items that the sheet does not have.
        unknown: Vec<String>,
    },
    /// A score is out of its range, or between its steps.
    #[error("{score} is not in 0 to {max} by {step}")]
    OutOfRange {
        /// The bid, as the sheet names it.
        bid: u32,
        /// The item.
        item: String,
        /// The score, hundredths of a point.
        score: u32,
        /// The highest.
        max: u32,
        /// Steps.
        step: u32,
    },
    /// Nothing is left to score on this sheet: what is committed stands.
    #[error("the sheet is committed")]
    SheetCommitted {
        /// Clause.
        clause: String,
    },
    /// Sheets are missing, or not all may be read by all.
    #[error("members {members:?} have not committed their sheets")]
    SheetsMissing {
        /// Which sheet.
        part: SheetPart,
        /// Who is missing.
        members: Vec<u8>,
        /// Clause.
        clause: String,
    },
    /// Members differ in objective items.
    #[error("objective scores differ")]
    ObjectiveDiffers {
        /// Which sheet.
        part: SheetPart,
        /// Where.
        items: Vec<Difference>,
        /// Clause.
        clause: String,
    },
    /// The ground does not hold for this change.
    #[error("{ground:?} does not hold here")]
    GroundFails {
        /// The ground.
        ground: ChangeGround,
        /// Clause.
        clause: String,
    },
    /// What is changed is not what stands there.
    #[error("something else stands there")]
    OtherScore {
        /// The bid, as the sheet names it.
        bid: u32,
        /// The item.
        item: String,
        /// What stands there; none if nothing does.
        stands: Option<u32>,
    },
    /// The draw does not fit the bids.
    #[error("the draw does not fit the bids: {what}")]
    UnusableDraw {
        /// What is wrong.
        what: String,
    },
    /// The room's publication commits to no draws: it was made before the room drew by itself.
    #[error("the publication commits to no draws")]
    NoDraws,
    /// All draws that the publication commits to were made.
    #[error("all draws that the publication commits to were made")]
    DrawsUsedUp,
    /// The value is not the one that the publication commits to for this draw.
    #[error("the value of draw {number} is not the one that was committed to")]
    OtherValue {
        /// Number of the draw.
        number: u32,
    },
    /// The salts of the opened bids are not shown to whoever decides.
    #[error("the salts of the opened bids are not known")]
    SaltsHidden,
    /// This was drawn: nothing is drawn twice.
    #[error("drawn already")]
    AlreadyDrawn {
        /// When.
        at: At,
    },
    /// The result was computed of something else than what stands.
    #[error("computed of other inputs")]
    StaleInputs {
        /// Digest of what stands.
        inputs: Sm3Digest,
    },
    /// Table, digest or candidates do not fit together.
    #[error("the result contradicts itself: {what}")]
    UnusableResult {
        /// What is wrong.
        what: String,
    },
    /// There is a result: it changes on four grounds only.
    #[error("a result stands")]
    ResultStands {
        /// Clause.
        clause: String,
    },
    /// There is no result, or not of what stands.
    #[error("no result of what stands")]
    NoResult,
    /// There is no report, or another one.
    #[error("no such report")]
    OtherReport {
        /// Digest of the report that stands, if there is one.
        report: Option<Sm3Digest>,
    },
    /// Findings of the check are not answered.
    #[error("{count} findings are not answered")]
    FindingsOpen {
        /// How many.
        count: u32,
    },
    /// Others sign first.
    #[error("members {members:?} sign first")]
    SignaturesMissing {
        /// Who is missing.
        members: Vec<u8>,
        /// Whether the supervisor is missing too.
        supervisor: bool,
        /// Clause.
        clause: String,
    },
    /// The report is signed: only the original committee reviews again.
    #[error("the report is signed")]
    ReportSigned {
        /// Clause.
        clause: String,
    },
    /// A review changed the result and the finance department was not told.
    #[error("the finance department was not told")]
    FinanceNotTold {
        /// Clause.
        clause: String,
    },
    /// There is nothing to tell the finance department, or it was told.
    #[error("nothing to tell")]
    NothingToTell,
    /// Not exactly the bidders of this evaluation.
    #[error("what bidders are told is not for exactly these bids")]
    OtherBidders {
        /// Roster numbers of the bids.
        bids: Vec<u32>,
    },
    /// The result was published.
    #[error("published already")]
    AlreadyPublished {
        /// When.
        at: At,
    },
    /// The ground does not fit where the evaluation stands.
    #[error("no such ground here")]
    GroundNotHere,
    /// A question of this matter is no question of this bid now.
    #[error("a question about {matter:?} names no bid")]
    UnknownAbout {
        /// What it is about.
        matter: Matter,
    },
}
