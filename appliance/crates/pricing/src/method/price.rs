//! How the price counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decimal::{Decimal, Percent};
use crate::exact::RoundingRule;

/// How the price counts: an object with one member that names the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceRule {
    /// Not at all: uniform national price standards, or a fixed price (87号令 第五十五条).
    None(NoPrice),
    /// 低价优先法: benchmark ÷ price × maximum, the benchmark being the lowest evaluated price.
    LowPriceFirst(LowPriceFirst),
    /// 最低评标价法, 经评审的最低投标价法: the lowest evaluated price wins.
    Lowest {},
    /// A benchmark formula of engineering.
    Benchmark(Box<EngineeringRule>),
}

/// Why the price does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoPrice {
    /// The price standard, or the document that fixes the price.
    pub basis: String,
}

/// 低价优先法.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LowPriceFirst {
    /// Most points: of the full points, the price's weight.
    pub maximum: Decimal,
}

/// A benchmark formula of engineering: B = (w·mean + (1 − w)·ceiling)·K·(1 − Δ), and the deduction for the distance from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineeringRule {
    /// Most points.
    pub maximum: Decimal,
    /// Which mean.
    pub mean: Mean,
    /// With what the mean is blended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blend: Option<Blend>,
    /// Factor K.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<Number>,
    /// Reduction Δ 下浮率, a fraction: `"0.03"` for 3 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<Number>,
    /// Points off for the distance.
    pub deduct: Deduct,
    /// Fewest points; none below it, whatever the distance.
    pub floor: Decimal,
}

/// A number: fixed, or drawn in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// This number.
    Fixed(Decimal),
    /// The result of the draw of this name.
    Drawn(String),
}

/// Which mean of the evaluated prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mean {
    /// Of all.
    All {},
    /// Without some at each end, by count.
    TrimCount(TrimCount),
    /// Without some at each end, by share of the number of bids.
    TrimShare(TrimShare),
    /// Second mean 二次平均: of the mean of all, and the mean of those not above that mean.
    Second {},
}

/// Trimming by count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrimCount {
    /// So many of the highest,
    pub highest: u32,
    /// and so many of the lowest are left out,
    pub lowest: u32,
    /// where there are at least so many bids; otherwise none.
    pub from: u32,
}

/// Trimming by share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrimShare {
    /// Such a share of the highest,
    pub highest: Percent,
    /// and such a share of the lowest are left out,
    pub lowest: Percent,
    /// each number of bids rounded to a whole one by this rule,
    pub rounding: RoundingRule,
    /// where there are at least so many bids; otherwise none.
    pub from: u32,
}

/// w·mean + (1 − w)·other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Blend {
    /// w, from 0 to 1.
    pub weight: Number,
    /// The other. A 标底 is none of them (实施条例 第五十条).
    pub with: BlendWith,
}

/// With what a mean is blended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlendWith {
    /// The ceiling price.
    Ceiling,
}

/// Points off for the distance from the benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deduct {
    /// E1: points for each step above.
    pub above: Decimal,
    /// E2: points for each step below.
    pub below: Decimal,
    /// A step: `"1%"`.
    pub per: Percent,
    /// What a part of a step counts.
    pub steps: Steps,
}

/// What a part of a step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Steps {
    /// Its part: linear interpolation 直线插入.
    Interpolated,
    /// A whole step, once it has begun 不足1%按1%计.
    Started,
    /// Nothing, until it is complete 不足1%不计.
    Completed,
}
