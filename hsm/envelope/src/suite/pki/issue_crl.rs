//! Issuing revocation lists of an SM2 authority: for drills and tests, as `issue` does certificates.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::certificate::Certificate;
use super::crl::Crl;
use super::extensions::AUTHORITY_KEY_ID;
use super::issue::{IssueError, extension, key_id, time};
use super::key::SM2_WITH_SM3;
use super::revocation::Revoked;
use crate::suite::asn1;
use crate::suite::sm2::Sign;

/// What a list shall say.
#[derive(Debug, Clone)]
pub struct CrlRequest<'a> {
    /// When it is made, milliseconds since 1970.
    pub this_update: i64,
    /// When the next one is due.
    pub next_update: i64,
    /// Its number, big-endian.
    pub number: &'a [u8],
    /// Revoked certificates by the content of their serial numbers' INTEGER, each once.
    pub revoked: &'a [(Vec<u8>, Revoked)],
}

/// Issues a complete list of `authority`, whose key is `signer`.
///
/// # Errors
/// [`IssueError`].
pub fn issue_crl(
    authority: &Certificate,
    signer: &(impl Sign + ?Sized),
    request: &CrlRequest<'_>,
) -> Result<Crl, IssueError> {
    const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
    const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
    if request.next_update <= request.this_update {
        return Err(IssueError::Dates);
    }
    let entries = request.revoked.iter().map(|(serial, revoked)| {
        let reason = asn1::element(Tag::Enumerated, &[&[revoked.reason.number()]]);
        let extensions = asn1::sequence(&[&extension(&REASON, false, &reason)]);
        let serial = asn1::element(Tag::Integer, &[serial]);
        Ok(asn1::sequence(&[&serial, &time(revoked.at)?, &extensions]))
    });
    let entries = entries.collect::<Result<Vec<_>, IssueError>>()?.concat();
    let entries = if entries.is_empty() { Vec::new() } else { asn1::sequence(&[&entries]) };
    let issuer_id = asn1::element(asn1::context_primitive(0), &[&key_id(authority.public_key())]);
    let extensions = asn1::sequence(&[
        &extension(&AUTHORITY_KEY_ID, false, &asn1::sequence(&[&issuer_id])),
        &extension(&CRL_NUMBER, false, &asn1::unsigned(request.number)),
    ]);
    let algorithm = asn1::sequence(&[&asn1::oid(&SM2_WITH_SM3)]);
    let signed = asn1::sequence(&[
        &asn1::unsigned(&[1]),
        &algorithm,
        authority.subject().der(),
        &time(request.this_update)?,
        &time(request.next_update)?,
        &entries,
        &asn1::element(asn1::context(0), &[&extensions]),
    ]);
    let signature = signer.sign(&signed)?;
    authority.public_key().verify(&signed, &signature).map_err(|_| IssueError::WrongKey)?;
    let signature = asn1::element(Tag::BitString, &[&[0], &signature.to_der()]);
    Crl::from_der(&asn1::sequence(&[&signed, &algorithm, &signature])).map_err(|_| IssueError::Serial)
}
