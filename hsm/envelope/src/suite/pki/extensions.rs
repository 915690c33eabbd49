//! Extensions of certificates, revocation lists and their entries: read once, unknown critical ones remembered.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::usage::KeyUsage;
use crate::suite::asn1::{Asn1Error, Cursor, context_primitive};

pub(super) const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
pub(super) const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
pub(super) const SUBJECT_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
pub(super) const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
pub(super) const ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
/// How a certificate for one document names it; its SM3 follows in hexadecimal.
pub(super) const DOCUMENT_URI: &str = "urn:bidroom:document:sm3:";
const POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
const EXTENDED_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
/// Extensions that limit nothing that is checked here, and may therefore be critical.
const HARMLESS: [&str; 2] = ["2.5.29.17", "2.5.29.31"];

/// Why a list of extensions is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExtensionError {
    Structure(Asn1Error),
    Repeated(ObjectIdentifier),
}

impl From<Asn1Error> for ExtensionError {
    fn from(error: Asn1Error) -> Self {
        Self::Structure(error)
    }
}

/// Hands each extension of a list to `take`: its identifier, whether it is critical, its value.
pub(super) fn each(
    list: &[u8],
    mut take: impl FnMut(ObjectIdentifier, bool, &[u8]) -> Result<(), Asn1Error>,
) -> Result<(), ExtensionError> {
    let mut list = Cursor::only(list, Tag::Sequence, "the list of extensions")?.inside();
    let mut seen = Vec::new();
    while !list.is_empty() {
        let mut extension = list.take(Tag::Sequence, "an extension")?.inside();
        let oid = extension.oid("an extension's identifier")?;
        let critical = extension.take_if(Tag::Boolean, "an extension's criticality")?;
        let critical = critical.is_some_and(|flag| flag.content != [0]);
        let value = extension.take(Tag::OctetString, "an extension's value")?.content;
        extension.end("an extension's end")?;
        if seen.contains(&oid) {
            return Err(ExtensionError::Repeated(oid));
        }
        seen.push(oid);
        take(oid, critical, value)?;
    }
    Ok(())
}

/// basicConstraints of a certificate authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Authority {
    pub(super) path_length: Option<u8>,
}

/// What a certificate's extensions say.
#[derive(Clone, Default)]
pub(super) struct Extensions {
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) authority: Option<Authority>,
    pub(super) subject_key_id: Option<Vec<u8>>,
    pub(super) authority_key_id: Option<Vec<u8>>,
    pub(super) policies: Vec<ObjectIdentifier>,
    /// None if the certificate does not limit its purposes.
    pub(super) purposes: Option<Vec<ObjectIdentifier>>,
    /// Values of extensions that mean nothing here.
    pub(super) others: Vec<(ObjectIdentifier, Vec<u8>)>,
    /// A critical extension that is not understood, if there is one.
    pub(super) unknown_critical: Option<ObjectIdentifier>,
}

impl Extensions {
    pub(super) fn read(list: &[u8]) -> Result<Self, ExtensionError> {
        let mut extensions = Self::default();
        each(list, |oid, critical, value| extensions.take(oid, critical, value))?;
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
            AUTHORITY_KEY_ID => self.authority_key_id = authority_key_id(value)?,
            POLICIES => {
                let mut list = Cursor::only(value, Tag::Sequence, "certificatePolicies")?.inside();
                while !list.is_empty() {
                    let mut policy = list.take(Tag::Sequence, "certificatePolicies")?.inside();
                    self.policies.push(policy.oid("certificatePolicies")?);
                }
            }
            EXTENDED_USAGE => {
                let mut list = Cursor::only(value, Tag::Sequence, "extKeyUsage")?.inside();
                let mut purposes = Vec::new();
                while !list.is_empty() {
                    purposes.push(list.oid("extKeyUsage")?);
                }
                self.purposes = Some(purposes);
            }
            other => {
                let harmless = HARMLESS.contains(&other.to_string().as_str());
                if critical && !harmless {
                    self.unknown_critical.get_or_insert(other);
                }
                self.others.push((other, value.to_vec()));
            }
        }
        Ok(())
    }
}

/// keyIdentifier of an authorityKeyIdentifier.
pub(super) fn authority_key_id(value: &[u8]) -> Result<Option<Vec<u8>>, Asn1Error> {
    let mut fields = Cursor::only(value, Tag::Sequence, "authorityKeyIdentifier")?.inside();
    let id = fields.take_if(context_primitive(0), "authorityKeyIdentifier")?;
    Ok(id.map(|id| id.content.to_vec()))
}
