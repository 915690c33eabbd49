//! The evaluation method as data: what the tender document says, with the clause of every figure.

mod check;
mod defaults;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::terms::{Review, SheetPart, Stage};
use crate::{Fen, Figure};

pub use check::check_plan;

/// By which rules a lot is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// 政府采购货物和服务招标, 综合评分法 (87号令 第五十五条).
    Scored,
    /// 政府采购货物和服务招标, 最低评标价法 (87号令 第五十四条): no scores.
    LowestPrice,
    /// 竞争性磋商 (财库〔2014〕214号, 转述).
    Consultation,
    /// 工程建设项目招标 (12号令).
    Engineering,
}

/// Rules that are no figures; each procedure has its own clause for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Disputes are decided by majority; who is silent agrees.
    Dispute,
    /// Too few bids are left.
    TooFew,
    /// Abnormally low prices.
    LowPrice,
    /// What is summed up stands but for four grounds.
    ResultStands,
    /// A defective tender document stops the evaluation.
    DefectiveDocument,
    /// Who has an interest recuses itself.
    Recusal,
    /// What a replaced member found is void.
    Replacement,
    /// Members score independently.
    Independence,
    /// Bidders are asked in writing; nothing is led, nothing volunteered.
    Clarification,
    /// Corrections of a price bind once the bidder confirmed them.
    Correction,
    /// The report is signed by all members.
    Signatures,
    /// Who the members are stays secret.
    Secrecy,
    /// The chair.
    Chair,
    /// No member may have attended the opening.
    Attendance,
    /// Composition.
    Composition,
}

impl Procedure {
    /// The rule's clause under this procedure.
    pub const fn clause(self, rule: Rule) -> &'static str {
        match (rule, self) {
            (Rule::Dispute, Self::Engineering) => "招标投标法实施条例 第五十三条",
            (Rule::Dispute, _) => "87号令 第六十一条",
            (Rule::TooFew, Self::Engineering) => "12号令 第二十七条；发改法规〔2022〕1117号（十三）",
            (Rule::TooFew, _) => "政府采购法 第三十六条（一）",
            (Rule::LowPrice, Self::Engineering) => "招标投标法实施条例 第五十一条（五）",
            (Rule::LowPrice, _) => "87号令 第六十条；财库〔2026〕2号（转述）",
            (Rule::ResultStands, _) => "87号令 第六十四条",
            (Rule::DefectiveDocument, Self::Engineering) => "发改法规〔2022〕1117号（十三）",
            (Rule::DefectiveDocument, _) => "87号令 第六十五条",
            (Rule::Recusal, Self::Engineering) => "招标投标法实施条例 第四十六条",
            (Rule::Recusal, _) => "政府采购法 第十二条",
            (Rule::Replacement, Self::Engineering) => "招标投标法实施条例 第四十八条",
            (Rule::Replacement, _) => "87号令 第四十九条",
            (Rule::Independence, Self::Engineering) => "招标投标法实施条例 第四十九条",
            (Rule::Independence, _) => "87号令 第五十五条、第六十二条（四）",
            (Rule::Clarification, Self::Engineering) => "招标投标法实施条例 第五十二条",
            (Rule::Clarification, _) => "87号令 第五十一条、第六十二条（二）",
            (Rule::Correction, Self::Engineering) => "12号令 第十九条",
            (Rule::Correction, _) => "87号令 第五十九条",
            (Rule::Signatures, Self::Engineering) => "招标投标法实施条例 第五十三条",
            (Rule::Signatures, _) => "87号令 第五十八条、第六十一条",
            (Rule::Secrecy, Self::Engineering) => "12号令 第八条",
            (Rule::Secrecy, _) => "87号令 第四十七条、第六十六条",
            (Rule::Chair, Self::Engineering) => "12号令 第九条",
            (Rule::Chair, _) => "87号令 第四十五条（四）",
            (Rule::Attendance, _) => "87号令 第四十条",
            (Rule::Composition, Self::Engineering) => "招标投标法 第三十七条",
            (Rule::Composition, _) => "87号令 第四十七条",
        }
    }
}

/// So many of so many parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Numerator.
    pub parts: u32,
    /// Denominator, not 0.
    pub of: u32,
}

