//! The tables of the qualification and conformity review.

use serde::{Deserialize, Serialize};

use super::{BidName, Hand, Head, PaperError, Remark, VoteRow, check_width};
use crate::moment::Moment;

/// Which review a table is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// 资格性审查 (87号令 44).
    Qualification,
    /// 符合性审查 (87号令 50).
    Conformity,
}

/// A table of a review 资格性审查表, 符合性审查表: bids by items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewTable {
    /// What all documents have.
    pub head: Head,
    /// Which review.
    pub kind: ReviewKind,
    /// Who reviews: 采购人或采购代理机构, 评标委员会.
    pub by: String,
    /// The items.
    pub items: Vec<Item>,
    /// The bids that were reviewed.
    pub bids: Vec<BidName>,
    /// By item and bid: what was found.
    pub cells: Vec<Vec<Finding>>,
    /// Each bid's conclusion, in the order of `bids`.
    pub conclusions: Vec<Conclusion>,
    /// The reviewers.
    pub reviewers: Vec<String>,
    /// By bid and reviewer: what this reviewer found, in short.
    pub opinions: Vec<Vec<String>>,
    /// Items that bids did not pass, with grounds and reasons.
    pub failings: Vec<Failing>,
    /// Votes where reviewers differed.
    pub votes: Vec<VoteRow>,
    /// What does not count any more, and why.
    pub notes: Vec<Remark>,
    /// Who signs the table.
    pub hands: Vec<Hand>,
}

/// An item of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its number, from 1.
    pub number: u32,
    /// What is asked.
    pub text: String,
    /// Where the tender document asks it.
    pub clause: String,
}

/// What was found of one item of one bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What is concluded, or said so far.
    pub verdict: Verdict,
    /// So many reviewers said yes,
    pub yes: u32,
    /// and so many no.
    pub no: u32,
}

/// Passed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It passes.
    Pass,
    /// It does not.
    Fail,
    /// Reviewers differ and nothing is concluded.
    Split,
    /// Nothing was said yet.
    Open,
    /// It may not be known.
    Undisclosed,
}

/// The conclusion of a bid's review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conclusion {
    /// 通过, 不通过, 未作结论.
    pub text: String,
    /// Whether it passed; none before it is concluded.
    pub passed: Option<bool>,
    /// When it was concluded.
    pub at: Option<Moment>,
    /// The log's entry.
    pub entry: Option<u64>,
}

/// An item that a bid does not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failing {
    /// The bid.
    pub bid: BidName,
    /// The item's text.
    pub item: String,
    /// On which grounds.
    pub grounds: Vec<String>,
    /// The clauses: the item's and the law's.
    pub clause: String,
    /// Who gave which reason.
    pub reasons: Vec<Remark>,
    /// The vote that decided it, where reviewers differed.
    pub vote: Option<u32>,
    /// The log's entry.
    pub entry: Option<u64>,
}

impl ReviewTable {
    pub(crate) fn check(&self) -> Result<(), PaperError> {
        check_width("cells", self.cells.iter().map(Vec::len), self.bids.len())?;
        check_width("cells", [self.cells.len()].into_iter(), self.items.len())?;
        check_width("conclusions", [self.conclusions.len()].into_iter(), self.bids.len())?;
        check_width("opinions", [self.opinions.len()].into_iter(), self.bids.len())?;
        check_width("opinions", self.opinions.iter().map(Vec::len), self.reviewers.len())
    }
}
