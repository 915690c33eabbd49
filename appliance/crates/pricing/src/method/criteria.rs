//! The tree of criteria, and how experts' marks become one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::refusal::Text;

/// A criterion: a group of others, or an item that experts mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Unique among all criteria.
    pub id: String,
    /// As the tender document calls it.
    pub name: Text,
    /// Most points; for a group the sum of its parts' maxima.
    pub maximum: Decimal,
    /// A group's parts. Exactly one of `parts` and `item` is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Criterion>,
    /// What is marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Leaf>,
}

/// An item that experts mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Objective or subjective.
    pub kind: Kind,
    /// What marks are out of, where that is not the maximum: marks out of 100 count maximum ÷ 100 each, the form
    /// F × A of 87号令 第五十五条.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked_out_of: Option<Decimal>,
}

/// Objective or subjective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 客观分: all experts must come to the same mark (87号令 第六十四条（三）).
    Objective,
    /// 主观分.
    Subjective,
}

/// How experts' marks become one: their mean, in engineering without the highest and lowest where the document says so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// By what experts are ordered when some are left out.
    #[serde(default)]
    pub over: AggregateOver,
    /// How many are left out.
    #[serde(default)]
    pub drop: Drop,
}

/// By what experts are ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AggregateOver {
    /// Item by item.
    #[default]
    Item,
    /// By their totals for the bid: whoever is left out is left out of all items of this bid.
    Total,
}

/// How many marks are left out at each end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drop {
    /// Highest.
    #[serde(default)]
    pub highest: u32,
    /// Lowest.
    #[serde(default)]
    pub lowest: u32,
}

impl Criterion {
    /// What marks are out of.
    pub fn marked_out_of<'a>(&'a self, leaf: &'a Leaf) -> &'a Decimal {
        leaf.marked_out_of.as_ref().unwrap_or(&self.maximum)
    }
}

/// All items, depth first, with their JSON pointers.
pub(super) fn leaves(criteria: &[Criterion]) -> Vec<(String, &Criterion, &Leaf)> {
    fn walk<'a>(path: &str, criteria: &'a [Criterion], out: &mut Vec<(String, &'a Criterion, &'a Leaf)>) {
        for (index, criterion) in criteria.iter().enumerate() {
            let path = format!("{path}/{index}");
            if let Some(leaf) = &criterion.item {
                out.push((path.clone(), criterion, leaf));
            }
            walk(&format!("{path}/parts"), &criterion.parts, out);
        }
    }
    let mut out = Vec::new();
    walk("/criteria", criteria, &mut out);
    out
}
