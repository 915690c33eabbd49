//! The name of a log.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Longest origin in bytes.
pub const MAX_ORIGIN_BYTES: usize = 255;

/// The name of a log: `<room>/<tender number>/<lot number>`.
///
/// It is also the key name of the room's signature lines, as C2SP tlog-checkpoint asks for, so it has neither spaces
/// nor `+`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// Why a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Empty, or longer than [`MAX_ORIGIN_BYTES`].
    #[error("{bytes} bytes are not an origin's length (1 to {MAX_ORIGIN_BYTES})")]
    Length {
        /// Its length.
        bytes: usize,
    },
    /// A space of any kind, a control character or `+`.
    #[error("an origin holds no {character:?}")]
    Character {
        /// What it held.
        character: char,
    },
    /// An empty part between slashes.
    #[error("a part of the origin is empty")]
    EmptyPart,
}

impl Origin {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the log belongs to `room`: the origin is the room's name, a slash, and more.
    pub fn belongs_to(&self, room: &str) -> bool {
        self.0.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'))
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.is_empty() || text.len() > MAX_ORIGIN_BYTES {
            return Err(OriginError::Length { bytes: text.len() });
        }
        let wrong = |c: &char| c.is_whitespace() || c.is_control() || *c == '+';
        if let Some(character) = text.chars().find(wrong) {
            return Err(OriginError::Character { character });
        }
        if text.split('/').any(str::is_empty) {
            return Err(OriginError::EmptyPart);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: bool) {
        assert_eq!(text.parse::<Origin>().is_ok(), expect, "{text:?}");
    }

    #[test]
    fn grammar() {
        check("room/T-1/2", true);
        check("江城中心-3号室/JC-2026-001/1", true);
        check("room", true);
        check("", false);
        check(&"a".repeat(256), false);
        check("room/a b/1", false);
        check("room/a\u{3000}b/1", false);
        check("room/a+b/1", false);
        check("room/a\nb/1", false);
        check("room//1", false);
        check("/room/1", false);
        check("room/1/", false);
    }

    #[test]
    fn a_room_owns_what_begins_with_its_whole_name() {
        let origin: Origin = "room/T-1/2".parse().unwrap();
        assert!(origin.belongs_to("room") && origin.belongs_to("room/T-1"));
        assert!(!origin.belongs_to("roo") && !origin.belongs_to("room/T-1/2") && !origin.belongs_to("x"));
    }
}
