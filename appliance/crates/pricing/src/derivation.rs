//! Every number with how it came about: a sheet of nodes, each computed from others by one operation.
//!
//! The engine has no other arithmetic: a quantity exists only as a node of a [`Worksheet`], so that a number without a
//! derivation, or with one that says something else than what was computed, cannot be written. Whoever has the sheet can
//! compute every node again from its inputs.

use num_bigint::BigInt;
use num_traits::{Signed as _, Zero as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exact::{Exact, Rounding, decimal_text, fraction_text, power_of_ten, whole};
use crate::outcome::Figured;
use crate::refusal::Text;

/// Number of a node on its sheet, from 0.
pub type NodeId = u32;

/// In which unit a quantity is kept, and how people read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Kept in fen, read and rounded in yuan.
    Fen,
    /// Points.
    Points,
    /// Kept as a fraction, read and rounded in percent.
    Rate,
    /// A plain number.
    Number,
}

/// How a node comes from its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// It stands in the method, the bids or the law; `source` says where.
    Given,
    /// The sum of all inputs.
    Sum,
    /// The first input less all others.
    Difference,
    /// The product of all inputs.
    Product,
    /// The first input divided by the second.
    Quotient,
    /// The least input.
    Minimum,
    /// The greatest input.
    Maximum,
    /// The sum of all inputs divided by their number.
    Mean,
    /// The second input in ascending order, equal ones counted each.
    SecondLowest,
    /// The amount of the input without its sign.
    Absolute,
    /// The first input divided by the second, up to the next whole number.
    StepsStarted,
    /// The first input divided by the second, down to the next whole number.
    StepsCompleted,
    /// The mean of the marks that were not left out.
    MeanOfMarks,
}

/// A mark as it went into a mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkUsed {
    /// The expert.
    pub expert: String,
    /// The mark.
    pub mark: String,
    /// Whether it was left out as one of the highest or lowest.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub left_out: bool,
}

/// A number and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// Number on the sheet; inputs have smaller ones.
    pub id: NodeId,
    /// What it is.
    pub name: Text,
    /// Of which bid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<String>,
    /// Unit.
    pub unit: Unit,
    /// How it comes from its inputs.
    pub op: Op,
    /// From which nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<NodeId>,
    /// From which marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<MarkUsed>,
    /// How it was rounded after the operation; left out where it is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// The value after rounding, as a fraction in lowest terms.
    pub exact: String,
    /// The value as people read it; `≈` where these decimals are not all of it.
    pub shown: String,
    /// The clause by which it is computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// Where a given value stands: `method:/price/…`, `bids:/bids/…`, `law:…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A quantity: a node's number and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Its node.
    pub id: NodeId,
    /// Its value.
    pub value: Exact,
}

/// What a node is: name, bid, unit, clause, rounding.
#[derive(Debug, Clone)]
pub struct What {
    name: Text,
    bid: Option<String>,
    unit: Unit,
    clause: Option<String>,
    rounding: Option<Rounding>,
}

impl What {
    /// A quantity of this name and unit.
    pub fn new(zh: impl Into<String>, en: impl Into<String>, unit: Unit) -> Self {
        Self { name: Text::new(zh, en), bid: None, unit, clause: None, rounding: None }
    }

    /// Of a bid.
    pub fn of(mut self, bid: &str) -> Self {
        self.bid = Some(bid.to_owned());
        self
    }

    /// By a clause.
    pub fn under(mut self, clause: &str) -> Self {
        self.clause = Some(clause.to_owned());
        self
    }

    /// Rounded.
    pub fn rounded(mut self, rounding: Option<Rounding>) -> Self {
        self.rounding = rounding;
        self
    }
}

/// The sheet on which everything is computed.
#[derive(Debug, Default)]
pub struct Worksheet {
    nodes: Vec<Derivation>,
}

impl Worksheet {
    /// A value that stands somewhere.
    pub fn given(&mut self, what: What, value: Exact, source: impl Into<String>) -> Quantity {
        let source = Some(source.into());
        self.push(what, Op::Given, value, Vec::new(), Vec::new(), source)
    }

    /// The amount of whole fen.
    pub fn fen(&mut self, what: What, fen: bidroom_domain::Fen, source: impl Into<String>) -> Quantity {
        self.given(what, whole(fen.get()), source)
    }

    /// A value computed from others. Operations on nothing, and a division by zero, give nothing: callers see to it that
    /// neither is asked.
    pub fn compute(&mut self, what: What, op: Op, inputs: &[&Quantity]) -> Option<Quantity> {
        let values: Vec<&Exact> = inputs.iter().map(|input| &input.value).collect();
        let value = operate(op, &values)?;
        Some(self.push(what, op, value, inputs.iter().map(|input| input.id).collect(), Vec::new(), None))
    }

