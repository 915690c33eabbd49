//! Why a lock did not do what it was asked, and what its holder can do about it.
//!
//! The only place where return codes of lock libraries become sentences. `Display` is for logs and names function and
//! code; [`LockTrouble::zh`] and [`LockTrouble::en`] are for the holder and name neither. No variant carries a PIN.

mod meaning;
mod sentences;

use core::fmt;
use std::path::PathBuf;

use bidroom_hsm::ErrorKind;
use bidroom_lock::{IdentityError, LockFileError, LockKind};

pub use self::meaning::Meaning;
use crate::pin::PinTries;

/// Why a lock did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LockTrouble {
    /// The lock is not there.
    #[error("{lock} is not present")]
    Absent {
        /// Which.
        lock: LockName,
    },
    /// The lock went away in the middle of an act.
    #[error("{lock} was removed: {call}")]
    Removed {
        /// Which.
        lock: LockName,
        /// Where it was noticed.
        call: Call,
    },
    /// Another device is where the lock was; its PIN was not tried.
    #[error("{lock} was replaced by another device")]
    Replaced {
        /// The lock that was there.
        lock: LockName,
    },
    /// The PIN was tried and is wrong.
    #[error("wrong PIN for {lock}: {}", .left.en())]
    WrongPin {
        /// Which.
        lock: LockName,
        /// What is left after this try.
        left: PinTries,
    },
    /// The PIN is locked.
    #[error("the PIN of {lock} is locked")]
    PinLocked {
        /// Which.
        lock: LockName,
    },
    /// One try is left; it was not made.
    #[error("one PIN try is left for {lock}; it was not made")]
    LastTry {
        /// Which.
        lock: LockName,
    },
    /// The same PIN was refused before; it was not tried.
    #[error("{lock} refused this PIN before; it was not tried again")]
    PinRefusedBefore {
        /// Which.
        lock: LockName,
    },
    /// No lock of this kind takes a PIN of this length; it was not tried.
    #[error("a PIN has {least} to {most} bytes")]
    PinShape {
        /// The least, in bytes.
        least: usize,
        /// The most, in bytes.
        most: usize,
    },
    /// The lock has no user PIN yet.
    #[error("{lock} has no user PIN yet")]
    PinNotSet {
        /// Which.
        lock: LockName,
    },
    /// The lock cannot do this at all.
    #[error("{lock} cannot do this: {lack}")]
    Cannot {
        /// Which.
        lock: LockName,
        /// Why.
        lack: Lack,
    },
    /// The ciphertext is not for this lock, or was changed.
    #[error("{lock} does not open this ciphertext")]
    Unopened {
        /// Which.
        lock: LockName,
    },
    /// A key is not that of its certificate.
    #[error("the {} key of {lock} is not that of its certificate", if *.signing { "signing" } else { "encryption" })]
    OtherKey {
        /// Which.
        lock: LockName,
        /// The signing key; otherwise the encryption key.
        signing: bool,
    },
    /// A function of the library failed.
    #[error("{lock}: {call}")]
    Failed {
        /// Which.
        lock: LockName,
        /// The function and what it answered.
        call: Call,
    },
    /// A library could not be loaded, or answered what its specification does not allow.
    #[error("lock library {}: {what}", .path.display())]
    Library {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A container or token holds no certificate of one of the two kinds.
    #[error("there is no {} certificate", if *.signing { "signing" } else { "encryption" })]
    NoCertificate {
        /// The signing certificate; otherwise the encryption certificate.
        signing: bool,
    },
    /// A certificate cannot be read.
    #[error("a certificate cannot be read: {0}")]
    Certificate(String),
    /// The two certificates do not make a lock.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A soft lock's file cannot be read.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A soft lock's file is none.
    #[error(transparent)]
    File(#[from] LockFileError),
}

/// What a lock is called in messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockName {
    /// Which lock of its holder, if that is known.
    pub kind: Option<LockKind>,
    /// The last four digits of its signing certificate's serial number, or the device's name where none was read.
    pub tail: String,
}

impl LockName {
    pub(crate) fn device(name: impl Into<String>) -> Self {
        Self { kind: None, tail: name.into() }
    }

    fn zh(&self) -> String {
        match self.kind {
            Some(kind) => format!("{}（尾号 {}）", kind.label_zh(), self.tail),
            None => format!("锁“{}”", self.tail),
        }
    }
}

impl fmt::Display for LockName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{} …{}", kind.label_en(), self.tail),
            None => write!(f, "lock \"{}\"", self.tail),
        }
    }
}

/// A function of a lock library and what it answered, both named as in the specification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{function} returned {code}")]
pub struct Call {
    /// For example `SKF_VerifyPIN`.
    pub function: String,
    /// For example `SAR_FAIL (0x0A000001)`.
    pub code: String,
    /// What it means for the holder.
    pub meaning: Meaning,
}

/// Why a lock cannot do something at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// The token offers no SM2 signing mechanism that the configuration names.
    #[error("the token offers no SM2 signature mechanism; ECDSA does not make SM2 signatures")]
    Sm2Signing,
    /// The token offers neither SM2 decryption nor ECDH.
    #[error("the token offers neither SM2 decryption nor ECDH")]
    Sm2Decryption,
    /// The library has no function that decrypts with the container's key.
    #[error("the library has no function for SM2 decryption")]
    DecryptFunction,
    /// There is no private key for the certificate.
    #[error("there is no private key for the certificate")]
    PrivateKey,
}

/// Trouble as it is shown, ready to be sent to another process. Holds no PIN.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// Refusal, fault or tamper.
    pub kind: ErrorKind,
    /// In Chinese, with what to do.
    pub zh: String,
    /// In English, with what to do.
    pub en: String,
    /// What stands behind 详情.
    pub detail: String,
}

impl LockTrouble {
    /// As it is shown.
    pub fn notice(&self) -> Notice {
        Notice { kind: self.kind(), zh: self.zh(), en: self.en(), detail: self.detail() }
    }

    /// Refusal, fault or tamper.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Absent { .. }
            | Self::WrongPin { .. }
            | Self::PinLocked { .. }
            | Self::LastTry { .. }
            | Self::PinRefusedBefore { .. }
            | Self::PinShape { .. }
            | Self::PinNotSet { .. }
            | Self::Cannot { .. }
            | Self::Unopened { .. }
            | Self::NoCertificate { .. }
            | Self::Certificate(_)
            | Self::Identity(_)
            | Self::File(_) => ErrorKind::Refusal,
            Self::Removed { .. } | Self::Failed { .. } | Self::Library { .. } | Self::Unreadable { .. } => {
                ErrorKind::Fault
            }
            Self::Replaced { .. } | Self::OtherKey { .. } => ErrorKind::Tamper,
        }
    }
}
