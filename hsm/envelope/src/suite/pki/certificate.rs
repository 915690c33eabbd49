//! One SM2 certificate: its DER as it came, and what it says.
//!
//! Owns reading. Whether it is to be believed is `chain`'s question.

use core::fmt;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use der::asn1::{GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Decode as _, Tag};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::name::{Name, ORGANIZATION_IDENTIFIER};
use super::usage::{KeyUsage, Usage};
use crate::suite::asn1::{Asn1Error, Cursor, Element, context, context_primitive};
use crate::suite::sm2::{BadSignature, PublicKey, Signature};

/// A certificate is one or two kilobytes; anything much longer is something else.
const MAX_DER: usize = 64 * 1024;

pub(super) const SM2_WITH_SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");
pub(super) const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
pub(super) const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
pub(super) const SUBJECT_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
pub(super) const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
/// Extensions that limit nothing that is checked here, and may therefore be critical.
const HARMLESS: [&str; 4] = ["2.5.29.17", "2.5.29.32", "2.5.29.37", "2.5.29.31"];

/// Why bytes are not an SM2 certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than any certificate.
    #[error("{0} bytes are too long for a certificate")]
    TooLong(usize),
    /// Not the structure of RFC 5280.
    #[error(transparent)]
    Structure(#[from] Asn1Error),
    /// Not PEM with the label CERTIFICATE.
    #[error("not a PEM certificate")]
    NotPem,
    /// The subject's key is not an SM2 key.
    #[error("the certificate of {subject} holds no valid SM2 key")]
    NotSm2 {
        /// The subject's name.
        subject: String,
    },
    /// The algorithm outside the signed part is another than inside.
    #[error("the signature algorithm outside differs from the one inside")]
    AlgorithmMismatch,
    /// An extension occurs twice.
    #[error("the extension {0} occurs twice")]
    RepeatedExtension(ObjectIdentifier),
}

/// basicConstraints of a certificate authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Authority {
    pub(super) path_length: Option<u8>,
}

/// A certificate of an SM2 key; named by the SM3 of its DER. Its text form is the DER in base64.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    pub(super) signed: Vec<u8>,
    pub(super) signature_algorithm: ObjectIdentifier,
    pub(super) signature: Vec<u8>,
    serial: Vec<u8>,
    issuer: Name,
    subject: Name,
    not_before: i64,
    not_after: i64,
    public_key: PublicKey,
    extensions: Extensions,
}

