//! Questions to bidders, corrections of their prices, and prices that are abnormally low.

use bidroom_canon::Sm3Digest;

use super::super::plan::CorrectionRule;
use super::super::terms::{About, Matter, Trigger};
use crate::{At, Fen};

/// What a bidder said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The text, where it may be known.
    pub text: Option<String>,
    /// SM3 of the documents that came with it.
    pub documents: Vec<Sm3Digest>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
    /// When.
    pub at: At,
}

/// A question to a bidder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clarification {
    /// Number, from 1.
    pub number: u32,
    /// Of which bid.
    pub about: About,
    /// What it is about.
    pub matter: Matter,
    /// The question, where it may be known.
    pub text: Option<String>,
    /// When it was sent.
    pub at: At,
    /// Until when it may be answered.
    pub until: At,
    /// The answer.
    pub answer: Option<Answer>,
    /// When the time ended without an answer.
    pub lapsed: Option<At>,
}

impl Clarification {
    /// Whether it was answered, or the time to answer ended.
    pub const fn is_settled(&self) -> bool {
        self.answer.is_some() || self.lapsed.is_some()
    }
}

/// A correction of a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Number, from 1.
    pub number: u32,
    /// Roster number.
    pub bid: u32,
    /// By which rule.
    pub rule: CorrectionRule,
    /// Before and after, where they may be known.
    pub prices: Option<(Fen, Fen)>,
    /// The clause.
    pub clause: String,
    /// Until when it may be confirmed.
    pub until: At,
    /// Whether the bidder confirmed it, and when.
    pub answer: Option<(bool, At)>,
    /// When the time ended without an answer.
    pub lapsed: Option<At>,
}

impl Correction {
    /// Whether nothing is known yet.
    pub const fn is_pending(&self) -> bool {
        self.answer.is_none() && self.lapsed.is_none()
    }

    /// Whether the bid is invalid by it: not confirmed.
    pub fn is_invalid(&self) -> bool {
        self.lapsed.is_some() || self.answer.is_some_and(|(confirmed, _)| !confirmed)
    }
}

/// What the committee concluded of an abnormally low price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowPriceConclusion {
    /// Whether it is proven reasonable.
    pub proven: bool,
    /// The vote that decided it.
    pub vote: u32,
    /// The opinion, where it may be known.
    pub opinion: Option<String>,
    /// When.
    pub at: At,
}

/// The review of an abnormally low price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowPrice {
    /// What started it.
    pub triggers: Vec<Trigger>,
    /// The question, where it may be known.
    pub reason: Option<String>,
    /// When it was opened.
    pub at: At,
    /// Until when it may be explained.
    pub until: At,
    /// The explanation.
    pub explanation: Option<Answer>,
    /// The conclusion.
    pub concluded: Option<LowPriceConclusion>,
}
