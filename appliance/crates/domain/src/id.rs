//! Identifiers, each a type of its own.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 18 characters of the alphabet of GB 32100-2015.
    #[error("not a unified social credit code (GB 32100): {0:?}")]
    CreditCode(String),
    /// Empty, too long, or with characters other than letters, digits and `-`.
    #[error("not a tender or session number: {0:?}")]
    Number(String),
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $check:expr, $error:expr) => {
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
                let check: fn(&str) -> bool = $check;
                if check(&text) { Ok(Self(text)) } else { Err($error(text)) }
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.to_owned().try_into()
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

text_id!(
    /// A unified social credit code 统一社会信用代码: 18 characters (GB 32100-2015). The check digit is the CA's
    /// business: a certificate that carries a code is the evidence for it, and a typing error in it must not keep a
    /// bidder out.
    CreditCode, is_credit_code, IdError::CreditCode
);
text_id!(
    /// The number of a tender, as the centre gave it: letters, digits and `-`.
    TenderNumber, is_number, IdError::Number
);
text_id!(
    /// A session: the opening of one lot, `<tender>-<lot>`.
    SessionId, is_number, IdError::Number
);

/// The number of a lot 标段(包) within its tender, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LotNumber(pub u32);

impl fmt::Display for LotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl SessionId {
    /// The session in which `lot` of `tender` is opened.
    pub fn of(tender: &TenderNumber, lot: LotNumber) -> Self {
        Self(format!("{tender}-{lot}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_codes() {
        for (text, good) in [
            ("91370000MA3U7K2X1Q", true),
            ("91370000ma3u7k2x1q", false),
            ("91370000MA3U7K2X1", false),
            ("91370000MA3U7K2XIQ", false),
            ("", false),
            ("开标开标开标", false),
        ] {
            assert_eq!(text.parse::<CreditCode>().is_ok(), good, "{text}");
        }
    }

    #[test]
    fn numbers_are_safe_in_paths_and_addresses() {
        for (text, good) in
            [("YZZC-2026-G0117", true), ("..", false), ("a/b", false), ("-a", false), ("", false)]
        {
            assert_eq!(text.parse::<TenderNumber>().is_ok(), good, "{text}");
        }
    }
}
