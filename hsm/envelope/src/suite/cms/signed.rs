//! SignedData: a message with its content attached, its signer's certificate, and one SM2 signature.

use core::fmt;

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::enveloped::read_algorithm;
use super::oid;
use super::party::PartyId;
use crate::suite::asn1::{self, Asn1Error, Cursor, context};
use crate::suite::pki::Certificate;
use crate::suite::sm2::{Sign, SignError, Signature};

/// Certificates in one message that are read.
const MAX_CERTIFICATES: usize = 32;
/// Signers of one message that are read (only one is accepted).
const MAX_SIGNERS: usize = 32;

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// The holder of the key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The signature does not belong to the certificate that was to go with it.
    #[error("the key that signed is not that of the certificate of {0}")]
    WrongKey(String),
}

/// Why bytes are not a SignedData.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedParseError {
    /// Not the structure of GB/T 35275 section 8.
    #[error(transparent)]
    Structure(#[from] Asn1Error),
    /// A message of another kind.
    #[error("the message's type is {0}, not signed data")]
    NotSigned(ObjectIdentifier),
    /// The content is not in the message.
    #[error("the message carries no content")]
    NoContent,
    /// More certificates or signers than are read.
    #[error("the message has too many certificates or signers")]
    TooMany,
    /// The message is readable, but not in the one encoding that BidRoom writes.
    #[error("the message is not in the encoding that BidRoom writes")]
    NotOwnEncoding,
}

/// One signer's part.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SignerInfo {
    pub(super) id: PartyId,
    pub(super) digest_algorithm: ObjectIdentifier,
    pub(super) signature_algorithm: ObjectIdentifier,
    /// Signed attributes with the tag SET OF, as they are signed.
    pub(super) attributes: Option<Vec<u8>>,
    pub(super) signature: Vec<u8>,
}

/// A message that is read but not yet verified: nothing in it is to be believed before
/// [`SignedData::verify`](SignedData::verify).
#[derive(Clone, PartialEq, Eq)]
pub struct SignedData {
    content: Vec<u8>,
    pub(super) content_type: ObjectIdentifier,
    /// The inner ContentInfo as it came; what dialect A's signature covers.
    pub(super) content_info: Vec<u8>,
    certificates: Vec<Certificate>,
    pub(super) signers: Vec<SignerInfo>,
}

impl SignedData {
    /// Signs `content` and puts `certificate` beside it. The result is checked against the certificate, so that a
    /// device that signs with another key is noticed here and not by the receiver.
    ///
    /// # Errors
    /// [`SignedError`].
    pub fn sign(
        content: &[u8],
        certificate: &Certificate,
        signer: &(impl Sign + ?Sized),
    ) -> Result<Vec<u8>, SignedError> {
        let signature = signer.sign(content)?;
        certificate
            .public_key()
            .verify(content, &signature)
            .map_err(|_| SignedError::WrongKey(certificate.subject().to_string()))?;
        Ok(write(content, certificate, &signature.to_der()))
    }

    /// Reads a message of any known dialect. Certificates that are not of SM2 keys are left out.
    ///
    /// # Errors
    /// [`SignedParseError`].
    pub fn parse(der: &[u8]) -> Result<Self, SignedParseError> {
        let mut outer = Cursor::only(der, Tag::Sequence, "a signed message")?.inside();
        let kind = outer.oid("the message's type")?;
        if kind != oid::SIGNED_DATA && kind != oid::PKCS7_SIGNED_DATA {
            return Err(SignedParseError::NotSigned(kind));
        }
        let wrapper = outer.take(context(0), "the signed data")?;
        outer.end("the message's end")?;
        let mut fields = Cursor::only(wrapper.content, Tag::Sequence, "the signed data")?.inside();
        fields.small("the version of the signed data")?;
        fields.take(Tag::Set, "the digest algorithms")?;
        let content_info = fields.take(Tag::Sequence, "the content")?;
        let certificates = fields.take_if(context(0), "the certificates")?;
        fields.take_if(context(1), "the revocation lists")?;
        let signers = fields.take(Tag::Set, "the signers")?;
        fields.end("the end of the signed data")?;

        let mut inner = content_info.inside();
        let content_type = inner.oid("the content's type")?;
        let content = inner.take_if(context(0), "the content")?.ok_or(SignedParseError::NoContent)?;
        inner.end("the content's end")?;
        let content = Cursor::only(content.content, Tag::OctetString, "the content")?.content;
        Ok(Self {
            content: content.to_vec(),
            content_type,
            content_info: content_info.raw.to_vec(),
            certificates: read_certificates(certificates.map(|set| set.inside()))?,
            signers: read_signers(signers.inside())?,
        })
    }