impl Share {
    /// Whether `some` of `all` are at least this share.
    pub const fn is_reached(self, some: u32, all: u32) -> bool {
        some.saturating_mul(self.of) >= all.saturating_mul(self.parts)
    }

    /// Whether `some` of `all` are more than this share.
    pub const fn is_exceeded(self, some: u32, all: u32) -> bool {
        some.saturating_mul(self.of) > all.saturating_mul(self.parts)
    }
}

/// From which budget a larger committee is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LargeCommittee {
    /// From this budget, inclusive.
    pub from: Fen,
    /// Fewest members then, and where the lot is complex or of high social impact.
    pub minimum: u8,
}

/// Who sits in the committee, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteePlan {
    /// Fewest members; their number is always odd.
    pub minimum: Figure<u8>,
    /// When it is larger, where the law asks for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large: Option<Figure<LargeCommittee>>,
    /// Budget 采购预算.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Fen>,
    /// 技术复杂.
    #[serde(default)]
    pub is_complex: bool,
    /// 社会影响较大.
    #[serde(default)]
    pub has_social_impact: bool,
    /// Least share of experts.
    pub experts: Figure<Share>,
    /// Whether the purchaser's representative may be the chair.
    pub representative_may_chair: Figure<bool>,
    /// Time for the evaluation, minutes.
    pub minutes: Figure<u32>,
    /// The time is extended when more than this share of the members say that it is short,
    pub extension_share: Figure<Share>,
    /// by so many minutes.
    pub extension_minutes: Figure<u32>,
}

impl CommitteePlan {
    /// Fewest members of this lot's committee, and the clause.
    pub fn required(&self) -> (u8, &str) {
        let large = self.large.as_ref().filter(|large| {
            self.is_complex
                || self.has_social_impact
                || self.budget.is_some_and(|budget| budget >= large.value.from)
        });
        match large {
            Some(large) if large.value.minimum > self.minimum.value => (large.value.minimum, &large.clause),
            _ => (self.minimum.value, &self.minimum.clause),
        }
    }
}

/// Who reviews the qualification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualifiedBy {
    /// Purchaser or agency, before the committee sits.
    Purchaser,
    /// The committee.
    Committee,
}

/// What follows when fewer bids than the minimum are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BelowMinimum {
    /// The lot is cancelled.
    Cancel,
    /// The committee decides whether all are rejected, and argues it.
    CommitteeDecides,
}

/// An item of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewItem {
    /// Name within the plan: lower-case letters, digits and `_`.
    pub id: String,
    /// Which review it belongs to.
    pub review: Review,
    /// What is asked, Chinese.
    pub text: String,
    /// Where the tender document asks it.
    pub clause: String,
}

/// How an item is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionKind {
    /// 客观分: members cannot rightly differ.
    Objective,
    /// 主观分.
    Subjective,
}

/// Which part of a bid an item scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionPart {
    /// 技术.
    Technical,
    /// 商务.
    Commercial,
    /// 价格: computed, on no sheet.
    Price,
}

/// A grade of an item: what scores a word stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// The word, Chinese: 优、良、一般、差.
    pub name: String,
    /// Lowest score, hundredths of a point.
    pub from: u32,
    /// Highest score, hundredths of a point.
    pub to: u32,
}

/// An item that is scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Name within the plan: lower-case letters, digits and `_`.
    pub id: String,
    /// What is scored, Chinese.
    pub name: String,
    /// Part of the bid.
    pub part: CriterionPart,
    /// How.
    pub kind: CriterionKind,
    /// Highest score, hundredths of a point.
    pub max: u32,
    /// Scores are multiples of this, hundredths of a point.
    pub step: u32,
    /// Whether it is scored without the bidder's identity 暗标.
    #[serde(default)]
    pub blind: bool,
    /// What the tender document says of how it is scored, Chinese; shown beside the score.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guide: String,
    /// Grades, from the lowest up, where the tender document has them: they help to find a score and bind nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grades: Vec<Grade>,
}

/// Which contradiction of a price is corrected, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionRule {
    /// The schedule beats the body.
    Schedule,
    /// Words beat figures.
    Words,
    /// A misplaced decimal point or percentage: the schedule's total stands.
    DecimalPoint,
    /// The sum of the unit prices beats the total.
    UnitPrices,
}

