//! A key for one document: made on the spot by somebody who has no lock, certified for this document alone, used once and
//! forgotten.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::{PublicKey, SecretKey, Signature};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::{SignedStatement, Statement, StatementError};

/// A request for a certificate for one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneDocumentRequest {
    /// SM3 of the statement's canonical JSON.
    pub document: Sm3Digest,
    /// The public key, SEC 1, uncompressed.
    pub key: Base64Bytes,
    /// The key's signature (DER) over [`proof_text`]: whoever asks has the key.
    pub proof: Base64Bytes,
}

/// What the key of a request signs: `bidroom/one-document/v1`, a line feed, the document's SM3 in hexadecimal.
pub fn proof_text(document: &Sm3Digest) -> String {
    format!("bidroom/one-document/v1\n{document}")
}

impl OneDocumentRequest {
    /// The key, if whoever asks has it.
    ///
    /// # Errors
    /// [`StatementError::Field`] with the member that is wrong.
    pub fn proven(&self) -> Result<PublicKey, StatementError> {
        let key = PublicKey::from_sec1(&self.key.0).map_err(|_| StatementError::Field("key"))?;
        let proof = Signature::from_der(&self.proof.0).map_err(|_| StatementError::Field("proof"))?;
        let text = proof_text(&self.document);
        key.verify(text.as_bytes(), &proof).map_err(|_| StatementError::Field("proof"))?;
        Ok(key)
    }
}

/// A statement with the key that is to sign it. The key is erased when this is dropped.
pub struct OneDocument {
    statement: Statement,
    document: Sm3Digest,
    key: SecretKey,
}

impl OneDocument {
    /// Makes the key for a statement.
    ///
    /// # Errors
    /// [`StatementError`] if the statement cannot be made.
    pub fn new(statement: Statement, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, StatementError> {
        let document = Sm3Digest::of(&statement.to_canonical()?);
        Ok(Self { statement, document, key: SecretKey::generate(rng) })
    }

    /// The request for its certificate.
    ///
    /// # Errors
    /// [`StatementError::Sign`].
    pub fn request(&self) -> Result<OneDocumentRequest, StatementError> {
        let proof = self.key.sign(proof_text(&self.document).as_bytes());
        let proof = proof.map_err(|error| StatementError::Sign(error.into()))?;
        Ok(OneDocumentRequest {
            document: self.document,
            key: Base64Bytes(self.key.public_key().to_sec1().to_vec()),
            proof: Base64Bytes(proof.to_der()),
        })
    }

    /// Signs the statement. The key signs nothing else.
    ///
    /// # Errors
    /// [`StatementError::Field`] if the certificate is for another document; [`StatementError::Sign`] if it is for another
    /// key.
    pub fn sign(self, certificate: &Certificate) -> Result<SignedStatement, StatementError> {
        if certificate.document() != Some(self.document) {
            return Err(StatementError::Field("certificate"));
        }
        SignedStatement::sign(&self.statement, certificate, &self.key)
    }
}
