//! One certificate of any key: its DER as it came, and what it says (RFC 5280, GM/T 0015).
//!
//! Owns reading. Whether it is to be believed is `chain`'s question.

use core::fmt;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use der::Tag;
use der::asn1::ObjectIdentifier;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::extensions::{ALTERNATIVE_NAME, DOCUMENT_URI, ExtensionError, Extensions};
use super::key::{Algorithm, KeyKind, SignatureRefusal, SubjectKey, bits};
use super::name::{Name, text_of};
use super::time;
use super::usage::{KeyUsage, Usage};
use crate::suite::asn1::{Asn1Error, Cursor, context, context_primitive};
use crate::suite::sm2::{BadSignature, PublicKey};

/// A certificate is one or two kilobytes; anything much longer is something else.
pub(super) const MAX_DER: usize = 64 * 1024;

/// Why bytes are not a certificate.
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

impl From<ExtensionError> for CertificateError {
    fn from(error: ExtensionError) -> Self {
        match error {
            ExtensionError::Structure(error) => Self::Structure(error),
            ExtensionError::Repeated(oid) => Self::RepeatedExtension(oid),
        }
    }
}

/// A certificate of any key; named by the SM3 of its DER. Its text form is the DER in base64.
#[derive(Clone)]
pub struct X509 {
    der: Vec<u8>,
    signed: Vec<u8>,
    algorithm: Algorithm,
    signature: Vec<u8>,
    serial: Vec<u8>,
    issuer: Name,
    subject: Name,
    not_before: i64,
    not_after: i64,
    key: SubjectKey,
    key_bits: Vec<u8>,
    extensions: Extensions,
}

impl X509 {
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
        let not_before = time::read(validity.next("notBefore")?, "a date of the certificate")?;
        let not_after = time::read(validity.next("notAfter")?, "a date of the certificate")?;
        validity.end("the certificate's validity")?;
        let subject = Name::from_der(fields.take(Tag::Sequence, "the subject's name")?.raw)?;
        let spki = fields.take(Tag::Sequence, "the subject's public key")?;
        fields.take_if(context_primitive(1), "the issuer's unique identifier")?;
        fields.take_if(context_primitive(2), "the subject's unique identifier")?;
        let extensions = match fields.take_if(context(3), "the certificate's extensions")? {
            Some(element) => Extensions::read(element.content)?,
            None => Extensions::default(),
        };
        fields.end("the end of the certificate's signed part")?;

