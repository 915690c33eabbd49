//! OCSP answers (RFC 6960): read, and checked to come from the issuer or from a responder that it certified for this.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::extensions::each;
use super::key::{Algorithm, bits};
use super::name::Name;
use super::revocation::{Reason, RevocationError, RevocationRefusal, Revoked};
use super::time;
use super::usage::Usage;
use super::x509::X509;
use crate::suite::asn1::{Asn1Error, Cursor, Element, context, context_primitive};

/// Longest answer that is read: some responders send whole chains.
const MAX_DER: usize = 256 * 1024;
/// Certificates that are read in an answer.
const MOST_CERTIFICATES: usize = 8;

const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// id-kp-OCSPSigning.
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
const SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.401");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// What an answer says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcspStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked(Revoked),
    /// The responder knows no such certificate.
    Unknown,
}

/// One certificate's part of an answer.
#[derive(Debug, Clone)]
pub struct OcspAnswer {
    hash: ObjectIdentifier,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial: Vec<u8>,
    status: OcspStatus,
    this_update: i64,
    next_update: Option<i64>,
}

impl OcspAnswer {
    /// What it says.
    pub fn status(&self) -> OcspStatus {
        self.status
    }

    /// When it was known to be so, milliseconds since 1970.
    pub fn this_update(&self) -> i64 {
        self.this_update
    }

    /// When newer knowledge is due, milliseconds since 1970, if the answer says so.
    pub fn next_update(&self) -> Option<i64> {
        self.next_update
    }

    /// The content of the serial number's INTEGER.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// Whether it speaks of the certificate that `issuer` issued under `serial`.
    pub fn is_about(&self, serial: &[u8], issuer: &X509) -> bool {
        self.serial == serial && self.is_of(issuer)
    }

    /// Whether it speaks of a certificate of `issuer`.
    pub fn is_of(&self, issuer: &X509) -> bool {
        digest(&self.hash, issuer.subject().der()).is_some_and(|hash| hash == self.issuer_name_hash)
            && digest(&self.hash, issuer.key_bits()).is_some_and(|hash| hash == self.issuer_key_hash)
    }
}

enum Responder {
    Name(Name),
    /// SHA-1 of the key.
    Key(Vec<u8>),
}

/// A responder's answer.
pub struct OcspResponse {
    der: Vec<u8>,
    signed: Vec<u8>,
    algorithm: Algorithm,
    signature: Vec<u8>,
    responder: Responder,
    produced_at: i64,
    answers: Vec<OcspAnswer>,
    certificates: Vec<X509>,
}

impl OcspResponse {
    /// Reads DER.
    ///
    /// # Errors
    /// [`RevocationError`], also for an answer that says no more than that there is none.
    pub fn from_der(der: &[u8]) -> Result<Self, RevocationError> {
        const WHAT: &str = "an OCSP answer";
        if der.len() > MAX_DER {
            return Err(RevocationError::TooLong(der.len()));
        }
        let mut outer = Cursor::only(der, Tag::Sequence, WHAT)?.inside();
        let status = match outer.take(Tag::Enumerated, WHAT)?.content {
            [status] => *status,
            _ => return Err(Asn1Error(WHAT).into()),
        };
        if status != 0 {
            return Err(RevocationError::Unsuccessful(status));
        }
        let mut bytes = outer.take(context(0), WHAT)?.inside().take(Tag::Sequence, WHAT)?.inside();
        outer.end(WHAT)?;
        let kind = bytes.oid(WHAT)?;
        if kind != BASIC {
            return Err(RevocationError::UnknownType(kind));
        }
        let basic = bytes.take(Tag::OctetString, WHAT)?.content;
        bytes.end(WHAT)?;
        Self::read_basic(der, Cursor::only(basic, Tag::Sequence, WHAT)?)
    }

    fn read_basic(der: &[u8], basic: Element<'_>) -> Result<Self, RevocationError> {
        const WHAT: &str = "the answer's signed part";
        let mut outer = basic.inside();
        let signed = outer.take(Tag::Sequence, WHAT)?;
        let algorithm = Algorithm::read(outer.take(Tag::Sequence, "the answer's algorithm")?, WHAT)?;
        let signature = bits(outer.take(Tag::BitString, "the answer's signature")?, WHAT)?.to_vec();
        let certificates = match outer.take_if(context(0), "the responder's certificates")? {
            Some(list) => read_certificates(list)?,
            None => Vec::new(),
        };
        outer.end("the answer's end")?;

        let mut fields = signed.inside();
        fields.take_if(context(0), "the answer's version")?;
        let responder = match fields.take_if(context(1), "the responder")? {
            Some(name) => Responder::Name(Name::from_der(name.content)?),
            None => {
                let key = fields.take(context(2), "the responder")?;
                let key = Cursor::only(key.content, Tag::OctetString, "the responder")?;
                Responder::Key(key.content.to_vec())
            }
        };
        let produced_at = time::read(fields.next("producedAt")?, "producedAt")?;
        let mut list = fields.take(Tag::Sequence, "the answers")?.inside();
        let mut answers = Vec::new();
        while !list.is_empty() {
            answers.push(read_answer(list.take(Tag::Sequence, "an answer")?)?);
        }
        if let Some(extensions) = fields.take_if(context(1), "the answer's extensions")? {
            none_critical(extensions.content)?;
        }
        fields.end(WHAT)?;
        let signed = signed.raw.to_vec();
        Ok(Self {
            der: der.to_vec(),
            signed,
            algorithm,
            signature,
            responder,
            produced_at,
            answers,
            certificates,
        })
    }

    /// The DER, as it came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// When it was signed, milliseconds since 1970.
    pub fn produced_at(&self) -> i64 {
        self.produced_at
    }

