//! A value signed as canonical JSON inside a GB/T 35275 SignedData.

use core::fmt;

use bidroom_canon::{CanonError, Sm3Digest, from_canonical, to_canonical};
use bidroom_envelope::suite::cms::{SignedData, SignedError, SignedParseError, VerifyError};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::Sign;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest signed document in bytes; larger things are referred to by digest.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A value with the message that signs it. The signature was verified; whether its certificate is trusted was not.
#[derive(Clone)]
pub struct SignedDocument<T> {
    value: T,
    der: Vec<u8>,
    signer: Certificate,
}

/// Why bytes are not a signed document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Longer than any such document.
    #[error("{bytes} bytes, more than {MOST_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The key did not sign.
    #[error("signing: {0}")]
    Sign(SignedError),
    /// Not a SignedData in the one encoding.
    #[error("not a signed document: {0}")]
    Message(SignedParseError),
    /// The signature does not fit.
    #[error("the signature does not fit: {0}")]
    Signature(VerifyError),
    /// The content is not canonical JSON of the expected form.
    #[error("the signed content: {0}")]
    Content(#[from] CanonError),
}

impl<T: Serialize + DeserializeOwned> SignedDocument<T> {
    /// Signs `value`.
    ///
    /// # Errors
    /// [`DocumentError`], if the value cannot be written or the key fails.
    pub fn sign(
        value: T,
        certificate: &Certificate,
        key: &(impl Sign + ?Sized),
    ) -> Result<Self, DocumentError> {
        let content = to_canonical(&value)?;
        let der = SignedData::sign(&content, certificate, key).map_err(DocumentError::Sign)?;
        Ok(Self { value, der, signer: certificate.clone() })
    }

    /// Reads a signed document strictly and verifies its signature.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn parse(der: &[u8]) -> Result<Self, DocumentError> {
        if der.len() > MOST_BYTES {
            return Err(DocumentError::TooLong { bytes: der.len() });
        }
        let message = SignedData::parse_own(der).map_err(DocumentError::Message)?;
        let signed_by = message.verify().map_err(DocumentError::Signature)?;
        let value = from_canonical(message.content())?;
        Ok(Self { value, der: der.to_vec(), signer: signed_by.certificate })
    }
}

impl<T> SignedDocument<T> {
    /// The value.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// The message.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SM3 of the message: how others name it.
    pub fn digest(&self) -> Sm3Digest {
        Sm3Digest::of(&self.der)
    }

    /// Whose key signed.
    pub const fn signer(&self) -> &Certificate {
        &self.signer
    }
}

impl<T: fmt::Debug> fmt::Debug for SignedDocument<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedDocument").field("value", &self.value).finish_non_exhaustive()
    }
}
