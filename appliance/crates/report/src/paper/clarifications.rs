//! What bidders were asked, and what they said.

use serde::{Deserialize, Serialize};

use super::{BidName, Hand, Head, VoteRow};
use crate::moment::Moment;
use crate::record::Price;

/// 澄清、说明、补正 (87号令 51, 59, 60; 12号令 19; 实施条例 52).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clarifications {
    /// What all documents have.
    pub head: Head,
    /// By which clause bidders are asked.
    pub clause: String,
    /// Questions and answers.
    pub questions: Vec<Question>,
    /// Corrections of prices.
    pub corrections: Vec<PriceCorrection>,
    /// Reviews of abnormally low prices.
    pub low_prices: Vec<LowPrice>,
    /// Who signs.
    pub hands: Vec<Hand>,
}

/// A question to a bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its number.
    pub number: u32,
    /// The bid as the question names it: 第 3 家 or 暗标 2 号.
    pub bid: String,
    /// The bidder's name; empty where it may not be known.
    pub name: String,
    /// What it is about.
    pub matter: String,
    /// The question.
    pub text: String,
    /// When it was sent.
    pub asked_at: Moment,
    /// Until when it could be answered.
    pub until: Moment,
    /// The answer.
    pub answer: Option<Answer>,
    /// When the time ended without an answer.
    pub lapsed_at: Option<Moment>,
    /// The log's entry.
    pub entry: Option<u64>,
}

/// What a bidder said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// When.
    pub at: Moment,
    /// The beginnings of the SM3 of the documents that came with it.
    pub documents: Vec<String>,
    /// The beginning of the signed statement's SM3.
    pub statement: String,
    /// The log's entry.
    pub entry: Option<u64>,
}

/// A correction of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceCorrection {
    /// Its number.
    pub number: u32,
    /// The bid.
    pub bid: BidName,
    /// By which rule.
    pub rule: String,
    /// The clause.
    pub clause: String,
    /// The price before.
    pub before: Option<Price>,
    /// The price after.
    pub after: Option<Price>,
    /// Why.
    pub reason: String,
    /// When it was put to the bidder.
    pub at: Option<Moment>,
    /// Until when it could be confirmed.
    pub until: Moment,
    /// What the bidder said, or that it said nothing.
    pub answer: String,
    /// When.
    pub answered_at: Option<Moment>,
    /// The log's entry.
    pub entry: Option<u64>,
}

/// The review of an abnormally low price (财库〔2026〕2号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowPrice {
    /// The bid.
    pub bid: BidName,
    /// The price under review.
    pub price: Option<Price>,
    /// What began the review.
    pub triggers: Vec<String>,
    /// What was asked.
    pub reason: String,
    /// When it was opened.
    pub at: Moment,
    /// Until when it could be explained.
    pub until: Moment,
    /// The explanation.
    pub explanation: Option<Answer>,
    /// What the committee concluded; empty before it did.
    pub conclusion: String,
    /// The committee's opinion.
    pub opinion: String,
    /// When it was concluded.
    pub concluded_at: Option<Moment>,
    /// The vote that decided it.
    pub vote: Option<VoteRow>,
    /// The log's entry.
    pub entry: Option<u64>,
}
