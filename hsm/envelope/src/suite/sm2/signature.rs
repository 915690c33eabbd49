//! SM2 signatures over SM3(Z ‖ message) with the default signer id (GB/T 32918.2, GB/T 35276).
//!
//! Owns r, s and their two encodings and the seam [`Sign`]. It must not know what a message means.

use core::fmt;

use bidroom_canon::Sm3Digest;
use der::asn1::UintRef;
use der::{Decode as _, Encode as _, Sequence};
#[cfg(test)]
use sm2::dsa::signature::hazmat::PrehashSigner as _;
use sm2::dsa::signature::hazmat::PrehashVerifier as _;
use sm2::dsa::signature::{Signer as _, Verifier as _};

use super::{DEFAULT_ID, PublicKey, SecretKey};

/// Why bytes are not a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not DER of two integers.
    #[error("not a DER sequence of two integers")]
    NotDer,
    /// r or s is zero or not below the group's order.
    #[error("r or s is out of range")]
    Range,
}

/// The signature does not belong to this message and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the SM2 signature does not verify")]
pub struct BadSignature;

/// Why a holder of a private key did not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The device or service that holds the key failed; the text names operation and code, never a secret.
    #[error("the key's device failed: {0}")]
    Device(String),
    /// The holder will not sign this.
    #[error("signing was refused: {0}")]
    Refused(String),
    /// No nonce led to a signature; does not happen with a working hash.
    #[error("no signature could be computed")]
    Nonce,
}

/// Something that holds a private signing key.
pub trait Sign {
    /// Signs `message` itself, not its digest, with the default signer id.
    ///
    /// # Errors
    /// [`SignError`].
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError>;
}

/// r ‖ s, each 32 bytes big-endian, both in [1, n − 1].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

#[derive(Sequence)]
struct Integers<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

impl Signature {
    /// Takes r ‖ s.
    ///
    /// # Errors
    /// [`SignatureError::Range`].
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, SignatureError> {
        let (r, s) = bytes.split_at(32);
        if r.iter().all(|b| *b == 0) || s.iter().all(|b| *b == 0) {
            return Err(SignatureError::Range);
        }
        sm2::dsa::Signature::from_slice(bytes).map_err(|_| SignatureError::Range)?;
        Ok(Self(*bytes))
    }

    /// Reads DER `SEQUENCE { r INTEGER, s INTEGER }` (GB/T 35276 section 7.3).
    ///
    /// # Errors
    /// [`SignatureError`]; trailing bytes and non-minimal integers are refused.
    pub fn from_der(der: &[u8]) -> Result<Self, SignatureError> {
        let integers = Integers::from_der(der).map_err(|_| SignatureError::NotDer)?;
        let mut bytes = [0; 64];
        let (r, s) = bytes.split_at_mut(32);
        for (out, integer) in [(r, integers.r), (s, integers.s)] {
            let digits = integer.as_bytes();
            let start = out.len().checked_sub(digits.len()).ok_or(SignatureError::Range)?;
            out.get_mut(start..).ok_or(SignatureError::Range)?.copy_from_slice(digits);
        }
        Self::from_bytes(&bytes)
    }

    /// r ‖ s.
    pub const fn to_bytes(&self) -> [u8; 64] {
        self.0
    }

