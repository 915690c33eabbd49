//! Certificate revocation lists (RFC 5280 section 5, GM/T 0015): complete ones of one issuer.
//!
//! Delta, indirect and partial lists are refused by name: to take one for the whole list would call a revoked
//! certificate good.

use std::collections::BTreeMap;

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::extensions::{AUTHORITY_KEY_ID, authority_key_id, each};
use super::key::{Algorithm, bits};
use super::name::Name;
use super::revocation::{Reason, RevocationError, RevocationRefusal, Revoked};
use super::time;
use super::x509::{X509, pem_block, serial_hex};
use crate::suite::asn1::{Asn1Error, Cursor, context};

/// Longest list that is read: about a million revocations.
const MAX_DER: usize = 48 << 20;

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const DELTA: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
const DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const ENTRY_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.29");

/// A complete revocation list.
#[derive(Clone)]
pub struct Crl {
    der: Vec<u8>,
    signed: Vec<u8>,
    algorithm: Algorithm,
    signature: Vec<u8>,
    issuer: Name,
    this_update: i64,
    next_update: Option<i64>,
    number: Vec<u8>,
    authority_key_id: Option<Vec<u8>>,
    revoked: BTreeMap<Vec<u8>, Revoked>,
}

impl Crl {
    /// Reads DER.
    ///
    /// # Errors
    /// [`RevocationError`].
    pub fn from_der(der: &[u8]) -> Result<Self, RevocationError> {
        if der.len() > MAX_DER {
            return Err(RevocationError::TooLong(der.len()));
        }
        let mut outer = Cursor::only(der, Tag::Sequence, "a revocation list")?.inside();
        let tbs = outer.take(Tag::Sequence, "the list's signed part")?;
        let algorithm = outer.take(Tag::Sequence, "the list's signature algorithm")?;
        let signature = outer.take(Tag::BitString, "the list's signature")?;
        outer.end("the list's end")?;

        let mut fields = tbs.inside();
        fields.take_if(Tag::Integer, "the list's version")?;
        let inner_algorithm = fields.take(Tag::Sequence, "the list's inner signature algorithm")?;
        let issuer = Name::from_der(fields.take(Tag::Sequence, "the issuer's name")?.raw)?;
        let this_update = time::read(fields.next("thisUpdate")?, "thisUpdate")?;
        let mut next_update = None;
        for tag in [Tag::UtcTime, Tag::GeneralizedTime] {
            if let Some(element) = fields.take_if(tag, "nextUpdate")? {
                next_update = Some(time::read(element, "nextUpdate")?);
                break;
            }
        }
        let revoked = match fields.take_if(Tag::Sequence, "the revoked certificates")? {
            Some(list) => read_revoked(list.inside())?,
            None => BTreeMap::new(),
        };
        let mut crl = Self {
            signed: tbs.raw.to_vec(),
            algorithm: Algorithm::read(algorithm, "the list's signature algorithm")?,
            signature: bits(signature, "the list's signature")?.to_vec(),
            issuer,
            this_update,
            next_update,
            number: Vec::new(),
            authority_key_id: None,
            revoked,
            der: der.to_vec(),
        };
        if let Some(list) = fields.take_if(context(0), "the list's extensions")? {
            crl.read_extensions(list.content)?;
        }
        fields.end("the end of the list's signed part")?;
        if algorithm.raw != inner_algorithm.raw {
            return Err(RevocationError::AlgorithmMismatch);
        }
        Ok(crl)
    }

    /// Reads the first `X509 CRL` block of a PEM file.
    ///
    /// # Errors
    /// [`RevocationError`].
    pub fn from_pem(text: &str) -> Result<Self, RevocationError> {
        match pem_block(text, "X509 CRL", MAX_DER) {
            Ok(der) => Self::from_der(&der),
            Err(Some(length)) => Err(RevocationError::TooLong(length)),
            Err(None) => Err(RevocationError::NotPem),
        }
    }

    fn read_extensions(&mut self, list: &[u8]) -> Result<(), RevocationError> {
        let mut refused = None;
        each(list, |oid, critical, value| {
            match oid {
                CRL_NUMBER => {
                    let number = Cursor::only(value, Tag::Integer, "cRLNumber")?.content;
                    self.number = number.iter().copied().skip_while(|byte| *byte == 0).collect();
                }
                AUTHORITY_KEY_ID => self.authority_key_id = authority_key_id(value)?,
                DELTA => {
                    refused.get_or_insert(RevocationError::Delta);
                }
                DISTRIBUTION_POINT => {
                    refused.get_or_insert(distribution_point(value)?);
                }
                other if critical => {
                    refused.get_or_insert(RevocationError::CriticalExtension(other));
                }
                _ => {}
            }
            Ok(())
        })?;
        refused.map_or(Ok(()), Err)
    }

