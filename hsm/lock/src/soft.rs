//! The soft lock: both private keys in this process's memory, from a password-protected file. For drills only.

use core::fmt;

use bidroom_envelope::suite::sm2::{
    SecretKey, Sign, SignError, Signature, Sm2Ciphertext, Unwrap, UnwrapError,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::file::{KdfCost, LockFile, Secrets};
use crate::identity::LockIdentity;
use crate::lock::{Lock, LockError};

/// The two private keys of a lock.
#[derive(Debug, Clone)]
pub struct LockKeys {
    /// Signs.
    pub signing: SecretKey,
    /// Opens envelopes.
    pub encryption: SecretKey,
}

/// A lock whose keys are in memory; they are erased when it is dropped.
#[derive(Clone)]
pub struct SoftLock {
    identity: LockIdentity,
    keys: LockKeys,
}

impl SoftLock {
    /// Puts keys and certificates together.
    ///
    /// # Errors
    /// [`LockError::KeyMismatch`].
    pub fn new(identity: LockIdentity, keys: LockKeys) -> Result<Self, LockError> {
        if keys.signing.public_key() != identity.signing_certificate().public_key() {
            return Err(LockError::KeyMismatch("signing"));
        }
        if keys.encryption.public_key() != identity.encryption_certificate().public_key() {
            return Err(LockError::KeyMismatch("encryption"));
        }
        Ok(Self { identity, keys })
    }

    /// Writes this lock as a file under `password` (6 to 256 characters).
    ///
    /// # Errors
    /// [`LockError::PasswordLength`], [`LockError::File`].
    pub fn to_file(
        &self,
        password: &str,
        cost: KdfCost,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, LockError> {
        if !(6..=256).contains(&password.chars().count()) {
            return Err(LockError::PasswordLength);
        }
        let (mut salt, mut nonce) = ([0; 32], [0; 12]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut nonce);
        let mut secrets = Secrets::new([0; 64]);
        let (signing, encryption) = secrets.split_at_mut(32);
        signing.copy_from_slice(self.keys.signing.to_bytes().as_slice());
        encryption.copy_from_slice(self.keys.encryption.to_bytes().as_slice());
        Ok(LockFile::seal(password, &self.identity, secrets, cost, salt, nonce)?)
    }

    /// Reads and opens a lock file.
    ///
    /// # Errors
    /// [`LockError::WrongPassword`] also if the file was changed: the two cannot be told apart.
    pub fn open(file: &[u8], password: &str) -> Result<Self, LockError> {
        Self::open_parsed(&LockFile::parse(file)?, password)
    }

    /// Opens a lock file that was read before.
    ///
    /// # Errors
    /// As [`SoftLock::open`].
    pub fn open_parsed(file: &LockFile, password: &str) -> Result<Self, LockError> {
        // A password that could not have been set costs no derivation.
        if password.len() > 256 * 4 {
            return Err(LockError::WrongPassword);
        }
        let secrets = file.open(password)?.ok_or(LockError::WrongPassword)?;
        let key = |bytes: Option<&[u8; 32]>, which| {
            let key = bytes.map(SecretKey::from_bytes);
            key.and_then(Result::ok).ok_or(LockError::KeyMismatch(which))
        };
        let keys = LockKeys {
            signing: key(secrets.first_chunk(), "signing")?,
            encryption: key(secrets.last_chunk(), "encryption")?,
        };
        Self::new(file.identity().clone(), keys)
    }
}

impl Sign for SoftLock {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.keys.signing.sign(message)
    }
}

impl Unwrap for SoftLock {
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        self.keys.encryption.unwrap(ciphertext)
    }
}

impl Lock for SoftLock {
    fn identity(&self) -> &LockIdentity {
        &self.identity
    }
}

impl fmt::Debug for SoftLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftLock").field("identity", &self.identity).finish_non_exhaustive()
    }
}
