//! A certificate of an SM2 key: what every lock, officer, agency and room has.

use core::fmt;
use core::ops::Deref;

use bidroom_canon::Sm3Digest;
use bidroom_id::is_credit_code;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::name::ORGANIZATION_IDENTIFIER;
use super::x509::{CertificateError, X509};
use crate::suite::sm2::{BadSignature, PublicKey};

/// A certificate of an SM2 key; named by the SM3 of its DER. Its text form is the DER in base64. It is also an
/// [`X509`], and says all that one says.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    x509: X509,
    public_key: PublicKey,
    credit_code: Option<String>,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// [`CertificateError`], also for a key that is no SM2 key.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        X509::from_der(der)?.try_into()
    }

    /// Reads the first `CERTIFICATE` block of a PEM file.
    ///
    /// # Errors
    /// [`CertificateError`], also for a key that is no SM2 key.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        X509::from_pem(text)?.try_into()
    }

    /// The DER, as it came.
    pub fn der(&self) -> &[u8] {
        self.x509.der()
    }

    /// SM3 of the DER: the certificate's name everywhere in BidRoom.
    pub fn digest(&self) -> Sm3Digest {
        self.x509.digest()
    }

    /// The last four digits of the serial number, by which people tell locks apart.
    pub fn tail(&self) -> String {
        self.x509.tail()
    }

    /// The subject's key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The unified social credit code that the certificate names, where nobody has a profile of its authority: in
    /// organizationIdentifier, without a leading `NTRCN-` (ETSI EN 319 412-1), or as the only text of its form among
    /// subject and extensions. Whether it counts there is the profile's question.
    pub fn credit_code(&self) -> Option<&str> {
        self.credit_code.as_deref()
    }

    /// Whether the certificate names this code anywhere, as a word of its own.
    pub fn names_credit_code(&self, code: &str) -> bool {
        self.credit_code() == Some(code) || self.x509.texts().any(|text| codes_in(&text).any(|it| it == code))
    }

    /// Checks this certificate's signature by an SM2 key; says nothing about names, dates or purposes.
    ///
    /// # Errors
    /// [`BadSignature`], also if the algorithm is not SM2 with SM3.
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<(), BadSignature> {
        self.x509.verify_under(issuer)
    }
}

fn credit_code_of(x509: &X509) -> Option<String> {
    if let Some(text) = x509.subject().attribute(&ORGANIZATION_IDENTIFIER) {
        return Some(text.strip_prefix("NTRCN-").unwrap_or(text).to_owned());
    }
    let texts: Vec<String> = x509.texts().collect();
    let mut codes = texts.iter().flat_map(|text| codes_in(text));
    let first = codes.next()?;
    codes.all(|code| code == first).then(|| first.to_owned())
}

/// What has the form of a code among the words of a text: authorities join them to other things by `@`, `-`, `:` and the
/// like, and some put a letter for the kind of number before it.
fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter_map(|word| {
        let behind = word.strip_prefix(|c: char| c.is_ascii_alphabetic());
        [Some(word), behind].into_iter().flatten().find(|word| is_credit_code(word))
    })
}

impl TryFrom<X509> for Certificate {
    type Error = CertificateError;

    fn try_from(x509: X509) -> Result<Self, CertificateError> {
        let key = x509.sm2_key().copied();
        let public_key =
            key.ok_or_else(|| CertificateError::NotSm2 { subject: x509.subject().to_string() })?;
        let credit_code = credit_code_of(&x509);
        Ok(Self { x509, public_key, credit_code })
    }
}

/// Everything that can be asked of a certificate can be asked of one of an SM2 key.
impl Deref for Certificate {
    type Target = X509;

    fn deref(&self) -> &X509 {
        &self.x509
    }
}

impl AsRef<X509> for Certificate {
    fn as_ref(&self) -> &X509 {
        &self.x509
    }
}

impl From<Certificate> for X509 {
    fn from(certificate: Certificate) -> Self {
        certificate.x509
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject(), self.serial_hex())
    }
}

impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.x509.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        X509::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
