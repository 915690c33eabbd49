//! The state of an evaluation: a fold over events, as far as its reader may know them.

mod committee;
mod money;
mod queries;
mod reports;
mod reviewed;

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::Sm3Digest;

use super::event::OwnResult;
use super::terms::{CancelGround, DrawPurpose, Review, SheetPart, Stage, StopGround};
use crate::At;

pub use committee::{Committee, Departure, Election, MemberState, Seating};
pub use money::{Answer, Clarification, Correction, LowPrice, LowPriceConclusion};
pub use queries::Rejection;
pub use reports::{Fixed, Report, Rereview, Signature};
pub use reviewed::{Ballot, BidReview, Conclusion, Opinion, Sheet, Tally, Vote};

/// Why something does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoidCause {
    /// Its member left.
    MemberLeft,
    /// Its reviewer said something else.
    SaidAgain,
    /// An earlier stage was opened again.
    Reopened,
    /// The evaluation stopped, a new committee begins.
    Stopped,
    /// Another result took its place, or the report it was for.
    Replaced,
    /// The original committee reviews again.
    Rereview,
}

/// Something that does not count any more; nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// Why.
    pub cause: VoidCause,
    /// Since when.
    pub at: At,
    /// What.
    pub what: Voided,
}

/// What does not count any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voided {
    /// A reviewer's verdicts on a bid.
    Opinion {
        /// Which review.
        review: Review,
        /// Roster number.
        bid: u32,
        /// Which member; none for the purchaser.
        member: Option<u8>,
        /// What it said.
        opinion: Opinion,
    },
    /// The conclusion of a review.
    Conclusion {
        /// Which review.
        review: Review,
        /// Roster number.
        bid: u32,
        /// What was concluded.
        conclusion: Conclusion,
    },
    /// A member's sheet.
    Sheet {
        /// Which sheet.
        part: SheetPart,
        /// Whose.
        member: u8,
        /// The sheet.
        sheet: Sheet,
    },
    /// A conclusion on an abnormally low price.
    LowPrice {
        /// Roster number.
        bid: u32,
        /// What was concluded.
        conclusion: LowPriceConclusion,
    },
    /// A result.
    Result(Box<Fixed>),
    /// A report with its signatures.
    Report(Box<Report>),
    /// A whole committee.
    Committee(Box<Committee>),
    /// Blind numbers.
    Blind(Blind),
}

/// A draw of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// What it decides.
    pub purpose: DrawPurpose,
    /// The order that was drawn.
    pub order: Vec<u32>,
    /// SM3 of its seed.
    pub draw: Sm3Digest,
    /// When.
    pub at: At,
}

/// Blind numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blind {
    /// The last number that was drawn, also for a committee that was dissolved: no number is drawn for two bids.
    pub drawn: u32,
    /// Roster number → blind number, where it may be known.
    pub numbers: BTreeMap<u32, u32>,
    /// When the supervisor lifted it.
    pub lifted: Option<At>,
}

/// A request to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    /// Number, from 1.
    pub number: u32,
    /// To which stage.
    pub stage: Stage,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: At,
    /// When the supervisor approved.
    pub approved: Option<At>,
}

/// The state of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Signed statements that counted.
    pub said: BTreeSet<Sm3Digest>,
    /// Where it stands.
    pub stage: Stage,
    /// When it began.
    pub started: Option<At>,
    /// Until when it is to take.
    pub until: Option<At>,
    /// The committee that counts, from its sealed list on.
    pub committee: Option<Committee>,
    /// Which committee, from 1.
    pub attempt: u32,
    /// Bids that were opened, by roster number, ascending.
    pub bids: Vec<u32>,
    /// Reviews, by review and roster number.
    pub reviews: BTreeMap<Review, BTreeMap<u32, BidReview>>,
    /// Questions to bidders, in their order.
    pub clarifications: Vec<Clarification>,
    /// Corrections of prices, in their order.
    pub corrections: Vec<Correction>,
    /// Reviews of abnormally low prices, by roster number.
    pub low_prices: BTreeMap<u32, LowPrice>,
    /// Votes, in their order; void ones stay.
    pub votes: Vec<Vote>,
    /// Blind numbers.
    pub blind: Blind,
    /// Sheets that count, by part and member.
    pub sheets: BTreeMap<SheetPart, BTreeMap<u8, Sheet>>,
    /// Draws of orders, in their order.
    pub draws: Vec<Draw>,
    /// How many draws were made, blind numbers and orders together.
    pub draws_made: u32,
    /// The result that stands.
    pub result: Option<Fixed>,
    /// How many results were fixed.
    pub results: u32,
    /// The report for it.
    pub report: Option<Report>,
    /// Requests to go back, in their order.
    pub reopenings: Vec<Reopening>,
    /// The review after the report was signed, while it lasts or if it was the last thing to happen.
    pub rereview: Option<Rereview>,
    /// How many such reviews there were.
    pub rereviews: u32,
    /// Why it stopped, and where it stood.
    pub stopped: Option<(StopGround, Stage, At)>,
    /// Why the lot ended without a result.
    pub cancelled: Option<(CancelGround, String, At)>,
    /// When it was closed.
    pub closed: Option<At>,
    /// When the result was published.
    pub published: Option<At>,
    /// What each bidder was told with it, by roster number, where it may be known.
    pub own: BTreeMap<u32, OwnResult>,
    /// What does not count any more, in the order in which it became void.
    pub void: Vec<Void>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            said: BTreeSet::new(),
            stage: Stage::Waiting,
            started: None,
            until: None,
            committee: None,
            attempt: 0,
            bids: Vec::new(),
            reviews: BTreeMap::new(),
            clarifications: Vec::new(),
            corrections: Vec::new(),
            low_prices: BTreeMap::new(),
            votes: Vec::new(),
            blind: Blind::default(),
            sheets: BTreeMap::new(),
            draws: Vec::new(),
            draws_made: 0,
            result: None,
            results: 0,
            report: None,
            reopenings: Vec::new(),
            rereview: None,
            rereviews: 0,
            stopped: None,
            cancelled: None,
            closed: None,
            published: None,
            own: BTreeMap::new(),
            void: Vec::new(),
        }
    }
}
