//! Decimals and percentages as JSON carries them: strings, never floats.

use core::fmt;

use num_bigint::BigInt;
use num_traits::Signed as _;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::exact::{Exact, decimal_text, power_of_ten};

/// An exact decimal number, written as a string: `"12"`, `"-0.5"`, `"0.975"`. At most twelve digits before the point and eight
/// after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(Exact);

/// An exact percentage that is not negative, written as a string with its sign: `"30%"`, `"12.5%"`. Its value is the
/// fraction: that of `"30%"` is 3/10.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(Exact);

impl Decimal {
    /// The number.
    pub fn value(&self) -> &Exact {
        &self.0
    }
}

impl Percent {
    /// The fraction: 3/10 for `"30%"`.
    pub fn value(&self) -> &Exact {
        &self.0
    }

    /// A percentage of whole percents.
    pub fn whole(percents: u32) -> Self {
        Self(Exact::new(percents.into(), 100.into()))
    }
}

/// Reads `-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,8})?`; minus zero is no number.
fn read(text: &str) -> Option<Exact> {
    let (negative, plain) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (before, after) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let point_is_right = !plain.contains('.') || (1..=8).contains(&after.len());
    let leading_is_right = before == "0" || !before.starts_with('0');
    if !(1..=12).contains(&before.len())
        || !digits(before)
        || !digits(after)
        || !point_is_right
        || !leading_is_right
    {
        return None;
    }
    let units: BigInt = format!("{before}{after}").parse().ok()?;
    if negative && units == BigInt::from(0) {
        return None;
    }
    let value = Exact::from_integer(units) / power_of_ten(u32::try_from(after.len()).ok()?);
    Some(if negative { -value } else { value })
}

/// Shows at most this much of a text that could not be read.
fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

impl TryFrom<String> for Decimal {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        read(&text).map(Self).ok_or_else(|| {
            format!(
                "{text:?} 不是十进制数，应写作 \"12.5\" / {text:?} is no decimal number; write it like \"12.5\"",
                text = excerpt(&text)
            )
        })
    }
}

impl TryFrom<String> for Percent {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let value = text.strip_suffix('%').and_then(read).filter(|value| !value.is_negative());
        value.map(|value| Self(value / power_of_ten(2))).ok_or_else(|| {
            format!(
                "{text:?} 不是百分比，应写作 \"12.5%\" / {text:?} is no percentage; write it like \"12.5%\"",
                text = excerpt(&text)
            )
        })
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> String {
        decimal.to_string()
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> String {
        percent.to_string()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal_text(&self.0, 0))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", decimal_text(&(&self.0 * power_of_ten(2)), 0))
    }
}

impl JsonSchema for Decimal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An exact decimal number as a string; never a JSON number.",
            "pattern": r"^(?!-0(\.0+)?$)-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,8})?$",
            "examples": ["12", "-0.5", "0.975"]
        })
    }
}

impl JsonSchema for Percent {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Percent".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An exact percentage as a string with its sign; never a JSON number.",
            "pattern": r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,8})?%$",
            "examples": ["30%", "12.5%"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_grammar() {
        for text in ["0", "12", "-0.5", "0.975", "999999999999.99999999"] {
            assert_eq!(Decimal::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        for text in [
            "",
            "-",
            "-0",
            "-0.0",
            "01",
            ".5",
            "1.",
            "1e3",
            "+1",
            "1,000",
            "１",
            "0.123456789",
            "1234567890123",
        ] {
            assert!(Decimal::try_from(text.to_owned()).is_err(), "{text}");
            assert!(Percent::try_from(format!("{text}%")).is_err(), "{text}");
        }
        assert_eq!(Percent::try_from("12.50%".to_owned()).unwrap().to_string(), "12.5%");
        assert!(Percent::try_from("12.5".to_owned()).is_err());
        assert!(Percent::try_from("-1%".to_owned()).is_err());
    }
}
