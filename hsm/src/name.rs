//! Names of keys: what a key belongs to and which part it plays, with one canonical label.
//!
//! Knows that there are tenders, lots and envelopes, because keys are made per envelope; knows nothing else of them.

use core::fmt;
use core::num::NonZeroU16;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::custody::KeyPurpose;

/// Longest [`NamePart`], in bytes of UTF-8: three parts and the rest fit the 255 bytes that devices keep of a label.
pub const MAX_PART: usize = 96;

/// Why a text is no key name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A tender or lot number is empty.
    #[error("a part of a key name is empty")]
    Empty,
    /// A tender or lot number is longer than [`MAX_PART`] bytes.
    #[error("a part of a key name has {bytes} bytes, at most {MAX_PART} are allowed")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A control character, or white space at either end.
    #[error("a part of a key name has a control character, or white space at an end")]
    Character,
    /// The text is not the canonical label of any name.
    #[error("`{0}` is not a canonical key label")]
    Label(String),
}

/// A tender or lot number as it appears in a key's name: 1 to [`MAX_PART`] bytes, no control characters, no white
/// space at the ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamePart(String);

impl NamePart {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn escaped(&self) -> String {
        self.0.replace('%', "%25").replace('/', "%2F")
    }

    fn unescaped(text: &str) -> Result<Self, NameError> {
        text.replace("%2F", "/").replace("%25", "%").parse()
    }
}

impl FromStr for NamePart {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > MAX_PART {
            return Err(NameError::TooLong { bytes: text.len() });
        }
        if text.trim() != text || text.chars().any(char::is_control) {
            return Err(NameError::Character);
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a key belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The room itself, for all its tenders.
    Room,
    /// One envelope of one lot.
    Tender {
        /// The tender's number.
        tender: NamePart,
        /// The lot's number.
        lot: NamePart,
        /// The envelope, counted from 1.
        envelope: NonZeroU16,
    },
}

/// The part a key plays. It fixes the key's [`KeyPurpose`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Signs checkpoints for stock tools and witnesses (Ed25519).
    LogEd25519,
    /// Signs checkpoints for Chinese law (SM2).
    LogSm2,
    /// Signs what the room says beside the log: publications, receipts, acknowledgements (SM2).
    Statements,
    /// Issues the certificates of the room's other keys (SM2).
    Issuer,
    /// Unwraps the room shares of sealed bids; only after the close (SM2).
    Tender,
    /// Unwraps consents, officers' shares, draw values and the key of the sealed list of experts (SM2).
    Opening,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::LogEd25519, Self::LogSm2, Self::Statements, Self::Issuer, Self::Tender, Self::Opening];

    /// The only purpose a key of this role is made for.
    pub const fn purpose(self) -> KeyPurpose {
        match self {
            Self::LogEd25519 => KeyPurpose::SignEd25519,
            Self::LogSm2 | Self::Statements | Self::Issuer => KeyPurpose::SignSm2,
            Self::Tender | Self::Opening => KeyPurpose::Decrypt,
        }
    }

    /// How the role is written in a label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LogEd25519 => "log-ed25519",
            Self::LogSm2 => "log-sm2",
            Self::Statements => "statements",
            Self::Issuer => "issuer",
            Self::Tender => "tender",
            Self::Opening => "opening",
        }
    }
}

/// The name of a key. Its `Display` is the canonical label, `room/<role>` or
/// `tender/<tender>/<lot>/<envelope>/<role>` with `/` and `%` of the numbers written `%2F` and `%25`; different names
/// have different labels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName {
    /// What the key belongs to.
    pub scope: Scope,
    /// The part it plays.
    pub role: Role,
}

impl KeyName {
    /// A key of the room.
    pub const fn room(role: Role) -> Self {
        Self { scope: Scope::Room, role }
    }

    /// A key of one envelope.
    pub const fn tender(tender: NamePart, lot: NamePart, envelope: NonZeroU16, role: Role) -> Self {
        Self { scope: Scope::Tender { tender, lot, envelope }, role }
    }

