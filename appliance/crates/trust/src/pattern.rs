//! Patterns by which a profile says how a value is written: `{code}` where the credit code stands, `*` for anything.
//!
//! A pattern fits the whole text or not at all. `*` takes as little as it can.

use core::fmt;
use core::str::FromStr;

use bidroom_domain::CreditCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Longest pattern, characters.
const MOST: usize = 128;
/// Longest text that is looked at, characters.
const MOST_TEXT: usize = 512;
/// Characters of a credit code.
const CODE: usize = 18;

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Empty or too long.
    #[error("a pattern has 1 to {MOST} characters")]
    Length,
    /// A brace that begins or ends no `{{code}}`.
    #[error("{0:?}: braces stand in a pattern only as {{code}}")]
    Braces(String),
    /// Two `{{code}}`.
    #[error("{0:?}: {{code}} stands in a pattern at most once")]
    TwoCodes(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Just(char),
    Any,
    Code,
}

/// A pattern, read.
#[derive(Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        const WORD: &str = "{code}";
        if text.is_empty() || text.chars().count() > MOST {
            return Err(PatternError::Length);
        }
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(next) = rest.chars().next() {
            if let Some(behind) = rest.strip_prefix(WORD) {
                parts.push(Part::Code);
                rest = behind;
                continue;
            }
            match next {
                '{' | '}' => return Err(PatternError::Braces(text.to_owned())),
                '*' if parts.last() == Some(&Part::Any) => {}
                '*' => parts.push(Part::Any),
                other => parts.push(Part::Just(other)),
            }
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
        if parts.iter().filter(|part| **part == Part::Code).count() > 1 {
            return Err(PatternError::TwoCodes(text.to_owned()));
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

impl Pattern {
    /// Whether it has a place for a code.
    pub fn has_code(&self) -> bool {
        self.parts.contains(&Part::Code)
    }

    /// The code in a text that the pattern fits.
    pub fn code_in(&self, text: &str) -> Option<CreditCode> {
        self.try_on(text)?
    }

    /// Whether the pattern fits a text.
    pub fn fits(&self, text: &str) -> bool {
        self.try_on(text).is_some()
    }

    fn try_on(&self, text: &str) -> Option<Option<CreditCode>> {
        let text: Vec<char> = text.chars().collect();
        if text.len() > MOST_TEXT {
            return None;
        }
        let mut found = None;
        Fit { parts: &self.parts, text: &text, failed: vec![false; self.parts.len() * (text.len() + 1)] }
            .fits_from(0, 0, &mut found)
            .then_some(found)
    }
}

struct Fit<'a> {
    parts: &'a [Part],
    text: &'a [char],
    /// Where parts and text were found not to fit from, so that no pair is tried twice.
    failed: Vec<bool>,
}

impl Fit<'_> {
    /// Whether the parts from `part` on fit the text from `at` on. Deep as the pattern is long.
    fn fits_from(&mut self, part: usize, at: usize, found: &mut Option<CreditCode>) -> bool {
        let Some(this) = self.parts.get(part).copied() else { return at == self.text.len() };
        let key = part * (self.text.len() + 1) + at;
        if self.failed.get(key).copied().unwrap_or(true) {
            return false;
        }
        let fits = match this {
            Part::Just(wanted) => {
                self.text.get(at) == Some(&wanted) && self.fits_from(part + 1, at + 1, found)
            }
            Part::Any => (at..=self.text.len()).any(|next| self.fits_from(part + 1, next, found)),
            Part::Code => {
                let code: Option<String> = self.text.get(at..at + CODE).map(|code| code.iter().collect());
                match code.and_then(|code| code.parse().ok()) {
                    Some(code) if self.fits_from(part + 1, at + CODE, found) => {
                        *found = Some(code);
                        true
                    }
                    _ => false,
                }
            }
        };
        if !fits && let Some(failed) = self.failed.get_mut(key) {
            *failed = true;
        }
        fits
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CODE: &str = "91430300MA4L1A2B3C";

    #[track_caller]
    fn check(pattern: &str, text: &str, expect: Option<&str>) {
        let code = pattern.parse::<Pattern>().unwrap().code_in(text);
        assert_eq!(code.as_ref().map(CreditCode::as_str), expect, "{pattern} on {text}");
    }

    #[test]
    fn the_code_is_taken_from_where_the_pattern_says() {
        check("{code}", CODE, Some(CODE));
        check("{code}", "91430300MA4L1A2B3C ", None);
        check("NTRCN-{code}", "NTRCN-91430300MA4L1A2B3C", Some(CODE));
        check("NTRCN-{code}", CODE, None);
        check("*@N{code}@*", "051@湘潭建设@N91430300MA4L1A2B3C@1", Some(CODE));
        check("*@N{code}@*", "051@湘潭建设@N91430300MA4L1A2B3O@1", None);
        check("*{code}", "91370000MA3U7K2X1Q91430300MA4L1A2B3C", Some(CODE));
        check("税号:*", "税号:91430300MA4L1A2B3C", None);
        assert!("*主锁*".parse::<Pattern>().unwrap().fits("湘潭 主锁 1"));
        assert!(!"主锁*".parse::<Pattern>().unwrap().fits("湘潭 主锁 1"));
    }

    #[track_caller]
    fn refused(pattern: &str, expect: fn(String) -> PatternError) {
        assert_eq!(pattern.parse::<Pattern>(), Err(expect(pattern.to_owned())));
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        refused("", |_| PatternError::Length);
        refused(&"x".repeat(129), |_| PatternError::Length);
        refused("{Code}", PatternError::Braces);
        refused("code}", PatternError::Braces);
        refused("{code}{code}", PatternError::TwoCodes);
    }

    #[test]
    fn many_wildcards_cost_little() {
        let pattern: Pattern = "*a*a*a*a*a*a*a*a*a*a*a*a*b".parse().unwrap();
        assert!(!pattern.fits(&"a".repeat(512)));
    }

    proptest! {
        #[test]
        fn what_fits_contains_the_code(before in "[a-z@]{0,8}", after in "[a-z@]{0,8}") {
            let text = format!("{before}{CODE}{after}");
            let pattern: Pattern = "*{code}*".parse().unwrap();
            prop_assert!(pattern.code_in(&text).is_some_and(|code| code.as_str() == CODE));
            let exact: Pattern = format!("{before}{{code}}{after}").parse().unwrap();
            prop_assert!(exact.code_in(&text).is_some_and(|code| code.as_str() == CODE));
        }
    }
}
