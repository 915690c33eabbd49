//! The schedule of a bid (开标一览表): the few fields read out at the opening.
//!
//! Owns the fields' form. Which columns a tender has, and what they are called, is the tender's business: a field names
//! its column by key.

use core::fmt;

use bidroom_canon::{Hex32, Labelled, Sm3Digest, to_canonical};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::scope::BidScope;

const LABEL: &str = "bidroom/bid/v1/schedule";

/// Most fields of a schedule.
pub const MAX_FIELDS: usize = 64;
/// Longest text of a field, in bytes.
pub const MAX_TEXT: usize = 2048;
/// Largest amount of money, in fen: 2⁵³ − 1, the largest integer canonical JSON carries.
pub const MAX_FEN: u64 = (1 << 53) - 1;

/// Why something is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// A key that is not 1 to 64 of `a`–`z`, `0`–`9` and `_`.
    #[error("{0:?} is no column key: 1 to 64 of a-z, 0-9 and _")]
    Key(String),
    /// A text longer than [`MAX_TEXT`] bytes, or with control characters.
    #[error("a text is longer than {MAX_TEXT} bytes or has control characters")]
    Text,
    /// An amount beyond [`MAX_FEN`].
    #[error("{0} fen is more than can be written")]
    Amount(u64),
    /// Two fields of one column.
    #[error("column {0:?} has two fields")]
    Repeated(String),
    /// More fields than [`MAX_FIELDS`].
    #[error("{0} fields, more than {MAX_FIELDS}")]
    TooMany(usize),
}

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleValue {
    /// Money in integer fen.
    Fen(u64),
    /// A text as it is read out.
    Text(String),
}

/// One field: the column's key and the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleField {
    /// The tender's key of the column.
    pub key: String,
    /// What the bidder entered.
    pub value: ScheduleValue,
}

/// The fields of one envelope's schedule, in the order of the tender's columns. Every field and the whole have been
/// checked when a value of this type exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    fields: Vec<ScheduleField>,
}

impl Schedule {
    /// Checks fields and makes a schedule of them.
    ///
    /// # Errors
    /// [`ScheduleError`], naming the first field that is wrong.
    pub fn new(fields: Vec<ScheduleField>) -> Result<Self, ScheduleError> {
        if fields.len() > MAX_FIELDS {
            return Err(ScheduleError::TooMany(fields.len()));
        }
        let mut seen = std::collections::BTreeSet::new();
        for field in &fields {
            check_field(field)?;
            if !seen.insert(field.key.as_str()) {
                return Err(ScheduleError::Repeated(field.key.clone()));
            }
        }
        Ok(Self { fields })
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[ScheduleField] {
        &self.fields
    }

    /// The value of one column.
    pub fn value(&self, key: &str) -> Option<&ScheduleValue> {
        self.fields.iter().find(|field| field.key == key).map(|field| &field.value)
    }

    /// What a core says about this schedule: SM3(label ‖ scope ‖ salt ‖ canonical JSON of the schedule).
    pub fn commit(&self, salt: &Hex32, scope: &BidScope) -> ScheduleCommitment {
        // The fields were checked, so that they can be written: integers in range, depth 3.
        let json = to_canonical(self).unwrap_or_default();
        ScheduleCommitment(scope.hashed(Labelled::new(LABEL)).field(&salt.0).field(&json).finish())
    }
}

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            fields: Vec<ScheduleField>,
        }
        Self::new(Raw::deserialize(deserializer)?.fields).map_err(de::Error::custom)
    }
}

/// The salted fingerprint of a schedule, see [`Schedule::commit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScheduleCommitment(pub Sm3Digest);

impl ScheduleCommitment {
    /// Whether `schedule` with `salt` is what was committed to: how anybody checks that the price read out is the
    /// price sealed.
    pub fn admits(&self, schedule: &Schedule, salt: &Hex32, scope: &BidScope) -> bool {
        schedule.commit(salt, scope) == *self
    }
}

impl fmt::Display for ScheduleCommitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

fn check_field(field: &ScheduleField) -> Result<(), ScheduleError> {
    let key = field.key.as_bytes();
    let spelt = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_';
    if !(1..=64).contains(&key.len()) || !key.iter().all(spelt) {
        return Err(ScheduleError::Key(field.key.chars().take(80).collect()));
    }
    match &field.value {
        ScheduleValue::Fen(fen) if *fen > MAX_FEN => Err(ScheduleError::Amount(*fen)),
        ScheduleValue::Text(text) if text.len() > MAX_TEXT || text.chars().any(char::is_control) => {
            Err(ScheduleError::Text)
        }
        ScheduleValue::Fen(_) | ScheduleValue::Text(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, value: ScheduleValue) -> ScheduleField {
        ScheduleField { key: key.into(), value }
    }

    #[track_caller]
    fn check(fields: Vec<ScheduleField>, expect: Result<(), ScheduleError>) {
        assert_eq!(Schedule::new(fields).map(|_| ()), expect);
    }

    #[test]
    fn fields_are_checked() {
        let text = |text: &str| ScheduleValue::Text(text.into());
        check(vec![], Ok(()));
        check(vec![field("price", ScheduleValue::Fen(MAX_FEN)), field("term", text("90 日历天"))], Ok(()));
        check(vec![field("price", ScheduleValue::Fen(MAX_FEN + 1))], Err(ScheduleError::Amount(MAX_FEN + 1)));
        check(vec![field("Price", text(""))], Err(ScheduleError::Key("Price".into())));
        check(vec![field("", text(""))], Err(ScheduleError::Key(String::new())));
        check(vec![field("a", text("1")), field("a", text("2"))], Err(ScheduleError::Repeated("a".into())));
        check(vec![field("a", text("1\n2"))], Err(ScheduleError::Text));
        check(vec![field("a", text(&"x".repeat(MAX_TEXT + 1)))], Err(ScheduleError::Text));
        let many = (0..65).map(|n| field(&format!("k{n}"), text(""))).collect();
        check(many, Err(ScheduleError::TooMany(65)));
    }

    #[test]
    fn the_json_is_what_the_specification_says() {
        let schedule = Schedule::new(vec![
            field("price", ScheduleValue::Fen(123_456_700)),
            field("term", ScheduleValue::Text("90 日历天".into())),
        ])
        .unwrap();
        let json = String::from_utf8(to_canonical(&schedule).unwrap()).unwrap();
        assert_eq!(
            json,
            r#"{"fields":[{"key":"price","value":{"fen":123456700}},{"key":"term","value":{"text":"90 日历天"}}]}"#
        );
        let read: Schedule = bidroom_canon::from_canonical(json.as_bytes()).unwrap();
        assert_eq!(read, schedule);
        assert_eq!(read.value("price"), Some(&ScheduleValue::Fen(123_456_700)));
        assert!(
            bidroom_canon::from_canonical::<Schedule>(br#"{"fields":[{"key":"p","value":{"fen":-1}}]}"#)
                .is_err()
        );
    }
}