    /// What it says, one for each certificate that was asked about.
    pub fn answers(&self) -> &[OcspAnswer] {
        &self.answers
    }

    /// Checks that the answer was signed by `issuer`, or by a responder that it certified for signing OCSP answers
    /// (RFC 6960 section 4.2.2.2); says nothing about how old it is.
    ///
    /// # Errors
    /// [`RevocationRefusal`].
    pub fn verify(&self, issuer: &X509) -> Result<(), RevocationRefusal> {
        let delegated = |it: &&X509| {
            it.names_as_issuer(issuer)
                && it.purposes().is_some_and(|purposes| purposes.contains(&OCSP_SIGNING))
                && it.key_usage().is_none_or(|usage| usage.allows(Usage::Sign))
                && it.extensions().unknown_critical.is_none()
        };
        if self.is_by(issuer) {
            return Ok(issuer.verify(&self.algorithm, &self.signed, &self.signature)?);
        }
        let wrong = || RevocationRefusal::Responder(issuer.subject().to_string());
        let responder =
            self.certificates.iter().filter(|it| self.is_by(it)).find(delegated).ok_or_else(wrong)?;
        responder.verify_issued_by(issuer)?;
        let dates = responder.not_before()..=responder.not_after().saturating_add(999);
        if !dates.contains(&self.produced_at) {
            return Err(RevocationRefusal::ResponderDates);
        }
        Ok(responder.verify(&self.algorithm, &self.signed, &self.signature)?)
    }

    fn is_by(&self, certificate: &X509) -> bool {
        match &self.responder {
            Responder::Name(name) => name == certificate.subject(),
            Responder::Key(hash) => digest(&SHA1, certificate.key_bits()).is_some_and(|key| key == *hash),
        }
    }
}

fn read_certificates(list: Element<'_>) -> Result<Vec<X509>, RevocationError> {
    const WHAT: &str = "the responder's certificates";
    let mut list = Cursor::only(list.content, Tag::Sequence, WHAT)?.inside();
    let mut certificates = Vec::new();
    while !list.is_empty() {
        let der = list.take(Tag::Sequence, WHAT)?.raw;
        if certificates.len() == MOST_CERTIFICATES {
            return Err(RevocationError::TooLong(der.len()));
        }
        // What cannot be read did not sign this.
        certificates.extend(X509::from_der(der));
    }
    Ok(certificates)
}

fn read_answer(answer: Element<'_>) -> Result<OcspAnswer, RevocationError> {
    const WHAT: &str = "an answer";
    let mut fields = answer.inside();
    let mut id = fields.take(Tag::Sequence, WHAT)?.inside();
    let hash = Algorithm::read(id.take(Tag::Sequence, WHAT)?, WHAT)?.oid;
    let issuer_name_hash = id.take(Tag::OctetString, WHAT)?.content.to_vec();
    let issuer_key_hash = id.take(Tag::OctetString, WHAT)?.content.to_vec();
    let serial = id.take(Tag::Integer, WHAT)?.content.to_vec();
    id.end(WHAT)?;
    let status = read_status(fields.next(WHAT)?)?;
    let this_update = time::read(fields.next(WHAT)?, WHAT)?;
    let next_update = match fields.take_if(context(0), WHAT)? {
        Some(element) => Some(time::read(Cursor::new(element.content).next(WHAT)?, WHAT)?),
        None => None,
    };
    if let Some(extensions) = fields.take_if(context(1), WHAT)? {
        none_critical(extensions.content)?;
    }
    fields.end(WHAT)?;
    Ok(OcspAnswer { hash, issuer_name_hash, issuer_key_hash, serial, status, this_update, next_update })
}

fn read_status(element: Element<'_>) -> Result<OcspStatus, RevocationError> {
    const WHAT: &str = "the status of an answer";
    if element.tag == context_primitive(0) {
        return Ok(OcspStatus::Good);
    }
    if element.tag == context_primitive(2) {
        return Ok(OcspStatus::Unknown);
    }
    if element.tag != context(1) {
        return Err(Asn1Error(WHAT).into());
    }
    let mut fields = element.inside();
    let at = time::read(fields.next(WHAT)?, WHAT)?;
    let reason = match fields.take_if(context(0), WHAT)? {
        Some(reason) => Reason::read(reason.content)?,
        None => Reason::Unspecified,
    };
    fields.end(WHAT)?;
    Ok(OcspStatus::Revoked(Revoked { at, reason }))
}

fn none_critical(list: &[u8]) -> Result<(), RevocationError> {
    let mut refused = None;
    each(list, |oid, critical, _| {
        if critical {
            refused.get_or_insert(RevocationError::CriticalExtension(oid));
        }
        Ok(())
    })?;
    refused.map_or(Ok(()), Err)
}

/// The digest by which answers name issuers; none for an algorithm that is not known here.
fn digest(algorithm: &ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    match *algorithm {
        SM3 => Some(bidroom_canon::Sm3Digest::of(bytes).as_bytes().to_vec()),
        SHA1 | SHA256 => foreign_digest(algorithm, bytes),
        _ => None,
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn foreign_digest(algorithm: &ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
    // Only to find the issuer by: the answer's own signature is what counts.
    let kind = if *algorithm == SHA1 { &SHA1_FOR_LEGACY_USE_ONLY } else { &ring::digest::SHA256 };
    Some(digest(kind, bytes).as_ref().to_vec())
}

#[cfg(target_arch = "wasm32")]
fn foreign_digest(_: &ObjectIdentifier, _: &[u8]) -> Option<Vec<u8>> {
    None
}

#[cfg(test)]
#[path = "ocsp_tests.rs"]
mod tests;
