//! Whether the signature in a SignedData belongs to its content and its signer's certificate.
//!
//! Owns which combinations of algorithms and attributes are accepted, and why others are not. It must not know
//! whether the certificate is to be believed: that is `pki`'s question, with an anchor and a time.

use bidroom_canon::Sm3Digest;
use der::Tag;
use der::asn1::ObjectIdentifier;

use super::oid;
use super::signed::{SignedData, SignerInfo};
use crate::suite::asn1::{Asn1Error, Cursor};
use crate::suite::pki::Certificate;
use crate::suite::sm2::{PublicKey, Signature, SignatureError};

/// Why a message's signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// None or several signers; a message here has exactly one.
    #[error("the message has {0} signers instead of one")]
    Signers(usize),
    /// The signer's certificate is not in the message, or not of an SM2 key.
    #[error("the signer's SM2 certificate is not in the message")]
    NoCertificate,
    /// Another digest than SM3.
    #[error("the digest algorithm {0} is not SM3")]
    DigestAlgorithm(ObjectIdentifier),
    /// Another signature than SM2.
    #[error("the signature algorithm {0} is not SM2")]
    SignatureAlgorithm(ObjectIdentifier),
    /// The signature is no pair of integers in range.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The signed attributes are malformed, incomplete or repeated.
    #[error("the signed attributes: {0}")]
    Attributes(#[from] Asn1Error),
    /// The signed attributes name another content type.
    #[error("the signed content type is not that of the content")]
    ContentType,
    /// The signed attributes name another digest: the content was changed.
    #[error("the content is not the one that was signed")]
    ContentChanged,
    /// The signature is genuine for the bare SM3 of the content, without the signer's Z value. Such a signature does
    /// not bind the signer's identity and key (GB/T 32918.2 section 5.5) and is refused.
    #[error("the signature was made without the Z value that GB/T 32918.2 prescribes")]
    WithoutZ,
    /// The signature does not verify.
    #[error("the signature does not verify under the key of {0}")]
    BadSignature(String),
}

/// Who signed a verified message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy {
    /// The signer's certificate; to be checked with [`verify_chain`](crate::suite::pki::verify_chain).
    pub certificate: Certificate,
}

impl SignedData {
    /// Checks the one signature over the content.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(&self) -> Result<SignedBy, VerifyError> {
        let [signer] = self.signers.as_slice() else { return Err(VerifyError::Signers(self.signers.len())) };
        let signer = signer.prepare(self.certificates())?;
        let content_digest = Sm3Digest::of(self.content());
        let digest = match &signer.attributes {
            Some(attributes) => {
                check_attributes(attributes, &self.content_type, &content_digest)?;
                signer.key().signed_digest(attributes)
            }
            None => signer.key().signed_digest(self.content()),
        };
        signer.check(&digest, &[content_digest, Sm3Digest::of(&self.content_info)])
    }
}

/// A signer whose algorithms are accepted and whose certificate is at hand.
pub(super) struct Prepared {
    pub(super) certificate: Certificate,
    /// Signed attributes, with the tag SET OF.
    pub(super) attributes: Option<Vec<u8>>,
    signature: Signature,
}

impl SignerInfo {
    pub(super) fn prepare(&self, certificates: &[Certificate]) -> Result<Prepared, VerifyError> {
        if ![oid::SM3, oid::SM3_WITHOUT_KEY].contains(&self.digest_algorithm) {
            return Err(VerifyError::DigestAlgorithm(self.digest_algorithm));
        }
        if ![oid::SM2_SIGN, oid::SM2_WITH_SM3, oid::SM2].contains(&self.signature_algorithm) {
            return Err(VerifyError::SignatureAlgorithm(self.signature_algorithm));
        }
        let is_signer = |certificate: &&Certificate| self.id.names(certificate);
        let certificate = certificates.iter().find(is_signer).ok_or(VerifyError::NoCertificate)?.clone();
        let signature = Signature::from_der(&self.signature)?;
        Ok(Prepared { certificate, attributes: self.attributes.clone(), signature })
    }
}

impl Prepared {
    pub(super) fn key(&self) -> &PublicKey {
        self.certificate.public_key()
    }

    /// Checks the signature over `digest`; `bare` are the digests that a signature without Z may cover.
    pub(super) fn check(self, digest: &Sm3Digest, bare: &[Sm3Digest]) -> Result<SignedBy, VerifyError> {
        let holds = |digest: &Sm3Digest| self.key().verify_digest(digest, &self.signature).is_ok();
        if holds(digest) {
            return Ok(SignedBy { certificate: self.certificate });
        }
        let attributes = self.attributes.as_deref().map(Sm3Digest::of);
        if bare.iter().chain(&attributes).any(holds) {
            return Err(VerifyError::WithoutZ);
        }
        Err(VerifyError::BadSignature(self.certificate.subject().to_string()))
    }
}

/// contentType and messageDigest must be there once each and fit the content (RFC 5652 section 5.6).
pub(super) fn check_attributes(
    attributes: &[u8],
    expected_type: &ObjectIdentifier,
    expected_digest: &Sm3Digest,
) -> Result<(), VerifyError> {
    const WHAT: &str = "contentType or messageDigest";
    let mut set = Cursor::only(attributes, Tag::Set, WHAT)?.inside();
    let (mut content_type, mut digest) = (None, None);
    while !set.is_empty() {
        let mut attribute = set.take(Tag::Sequence, WHAT)?.inside();
        let kind = attribute.oid(WHAT)?;
        let mut values = attribute.take(Tag::Set, WHAT)?.inside();
        attribute.end(WHAT)?;
        let repeated = if kind == oid::CONTENT_TYPE {
            content_type.replace(values.oid(WHAT)?).is_some()
        } else if kind == oid::MESSAGE_DIGEST {
            digest.replace(values.take(Tag::OctetString, WHAT)?.content).is_some()
        } else {
            continue;
        };
        values.end(WHAT)?;
        if repeated {
            return Err(Asn1Error(WHAT).into());
        }
    }
    let (content_type, digest) = content_type.zip(digest).ok_or(Asn1Error(WHAT))?;
    if content_type != *expected_type {
        return Err(VerifyError::ContentType);
    }
    if digest != expected_digest.as_bytes() {
        return Err(VerifyError::ContentChanged);
    }
    Ok(())
}

#[cfg(test)]
#[path = "signed_tests.rs"]
mod tests;
