//! What is told of a lock before a PIN is asked for.

use core::fmt;

use bidroom_lock::LockIdentity;
use serde::{Serialize, Serializer};

use crate::error::{Lack, LockName, LockTrouble};
use crate::pin::PinTries;

/// What a driver found.
#[derive(Debug, Default)]
pub struct Listing {
    /// Locks that can be read.
    pub locks: Vec<FoundLock>,
    /// What looks like a lock and cannot be read, with the reason.
    pub unreadable: Vec<Unreadable>,
}

/// Something that looks like a lock and cannot be used.
#[derive(Debug)]
pub struct Unreadable {
    /// Where: a device, a container, a file.
    pub at: String,
    /// Why.
    pub why: LockTrouble,
}

/// A lock that is present. Everything here is public; that the keys fit the certificates shows at the first act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundLock {
    /// Where it is.
    pub place: Place,
    /// Whose lock it is: both certificates.
    pub identity: LockIdentity,
    /// Whether a certificate says main or sub; otherwise a lock of a firm is taken for a main lock.
    pub kind_stated: bool,
    /// The device as it names itself.
    pub device: DeviceLabel,
    /// How often its PIN may still be wrong.
    pub tries: PinTries,
    /// Why it cannot sign, if that is known beforehand.
    pub no_signing: Option<Lack>,
    /// Why it cannot open envelopes, if that is known beforehand.
    pub no_opening: Option<Lack>,
}

impl FoundLock {
    /// Names this lock among all that are present: the SM3 of its signing certificate and of its encryption
    /// certificate in hexadecimal. The same lock seen by two drivers has one id.
    pub fn id(&self) -> String {
        let (signing, encryption) =
            (self.identity.signing_certificate(), self.identity.encryption_certificate());
        format!("{}-{}", signing.digest(), encryption.digest())
    }

    /// What it is called in messages.
    pub fn name(&self) -> LockName {
        LockName { kind: Some(self.identity.kind()), tail: self.identity.serial_tail() }
    }
}

/// The device as it names itself; empty where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DeviceLabel {
    /// Its label.
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// Its manufacturer.
    pub manufacturer: String,
}

impl fmt::Display for DeviceLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.label, self.serial, self.manufacturer)
    }
}

/// Where a lock is, for its driver. The names inside are the vendor's, in whatever encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// [`crate::LockDriver::name`].
    pub driver: String,
    /// From the outside in, for example device, application, container.
    pub(crate) path: Vec<Vec<u8>>,
}

/// As it is shown; whoever opens the lock keeps the [`FoundLock`] and names it by [`FoundLock::id`].
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.driver)?;
        for part in &self.path {
            write!(f, " / {}", String::from_utf8_lossy(part))?;
        }
        Ok(())
    }
}
