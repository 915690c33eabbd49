//! Exact numbers: fractions of whole numbers of any length, and how they are rounded and written.
//!
//! Nothing here, and nothing that is built on it, knows a floating-point number.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_rational::BigRational;
use num_traits::{Signed as _, Zero as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An exact number.
pub type Exact = BigRational;

/// How a number is rounded, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingRule {
    /// 四舍五入: to the nearest; the half goes away from zero.
    HalfUp,
    /// 四舍六入五成双: to the nearest; the half goes to the even digit.
    HalfEven,
    /// 截断: towards zero.
    Truncate,
    /// 进一: towards positive infinity.
    Ceiling,
}

/// A rounding: the rule, and to how many decimals.
///
/// Decimals are counted in the unit in which people read the quantity: yuan for money, percent for rates, points for scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// The rule.
    pub rule: RoundingRule,
    /// Decimals kept, 0 to 8.
    #[schemars(range(max = 8))]
    pub decimals: u32,
}

/// Most decimals to which anything is rounded.
pub const MOST_DECIMALS: u32 = 8;

impl Rounding {
    /// A rounding.
    pub const fn new(rule: RoundingRule, decimals: u32) -> Self {
        Self { rule, decimals }
    }

    /// Rounds a number.
    pub fn apply(self, value: &Exact) -> Exact {
        let scale = BigInt::from(10).pow(self.decimals);
        let whole = self.rule.divide(&(value.numer() * &scale), value.denom());
        Exact::new(whole, scale)
    }
}

impl RoundingRule {
    /// Rounds to a whole number.
    pub fn to_whole(self, value: &Exact) -> Exact {
        Exact::from_integer(self.divide(value.numer(), value.denom()))
    }

    /// `numer` ÷ `denom` to a whole number; `denom` is positive.
    fn divide(self, numer: &BigInt, denom: &BigInt) -> BigInt {
        let (below, rest) = numer.div_mod_floor(denom);
        let twice: BigInt = rest * 2;
        let up = match self {
            Self::Truncate => numer.is_negative() && !twice.is_zero(),
            Self::Ceiling => !twice.is_zero(),
            Self::HalfUp => twice > *denom || (twice == *denom && !numer.is_negative()),
            Self::HalfEven => twice > *denom || (twice == *denom && below.is_odd()),
        };
        if up { below + 1 } else { below }
    }
}

/// 10 to the power of `exponent`.
pub fn power_of_ten(exponent: u32) -> Exact {
    Exact::from_integer(BigInt::from(10).pow(exponent))
}

/// A whole number.
pub fn whole(value: u64) -> Exact {
    Exact::from_integer(BigInt::from(value))
}

/// `7`, `-7/3`: the fraction in lowest terms.
pub fn fraction_text(value: &Exact) -> String {
    if value.is_integer() {
        value.numer().to_string()
    } else {
        format!("{}/{}", value.numer(), value.denom())
    }
}

/// The number in decimals: exact where at most eight will do, otherwise rounded half up to eight and marked `≈`. At least
/// `least` decimals are written.
pub fn decimal_text(value: &Exact, least: u32) -> String {
    let scaled = value.numer() * BigInt::from(10).pow(MOST_DECIMALS);
    let units = RoundingRule::HalfUp.divide(&scaled, value.denom());
    let mark = if &units * value.denom() == scaled { "" } else { "≈" };
    let sign = if units.is_negative() { "-" } else { "" };
    let units = units.magnitude().to_string();
    let places = usize::try_from(MOST_DECIMALS).unwrap_or(8);
    let padded = format!("{units:0>width$}", width = places + 1);
    let (before, after) = padded.split_at(padded.len() - places);
    let mut decimals = after.trim_end_matches('0').to_owned();
    while decimals.len() < usize::try_from(least).unwrap_or(0) {
        decimals.push('0');
    }
    if decimals.is_empty() {
        format!("{mark}{sign}{before}")
    } else {
        format!("{mark}{sign}{before}.{decimals}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numer: i64, denom: i64) -> Exact {
        Exact::new(numer.into(), denom.into())
    }

    #[track_caller]
    fn check(rule: RoundingRule, decimals: u32, numer: i64, denom: i64, expect: &str) {
        assert_eq!(decimal_text(&Rounding::new(rule, decimals).apply(&fraction(numer, denom)), 0), expect);
    }

    #[test]
    fn each_rule_on_both_sides_of_zero() {
        use RoundingRule::{Ceiling, HalfEven, HalfUp, Truncate};
        for (rule, expect) in [
            (HalfUp, ["3", "2", "1", "0.5", "-0.5", "-3", "2"]),
            (HalfEven, ["2", "2", "1", "0.4", "-0.4", "-2", "2"]),
            (Truncate, ["2", "1", "0", "0.4", "-0.4", "-2", "1"]),
            (Ceiling, ["3", "2", "1", "0.5", "-0.4", "-2", "2"]),
        ] {
            let [a, b, c, d, e, f, g] = expect;
            check(rule, 0, 5, 2, a);
            check(rule, 0, 3, 2, b);
            check(rule, 0, 2, 3, c);
            check(rule, 1, 45, 100, d);
            check(rule, 1, -45, 100, e);
            check(rule, 0, -5, 2, f);
            check(rule, 0, 17, 10, g);
        }
    }

    #[test]
    fn texts() {
        assert_eq!(fraction_text(&fraction(-14, 6)), "-7/3");
        assert_eq!(fraction_text(&fraction(14, 7)), "2");
        assert_eq!(decimal_text(&fraction(1, 3), 0), "≈0.33333333");
        assert_eq!(decimal_text(&fraction(-1, 8), 2), "-0.125");
        assert_eq!(decimal_text(&fraction(30, 1), 2), "30.00");
        assert_eq!(decimal_text(&fraction(0, 1), 0), "0");
    }
}
