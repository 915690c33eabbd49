//! Canonical JSON: RFC 8785 with integers only.

use core::fmt;

use serde::Serialize;
use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::tree::{ShapeError, from_tree};
use crate::write::write;

/// Deepest nesting of arrays and objects that is read or written.
pub const MAX_DEPTH: usize = 16;

/// Why bytes or a value are not canonical JSON.
#[derive(Debug, thiserror::Error)]
pub enum CanonError {
    /// Not JSON.
    #[error("not the expected JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// JSON, but not of the shape that was expected.
    #[error("not the expected JSON: {0}")]
    Shape(#[from] ShapeError),
    /// A number with a fraction, an exponent or a magnitude beyond 2⁵³ − 1.
    #[error("a number is not an integer within ±(2^53 - 1)")]
    Number,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
    /// JSON, but not in its canonical spelling: spaces, order of members, escapes, repeated members.
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
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: MAX_DEPTH }.deserialize(&mut reader)?;
    reader.end()?;
    if to_canonical(&value)? == bytes { Ok(value) } else { Err(CanonError::Spelling) }
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

/// Reads any JSON value, bounded in depth while it is read, so that hostile nesting costs nothing.
struct Strict {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        // Kept, so that writing names the reason.
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| de::Error::custom(CanonError::Depth))?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Strict { depth })? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| de::Error::custom(CanonError::Depth))?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let member = map.next_value_seed(Strict { depth })?;
            if members.insert(name, member).is_some() {
                return Err(de::Error::custom("a member is repeated"));
            }
        }
        Ok(Value::Object(members))
    }
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