    /// DER `SEQUENCE { r INTEGER, s INTEGER }`.
    pub fn to_der(&self) -> Vec<u8> {
        let (r, s) = self.0.split_at(32);
        // Two integers of at most 33 bytes always fit; an empty result would be refused by every reader.
        let integers = |r, s| Integers { r: UintRef::new(r)?, s: UintRef::new(s)? }.to_der();
        integers(r, s).unwrap_or_default()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl PublicKey {
    /// Checks `signature` over SM3(Z ‖ `message`) with the default signer id.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        let key = sm2::dsa::VerifyingKey::new(DEFAULT_ID, self.inner()).map_err(|_| BadSignature)?;
        let signature = sm2::dsa::Signature::from_slice(&signature.0).map_err(|_| BadSignature)?;
        key.verify(message, &signature).map_err(|_| BadSignature)
    }

    /// SM3(Z ‖ `message`).
    pub(crate) fn signed_digest(&self, message: &[u8]) -> Sm3Digest {
        Sm3Digest::from_bytes(self.signing_digest(message))
    }

    /// Checks `signature` over a digest. Only a digest with Z makes a signature that counts; one without is checked
    /// to recognise foreign messages that are refused for it.
    pub(crate) fn verify_digest(
        &self,
        digest: &Sm3Digest,
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        let key = sm2::dsa::VerifyingKey::new(DEFAULT_ID, self.inner()).map_err(|_| BadSignature)?;
        let signature = sm2::dsa::Signature::from_slice(&signature.0).map_err(|_| BadSignature)?;
        key.verify_prehash(digest.as_bytes(), &signature).map_err(|_| BadSignature)
    }
}

impl SecretKey {
    /// Signs SM3(Z ‖ `message`) with the default signer id; the nonce is derived from key and message
    /// (RFC 6979 with SM3), so that the same input gives the same signature and no generator can leak the key.
    ///
    /// # Errors
    /// [`SignError::Nonce`], which does not happen in practice.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let signature = self.signing_key()?.try_sign(message).map_err(|_| SignError::Nonce)?;
        Signature::from_bytes(&signature.to_bytes().into()).map_err(|_| SignError::Nonce)
    }

    /// Signs a digest made without Z, as some old software does; to make test messages that must be refused.
    #[cfg(test)]
    pub(crate) fn sign_bare_digest(&self, digest: &Sm3Digest) -> Result<Signature, SignError> {
        let signature = self.signing_key()?.sign_prehash(digest.as_bytes()).map_err(|_| SignError::Nonce)?;
        Signature::from_bytes(&signature.to_bytes().into()).map_err(|_| SignError::Nonce)
    }

    fn signing_key(&self) -> Result<sm2::dsa::SigningKey, SignError> {
        sm2::dsa::SigningKey::new(DEFAULT_ID, self.inner()).map_err(|_| SignError::Nonce)
    }
}

impl Sign for SecretKey {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        SecretKey::sign(self, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> SecretKey {
        SecretKey::from_bytes(&[0x31; 32]).unwrap()
    }

    #[test]
    fn a_signature_belongs_to_one_message_and_one_key() {
        let signature = secret().sign(b"bid").unwrap();
        let public = *secret().public_key();
        assert_eq!(public.verify(b"bid", &signature), Ok(()));
        assert_eq!(public.verify(b"bad", &signature), Err(BadSignature));
        let other = SecretKey::from_bytes(&[0x32; 32]).unwrap();
        assert_eq!(other.public_key().verify(b"bid", &signature), Err(BadSignature));
        assert_eq!(secret().sign(b"bid").unwrap(), signature, "the nonce is derived");
        assert_eq!(public.verify_digest(&public.signed_digest(b"bid"), &signature), Ok(()));
        assert_eq!(public.verify_digest(&Sm3Digest::of(b"bid"), &signature), Err(BadSignature));
    }

    #[test]
    fn both_encodings_read_back() {
        let signature = secret().sign(b"bid").unwrap();
        assert_eq!(Signature::from_der(&signature.to_der()), Ok(signature));
        assert_eq!(Signature::from_bytes(&signature.to_bytes()), Ok(signature));
    }

    #[track_caller]
    fn check_der(hex: &str, expect: SignatureError) {
        assert_eq!(Signature::from_der(&hex::decode(hex).unwrap()), Err(expect));
    }

    #[test]
    fn malformed_signatures_are_named() {
        check_der("", SignatureError::NotDer);
        check_der("3006020101020101ff", SignatureError::NotDer);
        check_der("300702020001020101", SignatureError::NotDer);
        check_der("3006020100020101", SignatureError::Range);
        check_der("3006020181020101", SignatureError::NotDer);
        let big = format!("3026022100{}020101", "ff".repeat(32));
        check_der(&big, SignatureError::Range);
        let long = format!("30260221{}020101", "7f".repeat(33));
        check_der(&long, SignatureError::Range);
    }
}
