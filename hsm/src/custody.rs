//! What the room asks of whoever keeps its private keys.
//!
//! **Architecture invariant.** Custody knows key names, purposes and ciphertexts; it knows no bid, no session and no
//! clock. When a key may be used is decided above it; that a key is used only for what it was made for, here.

use bidroom_envelope::suite::sm2::{PublicKey, Signature, Sm2Ciphertext};
use zeroize::Zeroizing;

use crate::error::CustodyError;
use crate::health::CustodyHealth;
use crate::level::CustodyDescription;
use crate::name::KeyName;

/// What a key is made for. A key is refused for every other purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPurpose {
    /// SM2 decryption (GB/T 32918.4).
    Decrypt,
    /// SM2 signatures (GB/T 32918.2).
    SignSm2,
    /// Ed25519 signatures (RFC 8032).
    SignEd25519,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::Decrypt, Self::SignSm2, Self::SignEd25519];

    /// The purpose in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Decrypt => "SM2 解密",
            Self::SignSm2 => "SM2 签名",
            Self::SignEd25519 => "Ed25519 签名",
        }
    }
}

/// A public key in custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustodyKey {
    /// Of an SM2 pair.
    Sm2(PublicKey),
    /// Of an Ed25519 pair (RFC 8032 encoding).
    Ed25519([u8; 32]),
}

/// A key that custody holds: everything but its private part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeyInfo {
    /// Its name.
    pub name: KeyName,
    /// What it was made for.
    pub purpose: KeyPurpose,
    /// Its public part.
    pub key: CustodyKey,
}

impl PublicKeyInfo {
    /// The SM2 public key, if it is one.
    pub const fn sm2(&self) -> Option<&PublicKey> {
        match &self.key {
            CustodyKey::Sm2(key) => Some(key),
            CustodyKey::Ed25519(_) => None,
        }
    }

    /// The Ed25519 public key, if it is one.
    pub const fn ed25519(&self) -> Option<&[u8; 32]> {
        match &self.key {
            CustodyKey::Sm2(_) => None,
            CustodyKey::Ed25519(key) => Some(key),
        }
    }
}

/// Keeps the room's private keys. Every method may be called from several threads at once.
///
/// # Errors
/// All methods answer [`CustodyError`]. A refusal changed nothing; after a fault the named key either exists whole
/// or not at all.
pub trait Custody: Send + Sync {
    /// What it is and where it keeps keys.
    fn description(&self) -> CustodyDescription;

    /// How it is doing, without using a key; [`CustodyHealth::examine`] uses every key.
    fn health(&self) -> CustodyHealth {
        CustodyHealth::basic(self)
    }

    /// Makes a key pair. An existing name is refused, and so is a purpose that is not the role's.
    fn create_key(&self, name: &KeyName, purpose: KeyPurpose) -> Result<PublicKeyInfo, CustodyError>;

    /// The public part of a key.
    fn public_key(&self, name: &KeyName) -> Result<PublicKeyInfo, CustodyError>;

    /// All keys, sorted by name.
    fn keys(&self) -> Result<Vec<PublicKeyInfo>, CustodyError>;

    /// An SM2 signature over `message` with Z_A of the default id `1234567812345678`.
    fn sign_sm2(&self, name: &KeyName, message: &[u8]) -> Result<Signature, CustodyError>;

    /// A pure Ed25519 signature over `message` (RFC 8032).
    fn sign_ed25519(&self, name: &KeyName, message: &[u8]) -> Result<[u8; 64], CustodyError>;

    /// Decrypts an SM2 ciphertext.
    fn unwrap(&self, name: &KeyName, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, CustodyError>;

    /// Uses every key once against its public part and checks where and how it is stored; answers how many keys
    /// were checked.
    fn self_check(&self) -> Result<usize, CustodyError>;

    /// Erases a key for good.
    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError>;
}
