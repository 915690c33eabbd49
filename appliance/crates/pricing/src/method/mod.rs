//! The method description `bidroom-method/1`: what the tender document says of evaluation, as data.
//!
//! It goes into the tender package, so whoever reads the package can compute the result. It knows no bid.

mod check;
mod check_policy;
mod check_price;
mod criteria;
mod price;

use bidroom_domain::Figure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use criteria::{Aggregate, AggregateOver, Criterion, Drop, Kind, Leaf};
pub use price::{
    Blend, BlendWith, Deduct, EngineeringRule, LowPriceFirst, Mean, NoPrice, Number, PriceRule, Steps,
    TrimCount, TrimShare,
};

use crate::decimal::{Decimal, Percent};
use crate::exact::{Rounding, RoundingRule};
use crate::law::{FigureShape, Law};
use crate::refusal::Text;

/// Name of the format.
pub const METHOD_FORMAT: &str = "bidroom-method/1";
/// Most criteria, groups included.
pub const MOST_CRITERIA: usize = 500;
/// Most values in a list to draw from.
pub const MOST_DRAW_VALUES: usize = 200;

/// Under which law a lot is procured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// 政府采购招标: 政府采购法, 87号令.
    GovernmentProcurement,
    /// 竞争性磋商: 财库〔2014〕214号.
    CompetitiveConsultation,
    /// 工程建设招标: 招标投标法, 实施条例, 12号令.
    Engineering,
}

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// 货物.
    Goods,
    /// 服务.
    Services,
    /// 工程.
    Works,
}

/// A method of evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// `bidroom-method/1`.
    pub format: String,
    /// Name by which the catalogue and documents refer to it: letters, digits and `-`.
    pub id: String,
    /// What people call it: 综合评分法（货物）.
    pub name: Text,
    /// Where the tender document states it.
    pub clause: String,
    /// Under which law.
    pub regime: Regime,
    /// What is bought.
    pub object: Object,
    /// Reference of the finance department's approval, where a consultation's weight of the price is outside the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// Fewest bids that respond in substance, where it is not the law's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FigureShape<u32>>")]
    pub minimum_responsive: Option<Figure<u32>>,
    /// What all maxima, the price's included, sum to: `"100"`. Left out exactly where the lowest price decides alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<Decimal>,
    /// How the price counts.
    pub price: PriceRule,
    /// What else counts; empty exactly where the lowest price decides alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Criterion>,
    /// How experts' marks become one.
    #[serde(default)]
    pub aggregate: Aggregate,
    /// What is drawn in public at the opening.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<DrawList>,
    /// Policy deductions from the price, with which it is evaluated.
    #[serde(default)]
    pub deductions: Deductions,
    /// Figures of the abnormal-low review; government procurement without them uses the law's, engineering has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abnormal: Option<Abnormal>,
    /// How a price that contradicts itself is corrected; the regime's order where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<CorrectionRule>,
    /// Same brand (87号令 第三十一条), where it applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_brand: Option<SameBrand>,
    /// How candidates of equal rank are put in order.
    #[serde(default)]
    pub equal_candidates: EqualCandidates,
    /// Most candidates.
    #[serde(default = "three")]
    pub candidates: u32,
    /// How each quantity is rounded; what is left out stays exact.
    #[serde(default)]
    pub rounding: RoundingTable,
    /// From which distance on an expert's marks are listed as deviating.
    #[serde(default)]
    pub deviation: Deviation,
    /// Figures of law, where they are not the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<Law>,
}

const fn three() -> u32 {
    3
}

/// A list from which a number is drawn in public 浮动点.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawList {
    /// Its name: `K`, `Δ`.
    pub name: String,
    /// The values, each once.
    pub values: Vec<Decimal>,
}

/// Policy deductions, each taken from the original price: P' = P − P·d − P·s.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deductions {
    /// For small and micro enterprises, as the tender document says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sme: Option<SmeDeduction>,
    /// For domestic products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domestic: Option<Percent>,
}

/// Deduction for small and micro enterprises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmeDeduction {
    /// For a small or micro enterprise.
    pub rate: Percent,
    /// For a consortium with, or a subcontract to, such firms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_rate: Option<Percent>,
}

