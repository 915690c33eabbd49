//! Canonical JSON: RFC 8785 with integers only.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::read::read;
use crate::tree::{ShapeError, from_tree};
use crate::write::write;

/// Deepest nesting of arrays and objects that is read or written.
pub const MAX_DEPTH: usize = 16;

/// Deepest nesting of an answer, which may hold canonical values.
const ANSWER_DEPTH: usize = 2 * MAX_DEPTH;

/// Why bytes or a value are not canonical JSON.
#[derive(Debug, thiserror::Error)]
pub enum CanonError {
    /// A value that has no JSON.
    #[error("not to be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Not JSON, or an object with a member twice.
    #[error("not JSON: {what} is missing at byte {at}")]
    Syntax {
        /// What should stand there.
        what: &'static str,
        /// Where, from 0.
        at: usize,
    },
    /// JSON, but not of the shape that was expected.
    #[error("not the expected JSON: {0}")]
    Shape(#[from] ShapeError),
    /// A number with a fraction, an exponent or a magnitude beyond 2⁵³ − 1.
    #[error("a number is not an integer within ±(2^53 - 1)")]
    Number,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
    /// JSON, but not in its canonical spelling: spaces, order of members, escapes.
    #[error("not in canonical spelling (RFC 8785)")]
    Spelling,
}

/// Writes `value` canonically.
///
/// # Errors
/// [`CanonError::Number`] for a float or an integer out of range, [`CanonError::Depth`] for deep nesting.
pub fn to_canonical<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonError> {
    let mut bytes = Vec::new();
    write(&serde_json::to_value(value)?, MAX_DEPTH, &mut bytes)?;
    Ok(bytes)
}

/// Reads bytes that must be canonical: they are written again and compared.
///
/// # Errors
/// Any [`CanonError`]; the input is rejected whole.
pub fn parse_canonical(bytes: &[u8]) -> Result<Value, CanonError> {
    let value = read(bytes, MAX_DEPTH)?;
    if to_canonical(&value)? == bytes { Ok(value) } else { Err(CanonError::Spelling) }
}

/// Reads a typed value from JSON in any spelling, for answers that nobody signs; unknown members are the type's affair.
///
/// # Errors
/// [`CanonError`] if it is no JSON, not of the type's shape, or has a number that is not whole.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, CanonError> {
    Ok(from_tree(read(text.as_bytes(), ANSWER_DEPTH)?)?)
}

/// Reads a typed value from bytes that must be canonical, and that the type must reproduce: unknown or missing
/// members are refused.
///
/// # Errors
/// Any [`CanonError`].
pub fn from_canonical<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, CanonError> {
    let typed: T = from_tree(parse_canonical(bytes)?)?;
    if to_canonical(&typed)? == bytes { Ok(typed) } else { Err(CanonError::Spelling) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Pair {
        a: u32,
        #[serde(rename = "名")]
        name: String,
    }

    #[track_caller]
    fn refused(bytes: &[u8]) {
        assert!(parse_canonical(bytes).is_err(), "accepted {}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn one_spelling_only() {
        let pair = Pair { a: 7, name: "开\u{1}".into() };
        let bytes = to_canonical(&pair).unwrap();
        assert_eq!(bytes, "{\"a\":7,\"名\":\"开\\u0001\"}".as_bytes());
        assert_eq!(from_canonical::<Pair>(&bytes).unwrap(), pair);
        for other in [
            &b"{\"a\": 7}"[..],
            b"{\"b\":1,\"a\":2}",
            b"{\"a\":1,\"a\":1}",
            b"{\"a\":1.0}",
            b"{\"a\":1e3}",
            b"{\"a\":-0}",
            b"{\"a\":9007199254740992}",
            b"[1,2] ",
            b"\"\\u0041\"",
            b"",
            b"\xff",
        ] {
            refused(other);
        }
        refused("[".repeat(100_000).as_bytes());
    }

    #[test]
    fn unknown_and_missing_members_are_refused() {
        assert!(from_canonical::<Pair>("{\"a\":7}".as_bytes()).is_err());
        assert!(from_canonical::<Pair>("{\"a\":7,\"b\":1,\"名\":\"\"}".as_bytes()).is_err());
    }

    #[test]
    fn the_largest_integer_is_exact() {
        assert!(parse_canonical(b"9007199254740991").is_ok());
        assert!(parse_canonical(b"-9007199254740991").is_ok());
        assert!(to_canonical(&0.5).is_err());
        assert!(to_canonical(&u64::MAX).is_err());
    }
}
