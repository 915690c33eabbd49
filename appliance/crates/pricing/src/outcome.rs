//! The outcome `bidroom-outcome/1`: scores, ranking, reviews, findings, and how every number came about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bids::Lot;
use crate::derivation::{Derivation, NodeId};
use crate::refusal::Text;

/// Name of the format.
pub const OUTCOME_FORMAT: &str = "bidroom-outcome/1";

/// What comes of the bids under the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// `bidroom-outcome/1`.
    pub format: String,
    /// Id of the method.
    pub method: String,
    /// The lot.
    pub lot: Lot,
    /// Final, provisional, cancelled or all rejected.
    pub state: State,
    /// Why it is provisional: what is still to be done.
    pub waiting: Vec<Waiting>,
    /// Why the lot is cancelled, or that nothing is left to rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// What the committee must know and the software does not decide.
    pub notices: Vec<Notice>,
    /// Numbers that concern all bids: benchmark, thresholds.
    pub figures: Vec<NamedFigure>,
    /// All bids, by id.
    pub bids: Vec<BidOutcome>,
    /// Candidates in order, at most as many as the method says; several may share a place.
    pub candidates: Vec<Candidate>,
    /// What the check before signing found.
    pub findings: Vec<Finding>,
    /// Whether nothing is left that must be put right before the report is signed.
    pub ready_to_sign: bool,
    /// How every number came about.
    pub derivation: Vec<Derivation>,
}

/// How far the result is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Settled.
    Final,
    /// Something is pending; the ranking may change.
    Provisional,
    /// 废标.
    Cancelled,
    /// Every bid was rejected (engineering).
    AllRejected,
}

/// What is still to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// What.
    pub kind: WaitingKind,
    /// Of which bids.
    pub bids: Vec<String>,
    /// In words, with what to do next.
    pub text: Text,
    /// The clause.
    pub clause: String,
}

/// What is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingKind {
    /// The bidder has not confirmed a correction of its price.
    Confirmation,
    /// The bidder must be asked to explain its price.
    ReviewToAsk,
    /// It was asked and has not answered.
    ReviewAsked,
    /// It answered and the committee has not decided.
    ReviewAnswered,
    /// One of several equal bids of a brand must be drawn.
    SameBrandDraw,
    /// More bids are equal than there are places left for candidates: their order must be drawn.
    EqualCandidatesDraw,
}

/// Why there is no ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// A name that does not change: `too_few`, `all_above_limit`, `all_rejected`.
    pub kind: String,
    /// In words, with what to do next.
    pub text: Text,
    /// The clause.
    pub clause: String,
}

/// What the committee must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// A name that does not change: `may_reject_all`, `equal_candidates`, `law_differs`, `set_aside`, `no_reference`.
    pub kind: String,
    /// In words.
    pub text: Text,
    /// The clause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
}

/// A number that concerns all bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedFigure {
    /// A name that does not change: `benchmark`, `abnormal_mean`, `abnormal_second_lowest`, `abnormal_ceiling`.
    pub kind: String,
    /// Its node.
    pub node: NodeId,
    /// As a fraction.
    pub exact: String,
    /// As people read it.
    pub shown: String,
}

/// A number of the outcome: its value and its node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figured {
    /// Its node in `derivation`.
    pub node: NodeId,
    /// As a fraction.
    pub exact: String,
    /// As people read it.
    pub shown: String,
}

/// What became of a bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was evaluated.
    Evaluated,
    /// It is evaluated so far as can be; its price is under review.
    UnderReview,
    /// Its price is 0 and under review; it has no score until that is decided.
    Unpriced,
    /// Not qualified.
    Unqualified,
    /// Not conforming.
    Nonconforming,
    /// Above ceiling or budget.
    AboveLimit,
    /// The correction of its price was not confirmed.
    Unconfirmed,
    /// Its abnormally low price was not proven.
    Unproven,
    /// Another bid of the same brand is evaluated instead (lowest price).
    SameBrand,
}

/// One bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BidOutcome {
    /// Id.
    pub bid: String,
    /// Bidder.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// Why it is not evaluated, with the clause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grounds: Option<crate::bids::Grounds>,
    /// Price offered, after correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Figured>,
    /// Which corrections were made, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// What began an abnormal-low review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Price with which it is evaluated, after deductions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_price: Option<Figured>,
    /// Score of the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_score: Option<Figured>,
    /// Scores of items, in the order of the method.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemScore>,
    /// Total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Figured>,
    /// Rank among all evaluated bids, from 1; equal ones have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// The bid of the same brand that stands for this one (comprehensive scoring): it is no candidate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub represented_by: Option<String>,
}

/// A correction of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// By which rule.
    pub step: crate::method::CorrectionStep,
    /// In words.
    pub text: Text,
    /// The clause.
    pub clause: String,
    /// The total after it.
    pub total: Figured,
}

/// What began an abnormal-low review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Below the share of the mean.
    Mean,
    /// Below the share of the second lowest.
    SecondLowest,
    /// Below the share of ceiling or budget.
    Ceiling,
    /// A price of 0.
    Zero,
    /// The committee's judgement.
    Committee,
}

/// Score of an item, or of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemScore {
    /// Id of the criterion.
    pub item: String,
    /// Score.
    pub score: Figured,
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Place from 1.
    pub place: u32,
    /// The bid.
    pub bid: String,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The report cannot be signed with it.
    MustCorrect,
    /// The committee looks at it; it may be right.
    Look,
}

/// What the check before signing looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A sheet's own sum is wrong.
    WrongSum,
    /// A mark is out of range.
    OutOfRange,
    /// Experts differ over an objective item.
    ObjectiveDiffers,
    /// An expert's total is far from the mean.
    TotalDeviates,
    /// An expert's mark is far from the mean.
    ItemDeviates,
}

/// What the check before signing found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// How grave.
    pub severity: Severity,
    /// What.
    pub kind: FindingKind,
    /// Of which bid.
    pub bid: String,
    /// Of which item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Of which expert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expert: Option<String>,
    /// In words, with what to do next.
    pub text: Text,
    /// The clause.
    pub clause: String,
}

/// What one bidder is told (87号令 第六十九条): its own score and rank, or why it was not evaluated; nothing of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnResult {
    /// The bid.
    pub bid: String,
    /// The bidder.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// Whether the result is settled.
    pub state: State,
    /// Why it was not evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grounds: Option<crate::bids::Grounds>,
    /// Scores by item, as people read them.
    pub items: Vec<(String, String)>,
    /// Score of the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_score: Option<String>,
    /// Total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// Rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
}

impl Outcome {
    /// What a bidder is told of its own bid.
    pub fn own_result(&self, bid: &str) -> Option<OwnResult> {
        let own = self.bids.iter().find(|outcome| outcome.bid == bid)?;
        Some(OwnResult {
            bid: own.bid.clone(),
            name: own.name.clone(),
            status: own.status,
            state: self.state,
            grounds: own.grounds.clone(),
            items: own.items.iter().map(|item| (item.item.clone(), item.score.shown.clone())).collect(),
            price_score: own.price_score.as_ref().map(|score| score.shown.clone()),
            total: own.total.as_ref().map(|total| total.shown.clone()),
            rank: own.rank,
        })
    }
}
