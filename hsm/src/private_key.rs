//! Private keys in memory, made and used.
//!
//! Shared by every backend that must use a key in software. Knows nothing of where they are stored.

use bidroom_envelope::suite::sm2::{SecretKey, Signature, Sm2Ciphertext, Unwrap as _, UnwrapError};
use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use crate::custody::{CustodyKey, KeyPurpose};
use crate::error::{CustodyError, Fault};
use crate::name::KeyName;

/// A private key. Erased when dropped; has no `Debug`.
pub(crate) enum Secret {
    Sm2(SecretKey),
    Ed25519(Box<SigningKey>),
}

impl Secret {
    /// Makes a key from the system's random source.
    pub(crate) fn generate(purpose: KeyPurpose) -> Result<Self, CustodyError> {
        // A candidate is out of SM2's range once in 2^32; a handful failing means a broken source.
        for _ in 0..8 {
            let mut bytes = Zeroizing::new([0; 32]);
            getrandom::fill(&mut bytes[..]).map_err(Fault::Random)?;
            if let Some(secret) = Self::from_bytes(purpose, &bytes) {
                return Ok(secret);
            }
        }
        Err(Fault::Computation("no random number was a private key").into())
    }

    /// Takes the scalar (SM2) or seed (Ed25519).
    pub(crate) fn from_bytes(purpose: KeyPurpose, bytes: &[u8; 32]) -> Option<Self> {
        match purpose {
            KeyPurpose::Decrypt | KeyPurpose::SignSm2 => SecretKey::from_bytes(bytes).ok().map(Self::Sm2),
            KeyPurpose::SignEd25519 => Some(Self::Ed25519(Box::new(SigningKey::from_bytes(bytes)))),
        }
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        match self {
            Self::Sm2(key) => key.to_bytes(),
            Self::Ed25519(key) => Zeroizing::new(key.to_bytes()),
        }
    }

    pub(crate) fn public(&self) -> CustodyKey {
        match self {
            Self::Sm2(key) => CustodyKey::Sm2(*key.public_key()),
            Self::Ed25519(key) => CustodyKey::Ed25519(key.verifying_key().to_bytes()),
        }
    }

    pub(crate) fn sign_sm2(&self, message: &[u8]) -> Result<Signature, CustodyError> {
        match self {
            Self::Sm2(key) => key.sign(message).map_err(|_| Fault::Computation("SM2 signature").into()),
            Self::Ed25519(_) => Err(Fault::Computation("SM2 signature with another key").into()),
        }
    }

    pub(crate) fn sign_ed25519(&self, message: &[u8]) -> Result<[u8; 64], CustodyError> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message).to_bytes()),
            Self::Sm2(_) => Err(Fault::Computation("Ed25519 signature with another key").into()),
        }
    }

    pub(crate) fn unwrap(
        &self,
        name: &KeyName,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        match self {
            Self::Sm2(key) => key.unwrap(ciphertext).map_err(|error| unopened(name, &error)),
            Self::Ed25519(_) => Err(Fault::Computation("SM2 decryption with another key").into()),
        }
    }
}

/// What a failed opening is called. C3 that disagrees is the ciphertext's fault, anything else the holder's.
pub(crate) fn unopened(name: &KeyName, error: &UnwrapError) -> CustodyError {
    match error {
        UnwrapError::Check | UnwrapError::Refused(_) => CustodyError::Unopened(name.clone()),
        UnwrapError::Shared => {
            Fault::Computation("the shared secret is not a coordinate of the curve").into()
        }
        UnwrapError::Device(_) => Fault::Computation("SM2 decryption").into(),
    }
}