        if algorithm.raw != inner_algorithm.raw {
            return Err(CertificateError::AlgorithmMismatch);
        }
        let (key, key_bits) = SubjectKey::read(spki)?;
        let key = key.ok_or_else(|| CertificateError::NotSm2 { subject: subject.to_string() })?;
        Ok(Self {
            signed: tbs.raw.to_vec(),
            algorithm: Algorithm::read(algorithm, "the certificate's signature algorithm")?,
            signature: bits(signature, "the certificate's signature")?.to_vec(),
            serial: serial.content.to_vec(),
            issuer,
            subject,
            not_before,
            not_after,
            key,
            key_bits,
            extensions,
            der: der.to_vec(),
        })
    }

    /// Reads the first `CERTIFICATE` block of a PEM file.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        match pem_block(text, "CERTIFICATE", MAX_DER) {
            Ok(der) => Self::from_der(&der),
            Err(Some(length)) => Err(CertificateError::TooLong(length)),
            Err(None) => Err(CertificateError::NotPem),
        }
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

    /// The content of the DER INTEGER of the serial number.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number in upper-case hexadecimal, without the sign byte.
    pub fn serial_hex(&self) -> String {
        serial_hex(&self.serial)
    }

    /// The last four digits of [`X509::serial_hex`], by which people tell locks apart.
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

    /// The authority key identifier, if the certificate has one.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.extensions.authority_key_id.as_deref()
    }

    /// The policies under which it was issued (certificatePolicies).
    pub fn policies(&self) -> &[ObjectIdentifier] {
        &self.extensions.policies
    }

    /// The purposes to which it is limited (extKeyUsage); none if it is not.
    pub fn purposes(&self) -> Option<&[ObjectIdentifier]> {
        self.extensions.purposes.as_deref()
    }

    /// The value of an extension that means nothing to this reader, as text: a directory string, an octet string of
    /// printable text, or the bare bytes where they are printable.
    pub fn extension_text(&self, wanted: &ObjectIdentifier) -> Option<String> {
        let (_, value) = self.extensions.others.iter().find(|(oid, _)| oid == wanted)?;
        extension_text(value)
    }

    /// SM3 of the one document that the key may sign, where the certificate is for one.
    pub fn document(&self) -> Option<Sm3Digest> {
        let (_, value) = self.extensions.others.iter().find(|(oid, _)| *oid == ALTERNATIVE_NAME)?;
        let mut names = Cursor::only(value, Tag::Sequence, "subjectAltName").ok()?.inside();
        let uri = names.take(context_primitive(6), "a URI").ok()?;
        names.end("subjectAltName").ok()?;
        let digits = core::str::from_utf8(uri.content).ok()?.strip_prefix(DOCUMENT_URI)?;
        digits.parse().ok()
    }

    /// All texts that may name the holder: attributes of the subject and extensions that mean nothing to this reader.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        let attributes = self.subject.attributes().map(|(_, text)| text.to_owned());
        attributes.chain(self.extensions.others.iter().filter_map(|(_, value)| extension_text(value)))
    }

    /// Whether the certificate names key-usage bits that are good for `usage`, and for issuing also says CA.
    pub fn allows(&self, usage: Usage) -> bool {
        let bits = self.key_usage().is_some_and(|set| set.allows(usage));
        bits && (usage != Usage::Issue || self.extensions.authority.is_some())
    }

    /// Which key it is, if it is one that is known here.
    pub fn key_kind(&self) -> Option<KeyKind> {
        self.key.kind()
    }

    /// The SM2 key, if it is one.
    pub fn sm2_key(&self) -> Option<&PublicKey> {
        match &self.key {
            SubjectKey::Sm2(key) => Some(key),
            _ => None,
        }
    }

    /// Checks this certificate's signature by the key of `issuer`; says nothing about names, dates or purposes.
    ///
    /// # Errors
    /// [`SignatureRefusal`].
    pub fn verify_issued_by(&self, issuer: &Self) -> Result<(), SignatureRefusal> {
        self.algorithm.verify(&issuer.key, &self.signed, &self.signature)
    }

    /// Checks this certificate's signature by an SM2 key.
    pub(super) fn verify_under(&self, issuer: &PublicKey) -> Result<(), BadSignature> {
        let key = SubjectKey::Sm2(*issuer);
        self.algorithm.verify(&key, &self.signed, &self.signature).map_err(|_| BadSignature)
    }

    /// Checks a signature of this certificate's key over `message`.
    pub(super) fn verify(
        &self,
        algorithm: &Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefusal> {
        algorithm.verify(&self.key, message, signature)
    }

    /// The bytes over which others make identifiers of the key.
    pub(super) fn key_bits(&self) -> &[u8] {
        &self.key_bits
    }

    pub(super) fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Whether both are of one authority: the same name and the same key, whatever else differs.
    pub fn is_same_authority(&self, other: &Self) -> bool {
        self.subject == other.subject && self.key_bits == other.key_bits
    }

    /// Whether this certificate names `candidate` as its issuer: name, and key identifiers where both have one.
    pub fn names_as_issuer(&self, candidate: &Self) -> bool {
        let key_id_fits = !matches!((self.authority_key_id(), candidate.subject_key_id()), (Some(wanted), Some(has)) if wanted != has);
        self.issuer == candidate.subject && key_id_fits
    }
}

impl PartialEq for X509 {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for X509 {}

impl fmt::Debug for X509 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "X509({}, serial {})", self.subject, self.serial_hex())
    }
}

impl Serialize for X509 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Base64Bytes(self.der.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for X509 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let der = Base64Bytes::deserialize(deserializer)?;
        Self::from_der(&der.0).map_err(de::Error::custom)
    }
}

/// The content of a serial number's INTEGER in upper-case hexadecimal, without the sign byte.
pub fn serial_hex(content: &[u8]) -> String {
    match content {
        [0, rest @ ..] if !rest.is_empty() => hex::encode_upper(rest),
        all => hex::encode_upper(all),
    }
}

/// The DER of the first block of a PEM file with this label; otherwise its length, if it is too long.
pub(super) fn pem_block(text: &str, label: &str, most: usize) -> Result<Vec<u8>, Option<usize>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let (_, rest) = text.split_once(&begin).ok_or(None)?;
    let (body, _) = rest.split_once(&end).ok_or(None)?;
    if body.len() > most.saturating_mul(2) {
        return Err(Some(body.len()));
    }
    let block = format!("{begin}{body}{end}\n");
    der::pem::decode_vec(block.as_bytes()).map(|(_, der)| der).map_err(|_| None)
}

fn extension_text(value: &[u8]) -> Option<String> {
    let printable = |bytes: &[u8]| {
        let text = core::str::from_utf8(bytes).ok()?;
        let fine = !text.is_empty() && !text.chars().any(char::is_control);
        fine.then(|| text.to_owned())
    };
    let mut cursor = Cursor::new(value);
    let element = cursor.next("an extension").ok().filter(|_| cursor.is_empty());
    match element {
        Some(element) if element.tag == Tag::OctetString => printable(element.content),
        Some(element) => text_of(element.tag, element.content),
        None => printable(value),
    }
}