/// The evaluation method of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// By which rules.
    pub procedure: Procedure,
    /// The committee.
    pub committee: CommitteePlan,
    /// Who reviews the qualification.
    pub qualification_by: Figure<QualifiedBy>,
    /// Items of both reviews.
    pub reviews: Vec<ReviewItem>,
    /// Fewest qualified bids with which there is an evaluation.
    pub minimum_qualified: Figure<u32>,
    /// Fewest bids that respond in substance with which there is a result.
    pub minimum_responsive: Figure<u32>,
    /// What follows below these.
    pub below_minimum: Figure<BelowMinimum>,
    /// Least time to answer a question, minutes.
    pub clarify_minutes: Figure<u32>,
    /// In which order contradictions of a price are corrected.
    pub corrections: Figure<Vec<CorrectionRule>>,
    /// Least time to explain an abnormally low price, minutes; none where the procedure has no such review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_price_minutes: Option<Figure<u32>>,
    /// Items that are scored; none under the lowest price.
    #[serde(default)]
    pub criteria: Vec<Criterion>,
    /// Where the tender document says that items are blind; there if, and only if, one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blind_clause: Option<String>,
    /// Names of the documents of a bid that are reviewed blind; there if, and only if, an item is. Until the blind is lifted they are
    /// read by blind number only, and all other documents by the bid's own number only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blind_documents: Vec<String>,
    /// Most candidates.
    pub candidates: Figure<u32>,
    /// The method by which prices and scores become a result (`docs/price.md`); whoever imports the package checks that it says the
    /// same as this plan. None where the result is computed elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Value>,
}

impl Plan {
    /// Stages in their order, from the first that has work in it to the report.
    pub fn stages(&self) -> Vec<Stage> {
        let has = |review| self.items(review).next().is_some();
        let qualification = has(Review::Qualification).then_some(Stage::Qualification);
        let by_purchaser = self.qualification_by.value == QualifiedBy::Purchaser;
        let mut stages: Vec<Stage> = qualification.filter(|_| by_purchaser).into_iter().collect();
        stages.push(Stage::Assembly);
        stages.extend(qualification.filter(|_| !by_purchaser));
        stages.extend(has(Review::Conformity).then_some(Stage::Conformity));
        stages.extend((!self.parts().is_empty()).then_some(Stage::Scoring));
        stages.extend([Stage::Price, Stage::Report]);
        stages
    }

    /// The place of a stage in their order; none where the plan has no such stage.
    pub fn place(&self, stage: Stage) -> Option<usize> {
        self.stages().iter().position(|known| *known == stage)
    }

    /// Items of a review.
    pub fn items(&self, review: Review) -> impl Iterator<Item = &ReviewItem> {
        self.reviews.iter().filter(move |item| item.review == review)
    }

    /// Whether the purchaser or agency makes a review, and not the committee.
    pub fn is_purchasers(&self, review: Review) -> bool {
        review == Review::Qualification && self.qualification_by.value == QualifiedBy::Purchaser
    }

    /// Whether anything is scored without the bidders' identity.
    pub fn is_blind(&self) -> bool {
        self.criteria.iter().any(|criterion| criterion.blind)
    }

    /// Sheets that each member fills in.
    pub fn parts(&self) -> Vec<SheetPart> {
        let mut parts = Vec::new();
        let whole = if self.is_blind() { SheetPart::Named } else { SheetPart::Whole };
        for (part, blind) in [(SheetPart::Blind, true), (whole, false)] {
            let mut scored = self.criteria.iter().filter(|it| it.part != CriterionPart::Price);
            if scored.any(|it| it.blind == blind) {
                parts.push(part);
            }
        }
        parts
    }

    /// Items of a sheet.
    pub fn sheet(&self, part: SheetPart) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |criterion| {
            criterion.part != CriterionPart::Price && criterion.blind == (part == SheetPart::Blind)
        })
    }

    /// Place of a rule among the corrections; none where the tender document does not name it.
    pub fn correction_place(&self, rule: CorrectionRule) -> Option<usize> {
        self.corrections.value.iter().position(|known| *known == rule)
    }
}