    /// The mean of the marks that are not left out.
    pub fn mean_of_marks(&mut self, what: What, marks: &[(&str, &Exact, bool)]) -> Option<Quantity> {
        let kept: Vec<&Exact> = marks.iter().filter(|(_, _, out)| !out).map(|(_, mark, _)| *mark).collect();
        let value = operate(Op::Mean, &kept)?;
        let marks = marks
            .iter()
            .map(|(expert, mark, out)| MarkUsed {
                expert: (*expert).to_owned(),
                mark: fraction_text(mark),
                left_out: *out,
            })
            .collect();
        Some(self.push(what, Op::MeanOfMarks, value, Vec::new(), marks, None))
    }

    /// A quantity as the outcome names it.
    pub fn figured(&self, quantity: &Quantity) -> Figured {
        let node = usize::try_from(quantity.id).ok().and_then(|id| self.nodes.get(id));
        let shown = node.map(|node| node.shown.clone()).unwrap_or_default();
        Figured { node: quantity.id, exact: fraction_text(&quantity.value), shown }
    }

    /// All nodes.
    pub fn into_nodes(self) -> Vec<Derivation> {
        self.nodes
    }

    fn push(
        &mut self,
        what: What,
        op: Op,
        value: Exact,
        inputs: Vec<NodeId>,
        marks: Vec<MarkUsed>,
        source: Option<String>,
    ) -> Quantity {
        let What { name, bid, unit, clause, rounding } = what;
        let value = rounding.map_or(value.clone(), |rounding| unit.round(&value, rounding));
        let id = NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX);
        let shown = unit.shown(&value, rounding.map_or(0, |rounding| rounding.decimals));
        let exact = fraction_text(&value);
        self.nodes.push(Derivation {
            id,
            name,
            bid,
            unit,
            op,
            inputs,
            marks,
            rounding,
            exact,
            shown,
            clause,
            source,
        });
        Quantity { id, value }
    }
}

impl Unit {
    /// What a value is multiplied by to be read.
    fn scale(self) -> Exact {
        match self {
            Self::Fen => Exact::new(BigInt::from(1), BigInt::from(100)),
            Self::Rate => power_of_ten(2),
            Self::Points | Self::Number => whole(1),
        }
    }

    /// Rounds a value in the unit in which it is read.
    pub fn round(self, value: &Exact, rounding: Rounding) -> Exact {
        let scale = self.scale();
        rounding.apply(&(value * &scale)) / scale
    }

    /// A value as people read it.
    pub fn shown(self, value: &Exact, decimals: u32) -> String {
        let text = decimal_text(&(value * self.scale()), if self == Self::Fen { 2 } else { decimals });
        match self {
            Self::Fen => grouped(&text),
            Self::Rate => format!("{text}%"),
            Self::Points | Self::Number => text,
        }
    }
}

/// `1234567.50` → `1,234,567.50`.
fn grouped(text: &str) -> String {
    let (before, after) = text.split_once('.').unwrap_or((text, ""));
    let start = before.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (mark, digits) = before.split_at(start);
    let mut out = mark.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !after.is_empty() {
        out.push('.');
        out.push_str(after);
    }
    out
}

fn operate(op: Op, inputs: &[&Exact]) -> Option<Exact> {
    let (first, rest) = inputs.split_first()?;
    let quotient = || {
        let divisor = rest.first()?;
        (!divisor.is_zero()).then(|| *first / *divisor)
    };
    let sum = || rest.iter().fold((*first).clone(), |sum, value| sum + *value);
    Some(match op {
        Op::Given | Op::MeanOfMarks => return None,
        Op::Sum => sum(),
        Op::Difference => rest.iter().fold((*first).clone(), |left, value| left - *value),
        Op::Product => rest.iter().fold((*first).clone(), |product, value| product * *value),
        Op::Quotient => quotient()?,
        Op::Minimum => (*inputs.iter().min()?).clone(),
        Op::Maximum => (*inputs.iter().max()?).clone(),
        Op::Mean => sum() / whole(u64::try_from(inputs.len()).ok()?),
        Op::SecondLowest => {
            let mut sorted = inputs.to_vec();
            sorted.sort();
            (*sorted.get(1)?).clone()
        }
        Op::Absolute => first.abs(),
        Op::StepsStarted => quotient()?.ceil(),
        Op::StepsCompleted => quotient()?.floor(),
    })
}
