//! Money: integer fen, its figures and its words 大写.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not `yuan` or `yuan.jj` in plain digits.
    #[error("not an amount in yuan with at most two decimals: {0:?}")]
    Text(String),
    /// Beyond what can be written exactly everywhere.
    #[error("amount out of range")]
    Range,
}

/// An amount in fen 分 (1/100 yuan), never negative, below 10¹³ yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Fen(u64);

const LIMIT: u64 = 1_000_000_000_000_000;

impl TryFrom<u64> for Fen {
    type Error = MoneyError;

    fn try_from(fen: u64) -> Result<Self, MoneyError> {
        if fen < LIMIT { Ok(Self(fen)) } else { Err(MoneyError::Range) }
    }
}

impl From<Fen> for u64 {
    fn from(fen: Fen) -> u64 {
        fen.0
    }
}

impl Fen {
    /// The amount in fen.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Reads `10986523.60`, `10,986,523.6` or `5480000`.
    ///
    /// # Errors
    /// [`MoneyError::Text`] for anything else: signs, exponents, more than two decimals.
    pub fn parse_yuan(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Text(text.to_owned());
        let plain: String = text.chars().filter(|c| *c != ',').collect();
        let (yuan, cents) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if yuan.is_empty() || !digits(yuan) || !digits(cents) || cents.len() > 2 || plain.ends_with('.') {
            return Err(wrong());
        }
        let yuan: u64 = yuan.parse().map_err(|_| MoneyError::Range)?;
        let cents: u64 = format!("{cents:0<2}").parse().map_err(|_| wrong())?;
        let fen = yuan.checked_mul(100).and_then(|fen| fen.checked_add(cents)).ok_or(MoneyError::Range)?;
        fen.try_into()
    }

    /// Figures with thousands separators and two decimals: `10,986,523.60`.
    pub fn figures(self) -> String {
        let yuan = (self.0 / 100).to_string();
        let mut grouped = String::with_capacity(yuan.len() + yuan.len() / 3 + 3);
        for (index, digit) in yuan.chars().enumerate() {
            if index > 0 && (yuan.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{grouped}.{:02}", self.0 % 100)
    }

    /// The amount in words 大写, after the rules for bank notes (支付结算办法, annex 1): one 零 between digits
    /// however many zeros stand there, 整 after 元 or 角.
    pub fn words(self) -> String {
        const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
        const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
        const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];
        let digit = |n: u64| usize::try_from(n).ok().and_then(|n| DIGITS.get(n)).copied().unwrap_or("");

        let yuan = self.0 / 100;
        let (jiao, fen) = (self.0 / 10 % 10, self.0 % 10);
        let round = yuan > 0 && yuan.is_multiple_of(10);
        let mut out = String::new();
        let mut groups = Vec::new();
        let mut rest = yuan;
        while rest > 0 {
            groups.push(rest % 10_000);
            rest /= 10_000;
        }
        let mut zero = false;
        for (group, value) in GROUPS.iter().zip(&groups).rev() {
            if *value == 0 {
                zero = !out.is_empty();
                continue;
            }
            for (place, divisor) in PLACES.iter().zip([1, 10, 100, 1000]).rev() {
                let n = value / divisor % 10;
                if n == 0 {
                    zero = !out.is_empty();
                } else {
                    if zero {
                        out.push('零');
                        zero = false;
                    }
                    out.push_str(digit(n));
                    out.push_str(place);
                }
            }
            out.push_str(group);
            // A zero at a group's end is not spoken; one at the next group's beginning is.
            zero = false;
        }
        if yuan > 0 {
            out.push('元');
        }
        match (jiao, fen) {
            (0, 0) if yuan == 0 => out.push_str("零元整"),
            (0, 0) => out.push('整'),
            (jiao, 0) => {
                if round {
                    out.push('零');
                }
                out.push_str(digit(jiao));
                out.push_str("角整");
            }
            (0, fen) => {
                if yuan > 0 {
                    out.push('零');
                }
                out.push_str(digit(fen));
                out.push('分');
            }
            (jiao, fen) => {
                if round {
                    out.push('零');
                }
                out.push_str(digit(jiao));
                out.push('角');
                out.push_str(digit(fen));
                out.push('分');
            }
        }
        out
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.figures())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, figures: &str, words: &str) {
        let fen = Fen::parse_yuan(text).unwrap();
        assert_eq!((fen.figures().as_str(), fen.words().as_str()), (figures, words), "{text}");
    }

    #[test]
    fn figures_and_words() {
        check("10986523.60", "10,986,523.60", "壹仟零玖拾捌万陆仟伍佰贰拾叁元陆角整");
        check("5480000", "5,480,000.00", "伍佰肆拾捌万元整");
        check("11238000.00", "11,238,000.00", "壹仟壹佰贰拾叁万捌仟元整");
        check("12180000", "12,180,000.00", "壹仟贰佰壹拾捌万元整");
        check("10455000", "10,455,000.00", "壹仟零肆拾伍万伍仟元整");
        check("9618000", "9,618,000.00", "玖佰陆拾壹万捌仟元整");
        check("0", "0.00", "零元整");
        check("0.05", "0.05", "伍分");
        check("1.05", "1.05", "壹元零伍分");
        check("10.5", "10.50", "壹拾元零伍角整");
        check("107000.53", "107,000.53", "壹拾万柒仟元零伍角叁分");
        check("1,680.32", "1,680.32", "壹仟陆佰捌拾元零叁角贰分");
        check("100001", "100,001.00", "壹拾万零壹元整");
        check("100000000", "100,000,000.00", "壹亿元整");
        check("100010000", "100,010,000.00", "壹亿零壹万元整");
        check("10000000001.01", "10,000,000,001.01", "壹佰亿零壹元零壹分");
    }

    #[test]
    fn only_plain_amounts_are_read() {
        for text in
            ["", "-1", "1.234", "1e3", "1.", ".5", "壹", "99999999999999999999", " 1", "10000000000000"]
        {
            assert!(Fen::parse_yuan(text).is_err(), "{text}");
        }
    }
}
