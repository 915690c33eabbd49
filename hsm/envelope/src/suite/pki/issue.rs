//! Issuing SM2 certificates: a root that signs itself, and certificates under an authority.
//!
//! Owns the encoding. Serial numbers and dates are the caller's; the authority's key is behind [`Sign`].

use bidroom_canon::Sm3Digest;
use der::Tag;
use der::asn1::ObjectIdentifier;
use sm3::{Digest as _, Sm3};

use super::certificate::Certificate;
use super::extensions::{
    ALTERNATIVE_NAME, AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, DOCUMENT_URI, KEY_USAGE, SUBJECT_KEY_ID,
};
use super::key::SM2_WITH_SM3;
use super::name::Name;
use super::usage::KeyUsage;
use super::x509::CertificateError;
use crate::suite::asn1;
use crate::suite::sm2::{PublicKey, Sign, SignError};

/// Why no certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// The serial number is empty, zero or longer than 19 bytes (RFC 5280: 20 with the sign byte).
    #[error("the serial number must have one to nineteen bytes and not be zero")]
    Serial,
    /// A date is outside 1970 to 9999, or the end is not after the beginning.
    #[error("the dates are not a period between 1970 and 9999")]
    Dates,
    /// The authority's key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The authority's certificate is for another key than the one that signed.
    #[error("the signing key is not that of the authority's certificate")]
    WrongKey,
    /// What was built does not read back, for instance because a name is too long.
    #[error(transparent)]
    Unreadable(#[from] CertificateError),
}

/// What kind of certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// digitalSignature and nonRepudiation.
    Signing,
    /// As [`Profile::Signing`], for one document: subjectAltName names it by a URI, `urn:bidroom:document:sm3:` and 64
    /// hexadecimal digits.
    OneDocument {
        /// SM3 of the document.
        document: [u8; 32],
    },
    /// keyEncipherment, dataEncipherment and keyAgreement.
    Encryption,
    /// keyCertSign and cRLSign; at most `path_length` further authorities may stand under it.
    Authority {
        /// basicConstraints' pathLenConstraint.
        path_length: u8,
    },
}

/// What shall be certified.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Whose key.
    pub subject: &'a Name,
    /// The key.
    pub public_key: &'a PublicKey,
    /// Serial number, big-endian, unique under the authority.
    pub serial: &'a [u8],
    /// Valid from, milliseconds since 1970; fractions of a second are cut off.
    pub not_before: i64,
    /// Valid to, milliseconds since 1970; fractions of a second are cut off.
    pub not_after: i64,
    /// What kind of certificate.
    pub profile: Profile,
}

/// Issues a certificate under `authority`, whose key is `signer`.
///
/// # Errors
/// [`IssueError`].
pub fn issue(
    authority: &Certificate,
    signer: &(impl Sign + ?Sized),
    request: &Request<'_>,
) -> Result<Certificate, IssueError> {
    build(authority.subject(), authority.public_key(), signer, request)
}

/// Issues a root: a certificate that the subject's own key signs.
///
/// # Errors
/// [`IssueError`].
pub fn self_sign(signer: &(impl Sign + ?Sized), request: &Request<'_>) -> Result<Certificate, IssueError> {
    build(request.subject, request.public_key, signer, request)
}

fn build(
    issuer: &Name,
    issuer_key: &PublicKey,
    signer: &(impl Sign + ?Sized),
    request: &Request<'_>,
) -> Result<Certificate, IssueError> {
    if request.serial.len() > 19 || request.serial.iter().all(|b| *b == 0) {
        return Err(IssueError::Serial);
    }
    if request.not_after <= request.not_before {
        return Err(IssueError::Dates);
    }
    let algorithm = asn1::sequence(&[&asn1::oid(&SM2_WITH_SM3)]);
    let version_3 = asn1::element(asn1::context(0), &[&asn1::unsigned(&[2])]);
    let validity = asn1::sequence(&[&time(request.not_before)?, &time(request.not_after)?]);
    let signed = asn1::sequence(&[
        &version_3,
        &asn1::unsigned(request.serial),
        &algorithm,
        issuer.der(),
        &validity,
        request.subject.der(),
        &request.public_key.to_spki_der(),
        &extensions(issuer_key, request),
    ]);
    let signature = signer.sign(&signed)?;
    issuer_key.verify(&signed, &signature).map_err(|_| IssueError::WrongKey)?;
    let signature = asn1::element(Tag::BitString, &[&[0], &signature.to_der()]);
    Ok(Certificate::from_der(&asn1::sequence(&[&signed, &algorithm, &signature]))?)
}

fn extensions(issuer_key: &PublicKey, request: &Request<'_>) -> Vec<u8> {
    let issuer_id = asn1::element(asn1::context_primitive(0), &[&key_id(issuer_key)]);
    let (usage, constraints) = match request.profile {
        Profile::Signing | Profile::OneDocument { .. } => (KeyUsage::SIGNING, asn1::sequence(&[])),
        Profile::Encryption => (KeyUsage::ENCRYPTION, asn1::sequence(&[])),
        Profile::Authority { path_length } => {
            let is_authority = asn1::element(Tag::Boolean, &[&[0xff]]);
            let constraints = asn1::sequence(&[&is_authority, &asn1::unsigned(&[path_length])]);
            (KeyUsage::AUTHORITY, constraints)
        }
    };
    let document = match request.profile {
        Profile::OneDocument { document } => {
            let uri = format!("{DOCUMENT_URI}{}", Sm3Digest::from_bytes(document));
            let uri = asn1::element(asn1::context_primitive(6), &[uri.as_bytes()]);
            extension(&ALTERNATIVE_NAME, false, &asn1::sequence(&[&uri]))
        }
        _ => Vec::new(),
    };
    let list = asn1::sequence(&[
        &extension(&AUTHORITY_KEY_ID, false, &asn1::sequence(&[&issuer_id])),
        &extension(&SUBJECT_KEY_ID, false, &asn1::octets(&key_id(request.public_key))),
        &extension(&KEY_USAGE, true, &asn1::element(Tag::BitString, &[&usage.to_bit_string()])),
        &extension(&BASIC_CONSTRAINTS, true, &constraints),
        &document,
    ]);
    asn1::element(asn1::context(3), &[&list])
}

pub(super) fn extension(oid: &ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { asn1::element(Tag::Boolean, &[&[0xff]]) } else { Vec::new() };
    asn1::sequence(&[&asn1::oid(oid), &flag, &asn1::octets(value)])
}

/// The first 20 bytes of SM3 over the point (the manner of RFC 7093 section 2, with SM3).
pub(super) fn key_id(key: &PublicKey) -> Vec<u8> {
    Sm3::digest(key.to_sec1()).iter().take(20).copied().collect()
}

pub(super) fn time(at: i64) -> Result<Vec<u8>, IssueError> {
    super::time::write(at).ok_or(IssueError::Dates)
}
