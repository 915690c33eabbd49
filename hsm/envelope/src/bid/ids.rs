//! The names a bid is bound to: tender, lot, envelope and bidder. Owns their spelling; knows nothing of who they are.

use core::fmt;
use core::str::FromStr;

use bidroom_canon::Labelled;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not a name of the kind it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 1 to 64 letters, digits and `-`, the last not at either end.
    #[error("{0:?} is no tender number: 1 to 64 letters, digits and inner hyphens")]
    Number(String),
    /// Zero, or beyond [`LotNumber::MAX`].
    #[error("{0} is no lot number: 1 to {max}", max = LotNumber::MAX)]
    Lot(u32),
    /// Not 18 characters of the alphabet of GB 32100-2015.
    #[error("{0:?} is no unified social credit code: 18 digits or capital letters without I, O, S, V and Z")]
    CreditCode(String),
    /// An envelope index outside 1..=[`EnvelopeIndex::MAX`].
    #[error("{0} is no envelope index: 1 to {max}", max = EnvelopeIndex::MAX)]
    Envelope(u32),
}

fn is_number(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_credit_code(text: &str) -> bool {
    text.len() == 18
        && text.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"IOSVZ".contains(&b)))
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $valid:ident, $error:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if $valid(text) { Ok(Self(text.to_owned())) } else { Err(IdError::$error(shortened(text))) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

text_id!(
    /// The number of a tender (招标项目编号): 1 to 64 letters, digits and inner hyphens.
    TenderNumber,
    is_number,
    Number
);
text_id!(
    /// The bidder's unified social credit code (统一社会信用代码, GB 32100): 18 characters. The check character is the
    /// business of whoever admits the bidder; here the code is only a name.
    CreditCode,
    is_credit_code,
    CreditCode
);

/// The number of a lot (标段) within its tender, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct LotNumber(u32);

impl LotNumber {
    /// The highest lot number.
    pub const MAX: u32 = 9_999;

    /// The lot as a number, 1..=[`Self::MAX`].
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for LotNumber {
    type Error = IdError;

    fn try_from(number: u32) -> Result<Self, IdError> {
        if (1..=Self::MAX).contains(&number) { Ok(Self(number)) } else { Err(IdError::Lot(number)) }
    }
}

impl From<LotNumber> for u32 {
    fn from(lot: LotNumber) -> Self {
        lot.0
    }
}

impl fmt::Display for LotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Which of a bid's envelopes, counted from 1 (双信封: 1 technical, 2 price).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct EnvelopeIndex(u32);

impl EnvelopeIndex {
    /// The first envelope, the only one of most bids.
    pub const FIRST: Self = Self(1);
    /// The highest index: a bid has at most this many envelopes.
    pub const MAX: u32 = 8;

    /// The index as a number, 1..=[`Self::MAX`].
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for EnvelopeIndex {
    type Error = IdError;

    fn try_from(number: u32) -> Result<Self, IdError> {
        if (1..=Self::MAX).contains(&number) { Ok(Self(number)) } else { Err(IdError::Envelope(number)) }
    }
}

impl From<EnvelopeIndex> for u32 {
    fn from(index: EnvelopeIndex) -> Self {
        index.0
    }
}

impl fmt::Display for EnvelopeIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What one envelope of one bid is bound to. Every commitment hashes it, so nothing sealed for one tender, lot,
/// envelope or bidder passes for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BidScope {
    /// The tender.
    pub tender: TenderNumber,
    /// The lot within the tender.
    pub lot: LotNumber,
    /// The envelope within the bid.
    pub envelope: EnvelopeIndex,
    /// The bidder.
    pub bidder: CreditCode,
}

impl BidScope {
    /// Adds tender, lot, envelope (both four bytes, big-endian) and bidder to a labelled hash, in this order.
    pub(crate) fn hashed(&self, hash: Labelled) -> Labelled {
        hash.field(self.tender.0.as_bytes())
            .field(&self.lot.0.to_be_bytes())
            .field(&self.envelope.0.to_be_bytes())
            .field(self.bidder.0.as_bytes())
    }
}

/// A rejected text as it may stand in a message: at most 80 characters of it.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: FromStr>(text: &str, accepted: bool) {
        assert_eq!(text.parse::<T>().is_ok(), accepted, "{text:?}");
    }

    #[test]
    fn names_are_spelt_strictly() {
        for (text, accepted) in [
            ("ZB2026-0117", true),
            ("浙招2026-03", false),
            ("-1", false),
            ("1-", false),
            ("", false),
            ("a b", false),
            ("a/b", false),
            ("a\u{7}", false),
            (&"x".repeat(64), true),
            (&"x".repeat(65), false),
        ] {
            check::<TenderNumber>(text, accepted);
        }
        for (text, accepted) in [
            ("91330100MA27XW1D2K", true),
            ("91330100MA27XW1D2O", false),
            ("91330100ma27xw1d2k", false),
            ("91330100MA27XW1D2", false),
            ("91330100MA27XW1D2K0", false),
            ("９1330100MA27XW1D", false),
        ] {
            check::<CreditCode>(text, accepted);
        }
    }

    #[test]
    fn lots_and_envelopes_count_from_one() {
        assert!(LotNumber::try_from(0).is_err());
        assert!(LotNumber::try_from(10_000).is_err());
        assert!(EnvelopeIndex::try_from(0).is_err());
        assert_eq!(EnvelopeIndex::try_from(1), Ok(EnvelopeIndex::FIRST));
        assert!(EnvelopeIndex::try_from(9).is_err());
        assert!(serde_json::from_str::<EnvelopeIndex>("0").is_err());
    }
}