    /// The DER, as it came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whose list it is.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// When it was made, milliseconds since 1970.
    pub fn this_update(&self) -> i64 {
        self.this_update
    }

    /// When the next one is due, milliseconds since 1970, if the list says so.
    pub fn next_update(&self) -> Option<i64> {
        self.next_update
    }

    /// The list's number, big-endian without leading zeros; empty if it has none.
    pub fn number(&self) -> &[u8] {
        &self.number
    }

    /// How many certificates are revoked.
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether no certificate is revoked.
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }

    /// Whether it is the list that `issuer` would sign: its name and, where both have one, its key identifier.
    pub fn is_of(&self, issuer: &X509) -> bool {
        let ids = (self.authority_key_id.as_deref(), issuer.subject_key_id());
        self.issuer == *issuer.subject() && !matches!(ids, (Some(wanted), Some(has)) if wanted != has)
    }

    /// Checks that `issuer` signed this list and may sign lists; says nothing about dates.
    ///
    /// # Errors
    /// [`RevocationRefusal`].
    pub fn verify(&self, issuer: &X509) -> Result<(), RevocationRefusal> {
        if !self.is_of(issuer) {
            let (found, wanted) = (self.issuer.to_string(), issuer.subject().to_string());
            return Err(RevocationRefusal::OtherIssuer { found, wanted });
        }
        if issuer.key_usage().is_some_and(|usage| !usage.signs_lists()) {
            return Err(RevocationRefusal::NotForLists(issuer.subject().to_string()));
        }
        Ok(issuer.verify(&self.algorithm, &self.signed, &self.signature)?)
    }

    /// Whether the certificate with this serial number, as [`X509::serial`] gives it, is revoked.
    pub fn find(&self, serial: &[u8]) -> Option<Revoked> {
        self.revoked.get(serial).copied()
    }
}

impl core::fmt::Debug for Crl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Crl({}, {} revoked)", self.issuer, self.revoked.len())
    }
}

fn read_revoked(mut list: Cursor<'_>) -> Result<BTreeMap<Vec<u8>, Revoked>, RevocationError> {
    const WHAT: &str = "a revoked certificate";
    let mut revoked = BTreeMap::new();
    while !list.is_empty() {
        let mut entry = list.take(Tag::Sequence, WHAT)?.inside();
        let serial = entry.take(Tag::Integer, WHAT)?.content;
        let at = time::read(entry.next(WHAT)?, WHAT)?;
        let mut reason = Reason::Unspecified;
        if let Some(extensions) = entry.take_if(Tag::Sequence, WHAT)? {
            let mut refused = None;
            each(extensions.raw, |oid, critical, value| {
                match oid {
                    REASON => reason = Reason::read(value)?,
                    ENTRY_ISSUER => {
                        refused.get_or_insert(RevocationError::Indirect);
                    }
                    other if critical => {
                        refused.get_or_insert(RevocationError::CriticalExtension(other));
                    }
                    _ => {}
                }
                Ok(())
            })?;
            if let Some(refused) = refused {
                return Err(refused);
            }
        }
        entry.end(WHAT)?;
        if revoked.insert(serial.to_vec(), Revoked { at, reason }).is_some() {
            return Err(RevocationError::RepeatedSerial(serial_hex(serial)));
        }
    }
    Ok(revoked)
}

/// What an issuingDistributionPoint makes of a list; it is there only to say that the list is not the whole.
fn distribution_point(value: &[u8]) -> Result<RevocationError, Asn1Error> {
    const WHAT: &str = "issuingDistributionPoint";
    let mut fields = Cursor::only(value, Tag::Sequence, WHAT)?.inside();
    while !fields.is_empty() {
        let field = fields.next(WHAT)?;
        if field.tag == crate::suite::asn1::context_primitive(4) && field.content != [0] {
            return Ok(RevocationError::Indirect);
        }
    }
    Ok(RevocationError::Partial)
}

#[cfg(test)]
#[path = "crl_tests.rs"]
mod tests;
