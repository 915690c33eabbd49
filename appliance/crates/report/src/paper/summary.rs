//! The summary of scores and prices.

use serde::{Deserialize, Serialize};

use super::{BidName, Criterion, Hand, Head, PaperError, check_width};
use crate::record::Price;

/// The summary 评分汇总表; for engineering 标价比较表, 综合评估比较表 (12号令 42).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// What all documents have.
    pub head: Head,
    /// Whether the lot is an engineering tender: the tables then have its names.
    pub engineering: bool,
    /// Whether anything is scored.
    pub scored: bool,
    /// What stands above the tables: that there is no result, or that the lot was cancelled; empty where there is one.
    pub state: String,
    /// All bids with price, total and rank.
    pub rows: Vec<SummaryRow>,
    /// The bids of the tables below.
    pub bids: Vec<BidName>,
    /// The criteria, with each bid's averages.
    pub averages: Vec<AverageRow>,
    /// Each member's sums.
    pub members: Vec<MemberTotals>,
    /// Figures that concern all bids, such as the benchmark price.
    pub figures: Vec<NamedFigure>,
    /// How the numbers came about.
    pub notes: Vec<String>,
    /// The digest of the result that was fixed; empty where there is none.
    pub outcome: String,
    /// Who signs.
    pub hands: Vec<Hand>,
}

/// A bid of the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryRow {
    /// The bid.
    pub bid: BidName,
    /// What became of it.
    pub status: String,
    /// Whether it is evaluated.
    pub stands: bool,
    /// The price announced at the opening.
    pub price: Option<Price>,
    /// The price after corrections, where there were any.
    pub corrected: Option<Price>,
    /// The price with which it is evaluated, in yuan; empty where there is none.
    pub evaluated: String,
    /// The score of the price; empty where there is none.
    pub price_score: String,
    /// The total; empty where there is none.
    pub total: String,
    /// The rank.
    pub rank: Option<u32>,
    /// The place among the candidates.
    pub place: Option<u32>,
}

/// A criterion and each bid's average.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AverageRow {
    /// The criterion.
    pub criterion: Criterion,
    /// The averages.
    pub cells: Vec<String>,
}

/// A member's sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberTotals {
    /// Who.
    pub who: String,
    /// The sums.
    pub cells: Vec<String>,
}

/// A figure that concerns all bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedFigure {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The clause by which it is computed; may be empty.
    pub clause: String,
}

impl Summary {
    pub(crate) fn check(&self) -> Result<(), PaperError> {
        let bids = self.bids.len();
        check_width("averages", self.averages.iter().map(|row| row.cells.len()), bids)?;
        check_width("members", self.members.iter().map(|row| row.cells.len()), bids)
    }
}
