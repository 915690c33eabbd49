//! What is known of one certificate authority.
//!
//! The same profile stands in a file of the room (TOML, `docs/ca-profiles.md`) and, where the agency wants it to count
//! for everybody, in the signed tender package.

use core::fmt;

use bidroom_domain::At;
use bidroom_envelope::suite::pki::{KeyUsage, X509};
use der::asn1::ObjectIdentifier;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::place::{CodePlace, KindPlace};

/// Most certificates of one authority in a profile.
const MOST_CERTIFICATES: usize = 16;
/// Most policies, addresses or usages.
const MOST_WORDS: usize = 16;
/// Longest name or address, characters.
const MOST_TEXT: usize = 200;
/// Longest time that revocation data may be used, hours.
const MOST_HOURS: u32 = 24 * 366;

/// Why a profile is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No root, or too many certificates.
    #[error("a profile has 1 to {MOST_CERTIFICATES} roots, and at most as many intermediate certificates")]
    Certificates,
    /// Not exactly one of attribute and extension.
    #[error("a place is either `attribute` or `extension`")]
    Place,
    /// No pattern, or one without `{{code}}`.
    #[error("a credit code's place needs patterns with {{code}}")]
    PatternWithoutCode,
    /// A text that is empty, too long, or has control characters.
    #[error("{0} is empty, too long, or has control characters")]
    Text(&'static str),
    /// More entries than anybody has.
    #[error("{0} has more than {MOST_WORDS} entries")]
    TooMany(&'static str),
    /// A number of hours that cannot be.
    #[error("`max_age_hours` is {0}: needs 1 to {MOST_HOURS}")]
    Hours(u32),
}

/// An object identifier as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oid(pub ObjectIdentifier);

impl Oid {
    /// organizationIdentifier.
    pub const ORGANIZATION_IDENTIFIER: Self = Self(ObjectIdentifier::new_unwrap("2.5.4.97"));
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| de::Error::custom(format!("{text:?} is no object identifier")))
    }
}

/// A key-usage bit by its name in RFC 5280: `digitalSignature`, `nonRepudiation`, `keyEncipherment` …
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UsageName(pub KeyUsage);

impl fmt::Debug for UsageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for UsageName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for UsageName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let named = KeyUsage::named(&text).map(Self);
        named.ok_or_else(|| de::Error::custom(format!("{text:?} is no key usage of RFC 5280")))
    }
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What happens when an authority's revocation data is missing or older than it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MissingRevocation {
    /// Certificates are accepted, and the age is shown.
    #[default]
    Accept,
    /// Certificates are refused until newer data is there.
    Refuse,
}

/// How old revocation data may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevocationRule {
    /// Hours since the list or answer was made.
    pub max_age_hours: u32,
    /// What happens with older data, with data past its own end, and without any.
    pub when_older: MissingRevocation,
}

impl Default for RevocationRule {
    fn default() -> Self {
        Self { max_age_hours: 48, when_older: MissingRevocation::Accept }
    }
}

/// That an authority is no longer accepted: because its key was stolen, or its licence ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// From when on.
    pub at: At,
    /// Why, for people.
    pub reason: Names,
}

/// A profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaProfile {
    /// What people call it.
    pub name: Names,
    /// Its roots.
    pub roots: Vec<X509>,
    /// Certificates between roots and holders, which holders' locks do not carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intermediates: Vec<X509>,
    /// Policies of which a certificate must name one; any, if none is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Oid>,
    /// Where the credit code stands.
    #[serde(default)]
    pub credit_code: CodePlace,
    /// Where it stands whether a lock is a main or a sub lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_kind: Option<KindPlace>,
    /// Key usages that a signing certificate must have, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signing_usages: Vec<UsageName>,
    /// Key usages that an encryption certificate must have, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encryption_usages: Vec<UsageName>,
    /// Addresses of revocation lists, for whoever fetches them; the room never does by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crl: Vec<String>,
    /// Addresses of OCSP responders, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ocsp: Vec<String>,
    /// How old its revocation data may be.
    #[serde(default)]
    pub revocation: RevocationRule,
    /// Set when the authority is no longer accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removal>,
}

impl CaProfile {
    /// Checks what the types do not say.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub fn check(&self) -> Result<(), ProfileError> {
        if !(1..=MOST_CERTIFICATES).contains(&self.roots.len())
            || self.intermediates.len() > MOST_CERTIFICATES
        {
            return Err(ProfileError::Certificates);
        }
        self.credit_code.check()?;
        self.lock_kind.as_ref().map_or(Ok(()), KindPlace::check)?;
        text("name", &self.name.zh)?;
        text("name", &self.name.en)?;
        if let Some(removed) = &self.removed {
            text("removed.reason", &removed.reason.zh)?;
            text("removed.reason", &removed.reason.en)?;
        }
        for (what, count) in [
            ("policies", self.policies.len()),
            ("crl", self.crl.len()),
            ("ocsp", self.ocsp.len()),
            ("signing_usages", self.signing_usages.len()),
            ("encryption_usages", self.encryption_usages.len()),
        ] {
            if count > MOST_WORDS {
                return Err(ProfileError::TooMany(what));
            }
        }
        self.crl.iter().try_for_each(|address| text("crl", address))?;
        self.ocsp.iter().try_for_each(|address| text("ocsp", address))?;
        let hours = self.revocation.max_age_hours;
        if (1..=MOST_HOURS).contains(&hours) { Ok(()) } else { Err(ProfileError::Hours(hours)) }
    }
}

fn text(what: &'static str, text: &str) -> Result<(), ProfileError> {
    let fine = (1..=MOST_TEXT).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fine { Ok(()) } else { Err(ProfileError::Text(what)) }
}
