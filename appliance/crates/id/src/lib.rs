//! Identifiers, each a type of its own: tender, lot, session, envelope, bidder. Owns their spelling; knows nothing of who
//! they are.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text or number is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 18 characters of the alphabet of GB 32100-2015.
    #[error("{0:?} is no unified social credit code: 18 digits or capital letters without I, O, S, V and Z")]
    CreditCode(String),
    /// Not 1 to 64 letters, digits and `-`, the last not at either end.
    #[error("{0:?} is no tender or session number: 1 to 64 letters, digits and inner hyphens")]
    Number(String),
    /// Zero, or beyond [`LotNumber::MAX`].
    #[error("{0} is no lot number: 1 to {max}", max = LotNumber::MAX)]
    Lot(u32),
    /// An envelope index outside 1..=[`EnvelopeIndex::MAX`].
    #[error("{0} is no envelope index: 1 to {max}", max = EnvelopeIndex::MAX)]
    Envelope(u32),
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $valid:ident, $error:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                if $valid(&text) { Ok(Self(text)) } else { Err(IdError::$error(shortened(&text))) }
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if $valid(text) { Ok(Self(text.to_owned())) } else { Err(IdError::$error(shortened(text))) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! counted_id {
    ($(#[$doc:meta])* $name:ident up to $max:literal, $error:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        impl $name {
            /// The first.
            pub const FIRST: Self = Self(1);
            /// The highest there may be.
            pub const MAX: u32 = $max;

            /// As a number, 1..=[`Self::MAX`].
            pub const fn number(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = IdError;

            fn try_from(number: u32) -> Result<Self, IdError> {
                if (1..=Self::MAX).contains(&number) { Ok(Self(number)) } else { Err(IdError::$error(number)) }
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

fn is_number(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether a text has the form of a unified social credit code (GB 32100-2015), its check character aside.
pub fn is_credit_code(text: &str) -> bool {
    text.len() == 18
        && text.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"IOSVZ".contains(&b)))
}

/// A rejected text as it may stand in a message: at most 80 characters of it.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

text_id!(
    /// A unified social credit code 统一社会信用代码: 18 characters (GB 32100-2015). The check character is the CA's
    /// business: a certificate that carries a code is the evidence for it, and a typing error in it must not keep a
    /// bidder out.
    CreditCode, is_credit_code, CreditCode
);
text_id!(
    /// The number of a tender 招标项目编号, as the centre gave it: 1 to 64 letters, digits and inner hyphens.
    TenderNumber, is_number, Number
);
text_id!(
    /// A session: the opening of one lot, `<tender>-<lot>`.
    SessionId, is_number, Number
);
counted_id!(
    /// The number of a lot 标段(包) within its tender, from 1.
    LotNumber up to 9_999, Lot
);
counted_id!(
    /// Which of a bid's envelopes, counted from 1 (双信封: 1 technical, 2 price).
    EnvelopeIndex up to 8, Envelope
);

impl SessionId {
    /// The session in which `lot` of `tender` is opened.
    pub fn of(tender: &TenderNumber, lot: LotNumber) -> Self {
        Self(format!("{tender}-{lot}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests: a failure is reported by stopping")]
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
            ("..", false),
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
            check::<SessionId>(text, accepted);
        }
        for (text, accepted) in [
            ("91330100MA27XW1D2K", true),
            ("91330100MA27XW1D2O", false),
            ("91330100ma27xw1d2k", false),
            ("91330100MA27XW1D2", false),
            ("91330100MA27XW1D2K0", false),
            ("９1330100MA27XW1D", false),
            ("开标开标开标", false),
            ("", false),
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

    #[test]
    fn what_is_refused_is_told_in_short() {
        let error = "开".repeat(200).parse::<TenderNumber>().unwrap_err();
        assert_eq!(error, IdError::Number("开".repeat(80)));
    }
}
