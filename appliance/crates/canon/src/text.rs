//! Bytes written as text: one spelling each.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not the encoding it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Not 64 lower-case hexadecimal digits.
    #[error("not 64 lower-case hexadecimal digits")]
    NotHex32,
    /// Not canonical, padded base64.
    #[error("not canonical base64")]
    NotBase64,
}

pub(crate) fn decode_hex32(s: &str) -> Result<[u8; 32], TextError> {
    if s.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(TextError::NotHex32);
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(s, &mut bytes).map_err(|_| TextError::NotHex32)?;
    Ok(bytes)
}

/// 32 bytes that are no digest (a salt, a challenge), written like one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex32(pub [u8; 32]);

impl fmt::Debug for Hex32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Display for Hex32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Serialize for Hex32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Hex32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        decode_hex32(&text).map(Self).map_err(de::Error::custom)
    }
}

/// Bytes of any length, written as padded standard base64 (RFC 4648 section 4).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Base64Bytes(pub Vec<u8>);

impl fmt::Debug for Base64Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64Bytes({} bytes)", self.0.len())
    }
}

impl Serialize for Base64Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        STANDARD.decode(text.as_bytes()).map(Self).map_err(|_| de::Error::custom(TextError::NotBase64))
    }
}

/// The first `groups` groups of four upper-case hexadecimal digits, as digests and serials are shown to people.
///
/// `group4(&bytes, 2)` of `7c2e90b4…` is `7C2E 90B4`.
pub fn group4(bytes: &[u8], groups: usize) -> String {
    let digits = hex::encode_upper(bytes.get(..groups.saturating_mul(2)).unwrap_or(bytes));
    let mut out = String::with_capacity(digits.len() + groups);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index.is_multiple_of(4) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_four() {
        assert_eq!(group4(&[0x7c, 0x2e, 0x90, 0xb4, 0xff], 2), "7C2E 90B4");
        assert_eq!(group4(&[0x7c], 2), "7C");
    }

    #[test]
    fn base64_has_one_spelling() {
        let read = |s: &str| serde_json::from_value::<Base64Bytes>(serde_json::json!(s));
        assert_eq!(read("AQI=").unwrap().0, [1, 2]);
        assert!(read("AQI").is_err());
        assert!(read("AQJ=").is_err(), "bits beyond the last byte must be zero");
    }
}