    /// Reads a message in the one encoding that [`SignedData::sign`] writes. It still has to be verified.
    ///
    /// # Errors
    /// [`SignedParseError`]; [`SignedParseError::NotOwnEncoding`] if it is readable but written in another way.
    pub fn parse_own(der: &[u8]) -> Result<Self, SignedParseError> {
        let message = Self::parse(der)?;
        let ([certificate], [signer]) = (message.certificates.as_slice(), message.signers.as_slice()) else {
            return Err(SignedParseError::NotOwnEncoding);
        };
        // The signature must be DER as well: read and written again, it gives the same bytes.
        let signature =
            Signature::from_der(&signer.signature).map_err(|_| SignedParseError::NotOwnEncoding)?;
        let again = write(&message.content, certificate, &signature.to_der());
        if again == der { Ok(message) } else { Err(SignedParseError::NotOwnEncoding) }
    }

    /// The content.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The certificates of SM2 keys in the message, in its order.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }
}

impl fmt::Debug for SignedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (length, signers) = (self.content.len(), self.signers.len());
        write!(f, "SignedData({length} bytes, {signers} signers)")
    }
}

pub(super) fn read_certificates(set: Option<Cursor<'_>>) -> Result<Vec<Certificate>, SignedParseError> {
    let Some(mut set) = set else { return Ok(Vec::new()) };
    let mut certificates = Vec::new();
    let mut seen: usize = 0;
    while !set.is_empty() {
        let element = set.next("a certificate")?;
        seen += 1;
        if seen > MAX_CERTIFICATES {
            return Err(SignedParseError::TooMany);
        }
        certificates.extend(Certificate::from_der(element.raw));
    }
    Ok(certificates)
}

pub(super) fn read_signers(mut set: Cursor<'_>) -> Result<Vec<SignerInfo>, SignedParseError> {
    let mut signers = Vec::new();
    while !set.is_empty() {
        if signers.len() == MAX_SIGNERS {
            return Err(SignedParseError::TooMany);
        }
        let mut info = set.take(Tag::Sequence, "a signer")?.inside();
        info.small("a signer's version")?;
        let id = PartyId::read(&mut info, "a signer's issuer and serial number")?;
        let digest_algorithm = read_algorithm(&mut info, "a signer's digest algorithm")?;
        // Signed in the shape of a SET OF (RFC 5652 section 5.4).
        let attributes = info.take_if(context(0), "the signed attributes")?;
        let attributes = attributes.map(|set| asn1::element(Tag::Set, &[set.content]));
        let signature_algorithm = read_algorithm(&mut info, "a signer's signature algorithm")?;
        let signature = info.take(Tag::OctetString, "a signature")?;
        info.take_if(context(1), "the unsigned attributes")?;
        info.end("a signer's end")?;
        signers.push(SignerInfo {
            id,
            digest_algorithm,
            signature_algorithm,
            attributes,
            signature: signature.content.to_vec(),
        });
    }
    Ok(signers)
}

fn write(content: &[u8], certificate: &Certificate, signature: &[u8]) -> Vec<u8> {
    let one = asn1::unsigned(&[1]);
    let sm3 = asn1::algorithm_null(&oid::SM3);
    let content = asn1::element(context(0), &[&asn1::octets(content)]);
    let serial = asn1::element(Tag::Integer, &[certificate.serial()]);
    let signer = asn1::sequence(&[
        &one,
        &asn1::sequence(&[certificate.issuer().der(), &serial]),
        &sm3,
        &asn1::algorithm_null(&oid::SM2_SIGN),
        &asn1::octets(signature),
    ]);
    let data = asn1::sequence(&[
        &one,
        &asn1::set_of_one(&sm3),
        &asn1::sequence(&[&asn1::oid(&oid::DATA), &content]),
        &asn1::element(context(0), &[certificate.der()]),
        &asn1::set_of_one(&signer),
    ]);
    asn1::sequence(&[&asn1::oid(&oid::SIGNED_DATA), &asn1::element(context(0), &[&data])])
}