/// Figures of the abnormal-low review that the tender document states; the law's where one is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Abnormal {
    /// Share of the mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Percent>,
    /// Share of the second lowest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_lowest: Option<Percent>,
    /// Share of the ceiling or budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Percent>,
    /// Minutes to explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// A rule by which a price that contradicts itself is corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionStep {
    /// The schedule beats the body (87号令 第五十九条（一）).
    ScheduleOverBody,
    /// Words beat figures (87号令 第五十九条（二）; 12号令 第十九条).
    WordsOverFigures,
    /// A plainly misplaced decimal point or percentage: the total stands and the unit price is corrected (87号令 第五十九条（三）).
    MisplacedPoint,
    /// The sum of unit prices beats the total (87号令 第五十九条（四）; 12号令 第十九条).
    UnitsOverTotal,
}

/// How a price that contradicts itself is corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionRule {
    /// The rules in their order, each at most once; a contradiction that none settles is refused.
    pub order: Vec<CorrectionStep>,
    /// How quantity × unit price is rounded, decimals of yuan.
    #[serde(default = "to_fen")]
    pub line: Rounding,
    /// Where it stands.
    pub clause: String,
}

const fn to_fen() -> Rounding {
    Rounding::new(RoundingRule::HalfUp, 2)
}

/// Whether one equal core product is enough to be of the same brand, or all must be equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BrandMatch {
    /// One is enough.
    Any,
    /// All.
    All,
}

/// How one of several equal bids of a brand is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BrandTie {
    /// By a random draw.
    Draw,
    /// The lower evaluated price, then a random draw.
    LowerPrice,
}

/// Same brand (87号令 第三十一条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SameBrand {
    /// The core products that the tender document names, or the one product.
    pub core_products: Vec<String>,
    /// One or all of them.
    #[serde(rename = "match")]
    pub matches: BrandMatch,
    /// Among equal ones.
    pub tie: BrandTie,
}

/// How candidates of equal rank are put in order (87号令 第六十八条). Their rank stays equal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EqualCandidates {
    /// Criteria whose score decides, in this order, before a random draw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
}

/// How each quantity is rounded. Left out: exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundingTable {
    /// Evaluated price, after deductions (decimals of yuan).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_price: Option<Rounding>,
    /// Mean of prices in a benchmark formula (decimals of yuan).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Rounding>,
    /// Benchmark (decimals of yuan).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<Rounding>,
    /// Benchmark ÷ price (decimals of percent), before it is weighted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_ratio: Option<Rounding>,
    /// Deviation from the benchmark (decimals of percent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<Rounding>,
    /// Score of the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_score: Option<Rounding>,
    /// Score of an item, after the experts' marks became one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Rounding>,
    /// Total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Rounding>,
}

/// From which distance from the mean of all experts marks are listed as deviating; strictly more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Of an expert's total for a bid, as a share of the mean total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Percent>,
    /// Of a mark, as a share of the mean mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Percent>,
}

impl Method {
    /// The figures of law that hold for this method.
    pub fn law(&self) -> Law {
        self.law.clone().unwrap_or_default()
    }

    /// Fewest bids that respond in substance.
    pub fn minimum(&self) -> Figure<u32> {
        let law = self.law();
        self.minimum_responsive.clone().unwrap_or(match self.regime {
            Regime::GovernmentProcurement => law.responsive_least,
            Regime::CompetitiveConsultation => law.responsive_consultation,
            Regime::Engineering => law.responsive_engineering,
        })
    }

    /// How a price that contradicts itself is corrected: the method's way, or the regime's.
    pub fn correction(&self) -> CorrectionRule {
        use CorrectionStep::{MisplacedPoint, ScheduleOverBody, UnitsOverTotal, WordsOverFigures};
        self.correction.clone().unwrap_or_else(|| match self.regime {
            Regime::Engineering => CorrectionRule {
                order: vec![WordsOverFigures, MisplacedPoint, UnitsOverTotal],
                line: to_fen(),
                clause: "12号令 第十九条".to_owned(),
            },
            _ => CorrectionRule {
                order: vec![ScheduleOverBody, WordsOverFigures, MisplacedPoint, UnitsOverTotal],
                line: to_fen(),
                clause: "87号令 第五十九条".to_owned(),
            },
        })
    }

    /// By which clause bids are scored.
    pub fn scoring_clause(&self) -> &str {
        match self.regime {
            Regime::GovernmentProcurement => "87号令 第五十五条",
            Regime::CompetitiveConsultation => "财库〔2014〕214号 第二十四条",
            Regime::Engineering => &self.clause,
        }
    }

    /// All items that are marked, with their JSON pointers, in the order of the method.
    pub fn leaves(&self) -> Vec<(String, &Criterion, &Leaf)> {
        criteria::leaves(&self.criteria)
    }
}
