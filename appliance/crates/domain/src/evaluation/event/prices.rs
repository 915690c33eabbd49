//! Corrections of prices, abnormally low prices, draws. No price is computed here.

use bidroom_canon::{Hex32, Sm3Digest};
use serde::{Deserialize, Serialize};

use super::super::plan::CorrectionRule;
use super::super::terms::{DrawPurpose, Trigger};
use crate::opening::Private;
use crate::{At, Fen};

/// The committee corrected a contradiction of a price; it binds once the bidder confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionProposed {
    /// Number, from 1.
    pub number: u32,
    /// Roster number.
    pub bid: u32,
    /// By which rule.
    pub rule: CorrectionRule,
    /// The price before.
    pub before: Private<Fen>,
    /// The price after.
    pub after: Private<Fen>,
    /// What contradicts what.
    pub reason: Private<String>,
    /// The clause.
    pub clause: String,
    /// Time for it, minutes.
    pub minutes: u32,
    /// Until when it may be confirmed.
    pub until: At,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The bidder answered a correction, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionAnswered {
    /// Number of the correction.
    pub number: u32,
    /// Whether it confirmed; if not, its bid is invalid.
    pub confirmed: bool,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The time to confirm a correction ended: the bid is invalid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionLapsed {
    /// Number of the correction.
    pub number: u32,
}

/// The review of an abnormally low price was opened: the bidder was asked to explain it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowPriceOpened {
    /// Roster number.
    pub bid: u32,
    /// What started it.
    pub triggers: Vec<Trigger>,
    /// The question, and why the committee asks where it decided so.
    pub reason: Private<String>,
    /// Time for it, minutes.
    pub minutes: u32,
    /// Until when it may be explained.
    pub until: At,
    /// SM3 of the signed statement; none where the room did it by the figures.
    pub statement: Option<Sm3Digest>,
}

/// The bidder explained its price, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowPriceExplained {
    /// Roster number.
    pub bid: u32,
    /// The explanation.
    pub text: Private<String>,
    /// SM3 of the evidence.
    pub documents: Vec<Sm3Digest>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The committee concluded; what is not proven is invalid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowPriceConcluded {
    /// Roster number.
    pub bid: u32,
    /// Whether the explanation proves the price reasonable.
    pub proven: bool,
    /// The vote that decided it.
    pub vote: u32,
    /// The committee's opinion, for the report.
    pub opinion: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The order of equal bids was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawRecorded {
    /// Number of the draw, from 1; draws of blind numbers are counted with it.
    pub number: u32,
    /// What it decides.
    pub purpose: DrawPurpose,
    /// Among which bids, by roster number, ascending.
    pub among: Vec<u32>,
    /// The order that was drawn.
    pub order: Vec<u32>,
    /// SM3 of the seed of the draw.
    pub draw: Sm3Digest,
    /// The room's value for this draw, with which it can be made again.
    pub value: Private<Hex32>,
}
