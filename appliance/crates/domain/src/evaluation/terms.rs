//! Words that events, commands and state share.

mod grounds;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::plan::{Procedure, Rule};

pub use grounds::{CancelGround, ChangeGround, Ground, LeaveGround, StopGround};

/// Where an evaluation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not begun; the sealed list may be in.
    Waiting,
    /// 资格性审查.
    Qualification,
    /// The committee sits down: list, seats, commitments, chair.
    Assembly,
    /// 符合性审查.
    Conformity,
    /// Technical and commercial scoring.
    Scoring,
    /// Prices, abnormally low prices, and the summary.
    Price,
    /// The report is checked and signed.
    Report,
    /// 评标结束.
    Closed,
    /// Stopped: a new committee is needed, or the tender document is defective.
    Stopped,
    /// 废标, or all bids rejected, or the task dropped.
    Cancelled,
}

impl Stage {
    /// Stages in which the committee is at work.
    pub const fn is_at_work(self) -> bool {
        matches!(
            self,
            Self::Qualification
                | Self::Assembly
                | Self::Conformity
                | Self::Scoring
                | Self::Price
                | Self::Report
        )
    }
}

/// Which review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// 资格性审查.
    Qualification,
    /// 符合性审查.
    Conformity,
}

impl Review {
    /// The stage in which it is made.
    pub const fn stage(self) -> Stage {
        match self {
            Self::Qualification => Stage::Qualification,
            Self::Conformity => Stage::Conformity,
        }
    }
}

/// What a sheet covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetPart {
    /// All items; bids by roster number.
    Whole,
    /// 暗标部分: the blind items; bids by blind number.
    Blind,
    /// 明标部分: what is not blind, where something is; bids by roster number.
    Named,
}

/// Scores of a sheet in hundredths of a point: bid (roster number, or blind number where blind) → item → score.
pub type Scores = BTreeMap<u32, BTreeMap<String, u32>>;

/// One reviewer's verdict on one item of one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Whether the bid passes the item.
    pub passes: bool,
    /// On which ground not; always there with a no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// Why; always there with a no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a question to a bidder is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// 含义不明确.
    Unclear,
    /// 同类问题表述不一致.
    Inconsistent,
    /// 明显文字和计算错误.
    Mistake,
    /// 报价可能低于成本影响履约.
    Price,
}

/// Of which bid a question is asked: by roster number, or by blind number where the committee knows no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Roster number.
    Bid(u32),
    /// Blind number.
    Blind(u32),
}

/// What a vote decides. What a yes means is said with each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Subject {
    /// Yes: the bid passes the item.
    Review {
        /// Which review.
        review: Review,
        /// Roster number.
        bid: u32,
        /// The item.
        item: String,
    },
    /// Yes: with so few bids left competition is plainly missing, and all are rejected.
    Competition {
        /// Bids that are left.
        bids: u32,
    },
    /// Yes: the bidder's explanation proves its price reasonable.
    LowPrice {
        /// Roster number.
        bid: u32,
    },
    /// Yes: this score is abnormally high or low.
    Abnormal {
        /// Whose sheet.
        member: u8,
        /// Which sheet.
        part: SheetPart,
        /// The bid, as the sheet names it.
        bid: u32,
        /// The item.
        item: String,
    },
    /// Yes: the tender document is defective, the evaluation stops.
    Document {},
}

impl Subject {
    /// The clause by which it is for the committee to decide.
    pub const fn clause(&self, procedure: Procedure) -> &'static str {
        match self {
            Self::Review { .. } => procedure.clause(Rule::Dispute),
            Self::Competition { .. } => procedure.clause(Rule::TooFew),
            Self::LowPrice { .. } => procedure.clause(Rule::LowPrice),
            Self::Abnormal { .. } => procedure.clause(Rule::ResultStands),
            Self::Document {} => procedure.clause(Rule::DefectiveDocument),
        }
    }
}

/// One score that is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The bid, as the sheet names it.
    pub bid: u32,
    /// The item.
    pub item: String,
    /// What stood there.
    pub from: u32,
    /// What stands there now.
    pub to: u32,
}

/// An objective item in which members differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The bid, as the sheets name it.
    pub bid: u32,
    /// The item.
    pub item: String,
}

/// What starts the review of an abnormally low price (财库〔2026〕2号, 转述).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Below the share of the mean.
    Mean,
    /// Below the share of the second lowest.
    SecondLowest,
    /// Below the share of the ceiling, or of the budget.
    Ceiling,
    /// The committee decides so; with its reason.
    Committee,
}

/// What was drawn by lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawPurpose {
    /// Which of several bidders of one brand stands for it (87号令 第三十一条).
    SameBrand,
    /// Which of equal candidates comes first (87号令 第六十八条).
    EqualCandidates,
}

/// By what a member's identity was checked (87号令 第四十五条（一）).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityCheck {
    /// 身份证.
    IdCard,
    /// A certificate.
    Certificate,
    /// An authorisation letter 授权函, of a purchaser's representative.
    Letter,
}
