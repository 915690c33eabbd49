//! A lock in hand: the same for every kind of device.
//!
//! Owns what holds for all of them: a signature is checked under the certificate before anybody sees it, and typed
//! trouble becomes the two errors of the seams [`Sign`] and [`Unwrap`].

use core::fmt;

use bidroom_envelope::suite::sm2::{Sign, SignError, Signature, Sm2Ciphertext, Unwrap, UnwrapError};
use bidroom_hsm::ErrorKind;
use bidroom_lock::{Lock, LockIdentity};
use zeroize::Zeroizing;

use crate::error::LockTrouble;
use crate::found::FoundLock;
use crate::pin::{PinKeeper, PinTries};

/// What a kind of device does; each call is one act with a session of its own.
pub(crate) trait Acts: Send + Sync {
    /// Tries left, asked of the device now.
    fn tries(&self, lock: &FoundLock) -> Result<PinTries, LockTrouble>;

    /// Checks the PIN and nothing else.
    fn check(&self, lock: &FoundLock, pin: &PinKeeper) -> Result<(), LockTrouble>;

    /// Signs SM3(Z ‖ message) with the signing key.
    fn sign(&self, lock: &FoundLock, pin: &PinKeeper, message: &[u8]) -> Result<Signature, LockTrouble>;

    /// Decrypts with the encryption key.
    fn unwrap(
        &self,
        lock: &FoundLock,
        pin: &PinKeeper,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, LockTrouble>;
}

/// A lock whose PIN was right when it was taken in hand. Holds the PIN, erased when dropped, and no session.
pub struct HeldLock {
    lock: FoundLock,
    pin: PinKeeper,
    acts: Box<dyn Acts>,
}

impl HeldLock {
    pub(crate) fn new(lock: FoundLock, pin: PinKeeper, acts: Box<dyn Acts>) -> Result<Self, LockTrouble> {
        acts.check(&lock, &pin)?;
        Ok(Self { lock, pin, acts })
    }

    /// What was found, with the tries of that time.
    pub fn found(&self) -> &FoundLock {
        &self.lock
    }

    /// Tries left now.
    ///
    /// # Errors
    /// [`LockTrouble`].
    pub fn tries(&self) -> Result<PinTries, LockTrouble> {
        self.acts.tries(&self.lock)
    }

    /// Signs `message` with the signing key, and checks the signature.
    ///
    /// # Errors
    /// [`LockTrouble`].
    pub fn try_sign(&self, message: &[u8]) -> Result<Signature, LockTrouble> {
        if let Some(lack) = self.lock.no_signing {
            return Err(LockTrouble::Cannot { lock: self.lock.name(), lack });
        }
        let signature = self.acts.sign(&self.lock, &self.pin, message)?;
        let key = self.lock.identity.signing_certificate().public_key();
        key.verify(message, &signature)
            .map_err(|_| LockTrouble::OtherKey { lock: self.lock.name(), signing: true })?;
        Ok(signature)
    }

    /// Decrypts an SM2 ciphertext with the encryption key.
    ///
    /// # Errors
    /// [`LockTrouble`].
    pub fn try_unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, LockTrouble> {
        if let Some(lack) = self.lock.no_opening {
            return Err(LockTrouble::Cannot { lock: self.lock.name(), lack });
        }
        self.acts.unwrap(&self.lock, &self.pin, ciphertext)
    }
}

impl Sign for HeldLock {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.try_sign(message).map_err(|trouble| match trouble.kind() {
            ErrorKind::Refusal => SignError::Refused(trouble.to_string()),
            ErrorKind::Fault | ErrorKind::Tamper => SignError::Device(trouble.to_string()),
        })
    }
}

impl Unwrap for HeldLock {
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        self.try_unwrap(ciphertext).map_err(|trouble| match (&trouble, trouble.kind()) {
            (LockTrouble::Unopened { .. }, _) => UnwrapError::Check,
            (_, ErrorKind::Refusal) => UnwrapError::Refused(trouble.to_string()),
            (_, ErrorKind::Fault | ErrorKind::Tamper) => UnwrapError::Device(trouble.to_string()),
        })
    }
}

impl Lock for HeldLock {
    fn identity(&self) -> &LockIdentity {
        &self.lock.identity
    }
}

impl fmt::Debug for HeldLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldLock").field("lock", &self.lock).finish_non_exhaustive()
    }
}
