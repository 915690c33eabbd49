//! 32-byte digests that say in their type which hash made them.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::TextError;

/// SM3 (GB/T 32905) as a marker for [`Digest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sm3 {}

/// SHA-256 (FIPS 180-4) as a marker for [`Digest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sha256 {}

/// A 32-byte digest; written as 64 lower-case hexadecimal digits, the only form that is read back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest<H> {
    bytes: [u8; 32],
    hash: PhantomData<H>,
}

/// An SM3 digest.
pub type Sm3Digest = Digest<Sm3>;
/// A SHA-256 digest.
pub type Sha256Digest = Digest<Sha256>;

impl<H> Digest<H> {
    /// Takes 32 bytes as they are.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes, hash: PhantomData }
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl Sm3Digest {
    /// SM3 over `data`.
    pub fn of(data: &[u8]) -> Self {
        use sm3::Digest as _;
        Self::from_bytes(sm3::Sm3::digest(data).into())
    }
}

impl Sha256Digest {
    /// SHA-256 over `data`.
    pub fn of(data: &[u8]) -> Self {
        use sha2::Digest as _;
        Self::from_bytes(sha2::Sha256::digest(data).into())
    }
}

impl<H> fmt::Display for Digest<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.bytes))
    }
}

impl<H> fmt::Debug for Digest<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<H> FromStr for Digest<H> {
    type Err = TextError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        crate::text::decode_hex32(s).map(Self::from_bytes)
    }
}

impl<H> Serialize for Digest<H> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, H> Deserialize<'de> for Digest<H> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm3_matches_the_standards_first_example() {
        // GB/T 32905-2016, annex A.1: "abc".
        assert_eq!(
            Sm3Digest::of(b"abc").to_string(),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
    }

    #[test]
    fn only_lower_case_hex_of_the_right_length_is_read() {
        let good = Sha256Digest::of(b"").to_string();
        assert!(good.parse::<Sha256Digest>().is_ok());
        assert!(good.to_uppercase().parse::<Sha256Digest>().is_err());
        assert!(good[1..].parse::<Sha256Digest>().is_err());
    }
}
