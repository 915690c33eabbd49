//! The evaluation report.

use serde::{Deserialize, Serialize};

use super::{
    Attendee, BidName, Criterion, Hand, Head, Item, LowPrice, NamedFigure, PriceCorrection, Question, Remark,
    ScoreCorrection, SummaryRow, VoteRow,
};
use crate::moment::Moment;
use crate::record::Price;

/// The evaluation report 评标报告, with the contents that 87号令 58 asks for, for engineering 12号令 42.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationReport {
    /// What all documents have.
    pub head: Head,
    /// Whether the lot is an engineering tender.
    pub engineering: bool,
    /// Whether anything is scored.
    pub scored: bool,
    /// How the evaluation ended without a result, or that it stands still; empty otherwise.
    pub state: String,
    /// Reason and clause of that.
    pub ended: Option<Ended>,
    /// The digest under which the log knows the report; empty before it was checked.
    pub digest: String,
    /// Facts of announcement, opening and evaluation.
    pub basics: Basics,
    /// Members and former members.
    pub members: Vec<Attendee>,
    /// Composition, chair, replacements, recusals, with clauses.
    pub committee: Vec<Remark>,
    /// Where the method stands, and what it says; paragraph by paragraph.
    pub method: Vec<String>,
    /// The items of the qualification review.
    pub qualification: Vec<Item>,
    /// The items of the conformity review.
    pub conformity: Vec<Item>,
    /// The criteria.
    pub criteria: Vec<Criterion>,
    /// What was opened.
    pub opened: Vec<OpenedBid>,
    /// What happened at the opening: bids not opened, objections.
    pub opening: Vec<Remark>,
    /// How the reviews went, paragraph by paragraph.
    pub course: Vec<Remark>,
    /// Bids that were rejected.
    pub rejected: Vec<Rejected>,
    /// All bids with prices, scores and ranks.
    pub rows: Vec<SummaryRow>,
    /// Figures that concern all bids.
    pub figures: Vec<NamedFigure>,
    /// Candidates in their order.
    pub candidates: Vec<Candidate>,
    /// What is to be settled before the contract is signed (12号令 42（九）).
    pub matters: Vec<String>,
    /// Questions and answers.
    pub questions: Vec<Question>,
    /// Corrections of prices.
    pub corrections: Vec<PriceCorrection>,
    /// Reviews of abnormally low prices.
    pub low_prices: Vec<LowPrice>,
    /// Votes on what was disputed.
    pub votes: Vec<VoteRow>,
    /// Dissents written under the report.
    pub dissents: Vec<Remark>,
    /// Scores that were corrected after they were summed up (87号令 64).
    pub changes: Vec<ScoreCorrection>,
    /// Results that were fixed, and on which ground.
    pub results: Vec<Remark>,
    /// Stages that were opened again, with the supervisor's approval.
    pub reopenings: Vec<Remark>,
    /// Draws by lot.
    pub draws: Vec<Remark>,
    /// What the check before signing found, and the committee's answer.
    pub findings: Vec<Remark>,
    /// What else is to be said: stops, extensions of time, reviews after the signatures.
    pub others: Vec<Remark>,
    /// Members, the chair last, then the supervisor.
    pub hands: Vec<Hand>,
}

/// How an evaluation ended without a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// In words.
    pub reason: String,
    /// The clause.
    pub clause: String,
    /// When.
    pub at: Moment,
    /// The log's entry.
    pub entry: Option<u64>,
}

/// Facts of announcement, opening and evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basics {
    /// Where the tender was announced (87号令 58（一）).
    pub media: String,
    /// When the bids were opened.
    pub opened_at: Option<Moment>,
    /// Bids received in time.
    pub received: u32,
    /// Bids opened.
    pub opened: u32,
    /// When the evaluation began.
    pub from: Option<Moment>,
    /// When it ended.
    pub until: Option<Moment>,
    /// Budget in yuan, in figures; empty where it is not known.
    pub budget: String,
}

/// A bid as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedBid {
    /// The bid.
    pub bid: BidName,
    /// The bidder's unified social credit code.
    pub credit_code: String,
    /// The price announced.
    pub price: Option<Price>,
    /// 已开启, 视为撤销, …
    pub outcome: String,
}

/// A bid that was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// The bid.
    pub bid: BidName,
    /// In which stage.
    pub stage: String,
    /// What it did not pass, with grounds.
    pub matter: String,
    /// The clause.
    pub clause: String,
    /// Who gave which reason.
    pub reasons: Vec<Remark>,
    /// The log's entry.
    pub entry: Option<u64>,
}

/// A candidate 中标候选人.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Its place; equal ones share it.
    pub place: u32,
    /// The bid.
    pub bid: BidName,
    /// The price: as announced, or corrected and confirmed.
    pub price: Option<Price>,
    /// The total; empty where nothing is scored.
    pub total: String,
}
