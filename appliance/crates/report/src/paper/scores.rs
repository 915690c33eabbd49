//! An expert's score sheet.

use serde::{Deserialize, Serialize};

use super::{BidName, Hand, Head, PaperError, Remark, check_width};
use crate::moment::Moment;

/// A member's score sheet 评分表 (87号令 55, 58, 64).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreSheet {
    /// What all documents have.
    pub head: Head,
    /// The member's index.
    pub index: u32,
    /// The member's name.
    pub name: String,
    /// Its sheets: one, or a blind one and one with names.
    pub parts: Vec<ScorePart>,
    /// Corrections after the sheets were revealed, in their order.
    pub corrections: Vec<ScoreCorrection>,
    /// Why the sheet does not count any more; empty where it does.
    pub void: String,
    /// Other things to be said of it.
    pub notes: Vec<Remark>,
    /// The member's signature under the sheet.
    pub hand: Hand,
}

/// A sheet: criteria by bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScorePart {
    /// Its title; empty where there is one sheet only.
    pub title: String,
    /// Whether bids stand by their blind numbers (暗标).
    pub blind: bool,
    /// The bids.
    pub bids: Vec<BidName>,
    /// When each bid's scores were committed.
    pub committed_at: Vec<Option<Moment>>,
    /// The criteria with their scores.
    pub rows: Vec<ScoreRow>,
    /// Each bid's sum.
    pub totals: Vec<String>,
    /// The sum of the highest scores.
    pub max: String,
}

/// A criterion and its scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRow {
    /// The criterion.
    pub criterion: Criterion,
    /// A score for each bid.
    pub cells: Vec<ScoreCell>,
}

/// A criterion that is scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its number, from 1.
    pub number: u32,
    /// What is scored.
    pub name: String,
    /// 技术, 商务 or 价格.
    pub part: String,
    /// 客观 or 主观.
    pub kind: String,
    /// Highest score, in points.
    pub max: String,
    /// Whether it is scored without the bidder's identity.
    pub blind: bool,
}

/// A score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreCell {
    /// As it stands, in points.
    pub now: String,
    /// As it was committed, where it was corrected since.
    pub first: Option<String>,
}

/// A correction of a score (87号令 64).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreCorrection {
    /// Whose sheet.
    pub who: String,
    /// The bid, as the sheet names it.
    pub bid: String,
    /// The criterion.
    pub criterion: String,
    /// What stood there.
    pub from: String,
    /// What stands there now.
    pub to: String,
    /// On which ground.
    pub ground: String,
    /// Its clause.
    pub clause: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
    /// The log's entry.
    pub entry: Option<u64>,
}

impl ScoreSheet {
    pub(crate) fn check(&self) -> Result<(), PaperError> {
        for part in &self.parts {
            let bids = part.bids.len();
            check_width("rows", part.rows.iter().map(|row| row.cells.len()), bids)?;
            check_width("totals", [part.totals.len(), part.committed_at.len()].into_iter(), bids)?;
        }
        Ok(())
    }
}
