//! The bids `bidroom-bids/1`: what was offered, reviewed, marked and drawn.

mod check;
mod review;

use bidroom_domain::Fen;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use review::{AbnormalReview, Verdict, VerdictKind};

use crate::decimal::{Decimal, Percent};
use crate::refusal::Text;

/// Name of the format.
pub const BIDS_FORMAT: &str = "bidroom-bids/1";
/// Most bids of a lot.
pub const MOST_BIDS: usize = 1000;
/// Most experts.
pub const MOST_EXPERTS: usize = 50;
/// Most marks of all sheets.
pub const MOST_MARKS: usize = 500_000;
/// Most priced lines of one bid.
pub const MOST_LINES: usize = 20_000;
/// Most products of one bid.
pub const MOST_PRODUCTS: usize = 1000;

/// An amount in whole fen, for schemas.
#[derive(JsonSchema)]
#[schemars(transparent, inline)]
pub struct FenShape(
    #[schemars(range(min = 0, max = 999_999_999_999_999i64))]
    #[expect(dead_code, reason = "only its schema is used")]
    u64,
);

/// The bids of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bids {
    /// `bidroom-bids/1`.
    pub format: String,
    /// The lot.
    pub lot: Lot,
    /// The bids, in any order.
    pub bids: Vec<Bid>,
    /// The experts, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub experts: Vec<String>,
    /// One sheet for each expert and bid that is scored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<Sheet>,
    /// Numbers drawn in public at the opening.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<Drawn>,
    /// Random draws among equal bids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// The lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Number of the tender.
    pub tender: String,
    /// Number of the lot, from 1.
    pub lot: u32,
    /// Budget, fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FenShape>")]
    pub budget: Option<Fen>,
    /// Ceiling price 最高限价, fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FenShape>")]
    pub ceiling: Option<Fen>,
    /// Whether the lot is set aside for small and medium enterprises.
    #[serde(default)]
    pub set_aside: bool,
}

/// A bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bid {
    /// Unique among the bids.
    pub id: String,
    /// The bidder.
    pub name: String,
    /// Announced price (figures of the schedule), fen; left out only where the price does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FenShape>")]
    pub price: Option<Fen>,
    /// Qualification review 资格性审查.
    pub qualification: Review,
    /// Conformity review 符合性审查.
    pub conformity: Review,
    /// What else the bid says of its price, where it contradicts itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
    /// Small or micro enterprise, or with such firms; left out for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sme: Option<Sme>,
    /// Its products with their cost, where domestic ones have a deduction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
    /// Brands of the core products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<Brand>,
    /// Abnormal-low review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<AbnormalReview>,
}

/// Result of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// Passed.
    Passed,
    /// Not passed.
    Rejected(Grounds),
}

/// Grounds of a rejection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// What was found.
    pub reason: Text,
    /// The clause.
    pub clause: String,
}

/// What a bid says of its price beside the figures of its schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Total in words on the schedule, as the committee reads it, fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FenShape>")]
    pub words: Option<Fen>,
    /// Total in the body of the bid, fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FenShape>")]
    pub body: Option<Fen>,
    /// Priced lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// Whether the bidder confirmed the correction; left out until it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
}

/// A priced line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What.
    pub name: String,
    /// Quantity.
    pub quantity: Decimal,
    /// Unit price in yuan.
    pub unit_price: Decimal,
    /// Where the committee finds the decimal point or percentage plainly misplaced: the power of ten that puts it right, −6 to 6,
    /// not 0. Unit price × 10^shift is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -6, max = 6))]
    pub shift: Option<i32>,
}

/// Small or micro enterprise, or with such firms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sme {
    /// It is one; for goods, the manufacturers are.
    Own,
    /// In a consortium with them.
    Consortium(Share),
    /// It subcontracts to them.
    Subcontract(Share),
}

/// Share of the small firms in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The share.
    pub share: Percent,
}

/// A product and its cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// What.
    pub name: String,
    /// Cost, fen.
    #[schemars(with = "FenShape")]
    pub cost: Fen,
    /// Whether it meets the standard of domestic products.
    pub domestic: bool,
}

/// Brand of a core product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// Core product, as the method names it.
    pub product: String,
    /// Brand.
    pub brand: String,
}

/// One expert's marks for one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// The expert.
    pub expert: String,
    /// The bid.
    pub bid: String,
    /// One mark for each item of the method.
    pub marks: Vec<Mark>,
    /// The sum that the expert wrote down, where the sheet has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Decimal>,
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The item.
    pub item: String,
    /// The mark, out of what the method says.
    pub mark: Decimal,
}

/// A number drawn in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// Name of the draw in the method.
    pub name: String,
    /// The result, one of the list.
    pub value: Decimal,
}

/// Why bids were drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Equal bids of one brand (87号令 第三十一条): the first stands.
    SameBrand,
    /// Candidates of equal rank (87号令 第六十八条): their order.
    EqualCandidates,
}

/// Result of a random draw among equal bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Why.
    pub purpose: Purpose,
    /// The equal bids in the order drawn.
    pub order: Vec<String>,
}