    /// The canonical label.
    pub fn label(&self) -> String {
        self.to_string()
    }

    fn read(label: &str) -> Result<Self, NameError> {
        let other = || NameError::Label(label.to_owned());
        let mut parts = label.split('/');
        let scope = match parts.next() {
            Some("room") => Scope::Room,
            Some("tender") => Scope::Tender {
                tender: NamePart::unescaped(parts.next().ok_or_else(other)?)?,
                lot: NamePart::unescaped(parts.next().ok_or_else(other)?)?,
                envelope: parts.next().and_then(|text| text.parse().ok()).ok_or_else(other)?,
            },
            _ => return Err(other()),
        };
        let word = parts.next().ok_or_else(other)?;
        let role = Role::ALL.into_iter().find(|role| role.as_str() == word).ok_or_else(other)?;
        let name = Self { scope, role };
        // Written again and compared: one label per name, nothing after it, no other spelling of the number.
        if name.label() == label { Ok(name) } else { Err(other()) }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.scope {
            Scope::Room => f.write_str("room")?,
            Scope::Tender { tender, lot, envelope } => {
                write!(f, "tender/{}/{}/{envelope}", tender.escaped(), lot.escaped())?;
            }
        }
        write!(f, "/{}", self.role.as_str())
    }
}

impl FromStr for KeyName {
    type Err = NameError;

    fn from_str(label: &str) -> Result<Self, NameError> {
        Self::read(label)
    }
}

impl Serialize for KeyName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tender: &str, lot: &str, envelope: u16, role: Role, label: &str) {
        let envelope = NonZeroU16::new(envelope).unwrap();
        let name = KeyName::tender(tender.parse().unwrap(), lot.parse().unwrap(), envelope, role);
        assert_eq!(name.label(), label);
        assert_eq!(label.parse::<KeyName>().unwrap(), name);
    }

    #[test]
    fn labels_are_read_back() {
        check("ZB-2026-7", "1", 1, Role::Opening, "tender/ZB-2026-7/1/1/opening");
        check("粤采〔2026〕7号", "包2", 2, Role::Tender, "tender/粤采〔2026〕7号/包2/2/tender");
        check("a/b", "%2F", 1, Role::LogSm2, "tender/a%2Fb/%252F/1/log-sm2");
        check("%252F", "/%/", 65535, Role::Issuer, "tender/%25252F/%2F%25%2F/65535/issuer");
        for role in Role::ALL {
            let name = KeyName::room(role);
            assert_eq!(name.label().parse::<KeyName>().unwrap(), name);
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for label in [
            "",
            "room",
            "room/",
            "room/key",
            "room/log-sm2/",
            "room/log-sm2/x",
            "Room/log-sm2",
            "tender/a/1/opening",
            "tender/a/1/0/opening",
            "tender/a/1/01/opening",
            "tender/a/1/+1/opening",
            "tender/a/1/65536/opening",
            "tender//1/1/opening",
            "tender/a%2f/1/1/opening",
            "tender/a%/1/1/opening",
            "tender/ a/1/1/opening",
            "tender/a\u{0}/1/1/opening",
        ] {
            assert!(label.parse::<KeyName>().is_err(), "{label:?} was read");
        }
        assert_eq!("a".repeat(97).parse::<NamePart>(), Err(NameError::TooLong { bytes: 97 }));
        assert!("a".repeat(96).parse::<NamePart>().is_ok());
    }

    proptest::proptest! {
        #[test]
        fn different_names_have_different_labels(a in "[a%/2F5]{1,6}", b in "[a%/2F5]{1,6}", c in "[a%/2F5]{1,6}", d in "[a%/2F5]{1,6}") {
            let name = |t: &str, l: &str| KeyName::tender(t.parse().unwrap(), l.parse().unwrap(), NonZeroU16::MIN, Role::Tender);
            let (one, two) = (name(&a, &b), name(&c, &d));
            assert_eq!(one == two, one.label() == two.label());
            assert_eq!(one.label().parse::<KeyName>().unwrap(), one);
        }
    }
}
