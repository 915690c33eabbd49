//! The schedule 开标一览表 as a bidder writes it: a JSON object of texts by the tender's column keys.
//!
//! Owns what a text must be for each kind of column. Money is written in yuan and sealed in fen.

use std::fmt;

use bidroom_domain::{Column, ColumnKind, Fen, MoneyError};
use bidroom_envelope::bid::schedule::{MAX_TEXT, Schedule, ScheduleError, ScheduleField, ScheduleValue};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Longest schedule file, bytes.
pub const MAX_FILE: u64 = 256 * 1024;

/// Why a file is no schedule of this tender.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleFileError {
    /// Not a JSON object of texts.
    #[error("the schedule is not a JSON object of texts: {0}")]
    Json(#[from] serde_json::Error),
    /// A key stands twice.
    #[error("the key {0:?} stands twice")]
    Repeated(String),
    /// Keys that the tender does not have, and columns that are not filled in.
    #[error("columns missing: {missing:?}; not columns of this tender: {unknown:?}")]
    Columns {
        /// Keys of the tender that are missing, with their headings.
        missing: Vec<String>,
        /// Keys that the tender does not have.
        unknown: Vec<String>,
    },
    /// An amount that is none.
    #[error("{column}: {source}")]
    Money {
        /// Heading of the column.
        column: String,
        /// Why.
        source: MoneyError,
    },
    /// A number that is none.
    #[error("{column}: {text:?} is no whole number of 1 to 15 digits")]
    Number {
        /// Heading of the column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A text that is empty, too long, or has control characters.
    #[error("{column}: a text of 1 to {MAX_TEXT} bytes without control characters is needed")]
    Text {
        /// Heading of the column.
        column: String,
    },
    /// Fields that make no schedule.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

/// All members in their order, so that a repeated key is noticed and not silently the last one.
struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose members are texts, such as {\"price\":\"10986523.60\"}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, String>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// Reads a schedule for the tender's columns.
///
/// # Errors
/// [`ScheduleFileError`], naming the first thing that is wrong; missing and unknown columns are named all together.
pub fn parse_schedule(json: &[u8], columns: &[Column]) -> Result<Schedule, ScheduleFileError> {
    // A file from a text editor may begin with a byte order mark.
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    let Members(members) = serde_json::from_slice(json)?;
    let mut given = std::collections::BTreeMap::new();
    for (key, text) in members {
        if given.insert(key.clone(), text).is_some() {
            return Err(ScheduleFileError::Repeated(key));
        }
    }
    let missing: Vec<String> = columns
        .iter()
        .filter(|column| !given.contains_key(&column.key))
        .map(|column| format!("{} {}", column.key, column.zh))
        .collect();
    let unknown: Vec<String> =
        given.keys().filter(|key| columns.iter().all(|column| column.key != **key)).cloned().collect();
    if !missing.is_empty() || !unknown.is_empty() {
        return Err(ScheduleFileError::Columns { missing, unknown });
    }
    let fields = columns.iter().filter_map(|column| {
        let text = given.get(&column.key)?;
        Some(value(column, text).map(|value| ScheduleField { key: column.key.clone(), value }))
    });
    Ok(Schedule::new(fields.collect::<Result<_, _>>()?)?)
}

fn value(column: &Column, text: &str) -> Result<ScheduleValue, ScheduleFileError> {
    let heading = || column.zh.clone();
    match column.kind {
        ColumnKind::Money => Fen::parse_yuan(text)
            .map(|fen| ScheduleValue::Fen(fen.get()))
            .map_err(|source| ScheduleFileError::Money { column: heading(), source }),
        ColumnKind::Number => {
            let plain = text == "0" || !text.starts_with('0');
            if (1..=15).contains(&text.len()) && plain && text.bytes().all(|b| b.is_ascii_digit()) {
                Ok(ScheduleValue::Text(text.to_owned()))
            } else {
                Err(ScheduleFileError::Number { column: heading(), text: text.chars().take(80).collect() })
            }
        }
        ColumnKind::Text => {
            let usable =
                !text.trim().is_empty() && text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
            if usable {
                Ok(ScheduleValue::Text(text.to_owned()))
            } else {
                Err(ScheduleFileError::Text { column: heading() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let column =
            |key: &str, zh: &str, kind| Column { key: key.into(), zh: zh.into(), en: key.into(), kind };
        vec![
            column("price", "投标报价（元）", ColumnKind::Money),
            column("days", "工期（日历天）", ColumnKind::Number),
            column("quality", "质量承诺", ColumnKind::Text),
        ]
    }

    #[track_caller]
    fn refused(json: &str, expect: &str) {
        let error = parse_schedule(json.as_bytes(), &columns()).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn columns_stand_in_the_tenders_order() {
        let json = "\u{feff}{\"quality\":\"合格\",\"days\":\"60\",\"price\":\"10,986,523.6\"}";
        let schedule = parse_schedule(json.as_bytes(), &columns()).unwrap();
        let keys: Vec<&str> = schedule.fields().iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys, ["price", "days", "quality"]);
        assert_eq!(schedule.value("price"), Some(&ScheduleValue::Fen(1_098_652_360)));
        assert_eq!(schedule.value("days"), Some(&ScheduleValue::Text("60".into())));
    }

    #[test]
    fn what_is_wrong_is_named() {
        refused("[]", "object");
        refused("", "EOF");
        refused(r#"{"price":1}"#, "invalid type");
        refused(r#"{"price":"1","price":"2"}"#, "\"price\" stands twice");
        refused(
            r#"{"price":"1","days":"1","term":"x"}"#,
            r#"missing: ["quality 质量承诺"]; not columns of this tender: ["term"]"#,
        );
        for price in ["1.234", "-1", "1e3", "", "壹", "1.", "99999999999999999"] {
            refused(&format!(r#"{{"price":"{price}","days":"1","quality":"x"}}"#), "投标报价（元）: ");
        }
        for days in ["", "060", "6.5", "-1", "六十", "1234567890123456"] {
            refused(&format!(r#"{{"price":"1","days":"{days}","quality":"x"}}"#), "工期（日历天）: ");
        }
        for quality in ["", "  ", "a\\nb", &"x".repeat(MAX_TEXT + 1)] {
            refused(&format!(r#"{{"price":"1","days":"1","quality":"{quality}"}}"#), "质量承诺: ");
        }
    }
}
