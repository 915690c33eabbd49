//! The two statements of a bid that are signed: canonical JSON inside a GB/T 35275 SignedData.
//!
//! Owns the order of the checks: one encoding of the message, the signature, one spelling of the content, its rules,
//! and that the signer is the bidder. Whether the certificate is trusted is decided by whoever has the anchors.

use core::fmt;

use bidroom_canon::{CanonError, from_canonical, to_canonical};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::suite::cms::{SignedData, SignedError, SignedParseError, VerifyError};
use crate::suite::pki::Certificate;
use crate::suite::sm2::Sign;
use bidroom_id::CreditCode;

/// Bytes a SignedData adds to its content at most: certificate, signature and framing.
pub(crate) const SIGNED_OVERHEAD: usize = 8 * 1024;

/// A value that is signed as canonical JSON.
pub trait SignedForm: Serialize + DeserializeOwned {
    /// The rules of its values.
    type Broken: std::error::Error + Send + Sync + 'static;
    /// What messages call it.
    const NAME: &'static str;
    /// Most bytes of its JSON.
    const MAX: usize;

    /// Checks what the types of the members do not.
    ///
    /// # Errors
    /// The rule that is broken.
    fn check(&self) -> Result<(), Self::Broken>;

    /// Who must sign it.
    fn bidder(&self) -> &CreditCode;
}

/// A value with the message that signs it. The signature was verified when one of this type exists.
#[derive(Clone)]
pub struct Signed<T> {
    value: T,
    json: Vec<u8>,
    der: Vec<u8>,
    signer: Certificate,
}

/// Why a signed statement is not accepted, or could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SignedFormError {
    /// Longer than may be.
    #[error("the {name} has {length} bytes, more than {max}")]
    TooLong {
        /// Which statement.
        name: &'static str,
        /// Its length.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// The key did not sign, or the certificate is not one to sign with.
    #[error("signing the {name}: {source}")]
    Signing {
        /// Which statement.
        name: &'static str,
        /// Why.
        source: SignedError,
    },
    /// Not a message in the one encoding.
    #[error("the message around the {name}: {source}")]
    Message {
        /// Which statement.
        name: &'static str,
        /// Why.
        source: SignedParseError,
    },
    /// The signature is not the certificate's over the content.
    #[error("the signature of the {name}: {source}")]
    Signature {
        /// Which statement.
        name: &'static str,
        /// Why.
        source: VerifyError,
    },
    /// Not canonical JSON of the statement.
    #[error("the {name}: {source}")]
    Json {
        /// Which statement.
        name: &'static str,
        /// Why.
        source: CanonError,
    },
    /// A rule is broken.
    #[error("the {name}: {source}")]
    Rule {
        /// Which statement.
        name: &'static str,
        /// Which rule.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The signer is not the bidder.
    #[error("the {name} of bidder {bidder} is signed by {}", signer.as_deref().unwrap_or("a certificate without a credit code"))]
    Signer {
        /// Which statement.
        name: &'static str,
        /// Whom the statement names.
        bidder: CreditCode,
        /// Whose certificate signed.
        signer: Option<String>,
    },
}

impl<T: SignedForm> Signed<T> {
    /// Signs `value`.
    ///
    /// # Errors
    /// [`SignedFormError`], if the value breaks a rule, the certificate is not the bidder's or the key fails.
    pub fn sign(
        value: T,
        certificate: &Certificate,
        key: &(impl Sign + ?Sized),
    ) -> Result<Self, SignedFormError> {
        value.check().map_err(|source| SignedFormError::Rule { name: T::NAME, source: Box::new(source) })?;
        let json = to_canonical(&value).map_err(|source| SignedFormError::Json { name: T::NAME, source })?;
        bounded::<T>(json.len(), T::MAX)?;
        check_signer(&value, certificate)?;
        let der = SignedData::sign(&json, certificate, key)
            .map_err(|source| SignedFormError::Signing { name: T::NAME, source })?;
        bounded::<T>(der.len(), T::MAX.saturating_add(SIGNED_OVERHEAD))?;
        Ok(Self { value, json, der, signer: certificate.clone() })
    }

    /// Reads a signed statement strictly and verifies its signature.
    ///
    /// # Errors
    /// [`SignedFormError`].
    pub fn parse(der: &[u8]) -> Result<Self, SignedFormError> {
        bounded::<T>(der.len(), T::MAX.saturating_add(SIGNED_OVERHEAD))?;
        let message = SignedData::parse_own(der)
            .map_err(|source| SignedFormError::Message { name: T::NAME, source })?;
        let json = message.content().to_vec();
        bounded::<T>(json.len(), T::MAX)?;
        let signed_by =
            message.verify().map_err(|source| SignedFormError::Signature { name: T::NAME, source })?;
        let value: T =
            from_canonical(&json).map_err(|source| SignedFormError::Json { name: T::NAME, source })?;
        value.check().map_err(|source| SignedFormError::Rule { name: T::NAME, source: Box::new(source) })?;
        check_signer(&value, &signed_by.certificate)?;
        Ok(Self { value, json, der: der.to_vec(), signer: signed_by.certificate })
    }
}

impl<T> Signed<T> {
    /// The statement.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Its canonical JSON.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The message.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate whose key signed. Its chain is not checked here.
    pub const fn signer(&self) -> &Certificate {
        &self.signer
    }
}

impl<T: fmt::Debug> fmt::Debug for Signed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("value", &self.value).finish_non_exhaustive()
    }
}

fn bounded<T: SignedForm>(length: usize, max: usize) -> Result<(), SignedFormError> {
    if length > max { Err(SignedFormError::TooLong { name: T::NAME, length, max }) } else { Ok(()) }
}

fn check_signer<T: SignedForm>(value: &T, certificate: &Certificate) -> Result<(), SignedFormError> {
    // Where the code must stand is the question of the authority's profile, which is not known here.
    if certificate.names_credit_code(value.bidder().as_str()) {
        return Ok(());
    }
    let signer = certificate.credit_code();
    Err(SignedFormError::Signer {
        name: T::NAME,
        bidder: value.bidder().clone(),
        signer: signer.map(|code| code.chars().take(80).collect()),
    })
}