#[derive(Clone, Default)]
pub(super) struct Extensions {
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) authority: Option<Authority>,
    pub(super) subject_key_id: Option<Vec<u8>>,
    pub(super) authority_key_id: Option<Vec<u8>>,
    /// A critical extension that is not understood, if there is one.
    pub(super) unknown_critical: Option<ObjectIdentifier>,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_DER {
            return Err(CertificateError::TooLong(der.len()));
        }
        let mut outer = Cursor::only(der, Tag::Sequence, "a certificate")?.inside();
        let tbs = outer.take(Tag::Sequence, "the certificate's signed part")?;
        let algorithm = outer.take(Tag::Sequence, "the certificate's signature algorithm")?;
        let signature = outer.take(Tag::BitString, "the certificate's signature")?;
        outer.end("the certificate's end")?;

        let mut fields = tbs.inside();
        fields.take_if(context(0), "the certificate's version")?;
        let serial = fields.take(Tag::Integer, "the certificate's serial number")?;
        if serial.content.is_empty() {
            return Err(Asn1Error("the certificate's serial number").into());
        }
        let inner_algorithm = fields.take(Tag::Sequence, "the certificate's inner signature algorithm")?;
        let issuer = Name::from_der(fields.take(Tag::Sequence, "the issuer's name")?.raw)?;
        let mut validity = fields.take(Tag::Sequence, "the certificate's validity")?.inside();
        let not_before = time(validity.next("notBefore")?)?;
        let not_after = time(validity.next("notAfter")?)?;
        validity.end("the certificate's validity")?;
        let subject = Name::from_der(fields.take(Tag::Sequence, "the subject's name")?.raw)?;
        let spki = fields.take(Tag::Sequence, "the subject's public key")?;
        fields.take_if(context_primitive(1), "the issuer's unique identifier")?;
        fields.take_if(context_primitive(2), "the subject's unique identifier")?;
        let extensions = match fields.take_if(context(3), "the certificate's extensions")? {
            Some(element) => Extensions::read(element)?,
            None => Extensions::default(),
        };
        fields.end("the end of the certificate's signed part")?;

        if algorithm.raw != inner_algorithm.raw {
            return Err(CertificateError::AlgorithmMismatch);
        }
        let public_key = PublicKey::from_spki_der(spki.raw)
            .map_err(|_| CertificateError::NotSm2 { subject: subject.to_string() })?;
        Ok(Self {
            signed: tbs.raw.to_vec(),
            signature_algorithm: algorithm.inside().oid("the certificate's signature algorithm")?,
            signature: bits(signature, "the certificate's signature")?.to_vec(),
            serial: serial.content.to_vec(),
            issuer,
            subject,
            not_before,
            not_after,
            public_key,
            extensions,
            der: der.to_vec(),
        })
    }

    /// Reads the first `CERTIFICATE` block of a PEM file.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let (_, rest) = text.split_once(BEGIN).ok_or(CertificateError::NotPem)?;
        let (body, _) = rest.split_once(END).ok_or(CertificateError::NotPem)?;
        if body.len() > MAX_DER * 2 {
            return Err(CertificateError::TooLong(body.len()));
        }
        let block = format!("{BEGIN}{body}{END}\n");
        let (_, der) = der::pem::decode_vec(block.as_bytes()).map_err(|_| CertificateError::NotPem)?;
        Self::from_der(&der)
    }

    /// PEM, with lines of 64 characters.
    pub fn to_pem(&self) -> String {
        // Encoding bytes as PEM cannot fail; an empty file would be refused by every reader.
        der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, &self.der).unwrap_or_default()
    }

    /// The DER, as it came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SM3 of the DER: the certificate's name everywhere in BidRoom.
    pub fn digest(&self) -> Sm3Digest {
        Sm3Digest::of(&self.der)
    }

    /// The subject's name.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The issuer's name.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// The subject's common name, or its organisation, or nothing.
    pub fn holder(&self) -> &str {
        self.subject.common_name().or_else(|| self.subject.organisation()).unwrap_or_default()
    }

    /// The unified social credit code in organizationIdentifier; a leading `NTRCN-` (ETSI EN 319 412-1) is left out.
    pub fn credit_code(&self) -> Option<&str> {
        self.credit_code_in(&ORGANIZATION_IDENTIFIER)
    }

    /// The unified social credit code in another attribute of the subject, as the authority's profile says.
    pub fn credit_code_in(&self, attribute: &ObjectIdentifier) -> Option<&str> {
        let text = self.subject.attribute(attribute)?;
        Some(text.strip_prefix("NTRCN-").unwrap_or(text))
    }

    /// The content of the DER INTEGER of the serial number.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number in upper-case hexadecimal, without the sign byte.
    pub fn serial_hex(&self) -> String {
        serial_hex(&self.serial)
    }

    /// The last four digits of [`Certificate::serial_hex`], by which people tell locks apart.
    pub fn tail(&self) -> String {
        let digits = self.serial_hex();
        digits.get(digits.len().saturating_sub(4)..).unwrap_or_default().to_owned()
    }

    /// Valid from, in milliseconds since 1970.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// Valid to, in milliseconds since 1970; the whole of that second is still valid.
    pub fn not_after(&self) -> i64 {
        self.not_after
    }

    /// The key-usage bits, if the certificate names any.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.extensions.key_usage
    }

    /// The subject key identifier, if the certificate has one.
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.extensions.subject_key_id.as_deref()
    }

    /// Whether the certificate names key-usage bits that are good for `usage`, and for issuing also says CA.
    pub fn allows(&self, usage: Usage) -> bool {
        let bits = self.key_usage().is_some_and(|set| set.allows(usage));
        bits && (usage != Usage::Issue || self.extensions.authority.is_some())
    }

    /// The subject's key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Checks this certificate's signature by `issuer`'s key; says nothing about names, dates or purposes.
    ///
    /// # Errors
    /// [`BadSignature`], also if the algorithm is not SM2 with SM3.
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<(), BadSignature> {
        if self.signature_algorithm != SM2_WITH_SM3 {
            return Err(BadSignature);
        }
        let signature = Signature::from_der(&self.signature).map_err(|_| BadSignature)?;
        issuer.verify(&self.signed, &signature)
    }

    pub(super) fn extensions(&self) -> &Extensions {
        &self.extensions
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject, self.serial_hex())
    }
}

impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Base64Bytes(self.der.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let der = Base64Bytes::deserialize(deserializer)?;
        Self::from_der(&der.0).map_err(de::Error::custom)
    }
}

impl Extensions {
    fn read(element: Element<'_>) -> Result<Self, CertificateError> {
        let mut list = Cursor::only(element.content, Tag::Sequence, "the list of extensions")?.inside();
        let mut seen = Vec::new();
        let mut extensions = Self::default();
        while !list.is_empty() {
            let mut extension = list.take(Tag::Sequence, "an extension")?.inside();
            let oid = extension.oid("an extension's identifier")?;
            let critical = extension.take_if(Tag::Boolean, "an extension's criticality")?;
            let critical = critical.is_some_and(|flag| flag.content != [0]);
            let value = extension.take(Tag::OctetString, "an extension's value")?.content;
            extension.end("an extension's end")?;
            if seen.contains(&oid) {
                return Err(CertificateError::RepeatedExtension(oid));
            }
            seen.push(oid);
            extensions.take(oid, critical, value)?;
        }
        Ok(extensions)
    }

    fn take(&mut self, oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Result<(), Asn1Error> {
        match oid {
            KEY_USAGE => {
                let bits = Cursor::only(value, Tag::BitString, "keyUsage")?.content;
                self.key_usage = Some(KeyUsage::from_bit_string(bits).ok_or(Asn1Error("keyUsage"))?);
            }
            BASIC_CONSTRAINTS => {
                let mut fields = Cursor::only(value, Tag::Sequence, "basicConstraints")?.inside();
                let authority = fields.take_if(Tag::Boolean, "basicConstraints")?;
                let path_length =
                    if fields.is_empty() { None } else { Some(fields.small("basicConstraints")?) };
                fields.end("basicConstraints")?;
                let is_authority = authority.is_some_and(|flag| flag.content != [0]);
                self.authority = is_authority.then_some(Authority { path_length });
            }
            SUBJECT_KEY_ID => {
                let id = Cursor::only(value, Tag::OctetString, "subjectKeyIdentifier")?;
                self.subject_key_id = Some(id.content.to_vec());
            }
            AUTHORITY_KEY_ID => {
                let mut fields = Cursor::only(value, Tag::Sequence, "authorityKeyIdentifier")?.inside();
                let id = fields.take_if(context_primitive(0), "authorityKeyIdentifier")?;
                self.authority_key_id = id.map(|id| id.content.to_vec());
            }
            other => {
                let harmless = HARMLESS.contains(&other.to_string().as_str());
                if critical && !harmless {
                    self.unknown_critical.get_or_insert(other);
                }
            }
        }
        Ok(())
    }
}

/// The content of a serial number's INTEGER in upper-case hexadecimal, without the sign byte.
pub(crate) fn serial_hex(content: &[u8]) -> String {
    match content {
        [0, rest @ ..] if !rest.is_empty() => hex::encode_upper(rest),
        all => hex::encode_upper(all),
    }
}

/// The bytes of a BIT STRING without unused bits.
pub(super) fn bits<'a>(element: Element<'a>, what: &'static str) -> Result<&'a [u8], Asn1Error> {
    match element.content.split_first() {
        Some((0, bytes)) => Ok(bytes),
        _ => Err(Asn1Error(what)),
    }
}

fn time(element: Element<'_>) -> Result<i64, Asn1Error> {
    let wrong = Asn1Error("a date of the certificate");
    let duration = match element.tag {
        Tag::UtcTime => UtcTime::from_der(element.raw).map_err(|_| wrong)?.to_unix_duration(),
        Tag::GeneralizedTime => GeneralizedTime::from_der(element.raw).map_err(|_| wrong)?.to_unix_duration(),
        _ => return Err(wrong),
    };
    i64::try_from(duration.as_millis()).map_err(|_| wrong)
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
