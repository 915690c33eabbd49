//! Why custody did not do what it was asked: a rule said no, a device or disk failed, or evidence disagrees.
//!
//! The only place where return codes of devices become sentences. No variant carries a secret.

mod zh;

use core::fmt;
use std::path::PathBuf;

use crate::custody::KeyPurpose;
use crate::name::KeyName;
use crate::pkcs11::TokenSelector;

/// Why custody did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// A rule of custody said no; nothing was changed.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// No key of that name.
    #[error("there is no key `{0}`")]
    NotFound(KeyName),
    /// The ciphertext is not one that this key opens. A wrong key, a changed ciphertext and garbage look alike.
    #[error("key `{0}` does not open this ciphertext")]
    Unopened(KeyName),
    /// A device, disk or random source failed.
    #[error("fault: {0}")]
    Fault(#[from] Fault),
    /// What is stored disagrees with itself.
    #[error("tampered: {0}")]
    Tampered(#[from] Tamper),
    /// The passphrase, credential or PIN is wrong.
    #[error("wrong passphrase or PIN for {of}{}", .last_try.then_some("; one try is left before it locks").unwrap_or_default())]
    WrongPassphrase {
        /// The store or token.
        of: String,
        /// The token says that one more failure locks it.
        last_try: bool,
    },
}

/// A rule of custody that said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A key of that name exists; keys are never replaced.
    #[error("key `{0}` exists already")]
    Exists(KeyName),
    /// The key was made for something else.
    #[error("key `{name}` is for {made_for}, not for {wanted}")]
    Purpose {
        /// The key.
        name: KeyName,
        /// What its role is for.
        made_for: KeyPurpose,
        /// What was asked of it.
        wanted: KeyPurpose,
    },
    /// The store or token is in use, by another process or by another custody of this one.
    #[error("{0} is in use by another custody")]
    InUse(String),
    /// There is a store already where one should be created.
    #[error("there is a key store in {} already", .0.display())]
    StoreExists(PathBuf),
    /// There is no store where one should be opened.
    #[error("there is no key store in {}", .0.display())]
    NoStore(PathBuf),
    /// A passphrase where the store wants a credential, or the other way round.
    #[error("the store is opened by a {0}")]
    OtherSecret(SecretKind),
    /// The passphrase or credential is too weak or too long to be used.
    #[error("the passphrase or credential has {bytes} bytes, {least} to {most} are needed")]
    SecretLength {
        /// Its length in bytes.
        bytes: usize,
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// The store asks for more memory or passes than a reader grants.
    #[error("the store's key derivation is out of bounds: {memory_kib} KiB, {passes} passes, {lanes} lanes")]
    DerivationCost {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// No token matches, or more than one does.
    #[error("{found} tokens match {wanted}; present: {present}")]
    Token {
        /// What was looked for.
        wanted: TokenSelector,
        /// How many match.
        found: usize,
        /// Labels and serial numbers of the tokens present.
        present: String,
    },
    /// The token says that its PIN is locked, or that one more failure locks it.
    #[error("the user PIN of {token} {}; it is not tried", if *.locked { "is locked" } else { "has one try left" })]
    PinState {
        /// The token.
        token: String,
        /// Locked; otherwise one failure away from it.
        locked: bool,
    },
    /// The device cannot do what custody needs.
    #[error("the device does not offer {0}")]
    Mechanism(&'static str),
    /// The device does not offer a mechanism that its configuration names.
    #[error("the device does not offer mechanism {number:#010x}, which its configuration names for {what}")]
    VendorMechanism {
        /// What it is for.
        what: &'static str,
        /// The vendor's number.
        number: u32,
    },
    /// Every key of the pool is claimed, retired or was never made.
    #[error("no key is left in the pool of indexes {first} to {last} of {device}")]
    PoolEmpty {
        /// The device.
        device: String,
        /// The pool's first index.
        first: u32,
        /// Its last one.
        last: u32,
    },
    /// A configuration value that cannot be used.
    #[error("the configuration of the device cannot be used: {0}")]
    Configuration(&'static str),
}

/// What failed, and where.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A function of the PKCS#11 module failed.
    #[error("{function} returned {code}")]
    Pkcs11 {
        /// The function as the specification names it, for example `C_DeriveKey`.
        function: String,
        /// The return code as the specification names it, for example `CKR_DEVICE_ERROR`.
        code: String,
    },
    /// A function of the SDF library failed.
    #[error("{function} returned {code}")]
    Sdf {
        /// The function as GM/T 0018 names it, for example `SDF_InternalSign_ECC`.
        function: &'static str,
        /// The return code, by name where GM/T 0018 has one, for example `SDR_COMMFAIL (0x01000003)`.
        code: String,
    },
    /// A device library could not be loaded, or answered what its specification does not allow.
    #[error("device library {}: {what}", .path.display())]
    Library {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The token that was in use is not present any more.
    #[error("token {0} is not present")]
    Absent(String),
    /// The PKCS#11 module could not be loaded, or answered what the specification does not allow.
    #[error("PKCS#11 module: {0}")]
    Module(String),
    /// A step on the store's disk failed.
    #[error("{step} {}: {source}", .path.display())]
    Disk {
        /// What was done, for example `write`.
        step: &'static str,
        /// To which file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An earlier write ended in an unknown state; the store must be opened again.
    #[error("an earlier write of the store ended in an unknown state; restart to read what is stored")]
    Uncertain,
    /// The system's random source failed.
    #[error("random source: {0}")]
    Random(getrandom::Error),
    /// A computation that cannot fail on good hardware did; the text names it and holds no secret.
    #[error("computation failed: {0}")]
    Computation(&'static str),
}

/// Which evidence disagrees with which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Tamper {
    /// The store's file is not what was written: cut short, changed, or from something else.
    #[error("key store {}: {what}", .path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// What disagrees.
        what: StoreDamage,
    },
    /// An object in the token is not what custody made.
    #[error("key `{name}` in the token: {what}")]
    Object {
        /// The key.
        name: KeyName,
        /// What disagrees.
        what: ObjectDamage,
    },
    /// A key's private part does not answer to its public part.
    #[error("key `{0}`: private and public part do not belong together")]
    Pair(KeyName),
}

/// What is wrong with a store's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreDamage {
    /// Cut short, or no key store at all.
    #[error("the file is cut short or not a key store")]
    Shape,
    /// A format that this version does not know.
    #[error("the file is of an unknown format")]
    Format,
    /// Its digest is not that of its content.
    #[error("the file's digest disagrees with its content")]
    Digest,
    /// Its keys do not decrypt although the passphrase is right.
    #[error("the keys inside were changed")]
    Keys,
    /// What decrypts is not what custody writes.
    #[error("the keys inside are not what custody writes")]
    Entries,
    /// Longer than any key store.
    #[error("the file is longer than any key store")]
    Length,
    /// It disappeared while it was in use.
    #[error("the file is gone")]
    Gone,
    /// It is not signed by the device.
    #[error("the file is not signed by this device")]
    Signature,
    /// Another process changed it while it was in use.
    #[error("the file holds other keys than this process")]
    Replaced,
}

/// What is wrong with an object in a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectDamage {
    /// An attribute is missing or has another value than when the key was made.
    #[error("{0} is not as it was made")]
    Attribute(String),
    /// There are several where there must be one.
    #[error("there are several objects of this name")]
    Several,
    /// The public half of the pair is missing.
    #[error("the public half is missing")]
    PublicMissing,
    /// The public half holds no point of the curve.
    #[error("CKA_EC_POINT is no public key")]
    Point,
    /// The data object is not what custody writes.
    #[error("the data object is not what custody writes")]
    Shape,
    /// The device holds another key than the one that was claimed.
    #[error("the device holds another key at its index")]
    OtherKey,
    /// The device key under which it was encrypted is missing.
    #[error("the device key that wraps it is missing")]
    WrappingKeyMissing,
    /// The device refuses to decrypt it.
    #[error("the device rejects the wrapped key")]
    Rejected,
    /// It decrypts to something that is no private key.
    #[error("what was wrapped is no private key")]
    NotAKey,
}

/// What opens a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A passphrase.
    Passphrase,
    /// A credential file.
    Credential,
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passphrase => "passphrase",
            Self::Credential => "credential",
        })
    }
}

/// Which of the three kinds an error is (they are shown and logged differently).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// A rule said no.
    Refusal,
    /// Something failed.
    Fault,
    /// Evidence disagrees.
    Tamper,
}

impl CustodyError {
    /// Refusal, fault or tamper.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(_) | Self::NotFound(_) | Self::Unopened(_) | Self::WrongPassphrase { .. } => {
                ErrorKind::Refusal
            }
            Self::Fault(_) => ErrorKind::Fault,
            Self::Tampered(_) => ErrorKind::Tamper,
        }
    }
}

impl fmt::Display for KeyPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decrypt => "SM2 decryption",
            Self::SignSm2 => "SM2 signing",
            Self::SignEd25519 => "Ed25519 signing",
        })
    }
}
